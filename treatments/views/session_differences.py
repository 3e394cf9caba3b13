"""Two texts of one draft side by side: what was typed here, and what a colleague saved meanwhile."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.staff.models import User
from treatments.forms_session.sites import SiteRow, rows_of
from treatments.formulary import Formulary
from treatments.models import InjectionSession, Side
from treatments.recording import HowDone

NAMES = {
    "clinician_id": gettext_lazy("Injected by"),
    "assistant_id": gettext_lazy("Assistant"),
    "assistant_name": gettext_lazy("Assistant, not of the staff"),
    "pain_nrs": gettext_lazy("Pain during the injections"),
    "needle": gettext_lazy("Needle"),
    "guidance": gettext_lazy("Guidance"),
    "immediate_reaction": gettext_lazy("Immediate reaction"),
    "aftercare_given": gettext_lazy("Aftercare sheet given"),
    "note": gettext_lazy("Note"),
    "injected_at": gettext_lazy("Injected"),
    "given_despite": gettext_lazy("Statement"),
}


def differences(
    mine: Iterable[SiteRow], how: HowDone, theirs: InjectionSession, formulary: Formulary
) -> list[dict[str, str]]:
    """Return each thing that differs: its name, what was typed here, what stands. Never empty."""
    found = []
    typed = {row.key: row for row in mine if not (row.is_empty or row.is_removed)}
    stands = {row.key: row for row in rows_of(theirs.sites.select_related("muscle", "preparation")) if not row.is_empty}
    for key in dict.fromkeys([*stands, *typed]):
        here, there = typed.get(key), stands.get(key)
        if _words(here, formulary) != _words(there, formulary):
            any_row = here or there
            found.append(
                {
                    "what": _name(any_row, formulary) if any_row else "",
                    "mine": _words(here, formulary) or _("no such site"),
                    "theirs": _words(there, formulary) or _("no such site"),
                }
            )
    for name, label in NAMES.items():
        here, there = getattr(how, name), getattr(theirs, name)
        if name == "clinician_id" and here is None:  # the page did not ask
            continue
        if (here, there) not in {(here, here), ("", None), (None, "")}:
            say = _named if name.endswith("_id") else _said
            found.append({"what": str(label), "mine": say(here), "theirs": say(there)})
    return found or [{"what": _("Reasons or places"), "mine": _("as on this page"), "theirs": _("as saved")}]


def _name(row: SiteRow, formulary: Formulary) -> str:
    muscle = formulary.muscles.get(row.muscle)
    side = Side(row.side).label if row.side in Side.values else row.side
    return f"{muscle.name if muscle else row.muscle}, {side}"


def _words(row: SiteRow | None, formulary: Formulary) -> str:
    return "" if row is None else f"{_name(row, formulary)}: {row.units}"


def _named(pk: int | None) -> str:
    return _said(User.objects.filter(pk=pk).values_list("full_name", flat=True).first() if pk else None)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("nothing") if value in {None, ""} else str(value)
