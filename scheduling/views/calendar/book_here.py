"""A free time pressed on the calendar: who, then what for, and it is booked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.days import day_of, read_day
from clinic.locations.models import Location, Room
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.models import Patient
from patients.views.people import hits
from scheduling import availability, booking, fitting
from scheduling.errors import AlreadyBooked, BookedAndCancelled, PressedForSomethingElse, Refusal
from scheduling.fitting import Fit, Misfit
from scheduling.forms_calendar import HereForm
from scheduling.models import Appointment, AppointmentKind, AppointmentType
from scheduling.reading_first import waits_to_be_read
from scheduling.views import words
from scheduling.views.patients import patient_named
from scheduling.views.toasts import to_say_booked
from scheduling.views.way_back import CALENDAR, way_back

WRITTEN: Final = "%Y%m%dT%H%MZ"
"""How an address writes the time that was pressed, in UTC: 20270305T0600Z."""


@dataclass(frozen=True, slots=True)
class Here:
    """The time that was pressed: at which place, with whom, in which room; what is None may be any."""

    place: Location
    at: datetime
    clinician: User | None
    room: Room | None
    back: str

    @property
    def query(self) -> str:
        """What its addresses carry."""
        facts = {
            "place": self.place.public_id,
            "with": self.clinician.public_id if self.clinician else "",
            "room": self.room.public_id if self.room else "",
            "back": self.back,
        }
        return urlencode({name: value for name, value in facts.items() if value})


@require_http_methods(["GET", "POST"])
def book_here(request: HttpRequest, at: str) -> HttpResponse:
    """Book at the time that was pressed: first the patient, then the type, which fits or says that it does not."""
    user, now = signed_in(request), clock.now()
    here = _here(request, at, user)
    patient = patient_named(user, request.GET.get("patient"))
    if patient is None:
        return _page(request, here, {**(hits(request) if request.GET.get("q") else {})})
    types = list(AppointmentType.objects.filter(is_active=True).order_by("minutes", "name"))
    fits = fitting.fits(
        types=types,
        location=here.place,
        starts_at=here.at,
        patient=patient,
        now=now,
        clinician=here.clinician,
        room=here.room,
    )
    form = HereForm(request.POST or None, initial={"pressed": uuid4(), "type": _likely(fits, patient)})
    refused, status, kept_by = "", 200, None
    if request.method == "POST" and form.is_valid():
        fit = next(one for one in fits if one.type == form.cleaned_data["type"])
        try:
            visit = _book(fit, patient, form, by=user, now=now)
        except Refusal as refusal:
            refused = words.refusal(refusal, zone=here.place.zone)
            status = 422 if isinstance(refusal, PressedForSomethingElse) else 409
            kept_by = refusal.visit if isinstance(refusal, AlreadyBooked) else None
            if isinstance(refusal, PressedForSomethingElse | BookedAndCancelled):
                form.press_anew()
        else:
            if visit is not None:
                return to_say_booked(here.back, visit)
            refused, status = why_not(fit), 409
    elif request.method == "POST":
        status = 422
    facts = {
        "patient": patient,
        "fits": [(fit, why_not(fit), str(fit.type.public_id) == str(form["type"].value() or "")) for fit in fits],
        "fits_none": not any(fit.slot for fit in fits),
        "form": form,
        "refused": refused,
        "kept_by": kept_by,
        "reads_first": waits_to_be_read(patient)
        and any(one.type.kind == AppointmentKind.INJECTION and one.slot for one in fits),
    }
    return _page(request, here, facts, status=status)


def _book(fit: Fit, patient: Patient, form: HereForm, *, by: User, now: datetime) -> Appointment | None:
    """Book it, or return None where the type does not fit (any more). The same press again is the same visit."""
    pressed = str(form.cleaned_data["pressed"])
    if fit.slot is None:  # or this very press has the time
        return booking.answered_before(pressed, patient=patient, kind=fit.type)
    return booking.book(
        patient=patient,
        slot=fit.slot,
        by=by,
        now=now,
        reason=form.cleaned_data["reason"],
        leave=booking.Leave(is_extra=form.cleaned_data["is_extra"]),
        pressed=pressed,
    )


def why_not(fit: Fit) -> str:
    """Say why a type does not fit at that time; nothing where it does."""
    match fit.misfit:
        case Misfit.TOO_SOON:
            assert fit.earliest is not None  # it comes with it
            return _("Not before %(day)s") % {"day": words.day(fit.earliest)}
        case Misfit.TOO_SHORT:
            return _("%(minutes)s min do not fit here") % {"minutes": fit.type.minutes}
        case Misfit.NO_ROOM:
            return _("No room is free")
        case Misfit.PATIENT_BUSY:
            return _("The patient has another visit then")
        case Misfit.NOT_GIVEN:
            return _("Not given here")
        case None:
            return ""


def _page(request: HttpRequest, here: Here, facts: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Return it as a page, or as what a dialog shows."""
    name = "_calendar_book.html" if request.htmx else "calendar_book.html"  # type: ignore[attr-defined] # django_htmx's
    self_url = f"{reverse('scheduling:book_here', args=[f'{here.at:{WRITTEN}}'])}?{here.query}"
    shared = {"nav": "calendar", "here": here, "zone": here.place.zone, "self_url": self_url, "books": self_url}
    return render(request, f"scheduling/{name}", {"patient": None, **shared, **facts}, status=status)


def _here(request: HttpRequest, written: str, user: User) -> Here:
    """Read the time from the address; there is no such page where it names none, or another's place."""
    places = user.open_places
    place = next((one for one in places if str(one.public_id) == request.GET.get("place")), next(iter(places), None))
    try:
        at = datetime.strptime(written, WRITTEN).replace(tzinfo=UTC)
        read_day(at.date().isoformat())
    except ValueError as error:
        raise Http404 from error
    if place is None:
        raise Http404
    people, rooms = availability.clinicians_at(place), Room.objects.filter(location=place, is_active=True)
    home = f"{reverse('scheduling:calendar')}?day={day_of(at, place.zone):%Y-%m-%d}&place={place.public_id}"
    return Here(
        place=place,
        at=at,
        clinician=next((who for who in people if str(who.public_id) == request.GET.get("with")), None),
        room=next((room for room in rooms if str(room.public_id) == request.GET.get("room")), None),
        back=way_back(request.GET.get("back"), otherwise=home, homes=CALENDAR),
    )


def _likely(fits: list[Fit], patient: Patient) -> UUID | None:
    """Return the type that is chosen at first: what the patient is due for if it fits, else the first that does."""
    due = AppointmentKind.INJECTION if booking.earliest_injection(patient) else AppointmentKind.CONSULTATION
    fitting_ones = [fit.type for fit in fits if fit.slot]
    chosen = next((kind for kind in fitting_ones if kind.kind == due), next(iter(fitting_ones), None))
    return chosen.public_id if chosen else None
