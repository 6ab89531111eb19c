"""A page asks as many questions of the database for twenty rows as for one, in the view and in the template."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.template.response import SimpleTemplateResponse
from django.test.utils import CaptureQueriesContext

from engagement import audit, services
from engagement.models import AdvocacyUse, Contribution, Engagement, EngagementReport, Membership
from mandates.models import Recommendation
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ACTIVITY = uuid.UUID(int=7)


def queries_of(client, address, monkeypatch):
    """How many queries the answer to a GET takes: (before its template is rendered, from then on)."""
    marks = []
    original = SimpleTemplateResponse.render

    def render(response):
        marks.append(len(captured))
        return original(response)

    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as captured:
        patch.setattr(SimpleTemplateResponse, "render", render)
        response = client.get(address)
        assert response.status_code == 200
        response.getvalue()
    before = marks[0] if marks else len(captured)
    return before, len(captured) - before


def begin(cast):
    """The contribution of South Sudan that `add_lines` makes offers to."""
    return factories.ContributionFactory(cluster=cast.south_sudan, by=cast.coordinator)


def add_lines(cast, numbers):
    """One engagement for each number, each with its own visit, call and report about, mandate, cluster and author."""
    for n in numbers:
        mandates = [factories.MandateFactory(slug=f"sr-{n}"), factories.MandateFactory(slug=f"ie-{n}")]
        visit = factories.VisitFactory(
            countries=["SSD", "UKR"], mandates=mandates, starts_on=date(2026, 5, 21) + timedelta(days=n)
        )
        undated = {"starts_on": None, "ends_on": None, "precision": ""}
        about = {"countries": ["SSD"], "mandates": mandates}
        target = factories.VisitFactory(**about, **undated)
        factories.VisitFactory(suggested=cast.south_sudan, **about)
        factories.CallFactory(suggested=cast.south_sudan, title="Call for input: camps", **about)
        done = {"withdrawn_on": date(2026, 5, 19), "merged_into": target}
        factories.VisitFactory(suggested=cast.south_sudan, **about, **done)
        call = factories.CallFactory(mandates=mandates, countries=["SSD"])
        report = factories.ReportFactory(mandates=mandates, countries=["SSD"])
        colleague = factories.UserFactory(email=f"colleague{n}@example.org", coordinates=cast.south_sudan)
        child = factories.ClusterFactory(slug=f"hub-{n}", parent=cast.south_sudan, kind="hub")
        Membership.objects.create(user=colleague, cluster=child, role="member")
        shared = {"mandates": mandates, "created_by": colleague, "activity": ACTIVITY, "support_needed": "A contact."}
        own = {"cluster": cast.south_sudan} | shared
        line = factories.EngagementFactory(visit=visit, status="under_way", **own)
        support = factories.SupportRequestFactory(engagement=line, owner=cast.focal, answer="Here." if n % 2 else "")
        factories.GuidanceNoteFactory(request=support)
        factories.EngagementFactory(number=6, call=call, report=report, **own)
        factories.ReferralFactory(engagement=factories.EngagementFactory(number=10, **own))
        raised = factories.EngagementFactory(number=12, level="high", **own)
        AdvocacyUse.objects.create(
            engagement=raised, recommendation=Recommendation.objects.first(), paragraph="1", product="x", audience="un"
        )
        factories.LevelLoweringFactory(engagement=raised, asked_by=colleague)
        for person in (colleague, cast.focal):
            for line in (raised, Engagement.objects.filter(referral__isnull=False).earliest("created_at")):
                audit.opened(by=person, line=line, page="engagement-detail")
        for user in (cast.coordinator, cast.focal):
            factories.SubscriptionFactory(user=user, cluster=child)
        factories.SubscriptionFactory(user=None, cluster=child)
        priority = factories.PriorityFactory(cluster=cast.south_sudan, mandate=mandates[0], started_on=date(2025, 1, 1))
        event = factories.EventFactory(cluster=cast.south_sudan, created_by=colleague)
        factories.InvitationFactory(engagement=factories.EngagementFactory(number=11, event=event, **own))
        factories.SetAsideFactory(
            cluster=cast.south_sudan, number=9, item=f"mandate:{priority.mandate.slug}", set_by=colleague
        )
        factories.EngagementFactory(cluster=child, visit=visit, level="low", **shared)
        for about in ({"visit": visit}, {"call": call}, {"report": report}, {"mandate": mandates[0]}):
            factories.DoubtFactory(said_by=cast.member, **about)
        factories.DoubtFactory(said_by=cast.coordinator, visit=visit)  # home shows a few: always visits
        planned = factories.EngagementFactory(visit=visit, status="planned", started_on=date(2026, 5, 19), **own)
        factories.BriefingFactory(engagement=planned)
        for columns in ({}, {"cluster": cast.south_sudan, "published": cast.focal}):
            factories.EngagementReportFactory(**columns)
        draft = EngagementReport.objects.filter(status="draft").earliest("created_at")
        draft.highlights.create(engagement=planned, rank=n + 1, text="Well.")
        add_offers(cast, call, colleague, mandates)


def add_offers(cast, call, colleague, mandates):
    """An offer to `call` and one to the call of the one contribution, whose maker was asked; `colleague` offers too."""
    begun = Contribution.objects.order_by("engagement__created_at").first()
    member = factories.UserFactory(member_of=cast.south_sudan)
    for person, row in ((member, call), (member, begun.call), (colleague, begun.call), (cast.coordinator, begun.call)):
        factories.OfferFactory(cluster=cast.south_sudan, call=row, offered_by=person)
    services.ask_for_offers(by=cast.coordinator, contribution=begun, people=[member])
    begun.call.mandates.add(*mandates)


PAGES = [
    "/",
    "/engagement/",
    "/engagement/?text=points&order=cluster&support=yes&mandate=sr-1",
    "/engagement/bulk/",
    "/engagement/new/",
    "/engagement/new/?action=3",
    "/engagement/new/?action=6&visit=x",
    "/engagement/{pk}/",
    "/engagement/{pk}/edit/",
    "/engagement/{briefing}/",
    "/engagement/{briefing}/briefing/",
    "/engagement/{briefing}/letter/",
    "/clusters/south-sudan/visits/{visit}/briefing/",
    "/clusters/south-sudan/press/?visit={visit}",
    "/clusters/south-sudan/reports/{report}/use/",
    "/clusters/south-sudan/recommendations/{recommendation}/use/",
    "/recommendations/",
    "/recommendations/{recommendation}/",
    "/clusters/",
    "/overview/",
    "/overview/needs/",
    "/overview/?cluster=south-sudan&since=2023-01-01&until=2026-12-31",
    "/clusters/south-sudan/",
    "/clusters/south-sudan/report.docx",
    "/search/?q=contact",
    "/support/",
    "/support/?status=overdue&mine=no&text=contact",
    "/support/bulk/",
    "/support/{support}/",
    "/help/",
    "/guidance/",
    "/account/subscriptions/",
    "/account/subscriptions/new/",
    "/account/subscriptions/{followed}/",
    "/suggestions/",
    "/freshness/?show=doubts",
    "/doubts/{doubt}/settle/",
    "/suggestions/{suggestion}/",
    "/suggestions/{suggestion}/edit/",
    "/visits/suggest/",
    "/calls/suggest/",
    "/clusters/south-sudan/priorities/",
    "/clusters/south-sudan/events/",
    "/clusters/south-sudan/events/{event}/invite/",
    "/clusters/south-sudan/information/",
    "/clusters/south-sudan/referral/",
    "/engagement/{referral}/reply/",
    "/engagement/{referral}/",
    "/engagement/{referral}/history/",
    "/clusters/south-sudan/access/",
    "/export/confidential/",
    "/openings/",
    "/import/engagement/",
    "/import/engagement/{batch}/",
    "/import/engagement/{batch}/columns/",
    "/contributions/{contribution}/",
    "/contributions/{contribution}/ask/",
    "/contributions/{contribution}/sent/",
    "/contributions/{contribution}/contribution.docx",
    "/contributions/{confidential}/confidential/",
    "/clusters/south-sudan/calls/{call}/answer/",
    "/calls/{call}/offer/",
    "/calls/{call}/",
    "/export/engagement.xlsx",
    "/export/engagement.csv",
    "/export/overview.xlsx",
    "/export/overview/confidential/",
    "/engagement-reports/",
    "/engagement-reports/{draft}/",
    "/engagement-reports/{draft}/choose/",
    "/engagement-reports/{draft}/publish/",
    "/engagement-reports/{draft}/report.docx",
    "/engagement-reports/{frozen}/",
    "/engagement-reports/{frozen}/report.docx",
    "/import/engagement/template.xlsx",
]


KEPT = (
    "edit/", "new/", "/briefing/", "/letter/", "/press/", "/use/", "/invite/", "/information/", "/referral/", "/reply/",
    "/engagement/bulk/", "/ask/", "/sent/", "/answer/", "/offer/", "/access/",
    "/template.xlsx", "/import/", "/account/subscriptions/{followed}/",
)  # fmt: skip
"""Pages that only who coordinates the cluster opens."""

OF_THE_TASK_TEAM = {
    "/support/bulk/",
    "/freshness/?show=doubts",
    "/doubts/{doubt}/settle/",
    "/suggestions/{suggestion}/",
    "/engagement-reports/{draft}/",
    "/engagement-reports/{draft}/choose/",
    "/engagement-reports/{draft}/publish/",
    "/engagement-reports/{draft}/report.docx",
}


@pytest.mark.slow
def test_twenty_rows_cost_as_many_queries_as_one(cast, client_of, monkeypatch):
    """Each page, for the coordinator and the focal point, before and while its template is rendered."""
    mandate = factories.MandateFactory(slug="sr-own")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    row = factories.EngagementFactory(cluster=cast.south_sudan, visit=visit, mandates=[mandate], activity=ACTIVITY)
    item = factories.VisitFactory(suggested=cast.south_sudan, countries=["SSD"], mandates=[mandate])
    report = factories.ReportFactory(mandates=[mandate])
    recommendation = factories.RecommendationFactory(report=report, visit=visit, mandates=[mandate], countries=["SSD"])
    briefing = factories.EngagementFactory(cluster=cast.south_sudan, visit=visit, mandates=[mandate], status="planned")
    factories.BriefingFactory(engagement=briefing)
    event = factories.EventFactory(cluster=cast.south_sudan, created_by=cast.coordinator)
    referral = factories.ReferralFactory(engagement__cluster=cast.south_sudan).engagement
    support = factories.SupportRequestFactory(engagement=row)
    rows = {"suggestion": item, "briefing": briefing, "visit": visit, "report": report, "event": event}
    call = factories.CallFactory(countries=["SSD"], mandates=[mandate])
    rows["recommendation"] = recommendation
    rows |= {"support": support, "contribution": begin(cast), "call": call}
    rows["confidential"] = factories.ContributionFactory(cluster=cast.south_sudan, level="high")
    rows["doubt"] = factories.DoubtFactory(visit=visit, said_by=cast.member)
    rows["draft"] = factories.EngagementReportFactory(highlights=[(row, "Well.")])
    rows["frozen"] = factories.EngagementReportFactory(cluster=cast.south_sudan, published=cast.focal)
    rows["batch"] = factories.ImportBatchFactory(by=cast.coordinator)
    rows["followed"] = factories.SubscriptionFactory(user=cast.coordinator, cluster=cast.south_sudan)
    keys = {name: one.pk for name, one in rows.items()} | {"pk": row.pk, "referral": referral.pk}
    clients = {"coordinator": client_of(cast.coordinator), "focal": client_of(cast.focal)}
    asked = [
        (person, page.format(**keys))
        for page in PAGES
        for person in clients
        if not (any(part in page for part in KEPT) if person == "focal" else page in OF_THE_TASK_TEAM)
    ]

    def counted():
        return {(person, page): queries_of(clients[person], page, monkeypatch) for person, page in asked}

    add_lines(cast, [1])
    factories.OfferFactory(cluster=cast.south_sudan, call=call, offered_by=cast.coordinator)
    counted()  # the first requests of a process fill caches of their own
    one = counted()
    add_lines(cast, range(2, 21))
    for _number in range(20):
        factories.OfferFactory(cluster=cast.south_sudan, call=call, offered_by=cast.coordinator)
    assert counted() == one


def test_twenty_people_cost_as_many_queries_as_two(cast, client_of, monkeypatch):
    """The pages that tell members and contacts of something, and the line that says who was told: at most 25."""
    visit = factories.VisitFactory(countries=["SSD"], mandates=[factories.MandateFactory(slug="sr-own")])
    line = factories.EngagementFactory(cluster=cast.south_sudan, number=2, visit=visit, created_by=cast.coordinator)
    pages = (
        f"/clusters/south-sudan/visits/{visit.pk}/share/",
        "/clusters/south-sudan/members/",
        line.get_absolute_url(),
    )
    client = client_of(cast.coordinator)
    share = factories.ShareFactory(engagement=line, to=[cast.member])

    def counted(numbers):
        for n in numbers:
            told = factories.EngagementFactory(cluster=cast.south_sudan, number=2, visit=visit)
            people = [
                factories.UserFactory(member_of=cast.south_sudan, language="fr" if n % 2 else "es"),
                factories.ContactFactory(cluster=cast.south_sudan, language="ar"),
            ]
            factories.ShareFactory(engagement=told, to=people)
            share.mails.model.objects.filter(to=people[0]).update(share=share)
        return [queries_of(client, page, monkeypatch) for page in pages]

    counted([0])  # the first requests of a process fill caches of their own
    few = counted([1])
    assert counted(range(2, 21)) == few
    assert max(sum(queries) for queries in few) <= 25


def test_naming_a_view_costs_the_same_whatever_there_is(cast, client_of, django_assert_max_num_queries):
    """The form that comes back when a view cannot be saved: it offers the clusters to share with, and lists no view."""
    client = client_of(cast.coordinator)
    for n in range(20):
        factories.SavedViewFactory(user=cast.coordinator, name=f"View {n}")
        factories.ClusterFactory(slug=f"hub-{n}", parent=cast.south_sudan, kind="hub")
    with django_assert_max_num_queries(12):
        page = client.post("/account/views/new/", {"path": "/engagement/", "query": "action=3", "name": ""})
    assert page.context["form"].errors


# The list of suggestions asks which of them she may mend.
# The list of subscriptions reads what was news in the last month: twelve queries, however many rows.
# Home reads what looked wrong to her, with the countries and mandates of visits among it.
# Home and the cluster page work out what is open: twelve queries, and one for the reasons of what is set aside.
# Home of a coordinator lists what she has begun and not saved.
MOST = {
    "/": 41,
    "/engagement/": 15,
    "/engagement/new/?action=3": 18,
    "/clusters/": 8,
    "/overview/": 12,
    "/overview/needs/": 10,
    "/help/": 7,
    "/help/glossary/": 4,
    "/clusters/south-sudan/": 32,
    "/clusters/south-sudan/access/": 10,
    "/export/confidential/": 12,
    "/clusters/south-sudan/report.docx": 9,
    "/clusters/south-sudan/priorities/": 15,
    "/clusters/south-sudan/events/": 13,
    "/clusters/south-sudan/information/": 12,
    "/clusters/south-sudan/referral/": 12,
    "/openings/": 15,
    "/search/?q=sr": 16,
    "/search/?q=nothing": 12,
    "/support/": 11,
    "/guidance/": 9,
    "/account/subscriptions/": 24,
    "/account/subscriptions/new/": 9,
    "/account/feeds/": 9,
    "/suggestions/": 15,
    "/contributions/{contribution}/": 13,
    "/contributions/{confidential}/confidential/": 8,
    "/calls/{call}/": 18,
    "/calls/{call}/offer/": 9,
    "/visits/suggest/": 7,
    "/calls/suggest/": 7,
    "/export/engagement.xlsx": 45,
    "/export/engagement.csv": 25,
    "/export/overview.xlsx": 55,
    "/export/overview/confidential/": 14,
    "/engagement-reports/": 8,
    "/engagement-reports/{frozen}/": 8,
    "/import/engagement/template.xlsx": 6,
}


@pytest.mark.slow
def test_no_page_asks_much(cast, client_of, monkeypatch):
    """The number of queries of a page stays within its bound; who raises it says why."""
    begun = begin(cast)
    add_lines(cast, [1, 2])
    client = client_of(cast.coordinator)
    confidential = factories.ContributionFactory(cluster=cast.south_sudan, level="high")
    frozen = factories.EngagementReportFactory(cluster=cast.south_sudan, published=cast.focal)
    keys = {"contribution": begun.pk, "call": begun.call.pk, "confidential": confidential.pk, "frozen": frozen.pk}
    pages = {address: address.format(**keys) for address in MOST}
    for page in pages.values():
        queries_of(client, page, monkeypatch)
    asked = {address: sum(queries_of(client, page, monkeypatch)) for address, page in pages.items()}
    assert {address: n for address, n in asked.items() if n > MOST[address]} == {}
