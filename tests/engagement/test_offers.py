"""Offers by members: given with consent or not at all, taken back, decided on, asked for by mail; nothing is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from engagement import services
from engagement.mail import deliver
from engagement.models import Contribution, ContributionOffer, Engagement, Membership, OutgoingMail
from tests import factories
from tests.conftest import NOON

from .forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TYPED = {
    "text": "Of ten families none has papers.",
    "source": "Protection monitoring",
    "consent": "nobody",
    "may_be_named": "on",
}


@pytest.fixture
def call(db):
    """An open call to all countries."""
    return factories.CallFactory(title="Civil documentation")


def page(call):
    return f"/calls/{call.pk}/offer/"


def opened(client, call):
    return fields_of(client.get(page(call)), "offer-form")


def test_offering(cast, call, client_of):
    """It stands with source, consent and name; the same form again is the same offer, other words are another."""
    client = client_of(cast.member)
    typed = opened(client, call) | TYPED
    assert client.post(page(call), typed)["Location"] == call.get_absolute_url()
    offer = ContributionOffer.objects.get()
    assert (offer.cluster, offer.call, offer.offered_by) == (cast.south_sudan, call, cast.member)
    assert (offer.text, offer.source, offer.consent) == (TYPED["text"], TYPED["source"], "nobody")
    assert (offer.may_be_named, offer.state) == (True, "offered")
    assert "This was offered to" in client.post(page(call), typed, follow=True).content.decode()
    assert ContributionOffer.objects.count() == 1
    client.post(page(call), typed | {"text": "Another paragraph."})
    assert ContributionOffer.objects.count() == 2
    assert not Engagement.objects.exists()


def test_a_box_to_tick_stands_before_its_label(cast, call, client_of):
    """A single box has its label beside it, within reach of a thumb, as everywhere else."""
    html = client_of(cast.member).get(page(call)).content.decode()
    box = html[html.index('<label class="tick" for="id_may_be_named">') :].split("</label>")[0]
    assert 'type="checkbox" name="may_be_named"' in box
    assert "<span>My organisation may be named</span>" in box


def test_a_key_of_somebody_else_is_no_twin(cast, call):
    """Whoever sends another person's key makes an offer of her own."""
    fields = {"cluster": cast.south_sudan, "call": call, "text": "x", "source": "y", "consent": "nobody"}
    first, _is_new = services.offer_paragraphs(by=cast.member, key=call.pk, may_be_named=False, **fields)
    second, is_new = services.offer_paragraphs(by=cast.coordinator, key=call.pk, may_be_named=False, **fields)
    assert (is_new, second.offered_by) == (True, cast.coordinator)
    assert first != second


def test_without_consent_nothing_is_kept(cast, call, client_of):
    """The third answer is there, and refused with what to do instead; the words stay in the form only."""
    client = client_of(cast.member)
    assert "No, or nobody asked them" in client.get(page(call)).content.decode()
    response = client.post(page(call), opened(client, call) | TYPED | {"consent": "no"})
    assert "Without consent nothing is offered" in str(response.context["form"].errors["consent"])
    assert fields_of(response, "offer-form")["text"] == TYPED["text"]
    assert not ContributionOffer.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "nul\x00"}, "text"),
        ({"source": ""}, "source"),
        ({"source": "x" * 301}, "source"),
        ({"consent": ""}, "consent"),
        ({"consent": "maybe"}, "consent"),
    ],
)
def test_what_is_no_offer(typed, field, cast, call, client_of):
    """Said beside the field; nothing is written."""
    response = client_of(cast.member).post(page(call), TYPED | typed)
    assert list(response.context["form"].errors) == [field]
    assert not ContributionOffer.objects.exists()


def test_a_call_that_closed_meanwhile(cast, call, client_of):
    """No form on a closed call; what was typed before its end comes back with the refusal."""
    client = client_of(cast.member)
    typed = opened(client, call) | TYPED
    call.deadline_on = date(2026, 5, 19)
    call.save()
    response = client.post(page(call), typed)
    assert "This call is closed" in str(response.context["form"].non_field_errors())
    assert fields_of(response, "offer-form")["text"] == TYPED["text"]
    assert 'id="offer-form"' not in client.get(page(call)).content.decode()
    assert not ContributionOffer.objects.exists()


