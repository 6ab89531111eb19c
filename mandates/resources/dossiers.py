"""Visits, calls for input and reports, as files have them."""

from collections.abc import Hashable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..dates import Precision, parse_period, show_day
from ..models import CallForInput, CountryVisit, Report, VisitEvent
from ..models.call import GENEVA
from ..paste import issuer_type, resolve_issuer
from .base import Line, ReferenceResource, folded_value, settle_range, warn_of_mandates
from .columns import (
    ChoiceWidget,
    Column,
    DayWidget,
    IdWidget,
    NamesColumn,
    NameWidget,
    NumberWidget,
    PeriodColumn,
    TextWidget,
    source_columns,
)


class DossierResource(ReferenceResource):
    """What visits, calls and reports share: countries and mandates, read with the rows."""

    def rows(self, found: Any) -> Any:
        return found.prefetch_related(None).with_places()

    def day_of(self, instance: Any) -> date | None:
        """The day on which its mandates should be in force."""
        raise NotImplementedError

    def warn(self, instance: Any, line: Line) -> None:
        warn_of_mandates(line, line.now["mandates"], self.day_of(instance))


class VisitResource(DossierResource):
    """Country visits. The status is that of the latest event: a new one in a file adds an event."""

    id = Column("pk", IdWidget())
    countries = NamesColumn("countries", "countries", required=True, example="SSD; Uganda")
    mandates = NamesColumn("mandates", "mandates", required=True, example="sr-torture; SR IDPs")
    places = Column("places", TextWidget(), example="Juba, Malakal")
    starts = PeriodColumn("starts_on", "precision", example="2026-10-05")
    ends = PeriodColumn("ends_on", "precision", is_end=True, example="2026-10-16")
    dates_text = Column("dates_text", TextWidget(), example="late 2026")
    status = Column(
        "status",
        ChoiceWidget(VisitEvent.Kind),
        help=gettext_lazy("The latest step. A new one is added to the events of the visit."),
        example="dates_agreed",
    )
    status_day = PeriodColumn(
        "status_day",
        "status_precision",
        help=gettext_lazy("When that step happened; empty if not known."),
        example="2026-06-30",
    )
    report_session = Column("report_session", NameWidget("sessions"), example="HRC64")
    note = Column("note", TextWidget(lines=True))
    withdrawn_on = Column("withdrawn_on", DayWidget())
    source, source_url, checked_on = source_columns()

    key = ("countries", "mandates", "starts")
    called = {
        "countries": ("country", "state", "pays", "état", "país", "estado", "الدولة", "البلد"),
        "mandates": ("mandate", "mandate holder", "special procedure", "mandat", "titulaire de mandat", "mandato"),
        "starts": ("dates", "date", "visit dates", "dates of visit", "dates de la visite", "fechas", "fecha"),
        "note": ("comments", "remarks", "commentaires", "comentarios"),
        "source_url": ("link", "url", "web page", "lien", "enlace"),
    }
    unknown_id = gettext_lazy("No visit has this id; leave it empty to add a new entry.")

    class Meta:
        model = CountryVisit

    def rows(self, found: Any) -> Any:
        return super().rows(found).with_status_event(self.today).select_related("report_session")

    def init_instance(self, row: dict[str, Any] | None = None) -> CountryVisit:
        visit = CountryVisit()
        visit.status, visit.status_day, visit.status_precision = "", None, ""
        visit.status_known_by = visit.status_position = None
        return visit

    def settle(self, instance: Any, line: Line, current: dict[str, Any], changed: set[str]) -> None:
        settle_range(instance, line, current, changed)
        self.event = None
        if changed & {"status", "status_day"}:
            self.event = self.event_of(instance, line, changed)
        if self.event is None:
            self.fields["status"].put(instance, current["status"])
            self.fields["status_day"].put(instance, current["status_day"])

    def event_of(self, visit: CountryVisit, line: Line, changed: set[str]) -> VisitEvent | None:
        """The event by which the visit gets the status of the line; None when there is none to add.

        It must become the latest event, or importing the same file again would add another one.
        """
        status, period = line.values.get("status"), parse_period(line.values.get("status_day", ""))
        if status is None or "status" not in changed:
            if "status" in changed and line.kind == "changed":
                line.add_fault("status", _("A status cannot be emptied: remove its event on the page of the visit."))
            elif period:
                line.add_fault(
                    "status_day", _("The status has another day: correct its event on the page of the visit.")
                )
            return None
        if period and period.first > self.today:
            line.add_fault("status_day", _("This day is still ahead: an event is written down once it has happened."))
            return None
        known_by = min(period.last, self.today) if period else self.today
        latest = visit.status_known_by
        if latest and known_by < latest:
            later = _("The visit has an event of %(day)s, which would stay the latest: add this one on its page.")
            line.add_fault("status_day", later % {"day": show_day(latest)})
            return None
        return VisitEvent(
            kind=status,
            day=period and period.first,
            day_precision=period.precision if period else Precision.DAY,
            known_by=known_by,
            position=(visit.status_position or 0) + 1 if known_by == latest else 1,
        )

    def after_save_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        if self.event:
            self.event.visit, self.event.source = instance, instance.source
            self.event.save()

    def day_of(self, instance: CountryVisit) -> date | None:
        return instance.starts_on or instance.ends_on


