"""What the task team enters about an engagement report: period and level, highlights, why it is withdrawn."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.signs import labelled

from ..filters import LONGEST
from ..models import Cluster, Engagement, EngagementReport, ReportHighlight, User
from ..periods import shifted
from ..querysets import levels_reported_by
from ..reporting.content import READERS_OF_REPORTS
from ..text import beginning
from .checked import Form, ModelForm
from .fields import Narrative, calendar


class ReportForm(ModelForm):
    """Title, period, cluster, level and summary. Offered are the levels that `user` reads of all clusters.

    `key` becomes that of a new report, so that the form sent twice begins one.
    """

    class Meta:
        model = EngagementReport
        fields = ("title", "since", "until", "cluster", "level", "summary")
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "since": calendar(),
            "until": calendar(),
            "level": forms.RadioSelect,
            "summary": Narrative(attrs={"rows": 5, "dir": "auto"}),
        }
        help_texts = {
            "title": _("Stands at the head of the page and of the files."),
            "since": _("The first day that is counted: engagements that started from then on."),
            "until": _("The last day that is counted."),
            "level": _("Nothing above is counted, named or hinted at; it decides who can read the report."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cluster: Any = self.fields["cluster"]
        cluster.queryset = Cluster.objects.visible_to(user).order_by("name")
        cluster.empty_label = _("All clusters")
        names = dict(EngagementReport.Level.choices)
        self.fields["level"].choices = [
            (level, labelled(names[level], READERS_OF_REPORTS[level])) for level in levels_reported_by(user)
        ]
        if self.instance._state.adding:
            self.fields["key"] = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=self.instance.pk)
        else:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=self.instance.version)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and since < shifted(until, months=-12 * LONGEST):
            too_long = _("The period is longer than %(n)s years: choose a shorter one.") % {"n": LONGEST}
            self.add_error("since", too_long)
        if data.get("key"):
            self.instance.pk = data["key"]
        if "version" in data:
            self.instance.version = data["version"]
        return data


class HighlightForm(Form):
    """What is said of `line` among the highlights of `report`, and at which place; `length`: how many places there are.

    It begins with what `chosen` says of it, or with the words of its log.
    """

    text = forms.CharField(
        label=_("In one line"),
        max_length=300,
        validators=ReportHighlight._meta.get_field("text").validators,
        widget=Narrative(attrs={"rows": 3, "dir": "auto"}),
        help_text=_(
            "For readers of the report: what was done and what came of it, in your words. At most 300 characters."
        ),
    )
    rank = forms.TypedChoiceField(
        label=_("Place"), coerce=int, help_text=_("1 stands first; what stood there moves down.")
    )

    def __init__(
        self,
        *args: Any,
        report: EngagementReport,
        line: Engagement,
        chosen: ReportHighlight | None,
        length: int,
        **kwargs: Any,
    ) -> None:
        text = chosen.text if chosen else beginning(line.result or line.what_was_done, 300)
        places = length + (chosen is None)
        initial = {"text": text, "rank": chosen.rank if chosen else places}
        super().__init__(*args, level=report.level, cluster=line.cluster, initial=initial, **kwargs)
        self.starts_from_stored = chosen is not None
        self.fields["rank"].choices = [(rank, str(rank)) for rank in range(1, places + 1)]

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())


class WithdrawReportForm(ModelForm):
    """Why a published report is taken back."""

    class Meta:
        model = EngagementReport
        fields = ("withdrawn_reason",)
        widgets = {"withdrawn_reason": Narrative(attrs={"rows": 3, "dir": "auto"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level_of_texts = self.instance.level
        self.fields["withdrawn_reason"].required = True
