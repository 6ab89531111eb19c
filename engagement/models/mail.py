from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..querysets import OutgoingMailQuerySet
from .base import UUIDModel

if TYPE_CHECKING:
    from .contact import Contact
    from .user import User


class OutgoingMail(UUIDModel):
    """A mail to one person or contact, written down in the transaction that causes it and sent by `mail.deliver`.

    Holds no text: the words are made from `kind` when it is sent, so that no key to an account lies in the database.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        PASSWORD = "password", _("way to set a password")
        SHARE = "share", _("visit, call or report shared")
        OFFERS = "offers", _("paragraphs asked for")
        CHANGE = "change", _("change to an account, to confirm or decided")
        ROLES = "roles", _("who keeps a cluster's log has changed")
        FACTOR = "factor", _("second factor removed")
        ADDRESS = "address", _("address to sign in with changed")
        LOWERING = "lowering", _("a second person asked to decide about a level")
        DIGEST = "digest", _("weekly mail of what a person follows")
        URGENT = "urgent", _("urgent news of what a person follows")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the mail server")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused by the mail server")
        UNCERTAIN = "uncertain", _("perhaps sent: the line broke meanwhile")
        DROPPED = "dropped", _("no longer needed")

    OF_RIGHTS: ClassVar = (Kind.CHANGE, Kind.ROLES, Kind.FACTOR, Kind.ADDRESS)
    """Kinds that tell of a change of rights: they leave even to somebody who lost her own meanwhile."""
    ABOUT_ACCOUNTS: ClassVar = (Kind.INVITATION, Kind.PASSWORD, *OF_RIGHTS)
    """Kinds that tell nothing of any cluster's log."""

    OF_NEWS: ClassVar = (Kind.DIGEST, Kind.URGENT)
    """Kinds that tell a person of what she follows; what they tell of stands in `DigestItem`."""

    FIRST_PAUSE: ClassVar = timedelta(minutes=5)
    LONGEST_PAUSE: ClassVar = timedelta(hours=6)
    MOST_ATTEMPTS: ClassVar = 18  # with the pauses above, three days

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="mails", verbose_name=_("to")
    )
    contact = models.ForeignKey(
        "engagement.Contact", models.PROTECT, null=True, blank=True, related_name="mails", verbose_name=_("to contact")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("caused by")
    )
    cluster = models.ForeignKey("engagement.Cluster", models.PROTECT, null=True, blank=True, related_name="+")
    share = models.ForeignKey("engagement.Share", models.PROTECT, null=True, blank=True, related_name="mails")
    contribution = models.ForeignKey(
        "engagement.Contribution", models.PROTECT, null=True, blank=True, related_name="mails"
    )
    change = models.ForeignKey("engagement.AccountChange", models.PROTECT, null=True, blank=True, related_name="mails")
    lowering = models.ForeignKey(  # purging a line takes what waits about its level along, and the mails about it
        "engagement.LevelLowering", models.CASCADE, null=True, blank=True, related_name="mails"
    )
    address = models.EmailField(
        _("address"), blank=True, help_text=_("Where it goes, if not to the person’s address of the day it leaves.")
    )
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
            ),
            models.CheckConstraint(
                condition=Q(to__isnull=False, contact=None) | Q(to=None, contact__isnull=False),
                name="mail_to_one_person",
            ),
            models.CheckConstraint(
                condition=(Q(kind="share", share__isnull=False) | (~Q(kind="share") & Q(share=None)))
                & (Q(kind="offers", contribution__isnull=False) | (~Q(kind="offers") & Q(contribution=None)))
                & (Q(kind="change", change__isnull=False) | (~Q(kind="change") & Q(change=None)))
                & (Q(kind="lowering", lowering__isnull=False) | (~Q(kind="lowering") & Q(lowering=None))),
                name="mail_of_its_kind",
            ),
            models.UniqueConstraint(fields=["share", "to"], condition=Q(share__isnull=False), name="mail_share_once"),
            models.UniqueConstraint(
                fields=["share", "contact"], condition=Q(share__isnull=False), name="mail_share_once_a_contact"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.recipient}"

    @property
    def recipient(self) -> "User | Contact":
        """Whom it goes to; both have `name`, `email` and `language`."""
        return self.to or self.contact

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
