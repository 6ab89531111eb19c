from django.conf import settings
from django.core import signing
from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import UUIDModel
from .mail import OutgoingMail

SALT = "engagement.unsubscribe"


class DigestMark(UUIDModel):
    """How far one person has been told of what she follows, and which of these mails she does not want.

    Moved in the transaction that writes the mail: whatever is killed, nothing is told twice and nothing left out.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="digest_mark", verbose_name=_("user")
    )
    weekly_at = models.DateTimeField(_("weekly mail made up to"))
    urgent_at = models.DateTimeField(_("urgent mail made up to"))
    no_weekly = models.BooleanField(_("no weekly mails"), default=False)
    no_urgent = models.BooleanField(_("no urgent mails"), default=False)

    class Meta:
        verbose_name = _("state of a person’s mails")
        verbose_name_plural = _("states of people’s mails")

    def __str__(self) -> str:
        return str(self.user_id)

    @property
    def key(self) -> str:
        """The key of her weekly mails, which stands in the address that ends them."""
        return self.key_for(OutgoingMail.Kind.DIGEST)

    def key_for(self, kind: str) -> str:
        """A signed key that ends mails of `kind` for this person, without signing in; it opens nothing else."""
        return signing.dumps([kind, str(self.user_id)], salt=SALT)

    @staticmethod
    def read_key(key: str) -> tuple[str, str]:
        """The (kind, key of the person) of a signed key. Raises signing.BadSignature for one that we did not make."""
        kind, person = signing.loads(key, salt=SALT)
        return kind, person

    def wants(self, kind: str) -> bool:
        return not (self.no_urgent if kind == OutgoingMail.Kind.URGENT else self.no_weekly)


class DigestItem(UUIDModel):
    """One thing of which a mail tells: a visit, call or report, by its key; and since when its changes are news.

    Holds no words: they are made when the mail leaves, from the item as it then stands. A `subject_type` of "answers"
    stands for the answers to the cluster's support requests.
    """

    ANSWERS = "answers"

    mail = models.ForeignKey(OutgoingMail, models.CASCADE, related_name="items", verbose_name=_("mail"))
    subject_type = models.CharField(_("kind of entry"), max_length=40)
    subject_id = models.CharField(_("entry"), max_length=64, blank=True)
    since = models.DateTimeField(_("changes since"))

    class Meta:
        verbose_name = _("item of a mail")
        verbose_name_plural = _("items of mails")
        constraints = [
            models.UniqueConstraint(fields=["mail", "subject_type", "subject_id"], name="digest_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"
