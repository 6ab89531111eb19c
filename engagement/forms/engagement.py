"""What may be logged, by whom, and about what."""

import uuid
from collections.abc import Iterable
from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.signs import date_format, labelled
from mandates.dates import first_day
from mandates.models import CallForInput, CountryVisit, Mandate, Report
from mandates.querysets import CallPhase, ReportPhase, VisitPhase

from ..levels import READERS
from ..models import Action, Cluster, ClusterEvent, Engagement, User, act_of
from ..text import RECEIPT_MAX
from .checked import ModelForm
from .choices import MandatesAtHand, mandate_label, offer
from .fields import Narrative, calendar, in_words, within_reach
from .mandates import priorities_of

NARRATIVES = ("what_was_done", "challenges", "result", "support_needed")

ITEMS = {
    "visit": _("Country visit"),
    "call": _("Call for input"),
    "report": _("Report"),
    "event": _("Event of the cluster"),
}
OFFERED = {
    "visit": _("Offered are visits to the country of the cluster; choose none if it is not among them."),
    "call": _("Offered are calls about the country of the cluster, or about all; open ones come first."),
    "report": _("Expected reports come first, then those that are out."),
    "event": _("Offered are the events that the cluster has entered on its own page."),
}
"""What each drop-down holds: why somebody may not find what she looks for."""
MISFITS = {
    "visit": _("This visit goes to another country than that of the cluster, or its entry was withdrawn."),
    "call": _("This call asks about another country than that of the cluster, or its entry was withdrawn."),
    "report": _("This report is about another country than that of the cluster, or its entry was withdrawn."),
    "event": _("This event is another cluster’s, or it was called off."),
}

LOWERING = _("Lowering from high takes a second person: ask for it on the page of the engagement.")


