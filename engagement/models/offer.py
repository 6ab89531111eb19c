"""What people of a cluster offer for its answers to calls."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import ContributionOfferQuerySet
from ..text import fits_a_column, is_readable
from .base import UUIDModel
from .cluster import Cluster


class ContributionOffer(UUIDModel):
    """Paragraphs that a person of the cluster offers for its answer to a call.

    Belongs to cluster and call, not to the contribution: whoever offers need not know whether one is begun.
    """

    class Consent(models.TextChoices):
        GIVEN = "given", _("those it speaks of agreed to its use")
        NOBODY = "nobody", _("it speaks of nobody in particular")

    class State(models.TextChoices):
        OFFERED = "offered", _("offered")
        USED = "used", _("used")
        NOT_USED = "not_used", _("not used")
        WITHDRAWN = "withdrawn", _("taken back")

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="+", verbose_name=_("cluster"))
    call = models.ForeignKey(
        "mandates.CallForInput", models.PROTECT, related_name="+", verbose_name=_("call for input")
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("offered by")
    )
    offered_at = models.DateTimeField(_("offered at"), default=timezone.now, editable=False)
    text = models.TextField(
        _("your paragraphs"),
        validators=[fits_a_column, is_readable],
        help_text=_("Ready to be used as they stand. Patterns and risks; no names of people at risk."),
    )
    source = models.CharField(
        _("where it comes from"),
        max_length=300,
        validators=[is_readable],
        help_text=_("A report, monitoring data, your organisation’s own observation. Never a person."),
    )
    consent = models.CharField(_("consent"), max_length=7, choices=Consent)
    may_be_named = models.BooleanField(_("my organisation may be named"), default=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OFFERED)
    answer = models.CharField(_("word to whoever offered"), max_length=500, blank=True, validators=[is_readable])
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    form_key = models.UUIDField(_("key of the form"), unique=True, editable=False)

    objects = ContributionOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer for a contribution")
        verbose_name_plural = _("offers for contributions")
        ordering = ["offered_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, state__in=["offered", "withdrawn"])
                | Q(decided_by__isnull=False, decided_at__isnull=False, state__in=["used", "not_used"]),
                name="offer_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offered_by}, {self.offered_at:%Y-%m-%d}"
