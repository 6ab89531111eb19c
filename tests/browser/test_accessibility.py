"""Accessibility rules (axe-core, WCAG 2.2 AA and best practices) on the main pages, left to right and right to left."""

import pytest
from django.conf import settings
from django.utils import timezone

from engagement import services
from engagement.models import (
    AccountChange,
    AdvocacyUse,
    Briefing,
    ClusterEvent,
    Contribution,
    Engagement,
    ImportBatch,
    LevelLowering,
    PriorityMandate,
    Share,
    SupportRequest,
    User,
)
from engagement.services import keep_person
from mandates.models import CallForInput, CountryVisit
from tests import factories
from tests.browser.waiting import expect
from tests.engagement.imports.files import cells_of, new_row

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = pytest.mark.usefixtures("demo")


HELP = [f"/help/{page}" for page in ("", "coordinator/", "member/", "task-team/", "administrator/", "glossary/")]


def addresses() -> list[str]:
    """The main pages: every list, a detail of each kind, the forms, the account."""
    line = Engagement.objects.filter(cluster__slug="south-sudan", action__number=3, status="done").first()
    priority = PriorityMandate.objects.current().filter(cluster__slug="south-sudan").first()
    waits = Engagement.objects.get(cluster__slug="south-sudan", referral__reply="none")
    event = ClusterEvent.objects.filter(cluster__slug="south-sudan").last()
    briefing = Briefing.objects.get(engagement__cluster__slug="south-sudan").engagement
    visit = CountryVisit.objects.filter(countries="SSD").ahead(timezone.localdate()).first()
    used = AdvocacyUse.objects.filter(recommendation__isnull=False).order_by("pk").first()
    lowering = LevelLowering.objects.get()
    high = Engagement.objects.filter(cluster__slug="south-sudan", action__number=12, level="moderate").first()
    high = services.raise_level(by=high.created_by, line=high, to_level="high")
    details = [
        briefing.get_absolute_url(),
        *(f"{briefing.get_absolute_url()}{step}/" for step in ("briefing", "held", "letter")),
        f"/clusters/south-sudan/visits/{briefing.visit_id}/briefing/",
        "/clusters/south-sudan/press/",
        line.get_absolute_url(),
        f"{line.get_absolute_url()}edit/",
        f"{line.get_absolute_url()}withdraw/",
        SupportRequest.objects.filter(engagement__cluster__slug="south-sudan").first().get_absolute_url(),
        CountryVisit.objects.filter(countries="SSD").first().get_absolute_url(),
        CallForInput.objects.first().get_absolute_url(),
        "/mandates/sr-torture/",
        used.recommendation.get_absolute_url(),
        f"/clusters/south-sudan{used.recommendation.get_absolute_url()}use/",
        "/clusters/south-sudan/",
        "/clusters/south-sudan/priorities/",
        f"/clusters/south-sudan/priorities/{priority.pk}/",
        f"/clusters/south-sudan/priorities/{priority.pk}/end/",
        "/clusters/south-sudan/events/",
        f"/clusters/south-sudan/events/{event.pk}/",
        f"/clusters/south-sudan/events/{event.pk}/invite/",
        "/clusters/south-sudan/information/",
        "/clusters/south-sudan/referral/",
        *(f"{waits.get_absolute_url()}{step}" for step in ("", "reply/")),
        "/clusters/south-sudan/set-aside/?action=4&item=mandates",
        "/openings/",
        "/clusters/south-sudan/members/",
        "/clusters/south-sudan/access/",
        "/export/confidential/",
        "/export/overview/confidential/",
        lowering.engagement.get_absolute_url(),
        f"{high.get_absolute_url()}lower/",
        f"/clusters/south-sudan/visits/{visit.pk}/share/",
        Share.objects.filter(engagement__cluster__slug="south-sudan").first().engagement.get_absolute_url(),
    ]
    begun = Contribution.objects.get(sent_on=None)
    confidential = factories.ContributionFactory(cluster=begun.engagement.cluster, level="high")
    open_call = CallForInput.objects.get(title__startswith="Call for input: housing")
    details += [
        *(f"{begun.get_absolute_url()}{page}" for page in ("", "ask/", "sent/")),
        f"{confidential.get_absolute_url()}confidential/",
        begun.call.get_absolute_url(),
        f"/clusters/south-sudan/calls/{open_call.pk}/answer/",
        f"/calls/{open_call.pk}/offer/",
    ]
    batch = ImportBatch.objects.get()
    details += [f"/import/engagement/{page}" for page in ("", *(f"{batch.pk}/{part}" for part in ("", "columns/")))]
    lists = [
        "/calendar/",
        "/calendar/?view=month",
        "/engagement/",
        "/engagement/?country=XXX",
        "/changes/",
        "/changes/?item=mandate:sr-torture",
        "/visits/",
        "/calls/",
        "/reports/",
        "/recommendations/",
        "/mandates/",
        "/clusters/",
        "/search/?q=displaced",
        "/search/?q=tortrue",
        "/search/?q=a",
        "/overview/",
        "/overview/needs/",
        "/account/views/",
        "/engagement/bulk/",
    ]
    forms = ["/engagement/new/", "/engagement/new/?action=3", "/engagement/new/?action=10"]
    forms += ["/visits/suggest/", "/calls/suggest/"]
    return [
        "/",
        "/guide/",
        *HELP,
        "/support/",
        "/suggestions/",
        f"/visits/{CountryVisit.objects.first().pk}/doubt/",
        "/guidance/",
        "/account/subscriptions/",
        "/account/subscriptions/new/?country=SSD",
        "/account/feeds/",
        "/account/sessions/",
        factories.KeptFormFactory(typed_by=User.objects.get(email="coordinator@example.org")).get_absolute_url(),
        *lists,
        *forms,
        *details,
        "/account/2fa/",
        "/account/2fa/webauthn/",
        "/account/password/change/",
    ]


