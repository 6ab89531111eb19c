"""What the clusters' side adds to pages of the UN side, which know nothing of clusters."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mandates.change_queries import SUBJECTS
from mandates.models import CallForInput, CountryVisit, Recommendation
from mandates.querysets import CallPhase, VisitPhase

from ..actions import WITH
from ..forms import DoubtForm
from ..levels import READERS
from ..log import LogLine, drawn
from ..models import Action, Cluster, ContributionOffer, Doubt, Engagement, OutgoingMail, SavedView, Share
from ..querysets import may_suggest, mendable, rights_of
from ..saved_views import PAGES, filters_in
from ..share_mail import outcome_of, said_of
from ..thread import thread_of

register = template.Library()

NOUNS = {model: noun for noun, model in SUBJECTS.items()} | {"recommendation": "recommendation"}


@register.inclusion_tag("engagement/_saved_views.html", takes_context=True)
def saved_views(context: dict[str, Any]) -> dict[str, Any]:
    """What was saved of the list that is asked for, and its filters, to save them. Elsewhere nothing.

    One query, two where views of it are shared.
    """
    request = context["request"]
    page = request.resolver_match.view_name
    if page not in PAGES:
        return {}
    filters = filters_in(page, request.GET.urlencode())
    return {
        "views": SavedView.objects.of_list(page, request.user),
        "query": filters.urlencode() if filters else "",
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


def noun_of(item: Any) -> str:
    """What the addresses call a visit, call, report, mandate or recommendation."""
    return NOUNS[item._meta.model_name]


@register.inclusion_tag("engagement/_log_about.html", takes_context=True)
def log_about(context: dict[str, Any], **item: Any) -> dict[str, Any]:
    """What was logged about a visit, call or report, as far as this person reads it, and a way to log more.

    Takes one of `visit=`, `call=`, `report=`. Three queries and one for mandates.
    """
    ((noun, row),) = item.items()
    user = context["request"].user
    engagements = Engagement.objects.visible_to(user).filter(**{noun: row}).standing()
    actions = []
    clusters: list[Cluster] = []
    if not row.withdrawn_on:
        clusters = list(Cluster.objects.coordinated_by(user).concerned_by(row).order_by("name"))
    if clusters:
        actions = list(Action.objects.filter(number__in=WITH[noun]))
    return {
        "noun": noun,
        "item": row,
        "actions": actions,
        "acts": _acts_on(noun, row, clusters),
        "engagements": list(engagements.for_list()[:10]),
    }


def _acts_on(noun: str, row: Any, clusters: list[Cluster]) -> list[tuple[Cluster, list[tuple[str, str]]]]:
    """For each cluster the acts that it can do about this now: (label, address). Answering a call: `contribute`.

    What is over is only logged.
    """
    phase = getattr(row, "phase", None)
    if (noun, phase) in (("visit", VisitPhase.PAST), ("call", CallPhase.CLOSED)):
        return []
    found = []
    for cluster in clusters:
        item = [cluster.slug, row.pk]
        acts = [(_("Tell the members"), reverse(f"engagement:{noun}-share", args=item))]
        if noun == "visit" and phase != VisitPhase.OFF and row.mandates.all():
            acts.append((_("Propose a briefing"), reverse("engagement:briefing-propose", args=item)))
        if noun == "visit" and phase == VisitPhase.UNDER_WAY:
            press = reverse("engagement:press-propose", args=[cluster.slug])
            acts.append((_("Propose issues for the press"), f"{press}?visit={row.pk}"))
        if noun == "report" and row.published_on and row.published_on <= timezone.localdate():
            acts.append((_("Say where it is used"), reverse("engagement:report-use", args=item)))
        found.append((cluster, acts))
    return found


@register.inclusion_tag("engagement/_thread.html", takes_context=True)
def thread(context: dict[str, Any], recommendation: Recommendation) -> dict[str, Any]:
    """From a cluster's input to this paragraph to its use, as far as this person reads it, and the way to use it."""
    user = context["request"].user
    clusters: list[Cluster] = []
    if not recommendation.withdrawn_on:
        clusters = list(Cluster.objects.coordinated_by(user).concerned_by(recommendation).order_by("name"))
    return {
        "thread": thread_of(recommendation, user),
        "recommendation": recommendation,
        "clusters": [
            (cluster, reverse("engagement:recommendation-use", args=[cluster.slug, recommendation.pk]))
            for cluster in clusters
        ],
    }


