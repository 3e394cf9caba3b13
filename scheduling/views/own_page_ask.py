"""How a patient without a link gets the one to their page: asked for on a public page that never tells who is known."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.lib.languages import switch
from clinic.locations.models import Location
from patients.models import Language
from scheduling import own_page
from scheduling.forms_own_page import AskForm
from scheduling.online import knocking
from scheduling.views.online import busy, may, public


@public
def ask(request: HttpRequest, location: Location, now: datetime) -> HttpResponse:
    """Take an address and say the same whoever it is: if we know it, a letter is on its way."""
    form, is_asked = AskForm(request.POST or None), False
    if request.method == "POST" and form.is_valid():
        if not may(request, knocking.MAIL, now):
            return busy(request, location)
        email = form.cleaned_data["email"]
        if knocking.may(knocking.CODE, address=email.casefold(), now=now):
            own_page.wish(location_id=location.pk, email=email, now=now)
        is_asked = True
    context = {
        "location": location,
        "languages": switch(request, Language.choices),
        "is_public": True,
        "form": form,
        "is_asked": is_asked,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "scheduling/own_page_ask.html", context, status=status)