def hand_in(coordinator):
    """A file of the coordinator with a row of each kind: faulty, in conflict, changed, new, unchanged."""
    rows = Engagement.objects.filter(cluster__slug="south-sudan", level="moderate", status="done", version=1)[:3]
    cells = [cells_of(row) for row in rows]
    for row in cells[:2]:
        row["result"] = "In the file."
    change = rows[0]
    change.result, change.version = "Here.", 2
    change.save()
    factories.ImportBatchFactory(by=coordinator, rows=[*cells, new_row(cluster="south-sudan"), new_row(action="99")])


SAMPLE = [("ar", 390), ("es", 1280)]
WHOLE = [(language, width) for language, _name in settings.LANGUAGES for width in (1280, 390)]


def pytest_generate_tests(metafunc):
    """Two languages and sizes in the suite (the others: test_every_page.py), each in each size with `make soak`."""
    if {"language", "width"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("language", "width"), WHOLE if metafunc.config.getoption("--soak") else SAMPLE)


@pytest.mark.slow
@pytest.mark.soak
def test_axe_finds_nothing(page_of, language, width):
    """No violation on any main page."""
    # axe is put into the page, which the policy refuses; the policy itself is tested by all other browser tests.
    hand_in(User.objects.get(email="coordinator@example.org"))
    page = page_of("coordinator", width=width, bypass_csp=True)
    page.locator(".account summary").click()
    page.get_by_label("Language").select_option(language)
    page.get_by_role("button", name="Change").click()
    page.wait_for_load_state()
    found = []
    for address in addresses():
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        for violation in axe.Axe().run(page).response["violations"]:
            found.append((address, violation["id"], violation["nodes"][0]["html"][:120]))
    assert found == []


