"""The clinic's Celery with its default: a task is acknowledged before it is done, and gone with its worker."""

from clinic.celery import app

app.conf.update(task_acks_late=False, task_reject_on_worker_lost=False)
