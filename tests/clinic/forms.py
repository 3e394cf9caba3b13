"""Every form that staff and patients meet, gathered from the pages themselves."""

import re
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from django.test import Client
from django.urls import resolve, reverse

from clinic.staff.models import Role
from tests.clinic.matrix import LINKS, STAFF, Entry
from tests.clinic.pages import Form, forms_of
from tests.clinic.world import World

#: Rows of one table are alike: one of each kind of box is enough.
ALIKE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=skin-).*|(?<=count-).*|(?<=units-).*|(?<=_)[qs]\d+.*|\d+")
HOPS = 3


@dataclass(frozen=True)
class Met:
    """A form as somebody met it."""

    name: str
    address: str
    who: Role | None
    sent: dict[str, str]

    @property
    def boxes(self) -> list[str]:
        """The names of its fields, one of each kind."""
        return list({ALIKE.sub("", name): name for name in self.sent}.values())


def all_forms(the: World) -> list[Met]:
    """Each form once, of every page of every role and of every link."""
    found: dict[tuple[str, tuple[str, ...]], Met] = {}
    for name, entry in (STAFF | LINKS).items():
        if entry.is_deed:
            continue
        for who in (None,) if name in LINKS else (Role.FRONT_DESK, Role.CLINICIAN):
            for page in _pages(the, name, entry):
                for where, form in _forms_on(the.browser(who), page):
                    view = resolve(where.split("?")[0]).view_name
                    met = Met(view, where, who, {key: values[-1] for key, values in form.fields.items()})
                    found.setdefault((view, tuple(sorted(form.fields))), met)
    return [*found.values(), *_hidden(the, list(found.values()))]


def _hidden(the: World, seen: list[Met]) -> list[Met]:
    """Forms that stand on a page only sometimes, or share another's fields."""
    sent = {met.name: met.sent for met in seen}
    code = {"how": "code", "code": "123456"}
    born = {"how": "birth", "born_day": "31", "born_month": "1", "born_year": "1970", "carried-step": "pain"}
    here, doctor = the.here, Role.CLINICIAN
    known = [
        ("treatments:session_review", "draft", doctor, sent["treatments:session_save"]),
        ("treatments:plan_check", "plan", doctor, sent["treatments:plan_revise"]),
        ("treatments:plan_activate", "plan", doctor, {"reason_R01": "Discussed at length", "on": "2027-03-01"}),
        ("treatments:plan_limit", "plan", doctor, {"max_units": "300", "reason": "Agreed with the patient"}),
        ("patients:intake_who", "", None, code),
        ("patients:intake_who", "", None, born),
        ("patients:intake_language", "", None, {"language": "gu"}),
        ("patients:intake_enter_step", "patient", Role.FRONT_DESK, sent["patients:intake_step"]),
        ("patients:intake_enter_send", "patient", Role.FRONT_DESK, sent["patients:intake_send"]),
    ]
    forms = []
    for name, kind, who, fields in known:
        entry = (STAFF | LINKS)[name]
        named = {"public_id": here.id_of(kind)} if kind else {"token": here.id_of("intake_link")}
        forms.append(Met(name, reverse(name, kwargs=named | entry.others), who, fields))
    return forms


def _pages(the: World, name: str, entry: Entry) -> list[str]:
    named = {key: the.here.id_of(kind) for key, kind in entry.named.items()}
    pages = [reverse(name, kwargs=named | entry.others)]
    if name == "scheduling:book":
        pages.append(f"{pages[0]}?patient={the.here.patient.public_id}")
    if name == "treatments:plan_new":
        pages.append(f"{reverse(name, args=[the.here.plan.patient.public_id])}?condition=chronic_migraine")
    if name == "treatments:session":
        pages.append(reverse(name, args=[the.here.draft.public_id]))
    return pages


def _forms_on(client: Client, page: str) -> list[tuple[str, Form]]:
    for _hop in range(HOPS):
        answer = client.get(page)
        if answer.status_code != 302:
            break
        page = answer["Location"]
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):  # a paper has no form
        return []
    forms = forms_of(answer.content.decode())
    return [(urldefrag(urljoin(page, form.action)).url, form) for form in forms if form.method == "post"]
