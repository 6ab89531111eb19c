import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..change_queries import ReferenceChangeQuerySet


class ReferenceChange(models.Model):
    """What changed in a visit, call, report, mandate, session or country, when and from which source. Kept for good.

    `changes` maps a field to [before, after] as JSON. `changed_by` is a plain value (an e-mail address or a
    command's name) and no foreign key, so that this app needs no user.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        CHECKED = "checked", _("checked")  # compared with its source; nothing else changed
        REMOVED = "removed", _("removed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(_("kind of entry"), max_length=40)
    subject_id = models.CharField(_("entry"), max_length=64)
    label = models.CharField(_("name of the entry"), max_length=300)
    kind = models.CharField(_("kind of change"), max_length=10, choices=Kind)
    changes = models.JSONField(_("changes"), default=dict)
    changed_by = models.CharField(_("changed by"), max_length=254, blank=True)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, db_index=True)
    source = models.CharField(_("source"), max_length=500, blank=True)

    objects = ReferenceChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of reference data")
        verbose_name_plural = _("changes of reference data")
        ordering = ["-changed_at", "id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-changed_at"])]

    def __str__(self) -> str:
        return f"{self.label} ({self.get_kind_display()})"
