"""Suggesting a visit or a call that somebody heard of."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.signs import date_format
from mandates.dates import GENEVA, NoSuchDay, Period, Precision, write_period
from mandates.day_words import read_period
from mandates.likeness import VisitFacts, like_calls, like_visits
from mandates.models import CallForInput, Country, CountryVisit, Mandate, VisitEvent

from ..models import Cluster, User
from ..text import is_readable
from .checked import ModelForm
from .choices import mandate_label, offer
from .fields import FIRST_DAY, Narrative, calendar

PASTED_MAX = 20_000
YEARS_AHEAD = timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a person should look at before she saves: sentences, and entries that may be the same. False without any."""

    warnings: Sequence[str] = ()
    likely: Sequence[Any] = ()

    def __bool__(self) -> bool:
        return bool(self.warnings or self.likely)


@dataclass(frozen=True, slots=True)
class Boxes:
    """A field of many boxes, as (value, label, whether ticked): the likely ones first, the others behind a summary."""

    name: str
    field: forms.BoundField
    more: str
    at_hand: list[tuple[str, str, bool]] = field(default_factory=list)
    others: list[tuple[str, str, bool]] = field(default_factory=list)


class PeriodField(forms.CharField):
    """A day, month or less, as exactly as a person knows it; cleans to a `Period`, or None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            period = read_period(text)
        except NoSuchDay:
            raise forms.ValidationError(
                _("“%(text)s” stands in no calendar: correct the day or the month."), params={"text": text}
            ) from None
        except ValueError:
            raise forms.ValidationError(
                _("Write it as exactly as you know it: 8 October 2026, 2026-10-08, October 2026, 2026-Q4 or 2026.")
            ) from None
        if period and not FIRST_DAY <= period.first <= timezone.localdate() + YEARS_AHEAD:
            raise forms.ValidationError(_("Give a time between June 2006 and five years from now."))
        return period


class SuggestionForm(ModelForm):
    """What visits and calls are suggested with alike.

    A coordinator suggests in one of her clusters, and the entry must concern that cluster's country; the task team
    enters without a cluster. `form_key` becomes the key of the new row, so that one form is one row. With
    `instance`, a suggestion of hers to be mended, there is no such key, and the cluster stays. `doubts` looks only at
    rows that `user` knows.
    """

    level_of_texts = "low"
    TEXTS: tuple[str, ...] = ("source", "source_url", "note")
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    source_url = forms.URLField(
        label=_("Address of the source"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("The page where it can be read again, if there is one."),
    )

    def __init__(
        self, data: Any = None, *, user: User, initial: dict[str, Any] | None = None, instance: Any = None
    ) -> None:
        super().__init__(data, initial={"form_key": uuid.uuid4()} | (initial or {}), instance=instance)
        self.user = user
        if instance is not None:
            del self.fields["form_key"]
        clusters = Cluster.objects.none()
        if not user.task_team:
            clusters = Cluster.objects.coordinated_by(user).select_related("country").order_by("name")
            if instance is not None:
                clusters = clusters.filter(pk=instance.suggested_in)
            field = forms.ModelChoiceField(
                clusters,
                label=_("Cluster"),
                to_field_name="slug",
                empty_label=None,
                help_text=_(
                    "Its people can use this entry at once; others see it when the task team has confirmed it."
                ),
            )
            offer(field, clusters)
            self.fields["cluster"] = field
        self.clusters = list(clusters)
        self.cluster = self.clusters[0] if self.clusters else None
        self.fields["countries"] = forms.ModelMultipleChoiceField(
            Country.objects.by_name(), label=_("Countries"), required=False
        )
        self.mandates = Mandate.objects.order_by("kind", "acronym")
        mandates = forms.ModelMultipleChoiceField(
            self.mandates, label=_("Mandates"), to_field_name="slug", required=False
        )
        mandates.label_from_instance = mandate_label  # type: ignore[method-assign]
        offer(mandates, self.mandates)
        self.fields["mandates"] = mandates
        self.fields["note"].help_text = _("What else somebody should know who plans with it.")
        self.fields["source"].help_text = _("Who or what says so: a letter, a colleague, a web page.")
        for name in self.TEXTS:
            self.fields[name].validators.append(is_readable)
            self.fields[name].widget.attrs["dir"] = "auto"

    @property
    def country_boxes(self) -> Boxes:
        """The countries: those of her clusters first."""
        own = {cluster.country_id for cluster in self.clusters}
        return self._boxes("countries", own, gettext("Other countries") if own else gettext("All countries"))

    @property
    def mandate_boxes(self) -> Boxes:
        """The mandates: that for her own country first."""
        own = {cluster.country_id for cluster in self.clusters}
        of_country = {mandate.slug for mandate in self.mandates if mandate.country_id in own}
        return self._boxes("mandates", of_country, gettext("Choose among all mandates"))

    def _boxes(self, name: str, likely: set[str], more: str) -> Boxes:
        ticked = {str(value) for value in self[name].value() or ()}
        boxes = Boxes(name, self[name], more)
        for value, label in self.fields[name].choices:  # type: ignore[attr-defined]
            where = boxes.at_hand if str(value) in ticked | likely else boxes.others
            where.append((str(value), str(label), str(value) in ticked))
        return boxes

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "form_key" in self.fields and not data.get("form_key"):
            self.add_error(None, _("This form had lost its key and got a new one. Nothing is lost: press Save again."))
        return data

    def _clean_country(self, data: dict[str, Any]) -> None:
        """The countries that are ticked must hold that of the cluster."""
        cluster, countries = data.get("cluster"), data.get("countries")
        if cluster and countries and cluster.country not in countries:
            self.add_error(
                "countries",
                _("Tick %(country)s too, the country of %(cluster)s: an entry is suggested where it matters.")
                % {"country": cluster.country.name, "cluster": cluster},
            )

    def is_saved(self) -> bool:
        """Whether a row with the key of this valid form is there already: it was sent before."""
        return self._meta.model.objects.known_to(self.user).filter(pk=self.cleaned_data["form_key"]).exists()

    def doubts(self) -> Doubts:
        """What to ask about a valid form before it is saved."""
        raise NotImplementedError

    def _others(self) -> Any:
        """The rows that she knows, without this one, which another post of this form may have just made."""
        own = self.cleaned_data.get("form_key") or self.instance.pk
        return self._meta.model.objects.known_to(self.user).exclude(pk=own)

    def _warn_of_ended(self, day: date) -> list[str]:
        return [
            gettext("%(mandate)s has ended (%(day)s): is another mandate meant?")
            % {"mandate": mandate.acronym, "day": mandate.ended}
            for mandate in self.cleaned_data["mandates"]
            if not mandate.is_in_force(day) and mandate.ended_on
        ]


class VisitSuggestionForm(SuggestionForm):
    """A country visit that somebody heard of."""

    not_checked = ("starts", "ends")
    TEXTS = (*SuggestionForm.TEXTS, "places", "dates_text")
    STATUSES = ("accepted", "dates_agreed", "announced", "under_way", "completed")

    starts = PeriodField(label=_("First day"), help_text=_("As exactly as you know it: 8 October 2026, or 2026-10."))
    ends = PeriodField(label=_("Last day"), help_text=_("Empty when you do not know it."))
    status = forms.ChoiceField(
        label=_("How far is it?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("heard of it, nothing official yet")),
            *[(kind, VisitEvent.Kind(kind).label) for kind in STATUSES],
        ],
        help_text=_("Choose the furthest step that your source confirms."),
    )

    class Meta:
        model = CountryVisit
        fields = ("countries", "mandates", "places", "dates_text", "source", "source_url", "note")
        widgets = {"source": forms.TextInput, "note": Narrative(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.clusters:
            asked = [cluster for cluster in self.clusters if cluster.slug == self.initial.get("cluster")]
            self.initial.setdefault("countries", [(asked or self.clusters)[0].country_id])
        self.fields["mandates"].help_text = _("Whose visit it is; several when they come together.")
        for name in ("starts", "ends"):
            self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["places"].help_text = _("Towns or regions, as they are announced.")
        if not self.instance._state.adding:
            self._start_from_the_dossier()
        self.fields["dates_text"].help_text = _("If they are not exact, in their words: “second half of 2026”.")

    def _start_from_the_dossier(self) -> None:
        """The days as they are stored, and the latest event: once there is one, there is something official."""
        visit = self.instance
        for name, day in (("starts", visit.starts_on), ("ends", visit.ends_on)):
            self.initial.setdefault(name, write_period(day, visit.precision))
        if latest := visit.events.last():
            kinds = dict.fromkeys([*self.STATUSES, latest.kind])
            self.fields["status"].choices = [(kind, VisitEvent.Kind(kind).label) for kind in kinds]
            self.initial.setdefault("status", latest.kind)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._clean_country(data)
        for name, said in (
            ("countries", _("Tick the country that the visit goes to.")),
            ("mandates", _("Tick the mandate that comes; the task team mends it if it turns out to be another one.")),
        ):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, said)
        self._clean_days(data)
        return data

    def _clean_days(self, data: dict[str, Any]) -> None:
        starts: Period | None = data.get("starts")
        ends: Period | None = data.get("ends")
        if starts and ends and starts.precision != ends.precision:
            self.add_error("ends", _("Give both equally exactly, two days or two months, or leave this one empty."))
        elif starts and ends and ends.last < starts.first:
            self.add_error("ends", _("The last day cannot be before the first."))
        elif starts and starts.first > timezone.localdate() and data.get("status") in ("under_way", "completed"):
            self.add_error("status", _("The first day lies ahead: choose an earlier state, or mend the day."))
        visit, known = self.instance, starts or ends
        visit.starts_on = starts and starts.first
        visit.ends_on = ends and ends.last
        visit.precision = known.precision if known else ""
        if starts and not ends and starts.precision != Precision.DAY:
            visit.ends_on = starts.last

    def doubts(self) -> Doubts:
        data, visit, today = self.cleaned_data, self.instance, timezone.localdate()
        first, last = visit.starts_on or visit.ends_on, visit.ends_on or visit.starts_on
        warnings = self._warn_of_ended(first or today)
        if last and last < today:
            warnings.append(gettext("These days have passed: the visit will stand under “Past”."))
        countries = frozenset(country.pk for country in data["countries"])
        facts = VisitFacts(countries, frozenset(mandate.pk for mandate in data["mandates"]), first, last)
        known = self._others().for_list(today).concerning(*countries)
        return Doubts(warnings, like_visits(facts, known, today))


class CallSuggestionForm(SuggestionForm):
    """A call for input that somebody found; `pasted` is the text to fill it from and is not kept."""

    not_checked = ("pasted", "address")
    TEXTS = (*SuggestionForm.TEXTS, "title", "issued_by", "purpose_text", "address", "languages")

    pasted = forms.CharField(
        label=_("Paste the call as it stands on the page"),
        required=False,
        max_length=PASTED_MAX,
        help_text=_("Title, issuer, deadline, addresses, in lines or as a row of a table; one call at a time."),
        widget=Narrative(attrs={"rows": 4, "dir": "auto"}),
    )

    class Meta:
        model = CallForInput
        fields = (
            "title", "mandates", "issuer_type", "issued_by", "purpose", "purpose_text", "countries", "deadline_kind",
            "deadline_on", "deadline_zone", "address", "languages", "word_limit", "source", "source_url", "note",
        )  # fmt: skip
        widgets = {
            "deadline_on": calendar(),
            "deadline_kind": forms.RadioSelect,
            "source": forms.TextInput,
            "note": Narrative(attrs={"rows": 3}),
        }
        help_texts = {
            "title": _("As it stands on its page."),
            "issuer_type": _("Special Procedures, unless a committee or an office asks."),
            "purpose": _("What the inputs are used for, as the call says."),
            "deadline_kind": _("“Not known” when the call exists and its last day is not out yet."),
            "issued_by": _("In words, where no mandate issues it: a committee, an office."),
            "purpose_text": _("Such as “report to the 64th session of the Council”."),
            "languages": _("In which answers are taken: such as English, French, Spanish."),
            "word_limit": _("Empty when the call names none; a page has about 500 words."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["pasted"]
        zones = dict.fromkeys([self.instance.deadline_zone, GENEVA, self.user.time_zone, "America/New_York", "UTC"])
        self.fields["deadline_zone"] = forms.ChoiceField(
            label=_("Time zone of the deadline"),
            choices=[(zone, CallForInput(deadline_zone=zone).zone_name) for zone in zones],
            initial=GENEVA,
            help_text=_("Geneva, unless the call says otherwise."),
        )
        self.fields["countries"].help_text = _("Tick none when it asks about all countries.")
        self.fields["mandates"].help_text = _("Who issues it; several when they ask together.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._clean_country(data)
        if not data.get("mandates") and not data.get("issued_by") and "issued_by" not in self.errors:
            self.add_error("issued_by", _("Say who issues the call: tick mandates above, or write a name here."))
        kind, day = data.get("deadline_kind"), data.get("deadline_on")
        if kind == "date" and not day and "deadline_on" not in self.errors:
            self.add_error("deadline_on", _("Give the last day, or choose “deadline not known”."))
        elif kind in ("ongoing", "unknown") and day:
            self.add_error("deadline_on", _("Empty this day, or choose “until a day”."))
        elif day and day < FIRST_DAY:
            self.add_error("deadline_on", _("Give a time between June 2006 and five years from now."))
        return data

    def doubts(self) -> Doubts:
        now = timezone.now()
        deadline = self.cleaned_data["deadline_on"]
        warnings = self._warn_of_ended(deadline or timezone.localdate(now))
        if deadline and self.instance.closes_at <= now:
            said = gettext("This deadline, %(day)s, has passed: the call will stand under “Closed”.")
            warnings.append(said % {"day": date_format(deadline)})
        return Doubts(warnings, like_calls(self.cleaned_data["title"], self._others().for_list(now)))
