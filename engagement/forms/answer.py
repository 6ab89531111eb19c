"""What came back from mandate holders, noted beside the line: to a referral, to an invitation."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mandates.dates import show_day

from ..models import Invitation, Referral
from .checked import ModelForm
from .fields import calendar


class AnswerForm(ModelForm):
    """A state and its day. `seen` is the state that the person was shown; `services.note_answer` compares it.

    A state that says that nothing came yet ("none") has no day.
    """

    state: str
    """The column of the state."""
    day: str
    """The column of its day."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.day].help_text = _("Does not count while nothing has come.")
        self.initial["seen"] = getattr(self.instance, self.state)
        self.initial[self.day] = getattr(self.instance, self.day) or timezone.localdate()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.day in self.errors or self.state in self.errors:
            return data
        day: date | None = data[self.day]
        sent_on = self.instance.engagement.started_on
        if data[self.state] == "none":
            data[self.day] = None
        elif day is None:
            self.add_error(self.day, _("Give the day on which it came."))
        elif day > timezone.localdate():
            self.add_error(self.day, _("This day lies ahead: note it when it has come."))
        elif day < sent_on:
            self.add_error(self.day, _("It cannot have come before %(day)s.") % {"day": show_day(sent_on)})
        return data


def _widgets(state: str, day: str) -> dict[str, forms.Widget]:
    return {state: forms.RadioSelect(), day: calendar()}


class ReferralAnswerForm(AnswerForm):
    """10: the state of the reply to a referral."""

    state, day = "reply", "replied_on"

    class Meta:
        model = Referral
        fields = ("reply", "replied_on")
        widgets = _widgets("reply", "replied_on")


class InvitationAnswerForm(AnswerForm):
    """11: the answer to an invitation."""

    state, day = "answer", "answered_on"

    class Meta:
        model = Invitation
        fields = ("answer", "answered_on")
        widgets = _widgets("answer", "answered_on")
