from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import SetAsideQuerySet
from ..text import is_readable
from .action import Action
from .base import UUIDModel
from .cluster import Cluster


class SetAside(UUIDModel):
    """An opening that the cluster decided to leave, with the reason.

    `item` and `state` are those of `openings.Opening`: the opening comes back when the state of its item changes, or
    when a coordinator takes it up again (`ended_at`).
    """

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="+", verbose_name=_("cluster"))
    action = models.ForeignKey(Action, models.PROTECT, related_name="+", verbose_name=_("action"))
    item = models.CharField(_("item"), max_length=120)
    state = models.CharField(_("state of the item"), max_length=16)
    reason = models.CharField(
        _("reason"),
        max_length=500,
        validators=[is_readable],
        help_text=_("Too late to contribute, another cluster does it, we follow this by other means …"),
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set aside by")
    )
    set_at = models.DateTimeField(_("set aside at"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("taken up again at"), null=True, blank=True)

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening set aside")
        verbose_name_plural = _("openings set aside")
        ordering = ["cluster", "-set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "action", "item", "state"], condition=Q(ended_at=None), name="set_aside_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="set_aside_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("set_at")), name="set_aside_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster}, {self.action}, {self.item}"

    @property
    def identity(self) -> tuple[int, str, str]:
        """What `openings.Opening.identity` is matched with."""
        return self.action.number, self.item, self.state
