"""One save is one row, however many posts of it arrive at once; on real locks, so without a test transaction."""

import uuid
from datetime import date

import pytest
from django.utils import timezone

from engagement import services
from engagement.models import (
    Contact,
    Contribution,
    ContributionOffer,
    Engagement,
    GuidanceNote,
    OutgoingMail,
    PriorityMandate,
    PriorityReview,
    Subscription,
    SupportRequest,
    act_of,
)
from mandates.models import CountryVisit
from tests import factories

from .at_once import at_once, same_session
from .forms import fields_of, filled

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak(times=20)]


def test_twenty_posts_of_one_form_make_one_row(cast, client_of):
    """All twenty answers lead to the one record, with its mandates written once."""
    mandate = factories.MandateFactory(slug="sr-idps")
    client = client_of(cast.coordinator)
    typed = filled(client, mandates=[mandate.slug])

    def post(_number):
        response = same_session(client).post("/engagement/new/", typed)
        return response.status_code, response.get("Location")

    answers = at_once(20, post)
    row = Engagement.objects.get()
    assert set(answers) == {(302, row.get_absolute_url())}
    assert list(row.mandates.all()) == [mandate]


@pytest.mark.slow
def test_posts_of_different_forms_are_all_written(cast, client_of):
    """Ten people saving at once are ten rows: nobody gets "database is locked"."""
    client = client_of(cast.coordinator)
    forms = [filled(client, what_was_done=f"Line {number}.") for number in range(10)]
    answers = at_once(10, lambda number: same_session(client).post("/engagement/new/", forms[number]).status_code)
    assert answers == [302] * 10
    assert {row.what_was_done for row in Engagement.objects.all()} == {f"Line {number}." for number in range(10)}


@pytest.mark.slow
def test_ten_people_subscribing_at_once_are_logged_once(cast):
    """Ten subscriptions, one engagement of action 1."""
    people = [factories.UserFactory(member_of=cast.south_sudan) for _number in range(10)]
    at_once(10, lambda n: services.subscribe(by=people[n], cluster=cast.south_sudan, kind="country_visits"))
    assert Subscription.objects.count() == 10
    assert Engagement.objects.get().action.number == 1


@pytest.mark.slow
def test_changing_a_list_at_once_leaves_no_gap(cast):
    """Ten mandates put first at the same moment: ranks 1 to 10, one review, one engagement that names all of them."""
    mandates = [factories.MandateFactory() for _number in range(10)]
    what = {"by": cast.coordinator, "cluster": cast.south_sudan, "rank": 1, "reason": "A risk."}
    at_once(10, lambda n: services.add_priority(mandate=mandates[n], **what))
    assert list(PriorityMandate.objects.current().values_list("rank", flat=True)) == list(range(1, 11))
    assert PriorityReview.objects.get().engagement == Engagement.objects.get()
    assert Engagement.objects.get().mandates.count() == 10


@pytest.mark.parametrize("number", [9, 11])
def test_ten_coordinators_log_one_act_once(number, cast, clock):
    """The same information shared, the same holder invited: one line with its act, nine are led to it."""
    mandate = factories.MandateFactory()
    event = factories.EventFactory(cluster=cast.south_sudan, created_by=cast.coordinator)
    people = [factories.UserFactory(coordinates=cast.south_sudan) for _number in range(10)]
    day = {"shared_on": date(2026, 5, 19), "precision": "day"}
    share = {"mandates": [mandate], "kind": "update", "channel": "call"} | day
    invitation = {"event": event, "mandate": mandate, "level": "moderate"}

    def act(n):
        do, what = (services.share_information, share) if number == 9 else (services.invite_holder, invitation)
        try:
            return do(by=people[n], cluster=cast.south_sudan, key=uuid.uuid4(), **what)
        except services.AlreadyDone as done:
            return done.engagement

    line = Engagement.objects.get(pk=at_once(10, act)[0].pk)
    assert Engagement.objects.get() == line
    assert act_of(line) is not None


