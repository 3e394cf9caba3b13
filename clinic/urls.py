"""Which address belongs to which app. Everything needs signing in, except what says otherwise by name."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from clinic import health
from treatments.papers import consent_views
from treatments.views import reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

MOUNTED = (
    ("staff/", "clinic.staff.urls"),
    ("messages/", "clinic.outbox.urls"),
    ("", "patients.urls"),
    ("treatments/", "treatments.urls"),
    ("read/", "treatments.leaflet_urls"),
    ("", "scheduling.urls"),
)
# The address in the letter that calls a colleague: a mailbox must not tell what the clinic treats.
urlpatterns += [path("r/<uuid:public_id>/", reports.report, name="report_by_letter")]
urlpatterns += [
    path("k/<str:token>/<uuid:public_id>/copy.pdf", consent_views.by_link, name="consent_copy_by_link"),
]
urlpatterns += [path(prefix, include(module)) for prefix, module in MOUNTED if find_spec(module)]
