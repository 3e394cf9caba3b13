"""The clinic's Celery with Celery's own request: what could not be acknowledged stays in hand for ever."""

from clinic.celery import app

app.Task.Request = "celery.worker.request:Request"