def test_who_may_offer(cast, client_of):
    """People of a cluster that the call concerns, in whatever role; a suggestion only where it was made, or above."""
    ours, theirs = factories.CallFactory(countries=["SSD"]), factories.CallFactory(countries=["UKR"])
    suggested = factories.CallFactory(suggested=cast.south_sudan)
    hub = factories.ClusterFactory(slug="bentiu", parent=cast.south_sudan)
    of_hub = factories.UserFactory(member_of=hub)
    answers = {
        (name, person.name): client_of(person).get(page(call)).status_code
        for name, call in (("ours", ours), ("theirs", theirs), ("suggested", suggested))
        for person in (cast.member, cast.coordinator, cast.other, of_hub, cast.reader)
    }
    assert {key: status for key, status in answers.items() if status != 200} == {
        ("ours", "other"): 403,
        ("ours", "hrett"): 403,
        ("theirs", "member"): 403,
        ("theirs", "coordinator"): 403,
        ("theirs", of_hub.name): 403,
        ("theirs", "hrett"): 403,
        ("suggested", "other"): 404,
        ("suggested", of_hub.name): 404,
        ("suggested", "hrett"): 403,
    }


def test_of_several_clusters_she_chooses_one(cast, call, client_of):
    """Only among those that the call fits."""
    Membership.objects.create(user=cast.member, cluster=cast.ukraine, role="member")
    client = client_of(cast.member)
    assert [cluster.slug for cluster in client.get(page(call)).context["form"].fields["cluster"].queryset] == [
        "south-sudan",
        "ukraine",
    ]
    assert list(client.post(page(call), TYPED).context["form"].errors) == ["cluster"]
    client.post(page(call), TYPED | {"cluster": "ukraine"})
    assert ContributionOffer.objects.get().cluster == cast.ukraine
    only = factories.CallFactory(countries=["SSD"])
    assert "cluster" not in client.get(page(only)).context["form"].fields


# -- What becomes of it -------------------------------------------------------------------------------


def test_taking_it_back(cast, call, client_of):
    """While nobody has decided; then it is gone for the coordinators and stays, marked, for her. Others cannot."""
    offer = factories.OfferFactory(cluster=cast.south_sudan, call=call, offered_by=cast.member)
    address = f"/offers/{offer.pk}/take-back/"
    for person in (cast.coordinator, cast.other, cast.reader):
        assert client_of(person).post(address).status_code == 404
    client = client_of(cast.member)
    assert address in client.get("/").content.decode()
    assert client.post(address, {"next": call.get_absolute_url()})["Location"] == call.get_absolute_url()
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    shown = client.get("/").content.decode()
    assert "taken back" in shown
    assert address not in shown
    assert not ContributionOffer.objects.visible_to(cast.coordinator).exists()
    assert "cannot be taken back any more" in client.post(address, follow=True).content.decode()


def test_what_was_decided_stays_decided(cast, call, client_of):
    """Neither taken back nor decided again."""
    offer = factories.OfferFactory(cluster=cast.south_sudan, call=call, offered_by=cast.member)
    services.decline_offer(by=cast.coordinator, offer=offer)
    client_of(cast.member).post(f"/offers/{offer.pk}/take-back/")
    with pytest.raises(services.NotNow, match="coordinator has decided on this offer: not used"):
        services.decline_offer(by=cast.coordinator, offer=offer)
    offer.refresh_from_db()
    assert offer.state == "not_used"


def test_who_sees_an_offer(cast, call, client_of):
    """Its maker and the coordinators of that cluster; neither other members nor the task team nor other clusters."""
    offer = factories.OfferFactory(cluster=cast.south_sudan, call=call, offered_by=cast.member)
    colleague = factories.UserFactory(member_of=cast.south_sudan)
    people = (cast.member, cast.coordinator, colleague, cast.other, cast.reader, cast.focal, cast.administrator)
    seeing = [person.name for person in people if ContributionOffer.objects.visible_to(person).exists()]
    assert seeing == ["member", "coordinator"]
    for person in (colleague, cast.other, cast.reader, cast.focal):
        for address in ("/", call.get_absolute_url()):
            assert offer.text not in client_of(person).get(address).content.decode()


