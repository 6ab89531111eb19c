"""Forms on a line that is slow, cut, or gone: nothing typed is lost, nothing is saved twice."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from engagement.models import Cluster, Contribution, Engagement, KeptForm, SupportMessage, SupportRequest, User
from tests import factories
from tests.browser.waiting import expect, expect_answer

pytestmark = pytest.mark.usefixtures("demo")

FORM = "/engagement/new/?action=3"
DONE = "What did the cluster do"
TEXT = "Proposed three points. عربي"
IN_BROWSER = "Object.keys(localStorage).filter((name) => name.startsWith('draft '))"


def lines():
    return Engagement.objects.filter(what_was_done=TEXT)


def open_form(page, address=FORM):
    """The form; the page that shows it."""
    page.goto(address)
    return page


def test_a_closed_tab_loses_nothing(page_of):
    """Kept while she types; on another device it is offered at home, and gone on with."""
    page = open_form(page_of("coordinator"))
    page.get_by_label(DONE).fill(TEXT)
    page.get_by_text("Kept at").wait_for()
    assert page.evaluate(IN_BROWSER) == []
    page.close(run_before_unload=True)
    phone = page_of("coordinator", width=390)
    phone.get_by_role("link", name="Log an action: 3. Propose a briefing").click()
    phone.get_by_role("button", name="Go on writing").click()
    expect(phone.get_by_label(DONE)).to_have_value(TEXT)
    phone.get_by_role("button", name="Save").click()
    phone.wait_for_url("**/engagement/*-*/")
    assert lines().count() == 1
    assert not KeptForm.objects.exists()
    assert phone.reports == []


def test_save_on_a_dead_line_says_so_and_can_be_pressed_again(page_of):
    """The page stays, with the text; when the line is back, one press saves one engagement."""
    page = open_form(page_of("coordinator"))
    page.context.set_offline(True)
    page.get_by_label(DONE).fill(TEXT)
    for _press in range(2):
        page.get_by_role("button", name="Save").click()
        page.get_by_text("No line: nothing was sent.").wait_for()
        expect(page.get_by_label(DONE)).to_have_value(TEXT)
    page.context.set_offline(False)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/engagement/*-*/")
    assert lines().count() == 1
    assert page.evaluate(IN_BROWSER) == []
    assert not KeptForm.objects.exists()


def test_a_tab_closed_on_a_dead_line_loses_nothing(page_of):
    """This browser keeps it, and offers it when it comes back; once the server has it, the browser keeps it no more."""
    page = open_form(page_of("coordinator"))
    page.context.set_offline(True)
    page.get_by_label(DONE).fill(TEXT)
    page.get_by_text("No line. Kept in this browser").wait_for()
    page.close(run_before_unload=True)
    page = page.context.new_page()
    page.context.set_offline(False)
    page.goto("/")
    page.get_by_text("This browser keeps a form that did not reach the server").wait_for()
    page.get_by_role("button", name="Go on writing").click()
    expect(page.get_by_label(DONE)).to_have_value(TEXT)
    page.get_by_text("Kept at").wait_for()
    assert page.evaluate(IN_BROWSER) == []
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/engagement/*-*/")
    assert lines().count() == 1


def test_a_form_that_is_left_in_haste_reaches_the_server(page_of):
    """Sent as its page is left; the next page asks whether it arrived, and says nothing of it in this browser."""
    page = open_form(page_of("coordinator"))
    page.get_by_label(DONE).fill(TEXT)
    page.goto("/visits/suggest/")
    expect_answer(page, "localStorage.length", 0)
    assert not page.get_by_text("did not reach the server").is_visible()
    (kept,) = KeptForm.objects.all()
    page.goto(kept.get_absolute_url())
    page.get_by_role("button", name="Go on writing").click()
    expect(page.get_by_label(DONE)).to_have_value(TEXT)
    assert page.reports == []


def test_the_script_words_a_moment_as_the_server_does(page_of):
    """What a browser keeps alone is offered with its moment, in her language and zone, not those of the browser."""
    page = page_of("coordinator")
    person, at = User.objects.get(email="coordinator@example.org"), timezone.now() - timedelta(days=3)
    draft = {"at": at.timestamp() * 1000, "owner": str(person.pk), "address": FORM, "fields": []}
    for language, _name in settings.LANGUAGES:
        User.objects.filter(pk=person.pk).update(language=language)
        page.evaluate("draft => localStorage.setItem('draft one', JSON.stringify(draft))", draft)
        page.goto("/")
        with translation.override(language):
            moment = date_format(at.astimezone(ZoneInfo(person.time_zone)), "DATETIME_FORMAT")
        expect(page.locator(".moment")).to_have_text(moment)
        page.locator("#drafts-here button[type=button]").click()
    assert page.reports == []


def test_text_of_level_high_never_stays_in_a_browser(page_of):
    """On a dead line the page says so; what stood there at a lower level goes at once."""
    page = open_form(page_of("coordinator"))
    page.context.set_offline(True)
    page.get_by_label(DONE).fill(TEXT)
    page.get_by_text("No line. Kept in this browser").wait_for()
    page.get_by_role("radio", name="high").check()
    page.get_by_text("No line. Text of level high is not kept in a browser").wait_for()
    assert page.evaluate(IN_BROWSER) == []
    page.context.set_offline(False)
    page.get_by_text("Kept at").wait_for()
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"


def test_who_signs_in_next_is_not_offered_it(page_of):
    """What one person left in a browser is gone from it when another one has signed in there."""
    page = open_form(page_of("coordinator"))
    page.context.set_offline(True)
    page.get_by_label(DONE).fill(TEXT)
    page.get_by_text("No line. Kept in this browser").wait_for()
    page.close(run_before_unload=True)
    page = page.context.new_page()
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_label("Email").fill("other@example.org")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    page.get_by_role("heading", level=1).wait_for()
    expect(page.get_by_text("This browser keeps a form")).to_have_count(0)
    expect_answer(page, IN_BROWSER, [])


def test_five_presses_of_save_on_a_slow_line_make_one_engagement(page_of):
    """40 kbit/s with 800 ms: the main job ends, and pressing again and again writes nothing twice."""
    page = page_of("coordinator")
    slow = {"offline": False, "latency": 800, "downloadThroughput": 5_000, "uploadThroughput": 5_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    open_form(page)
    page.get_by_label(DONE).fill(TEXT)
    for _press in range(5):
        page.locator("#engagement-form .actions button").click(no_wait_after=True, force=True)
    page.wait_for_url("**/engagement/*-*/", timeout=60_000)
    expect(page.locator("main")).to_contain_text(TEXT, timeout=60_000)
    assert lines().count() == 1


@pytest.mark.soak(times=30)
def test_a_cut_at_any_moment_loses_and_doubles_nothing(page_of):
    """The line goes at some moment while she types or saves, and comes back: what she typed is saved, once."""
    chance = random.Random()  # noqa: S311
    page = open_form(page_of("coordinator"))
    page.get_by_label(DONE).press_sequentially(TEXT[:10])
    page.wait_for_timeout(chance.uniform(0, 3500))
    if chance.random() < 0.5:
        page.context.set_offline(True)
        page.get_by_label(DONE).fill(TEXT)
        page.wait_for_timeout(chance.uniform(0, 1500))
        page.get_by_role("button", name="Save").click()
    else:
        page.get_by_label(DONE).fill(TEXT)
        page.locator("#engagement-form .actions button").click(no_wait_after=True)
        page.wait_for_timeout(chance.uniform(0, 400))
        page.context.set_offline(True)
        page.wait_for_timeout(500)
    page.context.set_offline(False)
    if not page.url.startswith("chrome-error:") and page.locator("#engagement-form").count():
        page.locator("#engagement-form .actions button").click()
        page.wait_for_url("**/engagement/*-*/")
    elif not lines().exists():
        page.goto("/")
        page.get_by_role("link", name="Log an action: 3. Propose a briefing").click()
        page.get_by_role("button", name="Go on writing").click()
        expect(page.get_by_label(DONE)).to_have_value(TEXT)
        page.get_by_role("button", name="Save").click()
        page.wait_for_url("**/engagement/*-*/")
    assert lines().count() == 1


def contribution(level):
    """A contribution of South Sudan, begun at this level; its page."""
    cluster = Cluster.objects.get(slug="south-sudan")
    return factories.ContributionFactory(cluster=cluster, level=level).get_absolute_url()


def test_a_contribution_survives_a_closed_tab_and_an_ended_session(page_of):
    """Kept while she types; signed in again on another device she goes on with it, and saving ends the draft."""
    page = open_form(page_of("coordinator"), contribution("moderate"))
    page.get_by_label("Text of the contribution").fill(TEXT)
    page.get_by_text("Kept at").wait_for()
    page.context.clear_cookies()
    page.close(run_before_unload=True)
    phone = page_of("coordinator", width=390)
    phone.get_by_role("link", name="Contribution", exact=True).click()
    phone.get_by_role("button", name="Go on writing").click()
    expect(phone.get_by_label("Text of the contribution")).to_have_value(TEXT)
    phone.get_by_role("button", name="Save", exact=True).click()
    phone.get_by_text("Saved.", exact=True).wait_for()
    assert Contribution.objects.get(text=TEXT).engagement.level == "moderate"
    assert not KeptForm.objects.exists()
    assert phone.reports == []


def test_a_high_contribution_never_stays_in_a_browser(page_of):
    """The form does not ask for the level; the page knows it."""
    page = open_form(page_of("coordinator"), contribution("high"))
    page.context.set_offline(True)
    page.get_by_label("Text of the contribution").fill(TEXT)
    page.get_by_text("No line. Text of level high is not kept in a browser").wait_for()
    assert page.evaluate(IN_BROWSER) == []
    page.context.set_offline(False)
    page.get_by_text("Kept at").wait_for()


def test_five_presses_make_one_answer(page_of):
    """The task team's answer on a slow line: sent once, whatever is pressed; a dead line says so before."""
    page = page_of("hrett")
    support = SupportRequest.objects.waiting().filter(engagement__level="moderate").first()
    open_form(page, support.get_absolute_url())
    page.context.set_offline(True)
    page.get_by_label("Message").fill(TEXT)
    page.get_by_role("button", name="Send as the answer").click()
    page.get_by_text("No line: nothing was sent.").wait_for()
    page.context.set_offline(False)
    slow = {"offline": False, "latency": 800, "downloadThroughput": 5_000, "uploadThroughput": 5_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    for _press in range(5):
        page.locator("#message-form .actions button").first.click(no_wait_after=True, force=True)
    expect(page.locator(".thread .is-answer")).to_contain_text(TEXT, timeout=60_000)
    assert SupportMessage.objects.filter(text=TEXT).count() == 1
    assert SupportRequest.objects.get(pk=support.pk).status == "answered"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_half_an_answer_outlives_the_buttons_beside_it(page_of, script):
    """Pressed at once, it is in the box of the page that follows; not in the browser; sent, it leaves no draft."""
    page = page_of("focal", script=script)
    line = factories.EngagementFactory(cluster=Cluster.objects.get(slug="south-sudan"), level="high")
    address = factories.SupportRequestFactory(engagement=line).get_absolute_url()
    open_form(page, address)
    presses = ["Take this request", *(["Change the day"] if script else []), "Nothing more is needed: close"]
    for press in presses:
        page.get_by_label("Message").fill(f"{TEXT} {press}")
        page.get_by_role("button", name=press).click()
        page.wait_for_url("**/?kept_form=*")
        expect(page.get_by_label("Message")).to_have_value(f"{TEXT} {press}")
        page.goto(address)
        page.get_by_role("link", name="Message about a support request").click()
        page.get_by_role("button", name="Go on writing").click()
    if script:
        assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name="Send as the answer").click()
    page.locator(".thread .is-answer", has_text=presses[-1]).wait_for()
    expect(page.get_by_text("Begun and not saved")).to_have_count(0)
    assert not KeptForm.objects.exists()
    assert page.reports == []


