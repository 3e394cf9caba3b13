"""How the two locations of `tests.clinic.world` are built: through the deeds that people use."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

from django.db import transaction

from clinic.lib.days import at_local
from clinic.locations.models import Location, Room
from clinic.outbox.models import Letter
from clinic.staff import links as staff_links
from clinic.staff.models import LinkPurpose, Role, User
from patients.consents import record_consent
from patients.corrections import ask_correction
from patients.importing import deeds as importing
from patients.intake import enter_for, start, submit
from patients.links import make_link
from patients.merging import merge
from patients.models import (
    Import,
    ImportRow,
)
from patients.registration import PersonFacts
from scheduling import booking, feeds, running_late
from scheduling.booking import Slot
from scheduling.calling import log_call
from scheduling.displaced import keep
from scheduling.exporting import asking
from scheduling.models import (
    Appointment,
    AppointmentKind,
    AppointmentType,
    CallOutcome,
    FollowUp,
    FreedTime,
    ProviderHours,
    SlotOffer,
)
from scheduling.supplying.away import ExtraFacts, LeaveFacts, add_extra, enter_leave
from scheduling.waiting import answering, keeping
from scheduling.wishes import Wish
from tests.clinic.matrix import VISIT_TYPE
from tests.clinic.world import Place, Told, World
from tests.patients.documents.making import a_document
from tests.patients.intake_making import filled, invited, token_of
from tests.patients.making import member, place
from tests.patients.register_making import in_the_register
from tests.scheduling.online_making import asked_on_the_web
from tests.treatments.events import an_event
from tests.treatments.people import a_patient
from tests.treatments.sessions import BOTOX, an_active_plan, checked, prepared, signed
from treatments import noting
from treatments.consulting import start_consultation
from treatments.correcting import mark_score
from treatments.corresponding import write_to_doctor
from treatments.elsewhere import Span
from treatments.formulary_db import current_formulary
from treatments.models import (
    InjectionSession,
    MarkKind,
    ProductVersion,
    WearOffReport,
)
from treatments.scoring import record_score
from treatments.setting_window import set_window
from treatments.stocking import receive_lot
from treatments.symptom_reports import report_symptoms
from treatments.thermometer import write_reading


def world(now: datetime) -> World:
    """Build both; the kinds of visit are the clinic's."""
    for kind, public_id in ((AppointmentKind.CONSULTATION, VISIT_TYPE), (AppointmentKind.INJECTION, uuid4())):
        AppointmentType.objects.create(
            public_id=public_id,
            name=str(kind.label),
            public_name="Visit",
            kind=kind,
            minutes=30,
            after_buffer_minutes=0,
            needs_intake=False,
        )
    built = World(now, _place("Here", now), _place("There", now))
    for one in (built.here, built.there):
        asking.ask(form="tables", by=one.people[Role.MANAGER], now=now)
    for user in (*built.here.people.values(), *built.there.people.values()):
        built.browser(user)
    return built


def next_morning(now: datetime, location: Location, *, days: int = 2) -> datetime:
    """Half past ten on a coming day."""
    day: date = now.astimezone(location.zone).date() + timedelta(days=days)
    return at_local(day, time(10, 30), location.zone)


def _held(location: Location, by: User, now: datetime) -> ImportRow:
    """A row that waits for a decision, of an import that is done; beside it a file just brought."""
    content = b"mrn,name,dob\n1,Asha Rao,1970\n"
    for file in ("first.csv", "second.csv"):
        imported = importing.begin(
            content=BytesIO(content), name=file, size=len(content), location=location, by=by, now=now
        )
    Import.objects.filter(pk=imported.pk).update(state="done", saved_at=now, ended_at=now, counts={"held": 1})
    facts = PersonFacts(given_name="Asha", family_name="Rao").columns()
    return ImportRow.objects.create(
        of=imported, number=1, line=2, outcome="held", source_key="1", facts=facts, search_name="asha rao", alike=[]
    )


