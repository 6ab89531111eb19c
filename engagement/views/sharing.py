"""Actions 2 and 5: tell members and contacts of a visit, a call or a report; see the mail before it goes."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mandates.models import CallForInput, CountryVisit, Report

from .. import services, share_mail
from ..forms import ReportShareForm, ShareForm, VisitShareForm
from ..kept_forms import drafted
from ..models import Cluster, Contact, Engagement, OutgoingMail, User
from ..news import Item, as_it_stands, changed_at
from ..services.sharing import refuse_to_share
from .act import act_page, cluster_acting, why_refused

TEMPLATE = "engagement/share.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Tell the members of a visit"))
def visit_share(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """2: a visit to the cluster's country, also one that does not take place."""
    cluster = cluster_acting(request, slug)
    visits = CountryVisit.objects.known_to(request.user).known_in(cluster.reference_scopes)
    visit = get_object_or_404(visits.concerning(cluster.country_id).filter(withdrawn_on=None), pk=pk)
    return _share_page(request, cluster, VisitShareForm, services.share_visit, {"visit": as_it_stands(visit)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Tell the members of a call"))
def call_share(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """5: a call for input that asks about the cluster's country, or about all."""
    cluster = cluster_acting(request, slug)
    calls = CallForInput.objects.known_to(request.user).known_in(cluster.reference_scopes)
    call = get_object_or_404(calls.fitting(cluster.country_id).filter(withdrawn_on=None), pk=pk)
    return _share_page(request, cluster, ReportShareForm, services.share_call, {"call": as_it_stands(call)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafted(gettext_lazy("Tell the members of a report"))
def report_share(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """5: a report on the cluster's country, or on none in particular."""
    cluster = cluster_acting(request, slug)
    reports = Report.objects.known_to(request.user).fitting(cluster.country_id).filter(withdrawn_on=None)
    report = get_object_or_404(reports, pk=pk)
    return _share_page(request, cluster, ReportShareForm, services.share_report, {"report": as_it_stands(report)})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be told: `field` of the form, the last mail that told her; whether the item changed since."""

    field: str
    who: User | Contact
    last: OutgoingMail | None
    is_told: bool


def people_of(by: User, cluster: Cluster, about: dict[str, Item]) -> list[Person]:
    """Members with an account and contacts, by name, each with when she was last told. Four queries."""
    (item,) = about.values()
    changed = changed_at(item)
    last = {mail.to_id or mail.contact_id: mail for mail in OutgoingMail.objects.telling_of(cluster, **about)}

    def person(field: str, who: User | Contact) -> Person:
        mail = last.get(who.pk)
        is_told = mail is not None and mail.state != "refused" and (changed is None or mail.created_at >= changed)
        return Person(field, who, mail, is_told)

    members = User.objects.of_cluster(cluster).exclude(pk=by.pk).order_by("name", "email")
    contacts = Contact.objects.visible_to(by).of_cluster(cluster).order_by("name", "id")
    return [person("members", who) for who in members] + [person("contacts", who) for who in contacts]


def _share_page(
    request: HttpRequest, cluster: Cluster, form_class: type[ShareForm], do: Any, about: dict[str, Any]
) -> HttpResponse:
    """Choose people and words, look at the mail, send. "Show the mail" comes back with all that was typed, checked.

    A mail is not shown with words that would not be sent.
    """
    (item,) = about.values()
    people = people_of(request.user, cluster, about)
    initial: dict[str, list[Any]] = {"members": [], "contacts": []}
    for person in people:
        initial[person.field] += [] if person.is_told else [person.who.pk]
    form = form_class(request.POST or None, cluster=cluster, by=request.user, initial=initial)
    rows = [(person, form.is_chosen(person.field, person.who)) for person in people]
    readers = [person.who for person, is_chosen in rows if is_chosen] or [person.who for person in people]
    previews = []
    if not form.has_error("note"):
        note = str(form["note"].value() or "")
        previews = share_mail.previews(readers, by=request.user, cluster=cluster, item=item, note=note)

    def share(**what: Any) -> Engagement:
        line = do(**what)
        share_mail.send(request, line.share.mails.all())
        return line

    return act_page(
        request,
        form,
        share,
        about=about,
        template=TEMPLATE,
        rows={field: [row for row in rows if row[0].field == field] for field in ("members", "contacts")},
        previews=previews,
        is_look="look" in request.POST,
        refusal=why_refused(refuse_to_share, item) if request.method != "POST" else "",
    )
