"""A contribution to a report (action 6): begun from a call, written, fed by offers, exported, marked as sent."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from config.downloads import docx_response
from mandates.models import CallForInput
from mandates.views import with_closing

from .. import audit, services, share_mail
from ..forms import (
    AskForm,
    ConfidentialContributionForm,
    ContributionForm,
    DeclineForm,
    SentForm,
    StartContributionForm,
)
from ..kept_forms import REFRESH, drafted
from ..models import Cluster, Contribution, ContributionOffer, Engagement, OutgoingMail, User
from ..querysets import is_editable_by
from ..services.contribution import ASK_AGAIN_AFTER
from ..word import contribution_document
from .act import act_page, cluster_acting
from .shared import no_longer_hers, note_opening, take_away_form

FORM = "contribution-form"
"""The form of the page, by which every button on it saves the text first."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_answer(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Begin the cluster's answer to a call, or go on with the one that is begun. Shows the offers that wait for it."""
    cluster = cluster_acting(request, slug)
    known = CallForInput.objects.known_to(request.user).known_in(cluster.reference_scopes).fitting(cluster.country_id)
    call = get_object_or_404(known.with_places(), pk=pk, withdrawn_on=None)
    about = {"engagement__cluster": cluster, "engagement__call": call}
    begun = Contribution.objects.visible_to(request.user).standing().filter(**about).first()
    if begun and request.method != "POST":
        return redirect(begun)
    offers = _offers(request, cluster, call)
    if "not_used" in request.POST and _decline(request, offers):
        return redirect(request.path)
    with_closing([call], timezone.now())
    return act_page(
        request,
        StartContributionForm(None if "not_used" in request.POST else request.POST or None, cluster=cluster),
        services.start_contribution,
        about={"call": call},
        template="engagement/call_answer.html",
        leads_to=lambda line: line.contribution,
        said=_("Begun, and logged as action 6, under way. Write here, or ask the members for paragraphs first."),
        call=call,
        is_open=call.is_open(timezone.now()),
        offers=offers,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Contribution"))
def contribution_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Where a contribution is written: whoever reads its engagement reads it, the coordinators write.

    Every button saves the text first, then does what it says. When somebody else saved another text meanwhile, both
    come back, and nothing else is done.
    """
    contribution = get_object_or_404(Contribution.objects.visible_to(request.user).for_page(), pk=pk)
    line, now = contribution.engagement, timezone.now()
    note_opening(request, line)
    can_edit = is_editable_by(line, request.user)
    offers = _offers(request, line.cluster, contribution.call) if can_edit else []
    form = ContributionForm(contribution=contribution)
    context: dict[str, Any] = {}
    if request.method == "POST":
        if not can_edit:
            raise PermissionDenied(_("Only the coordinators of the cluster write its contributions."))
        form = ContributionForm(request.POST, contribution=contribution)
        try:
            is_saved = "text" not in request.POST or _save(request, contribution, form)
            if is_saved and (next_page := _do(request, contribution, offers)):
                return redirect(next_page)
        except services.StaleText as stale:
            theirs, mine = form.differences(stale.current)
            form.renew(seen=stale.current.digest)
            context = {"theirs": theirs, "mine": mine, "is_stale": True}
        except services.NotNow as refusal:
            raise PermissionDenied(str(refusal)) from None
        except Engagement.DoesNotExist:
            raise no_longer_hers() from None
    with_closing([contribution.call], now)
    context |= {
        "contribution": contribution,
        "engagement": line,
        "call": contribution.call,
        "can_edit": can_edit,
        "can_write": can_edit and not contribution.sent_on,
        "is_open": contribution.call.is_open(now),
        "form": form,
        "offers": offers,
    }
    return TemplateResponse(request, "engagement/contribution_detail.html", context)


def _save(request: HttpRequest, contribution: Contribution, form: ContributionForm) -> bool:
    """Save what was typed; False when it is not valid. Raises what `services.save_text` raises."""
    if not form.is_valid():
        return False
    current = services.save_text(by=request.user, contribution=contribution, **form.cleaned_data)
    form.renew(seen=current.digest)
    contribution.text = current.text
    return True


def _do(request: HttpRequest, contribution: Contribution, offers: list[ContributionOffer]) -> Any:
    """Do what the button says once the text is saved; the page to go to, None to stay on this one with an error."""
    if "not_used" in request.POST:
        return contribution if _decline(request, offers) else None
    if "use" in request.POST:
        offer = next((offer for offer in offers if str(offer.pk) == request.POST["use"]), None)
        try:
            if offer is None:
                raise services.NotNow(_("This offer was taken back meanwhile."))
            services.use_offer(by=request.user, contribution=contribution, offer=offer)
        except services.NotNow as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(
                request, _("The offer of %(name)s stands at the end of the text.") % {"name": offer.offered_by}
            )
        return contribution
    step = request.POST.get("next")
    if step in ("ask", "sent"):
        return f"{contribution.get_absolute_url()}{step}/"
    messages.success(request, _("Saved."))
    return contribution


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_ask(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask members of the cluster for paragraphs, by mail; shows who was asked, and what became of the mails."""
    contribution = _written_by(request, pk)
    line, now = contribution.engagement, timezone.now()
    members = User.objects.of_cluster(line.cluster).exclude(pk=request.user.pk).order_by("name", "email")
    mails = OutgoingMail.objects.latest_requests(contribution)
    lately = [key for key, mail in mails.items() if mail.created_at > now - ASK_AGAIN_AFTER]
    form = AskForm(request.POST or None, people=members.exclude(pk__in=lately))
    if request.method == "POST" and form.is_valid():
        people = list(form.cleaned_data["people"])
        try:
            asked = services.ask_for_offers(by=request.user, contribution=contribution, people=people)
        except services.NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            share_mail.send(request, OutgoingMail.objects.filter(pk__in=[mail.pk for mail in asked]))
            if not asked:
                messages.info(request, _("They were asked within the last day; nobody gets a second mail."))
            return redirect("engagement:contribution-ask", pk=contribution.pk)
    with_closing([contribution.call], now)
    people = list(members)
    for person in people:
        person.mail = mails.get(person.pk)
    context = {
        "contribution": contribution,
        "engagement": line,
        "call": contribution.call,
        "is_open": contribution.call.is_open(now),
        "form": form,
        "has_members": bool(people),
        "can_ask": len(lately) < len(people),
        "asked": [person for person in people if person.mail],
    }
    return TemplateResponse(request, "engagement/contribution_ask.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_sent(request: HttpRequest, pk: str) -> HttpResponse:
    """Say when the contribution was sent, and whether it may be published; its line in the log is done then."""
    contribution = _written_by(request, pk)
    line, call = contribution.engagement, contribution.call
    form = SentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_sending(by=request.user, contribution=contribution, **form.cleaned_data)
        except services.NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Marked as sent; the line in the log is done. Add challenges and result here."))
            if call.deadline_on and form.cleaned_data["sent_on"] > call.deadline_on:
                messages.warning(request, _("It was sent after the deadline: ask whether it is still read."))
            return redirect(line)
    offers = _offers(request, line.cluster, call)
    context = {
        "contribution": contribution,
        "engagement": line,
        "call": call,
        "is_open": call.is_open(timezone.now()),
        "undecided": sum(offer.state == "offered" for offer in offers),
        "unnamed": [offer for offer in offers if offer.state == "used" and not offer.may_be_named],
        "form": form,
    }
    with_closing([call], timezone.now())
    return TemplateResponse(request, "engagement/contribution_sent.html", context)


@never_cache
@require_safe
def contribution_docx(request: HttpRequest, pk: str) -> HttpResponse:
    """The text that is saved as a Word file; `?confidential=yes` marks it before the decision is written down."""
    contribution = get_object_or_404(Contribution.objects.visible_to(request.user).for_page(), pk=pk)
    if contribution.engagement.level == Engagement.Level.HIGH:
        return redirect("engagement:contribution-confidential", pk=contribution.pk)
    return _taken_away(request, contribution, mark="confidential" in request.GET, page="contribution-docx")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_confidential(request: HttpRequest, pk: str) -> HttpResponse:
    """The Word file of a contribution of level *high*: says what is kept of it, then asks why and who."""
    contribution = get_object_or_404(Contribution.objects.visible_to(request.user).for_page(), pk=pk)
    line = contribution.engagement
    if line.level != Engagement.Level.HIGH:
        return redirect(contribution)
    form = take_away_form(request, ConfidentialContributionForm, is_decided=bool(contribution.publication))
    if form.is_valid():
        asked = form.cleaned_data
        kept = {"page": "contribution-confidential", "format": "docx", "reason": asked["reason"]}
        return _taken_away(request, contribution, mark=asked.get("confidential", False), **kept)
    note_opening(request, line)
    context = {
        "contribution": contribution,
        "engagement": line,
        "call": contribution.call,
        "form": form,
    }
    return TemplateResponse(request, "engagement/contribution_confidential.html", context)


def _taken_away(request: HttpRequest, contribution: Contribution, *, mark: bool, **kept: str) -> HttpResponse:
    """The Word file, and that it left (`kept` as well) on record; `mark` counts while nothing is decided."""
    line = contribution.engagement
    is_confidential = contribution.publication == Contribution.Publication.CONFIDENTIAL
    content = contribution_document(
        contribution,
        list(contribution.call.mandates.order_by("acronym")),
        now=timezone.localtime(),
        confidential=is_confidential or (mark and not contribution.publication),
    )
    about: dict[str, Any] = {"rows": 1, "levels": {line.level: 1}, **kept}
    audit.record("exported", by=request.user, cluster=line.cluster_id, subject=line.pk, **about)
    return docx_response(content, name=f"contribution-{line.cluster.slug}")


def _written_by(request: HttpRequest, pk: str) -> Contribution:
    """The contribution, if this person may change it and it is not sent: else 404, or 403 with the reason."""
    contribution = get_object_or_404(Contribution.objects.visible_to(request.user).for_page(), pk=pk)
    if not is_editable_by(contribution.engagement, request.user):
        why = _("Only the coordinators of the cluster write its contributions.")
        raise PermissionDenied(contribution.engagement.removal or why)
    if contribution.sent_on:
        raise PermissionDenied(_("This contribution is marked as sent; its text stays as it was sent."))
    note_opening(request, contribution.engagement)
    return contribution


def _offers(request: HttpRequest, cluster: Cluster, call: CallForInput) -> list[ContributionOffer]:
    """What was offered to the cluster for the call: first those that wait, with the form to say they are not used."""
    rows = ContributionOffer.objects.kept_by(request.user).filter(cluster=cluster, call=call)
    offers = list(rows.select_related("offered_by", "decided_by"))
    offers.sort(key=lambda offer: offer.state != ContributionOffer.State.OFFERED)
    for offer in offers:
        if offer.state == ContributionOffer.State.OFFERED:
            is_typed = request.POST.get("not_used") == str(offer.pk) or REFRESH in request.POST
            typed = request.POST if is_typed else None
            offer.decline_form = DeclineForm(typed, offer=offer, form_id=FORM, cluster=cluster)
    return offers


def _decline(request: HttpRequest, offers: list[ContributionOffer]) -> bool:
    """Do what "Not used" says; False when the word with it is not valid, which the offer's form then tells."""
    offer = next((offer for offer in offers if str(offer.pk) == request.POST["not_used"]), None)
    form = getattr(offer, "decline_form", None)
    if form is not None and not form.is_valid():
        return False
    try:
        if offer is None:
            raise services.NotNow(_("This offer was taken back meanwhile."))
        answer = form.cleaned_data["answer"] if form else ""
        services.decline_offer(by=request.user, offer=offer, answer=answer)
    except services.NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Not used: %(name)s is told on her home page.") % {"name": offer.offered_by})
    return True
