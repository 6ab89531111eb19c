"""Drafts of every other form in which somebody writes for minutes: kept, offered, gone on with, gone once saved."""

from datetime import date

import pytest
from django.urls import get_resolver

from engagement.kept_forms import discard
from engagement.models import ContributionOffer, EngagementReport, KeptForm, SupportMessage
from tests import factories
from tests.conftest import after_the_cast

from .forms import fields_of, keep_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TEXT = "The camps have no water; KANARI."
ACT = {"level": "moderate"}
FORMS = {
    "contribution": ("contribution-form", "Contribution", {"text": TEXT}),
    "support": ("message-form", "Message about a support request", {"text": TEXT, "answer": "1"}),
    "note": ("note-form", "Guidance note", {"title": "Geneva", "text": TEXT}),
    "offer": (
        "offer-form",
        "Offer a contribution",
        {"text": TEXT, "source": "Monitoring", "consent": "nobody", "may_be_named": "on"},
    ),
    "visit-suggest": (
        "suggestion-form",
        "Suggest a visit",
        {"note": TEXT, "mandates": ["sr-idps"], "source": "A letter", "starts": "October 2026"},
    ),
    "call-suggest": (
        "suggestion-form",
        "Suggest a call",
        {"note": TEXT, "title": "Water", "mandates": ["sr-idps"], "source": "A letter", "deadline_on": "2026-07-01"},
    ),
    "suggestion": ("suggestion-form", "Change a suggestion", {"note": TEXT}),
    "report-new": ("report-form", "Engagement report", {"title": "Spring", "summary": TEXT}),
    "report-edit": ("report-form", "Engagement report", {"title": "Spring", "summary": TEXT}),
    "briefing": ("act-form", "Propose a briefing", {"points": TEXT, "who": "We", "channel": "meeting"} | ACT),
    "briefing-change": ("briefing-form", "Change the briefing", {"points": TEXT}),
    "press": (
        "act-form",
        "Propose an issue for the press",
        {"issue": TEXT, "urgency": "now", "product": "none", "mandates": ["sr-idps"]} | ACT,
    ),
    "visit-share": ("act-form", "Tell the members of a visit", {"note": TEXT}),
    "call-share": ("act-form", "Tell the members of a call", {"note": TEXT}),
    "report-share": ("act-form", "Tell the members of a report", {"note": TEXT}),
}
"""Of each page: the form, what a draft of it is called, what somebody types."""
OF_THE_TASK_TEAM = ("support", "note", "report-new", "report-edit")


@after_the_cast
def pages(cast):
    """The address of each page."""
    mandate = factories.MandateFactory(slug="sr-idps")
    here, by = cast.south_sudan, cast.coordinator
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    call = factories.CallFactory(mandates=[mandate])
    report = factories.ReportFactory(mandates=[mandate], published_on=date(2026, 4, 1), published_precision="day")
    # Another visit: one briefing is open for a visit at a time.
    planned = factories.EngagementFactory(
        cluster=here,
        visit=factories.VisitFactory(countries=["SSD"], mandates=[mandate]),
        status="planned",
        started_on=date(2026, 6, 9),
        created_by=by,
    )
    briefing = factories.BriefingFactory(engagement=planned)
    contribution = factories.ContributionFactory(cluster=here, call=call, by=by)
    asked = factories.EngagementFactory(cluster=here, created_by=by, support_needed="A contact in Geneva.")
    answered = factories.EngagementFactory(cluster=here, created_by=by, support_needed="A form.")
    support = factories.SupportRequestFactory(engagement=asked)
    kept = factories.SupportRequestFactory(engagement=answered, owner=cast.reader, answer="Here.")
    heard = factories.VisitFactory(countries=["SSD"], mandates=[mandate], suggested=here, status="")
    cluster = "/clusters/south-sudan"
    return {
        "contribution": contribution.get_absolute_url(),
        "support": support.get_absolute_url(),
        "note": f"{kept.get_absolute_url()}keep/",
        "offer": f"/calls/{call.pk}/offer/",
        "visit-suggest": "/visits/suggest/",
        "call-suggest": "/calls/suggest/",
        "suggestion": f"/suggestions/{heard.pk}/edit/",
        "report-new": "/engagement-reports/new/",
        "report-edit": f"{factories.EngagementReportFactory(created_by=cast.reader).get_absolute_url()}edit/",
        "briefing": f"{cluster}/visits/{visit.pk}/briefing/",
        "briefing-change": f"{briefing.engagement.get_absolute_url()}briefing/",
        "press": f"{cluster}/press/",
        "visit-share": f"{cluster}/visits/{visit.pk}/share/",
        "call-share": f"{cluster}/calls/{call.pk}/share/",
        "report-share": f"{cluster}/reports/{report.pk}/share/",
    }


@pytest.fixture
def writer_of(cast, client_of):
    """A client of whoever writes into this form."""
    return lambda name: client_of(cast.reader if name in OF_THE_TASK_TEAM else cast.coordinator)


def test_every_form_that_is_drafted_is_tested_here():
    """A page that becomes `drafted` joins them."""
    views = [pattern.callback for pattern in _patterns(get_resolver())]
    drafted = {str(view.draft_title) for view in views if hasattr(view, "draft_title")}
    titles = {title for _form, title, _typed in FORMS.values()}
    assert drafted == titles | {"Log an action", "Change an engagement"}


def _patterns(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern)
        else:
            yield pattern


