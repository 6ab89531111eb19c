"""Taking *high* engagements away: why, as what, and the password once more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import User
from ..text import is_readable
from .checked import Form

FEWEST_WORDS = 3
"""Words of a reason. "Because" is none."""


class TakeAwayForm(Form):
    """The reason (kept, and read by the coordinators of each cluster in the file) and the password of `user`.

    `is_throttled`: too many passwords were tried a moment ago, so this one is not looked at.
    """

    not_checked = ("password",)

    reason = forms.CharField(
        label=_("What for"),
        max_length=300,
        validators=[is_readable],
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Who needs the file, and for what. The coordinators of each cluster in it read this: no names."),
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Once more, so that nobody takes this away at a desk that you have left for a moment."),
    )

    def __init__(self, *args: Any, user: User, is_throttled: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.is_throttled = is_throttled

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if len(reason.split()) < FEWEST_WORDS:
            raise forms.ValidationError(_("Say it in at least %(n)d words."), params={"n": FEWEST_WORDS})
        return reason

    def clean_password(self) -> str:
        if self.is_throttled:
            raise forms.ValidationError(_("Too many tries. Wait a minute, then enter it again."))
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password. Nothing has left."))
        return self.cleaned_data["password"]


class ConfidentialExportForm(TakeAwayForm):
    """The log, as what."""

    field_order = ("reason", "format", "password")

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("xlsx", "Excel"), ("csv", "CSV")],
        initial="xlsx",
        widget=forms.RadioSelect,
        help_text=_("Excel to read and count; CSV for other programs."),
    )


class ConfidentialReportForm(TakeAwayForm):
    """An engagement report, as what."""

    field_order = ("reason", "format", "password")

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("docx", "Word"), ("xlsx", "Excel")],
        initial="docx",
        widget=forms.RadioSelect,
        help_text=_("Word to read and print; Excel for the figures."),
    )


class ConfidentialContributionForm(TakeAwayForm):
    """A contribution, and whether its pages say that it is not to be published; `is_decided`: that is known already."""

    field_order = ("reason", "confidential", "password")

    confidential = forms.BooleanField(
        label=_("Mark each page “Confidential: not to be published”"), initial=True, required=False
    )

    def __init__(self, *args: Any, is_decided: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_decided:
            del self.fields["confidential"]
