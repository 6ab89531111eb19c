"""What a person meets first: home by role, and the guide."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mandates.models import CallForInput, CountryVisit, Mandate
from mandates.models.country import name_column
from mandates.views import with_closing

from ..models import Action, Cluster, Engagement, SupportRequest


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What now: the next visits and deadlines, the person's own log, and for the task team what came in."""
    user, today, now = request.user, timezone.localdate(), timezone.now()
    clusters = list(Cluster.objects.visible_to(user).select_related("country").order_by("name"))
    coordinated = list(Cluster.objects.coordinated_by(user).order_by("name"))
    countries = {cluster.country_id for cluster in clusters}
    visits, calls = CountryVisit.objects.ahead(today), CallForInput.objects.open_at(now)
    if countries and not user.task_team:
        visits = CountryVisit.objects.to_follow(today, *countries)
        calls = CallForInput.objects.to_follow(now, *countries)
    engagements = Engagement.objects.visible_to(user).exclude(status="withdrawn").for_list()
    own = engagements.filter(cluster__in=coordinated) if coordinated and not user.task_team else engagements
    month_ago = today - timedelta(days=30)
    support = SupportRequest.objects.visible_to(user).for_list()
    return TemplateResponse(
        request,
        "engagement/home.html",
        {
            "clusters": clusters,
            "coordinated": coordinated,
            "visits": list(visits[:6]),
            "calls": with_closing(calls[:8], now),
            "open_lines": list(own.filter(status__in=["planned", "under_way"]).order_by("-started_on", "id")[:8]),
            "planned": own.filter(status="planned").count(),
            "under_way": own.filter(status="under_way").count(),
            "recent": list(own.order_by("-created_at", "id")[:6]),
            "logged_lately": own.filter(started_on__range=(month_ago, today)).count(),
            "waiting": support.waiting().count(),
            "answers": list(
                support.filter(status="answered", engagement__cluster__in=coordinated).order_by("-answered_at")[:5]
            ),
            "month_ago": month_ago,
            "today": today,
            "engagement_count": own.count(),
        },
    )


@never_cache
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """How Special Procedures work, their impact, the twelve actions: the source document, with today's numbers."""
    today = timezone.localdate()
    in_force = Mandate.objects.in_force(on=today)
    country_mandates = in_force.filter(kind="country").select_related("country").order_by(f"country__{name_column()}")
    return TemplateResponse(
        request,
        "engagement/guide.html",
        {
            "today": today,
            "known_on": in_force.order_by("checked_on").values_list("checked_on", flat=True).first(),
            "thematic": in_force.filter(kind="thematic").count(),
            "country_mandates": list(country_mandates),
            "actions": list(Action.objects.all()),
            "can_log": Cluster.objects.coordinated_by(request.user).exists(),
        },
    )