@pytest.mark.parametrize("name", FORMS)
def test_what_is_typed_is_kept_and_gone_on_with(name, pages, writer_of):
    """Offered at home and beside the form; going on shows all that was typed, and saving it ends the draft."""
    form, title, typed = FORMS[name]
    page, client = pages[name], writer_of(name)
    sent = fields_of(client.get(page), form) | typed
    assert keep_draft(client, sent, page) == 204
    row = KeptForm.objects.get()
    elsewhere = writer_of(name)
    for place in ("/", page):
        content = elsewhere.get(place).content.decode()
        assert f'<a href="{row.get_absolute_url()}">{title}</a>' in content
        assert "KANARI" not in content.replace("<title>", "")
    again = fields_of(elsewhere.get(row.get_absolute_url()), "kept-form") | {"refresh": "1"}
    opened = elsewhere.post(page, again)
    assert opened.status_code == 200
    shown = fields_of(opened, form)
    assert {key: value for key, value in shown.items() if sent.get(key) not in (value, "on")} == {}
    assert {key for key in typed if key not in shown} <= {"answer"}
    saved = elsewhere.post(page, shown | {key: typed[key] for key in typed if key not in shown})
    if saved.status_code == 200:  # asked whether it is the same as an entry that is there
        saved = elsewhere.post(page, fields_of(saved, form) | {"despite": "1"})
    assert saved.status_code == 302
    # One that was on its way meanwhile.
    assert keep_draft(client, sent, page) == 404
    assert not KeptForm.objects.exists()


def test_nobody_discards_the_draft_of_somebody_else(pages, cast, writer_of):
    """Not by its key either: what its writer sends next is kept as before."""
    client, page = writer_of("contribution"), pages["contribution"]
    sent = fields_of(client.get(page), "contribution-form") | {"text": TEXT}
    assert keep_draft(client, sent, page) == 204
    discard(cast.other, sent["kept_form"])
    assert keep_draft(client, sent, page) == 204
    assert KeptForm.objects.count() == 1


@pytest.mark.parametrize("name", FORMS)
def test_going_on_saves_nothing(name, pages, writer_of):
    """Not even where what is typed is whole; it is neither checked nor complained about."""
    form, _title, typed = FORMS[name]
    client = writer_of(name)
    sent = fields_of(client.get(pages[name]), form) | typed
    opened = client.post(pages[name], sent | {"refresh": "1"})
    assert opened.status_code == 200
    assert not opened.context["form"].is_bound
    assert 'data-typed="yes"' in opened.content.decode()


def test_a_draft_is_offered_on_its_own_page_only(pages, writer_of):
    """Beside the form it is of, and at home; not on the page of another one."""
    client = writer_of("briefing")
    sent = fields_of(client.get(pages["briefing"]), "act-form") | {"points": TEXT}
    assert keep_draft(client, sent, pages["briefing"]) == 204
    assert "Begun and not saved" in client.get(pages["briefing"]).content.decode()
    assert "Begun and not saved" not in client.get(pages["press"]).content.decode()


@pytest.mark.parametrize(("line", "level"), [("high", "high"), ("moderate", "moderate")])
def test_the_page_says_of_which_level_its_texts_are(line, level, cast, client_of):
    """So that the browser keeps nothing of level high, in forms that do not ask for the level."""
    begun = factories.ContributionFactory(cluster=cast.south_sudan, by=cast.coordinator, level=line)
    page = client_of(cast.coordinator).get(begun.get_absolute_url()).content.decode()
    assert f'data-level="{level}"' in page


def test_an_answer_sent_five_times_is_one(cast, pages, client_of):
    """With the same key; another form writes another one, and nobody else's key is taken."""
    client = client_of(cast.reader)
    sent = fields_of(client.get(pages["support"]), "message-form") | {"text": TEXT, "answer": "1"}
    for _press in range(5):
        assert client.post(pages["support"], sent).status_code == 302
    assert SupportMessage.objects.filter(text=TEXT).count() == 1
    asked = client_of(cast.coordinator)
    assert asked.post(pages["support"], sent | {"text": "Thanks."}).status_code == 302
    assert SupportMessage.objects.filter(request__engagement__cluster=cast.south_sudan, text="Thanks.").count() == 1
    assert SupportMessage.objects.filter(text=TEXT).count() == 1


def test_a_report_begun_five_times_is_one(cast, pages, client_of):
    """With the same key; that of somebody else's report begins one of her own."""
    client, before = client_of(cast.reader), EngagementReport.objects.count()
    sent = fields_of(client.get(pages["report-new"]), "report-form") | {"title": "Spring", "summary": TEXT}
    led_to = {client.post(pages["report-new"], sent)["Location"] for _press in range(5)}
    assert len(led_to) == 1
    assert EngagementReport.objects.count() == before + 1
    assert client_of(cast.focal).post(pages["report-new"], sent)["Location"] not in led_to
    assert EngagementReport.objects.count() == before + 2


def test_an_offer_sent_five_times_is_one(pages, writer_of):
    """As an engagement is."""
    client = writer_of("offer")
    sent = fields_of(client.get(pages["offer"]), "offer-form") | FORMS["offer"][2]
    for _press in range(5):
        assert client.post(pages["offer"], sent).status_code == 302
    assert ContributionOffer.objects.count() == 1


def test_a_word_about_an_offer_comes_along(cast, pages, writer_of):
    """What was typed beside an offer on the page of a contribution is kept with its text."""
    call = factories.CallFactory()
    begun = factories.ContributionFactory(cluster=cast.south_sudan, call=call, by=cast.coordinator)
    offer = factories.OfferFactory(cluster=cast.south_sudan, call=call, offered_by=cast.member)
    client, page = writer_of("contribution"), begun.get_absolute_url()
    sent = fields_of(client.get(page), "contribution-form")
    word = {f"offer-{offer.pk}-answer": "Another time, with thanks."}
    assert "Another time, with thanks." in client.post(page, sent | word | {"refresh": "1"}).content.decode()
