"""Which address belongs to which app. Everything needs signing in, except what says otherwise by name."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from clinic import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

MOUNTED = (
    ("staff/", "clinic.staff.urls"),
    ("messages/", "clinic.outbox.urls"),
    ("", "patients.urls"),
    ("treatments/", "treatments.urls"),
    ("", "scheduling.urls"),
)
urlpatterns += [path(prefix, include(module)) for prefix, module in MOUNTED if find_spec(module)]