@pytest.mark.parametrize("name", ["events", "priorities", "reports"])
def test_no_form_is_lost_on_a_dead_line(name, page_of):
    """One that is no draft says so too, and stays as it is; when the line is back, one press sends it."""
    out = {"published_on": timezone.localdate() - timedelta(days=30), "published_precision": "day"}
    use = f"reports/{factories.ReportFactory(countries=['SSD'], **out).pk}/use"
    page = open_form(page_of("coordinator"), f"/clusters/south-sudan/{use if name == 'reports' else name}/")
    form = page.locator("form.plain:has(button[data-once])")
    for field in form.locator("input[type=text]").all():
        field.fill("Juba")
    for field in form.locator("input[type=date]").all():
        field.fill((timezone.localdate() + timedelta(days=9 * (name == "events"))).isoformat())
    for field in form.locator("select").all():
        field.select_option(index=1)
    text, button = form.locator("input[type=text], textarea").last, form.locator("button[data-once]")
    text.fill(TEXT)
    label = button.text_content()
    page.context.set_offline(True)
    for _press in range(2):
        button.click()
        expect(form.get_by_role("alert")).to_contain_text("No line: nothing was sent.")
        expect(text).to_have_value(TEXT)
        expect(button).to_have_text(label)
    page.context.set_offline(False)
    with page.expect_navigation():
        button.click()
    expect(page.get_by_text(TEXT).first).to_be_visible()


def test_a_browser_that_is_wrong_about_the_line_sends_nonetheless(page_of):
    """Some take themselves to be offline behind a line that they do not know."""
    page = page_of("coordinator")
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })")
    page.goto("/clusters/south-sudan/priorities/")
    page.get_by_role("button", name="Reviewed today").click()
    page.get_by_text("Last reviewed on").wait_for()
    expect(page.get_by_role("button", name="Reviewed today")).to_have_count(0)
    assert page.reports == []


def test_two_tabs_lose_nothing(page_of):
    """Two tabs with the same contribution: each keeps its own; the second to save sees both texts side by side."""
    page = open_form(page_of("coordinator"), contribution("moderate"))
    second = page.context.new_page()
    second.goto(page.url)
    for tab, text in ((page, "First tab."), (second, "Second tab.")):
        tab.get_by_label("Text of the contribution").fill(text)
        tab.get_by_text("Kept at").wait_for()
    assert KeptForm.objects.count() == 2
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved.", exact=True).wait_for()
    second.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("Somebody saved another text while you were typing").wait_for()
    expect(second.get_by_label("Text of the contribution")).to_have_value("Second tab.")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Somebody saved another text while you were typing")).to_have_count(0)
    assert not KeptForm.objects.exists()
