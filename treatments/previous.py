"""What was given last time: the newest signed session that stands, of a plan or of a patient."""

from django.db.models import QuerySet

from patients.models import Patient
from treatments.models import InjectionSession, Plan


def last_session(plan: Plan) -> InjectionSession | None:
    """Return the plan's newest session; where it has none yet, the patient's newest for the same condition."""
    own = _standing().filter(plan=plan).first()
    return own or last_session_for(plan.patient, plan.condition.key)


def comparable(last: InjectionSession | None, product_key: str) -> InjectionSession | None:
    """Return the session if its doses may be held against those of a product: of another one they never are."""
    return last if last is not None and last.product.key == product_key else None


def last_session_for(patient: Patient, condition_key: str) -> InjectionSession | None:
    """Return the patient's newest session for a condition, of whichever plan."""
    return _standing().filter(patient=patient, condition__key=condition_key).first()


def _standing() -> "QuerySet[InjectionSession]":
    found: QuerySet[InjectionSession] = InjectionSession.objects.filter(signed_at__isnull=False, void__isnull=True)
    return found.select_related("patient", "product", "condition", "plan__protocol", "clinician").order_by(
        "-injected_on", "-id"
    )
