"""Times and places, on one page: locations, types of visit, who works when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.locations.models import Closure, Room
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling.fields import WEEKDAYS
from scheduling.models import AppointmentType, ProviderHours
from scheduling.views.supply.scope import clinicians_of


@require_safe
@role_required(Role.MANAGER)
def overview(request: HttpRequest) -> HttpResponse:
    """List the places with their rooms, the types of visit, and the clinicians with their weekdays."""
    user, now = signed_in(request), clock.now()
    places = user.open_places
    rooms = list(Room.objects.filter(location__in=places, is_active=True).order_by("name"))
    closed = list(Closure.objects.filter(location__in=places, on__gte=now.date()).order_by("on"))
    people = clinicians_of(user)
    worked: dict[int, set[int]] = {}
    for clinician, weekday, last, zone_place in ProviderHours.objects.filter(
        clinician__in=people, location__in=places
    ).values_list("clinician_id", "weekday", "valid_until", "location_id"):
        zone = next(place.zone for place in places if place.pk == zone_place)
        if last is None or last >= day_of(now, zone):
            worked.setdefault(clinician, set()).add(weekday)
    names = dict(WEEKDAYS)
    context = {
        "nav": "supply",
        "places": [
            {
                "place": place,
                "rooms": [room.name for room in rooms if room.location_id == place.pk],
                "next_closed": next((one for one in closed if one.location_id == place.pk), None),
            }
            for place in places
        ],
        "types": AppointmentType.objects.order_by("-is_active", "name"),
        "people": [
            {"person": person, "weekdays": [names[day] for day in sorted(worked.get(person.pk, ()))]}
            for person in people
        ],
    }
    return render(request, "scheduling/supply.html", context)