def _place(name: str, now: datetime) -> Place:
    location = place(name)
    people = {role: member(role, at=location, name=f"{role.label} {name}") for role in Role}
    desk, doctor = people[Role.FRONT_DESK], people[Role.CLINICIAN]
    room = Room.objects.create(location=location, name="Room 1")
    for weekday in range(7):
        ProviderHours.objects.create(
            clinician=doctor, location=location, weekday=weekday, starts=time(9), ends=time(20)
        )
    plan = an_active_plan(
        doctor, now, sites=4, location=location, given_name=f"Treated {name}", email="t@patients.example"
    )
    lot = receive_lot(
        location=location, product=ProductVersion.objects.current().get(key=BOTOX), number=f"L{name}",
        expires_on=now.date() + timedelta(days=400), is_month_only=False, vial_units=Decimal(100), vials=4,
        by=doctor, now=now,
    )  # fmt: skip
    given = checked(plan, doctor, now)
    prepared(given, list(lot.vials.order_by("pk")[:1]), doctor, now, ml="2")
    given = signed(given, doctor, now)
    draft = checked(plan, doctor, now)
    new = a_patient(
        location=location,
        given_name=f"New {name}",
        search_name=f"new {name.lower()}",
        email=f"{name.lower()}@patients.example",
    )
    in_the_register(new, desk, now)
    visit = booking.book(
        patient=new,
        slot=Slot(
            clinician=doctor, location=location, room=room, starts_at=next_morning(now, location),
            type=AppointmentType.objects.get(kind=AppointmentKind.CONSULTATION),
        ),
        by=desk,
        now=now,
    )  # fmt: skip
    _supplied(doctor, location, visit, desk, now)
    follow_up = FollowUp.objects.get(session=given)
    call = log_call(
        follow_up=follow_up, outcome=CallOutcome.NO_ANSWER, seen_version=follow_up.version, press=uuid4(), by=desk,
        now=now,
    )  # fmt: skip
    with transaction.atomic():
        record_consent(patient=new, kind="data_use", is_given=True, by=desk, now=now)
    enter_for(patient=new, by=desk, now=now)
    ask_correction(patient=new, part="name", words="One name only", now=now)
    answered = invited(now, name="Answered", family=name, at=location)
    start(intake=answered, now=now)
    answered = filled(answered, now, medicines="none", illnesses="none")  # nothing to decide on before it is reviewed
    asked = invited(now, name="Asked", family=name, at=location)
    until = now + timedelta(days=9)
    warm = write_reading(
        location=location, min_c=Decimal(3), max_c=Decimal("9.5"), now_c=Decimal(5), read_at=now, note="", by=doctor,
        now=now,
    )  # fmt: skip
    check_in = Letter.objects.about(given).of_kind("check_in").order_by("due_at")[0]
    feed = feeds.make_feed(clinician=doctor, seen=None, now=now)
    told = report_symptoms(
        patient=plan.patient, symptoms=["mild_dysphagia"], words="", press=uuid4(), formulary=current_formulary(),
        by=None, now=now,
    )  # fmt: skip
    offer = _offered(visit, desk, now)
    return Place(
        location, people, new, submit(intake=answered, by=None, now=now), visit,
        start_consultation(patient=new, by=doctor, now=now), plan, draft, given, follow_up, call, lot,
        warm, Letter.objects.for_person(new).newest_first()[0], told, _told(given, doctor, now),
        write_to_doctor(session=given, to="Dr A. Shah", text="Treated, and well.", by=doctor, now=now),
        an_event(given, doctor, now),
        noting.note_elsewhere(
            patient=plan.patient, told=noting.Told(span=Span(date(2024, 5, 1), "month"), said_by="patient"),
            by=doctor, now=now,
        ),
        feed.feed,
        running_late.say(clinician=doctor, location=location, minutes=20, by=desk, now=now),
        offer,
        asked_on_the_web(location, now, proven_at=now, appointment=visit),
        merge(
            merged=a_patient(location=location), survivor=a_patient(location=location), taken=(), seen=(1, 1),
            press=uuid4(), by=people[Role.MANAGER], now=now,
        ),
        a_document(new, "consent", by=desk, now=now),
        _held(location, people[Role.MANAGER], now),
        {
            "feed_link": feed.token,
            "intake_link": token_of(asked, now),
            "consents_link": make_link(purpose="consents", patient=new, about=new, now=now, expires_at=until)[1],
            "staff_link": staff_links.token_of(
                staff_links.make_link(user=desk, purpose=LinkPurpose.INVITATION, now=now)
            ),
            "book_link": make_link(purpose="book", patient=plan.patient, about=follow_up, now=now, expires_at=until)[1],
            "check_in_link": make_link(
                purpose="check-in", patient=plan.patient, about=check_in, now=now, expires_at=until
            )[1],
            "advice_link": make_link(
                purpose="aftercare", patient=plan.patient, about=given, now=now, expires_at=until
            )[1],
            "visit_link": make_link(purpose="confirm-visit", patient=new, about=visit, now=now, expires_at=until)[1],
            "offer_link": make_link(
                purpose=answering.PURPOSE, patient=new, about=offer, now=now, expires_at=until
            )[1],
            "manage_link": make_link(purpose="manage-visit", patient=new, about=visit, now=now, expires_at=until)[1],
            "stop_link": make_link(
                purpose="stop-reminders", patient=plan.patient, about=plan.patient, now=now, expires_at=until
            )[1],
            "page_link": make_link(
                purpose="my-page", patient=plan.patient, about=plan.patient, now=now, expires_at=until
            )[1],
            "preferences_link": make_link(
                purpose="preferences", patient=plan.patient, about=plan.patient, now=now, expires_at=until
            )[1],
        },
    )  # fmt: skip


