"""Lists as somebody likes to see them: a name for the filters of an address."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import SavedViewQuerySet
from ..text import is_readable
from .base import UUIDModel
from .cluster import Cluster


class SavedView(UUIDModel):
    """One list with its filters, for one person, or shared with the task team or with all who belong to a cluster.

    It keeps no rows and opens nothing: whoever opens it gets the list as she may read it. `page` is the name of the
    list's address, `query` its filters (`saved_views.PAGES` says which lists and filters there are).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user"))
    name = models.CharField(
        _("name of the view"),
        max_length=60,
        validators=[is_readable],
        help_text=_("To know it again. No names of people or places: whoever you share it with reads it."),
    )
    page = models.CharField(_("list"), max_length=60, editable=False)
    query = models.CharField(_("filters"), max_length=1000, blank=True, editable=False)
    for_task_team = models.BooleanField(_("shared with the task team"), default=False)
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shared with the cluster")
    )
    changed_at = models.DateTimeField(_("last changed at"), default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(for_task_team=False) | Q(cluster=None), name="saved_view_for_one_team")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("engagement:saved-view-open", args=[self.pk])