@pytest.mark.slow
def test_two_coordinators_who_share_at_once_share_once(cast, client_of, mailoutbox):
    """Ten posts of two forms: one engagement, one mail to each person, and everybody is led to the one line."""
    visit = factories.VisitFactory(countries=["SSD"], starts_on=None, ends_on=None, precision="")
    factories.ContactFactory(cluster=cast.south_sudan)
    colleague = factories.UserFactory(coordinates=cast.south_sudan)
    people = [cast.coordinator, colleague]
    page = f"/clusters/south-sudan/visits/{visit.pk}/share/"
    clients = [client_of(person) for person in people]
    forms = [fields_of(client.get(page), "act-form") | {"members": [str(cast.member.pk)]} for client in clients]

    def post(number):
        response = same_session(clients[number % 2]).post(page, forms[number % 2])
        return response.status_code, response.get("Location")

    answers = at_once(10, post)
    line = Engagement.objects.get()
    assert set(answers) == {(302, line.get_absolute_url())}
    assert OutgoingMail.objects.filter(share=line.share, state="sent").count() == len(mailoutbox) == 2


def test_ten_entries_of_one_contact_make_one(cast, client_of):
    """One is entered, the others are told that the address is there."""
    client = client_of(cast.coordinator)
    typed = {"contact-name": "Amina", "contact-email": "amina@example.org", "contact-language": ""}
    answers = at_once(10, lambda _n: same_session(client).post("/clusters/south-sudan/contacts/", typed).status_code)
    assert sorted(answers) == [200] * 9 + [302]
    assert Contact.objects.count() == 1


@pytest.mark.slow
def test_twenty_posts_of_one_suggestion_make_one_row(cast, client_of):
    """With its country, its mandate and its event written once."""
    mandate = factories.MandateFactory(slug="sr-idps")
    client = client_of(cast.coordinator)
    typed = fields_of(client.get("/visits/suggest/"), "suggestion-form")
    typed |= {"mandates": [mandate.slug], "status": "announced", "source": "A letter"}

    def post(_number):
        response = same_session(client).post("/visits/suggest/", typed)
        return response.status_code, response.get("Location")

    answers = at_once(20, post)
    row = CountryVisit.objects.get()
    assert set(answers) == {(302, row.get_absolute_url())}
    assert (row.countries.count(), row.mandates.count(), row.events.count()) == (1, 1, 1)


def test_of_decisions_at_the_same_moment_one_is_taken(cast, client_of):
    """Some merge, some decline; engagements follow the one that won, and move at most once."""
    places = {"countries": ["SSD"], "mandates": [factories.MandateFactory(slug="sr-idps")]}
    target, item = factories.VisitFactory(**places), factories.VisitFactory(suggested=cast.south_sudan, **places)
    row = factories.EngagementFactory(cluster=cast.south_sudan, visit=item)
    client = client_of(cast.reader)
    sent = [{"decision": "merge", "into": str(target.pk)}, {"decision": "decline", "reason": "No."}]
    answers = at_once(
        10, lambda number: same_session(client).post(f"/suggestions/{item.pk}/", sent[number % 2]).status_code
    )
    assert answers == [302] * 10
    item.refresh_from_db()
    row.refresh_from_db()
    assert (item.suggestion, row.visit, row.version) in [("merged", target, 2), ("declined", item, 1)]
    assert (item.withdrawn_reason == "No.") == (item.suggestion == "declined")


@pytest.mark.slow
def test_ten_people_proposing_one_briefing_at_once_plan_it_once(cast, client_of):
    """Each with her own form: one engagement with its briefing, and all are led to it."""
    visit = factories.VisitFactory(
        countries=["SSD"],
        mandates=[factories.MandateFactory(slug="sr-idps")],
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate(),
    )
    clients = [client_of(factories.UserFactory(coordinates=cast.south_sudan)) for _number in range(10)]
    typed = {"points": "Land", "who": "The coordinator", "channel": "online", "level": "moderate"}

    def post(number):
        response = clients[number].post(f"/clusters/south-sudan/visits/{visit.pk}/briefing/", typed)
        return response.status_code, response.get("Location")

    answers = at_once(10, post)
    line = Engagement.objects.get()
    assert set(answers) == {(302, line.get_absolute_url())}
    assert line.briefing.points == "Land"


