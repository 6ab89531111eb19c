"""Suggestions: entering a visit or call, what became of it, the task team's desk."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mandates.filters import CallFilterSet, VisitFilterSet
from mandates.likeness import VisitFacts, like_calls, like_visits
from mandates.models import CallForInput, CountryVisit
from mandates.views import with_closing

from .. import services
from ..forms import CallSuggestionForm, DecisionForm, SuggestionForm, TakeBackForm, VisitSuggestionForm, understand
from ..forms.pasted_call import Understood
from ..forms.suggestion import Doubts
from ..kept_forms import drafted
from ..models import Cluster, User
from ..querysets import may_suggest, mendable

LOOK_BACK = timedelta(days=180)
"""How long the people of a cluster see what became of a suggestion."""

FOUND = 20
"""Entries that a search for the one to merge into shows at most."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Suggest a visit"))
def visit_suggest(request: HttpRequest) -> HttpResponse:
    """Enter a visit that one heard of."""
    return _suggest_page(request, "visit", VisitSuggestionForm, services.suggest_visit)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Suggest a call"))
def call_suggest(request: HttpRequest) -> HttpResponse:
    """Enter a call for input, perhaps from the text of its page."""
    return _suggest_page(request, "call", CallSuggestionForm, services.suggest_call)


def _suggest_page(request: HttpRequest, noun: str, form_class: type[SuggestionForm], suggest: Callable) -> HttpResponse:
    """The form; saved unless it has faults, or doubts that the person has not looked at."""
    if not may_suggest(request.user):
        raise PermissionDenied(_("The coordinators of a cluster and the task team enter visits and calls."))
    if "paste" in request.POST:
        form, understood = _filled_in(request)
        return _form_page(request, noun, form, Doubts(), understood=understood)
    if request.method != "POST":
        asked = {"cluster": request.GET["cluster"]} if "cluster" in request.GET else {}
        return _form_page(request, noun, form_class(user=request.user, initial=asked), Doubts())
    form = form_class(request.POST, user=request.user)
    if not form.is_valid():
        if form.is_bound and not form.cleaned_data.get("form_key"):  # unbound when it asks for no more than a refresh
            form.renew(form_key=uuid.uuid4())
        return _form_page(request, noun, form, Doubts())
    doubts = Doubts() if "despite" in request.POST or form.is_saved() else form.doubts()
    if doubts:
        return _form_page(request, noun, form, doubts)
    try:
        item, is_new = suggest(by=request.user, form=form)
    except services.FormKeyTaken:
        form.add_error(None, _("This form was sent before. It has a new key now: press Save again."))
        form.renew(form_key=uuid.uuid4())
        return _form_page(request, noun, form, doubts)
    messages.success(request, _("Saved.") if is_new else _("This was saved already; here it is."))
    return redirect(item)


def _form_page(
    request: HttpRequest, noun: str, form: SuggestionForm, doubts: Doubts, **context: Any
) -> TemplateResponse:
    """The form, with what may speak against saving it."""
    likely = with_closing(doubts.likely, timezone.now()) if noun == "call" else doubts.likely
    context |= {"form": form, "doubts": doubts, "likely": likely}
    return TemplateResponse(request, f"engagement/{noun}_suggest.html", context)


def _filled_in(request: HttpRequest) -> tuple[CallSuggestionForm, Understood]:
    """The form with what was typed and, over it, what the pasted text says; nothing is checked or saved yet."""
    understood = understand(request.POST.get("pasted", ""))
    typed: dict[str, Any] = request.POST.dict()
    typed |= {name: request.POST.getlist(name) for name in ("mandates", "countries")}
    values = understood.values | ({"source": typed["source"]} if typed.get("source") else {})
    form = CallSuggestionForm(user=request.user, initial=typed | values)
    return form, understood


@never_cache
@require_safe
def suggestion_list(request: HttpRequest) -> HttpResponse:
    """The task team's desk: what waits for a decision, oldest first. To all others: what became of their own."""
    user, now = request.user, timezone.now()
    rows: list[Any] = []
    for noun, model in (("visit", CountryVisit), ("call", CallForInput)):
        merged_into = Prefetch("merged_into", model.objects.with_places())
        known = model.objects.known_to(user).with_places().prefetch_related(merged_into)
        for row in known.to_confirm() if user.task_team else known.suggested(since=now - LOOK_BACK):
            row.noun = noun
            rows.append(row)
    rows.sort(key=lambda row: (row.suggested_at, row.pk), reverse=not user.task_team)
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    clusters = Cluster.objects.in_bulk([row.suggested_in for row in page])
    names = dict(User.objects.filter(email__in=[row.suggested_by for row in page]).values_list("email", "name"))
    for row in page:
        row.cluster, row.person = clusters[row.suggested_in], names.get(row.suggested_by, "")
    if user.task_team:
        _find_likely(user, list(page))
    context = {"page": page, "may_suggest": may_suggest(user), "mendable": mendable(page, user)}
    return TemplateResponse(request, "engagement/suggestion_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Decide about one suggestion: confirm, merge into an entry (`?text=` looks for one), decline with a reason."""
    item = _suggested(request.user, pk)
    if not request.user.task_team:
        raise PermissionDenied(_("The task team confirms, merges and declines suggestions."))
    form = DecisionForm(request.POST if request.method == "POST" else None, suggestion=item)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_decide(request, item, form))
        except services.NotNow as reason:
            messages.warning(request, str(reason))
            return redirect(item)
    if not item.is_unconfirmed:
        return redirect(item)
    text = request.GET.get("text", "").strip()[:100]
    _find_likely(request.user, [item])
    found = [row for row in _look_for(item, text) if row not in item.likely]
    if item.noun == "call":
        with_closing([item], timezone.now())
    context = {"item": item, "form": form, "text": text, "found": found, "most": FOUND}
    context["cluster"] = get_object_or_404(Cluster, pk=item.suggested_in)
    context["person"] = User.objects.filter(email=item.suggested_by).first()
    return TemplateResponse(request, "engagement/suggestion_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Change a suggestion"))
