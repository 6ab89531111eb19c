"""A contribution to a report, action 6: begun once, written without losing a word, fed by offers, marked as sent."""

from datetime import UTC, date, datetime

import pytest

from engagement import services
from engagement.models import Contribution, ContributionOffer, Engagement
from engagement.services import NotNow
from tests import factories

from .forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FORM = "contribution-form"


@pytest.fixture
def call(cast):
    """An open call of one mandate to all countries, at most ten words."""
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    return factories.CallFactory(title="Civil documentation", mandates=[cast.idps], word_limit=10)


@pytest.fixture
def begun(cast, call):
    """South Sudan's contribution to it, under way."""
    return factories.ContributionFactory(cluster=cast.south_sudan, call=call, by=cast.coordinator)


def answer_page(call, slug="south-sudan"):
    return f"/clusters/{slug}/calls/{call.pk}/answer/"


def offer_of(cast, call, **fields):
    return factories.OfferFactory(cluster=cast.south_sudan, call=call, offered_by=cast.member, **fields)


# -- Begin --------------------------------------------------------------------------------------------


def test_beginning_a_contribution(cast, call, client_of):
    """One line of action 6, under way, of the call's mandates, and a page to write on."""
    client = client_of(cast.coordinator)
    opened = client.get(answer_page(call))
    for said in ("30 June 2026, 24:00 Geneva time", "closes in 41 days", "10 words"):
        assert said in opened.content.decode()
    key = str(opened.context["form"].initial["key"])
    sent = client.post(answer_page(call), {"key": key, "level": "moderate"})
    contribution = Contribution.objects.get()
    line = contribution.engagement
    assert sent["Location"] == contribution.get_absolute_url()
    assert (line.action.number, line.status, line.level, line.call) == (6, "under_way", "moderate", call)
    assert (line.cluster, line.created_by, line.started_on) == (cast.south_sudan, cast.coordinator, date(2026, 5, 20))
    assert line.what_was_done == "Working on a contribution to the call “Civil documentation”."
    assert list(line.mandates.all()) == [cast.idps]
    assert client.post(answer_page(call), {"key": key, "level": "moderate"})["Location"] == sent["Location"]
    assert Engagement.objects.count() == 1


def test_the_words_are_in_the_working_language(cast, call, client_of):
    """Whatever the coordinator reads in."""
    cast.south_sudan.working_language = "fr"
    cast.south_sudan.save()
    cast.coordinator.language = "es"
    cast.coordinator.save()
    client_of(cast.coordinator).post(answer_page(call), {"level": "moderate"})
    with_language = services.contribution._words_of_start(cast.south_sudan, call)
    assert Engagement.objects.get().what_was_done == with_language


def test_the_second_coordinator_is_led_to_the_first_ones(cast, call, begun, client_of):
    """She reads who began it; opening the page leads there too; a withdrawn one makes room for another."""
    colleague = factories.UserFactory(coordinates=cast.south_sudan)
    client = client_of(colleague)
    assert client.get(answer_page(call))["Location"] == begun.get_absolute_url()
    response = client.post(answer_page(call), {"level": "moderate"}, follow=True)
    assert response.request["PATH_INFO"] == begun.get_absolute_url()
    assert "coordinator did this on" in response.content.decode()
    assert Contribution.objects.get() == begun
    services.withdraw_engagement(by=cast.coordinator, engagement=begun.engagement, reason="Twice.")
    client.post(answer_page(call), {"level": "low"})
    assert Contribution.objects.count() == 2


def test_another_cluster_has_its_own(cast, call, begun, client_of):
    """One for each cluster and call."""
    client_of(cast.other).post(answer_page(call, "ukraine"), {"level": "moderate"})
    assert Contribution.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [({"deadline_on": date(2026, 5, 19)}, "This call is closed."), ({"closed_on": date(2026, 5, 1)}, "is closed.")],
)
def test_a_closed_call_is_not_answered(change, said, cast, call, client_of):
    """The page says so, and a form sent a moment too late is refused."""
    for name, value in change.items():
        setattr(call, name, value)
    call.save()
    client = client_of(cast.coordinator)
    page = client.get(answer_page(call)).content.decode()
    assert "takes no contribution now" in page
    assert "Begin the contribution" not in page
    response = client.post(answer_page(call), {"level": "moderate"})
    assert said in str(response.context["form"].non_field_errors())
    assert not Engagement.objects.exists()