class EngagementForm(MandatesAtHand, ModelForm):
    """Log or change one engagement.

    `user` narrows every choice to what she may log: clusters she coordinates, visits, calls and reports that
    concern their countries. `action`, `cluster` and the rest can be prefilled by `initial`. `version` is the one
    the person saw; `services.change_engagement` compares it. Saving sends nothing.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        widget=forms.RadioSelect,
        initial=Engagement.Status.DONE,
        choices=[choice for choice in Engagement.Status.choices if choice[0] != Engagement.Status.WITHDRAWN],
        help_text=_("What is planned or under way stands on your home page until it is done."),
    )

    class Meta:
        model = Engagement
        fields = (
            "cluster", "action", "visit", "call", "report", "event", "started_on", "ended_on", "date_precision",
            "status", "mode", "partner", "mandates", "what_was_done", "challenges", "result", "result_extent",
            "support_needed", "level",
        )  # fmt: skip
        widgets = {
            "mode": forms.RadioSelect,
            "level": forms.RadioSelect,
            "result_extent": forms.RadioSelect,
            "mandates": forms.CheckboxSelectMultiple,
            "started_on": calendar(),
            "ended_on": calendar(),
        } | {name: Narrative(attrs={"rows": 5, "dir": "auto"}) for name in NARRATIVES}
        help_texts = {
            "started_on": _("Lists, counts and reports of a period go by this day."),
            "date_precision": _("Any day of a month or quarter will do."),
            "what_was_done": _("What, with whom, in which form. One paragraph is enough; while it is planned, none."),
            "mode": _("Direct: in the cluster’s own name. Indirect: others, with what it gave them."),
            "result_extent": _("As the cluster sees it today; change it when more comes of it."),
        }

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        instance: Engagement | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        stored: dict[str, Any] = {}
        if instance is not None:
            stored = {
                "cluster": instance.cluster.slug,
                "action": instance.action.number,
                "mandates": [mandate.slug for mandate in instance.mandates.all()],
                "version": instance.version,
            }
        super().__init__(data, instance=instance, initial=stored | (initial or {}))
        self.user = user
        self.taken_over: list[str] = []
        if instance is None:
            self.initial.setdefault("form_key", uuid.uuid4())
            self.initial.setdefault("started_on", timezone.localdate())
        self.fields.pop("version" if instance is None else "form_key")
        self._offer_clusters_and_actions()
        self._offer_mandates()
        self._offer_what_fits()
        self._explain_levels()

    def _offer_clusters_and_actions(self) -> None:
        clusters = Cluster.objects.coordinated_by(self.user).select_related("country").order_by("name")
        actions = Action.objects.all()
        cluster = forms.ModelChoiceField(clusters, label=_("Cluster"), to_field_name="slug", empty_label=None)
        action = forms.ModelChoiceField(
            actions, label=_("Action taken"), to_field_name="number", empty_label=_("Choose an action")
        )
        offer(cluster, clusters)
        offer(action, actions)
        self.fields |= {"cluster": cluster, "action": action}
        self.action: Action | None = self._chosen("action", list(actions), "number")
        self.cluster: Cluster | None = self._chosen("cluster", list(clusters), "slug") or next(iter(clusters), None)
        if self.cluster:
            self.initial["cluster"] = self.cluster.slug

    def _chosen(self, name: str, offered: list[Any], key: str) -> Any:
        """Of the rows offered, the one that is typed in, prefilled or stored; None when it is none of them."""
        value = self.data.get(name) if self.is_bound else self.initial.get(name)
        return next((row for row in offered if str(getattr(row, key)) == str(value)), None)

    def _offer_what_fits(self) -> None:
        """What the chosen action can be about, of what concerns the cluster's country, open and upcoming ones first.

        Without an action all of it. What was sent although the action does not take it is asked for too, so that it is
        refused by its name and not dropped.
        """
        today, now = timezone.localdate(), timezone.now()
        country = self.cluster.country_id if self.cluster else ""
        # Suggestions that all readers of this cluster's log know, so that none reads of one on an engagement's page.
        scopes = self.cluster.reference_scopes if self.cluster else []
        if self._asks_for("visit"):
            visits = CountryVisit.objects.known_in(scopes).for_list(today).concerning(country)
            self._offer(
                "visit", visits, VisitPhase, lambda visit: _marked(visit, labelled(visit.dates, _names(visit.mandates)))
            )
        if self._asks_for("call"):
            calls = CallForInput.objects.known_in(scopes).for_list(now).concerning(country)
            self._offer("call", calls, CallPhase, lambda call: _marked(call, _short(call.title)))
        if self._asks_for("report"):
            self._offer("report", Report.objects.for_list(), ReportPhase, lambda report: _short(str(report)))
        if self._asks_for("event"):
            self._offer_events()

    def _asks_for(self, name: str) -> bool:
        """Whether the form has this field; one that it has not is taken out."""
        asks = self.action is None or self.action.takes(name) or bool(self.is_bound and self.data.get(name))
        if not asks:
            del self.fields[name]
        return asks

    def _offer_events(self) -> None:
        """Events of the chosen cluster that are not called off, the latest first; the one stored stays."""
        stands = Q(called_off_on=None) | Q(pk=self.instance.event_id)
        events = ClusterEvent.objects.visible_to(self.user).filter(stands, cluster=self.cluster).order_by("-day", "id")
        field = forms.ModelChoiceField(
            events,
            required=False,
            label=ITEMS["event"],
            help_text=OFFERED["event"],
            empty_label=gettext("none"),
            error_messages={"invalid_choice": MISFITS["event"]},
        )
        field.label_from_instance = lambda event: labelled(date_format(event.day), event)  # type: ignore[method-assign]
        self.fields["event"] = field

    def _offer_mandates(self) -> None:
        """All thematic mandates and, first, the cluster's priorities and the country's own; ended ones say so."""
        country = self.cluster.country_id if self.cluster else None
        offered = Mandate.objects.filter(Q(kind="thematic") | Q(country=country)).order_by("kind", "acronym")
        field = forms.ModelMultipleChoiceField(
            offered,
            label=_("Mandates"),
            to_field_name="slug",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Which Special Procedures this was about."),
        )
        field.label_from_instance = mandate_label  # type: ignore[method-assign]
        offer(field, offered)
        self.fields["mandates"] = field
        own = {mandate.slug for mandate in offered if mandate.country_id}
        self.first = own | set(priorities_of(self.cluster) if self.cluster else ())

    def _offer(self, name: str, rows: QuerySet, phases: Any, label: Any) -> None:
        """The rows in sections by phase; before them the one stored, should it be withdrawn or far down by now."""
        offered = list(rows[:200])
        sections = [
            (phase.label, [(str(row.pk), label(row)) for row in offered if row.phase == phase]) for phase in phases
        ]
        stays = self.cluster is not None and self.cluster.pk == self.instance.cluster_id
        stored = getattr(self.instance, name) if stays else None
        if stored and stored not in offered:
            sections.insert(0, (gettext("as logged"), [(str(stored.pk), label(stored))]))
        known = rows.model.objects.filter(Q(pk__in=rows.order_by().values("pk")) | Q(pk=stored.pk if stored else None))
        field = forms.ModelChoiceField(
            known,
            required=False,
            label=ITEMS[name],
            help_text=OFFERED[name],
            error_messages={"invalid_choice": MISFITS[name]},
        )
        none = (("", gettext("none")),)
        field.choices = [*none, *[section for section in sections if section[1]]]
        self.fields[name] = field

    def _explain_levels(self) -> None:
        """Each level says who will be able to read the record.

        Actions 9 and 10 have one level only; so has what is *high* already, since a second person lowers it.
        """
        floor_only = self.action is not None and self.action.is_always_high
        was_high = not self.instance._state.adding and self.instance.level == Engagement.Level.HIGH
        levels = [Engagement.Level.HIGH] if floor_only or was_high else list(Engagement.Level)
        self.fields["level"].choices = [(level.value, labelled(level.label, READERS[level.value])) for level in levels]
        if was_high:
            self.initial["level"] = Engagement.Level.HIGH.value
            self.fields["level"].error_messages["invalid_choice"] = LOWERING
            self.fields["level"].help_text = LOWERING
        if floor_only:
            self.initial["level"] = Engagement.Level.HIGH.value
            self.fields["level"].help_text = ""
            if self.instance._state.adding:
                self.initial.setdefault("date_precision", Engagement.DatePrecision.MONTH.value)
            self.fields["level"].error_messages["invalid_choice"] = _(
                "Engagements under actions 9 and 10 are always high."
            )
            for name in NARRATIVES:
                self.fields[name].widget.attrs["rows"] = 2
                self.fields[name].help_text = gettext(
                    "At most %(max)d characters. A receipt, no content: no name, place or date of an incident."
                ) % {"max": RECEIPT_MAX}

    def clean_started_on(self) -> date:
        return within_reach(self.cleaned_data["started_on"])

    def clean_ended_on(self) -> date | None:
        day = self.cleaned_data["ended_on"]
        return day and within_reach(day)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        action, status, precision = data.get("action"), data.get("status"), data.get("date_precision")
        started, ended = data.get("started_on"), data.get("ended_on")
        if "form_key" in self.fields and not data.get("form_key"):
            self.add_error(None, _("This form had lost its key and got a new one. Nothing is lost: press Save again."))
        if started and ended and ended < started:
            self.add_error("ended_on", _("The last day cannot be before the first."))
        if started and status in ("done", "under_way") and first_day(started, precision) > timezone.localdate():
            self.add_error("started_on", _("This day lies ahead: choose the status “planned”, or an earlier day."))
        if ended and status == "done" and first_day(ended, precision) > timezone.localdate():
            self.add_error("ended_on", _("This day lies ahead: choose the status “under way”, or an earlier day."))
        self._clean_mode(data)
        if action:
            self._clean_items(data, action)
        if {"action", "cluster", *ITEMS} & set(self.changed_data) and self._is_of_an_act():
            self.add_error(
                None,
                _("An act wrote this line: its action, cluster and what it is about stay. Withdraw it, log another."),
            )
        if action and action.is_always_high:
            for name in NARRATIVES:
                if len(data.get(name) or "") > RECEIPT_MAX:
                    self.add_error(
                        name,
                        _("At most %(max)d characters here: this entry is a receipt, not a case file.")
                        % {"max": RECEIPT_MAX},
                    )
            has_words = any((data.get(name) or "").strip() for name in NARRATIVES)
            if not data.get("mandates") and not has_words and "mandates" not in self.errors:
                self.add_error("mandates", _("A receipt without a mandate says nothing: tick to whom it went."))
        elif (
            status in ("done", "under_way")
            and not (data.get("what_was_done") or "").strip()
            and "what_was_done" not in self.errors
        ):
            self.add_error("what_was_done", _("Say in a sentence what the cluster did, or choose “planned”."))
        return data

    def _is_of_an_act(self) -> bool:
        return not self.instance._state.adding and act_of(self.instance) is not None

    def _clean_mode(self, data: dict[str, Any]) -> None:
        mode, partner = data.get("mode"), (data.get("partner") or "").strip()
        if mode and mode != Engagement.Mode.DIRECT and not partner and "partner" not in self.errors:
            self.add_error("partner", _("Name the partner through whom or with whom the cluster acted."))
        if mode == Engagement.Mode.DIRECT and partner:
            self.add_error("partner", _("A direct action has no partner: choose another mode, or empty this field."))

    def _clean_items(self, data: dict[str, Any], action: Action) -> None:
        """A visit, call, report or event must fit the action; one that was stored goes when the action takes none."""
        for name in ITEMS:
            if data.get(name) and not action.takes(name):
                self.add_error(name, _("Action %(number)d does not take this.") % {"number": action.number})
            elif name not in self.fields:
                setattr(self.instance, name, None)

    @property
    def version_seen(self) -> int:
        """The version that the person saw who sent this form; 0 for none, or for what is no number."""
        try:
            return self.fields["version"].clean(self.data.get("version")) or 0
        except forms.ValidationError:
            return 0

    def brought_up(self, seen: Any, mandates: Iterable[Mandate], current: Engagement) -> "EngagementForm":
        """The same form for `current`, which others changed since: what she left as she saw it is as it stands now.

        `seen` is the record of the version that she saw, and `mandates` are those that it had. Without this an
        untouched field would undo what a colleague wrote, and an untouched level would lower what was raised. Labels
        of fields that came along are in `taken_over`.
        """
        data, taken_over = self.data.copy(), []
        for name in self._meta.fields:
            field = self.fields.get(name) or self.base_fields[name]
            was, now = (
                [sorted(mandates, key=str), sorted(current.mandates.all(), key=str)]
                if name == "mandates"
                else [getattr(row, name) for row in (seen, current)]
            )
            was = was.strip() if isinstance(was, str) else was  # as a form gives it back
            if now != was and not field.has_changed(was, field.widget.value_from_datadict(data, {}, name)):
                values = now if isinstance(now, list) else [now]
                data.setlist(name, ["" if one is None else str(field.prepare_value(one)) for one in values])
                taken_over.append(str(field.label))
        form = EngagementForm(data, user=self.user, instance=copy(current))
        form.taken_over = taken_over
        return form

    def differences(self, current: Engagement) -> list[tuple[str, str, str]]:
        """(label, value as it stands in `current`, value typed here) of each field in which the two differ."""
        found = []
        for name, field in self.fields.items():
            if name == "version" or name not in self.cleaned_data:
                continue
            theirs = current.mandates.all() if name == "mandates" else getattr(current, name)
            pair = in_words(field, theirs), in_words(field, self.cleaned_data[name])
            if pair[0] != pair[1]:
                found.append((str(field.label), *pair))
        return found


class WithdrawForm(ModelForm):
    """Why a line of the log is withdrawn; the reason is as confidential as the line."""

    class Meta:
        model = Engagement
        fields = ("withdrawn_reason",)
        widgets = {"withdrawn_reason": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["withdrawn_reason"].required = True
        self.fields["withdrawn_reason"].help_text = _(
            "Logged twice, logged for the wrong cluster, did not take place …"
        )

    def _get_validation_exclusions(self) -> set[str]:
        # Only the reason is entered here; the service sets the state that goes with it.
        return {field.name for field in self._meta.model._meta.fields if field.name != "withdrawn_reason"}


def _names(mandates: Any) -> str:
    return ", ".join(mandate.acronym for mandate in mandates.all())


def _marked(item: CountryVisit | CallForInput, label: str) -> str:
    return gettext("%(item)s (unconfirmed)") % {"item": label} if item.is_unconfirmed else label


def _short(text: str, limit: int = 110) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
