"""The row every clinic object starts from."""

import uuid

from django.db import models


class PublicModel(models.Model):
    """A row with a public id: the number inside stays inside, URLs and letters carry the UUID."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
