"""Holds what the mail server took of one patient's letters against what was owed at each moment workers worked."""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.year.checker.ends import look_at_ends
from tests.year.checker.findings import Report
from tests.year.checker.keys import Keys
from tests.year.checker.owed import ADVICE, CHECK_IN, FOLLOW_UP, NUDGE, REMINDER, Owed, Patient
from tests.year.checker.reading import Sent, Year
from tests.year.checker.reasons import POLICY, WISHED, Against, against, against_policy_letter
from tests.year.checker.replay import CANCELLED, CONFIRMED, INTAKE, MOVED, Replay
from tests.year.checker.telling import name_of

AFTER_OUTAGE = timedelta(hours=2, minutes=40)
"""The longest wait between two tries, with its spread: so long after an outage a letter may still wait for its turn."""
SLOW_FOR, TURN = timedelta(days=7), timedelta(hours=4)
SLOW_LETTERS = 6
"""The pace doubles with each letter taken, from a sixty-fourth (decision 52)."""
PUTS_OFF = {"one_letter_a_day", "closed_day"}
SCRIPTS = {"hi": range(0x0900, 0x0980), "gu": range(0x0A80, 0x0B00)}


class Judge:
    """One patient's year; `among` are those whose rows may become this one's, by a merge of two records."""

    def __init__(self, year: Year, who: int, report: Report, among: Collection[int] = ()) -> None:
        self.year, self.who, self.report = year, who, report
        first = next(row for row in year.events[who] if row["what"] == "registered")
        place = replace(year.places[first["place"]], closures=set())
        told = {"closure", "policy", "visit_policy"}
        clinic = [row for row in year.clinic if row["what"] in told and row.get("place") in {None, first["place"]}]
        self.events = sorted([*clinic, *year.events[who]], key=lambda row: row["at"])
        self.patient = Patient(who, place, first["language"], first["email"], first["wants"])
        self.replay = Replay(self.patient)
        self.sends = sorted(year.sent[who], key=lambda one: one.at)
        self.keys = Keys(year, {who, *among})
        self.at = 0
        self.seen: set[str] = set()
        self.gave_way: list[Owed] = []
        self.rows = {
            (row["letter"], row["about_public_id"], row["edition"], row["step"]): row for row in year.rows[who]
        }

    def advance(self, event: dict[str, Any]) -> None:
        """Let an event happen, after all that was worked before it."""
        self.reach(event["at"])
        self.replay.apply(event)
        self.settle_dropped(event)

    def reach(self, moment: datetime) -> None:
        """Replay until a moment, and note what does not agree."""
        until = bisect_left(self.year.ticks, (moment, ""))
        self.at = self._ticks(self.at, until)
        if until:
            self.replay.book.sweep(self.year.ticks[until - 1][0])

    def finish(self) -> None:
        """Replay to the end of the year."""
        ticks = self.year.ticks
        self._ticks(self.at, len(ticks))
        self.replay.book.sweep(ticks[-1][0])
        look_at_ends(self.patient, self.year, self.keys, self.report)
        for owed in self.patient.owed:
            if owed.missed_at:
                self._missing(owed)
        for sent in self.sends:
            self.report.find("out of time", self.who, sent.at, f"{sent.kind} went when nobody worked")

    def _ticks(self, start: int, end: int) -> int:
        """Look at each moment of work at which something is due or went."""
        ticks = self.year.ticks
        while start < end:
            soonest = min([one.due for one in self.patient.owed] + [one.at for one in self.sends[:1]], default=None)
            if soonest is None:
                return end
            start = max(start, bisect_left(ticks, (soonest, "")))
            if start >= end:
                return end
            self._work(*ticks[start])
            start += 1
        return end

    def _work(self, now: datetime, mail: str) -> None:
        self.replay.book.sweep(now)
        self.settle_dropped({"what": "policy"})
        went: list[Sent] = []
        while self.sends and self.sends[0].at <= now:
            went.append(self.sends.pop(0))
        due = [one for one in self.patient.owed if one.due <= now]
        if mail != "ok":
            for owed in due:
                owed.waits_for = f"mail {now.isoformat()}"
        reasons = {id(owed): against(self.patient, owed, now) for owed in due}
        for sent in went:
            self._sent(sent, due, reasons, now)
        for owed in due:
            if owed in self.patient.owed:
                self._not_sent(owed, reasons[id(owed)], now, mail)

    def _sent(self, sent: Sent, due: list[Owed], reasons: dict[int, Against | None], now: datetime) -> None:
        self._look_at(sent, now)
        self.report.sent[sent.kind] += 1
        if sent.message_id in self.seen:
            self.report.find("twice", self.who, now, f"{sent.kind} went again as {sent.message_id}")
            return
        self.seen.add(sent.message_id)
        key = self.keys.of(sent, self.patient)
        owed = next((one for one in due if (one.kind, one.key) == (sent.kind, key)), None)
        if owed is None:
            if not self._went_after_all(sent, key, now):
                self._unowed(sent, key, now)
        else:
            found = reasons[id(owed)]
            if found and not found.is_soft:
                self.report.find(found.why, self.who, now, f"{name_of(owed)} went all the same")
            if owed.missed_at and owed.missed_at < now and not self._waited_for_its_turn(owed, now):
                self.report.find("late", self.who, now, f"{name_of(owed)} could have gone {owed.missed_at}")
            self.patient.owed.remove(owed)
            self.report.owed[owed.kind] += 1
            self._note_sent(owed, now)
        if sent.kind in POLICY:
            self.patient.days_written_to[self.patient.place.day(now)] = sent.kind

    def _went_after_all(self, sent: Sent, key: Any, now: datetime) -> bool:
        """Of two letters that say the same either goes: this one does, the one it gave way to is owed no more."""
        owed = next((one for one in self.gave_way if (one.kind, one.key) == (sent.kind, key)), None)
        if owed is None or (owed.until and now >= owed.until):
            return False
        self.gave_way.remove(owed)
        found = against(self.patient, owed, now)
        if found and found.is_final and not found.is_soft:
            self.report.find(found.why, self.who, now, f"{name_of(owed)} went all the same")
        self._note_sent(owed, now)
        return True

    def _waited_for_its_turn(self, owed: Owed, now: datetime) -> bool:
        """After trouble a server is written to slowly for days, and for longer where hardly any letter went since.

        One may wait an hour, and then for the next look.
        """
        last = max((at for at in self.year.trouble if at < now), default=None)
        if last is None or owed.missed_at is None:
            return False
        went_since = bisect_left(self.year.took, owed.missed_at) - bisect_left(self.year.took, last)
        looks_since = bisect_left(self.year.ticks, (now, "")) - bisect_left(self.year.ticks, (owed.missed_at, ""))
        if now - last < SLOW_FOR:
            return now - owed.missed_at <= TURN
        return went_since <= SLOW_LETTERS and looks_since <= 1

    def _note_sent(self, owed: Owed, now: datetime) -> None:
        patient = self.patient
        patient.went.add((owed.kind, owed.key))
        if owed.kind == CHECK_IN:
            plan, number, _days = owed.key
            next(one for one in patient.courses[plan].sessions if one.number == number).asked.append(now)
        if owed.kind in {CONFIRMED, MOVED} and owed.key[0] in patient.visits:
            patient.visits[owed.key[0]].known = True

    def _not_sent(self, owed: Owed, found: Against | None, now: datetime, mail: str) -> None:
        if mail != "ok":
            return
        if found and found.is_soft and found.is_final:  # what it gives way to may just have given way to something
            found = against(self.patient, owed, now)
        if found is None and owed.kind in POLICY and self.patient.place.day(now) in self.patient.days_written_to:
            return  # another took the day at this very moment
        if found is None:
            if owed.waits_for.startswith("mail") and now < _since(owed) + AFTER_OUTAGE:
                return
            row = self.keys.row(owed, self.rows)
            if row and owed.waits_for.startswith("mail") and row["state"] == "failed":
                self._explain(owed, Against("mail_was_down", is_final=True, where="call_list"))
            elif row and row["state"] == "uncertain":
                self._explain(owed, Against("uncertain", is_final=True, where="call_list"))
            else:
                owed.missed_at = owed.missed_at or now
            return
        owed.waits_for = owed.waits_for or found.why
        if found.why in PUTS_OFF:
            place = self.patient.place
            owed.put_off = place.morning(place.open_from(place.day(now) + timedelta(days=1)))
        if found.is_final:
            self._explain(owed, found)

    def _explain(self, owed: Owed, found: Against) -> None:
        """One that is not sent for good: the reason is true by the log; the database has to say the same, and where."""
        self.patient.owed.remove(owed)
        self.report.owed[owed.kind] += 1
        self.report.explained[found.why] += 1
        if found.is_soft:
            self.gave_way.append(owed)
        course = self.patient.courses.get(owed.key[0]) if owed.kind == FOLLOW_UP else None
        if course and found.where == "call_list" and course.on_list != "clinician_list":
            course.on_list, course.list_reason = found.where, found.why
        if owed.missed_at:
            self._missing(owed)
        row = self.keys.row(owed, self.rows)
        if row is None:
            self.report.find("forgotten", self.who, owed.due, f"{name_of(owed)}: {found.why}, but there is no such row")
        elif datetime.fromisoformat(row["due_at"]) > owed.due:
            return  # owed again since for a later day: the row tells of that
        elif row["state"] not in {"sent", "queued"} and row["where"] != found.where and found.where != "closed":
            words = f"{name_of(owed)}: {found.why} belongs on {found.where}, is {row['reason']} on {row['where']}"
            self.report.find("nowhere", self.who, owed.due, words)

    def settle_dropped(self, event: dict[str, Any]) -> None:
        """Count what an event made no longer owed; what could have gone before is missing."""
        for owed in self.replay.book.dropped:
            self.report.owed[owed.kind] += 1
            if owed.missed_at:
                self._missing(owed)
            else:
                self.report.explained[event["what"]] += 1
        self.replay.book.dropped.clear()

    def _missing(self, owed: Owed) -> None:
        self.report.find("missing", self.who, owed.missed_at or owed.due, f"{name_of(owed)} never went")

    def _unowed(self, sent: Sent, key: Any, now: datetime) -> None:
        coming = next((one for one in self.patient.owed if (one.kind, one.key) == (sent.kind, key)), None)
        what = f"{sent.kind} {key}"
        if coming:
            self.patient.owed.remove(coming)
            self._note_sent(coming, now)
            return self.report.find("early", self.who, now, f"{what} is due {coming.due}")
        if (sent.kind, key) in self.patient.went:
            return self.report.find("twice", self.who, now, f"{what} went before")
        if sent.kind in {FOLLOW_UP, CHECK_IN, REMINDER, ADVICE, NUDGE, CONFIRMED, MOVED, CANCELLED, INTAKE}:
            return self.report.find(self._why_not(sent, key), self.who, now, f"{what} was not owed")
        return None

    def _why_not(self, sent: Sent, key: Any) -> str:
        course = self.patient.courses.get(key[0]) if sent.kind == FOLLOW_UP and key else None
        if self.patient.is_dead:
            return "to the dead"
        if course and course.kept_by:
            return "although booked"
        if course and course.is_closed:
            return f"although {course.closed_because}"
        if course and course.on_list == "clinician_list":
            return f"although {course.list_reason}"
        return "not owed"

    def _look_at(self, sent: Sent, now: datetime) -> None:
        """What holds for every letter, whatever is owed."""
        patient, place = self.patient, self.patient.place
        if patient.is_dead:
            self.report.find("to the dead", self.who, now, sent.kind)
        if sent.to != patient.email:
            self.report.find("wrong address", self.who, now, f"{sent.kind} went to {sent.to}, not {patient.email!r}")
        language = patient.language if patient.language in self.year.languages else "en"
        if language != _language_of(sent.text):
            self.report.find("wrong language", self.who, now, f"{sent.kind} is not in {language}")
        if sent.kind in WISHED and not patient.wants:
            self.report.find("opted_out", self.who, now, f"{sent.kind} went all the same")
        if sent.kind in POLICY:
            found = against_policy_letter(patient, sent.kind, now)
            if found:
                self.report.find(found.why, self.who, now, f"{sent.kind} at {now.astimezone(place.zone):%a %H:%M}")


def _since(owed: Owed) -> datetime:
    return datetime.fromisoformat(owed.waits_for.partition(" ")[2])


def _language_of(text: str) -> str:
    for language, script in SCRIPTS.items():
        if sum(ord(letter) in script for letter in text) > 20:
            return language
    return "en"
