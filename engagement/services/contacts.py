"""Contacts of a cluster: entered and changed one after the other, removed so that nothing of them is left."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..forms import ContactForm
from ..models import Cluster, Contact, OutgoingMail
from .act import NotNow, lock


def keep_contact(*, cluster: Cluster, form: ContactForm) -> Contact | None:
    """Save the contact of `form`; None, with the reasons in the form, when it is not valid.

    It is asked under the lock, so that of two who enter one address at the same moment the second is told.
    Raises NotNow for a contact that was removed meanwhile: what was emptied stays empty.
    """
    with transaction.atomic():
        lock(cluster)
        is_new = form.instance._state.adding
        if not is_new and not cluster.contacts.filter(pk=form.instance.pk, removed_on=None).exists():
            raise NotNow(_("This contact was removed meanwhile."))
        return form.save() if form.is_valid() else None


def remove_contact(*, contact: Contact) -> None:
    """Empty name and address for good, and drop the mails that wait. The row stays: "12 were told" stays true."""
    with transaction.atomic():
        lock(contact.cluster)
        contact.name = contact.email = contact.language = ""
        contact.removed_on = timezone.localdate()
        contact.save()
        OutgoingMail.objects.filter(contact=contact, state="waiting").update(state="dropped")
