"""The clinic's Celery with Celery's own request and consumer: what could not be acknowledged stays in hand."""

from clinic.celery import app

app.Task.Request = "celery.worker.request:Request"
app.conf.worker_consumer = "celery.worker.consumer:Consumer"
