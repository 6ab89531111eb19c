"""What a coordinator enters when she proposes a briefing or an issue for the press, or uses a finding."""

from datetime import date
from hashlib import blake2s
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.dates import show_day
from mandates.models import CountryVisit, Mandate, Recommendation, Report

from ..models import AdvocacyUse, Briefing, Cluster, PressIssue
from ..models.acts import Act
from .act import ActForm
from .checked import Form
from .choices import MandatesAtHand, mandate_label
from .fields import Narrative, calendar, in_words, within_reach
from .mandates import priorities_of


def column(model: type[Act], name: str, **kwargs: Any) -> forms.Field:
    """The form field of a column of an act: its label, help, length and checks, which plain forms do not ask for."""
    field: Any = model._meta.get_field(name)
    if field.choices:
        asked = field.formfield(**kwargs)
        asked.choices = [("", gettext_lazy("Choose one")), *field.choices]
        return asked
    checks = [check for check in field.validators if not isinstance(check, MaxLengthValidator)]
    return field.formfield(validators=checks, **kwargs)


def text(rows: int = 0) -> forms.Widget:
    """The control for a text in any direction: some rows high, or one line."""
    return Narrative(attrs={"rows": rows, "dir": "auto"}) if rows else forms.TextInput(attrs={"dir": "auto"})


class BriefingFields(Form):
    """What is told of a briefing on `visit`: the day lies ahead, and not after the last day of the visit."""

    points = column(Briefing, "points", widget=text(rows=6))
    who = column(Briefing, "who", widget=text())
    planned_on = column(Briefing, "planned_on", widget=calendar())
    channel = column(
        Briefing, "channel", help_text=gettext_lazy("As it is planned; it can be changed until the briefing is held.")
    )

    visit: CountryVisit

    def clean_planned_on(self) -> date | None:
        planned_on = self.cleaned_data["planned_on"]
        if planned_on is None or "planned_on" not in self.changed_data:
            return planned_on
        if planned_on < timezone.localdate():
            raise forms.ValidationError(_("This day is past: give one that lies ahead, or leave it empty."))
        last_day = self.visit.ends_on or self.visit.starts_on
        if last_day and planned_on > last_day:
            raise forms.ValidationError(
                _("The visit ends on %(day)s: give a day until then, or leave it empty.") % {"day": show_day(last_day)}
            )
        return within_reach(planned_on)


