"""Naming a view, and sharing it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.widgets import DropDown

from ..models import Cluster, SavedView, User
from ..saved_views import filters_in, page_at, words_in
from .checked import ModelForm

MOST = 50
"""Views that one person can have."""

TASK_TEAM = "task team"


class SavedViewForm(ModelForm):
    """The name of a view and whom it is shared with: those who coordinate a cluster share with it, the task team among
    themselves. A new view says of which list it is: `path` and `query` of its address.

    The name is checked as strictly as text of level high: who reads it is not asked of the rows behind it.
    """

    path = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    query = forms.CharField(widget=forms.HiddenInput, required=False)
    team = forms.ChoiceField(
        label=gettext_lazy("Shared with"),
        required=False,
        widget=DropDown,
        help_text=gettext_lazy("Who gets a view reads her own list by it, never yours."),
    )

    class Meta:
        model = SavedView
        fields = ("name",)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.is_new = user, self.instance._state.adding
        self.clusters = {str(one.pk): one for one in Cluster.objects.coordinated_by(user).order_by("name")}
        field: Any = self.fields["team"]
        field.choices = [
            ("", _("nobody: for me alone")),
            *([(TASK_TEAM, _("the task team"))] if user.task_team else []),
            *((key, _("all of %(cluster)s") % {"cluster": one.name}) for key, one in self.clusters.items()),
        ]
        shared = TASK_TEAM if self.instance.for_task_team else str(self.instance.cluster_id or "")
        self.initial["team"] = shared
        if not self.is_new:
            del self.fields["path"], self.fields["query"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_new:
            page = page_at(data.get("path", ""))
            filters = filters_in(page, data.get("query", "")) if page else None
            if page is None or filters is None:
                raise ValidationError(_("This address cannot be saved: open the list again and set its filters."))
            if SavedView.objects.of(self.user).count() >= MOST:
                raise ValidationError(_("You have %(most)d views: delete one that you do not use.") % {"most": MOST})
            self.instance.user, self.instance.page, self.instance.query = self.user, page, filters.urlencode()
        same = SavedView.objects.of(self.user).filter(page=self.instance.page, name=data.get("name"))
        if same.exclude(pk=self.instance.pk).exclude(query=self.instance.query).exists():
            self.add_error("name", _("You have a view of this list by that name: give it another one."))
        words = words_in(self.instance.page, self.instance.query)
        if words and _leads_to_a_person(words):
            raise ValidationError(_("The words that this list looks for lead to a person: such a view is not kept."))
        if words and data.get("team"):
            self.add_error("team", _("A view that looks for words is not shared: they may name somebody."))
        return data

    def save(self, commit: bool = True) -> SavedView:
        team = self.cleaned_data.get("team", "")
        self.instance.for_task_team = team == TASK_TEAM
        self.instance.cluster = self.clusters.get(team)
        self.instance.changed_at = timezone.now()
        return super().save(commit)


def _leads_to_a_person(words: dict[str, str]) -> bool:
    from ..risky import check_row  # here, as in `checked`: its patterns take a third of a second

    return any(fault.is_refused for fault in check_row(words, "high", ""))
