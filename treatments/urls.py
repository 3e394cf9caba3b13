"""Addresses of the record. Deeds are POST; the session's and the fridge's addresses have a module of their own."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from treatments.views import consultation

app_name = "treatments"

urlpatterns: list[URLPattern | URLResolver] = [
    path("patients/<uuid:public_id>/consultation/", consultation.consultation_start, name="consultation_start"),
    path("consultations/<uuid:public_id>/", consultation.consultation, name="consultation"),
    path(
        "consultations/<uuid:public_id>/save/<int:version>/",
        consultation.consultation_save,
        name="consultation_save",
    ),
    path("consultations/<uuid:public_id>/consent/", consultation.consultation_consent, name="consultation_consent"),
]

if find_spec("treatments.session_urls"):
    urlpatterns.append(path("", include("treatments.session_urls")))