def test_a_call_of_an_ended_mandate_is_not_answered(cast, call, client_of):
    """The refusal names the mandate."""
    cast.idps.ended_on, cast.idps.ended_precision = date(2026, 1, 31), "day"
    cast.idps.save()
    response = client_of(cast.coordinator).post(answer_page(call), {"level": "moderate"})
    assert "SR IDPs" in str(response.context["form"].non_field_errors())
    assert not Engagement.objects.exists()


def test_calls_that_are_none_of_the_clusters(cast, client_of):
    """Of another country, of a withdrawn entry, a suggestion of another cluster: not there."""
    client = client_of(cast.coordinator)
    theirs = factories.CallFactory(countries=["UKR"])
    gone = factories.CallFactory(withdrawn_on=date(2026, 5, 1))
    suggested = factories.CallFactory(suggested=cast.ukraine)
    for call in (theirs, gone, suggested):
        assert client.get(answer_page(call)).status_code == 404
        assert client.post(answer_page(call), {"level": "moderate"}).status_code == 404
    own = factories.CallFactory(suggested=cast.south_sudan)
    assert client.get(answer_page(own)).status_code == 200


# -- Write --------------------------------------------------------------------------------------------


def test_saving_counts_the_words(cast, begun, client_of):
    """On the server, against the limit of the call; too many are said, and saved all the same."""
    client = client_of(cast.coordinator)
    page = begun.get_absolute_url()
    typed = fields_of(client.get(page), FORM)
    assert typed["text"] == "People in the camps have no papers."
    for text, said in (
        ("Five words, and no more.", "As saved: 5 of 10 words"),
        ("One two three\n\nfour five six seven eight nine ten eleven", "the call takes 10. That is 1 too many."),
    ):
        typed = fields_of(client.get(page), FORM) | {"text": text}
        assert client.post(page, typed)["Location"] == page
        begun.refresh_from_db()
        assert begun.text == text
        assert said in " ".join(client.get(page).content.decode().split())


def test_two_who_write_at_once_lose_nothing(cast, begun, client_of):
    """The second sees both texts, paragraph by paragraph; pressing Save once more makes hers count."""
    page = begun.get_absolute_url()
    first, second = client_of(cast.coordinator), client_of(factories.UserFactory(coordinates=cast.south_sudan))
    mine, theirs = fields_of(first.get(page), FORM), fields_of(second.get(page), FORM)
    kept = mine["text"]
    second.post(page, theirs | {"text": f"{kept}\n\nTheirs."})
    response = first.post(page, mine | {"text": f"{kept}\n\nMine."})
    begun.refresh_from_db()
    assert begun.text == f"{kept}\n\nTheirs."
    assert (response.context["theirs"], response.context["mine"]) == (["Theirs."], ["Mine."])
    again = fields_of(response, FORM)
    assert again["text"] == f"{kept}\n\nMine."
    first.post(page, again)
    begun.refresh_from_db()
    assert begun.text == f"{kept}\n\nMine."


def test_two_who_write_the_same_are_not_at_odds(cast, begun, client_of):
    """A form sent twice, or the same words from two people, are simply saved."""
    client, page = client_of(cast.coordinator), begun.get_absolute_url()
    typed = fields_of(client.get(page), FORM) | {"text": "The same."}
    assert [client.post(page, typed).status_code for _time in range(2)] == [302, 302]
    begun.refresh_from_db()
    assert begun.text == "The same."


