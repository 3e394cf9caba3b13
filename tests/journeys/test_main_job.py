"""The main job, from a sign-in to the visit that a reminder's link booked, as the people in it would do it."""

import pytest
from playwright.sync_api import Browser

from patients.models import Patient
from tests.journeys import clinician_steps as clinician
from tests.journeys import desk_steps as desk
from tests.journeys import phone_steps as phone
from tests.journeys import recall_steps as recall
from tests.journeys import session_steps as day
from tests.journeys.clinic_of import a_team
from tests.journeys.letters import arrived
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.outbox.sink import Sink
from tests.patients.making import person

pytestmark = pytest.mark.django_db(transaction=True)


def test_main_job_from_sign_in_to_the_visit_booked_by_a_reminder(
    clinic_running: Running, sink: Sink, browser: Browser, eyes: Eyes
) -> None:
    team, url = a_team(), clinic_running.url
    person("Asha", "Rao", phone="98765 00131")
    with window(browser, base_url=url, eyes=eyes) as at_desk, window(browser, base_url=url, eyes=eyes) as in_room:
        desk.sign_in(at_desk, team.desk, eyes, first=True)
        desk.register_asha(at_desk, eyes)
        asha = Patient.objects.get(email=desk.EMAIL)
        desk.book_consultation(at_desk, eyes)
        desk.sign_in(in_room, team.doctor, eyes)
        day.receive_stock(in_room, eyes)

        invitation = arrived(sink, "a few questions")
        arrived(sink, "Your visit on")
        link = phone.link_in(invitation, "/i/")
        with window(browser, base_url=url, eyes=eyes, phone=True) as on_phone:
            phone.looking_changes_nothing(on_phone, link)
            phone.begin_and_leave(on_phone, link, eyes)
        with window(browser, base_url=url, eyes=eyes, phone=True) as on_phone:
            phone.resume_and_send(on_phone, link, eyes)

        clinician.open_chart(in_room, asha, team.doctor, eyes)
        clinician.review_intake(in_room, eyes)
        clinician.consult(in_room, eyes)
        clinician.plan_from_preempt(in_room, eyes)
        day.check_the_day(in_room, eyes)
        day.make_up(in_room, eyes)
        day.inject(in_room, eyes)
        session = day.sign(in_room, eyes)

        assert session.injected_on
        follow_up = recall.follow_up_is_owed(session.injected_on)
        reminder = recall.remind(clinic_running, sink, follow_up)
        recall.letter_is_discreet(reminder)
        link = phone.link_in(reminder, "/b/")
        with window(browser, base_url=url, eyes=eyes, phone=True) as on_phone:
            phone.looking_changes_nothing(on_phone, link)
            visit = phone.book_from_link(on_phone, link, eyes)
        assert (visit.follow_up, visit.patient) == (follow_up, asha)
        recall.other_steps_are_withdrawn(follow_up)

        clinic_running.manage("work_letters")
        assert len(sink.taken) == len({letter["Message-ID"] for letter in sink.taken}) == 4
        too_late = 7  # the advice, and the check-ins of days 2 to 56: the reminder went on day 70
        desk.every_letter_is_told(at_desk, eyes, {"sent": 4, "withdrawn": 2, "too late": too_late})
        recall.recall_list_shows_it_booked(at_desk, eyes)
    assert eyes.broken == []
    assert not eyes.serious, "\n".join(eyes.found)
