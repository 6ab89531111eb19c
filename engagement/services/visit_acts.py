"""Actions 3, 7 and 12: a briefing for a visit, an issue for the press, a finding used afterwards."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mandates.dates import show_day
from mandates.models import CountryVisit, Mandate, Recommendation, Report

from ..actions import action_id
from ..models import AdvocacyUse, Briefing, Cluster, Engagement, PressIssue, User
from ..openings.rules import PRESS_DAYS
from .act import (
    AlreadyDone,
    NotNow,
    change_line,
    hold_line,
    lock,
    log_act,
    refuse_dropped_visit,
    refuse_ended_mandates,
    refuse_past_visit,
)
from .log import StaleVersion


def refuse_briefing(visit: CountryVisit) -> None:
    """Raise NotNow for a visit on which nobody can be briefed: off, over, or of mandates that nobody has entered."""
    refuse_dropped_visit(visit)
    refuse_past_visit(visit)
    if not visit.mandates.exists():
        raise NotNow(_("The entry of this visit names no mandate yet, so there is nobody to brief."))


def propose_briefing(
    *,
    by: User,
    cluster: Cluster,
    visit: CountryVisit,
    mandates: Sequence[Mandate],
    points: str,
    who: str,
    planned_on: date | None,
    channel: str,
    key: UUID,
    level: str,
) -> Engagement:
    """3: plan a briefing for the mandate holders of `visit`; its line is planned until somebody says it was held.

    The line is dated with the day planned, or with today while none is agreed. One briefing is open for a visit at a
    time: raises AlreadyDone for the second, NotNow as `refuse_briefing` and for mandates that have ended.
    """
    today = timezone.localdate()
    with transaction.atomic():
        lock(cluster)
        lines = Engagement.objects.editable_by(by).filter(cluster=cluster, action=action_id(3), visit=visit)
        if (open_one := lines.filter(status__in=["planned", "under_way"]).first()) is not None:
            raise AlreadyDone(open_one)
        refuse_briefing(visit)
        refuse_ended_mandates(mandates, today)
        with override(cluster.working_language):
            words = _("Proposed a briefing to %(mandates)s on the visit to %(country)s (%(dates)s).") % {
                "mandates": _names(mandates),
                "country": cluster.country,
                "dates": visit.dates,
            }
        line = log_act(
            3,
            by=by,
            cluster=cluster,
            words=words,
            mandates=mandates,
            key=key,
            visit=visit,
            level=level,
            status=Engagement.Status.PLANNED,
            started_on=planned_on or today,
        )
        Briefing.objects.create(engagement=line, points=points, who=who, planned_on=planned_on, channel=channel)
    return line


def change_briefing(
    *, by: User, line: Engagement, version: int, points: str, who: str, planned_on: date | None, channel: str
) -> Engagement:
    """Change a briefing that is planned, if its line still is at the version that the person saw; else StaleVersion.

    Another day dates the line anew. Raises AlreadyDone when the briefing is not planned any more, and
    Engagement.DoesNotExist as `change_line`.
    """
    with transaction.atomic():
        current = _planned(by, line)
        if current.version != version:
            raise StaleVersion(current)
        briefing = current.briefing
        columns: dict[str, Any] = {}
        if planned_on and planned_on != briefing.planned_on:
            columns = _on_one_day(planned_on)
        briefing.points, briefing.who, briefing.planned_on, briefing.channel = points, who, planned_on, channel
        briefing.save()
        return change_line(current, by=by, **columns)


def hold_briefing(*, by: User, line: Engagement, held_on: date) -> Engagement:
    """Say that a planned briefing was held on a day. Raises as `change_briefing`, but for the version."""
    with transaction.atomic():
        current = _planned(by, line)
        return change_line(current, by=by, status=Engagement.Status.DONE, **_on_one_day(held_on))


def _planned(by: User, line: Engagement) -> Engagement:
    """The line of a briefing, locked, as it stands. Raises AlreadyDone when it is not planned any more."""
    current = hold_line(line, by=by)
    if current.status != Engagement.Status.PLANNED:
        raise AlreadyDone(current)
    return current


def _on_one_day(day: date) -> dict[str, Any]:
    return {"started_on": day, "ended_on": None, "date_precision": Engagement.DatePrecision.DAY}


def refuse_press(visit: CountryVisit | None) -> None:
    """Raise NotNow for a visit that is off, or that ended so long ago that its press work is over."""
    if visit is None:
        return
    refuse_dropped_visit(visit)
    last_day = visit.ends_on or visit.starts_on
    if last_day and timezone.localdate() - last_day > timedelta(days=PRESS_DAYS):
        raise NotNow(
            _("This visit ended on %(day)s, over %(n)d days ago. Leave the visit out, or only log what you did then.")
            % {"day": show_day(last_day), "n": PRESS_DAYS}
        )


def propose_press_issue(
    *,
    by: User,
    cluster: Cluster,
    visit: CountryVisit | None = None,
    mandates: Sequence[Mandate],
    issue: str,
    urgency: str,
    product: str,
    product_title: str,
    key: UUID,
    level: str,
) -> Engagement:
    """7: an issue for a press communication, proposed today, by whatever way, to the holders of `mandates`.

    Raises AlreadyDone when the cluster has proposed the same issue, word for word, today; NotNow as `refuse_press` and
    for mandates that have ended.
    """
    today = timezone.localdate()
    with transaction.atomic():
        lock(cluster)
        same = Engagement.objects.editable_by(by).filter(cluster=cluster, started_on=today, pressissue__issue=issue)
        if (twin := same.first()) is not None:
            raise AlreadyDone(twin)
        refuse_press(visit)
        refuse_ended_mandates(mandates, today)
        with override(cluster.working_language):
            names = {"mandates": _names(mandates), "product": product_title}
            words = _("Proposed an issue for the press to %(mandates)s; it fills a gap.") % names
            if product != PressIssue.Product.NONE:
                words = _("Proposed an issue for the press to %(mandates)s; it completes “%(product)s”.") % names
        line = log_act(7, by=by, cluster=cluster, words=words, mandates=mandates, key=key, visit=visit, level=level)
        PressIssue.objects.create(
            engagement=line, issue=issue, urgency=urgency, product=product, product_title=product_title
        )
    return line


def refuse_use(report: Report) -> None:
    """Raise NotNow for a report that is not out yet, or whose entry is withdrawn."""
    if report.withdrawn_on:
        raise NotNow(_("The entry of this report was withdrawn. Nothing was written."))
    if report.published_on is None or report.published_on > timezone.localdate():
        raise NotNow(_("This report is not out yet (%(when)s), so nothing in it can be used.") % {"when": report.when})


def refuse_recommendation(recommendation: Recommendation) -> None:
    """Raise NotNow for a recommendation whose entry is withdrawn."""
    if recommendation.withdrawn_on:
        raise NotNow(_("The entry of this recommendation was withdrawn. Nothing was written."))


def use_recommendation(
    *,
    by: User,
    cluster: Cluster,
    recommendation: Recommendation,
    product: str,
    audience: str,
    day: date,
    key: UUID,
    level: str,
) -> Engagement:
    """12: a recommendation was used in a product of the cluster on a day; its report, if recorded, stands in the line.

    Raises AlreadyDone when the cluster has logged it in the same product, NotNow as `refuse_recommendation`.
    """
    with transaction.atomic():
        lock(cluster)
        lines = Engagement.objects.editable_by(by).filter(cluster=cluster)
        twin = lines.filter(advocacyuse__recommendation=recommendation, advocacyuse__product=product).first()
        if twin is not None:
            raise AlreadyDone(twin)
        refuse_recommendation(recommendation)
        with override(cluster.working_language):
            used = {"recommendation": recommendation, "product": product}
            words = _("Used %(recommendation)s in “%(product)s”.") % used
        line = log_act(
            12,
            by=by,
            cluster=cluster,
            words=words,
            mandates=list(recommendation.mandates.all()),
            key=key,
            report=recommendation.report,
            level=level,
            started_on=day,
        )
        AdvocacyUse.objects.create(
            engagement=line,
            recommendation=recommendation,
            paragraph=recommendation.paragraph or str(recommendation)[:100],
            product=product,
            audience=audience,
        )
    return line


def use_in_advocacy(
    *,
    by: User,
    cluster: Cluster,
    report: Report,
    paragraph: str,
    product: str,
    audience: str,
    day: date,
    key: UUID,
    level: str,
) -> Engagement:
    """12: a paragraph of `report` was used in a product of the cluster on a day.

    Raises AlreadyDone when the cluster has logged the same paragraph in the same product, NotNow as `refuse_use`.
    """
    with transaction.atomic():
        lock(cluster)
        lines = Engagement.objects.editable_by(by).filter(cluster=cluster, report=report)
        twin = lines.filter(advocacyuse__paragraph=paragraph, advocacyuse__product=product).first()
        if twin is not None:
            raise AlreadyDone(twin)
        refuse_use(report)
        with override(cluster.working_language):
            words = _("Used %(paragraph)s of %(report)s in “%(product)s”.") % {
                "paragraph": paragraph,
                "report": report,
                "product": product,
            }
        mandates = list(report.mandates.all())
        line = log_act(
            12,
            by=by,
            cluster=cluster,
            words=words,
            mandates=mandates,
            key=key,
            report=report,
            level=level,
            started_on=day,
        )
        AdvocacyUse.objects.create(engagement=line, paragraph=paragraph, product=product, audience=audience)
    return line


def _names(mandates: Sequence[Mandate]) -> str:
    return ", ".join(mandate.acronym for mandate in mandates)
