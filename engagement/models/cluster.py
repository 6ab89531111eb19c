from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import ClusterQuerySet, MembershipQuerySet
from .base import UUIDModel


class Cluster(UUIDModel):
    """A protection cluster or a body like it; perhaps below another one (hub, sub-national, area of responsibility).

    Rights on a cluster include those below it, to a depth of two.
    """

    class Kind(models.TextChoices):
        CLUSTER = "cluster", _("Protection Cluster")
        SECTOR = "sector", _("Protection Sector")
        WORKING_GROUP = "working_group", _("Protection Working Group")
        AREA = "aor", _("area of responsibility")
        HUB = "hub", _("hub or sub-national cluster")

    last: date | None  # set by with_last(rows, today)
    # Set by for_openings(user, today):
    keeps: bool
    joined: bool
    follows_visits: bool
    follows_mandates: bool
    reviewed_on: date | None
    acting: int

    slug = models.SlugField(_("name in addresses"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    country = models.ForeignKey("mandates.Country", models.PROTECT, related_name="clusters", verbose_name=_("country"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Kind, default=Kind.CLUSTER)
    working_language = models.CharField(
        _("working language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    starts_on = models.DateField(_("active since"), null=True, blank=True)
    ends_on = models.DateField(_("active until"), null=True, blank=True)
    source = models.TextField(_("source"), max_length=1000, blank=True)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="cluster_not_its_own_parent",
                violation_error_message=_("A cluster cannot be part of itself."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="cluster_ends_after_start",
                violation_error_message=_("A cluster cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("engagement:cluster-detail", args=[self.slug])

    def clean(self) -> None:
        above, depth = self.parent, 0
        while above is not None:
            depth += 1
            if above.pk == self.pk or depth > 2:
                raise ValidationError({"parent": _("A cluster has at most two levels above it, none of them itself.")})
            above = above.parent

    @property
    def reference_scopes(self) -> QuerySet:
        """The keys of the clusters whose unconfirmed suggestions all readers of this cluster's log know."""
        return Cluster.objects.within([self.pk]).order_by().values("pk")

    def is_active(self, on: date) -> bool:
        """Whether the cluster exists on that day; unknown ends count as open."""
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or self.ends_on >= on)


class Membership(UUIDModel):
    """A person's role in a cluster. It is ended, not deleted; an ended one gives no rights."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator")
        CO_COORDINATOR = "co_coordinator", _("co-coordinator")
        IMO = "imo", _("information management officer")
        MEMBER = "member", _("member")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("user")
    )
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="memberships", verbose_name=_("cluster"))
    role = models.CharField(_("role"), max_length=14, choices=Role)
    started_on = models.DateField(_("since"), default=timezone.localdate)
    ended_on = models.DateField(
        _("ended on"), null=True, blank=True, help_text=_("Any day here takes the rights away at once.")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["cluster", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "cluster"],
                condition=Q(ended_on=None),
                name="one_current_role_per_cluster",
                violation_error_message=_("This person already has a role in this cluster; end that one first."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="membership_ends_after_start",
                violation_error_message=_("A membership cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.cluster}"
