"""What a coordinator enters about a member without an account."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..models import Contact, User
from .checked import ModelForm


class ContactForm(ModelForm):
    """A contact of `instance.cluster`; its address is nobody else's there, neither a contact's nor a member's."""

    not_checked = ("name",)

    class Meta:
        model = Contact
        fields = ("name", "email", "language")
        labels = {"email": _("Email address")}
        widgets = {"name": forms.TextInput(attrs={"dir": "auto"})}
        help_texts = {"email": _("For “Tell the members” alone; nobody but the coordinators of the cluster sees it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = self.fields["email"].required = True
        as_cluster = self.instance.cluster.get_working_language_display()
        self.fields["language"].choices = [
            ("", format_lazy(_("as the cluster: {language}"), language=as_cluster)),
            *settings.LANGUAGES,
        ]

    def clean_email(self) -> str:
        email, cluster = self.cleaned_data["email"].lower(), self.instance.cluster
        if Contact.objects.of_cluster(cluster).filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This address is among the contacts already."))
        if User.objects.of_cluster(cluster).filter(email=email).exists():
            raise forms.ValidationError(_("A member with this address has an account, and gets the mails anyway."))
        return email