@pytest.mark.parametrize(
    ("text", "said"),
    [("x" * 60_005, "at most 60000 characters, about 9,000 words; shorten this by 5."), ("nul\x00", "cannot be read")],
)
def test_a_text_that_cannot_be_kept_comes_back(text, said, cast, begun, client_of):
    """With the reason, whole, and nothing is saved."""
    client, page = client_of(cast.coordinator), begun.get_absolute_url()
    response = client.post(page, fields_of(client.get(page), FORM) | {"text": text})
    assert said in response.content.decode()
    assert response.context["form"]["text"].value() == text
    before = begun.text
    begun.refresh_from_db()
    assert begun.text == before


def test_readers_read_and_do_not_write(cast, begun, client_of):
    """The task team reads the draft without form and offers; a member does where the level is low."""
    offer_of(cast, begun.call, text="Of the member.")
    page = begun.get_absolute_url()
    for person in (cast.reader, cast.focal):
        shown = client_of(person).get(page).content.decode()
        assert begun.text in shown
        assert "<textarea" not in shown
        assert "Of the member." not in shown
        assert client_of(person).post(page, {"text": "changed"}).status_code == 403
    assert client_of(cast.member).get(page).status_code == 404
    Engagement.objects.filter(pk=begun.engagement_id).update(level="low")
    assert begun.text in client_of(cast.member).get(page).content.decode()


def test_nobody_writes_into_what_was_sent_or_withdrawn(cast, begun, client_of):
    """What was typed comes back on the page that says why."""
    client, page = client_of(cast.coordinator), begun.get_absolute_url()
    typed = fields_of(client.get(page), FORM) | {"text": "Typed in vain, and not lost."}
    services.record_sending(by=cast.coordinator, contribution=begun, sent_on=date(2026, 5, 20), publication="named")
    response = client.post(page, typed)
    assert response.status_code == 403
    assert "Typed in vain, and not lost." in response.content.decode()
    services.withdraw_engagement(by=cast.coordinator, engagement=begun.engagement, reason="An error.")
    assert client.post(page, typed).status_code == 403
    assert "An error." in client.get(page).content.decode()


# -- Offers -------------------------------------------------------------------------------------------


def test_adding_an_offer_saves_what_was_typed(cast, begun, client_of):
    """Text first, then the paragraphs at its end; the offer is used, by whom and when."""
    offer = offer_of(cast, begun.call, text="Two paragraphs.\n\nOf the member.", may_be_named=True)
    client, page = client_of(cast.coordinator), begun.get_absolute_url()
    opened = client.get(page)
    for said in ("Protection monitoring", "it speaks of nobody in particular", "the organisation may be named"):
        assert said in opened.content.decode()
    client.post(page, fields_of(opened, FORM) | {"text": "Typed.", "use": str(offer.pk)})
    begun.refresh_from_db()
    offer.refresh_from_db()
    assert begun.text == "Typed.\n\nTwo paragraphs.\n\nOf the member."
    assert (offer.state, offer.decided_by) == ("used", cast.coordinator)
    response = client.post(page, fields_of(client.get(page), FORM) | {"use": str(offer.pk)}, follow=True)
    assert "coordinator has decided on this offer: used." in response.content.decode()
    begun.refresh_from_db()
    assert begun.text.count("Of the member.") == 1


def test_an_offer_does_not_slip_past_the_other_coordinators_text(cast, begun, client_of):
    """While both texts are compared the offer stays undecided."""
    offer = offer_of(cast, begun.call)
    client, page = client_of(cast.coordinator), begun.get_absolute_url()
    typed = fields_of(client.get(page), FORM) | {"text": "Mine.", "use": str(offer.pk)}
    services.save_text(by=cast.coordinator, contribution=begun, text="Theirs.", seen=begun.digest)
    assert client.post(page, typed).context["is_stale"]
    offer.refresh_from_db()
    assert offer.state == "offered"