def suggestion_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Mend what one suggested, until the task team has decided about it."""
    item = _suggested(request.user, pk)
    if not _may_mend(request, item):
        return redirect(item)
    form_class = VisitSuggestionForm if item.noun == "visit" else CallSuggestionForm
    form, doubts = form_class(request.POST or None, user=request.user, instance=item), Doubts()
    if request.method == "POST" and form.is_valid():
        if "despite" not in request.POST:
            doubts = form.doubts()
        if not doubts:
            return _mend(request, item, lambda: services.change_suggestion(by=request.user, form=form), _("Saved."))
    return _form_page(request, item.noun, form, doubts, item=item)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """Take back what one suggested, with the reason, until the task team has decided about it."""
    item = _suggested(request.user, pk)
    if not _may_mend(request, item):
        return redirect(item)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _mend(
            request,
            item,
            lambda: services.withdraw_suggestion(by=request.user, suggestion=item, **form.cleaned_data),
            _("Withdrawn. Your reason stands here."),
        )
    return TemplateResponse(request, "engagement/suggestion_withdraw.html", {"item": item, "form": form})


def _may_mend(request: HttpRequest, item: Any) -> bool:
    """Whether this person may mend the suggestion: False, and a message, when it is decided; 403 if it is not hers."""
    if mendable([item], request.user):
        return True
    if item.is_unconfirmed or item.suggested_by != request.user.email:
        raise PermissionDenied(_("Whoever suggested a visit or call changes it, while she coordinates the cluster."))
    messages.info(request, _("This suggestion is decided: it is not changed here any more."))
    return False


def _mend(request: HttpRequest, item: Any, do: Callable[[], Any], said: str) -> HttpResponse:
    try:
        do()
    except services.NotNow as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, said)
    return redirect(item)


def _suggested(user: User, pk: str) -> Any:
    """The suggestion with this key that `user` knows, with its places; 404 without one."""
    today, now = timezone.localdate(), timezone.now()
    known_visits = CountryVisit.objects.known_to(user).with_status(today)
    known_calls = CallForInput.objects.known_to(user).with_phase(now)
    for noun, rows in (("visit", known_visits), ("call", known_calls)):
        item: Any = rows.with_places().filter(suggested_in__isnull=False, pk=pk).first()
        if item is not None:
            item.noun = noun
            return item
    raise Http404


def _decide(request: HttpRequest, item: Any, form: DecisionForm) -> Any:
    """Do what the task team decided; the entry to look at next. Raises NotNow when somebody else was first."""
    data: dict[str, Any] = form.cleaned_data
    if data["decision"] == "merge":
        target = services.merge_suggestion(by=request.user, suggestion=item, into=data["into"])
        messages.success(request, _("Merged: whoever used the suggestion now finds this entry."))
        return target
    if data["decision"] == "decline":
        services.decline_suggestion(by=request.user, suggestion=item, reason=data["reason"])
        messages.success(request, _("Declined. The people of the cluster read your reason here."))
        return item
    services.confirm_suggestion(by=request.user, suggestion=item)
    messages.success(request, _("Confirmed: everyone sees it now."))
    return item


def _find_likely(user: User, items: list[Any]) -> None:
    """Give each suggestion `likely`: entries that may be the same. The same few queries for any number of them."""
    today, now = timezone.localdate(), timezone.now()
    visits = [item for item in items if item.noun == "visit"]
    countries = {country.pk for visit in visits for country in visit.countries.all()}
    known = list(CountryVisit.objects.known_to(user).for_list(today).concerning(*countries)) if visits else []
    calls = list(CallForInput.objects.known_to(user).for_list(now)) if len(items) > len(visits) else []
    for item in items:
        if item.noun == "visit":
            likely = like_visits(VisitFacts.of(item), [visit for visit in known if visit.pk != item.pk], today)
        else:
            likely = like_calls(item.title, [call for call in calls if call.pk != item.pk])
            with_closing(likely, now)
        item.likely = likely


def _look_for(item: Any, text: str) -> list[Any]:
    """The entries of the same kind that everyone knows and that have `text`; none without a text."""
    if not text:
        return []
    rows: Any
    if item.noun == "visit":
        rows = VisitFilterSet({"text": text}, CountryVisit.objects.known_to_all().for_list(timezone.localdate())).rows
        return list(rows.exclude(pk=item.pk)[:FOUND])
    rows = CallFilterSet({"text": text}, CallForInput.objects.known_to_all().for_list(timezone.now())).rows
    return with_closing(rows.exclude(pk=item.pk)[:FOUND], timezone.now())
