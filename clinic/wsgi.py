"""The web server's way in. In production it refuses to start on a missing or weak setting and names it."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from clinic.environment import refuse_to_serve

refuse_to_serve(settings.UNFIT_TO_SERVE)
application = get_wsgi_application()

# What was loaded to start with stays: the collector of garbage need not walk through it in every request.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)  # a page makes tens of thousands of objects, nearly all gone when it is sent