def test_an_offer_for_which_there_is_no_room(cast, begun):
    """It stays undecided, and the refusal says how much to cut."""
    offer = offer_of(cast, begun.call, text="x" * 9_000)
    Contribution.objects.update(text="y" * 51_000)
    with pytest.raises(NotNow, match="shorten it by 2 first"):
        services.use_offer(by=cast.coordinator, contribution=begun, offer=offer)
    offer.refresh_from_db()
    assert offer.state == "offered"


@pytest.mark.parametrize("is_begun", [True, False])
def test_declining_with_a_word(is_begun, cast, call, client_of):
    """On the page of the contribution, and before there is one; whoever offered reads the word at home."""
    offer = offer_of(cast, call)
    page = answer_page(call)
    if is_begun:
        page = factories.ContributionFactory(cluster=cast.south_sudan, call=call).get_absolute_url()
    client = client_of(cast.coordinator)
    typed = fields_of(client.get(page), FORM) | {"not_used": str(offer.pk)}
    response = client.post(page, typed | {f"offer-{offer.pk}-answer": "x" * 501})
    assert "at most 500 characters" in response.content.decode()
    client.post(page, typed | {f"offer-{offer.pk}-answer": "Thank you. Too late for us."})
    offer.refresh_from_db()
    assert (offer.state, offer.decided_by) == ("not_used", cast.coordinator)
    assert "Thank you. Too late for us." in client_of(cast.member).get("/").content.decode()


def test_offers_to_others_cannot_be_used(cast, begun, client_of):
    """Of another cluster, for another call, taken back: no such offer here."""
    client, page = client_of(cast.coordinator), begun.get_absolute_url()
    before = begun.text
    for offer in (
        factories.OfferFactory(cluster=cast.ukraine, call=begun.call),
        factories.OfferFactory(cluster=cast.south_sudan),
        offer_of(cast, begun.call, state="withdrawn"),
    ):
        assert offer.text not in client.get(page).content.decode()
        for button in ("use", "not_used"):
            typed = fields_of(client.get(page), FORM) | {button: str(offer.pk)}
            assert "taken back meanwhile" in client.post(page, typed, follow=True).content.decode()
        state = offer.state
        offer.refresh_from_db()
        assert offer.state == state
    begun.refresh_from_db()
    assert begun.text == before


# -- Sent ---------------------------------------------------------------------------------------------


def test_marking_it_as_sent(cast, begun, client_of):
    """The line is done on that day and says so in a sentence: words, members whose offers were used, publication."""
    other_member = factories.UserFactory(member_of=cast.south_sudan)
    decided = {"state": "used", "decided_by": cast.coordinator, "decided_at": datetime(2026, 5, 20, tzinfo=UTC)}
    for person in (cast.member, cast.member, other_member):
        factories.OfferFactory(cluster=cast.south_sudan, call=begun.call, offered_by=person, **decided)
    Contribution.objects.update(text="word " * 1234)
    client, page = client_of(cast.coordinator), begun.get_absolute_url()
    typed = fields_of(client.get(page), FORM) | {"next": "sent"}
    assert client.post(page, typed)["Location"] == f"{page}sent/"
    shown = client.get(f"{page}sent/").content.decode()
    assert "3 offers in the text come from organisations that are not to be named" in shown
    assert "That is 1224 too many." in " ".join(shown.split())
    sent = client.post(f"{page}sent/", {"sent_on": "2026-05-19", "publication": "unnamed"})
    line = begun.engagement
    line.refresh_from_db()
    assert sent["Location"] == line.get_absolute_url()
    assert (line.status, line.started_on, line.ended_on, line.version) == ("done", date(2026, 5, 19), None, 2)
    assert line.what_was_done == (
        "Sent a contribution of 1,234 words to the call “Civil documentation”; offers of 2 members were used; "
        "may be published without naming the cluster."
    )
    shown = client.get(line.get_absolute_url()).content.decode()
    assert "Sent on 19 May 2026" in shown
    assert page in shown
    assert client.get(f"{page}sent/").status_code == 403


