"""A consent to carry away: the very words, the answer, who signed and how. In the language it was read in."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clinic.lib.languages import speaking
from clinic.staff.models import User
from patients import consent_words
from patients.consents import State, state_of
from patients.models import Consent
from patients.models.consents import ConsentKind, SignedHow, SignerIs
from patients.signatures import PAD
from patients.wording_consents import HOW, LABELS, SIGNERS
from treatments.papers.frame import framed, moment
from treatments.papers.typesetting import Paper


def consent_copy(consent: Consent, *, by: User | None, now: datetime) -> Paper:
    """Return the copy of one answer; a no after a yes says that it takes it back. One query."""
    is_withdrawal = _takes_back(consent)
    wording, location = consent.wording, consent.patient.location
    with speaking(wording.language):
        read = consent.text or consent_words.filled(wording.text, location)
        return framed(
            "consent_copy",
            str(LABELS[ConsentKind(consent.kind)]),
            patient=consent.patient,
            location=location,
            by=by,
            now=now,
            about=_("version %(number)s of the words") % {"number": wording.version},
            state=_state(consent, is_withdrawal=is_withdrawal),
            text=consent_words.blocks(read),
            facts=_facts(consent),
            strokes=consent.strokes or [],
            pad=list(PAD),
            hash=" ".join(_in_eights(consent.text_sha256)),
            words={
                "signed": _("Signature") if consent.signed_how else _("How it was recorded"),
                "drawn": _("The signature by hand of %(name)s") % {"name": consent.signer_name},
                "hash": _("Check number (SHA-256) of the words above:") if consent.text_sha256 else "",
            },
        )


def _takes_back(consent: Consent) -> bool:
    before = Consent.objects.filter(
        patient=consent.patient_id, kind=consent.kind, about_public_id=consent.about_public_id, at__lte=consent.at
    )
    return state_of([consent, *before.exclude(pk=consent.pk).only("is_given")]) is State.WITHDRAWN


def _state(consent: Consent, *, is_withdrawal: bool) -> dict[str, str]:
    at = moment(consent.at, consent.patient.location.zone)
    if consent.is_given:
        return {"tone": "plain", "lead": _("Agreed."), "text": at}
    return {"tone": "due", "lead": _("Taken back.") if is_withdrawal else _("Not agreed."), "text": at}


def _facts(consent: Consent) -> list[tuple[str, str]]:
    taken_by = consent.taken_by.full_name if consent.taken_by else _("answered by link")
    if not consent.signed_how:
        return [(_("Recorded"), moment(consent.at, consent.patient.location.zone)), (_("By"), taken_by)]
    pairs: list[tuple[str, Any]] = [
        (_("Name"), consent.signer_name),
        (_("Who signed"), SIGNERS[SignerIs(consent.signer_is)]),
        (_("Is to the patient"), consent.signer_relation),
        (_("How"), HOW[SignedHow(consent.signed_how)]),
        (_("Witness"), consent.witness_name),
        (_("When"), moment(consent.at, consent.patient.location.zone)),
        (_("Taken by"), taken_by),
    ]
    return [(label, str(value)) for label, value in pairs if value]


def _in_eights(text: str) -> list[str]:
    """A check number in groups that can be compared by eye, and that break at the end of a line."""
    return [text[start : start + 8] for start in range(0, len(text), 8)]