def test_home_tells_a_coordinator_what_waits(cast, call, client_of):
    """How many for which call, leading to where she decides; what is decided or another's is not counted."""
    for state in ("offered", "offered", "withdrawn"):
        factories.OfferFactory(cluster=cast.south_sudan, call=call, state=state)
    factories.OfferFactory(cluster=cast.ukraine, call=call)
    client = client_of(cast.coordinator)
    answer = f"/clusters/south-sudan/calls/{call.pk}/answer/"
    home = client.get("/")
    assert [(row["n"], row["contribution"]) for row in home.context["offers_waiting"]] == [(2, None)]
    assert "offers wait for your decision" in home.content.decode()
    assert f'href="{answer}"><b>2</b>' in home.content.decode()
    assert len(client.get(answer).context["offers"]) == 2
    begun = factories.ContributionFactory(cluster=cast.south_sudan, call=call)
    assert f'href="{begun.get_absolute_url()}"><b>2</b>' in client.get("/").content.decode()
    for offer in ContributionOffer.objects.kept_by(cast.coordinator).filter(state="offered"):
        services.decline_offer(by=cast.coordinator, offer=offer)
    assert client.get("/").context["offers_waiting"] == []


def test_what_becomes_of_offers_for_a_suggested_call(cast, call, client_of):
    """Merged: they follow to the other entry. Declined: home leads to no page that is not there."""
    merged, declined = (factories.CallFactory(suggested=cast.south_sudan) for _time in range(2))
    for row in (merged, declined):
        factories.OfferFactory(cluster=cast.south_sudan, call=row)
    services.merge_suggestion(by=cast.reader, suggestion=merged, into=call)
    services.decline_suggestion(by=cast.reader, suggestion=declined, reason="No such call.")
    client = client_of(cast.coordinator)
    waiting = client.get("/").context["offers_waiting"]
    assert [(row["call"], row["n"]) for row in waiting] == [(call.pk, 1)]
    begun = factories.ContributionFactory(cluster=cast.south_sudan, call=declined)
    assert {row["contribution"] for row in client.get("/").context["offers_waiting"]} == {None, begun.pk}
    assert client.get(begun.get_absolute_url()).status_code == 200


def test_the_ways_on_the_page_of_a_call(cast, call, client_of):
    """Members offer; coordinators answer too; nobody once it is closed, or where it concerns none of her clusters."""
    answer, offer = f"/clusters/south-sudan/calls/{call.pk}/answer/", page(call)

    def ways(person, call=call):
        shown = client_of(person).get(call.get_absolute_url()).content.decode()
        return [way for way in (answer, offer) if f'href="{way}"' in shown]

    assert ways(cast.member) == [offer]
    assert ways(cast.coordinator) == [answer, offer]
    assert ways(cast.reader) == []
    assert f'href="{offer}"' in client_of(cast.member).get("/").content.decode()
    call.deadline_on = date(2026, 5, 1)
    call.save()
    assert ways(cast.coordinator) == ways(cast.member) == []


# -- Asking ---------------------------------------------------------------------------------------------


@pytest.fixture
def begun(cast, call):
    """South Sudan's contribution, with words that no mail may carry."""
    return factories.ContributionFactory(
        cluster=cast.south_sudan, call=call, by=cast.coordinator, text="Words of the draft."
    )


def test_asking_members(cast, call, begun, client_of):
    """Each chosen gets one mail with link and deadline and nothing of the text; the page says who was asked."""
    rose = factories.UserFactory(name="Rose", email="rose@example.org", member_of=cast.south_sudan)
    client, ask = client_of(cast.coordinator), f"{begun.get_absolute_url()}ask/"
    offered = client.get(ask).context["form"].fields["people"].queryset
    assert set(offered) == {rose, cast.member}
    response = client.post(ask, {"people": [str(rose.pk)]}, follow=True)
    assert "1 mail was sent." in response.content.decode()
    assert "asked by mail on 20 May 2026" in response.content.decode()
    (sent,) = mail.outbox
    assert (sent.to, sent.reply_to) == (["rose@example.org"], ["coordinator@example.org"])
    assert "South Sudan Protection Cluster asks for your paragraphs" in sent.subject
    for said in ("Civil documentation", "30 June 2026, 24:00 Geneva time", page(call), "coordinator asks you"):
        assert said in sent.body
    for secret in ("Words of the draft", "/contributions/", "password"):
        assert secret not in sent.body
    begun.refresh_from_db()
    assert begun.asked_at == NOON
    row = OutgoingMail.objects.get()
    assert (row.kind, row.state, row.contribution, row.by) == ("offers", "sent", begun, cast.coordinator)