def test_what_she_wrote_into_the_line_stays(cast, begun):
    """The sentence about the sending comes after it."""
    begun.engagement.what_was_done = "Wrote it with the protection working group."
    begun.engagement.save()
    line = services.record_sending(
        by=cast.coordinator, contribution=begun, sent_on=date(2026, 5, 20), publication="confidential"
    )
    first, second = line.what_was_done.split("\n")
    assert first == "Wrote it with the protection working group."
    assert second.startswith("Sent a contribution of 7 words to the call “Civil documentation”; confidential")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"sent_on": "2026-05-21"}, "sent_on"),
        ({"sent_on": "1999-01-01"}, "sent_on"),
        ({"sent_on": ""}, "sent_on"),
        ({"publication": ""}, "publication"),
        ({"publication": "perhaps"}, "publication"),
    ],
)
def test_what_is_no_sending(typed, field, cast, begun, client_of):
    """Said beside the field; the line is still under way."""
    sent = {"sent_on": "2026-05-20", "publication": "named"} | typed
    response = client_of(cast.coordinator).post(f"{begun.get_absolute_url()}sent/", sent)
    assert list(response.context["form"].errors) == [field]
    begun.engagement.refresh_from_db()
    assert begun.engagement.status == "under_way"


def test_an_empty_text_was_not_sent(cast, begun, client_of):
    """What was sent is put in first."""
    Contribution.objects.update(text="")
    sent = {"sent_on": "2026-05-20", "publication": "named"}
    response = client_of(cast.coordinator).post(f"{begun.get_absolute_url()}sent/", sent)
    assert "There is no text yet." in str(response.context["form"].non_field_errors())


def test_sending_late_is_possible_and_said(cast, begun, client_of, clock):
    """The contribution can be finished and marked after the deadline, with a warning."""
    clock(datetime(2026, 7, 3, 12, tzinfo=UTC))
    client, page = client_of(cast.coordinator), begun.get_absolute_url()
    opened = client.get(page)
    assert "The call is closed. You can still finish" in opened.content.decode()
    client.post(page, fields_of(opened, FORM) | {"text": "Late."})
    response = client.post(f"{page}sent/", {"sent_on": "2026-07-02", "publication": "named"}, follow=True)
    assert "It was sent after the deadline" in response.content.decode()
    begun.refresh_from_db()
    assert (begun.text, begun.sent_on) == ("Late.", date(2026, 7, 2))


def test_late_offers_can_still_be_declined(cast, begun, client_of):
    """Once it is sent nothing is added; whoever offered still gets a word."""
    services.record_sending(by=cast.coordinator, contribution=begun, sent_on=date(2026, 5, 20), publication="named")
    offer = offer_of(cast, begun.call)
    client, page = client_of(cast.coordinator), begun.get_absolute_url()
    shown = client.get(page).content.decode()
    assert "Add to the text" not in shown
    assert "<textarea name" in shown
    typed = {"not_used": str(offer.pk), f"offer-{offer.pk}-answer": "It had left."}
    client.post(page, typed)
    assert ContributionOffer.objects.get().answer == "It had left."


# -- Readers of the line --------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["coordinator", "reader"])
def test_the_line_says_how_far_it_is(person, cast, begun, client_of):
    """Words so far, and the way to the text: to go on for coordinators, to read for the others."""
    shown = client_of(getattr(cast, person)).get(begun.engagement.get_absolute_url()).content.decode()
    assert "7 words" in shown
    assert f'href="{begun.get_absolute_url()}"' in shown
    assert ("Go on writing" in shown) == (person == "coordinator")


@pytest.mark.parametrize("path", ["", "ask/", "sent/", "contribution.docx", "confidential/"])
def test_methods_and_caches(path, cast, begun, client_of):
    """Never cached; no other method than the page has."""
    client = client_of(cast.coordinator)
    response = client.get(begun.get_absolute_url() + path)
    assert "no-store" in response["Cache-Control"]
    assert client.delete(begun.get_absolute_url() + path).status_code == 405
    response.close()
