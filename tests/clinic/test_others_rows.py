"""Ids of another location's rows, and columns nobody offered: forged into a form they change nothing."""

import uuid
from typing import Any

from django.urls import reverse

from clinic.locations.models import Room
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients.models import Patient
from scheduling.models import Appointment, AppointmentType
from tests.clinic.building import next_morning
from tests.clinic.world import World
from treatments.models import SessionSite, Vial


def test_a_letter_that_failed_elsewhere_is_nobodys_business_here(the: World) -> None:
    for place, shown in ((the.there, 0), (the.here, 1)):
        Letter.objects.filter(pk=place.letter.pk).update(state="failed", reason="bad_address", ended_at=the.now)
        assert len(the.browser(Role.FRONT_DESK).get(reverse("scheduling:today")).context["failed_letters"]) == shown


def test_ids_of_the_other_location_book_nothing(the: World) -> None:
    desk, before = the.browser(Role.FRONT_DESK), Appointment.objects.count()
    there, kind = the.there, AppointmentType.objects.get(kind="consultation")
    moment = next_morning(the.now, the.here.location, days=3).isoformat()
    room = Room.objects.get(location=there.location)
    for sent in (
        {"slot": f"{moment}|{there.doctor.public_id}|"},
        {"slot": f"{moment}|{the.here.doctor.public_id}|{room.public_id}"},
        {"other_at": moment[:16], "other_clinician": there.doctor.public_id, "overbook_reason": "Asked for"},
    ):
        where = f"{reverse('scheduling:book')}?patient={the.here.patient.public_id}"
        answer = desk.post(where, {"pressed": str(uuid.uuid4()), "type": kind.public_id, **sent})
        assert answer.status_code in {200, 409}
    theirs = f"{reverse('scheduling:book')}?patient={there.patient.public_id}"
    assert (
        desk.post(theirs, {"type": kind.public_id, "slot": f"{moment}|{the.here.doctor.public_id}|"}).status_code == 404
    )
    assert Appointment.objects.count() == before


def test_vials_and_sites_of_the_other_location_are_left_alone(the: World) -> None:
    doctor = the.browser(Role.CLINICIAN)
    vial = Vial.objects.filter(lot=the.there.lot, opened_at__isnull=False).get()
    doctor.post(reverse("treatments:stock_close"), {"vials": vial.public_id, "reason": "Out of date"})
    vial.refresh_from_db()
    assert vial.closed_at is None
    made = the.there.signed.preparations.get()
    prepare = reverse("treatments:session_prepare", args=[the.here.draft.public_id])
    assert doctor.post(prepare, {"made": made.public_id}).status_code == 404
    site = the.there.draft.sites.first()
    assert site is not None
    key = str(site.public_id)
    row = {"row": [key, key.upper()], "clinician": str(the.here.doctor.public_id), "version": the.here.draft.version}
    row |= {f"{key}-muscle": site.muscle.key, f"{key}-side": site.side, f"{key}-units": "77"}
    row |= {f"{key.upper()}-muscle": site.muscle.key, f"{key.upper()}-side": site.side, f"{key.upper()}-units": "78"}
    saved = doctor.post(reverse("treatments:session_save", args=[the.here.draft.public_id]), row)
    assert saved.status_code == 302  # kept as a row of its own, and the other location's is what it was
    (own,) = the.here.draft.sites.all()
    assert own.units == 78
    assert own.public_id != site.public_id
    kept = SessionSite.objects.get(pk=site.pk)
    assert (kept.session_id, kept.units) == (site.session_id, site.units)


def test_more_than_the_page_asks_for_changes_nothing_else(the: World) -> None:
    """Mass assignment: every column of the row is sent; only the form's own are taken."""
    patient = the.here.patient
    columns = [field.name for field in patient._meta.concrete_fields]  # noqa: SLF001 - Django's documented meta API
    extra = dict.fromkeys(columns, "1") | {"location": str(the.there.location.public_id)}
    sent = extra | {
        "given_name": "Asha", "family_name": "", "sex": "female", "language": "en", "version": str(patient.version),
        "birth": "", "phone": "", "email": "", "deceased_on": "", "has_no_email": "",
        "abha_number": "", "abha_address": "",
    }  # fmt: skip
    sent.pop("email_is_shared")
    before: dict[str, Any] = dict(Patient.objects.values().get(pk=patient.pk))
    answer = the.browser(Role.FRONT_DESK).post(reverse("patients:edit", args=[patient.public_id]), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    after: dict[str, Any] = dict(Patient.objects.values().get(pk=patient.pk))
    own = {"given_name", "family_name", "search_name", "born_on", "birth_precision", "sex", "email", "version"}
    own |= {"search_sounds", "address", "note_for_desk", "wants_reminders", "wants_visit_reminders", "wants_check_ins"}
    assert {name for name in before if before[name] != after[name]} <= own
