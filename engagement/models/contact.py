from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import ContactQuerySet
from ..text import is_readable
from .base import UUIDModel
from .cluster import Cluster


class Contact(UUIDModel):
    """A member of the cluster without an account, who gets its mails; kept by the coordinator, removed on request.

    Removing empties name and address for good and keeps the row, so that "12 were told" stays true.
    """

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="contacts", verbose_name=_("cluster"))
    name = models.CharField(_("name"), max_length=150, blank=True, validators=[is_readable])
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Of the mails; the cluster’s working language when empty."),
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)
    removed_on = models.DateField(_("removed on"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["cluster", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "email"],
                condition=Q(removed_on=None),
                name="contact_once",
                violation_error_message=_("This address is among the contacts already."),
            ),
            models.CheckConstraint(
                condition=(Q(removed_on=None) & ~Q(name="") & ~Q(email=""))
                | Q(removed_on__isnull=False, name="", email="", language=""),
                name="contact_removed_leaves_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("removed contact"))
