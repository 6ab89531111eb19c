import uuid

from django.db import models


class UUIDModel(models.Model):
    """A row of the clusters' side; its key says nothing about how many there are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
