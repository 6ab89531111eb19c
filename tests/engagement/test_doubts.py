""" "This looks wrong": said by anybody who knows an entry, settled by the task team, answered to whoever said it."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from engagement import services
from engagement.models import Doubt
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WORDS = "The dates are those of last year."
MAKERS = {
    "visits": factories.VisitFactory,
    "calls": factories.CallFactory,
    "reports": factories.ReportFactory,
    "mandates": factories.MandateFactory,
    "recommendations": factories.RecommendationFactory,
}


def say(client, item, text=WORDS, **typed):
    return client.post(f"{item.get_absolute_url()}doubt/", {"text": text, "form_key": uuid.uuid4(), **typed})


@pytest.mark.parametrize("noun", MAKERS)
@pytest.mark.parametrize("person", ["member", "coordinator", "other", "reader", "administrator"])
def test_anybody_says_it_in_one_step(noun, person, cast, client_of):
    """From the page of a visit, call, report, mandate or recommendation; who said it and what is kept."""
    item, client = MAKERS[noun](), client_of(getattr(cast, person))
    assert f'action="{item.get_absolute_url()}doubt/"' in client.get(item.get_absolute_url()).text
    assert say(client, item)["Location"] == item.get_absolute_url()
    doubt = Doubt.objects.get()
    assert (doubt.item, doubt.said_by, doubt.text, doubt.outcome) == (item, getattr(cast, person), WORDS, "waiting")


def test_a_suggestion_is_doubted_by_those_who_know_it(cast, client_of):
    """Not yours and not there are the same 404."""
    item = factories.VisitFactory(suggested=cast.south_sudan)
    assert client_of(cast.other).get(f"{item.get_absolute_url()}doubt/").status_code == 404
    assert say(client_of(cast.other), item).status_code == 404
    assert say(client_of(cast.member), item).status_code == 302


def test_an_empty_one_comes_back(cast, client_of):
    """With the field to fill in."""
    response = say(client_of(cast.member), factories.VisitFactory(), text=" ")
    assert response.status_code == 200
    assert "Not saved yet" in response.text
    assert not Doubt.objects.exists()


def test_its_text_is_checked(cast, client_of):
    """What may lead to a person is asked about, as in every free text."""
    response = say(client_of(cast.member), factories.VisitFactory(), text="Call Achol on 0921 445 678.")
    assert "A phone number" in response.text
    assert not Doubt.objects.exists()


def test_one_form_is_one_row(cast, client_of):
    """A double click, and the form of somebody else."""
    item, key = factories.VisitFactory(), uuid.uuid4()
    for _press in range(2):
        assert say(client_of(cast.member), item, form_key=key).status_code == 302
    assert "This form was sent before." in say(client_of(cast.other), item, form_key=key).text
    assert Doubt.objects.count() == 1


def test_who_reads_it(cast, client_of):
    """Whoever said it and the task team; nobody else, on no page of theirs."""
    item = factories.VisitFactory(countries=["SSD"])
    doubt = factories.DoubtFactory(visit=item, said_by=cast.member)
    assert {
        name
        for name in ("member", "coordinator", "other", "reader", "focal", "administrator")
        if Doubt.objects.visible_to(getattr(cast, name)).exists()
    } == {"member", "reader", "focal"}
    for person in ("coordinator", "other", "administrator"):
        client = client_of(getattr(cast, person))
        assert doubt.text not in client.get(item.get_absolute_url()).text + client.get("/").text
        assert client.get(doubt.get_absolute_url()).status_code == 404
    assert client_of(cast.member).get(doubt.get_absolute_url()).status_code == 403


def test_what_one_no_longer_knows_is_gone(cast, client_of):
    """A suggestion of a cluster that one has left."""
    factories.DoubtFactory(visit=factories.VisitFactory(suggested=cast.south_sudan), said_by=cast.member)
    assert Doubt.objects.visible_to(cast.member).count() == 1
    cast.member.memberships.update(started_on="2026-05-01", ended_on="2026-05-19")
    assert Doubt.objects.visible_to(cast.member).count() == 0


def test_the_task_team_finds_it(cast, client_of):
    """On its home, on the page of freshness, on the page of the entry."""
    item = factories.CallFactory()
    doubt = factories.DoubtFactory(call=item, said_by=cast.member)
    client = client_of(cast.reader)
    assert 'href="/freshness/?show=doubts"><b>1</b>' in client.get("/").text
    for page in ("/freshness/", "/freshness/?show=doubts", item.get_absolute_url()):
        text = client.get(page).text
        assert doubt.text in text
        assert doubt.get_absolute_url() in text


@pytest.mark.parametrize(
    ("outcome", "answer", "said"), [("mended", "", "mended"), ("stands", "See page 2.", "stands as it is")]
)
def test_whoever_said_it_reads_the_answer(outcome, answer, said, cast, client_of):
    """On her home and on the page of the entry, where the task team does too; its lists are done with it."""
    item = factories.ReportFactory()
    doubt = factories.DoubtFactory(report=item, said_by=cast.member)
    response = client_of(cast.focal).post(doubt.get_absolute_url(), {"outcome": outcome, "answer": answer})
    assert response["Location"] == "/freshness/"
    doubt.refresh_from_db()
    assert (doubt.outcome, doubt.settled_by) == (outcome, cast.focal)
    client = client_of(cast.member)
    for page in ("/", item.get_absolute_url()):
        text = client.get(page).text
        assert said in text
        assert answer in text
    colleague = client_of(cast.reader)
    assert doubt.text not in colleague.get("/freshness/").text
    assert answer in colleague.get(item.get_absolute_url()).text  # who asks the same again is answered already
    assert doubt.text in colleague.get(item.get_absolute_url()).text


def test_a_no_takes_a_reason(cast, client_of):
    """Without one it comes back."""
    doubt = factories.DoubtFactory(visit=factories.VisitFactory(), said_by=cast.member)
    response = client_of(cast.reader).post(doubt.get_absolute_url(), {"outcome": "stands", "answer": ""})
    assert "Say why the entry stands as it is." in response.text
    doubt.refresh_from_db()
    assert doubt.outcome == "waiting"


def test_it_is_settled_once(cast, client_of):
    """The second of two colleagues is told."""
    doubt = factories.DoubtFactory(visit=factories.VisitFactory(), said_by=cast.member)
    services.settle_doubt(by=cast.focal, doubt=doubt, outcome="mended", answer="")
    with pytest.raises(services.NotNow):
        services.settle_doubt(by=cast.reader, doubt=doubt, outcome="stands", answer="No.")
    assert client_of(cast.reader).get(doubt.get_absolute_url()).status_code == 302


def test_the_answer_leaves_home_after_a_month(cast, client_of, clock):
    """It stays on the page of the entry."""
    doubt = factories.DoubtFactory(visit=factories.VisitFactory(), said_by=cast.member)
    services.settle_doubt(by=cast.focal, doubt=doubt, outcome="mended", answer="Thank you.")
    clock(timezone.now() + timedelta(days=31))
    client = client_of(cast.member)
    assert "Thank you." not in client.get("/").text
    assert "Thank you." in client.get(doubt.item.get_absolute_url()).text


@pytest.mark.parametrize(
    "columns", [{"outcome": "mended"}, {"answer": "x"}, {"visit": None}, {"outcome": "stands", "answer": ""}]
)
def test_the_database_refuses_what_cannot_be(columns, cast):
    """Settled by nobody, answered while it waits, about nothing."""
    doubt = factories.DoubtFactory(visit=factories.VisitFactory(), said_by=cast.member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Doubt.objects.filter(pk=doubt.pk).update(**columns)
