"""Two locations of one clinic, each with its people and one of everything an address can name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.test import Client

from clinic.locations.models import Location
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients.consents import wording_for
from patients.models import (
    Alert,
    Consent,
    ConsentText,
    Contact,
    CorrectionRequest,
    Document,
    Identifier,
    Import,
    ImportRow,
    Intake,
    Merge,
    Patient,
)
from scheduling.models import (
    Absence,
    Appointment,
    CalendarFeed,
    Call,
    ClinicExport,
    ExtraHours,
    FollowUp,
    KeptVisit,
    OnlineRequest,
    RunningLate,
    SlotOffer,
    WaitingEntry,
)
from treatments.models import (
    AdverseEvent,
    Consultation,
    DoctorLetter,
    FridgeReading,
    InjectionSession,
    Lot,
    Plan,
    Score,
    ScoreMark,
    SymptomReport,
    ToxinElsewhere,
    Vial,
    WearOffReport,
    WindowByHand,
)


@dataclass
class Told:
    """What was told of one session: a score with a mark, a report, a window set by hand."""

    score: Score
    mark: ScoreMark
    wear_off: WearOffReport
    window: WindowByHand


@dataclass
class Place:
    """One location: who works there, and the public ids and tokens of one of everything."""

    location: Location
    people: dict[Role, User]
    patient: Patient
    intake: Intake
    visit: Appointment
    consultation: Consultation
    plan: Plan
    draft: InjectionSession
    signed: InjectionSession
    follow_up: FollowUp
    call: Call
    lot: Lot
    reading: FridgeReading
    letter: Letter
    report: SymptomReport
    outcome: Told
    doctor_letter: DoctorLetter
    event: AdverseEvent
    elsewhere: ToxinElsewhere
    feed: CalendarFeed
    late: RunningLate
    offer: SlotOffer
    online: OnlineRequest
    joined: Merge
    document: Document
    held_row: ImportRow
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def doctor(self) -> User:
        """Who treats here."""
        return self.people[Role.CLINICIAN]

    @property
    def colleague(self) -> User:
        """Whom the manager looks after."""
        return self.people[Role.FRONT_DESK]

    @property
    def contact(self) -> Contact:
        """Who is rung for the patient."""
        return Contact.objects.get(patient=self.patient)

    @property
    def number(self) -> Identifier:
        """A number by which another clinic knows the patient."""
        return Identifier.objects.get(patient=self.patient)

    @property
    def alert(self) -> Alert:
        """What the desk reads at the head of the patient's chart."""
        return Alert.objects.get(patient=self.patient)

    @property
    def treated(self) -> Patient:
        """Who was given something of the lot."""
        return self.plan.patient

    @property
    def consulted(self) -> Consultation:
        """A signed consultation."""
        assert self.plan.consultation is not None
        return self.plan.consultation

    @property
    def leave(self) -> Absence:
        """When the doctor is away."""
        return Absence.objects.get(clinician=self.doctor)

    @property
    def extra(self) -> ExtraHours:
        """An extra clinic."""
        return ExtraHours.objects.get(clinician=self.doctor)

    @property
    def export(self) -> ClinicExport:
        """A file that the manager asked for."""
        return ClinicExport.objects.get(asked_by=self.people[Role.MANAGER])

    @property
    def kept(self) -> KeptVisit:
        """The visit, kept."""
        return KeptVisit.objects.get(appointment=self.visit)

    @property
    def waiting(self) -> WaitingEntry:
        """Who waits for a time to come free."""
        return self.offer.entry

    @property
    def wording(self) -> ConsentText:
        """Words that are read before something is agreed to."""
        return wording_for("photography", "en")

    @property
    def consent(self) -> Consent:
        """What the patient agreed to."""
        return Consent.objects.get(patient=self.patient)

    @property
    def correction(self) -> CorrectionRequest:
        """What the patient asks to have corrected."""
        return CorrectionRequest.objects.get(patient=self.patient)

    @property
    def imported(self) -> Import:
        """A file whose columns are being chosen."""
        return Import.objects.get(location=self.location, state="choosing")

    @property
    def vial(self) -> Vial:
        """A vial of the lot that was drawn from."""
        vial: Vial = self.lot.vials.order_by("pk")[0]
        return vial

    def id_of(self, kind: str) -> str:
        """The public id, or the token, of what an address names."""
        if kind in self.tokens:
            return self.tokens[kind]
        return str(getattr(self.outcome if kind in Told.__annotations__ else self, kind).public_id)


@dataclass
class World:
    """Here, and the other location."""

    now: datetime
    here: Place
    there: Place
    sessions: dict[int, str] = field(default_factory=dict)

    def browser(self, who: Role | User | None = None, *, strict: bool = False) -> Client:
        """A browser, with somebody signed in; `strict` asks for the form's token as real ones are asked."""
        client = Client(enforce_csrf_checks=strict, raise_request_exception=False)
        if who is not None:
            user = self.here.people[who] if isinstance(who, Role) else who
            if user.pk not in self.sessions:
                client.force_login(user)
                self.sessions[user.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[user.pk]
        return client


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