class BriefingForm(BriefingFields, ActForm):
    """Propose a briefing on `visit`; on a joint visit to some of its mandates, or to all, which is the default."""

    number = 3

    def __init__(self, *args: Any, cluster: Cluster, visit: CountryVisit, **kwargs: Any) -> None:
        super().__init__(*args, cluster=cluster, **kwargs)
        self.visit = visit
        offered = visit.mandates.select_related("successor").order_by("acronym")
        self.visiting = list(offered)
        if len(self.visiting) > 1:
            self.fields["mandates"] = mandate_boxes(offered, gettext_lazy("To whom"))
            self.initial.setdefault("mandates", [mandate.slug for mandate in self.visiting])
            self.order_fields(["mandates"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "mandates" not in self.fields:
            data["mandates"] = self.visiting
        return data


class BriefingChangeForm(BriefingFields):
    """Change what is told of a planned briefing; `version` is that of the line the person saw.

    `seen` are digests of what stood in the fields then, from which it is known what she left as it was.
    """

    starts_from_stored = True
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def __init__(self, *args: Any, briefing: Briefing, **kwargs: Any) -> None:
        line = briefing.engagement
        stored = {name: getattr(briefing, name) for name in BriefingFields.base_fields}
        hidden = {"version": line.version, "seen": _digests(stored)}
        super().__init__(*args, initial=stored | hidden, level=line.level, cluster=line.cluster, **kwargs)
        self.visit = line.visit

    def meet(self, current: Briefing) -> tuple[list[tuple[str, str, str]], list[str]]:
        """What differs from `current`, which somebody else changed meanwhile, and what is taken over from it.

        That is: (label, value as it stands there, value typed here), and the labels of fields that she left as they
        were. What is shown again is brought up to `current`.
        """
        typed = {name: self.cleaned_data[name] for name in BriefingFields.base_fields}
        now = {name: getattr(current, name) for name in typed}
        seen, as_typed = self.cleaned_data["seen"].split(","), _digests(typed).split(",")
        left_alone = [name for name, was, mine in zip(typed, seen, as_typed, strict=False) if was == mine]
        found, taken_over = [], []
        for name in typed:
            field = self.fields[name]
            if name in left_alone and now[name] != typed[name]:
                taken_over.append(str(field.label))
                self.renew(**{name: "" if now[name] is None else now[name]})
            elif now[name] != typed[name]:
                found.append((str(field.label), in_words(field, now[name]), in_words(field, typed[name])))
        self.renew(version=current.engagement.version, seen=_digests(now))
        return found, taken_over


def _digests(values: dict[str, Any]) -> str:
    """A short digest of each value, in their order."""
    return ",".join(blake2s(str(value or "").encode(), digest_size=6).hexdigest() for value in values.values())


class HeldForm(Form):
    """The day on which a briefing was held, today or earlier; the page proposes the day planned."""

    held_on = forms.DateField(
        label=gettext_lazy("It was held on"),
        widget=calendar(),
        help_text=gettext_lazy("The line in the log gets this day."),
    )

    def clean_held_on(self) -> date:
        return _not_ahead(within_reach(self.cleaned_data["held_on"]))


class PressForm(MandatesAtHand, ActForm):
    """Propose an issue for a press communication, during `visit` or without one, to mandates in force on `today`."""

    number = 7

    issue = column(PressIssue, "issue", widget=text(rows=5))
    urgency = column(PressIssue, "urgency", help_text=gettext_lazy("By when a word of the mandate holder would help."))
    product = column(
        PressIssue,
        "product",
        help_text=gettext_lazy("What the cluster itself brings out on the same issue, if anything."),
    )
    product_title = column(PressIssue, "product_title", widget=text())

    def __init__(self, *args: Any, cluster: Cluster, visit: CountryVisit | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, cluster=cluster, **kwargs)
        offered = Mandate.objects.in_force(today).filter(Q(kind="thematic") | Q(country=cluster.country_id))
        offered = offered.select_related("successor").order_by("kind", "acronym")
        self.fields["mandates"] = mandate_boxes(offered, gettext_lazy("To whom"))
        self.fields["product_title"].help_text = _("Leave empty when it completes none.")
        visiting = list(visit.mandates.values_list("slug", flat=True)) if visit else []
        self.first = {*visiting, *priorities_of(cluster), *(mandate.slug for mandate in offered if mandate.country_id)}
        self.initial.setdefault("mandates", visiting)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        product, title = data.get("product"), data.get("product_title")
        if product == PressIssue.Product.NONE and title:
            self.add_error("product_title", _("It completes no product: empty this, or choose which one it is."))
        elif product and product != PressIssue.Product.NONE and not title and "product_title" not in self.errors:
            self.add_error("product_title", _("Give the title of the product, or choose “none”."))
        return data


class AdvocacyUseForm(ActForm):
    """Say where a paragraph of `report` was used; not before that came out."""

    number = 12

    paragraph = column(AdvocacyUse, "paragraph", widget=text())
    product = column(AdvocacyUse, "product", widget=text())
    audience = column(AdvocacyUse, "audience", help_text=gettext_lazy("Who read or heard it first."))
    day = forms.DateField(
        label=gettext_lazy("On which day"),
        initial=timezone.localdate,
        widget=calendar(),
        help_text=gettext_lazy("When it went out, or was said."),
    )

    def __init__(self, *args: Any, cluster: Cluster, report: Report | Recommendation, **kwargs: Any) -> None:
        super().__init__(*args, cluster=cluster, **kwargs)
        self.report = report

    def clean_day(self) -> date:
        used_on = _not_ahead(within_reach(self.cleaned_data["day"]))
        out_on = self.report.published_on
        if out_on and used_on < out_on <= timezone.localdate():
            raise forms.ValidationError(
                _("The report came out on %(day)s: give that day or a later one.") % {"day": self.report.when}
            )
        return used_on


class RecommendationUseForm(AdvocacyUseForm):
    """Say where a recommendation was used, which is its own paragraph."""

    paragraph = None


def mandate_boxes(offered: Any, label: Any) -> forms.ModelMultipleChoiceField:
    """A box for each of the mandates `offered`, at least one of them to be ticked."""
    field = forms.ModelMultipleChoiceField(
        offered,
        label=label,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one mandate.")},
    )
    field.label_from_instance = mandate_label  # type: ignore[method-assign]
    return field


def _not_ahead(given: date) -> date:
    if given > timezone.localdate():
        raise forms.ValidationError(_("This day lies ahead: give today or an earlier day."))
    return given
