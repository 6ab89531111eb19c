from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..querysets import SubscriptionQuerySet
from .base import UUIDModel
from .cluster import Cluster

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for "none" where two rows are compared that both have none: SQL holds two NULLs for different."""


class Subscription(UUIDModel):
    """What a person follows, or a cluster for everybody who currently belongs to it (then without `user`).

    Its criteria intersect, never add up: country AND mandate AND kind. The country is one that is named, or that of the
    cluster (`of_country`); the mandate one that is named, or any of the cluster's current priorities (`of_priorities`).
    Where neither is set, it is about all. What it then concerns is said in `engagement.following`, and nowhere else.
    """

    class Mails(models.TextChoices):
        URGENT = "urgent", _("at once when urgent, else once a week")
        WEEKLY = "weekly", _("once a week")
        NONE = "none", _("no mails")

    KINDS: ClassVar = ("visits", "calls", "reports")
    ONE_PRESS: ClassVar = {
        "country_visits": {"of_country": True, "visits": True},
        "priority_mandates": {"of_priorities": True, "calls": True, "reports": True},
    }
    """What the buttons of actions 1 and 4 subscribe to, by what they post."""

    # Set by SubscriptionQuerySet.for_page():
    is_current: bool

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="subscriptions", verbose_name=_("user")
    )
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, related_name="subscriptions", verbose_name=_("cluster")
    )
    of_country = models.BooleanField(_("the cluster’s country"), default=False)
    of_priorities = models.BooleanField(_("the cluster’s priority mandates"), default=False)
    country = models.ForeignKey(
        "mandates.Country", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("country")
    )
    mandate = models.ForeignKey(
        "mandates.Mandate", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("mandate")
    )
    visits = models.BooleanField(_("country visits"), default=False)
    calls = models.BooleanField(_("calls for input"), default=False)
    reports = models.BooleanField(_("reports"), default=False)
    mails = models.CharField(_("mails"), max_length=6, choices=Mails, default=Mails.URGENT)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["cluster", "since", "id"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("user", Value(NOBODY), output_field=models.UUIDField()),
                Coalesce("cluster", Value(NOBODY), output_field=models.UUIDField()),
                "of_country", "of_priorities",
                Coalesce("country", Value("")), Coalesce("mandate", Value(0), output_field=models.BigIntegerField()),
                "visits", "calls", "reports",
                name="subscription_once",
                violation_error_message=_("This is followed already."),
            ),
            models.CheckConstraint(
                condition=Q(user=None, cluster__isnull=False)
                | Q(user__isnull=False, cluster=None, of_country=False, of_priorities=False)
                | (Q(user__isnull=False, cluster__isnull=False) & (Q(of_country=True) | Q(of_priorities=True))),
                name="subscription_for_a_person_or_a_cluster",
            ),
            models.CheckConstraint(
                condition=Q(of_country=False) | Q(country=None), name="subscription_to_one_country"
            ),
            models.CheckConstraint(
                condition=Q(of_priorities=False) | Q(mandate=None), name="subscription_to_one_mandate"
            ),
            models.CheckConstraint(
                condition=Q(visits=True) | Q(calls=True) | Q(reports=True), name="subscription_to_some_kind"
            ),
            models.CheckConstraint(
                condition=Q(mails__in=["urgent", "weekly", "none"]), name="subscription_mails_known"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user or self.cluster}: {self.about}"

    @property
    def is_default(self) -> bool:
        """Whether the cluster follows this for all who belong to it."""
        return self.user_id is None

    def same(self) -> models.QuerySet:
        """The row that follows the same for the same people, itself included: at most one."""
        names = ("user", "cluster", "of_country", "of_priorities", "country", "mandate", *self.KINDS)
        return Subscription.objects.filter(**{name: getattr(self, name) for name in names})

    @property
    def about(self) -> str:
        """What it follows, in a line of the active language. Reads the country, the mandate and the cluster."""
        kinds = [str(self._meta.get_field(kind).verbose_name) for kind in self.KINDS if getattr(self, kind)]
        country = self.cluster.country if self.of_country and self.cluster else self.country
        places = [str(country)] if country else []
        places += [self.mandate.acronym] if self.mandate else []
        if self.of_priorities:
            places.append(gettext("priority mandates of the cluster"))
        where = " · ".join(places) or gettext("all countries and mandates")
        what = gettext(", ").join(kinds)
        return capfirst(f"{what} · {where}")


class SubscriptionOptOut(UUIDModel):
    """A person does not want what her cluster follows for all who belong to it. Goes when the cluster ends that."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user"))
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="opt_outs", verbose_name=_("subscription")
    )

    class Meta:
        verbose_name = _("subscription that was left")
        verbose_name_plural = _("subscriptions that were left")
        constraints = [models.UniqueConstraint(fields=["user", "subscription"], name="opt_out_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.subscription_id}"
