from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import SubscriptionQuerySet
from .base import UUIDModel
from .cluster import Cluster


class Subscription(UUIDModel):
    """A person follows something for her cluster: the visits to its country, or its priority mandates."""

    class Kind(models.TextChoices):
        COUNTRY_VISITS = "country_visits", _("visits to the cluster’s country")
        PRIORITY_MANDATES = "priority_mandates", _("reports and calls of the cluster’s priority mandates")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="subscriptions", verbose_name=_("user")
    )
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="subscriptions", verbose_name=_("cluster"))
    kind = models.CharField(_("follows"), max_length=17, choices=Kind)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["cluster", "kind", "since"]
        constraints = [
            models.UniqueConstraint(fields=["user", "cluster", "kind"], name="subscription_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["country_visits", "priority_mandates"]), name="subscription_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.cluster}, {self.get_kind_display()}"