@pytest.mark.slow
def test_of_those_who_hand_over_at_once_one_wins(cast, client_of):
    """Ten pages on which nobody has the request, ten colleagues: one gets it, nine people are told, one change."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, support_needed="A contact.")
    support = SupportRequest.objects.create(engagement=line)
    people = [factories.UserFactory(task_team="reader") for _number in range(10)]
    # A session each: in one, another request may show the sentence, or lose it when it saves the session.
    clients = [client_of(cast.reader) for _number in range(10)]

    def hand_over(number):
        sent = {"seen": "", "to": str(people[number].pk)}
        page = clients[number].post(f"{support.get_absolute_url()}hand-over/", sent, follow=True)
        return f"Handed over to {people[number]}." in page.text

    won = at_once(10, hand_over)
    support.refresh_from_db()
    assert [person for person, is_won in zip(people, won, strict=True) if is_won] == [support.owner]
    assert SupportRequest.history.count() == 2


def test_an_answer_kept_ten_times_at_once_is_one_note(cast, client_of):
    """Nine people are told that it is kept; the line that becomes high meanwhile leaves no moderate note behind."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator, support_needed="Help.")
    support = factories.SupportRequestFactory(engagement=line, owner=cast.focal, answer="Here.")
    keeper, coordinator = client_of(cast.focal), client_of(cast.coordinator)
    address = f"{line.get_absolute_url()}edit/"
    raised = fields_of(coordinator.get(address)) | {"level": "high"}

    def post(number):
        if number == 5:
            return same_session(coordinator).post(address, raised).status_code
        typed = {"title": "Whom to write to", "text": "Write."}
        return same_session(keeper).post(f"{support.get_absolute_url()}keep/", typed).status_code

    assert sorted(at_once(10, post)) == [200] * 8 + [302] * 2
    assert GuidanceNote.objects.get().level == "high"


def test_of_ten_who_begin_a_contribution_at_once_one_does(cast):
    """Nine are led to the line of the first."""
    people = [factories.UserFactory(coordinates=cast.south_sudan) for _number in range(10)]
    call = factories.CallFactory(deadline_kind="ongoing", deadline_on=None)

    def begin(number):
        try:
            what = {"cluster": cast.south_sudan, "call": call, "key": uuid.uuid4(), "level": "moderate"}
            return services.start_contribution(by=people[number], **what)
        except services.AlreadyDone as done:
            return done.engagement

    assert set(at_once(10, begin)) == {Contribution.objects.get().engagement}
    assert Engagement.objects.count() == 1


def test_offers_added_at_once_all_stand_in_the_text_once(cast):
    """Each of five is added by two coordinators at the same moment: one of the two is told."""
    begun = factories.ContributionFactory(cluster=cast.south_sudan, by=cast.coordinator, text="")
    offers = [factories.OfferFactory(cluster=cast.south_sudan, call=begun.call, text=f"Offer {n}.") for n in range(5)]

    def add(number):
        try:
            services.use_offer(by=cast.coordinator, contribution=begun, offer=offers[number % 5])
        except services.NotNow:
            return 0
        return 1

    assert sum(at_once(10, add)) == 5
    begun.refresh_from_db()
    assert sorted(begun.text.split("\n\n")) == [f"Offer {n}." for n in range(5)]


@pytest.mark.slow
def test_twenty_posts_of_one_offer_make_one(cast, client_of):
    """All twenty answers lead to the call."""
    call = factories.CallFactory(deadline_kind="ongoing", deadline_on=None)
    client, address = client_of(cast.member), f"/calls/{call.pk}/offer/"
    typed = fields_of(client.get(address), "offer-form") | {"text": "One.", "source": "Own", "consent": "nobody"}
    answers = at_once(20, lambda _number: same_session(client).post(address, typed)["Location"])
    assert set(answers) == {call.get_absolute_url()}
    assert ContributionOffer.objects.count() == 1