def test_nobody_is_asked_twice_within_a_day(cast, begun, client_of, clock):
    """Not offered in the list, and left out by the service; a day later she can be asked again."""
    client, ask = client_of(cast.coordinator), f"{begun.get_absolute_url()}ask/"
    typed = {"people": [str(cast.member.pk)]}
    client.post(ask, typed)
    assert "Everybody was asked within the last day." in client.get(ask).content.decode()
    assert "people" in client.post(ask, typed).context["form"].errors
    assert services.ask_for_offers(by=cast.coordinator, contribution=begun, people=[cast.member]) == []
    clock(NOON + timedelta(days=1, minutes=1))
    client_of(cast.coordinator).post(ask, typed)
    assert len(mail.outbox) == 2


def test_only_members_are_asked(cast, begun, client_of):
    """Neither people of other clusters nor those whose role has ended, whatever is sent."""
    left = factories.UserFactory(member_of=cast.south_sudan)
    left.memberships.update(started_on="2026-01-01", ended_on="2026-02-01")
    gone = factories.UserFactory(member_of=cast.south_sudan, is_active=False)
    client, ask = client_of(cast.coordinator), f"{begun.get_absolute_url()}ask/"
    for person in (left, gone, cast.other, cast.coordinator):
        assert "people" in client.post(ask, {"people": [str(person.pk)]}).context["form"].errors
    assert "Tick at least one member." in client.post(ask, {"nobody": "ticked"}).content.decode()
    cast.member.memberships.update(started_on="2026-01-01", ended_on="2026-02-01")
    assert "Nobody is a member of this cluster yet." in client.get(ask).content.decode()
    assert mail.outbox == []


def test_a_closed_call_asks_nobody(cast, begun, client_of, clock):
    """Nothing could be offered any more."""
    clock(datetime(2026, 7, 2, tzinfo=UTC))
    client, ask = client_of(cast.coordinator), f"{begun.get_absolute_url()}ask/"
    response = client.post(ask, {"people": [str(cast.member.pk)]})
    assert "This call is closed." in str(response.context["form"].non_field_errors())
    assert "nobody can offer anything for it any more" in client.get(ask).content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_mail_server_that_is_down(cast, begun, client_of, monkeypatch):
    """The coordinator is told, the mail waits; nobody is asked twice meanwhile."""
    monkeypatch.setattr("engagement.mail.get_connection", lambda **how: Broken())
    client, ask = client_of(cast.coordinator), f"{begun.get_absolute_url()}ask/"
    response = client.post(ask, {"people": [str(cast.member.pk)]}, follow=True)
    assert "The mail server cannot be reached: 1 mail waits" in response.content.decode()
    assert "the mail waits for the mail server" in response.content.decode()
    assert OutgoingMail.objects.get().state == "waiting"


class Broken:
    """A connection that cannot be opened."""

    def open(self):
        raise ConnectionRefusedError

    def close(self):
        pass


@pytest.mark.parametrize("change", ["closed", "sent", "withdrawn", "left"])
def test_a_request_that_came_too_late_is_dropped(change, cast, call, begun):
    """What waited until nothing can be offered any more is not sent."""
    services.ask_for_offers(by=cast.coordinator, contribution=begun, people=[cast.member])
    if change == "closed":
        call.deadline_on = date(2026, 5, 1)
        call.save()
    elif change == "sent":
        Contribution.objects.update(sent_on=date(2026, 5, 20), publication="named")
    elif change == "withdrawn":
        services.withdraw_engagement(by=cast.coordinator, engagement=begun.engagement, reason="An error.")
    else:
        cast.member.memberships.update(started_on="2026-01-01", ended_on="2026-02-01")
    assert deliver(OutgoingMail.objects.all()) == {"dropped": 1}
    assert mail.outbox == []
