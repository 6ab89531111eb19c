"""What a person meets first: home by role, and the guide."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.revalidated import revalidated
from mandates.freshness import Task, tasks, to_look_at
from mandates.models import CallForInput, CountryVisit, Mandate
from mandates.models.country import name_column
from mandates.views import with_closing

from ..follow_ups import follow_ups, lowerings_to_decide
from ..kept_forms import drafts_of
from ..levels import READERS
from ..log import log_lines
from ..models import AccountChange, Action, Cluster, ContributionOffer, Doubt, Engagement, SupportRequest, User
from ..querysets import EngagementQuerySet, Rights, rights_of, suggestions_to_confirm
from .openings import boxes_of

ANSWERS_STAND = timedelta(days=30)
"""How long the answer to what looked wrong stands on the home of whoever said it."""


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What now, by role: next visits and deadlines, the person's own log, and what each role has to look at."""
    user, today, now = request.user, timezone.localdate(), timezone.now()
    rights = rights_of(user)
    clusters = list(Cluster.objects.visible_to(user, rights).select_related("country").order_by("name"))
    coordinated = list(Cluster.objects.coordinated_by(user, rights).order_by("name"))
    countries = {cluster.country_id for cluster in clusters}
    known_visits, known_calls = CountryVisit.objects.known_to(user), CallForInput.objects.known_to(user)
    visits, calls = known_visits.ahead(today), known_calls.open_at(now)
    if countries and not user.task_team:
        visits, calls = known_visits.to_follow(today, *countries), known_calls.to_follow(now, *countries)
    rows = Engagement.objects.visible_to(user, rights).standing()
    if coordinated and not user.task_team:
        rows = rows.filter(cluster__in=coordinated)
    boxes = boxes_of(user, Cluster.objects.filter(pk__in=rights.any), rights)
    context: dict[str, Any] = {
        "clusters": clusters,
        "coordinated": coordinated,
        "boxes": boxes,
        "drafts": drafts_of(user),
        "things_to_do": sum(len(box.due) for box in boxes),
        "visits": list(visits[:6]),
        "calls": with_closing(calls[:6], now),
        "can_offer": bool(rights.joined) and not user.task_team,
        "own_offers": list(ContributionOffer.objects.made_by(user, rights)[:6]),
        "recent": log_lines(rows.order_by("-created_at", "id")[:6]),
    }
    if coordinated:
        context |= _of_a_coordinator(user, rights, rows, coordinated, today)
    waiting = [*context.get("follow_ups", ()), *lowerings_to_decide(user, rights)]
    context["follow_ups"] = sorted(waiting, key=lambda follow_up: follow_up.since)
    if user.task_team:
        context |= _of_the_task_team(user, rights, rows, today) | _of_the_reference_data(user, today, now)
    else:
        own = Doubt.objects.visible_to(user).lately(now - ANSWERS_STAND)
        context |= {"own_doubts": list(own.for_list().reverse()[:6])}
    if user.is_administrator:
        context |= {"chores": _of_an_administrator(today)}
    if user.task_team == "focal_point":
        context |= {"changes_to_confirm": AccountChange.objects.confirmable_by(user).count()}
    return TemplateResponse(request, "engagement/home.html", context)


def _of_a_coordinator(
    user: User, rights: Rights, rows: EngagementQuerySet, coordinated: list[Cluster], today: date
) -> dict[str, Any]:
    """Her clusters' open lines, what waits for a word from her (lines, offers), and the answers of the task team."""
    support = SupportRequest.objects.visible_to(user, rights).for_list()
    answered = support.filter(status="answered", engagement__cluster__in=coordinated)
    unfinished = rows.filter(status__in=["planned", "under_way"]).select_related("action")
    offers = ContributionOffer.objects.waiting(user, rights)
    return {
        "follow_ups": follow_ups(rows.filter(cluster__in=coordinated), today),
        "open_lines": list(unfinished.order_by("-started_on", "id")[:8]),
        "planned": rows.filter(status="planned").count(),
        "under_way": rows.filter(status="under_way").count(),
        "offers_waiting": offers,
        "offers_count": sum(offer["n"] for offer in offers),
        "answers": list(answered.order_by("-answered_at")[:3]),
    }


