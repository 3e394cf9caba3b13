"""`manage.py seed_demo`: the demo clinic, deterministic for a seed, a day and a clock."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from clinic.lib.days import at_local, day_of
from patients.birth import Birth
from patients.models import Patient
from patients.questionnaire import current
from patients.registration import PersonFacts, unsaved
from scheduling.demo import doses, house, people, stories
from scheduling.demo.between import BetweenWriter
from scheduling.demo.calendar import Calendar
from scheduling.demo.calls import write_calls
from scheduling.demo.consultations import ConsultationWriter
from scheduling.demo.diary import Diary
from scheduling.demo.open_work import OpenWork
from scheduling.demo.plans import PlanWriter
from scheduling.demo.scores import ScoreWriter
from scheduling.demo.sessions import SessionWriter
from scheduling.demo.told import Books, Told
from treatments.formulary_db import current_formulary
from treatments.models import Vial

SPARE_VIALS = 30
CONDITIONS = (*doses.FIXED, *doses.RANGES)


class Command(BaseCommand):
    """Fill an empty database with invented people and eighteen months of work."""

    help = "Invented patients, visits, plans, sessions, scores and letters; for demo and test only."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many, which seed, which day."""
        parser.add_argument("--patients", type=int, default=300)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--today", type=date.fromisoformat, default=None, help="YYYY-MM-DD; the real day otherwise")
        parser.add_argument("--password", default="", help="of the demo accounts; demo mode has one of its own")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write it all or nothing."""
        if settings.IS_PRODUCTION:
            raise CommandError("The demo clinic is never loaded in production: its people and accounts are invented.")
        if Patient.objects.exists():
            self.stdout.write("There are patients already: the demo clinic is left as it is.")
            return
        with transaction.atomic():
            told = self.fill(options)
        self.stdout.write(f"{len(told)} patients, {sum(len(one.sessions) for one in told)} signed sessions")

    def fill(self, options: dict[str, Any]) -> list[Told]:
        """Build the house, invent the people, tell their stories, write them down."""
        rng = Random(options["seed"])  # noqa: S311 - invention, not secrecy
        now = _now(options["today"])
        today = options["today"] or now.date()
        here = house.build(password=options["password"] or _password(), today=today)
        zone = here.location.zone
        today = options["today"] or day_of(now, zone)
        diary = Diary(zone, closed=set(here.location.closures.values_list("on", flat=True)))
        told = self._people(rng, here, options["patients"], today)
        for one in told:
            self._book(one, diary, now)
        treated = sum(len(one.injected_at) for one in told)
        house.stock_the_fridge(here, today=today, now=now, vials=treated + SPARE_VIALS)
        house.read_the_thermometer(here, now=now)
        books = Books()
        consultations = ConsultationWriter(here, books, rng, now=now)
        scores = ScoreWriter(here, books, rng, today=today)
        consultations.intakes(told, current())
        consultations.consultations(told)
        scores.baselines([one for one in told if one.consulted_at is not None])
        PlanWriter(here, books, rng).plans(told)
        vials = list(Vial.objects.filter(lot__number="C7731A3").order_by("-pk"))
        SessionWriter(here, books, rng).sessions(told, vials)
        scores.between([one for one in told if one.sessions])
        BetweenWriter(here, rng, now=now).write(told)
        calendar = Calendar(here, rng, diary, today=today, now=now)
        calendar.gone_by(told)
        calendar.follow_ups(told)
        calendar.to_come(told)
        calendar.write()
        write_calls(here, rng, now=now)
        OpenWork(here, books, rng, now=now, tomorrow=calendar.tomorrow()).leave(told)
        return told

    def _people(self, rng: Random, here: house.House, count: int, today: date) -> list[Told]:
        formulary = current_formulary()
        told, rows = [], []
        for number in range(1, count + 1):
            person = people.invent(rng, number, today)
            facts = {name: getattr(person, name) for name in person.__slots__ if not name.startswith("b")}
            row = unsaved(
                facts=PersonFacts(birth=Birth(person.born_on, person.birth_precision), **facts),  # type: ignore[arg-type] # a precision by name
                location=here.location,
            )
            row.public_id = people.a_uuid(rng)
            rows.append(row)
            interval = formulary.condition(rng.choice(CONDITIONS)).effect.default_interval_weeks
            story = stories.tell(rng, today=today, interval_days=int(interval * 7))
            told.append(Told(row, story, rng.choice(here.doctors)))
        Patient.objects.bulk_create(rows, batch_size=500)
        for one in told:
            one.patient.registered_at = at_local(one.story.registered_on, time(11), here.location.zone)
        Patient.objects.bulk_update(rows, ["registered_at"], batch_size=200)
        return told

    def _book(self, one: Told, diary: Diary, now: datetime) -> None:
        """Give the story its times: a session that finds none is left out."""
        if one.story.consulted_on is None:
            return
        at = diary.next_free(one.doctor.pk, one.story.consulted_on)
        if at is None or at > now:
            return
        one.consulted_at = at
        earliest = at
        for day in one.story.injected_on:
            found = diary.next_free(one.doctor.pk, max(day, earliest.date() + timedelta(days=1)))
            if found is None or found > now:
                return
            one.injected_at.append(found)
            earliest = found


def _now(today: date | None) -> datetime:
    from clinic.lib import clock

    now = clock.now()
    if today is None or today == now.date():
        return now
    return datetime.combine(today, time(6, 12), now.tzinfo)


def _password() -> str:
    return str(settings.HOME.secret("demo_password", 14))
