from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import ClusterRecordQuerySet, PriorityMandateQuerySet
from ..text import is_readable
from .base import UUIDModel
from .cluster import Cluster
from .engagement import Engagement


class PriorityMandate(UUIDModel):
    """A mandate that a cluster engages with systematically, in the order of `rank` (1 first), and why in its context.

    It is ended with a reason, not deleted; its history stays. Written by `services`, which keeps the ranks of a list
    without gaps and logs each change as action 8.
    """

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="priorities", verbose_name=_("cluster"))
    mandate = models.ForeignKey("mandates.Mandate", models.PROTECT, related_name="+", verbose_name=_("mandate"))
    rank = models.PositiveSmallIntegerField(_("priority"))
    reason = models.CharField(
        _("why this mandate, in this context"),
        max_length=500,
        validators=[is_readable],
        help_text=_("Which protection risk it is about, and who keeps the contact. No names of people at risk."),
    )
    started_on = models.DateField(_("on the list since"), default=timezone.localdate)
    ended_on = models.DateField(_("off the list since"), null=True, blank=True)
    ended_reason = models.CharField(_("why it leaves the list"), max_length=500, blank=True, validators=[is_readable])

    objects = PriorityMandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("priority mandate")
        verbose_name_plural = _("priority mandates")
        ordering = ["cluster", "rank", "-ended_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "mandate"],
                condition=Q(ended_on=None),
                name="priority_mandate_once",
                violation_error_message=_("This mandate is on the list already."),
            ),
            models.UniqueConstraint(fields=["cluster", "rank"], condition=Q(ended_on=None), name="priority_rank_once"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="priority_rank_counts"),
            models.CheckConstraint(condition=~Q(reason=""), name="priority_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="priority_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_reason="") | (Q(ended_on__isnull=False) & ~Q(ended_reason="")),
                name="priority_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.rank}. {self.mandate}"


class PriorityReview(UUIDModel):
    """The cluster looked at its list of priorities: one a day, with the engagement of action 8 that logs it."""

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="priority_reviews", verbose_name=_("cluster"))
    reviewed_on = models.DateField(_("reviewed on"), default=timezone.localdate)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    engagement = models.OneToOneField(
        Engagement, models.PROTECT, related_name="priority_review", verbose_name=_("engagement")
    )

    objects = ClusterRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of priorities")
        verbose_name_plural = _("reviews of priorities")
        ordering = ["cluster", "-reviewed_on"]
        constraints = [models.UniqueConstraint(fields=["cluster", "reviewed_on"], name="priority_review_once_a_day")]

    def __str__(self) -> str:
        return f"{self.cluster}, {self.reviewed_on}"
