"""What: the catalogue, the consultation, the plan, the stock, the session and its outcomes."""

from treatments.models.adverse import AdverseEvent, EventEntry, EventOutcome, EventSeverity, Relatedness
from treatments.models.catalogue import (
    AdverseEventsVersion,
    ConditionVersion,
    Confirmation,
    HouseVersion,
    InstrumentVersion,
    MuscleVersion,
    ProductVersion,
    ProtocolVersion,
    RulesVersion,
    ScreeningVersion,
    SessionLimit,
)
from treatments.models.consultation import (
    Consultation,
    ConsultationAddendum,
    Decision,
    Goal,
    ScreeningAssessment,
    Strategy,
)
from treatments.models.discard import DiscardedDraft
from treatments.models.doctor_letter import DoctorLetter
from treatments.models.effect import (
    EffectEstimate,
    EstimateCause,
    Flag,
    FlagSeen,
    OutcomeWithdrawal,
    WearOffReport,
    WindowByHand,
)
from treatments.models.elsewhere import DatePrecision, SaidBy, ToxinElsewhere
from treatments.models.findings import Finding
from treatments.models.fridge import Excursion, ExcursionAnswer, FridgeReading
from treatments.models.leaflet import Leaflet, LeafletReview
from treatments.models.outcome import MarkKind, Score, ScoreMark
from treatments.models.plan import Plan, PlanSite, PlanState, Side
from treatments.models.review import GoalOutcome, GoalReview, QuestionAnswer, StrategyReview
from treatments.models.revision import PlanRevision, RevisionKind
from treatments.models.safety import ReportAnswer, ReportCall, SymptomReport, ToldHow, Urgency
from treatments.models.session import Addendum, Incident, InjectionSession, SessionPreparation, SessionSite, Void
from treatments.models.stock import Draw, Lot, Preparation, PreparationVial, Vial
from treatments.models.typed import TypedConsultation
from treatments.models.withdrawal import ContactOutcome, LotCorrection, LotMove, RecallContact

__all__ = (
    "Addendum",
    "AdverseEvent",
    "AdverseEventsVersion",
    "ConditionVersion",
    "Confirmation",
    "Consultation",
    "ConsultationAddendum",
    "ContactOutcome",
    "DatePrecision",
    "Decision",
    "DiscardedDraft",
    "DoctorLetter",
    "Draw",
    "EffectEstimate",
    "EstimateCause",
    "EventEntry",
    "EventOutcome",
    "EventSeverity",
    "Excursion",
    "ExcursionAnswer",
    "Finding",
    "Flag",
    "FlagSeen",
    "FridgeReading",
    "Goal",
    "GoalOutcome",
    "GoalReview",
    "HouseVersion",
    "Incident",
    "InjectionSession",
    "InstrumentVersion",
    "Leaflet",
    "LeafletReview",
    "Lot",
    "LotCorrection",
    "LotMove",
    "MarkKind",
    "MuscleVersion",
    "OutcomeWithdrawal",
    "Plan",
    "PlanRevision",
    "PlanSite",
    "PlanState",
    "Preparation",
    "PreparationVial",
    "ProductVersion",
    "ProtocolVersion",
    "QuestionAnswer",
    "RecallContact",
    "Relatedness",
    "ReportAnswer",
    "ReportCall",
    "RevisionKind",
    "RulesVersion",
    "SaidBy",
    "Score",
    "ScoreMark",
    "ScreeningAssessment",
    "ScreeningVersion",
    "SessionLimit",
    "SessionPreparation",
    "SessionSite",
    "Side",
    "Strategy",
    "StrategyReview",
    "SymptomReport",
    "ToldHow",
    "ToxinElsewhere",
    "TypedConsultation",
    "Urgency",
    "Vial",
    "Void",
    "WearOffReport",
    "WindowByHand",
)