class CallResource(DossierResource):
    """Calls for input. What kind of deadline a call has follows from its day where the file does not say it."""

    id = Column("pk", IdWidget())
    title = Column("title", TextWidget(), required=True, example="Call for input: digital borders")
    issuer_type = Column(
        "issuer_type", ChoiceWidget(CallForInput.IssuerType), default=CallForInput.IssuerType.SPECIAL_PROCEDURES
    )
    issued_by = Column("issued_by", TextWidget(), example="Special Rapporteur on racism")
    mandates = NamesColumn("mandates", "mandates", example="sr-racism; SR migrants")
    countries = NamesColumn("countries", "countries", example="SSD; Uganda")
    visit = Column("visit", NameWidget("visits"))
    report = Column("report", NameWidget("reports"), example="A/80/212")
    session = Column("session", NameWidget("sessions"), example="HRC64")
    purpose = Column("purpose", ChoiceWidget(CallForInput.Purpose), default=CallForInput.Purpose.THEMATIC_REPORT)
    purpose_text = Column("purpose_text", TextWidget())
    deadline_kind = Column(
        "deadline_kind",
        ChoiceWidget(CallForInput.DeadlineKind),
        help=gettext_lazy("Empty: “date” with a deadline, “unknown” without one."),
        example="date",
    )
    deadline = Column("deadline_on", DayWidget(), example="2026-12-15")
    deadline_zone = Column("deadline_zone", TextWidget(), default=GENEVA, example=GENEVA)
    extended_from = Column("extended_from", DayWidget())
    closed_on = Column("closed_on", DayWidget())
    languages = Column("languages", TextWidget(), example="en, fr, es")
    formats = Column("formats", TextWidget(), example="Word, PDF")
    word_limit = Column("word_limit", NumberWidget(), example="2500")
    address = Column("address", TextWidget(), example="hrc-sr-example@un.org")
    inputs_published = Column(
        "inputs_published", ChoiceWidget(CallForInput.Publication), default=CallForInput.Publication.UNKNOWN
    )
    note = Column("note", TextWidget(lines=True))
    withdrawn_on = Column("withdrawn_on", DayWidget())
    source, source_url, checked_on = source_columns()

    key = ("title", "deadline")
    called = {
        "title": ("call", "call for input", "call for inputs", "titre", "título"),
        "issued_by": ("entity", "issuer", "mandate holder", "special procedure", "émis par", "entité", "emitido por"),
        "deadline": (
            "submission deadline",
            "due date",
            "closing date",
            "échéance",
            "date limite",
            "plazo",
            "fecha límite",
        ),
        "mandates": ("mandate", "mandat", "mandato"),
        "countries": ("country",),
        "source_url": ("link", "url", "web page", "lien", "enlace"),
    }
    unknown_id = gettext_lazy("No call has this id; leave it empty to add a new entry.")

    class Meta:
        model = CallForInput

    def rows(self, found: Any) -> Any:
        return super().rows(found).select_related("visit", "report", "session")

    def settle(self, instance: Any, line: Line, current: dict[str, Any], changed: set[str]) -> None:
        says_nothing = line.values.get("deadline_kind") is None and "deadline_kind" not in line.faults
        if says_nothing and (line.kind == "new" or "deadline_kind" in line.values):
            kinds = CallForInput.DeadlineKind
            instance.deadline_kind = kinds.DATE if instance.deadline_on else kinds.UNKNOWN
        if line.kind == "new" and line.values.get("issued_by"):
            self.take_issuer(instance, line)

    def take_issuer(self, call: CallForInput, line: Line) -> None:
        """Take kind of issuer and mandates from who issued a new call, where the file has no columns for them."""
        issuer = line.values["issued_by"]
        if "issuer_type" not in self.given:
            call.issuer_type = issuer_type(issuer)
        if "mandates" in self.given or call.issuer_type != CallForInput.IssuerType.SPECIAL_PROCEDURES:
            return
        found, unknown = resolve_issuer(issuer, self.lookups.issuers)
        self.fields["mandates"].put(call, frozenset(found))
        if unknown:
            self.not_matched(unknown)
            line.warnings.append(
                _("“%(name)s” is not the name of a mandate: no mandate is linked.") % {"name": unknown}
            )

    def day_of(self, instance: CallForInput) -> date | None:
        return instance.deadline_on


