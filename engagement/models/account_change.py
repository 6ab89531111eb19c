"""Changes to accounts that open confidential records: a second person confirms them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import AccountChangeQuerySet
from .base import UUIDModel


class AccountChange(UUIDModel):
    """A change that an administrator asked for and that does nothing until an HRE TT focal point confirms it.

    Focal points read everything. Whoever keeps accounts could become one, or take over the account of one: so neither
    happens without somebody who reads everything already, and who neither asked for it nor gains by it.
    """

    class Kind(models.TextChoices):
        FOCAL_POINT = "focal_point", _("become HRE TT focal point")
        FACTOR = "factor", _("second factor of a focal point removed")
        EMAIL = "email", _("e-mail address of a focal point changed")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a focal point")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        EXPIRED = "expired", _("not decided in time")

    kind = models.CharField(_("what"), max_length=11, choices=Kind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="account_changes", verbose_name=_("whose account")
    )
    email = models.EmailField(_("new e-mail address"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = AccountChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change to an account")
        verbose_name_plural = _("changes to accounts")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | Q(state="expired", decided_by=None, decided_at__isnull=False)
                | Q(state__in=["confirmed", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="account_change_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person"))),
                name="account_change_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=(Q(kind="email") & ~Q(email="")) | (~Q(kind="email") & Q(email="")),
                name="account_change_of_its_kind",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(state="waiting"), name="account_change_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.person}"
