"""What is in a report: counted and chosen now for a draft, as it was kept for one that was published."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from mandates.dates import MARK, show_range

from ..actions import name_of
from ..levels import READERS
from ..models import Cluster, EngagementReport, ReportHighlight
from ..querysets import Rights, engagements_of, rights_of
from .figures import Figures, read_figures

READERS_OF_REPORTS = {
    "low": gettext_lazy("the HRE task team; of one cluster also its members and coordinators"),
    "moderate": gettext_lazy("the HRE task team; of one cluster also its coordinators"),
    "high": gettext_lazy("the focal points of the HRE task team; of one cluster also its coordinators"),
}
"""Who reads a published report of each level, in words; the rule itself is `EngagementReportQuerySet.visible_to`."""


def content_of(report: EngagementReport, user: Any) -> Figures:
    """The figures and the highlights of a report that `user` reads. Fourteen queries for a draft, none otherwise."""
    return read_content(report, user) if report.is_draft else report.figures


def read_content(report: EngagementReport, user: Any) -> Figures:
    """The same, from the log as it stands, with all that is above the report's level left out before it is counted."""
    rights = rights_of(user)
    rows = engagements_of(report, user, rights)
    figures = read_figures(user, rights, rows, _clusters(report, user, rights, rows), report.period)
    del figures["silent"]  # it is of the day on which it is asked, not of the period
    if report.level == EngagementReport.Level.LOW:
        del figures["untouched"]  # priorities are of level moderate
    return figures | {"highlights": [_as_values(one) for one in highlights_of(report, rows)]}


def highlights_of(report: EngagementReport, rows: Any) -> list[ReportHighlight]:
    """Those of a draft whose engagement is in it still; `rows` are its engagements of any day. One query."""
    return list(report.highlights.all().standing(rows.filter(started_on__range=report.period)))


def _clusters(report: EngagementReport, user: Any, rights: Rights, rows: Any) -> list[Cluster]:
    clusters = Cluster.objects.visible_to(user, rights).with_last(rows, timezone.localdate()).order_by("name")
    return list(clusters.filter(pk=report.cluster_id) if report.cluster_id else clusters)


def _as_values(highlight: ReportHighlight) -> dict[str, Any]:
    """A highlight in JSON's types."""
    line = highlight.engagement
    return {
        "cluster": line.cluster.name,
        "action": line.action.number,
        "since": line.started_on.isoformat(),
        "until": (line.ended_on or line.started_on).isoformat(),
        "precision": line.date_precision,
        "text": highlight.text,
    }


def about(highlight: dict[str, Any]) -> str:
    """Cluster, action and days of a highlight, in the active language."""
    since, until = date.fromisoformat(highlight["since"]), date.fromisoformat(highlight["until"])
    days = show_range(since, until, highlight["precision"])
    action = f"{MARK if get_language_bidi() else ''}{name_of(highlight['action'])}"
    return " · ".join([highlight["cluster"], action, days])


def said_left_out(level: str) -> str:
    """What a report of this level does not count, in a sentence; "" when all levels are in it."""
    return {
        "low": _("Only engagements of level low are counted; all others, so all of actions 9 and 10, are left out."),
        "moderate": _(
            "Only engagements of levels low and moderate are counted; high ones, so all of actions 9 and 10, are "
            "left out."
        ),
        "high": "",
    }[level]


def readers_of(report: EngagementReport) -> str:
    """Who can read it, in words; the rule itself is `EngagementReportQuerySet.visible_to`."""
    if report.cluster_id:
        return str(READERS[report.level])
    return str(_("the focal points of the HRE task team, nobody else") if report.is_high else _("the HRE task team"))
