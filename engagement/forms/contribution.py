"""What coordinators enter on the way from a call for input to the contribution that was sent."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Cluster, Contribution, ContributionOffer, User
from ..text import fits_a_contribution, is_readable, paragraphs
from .act import ActForm
from .checked import Form
from .fields import FIRST_DAY, Narrative, calendar


class StartContributionForm(ActForm):
    """Action 6, begun: asks nothing but the level."""

    number = 6


class ContributionForm(Form):
    """The text of `contribution`, with the digest of the text that the person saw when she began to type.

    No `maxlength`: a browser would cut what is pasted. What is too long comes back whole, with how much to cut.
    """

    starts_from_stored = True

    text = forms.CharField(
        label=_("Text of the contribution"),
        required=False,
        validators=[fits_a_contribution, is_readable],
        widget=Narrative(attrs={"rows": 20, "dir": "auto"}),
        help_text=_("A blank line stands between two paragraphs. Patterns and risks; no names of people at risk."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, data: Any = None, *, contribution: Contribution) -> None:
        line = contribution.engagement
        initial = {"text": contribution.text, "seen": contribution.digest}
        super().__init__(data, initial=initial, level=line.level, cluster=line.cluster)

    def differences(self, current: Contribution) -> tuple[list[str], list[str]]:
        """The paragraphs that stand only in what is saved, and those only in what was typed here."""
        theirs, mine = paragraphs(current.text), paragraphs(self.cleaned_data["text"])
        return [part for part in theirs if part not in mine], [part for part in mine if part not in theirs]


class DeclineForm(Form):
    """A word to whoever made an offer that is not used. `form_id`: the form of the page that it is sent with."""

    level_of_texts = "moderate"

    answer = forms.CharField(
        label=_("A word to whoever offered"),
        required=False,
        max_length=ContributionOffer._meta.get_field("answer").max_length,
        validators=[is_readable],
        widget=Narrative(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Why it is not used, with thanks; at most 500 characters. She reads it on her home page."),
    )

    def __init__(self, data: Any = None, *, offer: ContributionOffer, form_id: str, cluster: Cluster) -> None:
        super().__init__(data, prefix=f"offer-{offer.pk}", cluster=cluster)
        self.fields["answer"].widget.attrs["form"] = form_id


class AskForm(Form):
    """Which of `people` are asked for paragraphs by mail."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Whom to ask"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each gets one mail with the deadline and the place to write; nobody gets two within a day."),
        error_messages={"required": _("Tick at least one member.")},
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people


class SentForm(Form):
    """When a contribution was sent, and the decision about its publication."""

    sent_on = forms.DateField(
        label=_("Sent on"),
        widget=calendar(),
        initial=timezone.localdate,
        help_text=_("When you sent it, by whatever way: this tool sends nothing to a mandate holder."),
    )
    publication = forms.ChoiceField(
        label=_("May it be published?"),
        choices=Contribution.Publication.choices,
        widget=forms.RadioSelect,
        help_text=_("As the cluster told whoever issued the call."),
    )

    def clean_sent_on(self) -> date:
        day = self.cleaned_data["sent_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies ahead: mark it as sent once it is sent."))
        if day < FIRST_DAY:
            raise forms.ValidationError(_("Give a day after June 2006, when the Council first met."))
        return day