@register.inclusion_tag("engagement/_contribute.html", takes_context=True)
def contribute(context: dict[str, Any], call: CallForInput) -> dict[str, Any]:
    """The ways to answer an open call that concerns a cluster of this person, and what became of her own offers.

    Members offer, coordinators answer. Asks nothing about contributions, so it shows the same whether one is begun.
    At most five queries.
    """
    request = context["request"]
    rights, clusters = rights_of(request.user), []
    if call.is_open(timezone.now()):
        clusters = list(Cluster.objects.filter(pk__in=rights.any).concerned_by(call).order_by("name"))
    return {
        "call": call,
        "can_offer": bool(clusters),
        "kept": [cluster for cluster in clusters if cluster.pk in rights.coordinated],
        "offers": list(ContributionOffer.objects.made_by(request.user, rights).filter(call=call)),
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("engagement/_suggest_link.html", takes_context=True)
def suggest_link(context: dict[str, Any], noun: str) -> dict[str, Any]:
    """The way to enter a "visit" or "call" that is missing, for those who may. One query at most."""
    user = context["request"].user
    return {"noun": noun, "may_suggest": may_suggest(user), "user": user}


@register.inclusion_tag("engagement/_suggestion.html", takes_context=True)
def suggestion(context: dict[str, Any], item: CountryVisit | CallForInput) -> dict[str, Any]:
    """Whether a visit or call is unconfirmed, merged, declined or withdrawn, for its page. Two queries at most."""
    user = context["request"].user
    cluster = Cluster.objects.filter(pk=item.suggested_in).first() if item.is_unconfirmed else None
    return {"item": item, "cluster": cluster, "decides": bool(user.task_team), "mends": bool(mendable([item], user))}


@register.inclusion_tag("engagement/_looked_after.html", takes_context=True)
def looked_after(context: dict[str, Any], item: Any) -> dict[str, Any]:
    """How an entry is kept right, for its page: what changed, what looked wrong and the answer, the ways to say more.

    Everyone is shown her own doubts, the task team those of all: what was settled answers who asks the same again.
    One query, two with doubts.
    """
    request = context["request"]
    noun = noun_of(item)
    key = item.slug if noun == "mandate" else item.pk
    doubts = Doubt.objects.visible_to(request.user).filter(**{noun: item})
    return {
        "noun": noun,
        "reference": f"{noun}:{key}" if noun in SUBJECTS else "",
        "doubts": list(doubts.select_related("said_by").order_by("said_at", "id")),
        "form": None if getattr(item, "withdrawn_on", None) else DoubtForm(),
        "address": reverse(f"engagement:{noun}-doubt", args=[key]),
        "checks": reverse(f"engagement:{noun}-checked", args=[key]) if request.user.task_team else "",
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def checked_address(item: Any) -> str:
    """Where the task team says that it compared an entry with its source today."""
    noun = noun_of(item)
    return reverse(f"engagement:{noun}-checked", args=[item.slug if noun == "mandate" else item.pk])


@register.simple_tag
def kept_address(item: Any) -> str:
    """The page of an entry in the administration."""
    return reverse(f"admin:mandates_{item._meta.model_name}_change", args=[item.pk])


@register.filter
def log_rows(lines: list[LogLine]) -> SafeString:
    """The rows of a table of the log."""
    return drawn(lines)


@register.inclusion_tag("engagement/_level.html")
def level(engagement: Engagement) -> dict[str, Any]:
    """How sensitive a record is, in a word."""
    return {"engagement": engagement}


@register.inclusion_tag("engagement/_readers.html")
def readers(engagement: Engagement) -> dict[str, Any]:
    """How sensitive a record is and who can read it, in a sentence, for the head of each page about it."""
    return {"engagement": engagement, "readers": READERS[engagement.level]}


@register.simple_tag(takes_context=True)
def shared(context: dict[str, Any], share: Share) -> dict[str, Any]:
    """What became of a share: counts for whoever reads the line, names for the coordinators of its cluster only.

    `outcome`, `said` (sentences), `mails` and `again`, the address at which a coordinator shares it once more. Two
    queries.
    """
    line, outcome = context["engagement"], outcome_of(share.mails.all())
    mails = OutgoingMail.objects.visible_to(context["request"].user).filter(share=share)
    again = ""
    if context["can_edit"]:
        noun = "visit" if line.visit_id else "call" if line.call_id else "report"
        item = line.visit_id or line.call_id or line.report_id
        again = reverse(f"engagement:{noun}-share", args=[line.cluster.slug, item])
    return {
        "outcome": outcome,
        "said": [words for _level, words in said_of(outcome)],
        "mails": sorted(mails.select_related("to", "contact"), key=lambda mail: str(mail.recipient)),
        "again": again,
    }
