from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import ClusterEventQuerySet
from ..text import is_readable
from .base import UUIDModel
from .cluster import Cluster


class ClusterEvent(UUIDModel):
    """A high-level event that a cluster organises, to which a mandate holder can be invited (action 11).

    Who is invited stands in the log: in engagements of action 11 that name the event. It is called off, not deleted.
    """

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="events", verbose_name=_("cluster"))
    title = models.CharField(_("title"), max_length=200, validators=[is_readable])
    day = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=200, blank=True, validators=[is_readable])
    note = models.TextField(_("note"), max_length=1000, blank=True, validators=[is_readable])
    called_off_on = models.DateField(_("called off on"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)

    objects = ClusterEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster event")
        verbose_name_plural = _("cluster events")
        ordering = ["day", "title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "day", "title"],
                condition=Q(called_off_on=None),
                name="event_once",
                violation_error_message=_("An event with this title on this day is entered already."),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="event_has_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its place on the page of the cluster's events, which coordinators and the task team read."""
        return f"{reverse('engagement:cluster-events', args=[self.cluster.slug])}#event-{self.pk}"
