"""Addresses of what patients may read: open to anybody, and without a word of what the clinic treats."""

from django.urls import path

from treatments.views import leaflets

app_name = "leaflets"
urlpatterns = [
    path("<uuid:public_id>/", leaflets.contents, name="contents"),
    path("<uuid:public_id>/<slug:slug>/", leaflets.leaflet, name="leaflet"),
]