def _supplied(doctor: User, location: Location, visit: Appointment, by: User, now: datetime) -> None:
    day = now.date() + timedelta(days=200)
    leave = LeaveFacts(
        clinician=doctor, location=location, first_on=day, last_on=day, starts=None, ends=None, reason="A course"
    )
    enter_leave(facts=leave, by=by, now=now)
    clinic = ExtraFacts(clinician=doctor, location=location, on=day, starts=time(9), ends=time(12), reason="")
    add_extra(facts=clinic, by=by, now=now)
    keep(appointment=visit, reason="Asked for", seen_version=visit.version, by=by, now=now)


def _offered(visit: Appointment, desk: User, now: datetime) -> SlotOffer:
    """A time the day before, offered to the patient of a visit who would come sooner; there is time to answer."""
    starts_at = visit.starts_at - timedelta(days=1)
    today = now.astimezone(visit.location.zone).date()
    entry = keeping.put_on(
        patient=visit.patient, kind=visit.type, wish=Wish(today, today + timedelta(days=1)), by=desk, now=now
    )
    freed = FreedTime.objects.create(
        location=visit.location, clinician=visit.clinician, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30), freed_at=now,
    )  # fmt: skip
    offer: SlotOffer = SlotOffer.objects.create(
        entry=entry, freed=freed, starts_at=starts_at, made_at=now, expires_at=now + timedelta(hours=4)
    )
    return offer


def _told(session: InjectionSession, doctor: User, now: datetime) -> Told:
    score = record_score(
        patient=session.patient, plan=session.plan, instrument_key="headache_days", value=Decimal(20),
        taken_on=now.date(), by=doctor, now=now,
    )  # fmt: skip
    return Told(
        score,
        mark_score(score=score, kind=MarkKind.FLARE, reason="A week of fever", by=doctor, now=now),
        WearOffReport.objects.create(session=session, told_on=now.date(), by=doctor, recorded_at=now),
        set_window(plan=session.plan, until=98, reason="Lasts longer", seen=None, by=doctor, now=now),
    )
