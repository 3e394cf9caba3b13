"""What patients answered and agreed to: intakes and consents."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from patients.models import Consent, Intake, Patient
from patients.models.intake import IntakeState
from patients.questionnaire import steps_of
from patients.questions import Question
from scheduling.exporting.fhir.words import Element, base, concept, instant, refer, resource, system

STATUS: Final = {
    IntakeState.STARTED: "in-progress",
    IntakeState.SUBMITTED: "completed",
    IntakeState.REVIEWED: "completed",
    IntakeState.CANCELLED: "stopped",
}
"""An intake nobody began has no answers, and is none to FHIR."""
CODED: Final = {"yes_no", "choices", "areas"}
SCOPES: Final = "http://terminology.hl7.org/CodeSystem/consentscope"
CONSENT: Final = ("http://loinc.org", "59284-0")
CARE: Final = {"treatment", "off_label"}


def intakes(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each intake with the questions as they stood there and the answers as given."""
    rows = Intake.objects.filter(patient__in=batch, state__in=STATUS)
    for intake in rows.select_related("patient__location", "questionnaire", "entered_by").order_by("pk"):
        yield _intake(intake)


def _intake(intake: Intake) -> Element:
    form, here = intake.questionnaire, intake.patient.location
    asked = [question for step in steps_of(form) for question in step.questions]
    by = refer("Practitioner", intake.entered_by) if intake.entered_by else refer("Patient", intake.patient)
    return resource(
        "QuestionnaireResponse",
        intake.public_id,
        questionnaire=f"{base()}/Questionnaire/{form.public_id}|{form.version}",
        status=STATUS[IntakeState(intake.state)],
        subject=refer("Patient", intake.patient),
        authored=instant(intake.submitted_at or intake.started_at, here),
        author=by,
        source=refer("Patient", intake.patient),
        item=[_item(question, key, intake.answers) for question in asked for key in question.ids],
    )


def _item(question: Question, key: str, answers: Mapping[str, Any]) -> Element | None:
    """Return one answered question, its details inside; nothing where nobody answered."""
    if key not in answers:
        return None
    given = answers[key]
    values = [_value(question, one) for one in (given if isinstance(given, list) else [given])]
    if values and question.details:
        values[0]["item"] = [_item(detail, detail.id, answers) for detail in question.details]
    return {"linkId": key, "text": question.text, "answer": values}


def _value(question: Question, given: Any) -> Element:
    if question.kind in CODED:
        shown = next((option.text for option in question.options if option.id == given), "")
        return {"valueCoding": {"system": system("answer"), "code": given, "display": shown}}
    if question.kind == "consent":
        return {"valueBoolean": given == "yes"}
    if isinstance(given, int):
        return {"valueInteger": given}
    if question.kind in {"since", "day"}:
        return {"valueDate": given}
    return {"valueString": given}


def consents(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each yes and no with the words that stood above it; the newest of a kind is what holds."""
    rows = list(
        Consent.objects.filter(patient__in=batch).select_related("patient__location", "wording").order_by("at", "pk")
    )
    newest = {(row.patient_id, row.kind, row.about_public_id): row.pk for row in rows}
    for row in sorted(rows, key=lambda row: row.pk):
        yield _consent(row, holds=newest[row.patient_id, row.kind, row.about_public_id] == row.pk)


def _consent(row: Consent, *, holds: bool) -> Element:
    words = row.wording
    title = f"{row.kind} v{words.version} {words.language}"
    return resource(
        "Consent",
        row.public_id,
        status="inactive" if not holds else "active" if row.is_given else "rejected",
        scope=concept("", (SCOPES, "treatment" if row.kind in CARE else "patient-privacy")),
        category=[concept(row.kind.replace("_", " "), CONSENT)],
        patient=refer("Patient", row.patient),
        dateTime=instant(row.at, row.patient.location),
        performer=[refer("Patient", row.patient)],
        sourceAttachment={
            "contentType": "text/plain; charset=utf-8",
            "language": words.language,
            "data": b64encode(words.text.encode()).decode(),
            "title": title,
        },
        policyRule=concept(title),
        provision={"type": "permit" if row.is_given else "deny"},
    )