def test_axe_finds_nothing_where_rights_are_confirmed(page_of):
    """Nor where a focal point decides about accounts, nor at sign-in, nor where an administrator removes a factor."""
    admin = User.objects.get(email="admin@example.org")
    for email, kind in (("hrett@example.org", "focal_point"), ("focal@example.org", "factor")):
        AccountChange.objects.create(person=User.objects.get(email=email), kind=kind, asked_by=admin)
    coordinator = User.objects.get(email="coordinator@example.org")
    coordinator.is_administrator = True
    keep_person(by=admin, person=coordinator)
    pages = {
        "focal": ["/account/changes/"],
        "admin": ["/account/changes/", f"/admin/engagement/user/{coordinator.pk}/factor/"],
    }
    found = []
    for person, addresses in pages.items():
        page = page_of(person, bypass_csp=True)
        for address in addresses:
            page.goto(address)
            found += [(address, violation["id"]) for violation in axe.Axe().run(page).response["violations"]]
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Sign Out").click()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    found += [("sign-in", violation["id"]) for violation in axe.Axe().run(page).response["violations"]]
    assert found == []


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_where_a_view_is_named(page_of, width):
    """Nor on the form that comes back when a name will not do."""
    page = page_of("coordinator", width=width, bypass_csp=True)
    page.goto("/engagement/?action=3")
    page.get_by_text("Save this view", exact=True).click()
    page.get_by_label("Save this view as").fill("Ask ana@example.org")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Save a view")).to_be_visible()
    assert axe.Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_engagement_reports(page_of, width):
    """Nor where the task team makes a report of a period, a high one too, and reads what was published."""
    focal = User.objects.get(email="focal@example.org")
    line = Engagement.objects.filter(level="moderate", status="done").first()
    said = {"since": "2020-01-01", "created_by": focal, "highlights": [(line, "Well.")]}
    draft = factories.EngagementReportFactory(**said).get_absolute_url()
    frozen = factories.EngagementReportFactory(**said, level="high", published=focal).get_absolute_url()
    taken_back = factories.EngagementReportFactory(**said, published=focal, withdrawn="Twice.").get_absolute_url()
    pages = ["/engagement-reports/", "/engagement-reports/new/", frozen, taken_back, f"{frozen}confidential/"]
    pages += [f"{frozen}withdraw/", draft, f"{draft}edit/", f"{draft}choose/", f"{draft}choose/?text=nowhere"]
    pages += [f"{draft}highlights/{line.pk}/", f"{draft}publish/"]
    page, found = page_of("focal", width=width, bypass_csp=True), []
    for address in pages:
        page.goto(address)
        for violation in axe.Axe().run(page).response["violations"]:
            found.append((address, violation["id"], violation["nodes"][0]["html"][:120]))
    assert found == []


def test_axe_finds_nothing_on_the_desk(page_of):
    """Nor where the task team decides about suggestions, and keeps the reference data fresh."""
    page = page_of("hrett", bypass_csp=True)
    item = CallForInput.objects.to_confirm().first()
    reader = User.objects.get(email="hrett@example.org")
    mine = SupportRequest.objects.waiting().filter(owner=reader).first()
    answered = SupportRequest.objects.visible_to(reader).filter(status="answered", guidance_notes=None).first()
    support = [
        "/support/",
        "/support/bulk/",
        mine.get_absolute_url(),
        f"{answered.get_absolute_url()}keep/",
        "/guidance/",
    ]
    doubt = factories.DoubtFactory(call=item, said_by=reader)
    fresh = ["/freshness/", "/freshness/?show=old", doubt.get_absolute_url(), item.get_absolute_url()]
    logged = Engagement.objects.visible_to(reader).filter(visit__isnull=False).first().visit
    for address in (
        "/suggestions/",
        f"/suggestions/{item.pk}/?text=displacement",
        *support,
        *fresh,
        logged.get_absolute_url(),
    ):
        page.goto(address)
        assert axe.Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_the_help_unfolded(page_of, width):
    """Nor in what stands folded on the pages of help, with its pictures."""
    page = page_of("coordinator", width=width, bypass_csp=True)
    for address in HELP:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
        for picture in page.locator("main img").all():
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("complete", True)
            assert picture.evaluate("img => img.naturalWidth") > 0
        assert axe.Axe().run(page).response["violations"] == []
    assert page.reports == []
