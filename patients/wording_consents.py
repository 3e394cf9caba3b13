"""Consents in a patient's words: what each is for, what it opens and closes, who signed and how."""

from typing import Final

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from patients.models.consents import ConsentKind, SignedHow, SignerIs

LABELS: Final[dict[ConsentKind, LazyText]] = {
    ConsentKind.DATA_USE: _("Use of my data for my care"),
    ConsentKind.TREATMENT: _("Treatment with botulinum toxin"),
    ConsentKind.OFF_LABEL: _("Use outside the product's label"),
    ConsentKind.PHOTOGRAPHY: _("Photographs for my record"),
    ConsentKind.REMINDERS: _("Reminders by e-mail"),
    ConsentKind.BEFORE_VISIT: _("Reminders before a visit"),
    ConsentKind.CHECK_INS: _("Questions after a visit"),
}
HOW: Final[dict[SignedHow, LazyText]] = {
    SignedHow.TYPED: _("name typed"),
    SignedHow.DRAWN: _("signed by hand"),
    SignedHow.WITNESSED: _("read aloud, before a witness"),
}
SIGNERS: Final[dict[SignerIs, LazyText]] = {
    SignerIs.PATIENT: _("the patient"),
    SignerIs.GUARDIAN: _("a parent or guardian"),
}
GATES: Final[dict[ConsentKind, LazyText]] = {
    ConsentKind.DATA_USE: _(
        "A no stops reminders and questions by e-mail too, and no photographs are added. "
        "What was recorded of your care is kept as long as the law asks."
    ),
    ConsentKind.TREATMENT: _("Without it nothing is injected. What was done before stays in the record."),
    ConsentKind.OFF_LABEL: _(
        "Without it the product is not used for this condition. What was done before stays in the record."
    ),
    ConsentKind.PHOTOGRAPHY: _(
        "Without it no photographs are added to the record. Those taken before stay, for they show your care."
    ),
    ConsentKind.REMINDERS: _("Without it we do not write when a next visit is due. Somebody may call you instead."),
    ConsentKind.BEFORE_VISIT: _("Without it we do not remind you before a visit. The visit stays booked."),
    ConsentKind.CHECK_INS: _("Without it we do not write to ask how you are. Somebody may call you instead."),
}