def _of_the_task_team(user: User, rights: Rights, rows: EngagementQuerySet, today: date) -> dict[str, Any]:
    """Figures over what this person can read, each with the list that it counts, and the requests that wait longest."""
    support = SupportRequest.objects.visible_to(user, rights)
    month_ago = today - timedelta(days=30)
    return {
        "logged_lately": rows.filter(started_on__range=(month_ago, today)).count(),
        "engagement_count": rows.count(),
        **support.counted(user, today),
        "to_confirm": suggestions_to_confirm(user),
        "queue": list(support.waiting().for_list()[:5]),
        "month_ago": month_ago,
        "today": today,
    }


def _of_the_reference_data(user: User, today: date, now: datetime) -> dict[str, Any]:
    """What the task team should look at, and of what is not over the share that was checked within 30 days."""
    found = tasks(user, today, now)
    checked, old = len(found[Task.CHECKED]), len(found[Task.OLD])
    return {
        "looks": to_look_at(user, today, now),
        "doubts_count": Doubt.objects.visible_to(user).waiting().count(),
        "not_over": checked + old,
        "share_checked": round(100 * checked / (checked + old)) if checked + old else None,
    }


def _of_an_administrator(today: date) -> list[tuple[int, str, str]]:
    """(how many, what, the list of the administration that shows them); nothing for what is in order."""
    users, clusters = reverse("admin:engagement_user_changelist"), reverse("admin:engagement_cluster_changelist")
    alone = Cluster.objects.without_coordinator(today).count()
    stuck, never = User.objects.with_mail_that_did_not_leave().count(), User.objects.never_signed_in().count()
    waiting = AccountChange.objects.waiting().count()
    changes = reverse("engagement:account-changes")
    no_one = ngettext("cluster has no coordinator", "clusters have no coordinator", alone)
    no_mail = ngettext("person has a mail that did not leave", "people have a mail that did not leave", stuck)
    not_yet = ngettext("person has never signed in", "people have never signed in", never)
    asked = ngettext(
        "change to an account waits for a focal point", "changes to accounts wait for a focal point", waiting
    )
    found = [
        (alone, no_one, f"{clusters}?look=nobody"),
        (stuck, no_mail, f"{users}?look=mail"),
        (never, not_yet, f"{users}?look=never"),
        (waiting, asked, changes),
    ]
    return [line for line in found if line[0]]


@require_safe
@revalidated
def guide(request: HttpRequest) -> HttpResponse:
    """How Special Procedures work, their impact, the twelve actions: the source document, with today's numbers."""
    today = timezone.localdate()
    in_force = Mandate.objects.in_force(on=today)
    kept = Cluster.objects.coordinated_by(request.user).order_by("name").first()
    is_member = kept is None and bool(rights_of(request.user).joined)
    actions = list(Action.objects.all())
    for action in actions:
        action.way = _way_to(action.number, kept) if kept else _way_of_a_reader(action.number, is_member)
    country_mandates = in_force.filter(kind="country").select_related("country").order_by(f"country__{name_column()}")
    return TemplateResponse(
        request,
        "engagement/guide.html",
        {
            "today": today,
            "known_on": in_force.order_by("checked_on").values_list("checked_on", flat=True).first(),
            "thematic": in_force.filter(kind="thematic").count(),
            "country_mandates": list(country_mandates),
            "actions": actions,
            "can_log": kept is not None,
            "readers": [(level.label, READERS[level.value]) for level in Engagement.Level],
        },
    )


def _way_of_a_reader(number: int, is_member: bool) -> str:
    """What somebody who keeps no log can do of an action: subscribe for herself, offer paragraphs; else ""."""
    if number in (1, 4):
        return reverse("engagement:subscription-list")
    return f"{reverse('mandates:call-list')}?status=open" if number == 6 and is_member else ""


def _way_to(number: int, cluster: Cluster) -> str:
    """Where a coordinator of `cluster` begins this action: its own page, or the list of what it is about."""
    lists = {2: "visit", 3: "visit", 5: "call", 6: "call", 12: "report"}
    pages = {
        1: "subscription-list", 4: "subscription-list", 7: "press-propose", 8: "cluster-priorities",
        9: "information-share", 10: "referral-new", 11: "cluster-events",
    }  # fmt: skip
    if number not in pages:
        return f"{reverse(f'mandates:{lists[number]}-list')}?country={cluster.country_id}"
    page = f"engagement:{pages[number]}"
    return reverse(page) if number in (1, 4) else reverse(page, args=[cluster.slug])
