"""What a coordinator enters about her cluster, and an administrator about any."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..models import Cluster, Engagement
from ..text import is_readable
from .checked import Form, ModelForm


class InviteForm(Form):
    """Whom a coordinator invites into her cluster, as a member."""

    not_checked = ("name",)

    name = forms.CharField(
        label=_("Name"), max_length=120, validators=[is_readable], help_text=_("It stands beside what she does here.")
    )
    email = forms.EmailField(label=_("Email address"), max_length=254, help_text=_("She signs in with this address."))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of her mails and pages, until she chooses another."),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class ClusterForm(ModelForm):
    """A cluster in the administration, whose pages draw neither the question nor the tick: what is found is mended."""

    bound_field_class = forms.BoundField
    level_of_texts = Engagement.Level.LOW.value
    not_checked = ("name",)
    go_on = _("Write it in other words.")

    class Meta:
        model = Cluster
        fields = "__all__"
        help_texts = {
            "slug": _("Part of the address of its pages, which people keep: choose it once."),
            "name": _("In full, as it signs: “South Sudan Protection Cluster”."),
            "starts_on": _("Empty when nobody knows."),
            "ends_on": _("Empty while it works."),
            "parent": _("Whoever coordinates that cluster keeps this one too."),
            "working_language": _("Of what the tool writes into its log, and of mails to those who chose no language."),
        }
