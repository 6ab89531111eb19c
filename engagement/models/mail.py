from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..querysets import OutgoingMailQuerySet
from .base import UUIDModel


class OutgoingMail(UUIDModel):
    """A mail to one person, written down in the transaction that causes it and sent by `mail.deliver`.

    Holds no text: the words are made from `kind` when it is sent, so that no key to an account lies in the database.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        PASSWORD = "password", _("way to set a password")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the mail server")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused by the mail server")
        UNCERTAIN = "uncertain", _("perhaps sent: the line broke meanwhile")
        DROPPED = "dropped", _("no longer needed")

    FIRST_PAUSE: ClassVar = timedelta(minutes=5)
    LONGEST_PAUSE: ClassVar = timedelta(hours=6)
    MOST_ATTEMPTS: ClassVar = 18  # with the pauses above, three days

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mails", verbose_name=_("to"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("caused by")
    )
    cluster = models.ForeignKey("engagement.Cluster", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("what the mail server said"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("written at"))
    due_at = models.DateTimeField(_("next try at"))
    tried_at = models.DateTimeField(_("last tried at"), null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["state", "due_at"], name="mail_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "dropped"]) | Q(tried_at__isnull=False), name="mail_tried_at_a_moment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.to}"

    def put_off(self, now: datetime, error: str) -> None:
        """Nothing left the house: try again after a pause that doubles each time; give up after three days."""
        self.attempts += 1
        self.error, self.tried_at = error[:200], now
        self.state = self.State.WAITING if self.attempts < self.MOST_ATTEMPTS else self.State.REFUSED
        self.due_at = now + min(self.FIRST_PAUSE * 2 ** (self.attempts - 1), self.LONGEST_PAUSE)
        self.save()

    def settle(self, now: datetime, state: State, error: str = "") -> None:
        """It has left, or never will."""
        self.attempts += 1
        self.state, self.error, self.tried_at = state, error[:200], now
        self.save()
