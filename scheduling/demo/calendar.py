"""Write the stories' calendar: visits gone by and to come, follow-ups, letters as they went."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from clinic.lib.days import at_local, day_of
from scheduling import following_up, policies
from scheduling.demo.diary import Diary
from scheduling.demo.house import House
from scheduling.demo.people import a_uuid
from scheduling.demo.posted import post
from scheduling.demo.told import BATCH, Told
from scheduling.models import Appointment, AppointmentType, FollowUp
from treatments.estimating import keep_estimate
from treatments.models import EstimateCause
from treatments.windows import window_of

TODAY_VISITS = 18


class Calendar:
    """Writes visits, follow-ups and letters of many stories."""

    def __init__(self, house: House, rng: Random, diary: Diary, *, today: date, now: datetime) -> None:
        self.house, self.rng, self.diary, self.today, self.now = house, rng, diary, today, now
        self.visits: list[Appointment] = []

    def gone_by(self, told: Sequence[Told]) -> None:
        """Visits that were: the consultation and each session, a few cancelled or missed ones between."""
        for one in told:
            if one.consulted_at:
                self._visit(one, self.house.consultation, one.consulted_at, "completed", consultation=one.consultation)
            for session in one.sessions:
                self._visit(one, self.house.injection, session.injected_at, "completed", session=session)
            if one.sessions and self.rng.random() < 0.15:  # noqa: PLR2004 - a share
                day = one.sessions[0].injected_on + timedelta(weeks=4)
                if day < self.today and (at := self.diary.next_free(one.doctor.pk, day, slip=2)) and at < self.now:
                    self._visit(one, self.house.review, at, self.rng.choice(("no_show", "cancelled", "completed")))

    def to_come(self, told: Sequence[Told]) -> None:
        """Today's board, and the next weeks: first consultations and follow-ups that are booked."""
        waiting = [one for one in told if one.consulted_at is None]
        reviews = [one for one in told if one.sessions]
        for number in range(min(TODAY_VISITS, len(waiting) + len(reviews))):
            doctor = self.house.doctors[number % len(self.house.doctors)]
            from_waiting = number % 3 == 0 and waiting
            one = waiting.pop() if from_waiting else reviews.pop(self.rng.randrange(len(reviews))) if reviews else None
            if one is None or (at := self.diary.next_free(doctor.pk, self.today, slip=0)) is None:
                continue
            one.doctor = doctor
            self._visit(one, self.house.consultation if from_waiting else self.house.review, at, self._state_now(at))
        for one in waiting:
            day = self.today + timedelta(days=self.rng.randint(1, 14))
            if at := self.diary.next_free(one.doctor.pk, day):
                self._visit(one, self.house.consultation, at, "booked")

    def follow_ups(self, told: Sequence[Told]) -> None:
        """One follow-up a cycle: the earlier ones done, the last one where its day has come to."""
        rows = []
        for one in told:
            for number, session in enumerate(one.sessions[:-1]):
                window = window_of(session, as_of=session.injected_on)
                following = one.sessions[number + 1]
                early = following.injected_on < window.earliest_on
                rows.append(
                    FollowUp(
                        public_id=a_uuid(self.rng),
                        plan=one.plan,
                        patient=one.patient,
                        location=self.house.location,
                        session=session,
                        cycle=number + 1,
                        earliest_on=window.earliest_on,
                        book_by_on=window.book_by_on or window.earliest_on,
                        wears_off_from_on=window.wears_off_from_on,
                        wears_off_until_on=window.wears_off_until_on,
                        window_basis=window.basis,
                        state="done_early" if early else "done",
                        reason="treated",
                        where="closed",
                        opened_at=session.signed_at,
                        closed_at=following.signed_at,
                    )
                )
        FollowUp.objects.bulk_create(rows, batch_size=BATCH)
        for one in told:
            if one.sessions:
                self._last_cycle(one)

    def write(self) -> None:
        """Write all visits at once; the table's constraints look at each."""
        Appointment.objects.bulk_create(self.visits, batch_size=BATCH)

    def _last_cycle(self, one: Told) -> None:
        session = one.sessions[-1]
        keep_estimate(plan=one.plan, why=EstimateCause.SIGNED, by=one.doctor, now=session.signed_at)
        window = window_of(session)
        follow_up: FollowUp = FollowUp.objects.create(
            public_id=a_uuid(self.rng),
            plan=one.plan,
            patient=one.patient,
            location=self.house.location,
            session=session,
            cycle=len(one.sessions),
            earliest_on=window.earliest_on,
            book_by_on=window.book_by_on or window.earliest_on,
            reminder_on=window.reminder_on,
            wears_off_from_on=window.wears_off_from_on,
            wears_off_until_on=window.wears_off_until_on,
            window_basis=window.basis,
            where="letters" if window.book_by_on else "clinician_list",
            reason="" if window.book_by_on else "no_effect",
            opened_at=session.signed_at,
        )
        if one.story.ends_as != "active":
            self._end_plan(one)
            return
        if window.book_by_on is None:
            return
        if one.story.has_booked and follow_up.book_by_on >= self.today - timedelta(days=10):
            day = max(follow_up.book_by_on, self.today + timedelta(days=1), follow_up.earliest_on)
            if at := self.diary.next_free(one.doctor.pk, day):
                self._sent_so_far(follow_up, until=min(self.today, day - timedelta(days=7)))
                FollowUp.objects.filter(pk=follow_up.pk).update(state="booked", where="letters", reason="")
                self._visit(one, self.house.injection, at, "booked", follow_up=follow_up)
                return
        self._sent_so_far(follow_up, until=self.today)
        following_up.owe_steps(follow_up, now=self.tomorrow())

    def _sent_so_far(self, follow_up: FollowUp, *, until: date) -> None:
        """The letters whose day has gone by: sent, or handed to a person where none could be."""
        opened = at_local(follow_up.session.injected_on or self.today, time.min, self.house.location.zone)
        planned = policies.follow_up_steps(follow_up, now=opened)
        gone = {number: at for number, at in planned.letters.items() if day_of(at, self.house.location.zone) <= until}
        if not gone:
            return
        patient = follow_up.patient
        if not patient.email or not patient.wants_reminders:
            reason = "opted_out" if patient.email else "no_address"
            FollowUp.objects.filter(pk=follow_up.pk).update(where="call_list", reason=reason)
            return
        for number, at in gone.items():
            post(
                following_up.LETTER,
                about=follow_up,
                edition=str(follow_up.cycle),
                step=str(number),
                patient=patient,
                at=at,
                rng=self.rng,
            )
        called = planned.calls_from <= self.today
        FollowUp.objects.filter(pk=follow_up.pk).update(
            state="reminded",
            next_step=max(gone) + 1,
            where="call_list" if called else "letters",
            reason="no_answer" if called else "",
        )

    def _end_plan(self, one: Told) -> None:
        from treatments import planning

        deed = planning.stop if one.story.ends_as == "stopped" else planning.pause
        reason = "Moved to another city" if one.story.ends_as == "stopped" else "Pregnancy is planned"
        deed(plan=one.plan, reason=reason, by=one.doctor, now=self.now)

    def _visit(self, one: Told, kind: AppointmentType, at: datetime, state: str, **links: object) -> None:
        over = {"completed": {"arrived_at": at, "in_room_at": at, "completed_at": at + timedelta(minutes=kind.minutes)}}
        ended = {"ended_at": at, "ended_reason": "Could not come" if state == "cancelled" else ""}
        now_here = {
            "arrived": {"arrived_at": at - timedelta(minutes=4)},
            "in_room": {"arrived_at": at, "in_room_at": at},
        }
        self.visits.append(
            Appointment(
                public_id=a_uuid(self.rng),
                patient=one.patient,
                clinician=one.doctor,
                location=self.house.location,
                room=self.house.rooms[self.house.doctors.index(one.doctor)],
                type=kind,
                starts_at=at,
                ends_at=at + timedelta(minutes=kind.minutes),
                occupied_until=at + timedelta(minutes=kind.minutes + kind.after_buffer_minutes),
                state=state,
                booked_by=self.house.desk,
                booked_at=min(at, self.now) - timedelta(days=7),
                **over.get(state, {}),
                **now_here.get(state, {}),
                **(ended if state in {"cancelled", "no_show"} else {}),
                **links,
            )
        )

    def _state_now(self, at: datetime) -> str:
        """What a visit of today has come to by now."""
        if at + timedelta(minutes=40) < self.now:
            return "no_show" if self.rng.random() < 0.08 else "completed"  # noqa: PLR2004 - a share
        if at < self.now:
            return "in_room"
        return "arrived" if at - self.now < timedelta(minutes=20) else "booked"

    def tomorrow(self) -> datetime:
        """From here on letters are owed; today's and earlier ones went."""
        day = day_of(self.now, self.house.location.zone) + timedelta(days=1)
        return datetime.combine(day, datetime.min.time(), self.house.location.zone)
