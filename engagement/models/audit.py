"""The record of who opened, exported and changed what is confidential, and who was given which right."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import AuditEventQuerySet
from .base import UUIDModel


class AuditEvent(UUIDModel):
    """One thing that somebody did, as it stood then: names of fields, filters and counts, never text of an engagement.

    No foreign keys: a row says who it was even when the person, the cluster or the engagement is gone, and no row is
    ever changed. Written by `audit.record` only; kept as `retention` says.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened a record of level high")
        EXPORTED = "exported", _("exported")
        LEVEL = "level", _("changed a level")
        ROLE = "role", _("changed a role")
        FACTOR = "factor", _("changed a second factor")
        ADDRESS = "address", _("changed what somebody signs in with")
        PURGED = "purged", _("removed what was kept long enough")

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    kind = models.CharField(_("what was done"), max_length=8, choices=Kind)
    actor_id = models.UUIDField(_("by, the key"), null=True, blank=True)
    actor = models.CharField(_("by"), max_length=120, blank=True, help_text=_("Her name then; empty for a command."))
    cluster_id = models.UUIDField(_("cluster"), null=True, blank=True)
    subject_id = models.UUIDField(_("about"), null=True, blank=True, help_text=_("An engagement or a person."))
    detail = models.JSONField(_("details"), default=dict, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["cluster_id", "-at"]), models.Index(fields=["subject_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"