class ReportResource(DossierResource):
    """Reports, known by their symbol; before they have one by title and mandates."""

    id = Column("pk", IdWidget())
    symbol = Column("symbol", TextWidget(), example="A/HRC/61/45")
    title = Column("title", TextWidget(), required=True, example="Internal displacement and climate")
    kind = Column("kind", ChoiceWidget(Report.Kind), default=Report.Kind.THEMATIC)
    mandates = NamesColumn("mandates", "mandates", required=True, example="SR IDPs")
    countries = NamesColumn("countries", "countries", example="SSD; Uganda")
    visit = Column("visit", NameWidget("visits"))
    session = Column("session", NameWidget("sessions"), example="HRC61")
    expected = PeriodColumn("expected_on", "expected_precision", example="2027-Q1")
    published = PeriodColumn("published_on", "published_precision", example="2026-02")
    url = Column("url", TextWidget(), example="https://docs.un.org/A/HRC/61/45")
    note = Column("note", TextWidget(lines=True))
    withdrawn_on = Column("withdrawn_on", DayWidget())
    source, source_url, checked_on = source_columns()

    key = ("symbol", "title", "mandates")
    key_optional = ("symbol",)
    called = {
        "symbol": ("document", "cote", "signatura"),
        "mandates": ("mandate", "mandate holder", "mandat", "mandato"),
        "countries": ("country", "state"),
        "url": ("link",),
    }
    unknown_id = gettext_lazy("No report has this id; leave it empty to add a new entry.")

    class Meta:
        model = Report

    def rows(self, found: Any) -> Any:
        return super().rows(found).select_related("visit", "session")

    def keys_of(self, values: dict[str, Any]) -> list[Hashable]:
        """The symbol; or title and mandates, which a report that has its symbol now had before."""
        subject = ("title", folded_value(values["title"]), values["mandates"])
        return [("symbol", folded_value(values["symbol"])), subject] if values["symbol"] else [subject]

    def day_of(self, instance: Report) -> date | None:
        return instance.published_on or instance.expected_on
