"""What is written in a support request, who answers it and by when."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import SupportMessage, SupportRequest, User
from .checked import Form, ModelForm
from .fields import Narrative, calendar


class SupportMessageForm(ModelForm):
    """A message in the thread of `support`, as confidential as its engagement; sent twice with one key it is one."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = SupportMessage
        fields = ("text",)
        widgets = {"text": Narrative(attrs={"rows": 4, "dir": "auto"})}
        help_texts = {
            "text": _("What is needed, or what helps: whom to write to, what to send. No names of people at risk.")
        }

    def __init__(self, *args: Any, support: SupportRequest, **kwargs: Any) -> None:
        line = support.engagement
        super().__init__(*args, level=line.level, cluster=line.cluster, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())


class DueDayForm(Form):
    """By when a support request is to be answered: from today on, within a year."""

    due_on = forms.DateField(
        label=_("Answer due by"),
        widget=calendar(),
        help_text=_("The coordinators of the cluster see this day."),
    )

    def clean_due_on(self) -> date:
        day, today = self.cleaned_data["due_on"], timezone.localdate()
        if not today <= day <= today + timedelta(days=365):
            raise forms.ValidationError(_("Give a day from today on, within a year."))
        return day


class HandOverForm(Form):
    """The colleague who is to answer `support`: of the task team, and able to read it.

    `seen` holds who had it when the page was drawn; `services.hand_over_support_request` compares.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, support: SupportRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = str(support.owner_id or "")
        colleagues = User.objects.able_to_answer(support)
        self.fields["to"] = forms.ModelChoiceField(
            # Whoever has it is not offered, but valid: the form may have been sent a moment ago.
            colleagues if self.is_bound else colleagues.exclude(pk=support.owner_id),
            label=_("Hand over to"),
            empty_label=_("Choose a colleague"),
            help_text=_("Offered are those who can read the request."),
            error_messages={"invalid_choice": _("This colleague cannot read the request: choose another one.")},
        )
