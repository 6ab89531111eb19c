"""Later steps of actions 10 and 11: what came back from mandate holders is noted beside the line."""

from datetime import date
from types import SimpleNamespace

import pytest

from engagement.follow_ups import follow_ups
from engagement.models import ClusterEvent, Engagement, Invitation, Membership, Referral
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TODAY = date(2026, 5, 20)


@pytest.fixture(params=["referral", "invitation"])
def act(request, cast):
    """A referral or an invitation of South Sudan, without an answer: its page, its fields, two of its states."""
    mandates = [factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")]
    own = {"cluster": cast.south_sudan, "created_by": cast.coordinator}
    if request.param == "referral":
        row = factories.ReferralFactory(**{f"engagement__{name}": value for name, value in own.items()})
        state, day, step, (first, second) = "reply", "replied_on", "reply", ("received", "sent")
    else:
        row = factories.InvitationFactory(**{f"engagement__{name}": value for name, value in own.items()})
        state, day, step, (first, second) = "answer", "answered_on", "answer", ("represented", "accepted")
    row.engagement.mandates.set(mandates)
    return SimpleNamespace(
        row=row, line=row.engagement, page=f"{row.engagement.get_absolute_url()}{step}/",
        state=state, day=day, first=first, second=second,
    )  # fmt: skip


def stored(act):
    act.row.refresh_from_db()
    return getattr(act.row, act.state), getattr(act.row, act.day)


def test_an_answer_is_noted_and_shown(act, cast, client_of):
    """From the page of the line and back; the line itself, its version and its words stay as they are."""
    client = client_of(cast.coordinator)
    assert f'href="{act.page}"' in client.get(act.line.get_absolute_url()).content.decode()
    form = client.get(act.page).context["form"]
    assert (form["seen"].value(), form[act.day].value()) == ("none", TODAY)
    typed = {"seen": "none", act.state: act.first, act.day: "2026-05-18"}
    response = client.post(act.page, typed, follow=True)
    assert response.redirect_chain == [(act.line.get_absolute_url(), 302)]
    assert stored(act) == (act.first, date(2026, 5, 18))
    page = response.content.decode()
    assert "18 May 2026" in page
    assert "Noted." in page
    assert Engagement.objects.get().version == 1


def test_it_can_be_corrected_and_taken_back(act, cast, client_of):
    """The next state replaces the one before; "none yet" has no day, whatever stands in the field."""
    client = client_of(cast.coordinator)
    client.post(act.page, {"seen": "none", act.state: act.first, act.day: "2026-05-18"})
    client.post(act.page, {"seen": act.first, act.state: act.second, act.day: "2026-05-19"})
    assert stored(act) == (act.second, date(2026, 5, 19))
    client.post(act.page, {"seen": act.second, act.state: "none", act.day: "2026-05-19"})
    assert stored(act) == ("none", None)


@pytest.mark.parametrize(
    ("day", "words"),
    [("", "Give the day"), ("2026-05-21", "lies ahead"), ("2026-02-28", "cannot have come before"), ("soon", "valid")],
)
def test_what_is_no_answer(day, words, act, cast, client_of):
    """Said beside the day; the state stays chosen; nothing is written."""
    typed = {"seen": "none", act.state: act.first, act.day: day}
    form = client_of(cast.coordinator).post(act.page, typed).context["form"]
    assert list(form.errors) == [act.day]
    assert words in form.errors[act.day][0]
    assert form[act.state].value() == act.first
    assert stored(act) == ("none", None)


@pytest.mark.parametrize("state", ["", "lost", None])
def test_what_is_no_state(state, act, cast, client_of):
    """Nothing, or nothing that is offered."""
    typed = {"seen": "none", act.day: "2026-05-18"} | ({} if state is None else {act.state: state})
    assert client_of(cast.coordinator).post(act.page, typed).context["form"].errors[act.state]
    assert stored(act) == ("none", None)


def test_a_colleague_was_quicker(act, cast, client_of):
    """What she noted stays, and the second is told; the same answer twice is no quarrel."""
    client = client_of(cast.coordinator)
    colleague = client_of(factories.UserFactory(coordinates=cast.south_sudan))
    first = {"seen": "none", act.state: act.second, act.day: "2026-05-19"}
    colleague.post(act.page, first)
    assert "Noted." in client.post(act.page, first, follow=True).content.decode()
    late = {"seen": "none", act.state: act.first, act.day: "2026-05-18"}
    response = client.post(act.page, late, follow=True)
    assert "A colleague noted something else meanwhile" in response.content.decode()
    assert stored(act) == (act.second, date(2026, 5, 19))


def test_a_withdrawn_line_takes_no_answer(act, cast, client_of):
    """403, also when it was withdrawn while she typed."""
    client = client_of(cast.coordinator)
    client.post(f"{act.line.get_absolute_url()}withdraw/", {"withdrawn_reason": "Twice."})
    typed = {"seen": "none", act.state: act.first, act.day: "2026-05-18"}
    assert client.get(act.page).status_code == client.post(act.page, typed).status_code == 403
    assert act.page not in client.get(act.line.get_absolute_url()).content.decode()
    assert stored(act) == ("none", None)


@pytest.mark.parametrize(
    ("person", "of_high", "of_moderate"),
    [("member", 404, 404), ("reader", 404, 403), ("focal", 403, 403), ("other", 404, 404), ("administrator", 404, 404)],
)
def test_only_coordinators_note_answers(person, of_high, of_moderate, act, cast, client_of):
    """404 for whoever may not read the line, 403 for who only reads it; the line shows no button to them."""
    client = client_of(getattr(cast, person))
    expected = of_high if act.line.level == "high" else of_moderate
    typed = {"seen": "none", act.state: act.first, act.day: "2026-05-18"}
    assert client.get(act.page).status_code == client.post(act.page, typed).status_code == expected
    assert stored(act) == ("none", None)
    if expected == 403:
        page = client.get(act.line.get_absolute_url()).content.decode()
        assert "no reply yet" in page or "no answer yet" in page
        assert act.page not in page


def test_a_line_without_such_an_act(act, cast, client_of):
    """One logged with the form has no answer to note: 404, as if it were not there."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, number=act.line.action.number)
    client = client_of(cast.coordinator)
    assert client.get(act.page.replace(str(act.line.pk), str(line.pk))).status_code == 404
    assert client.get(line.get_absolute_url()).status_code == 200


# -- What waits for an answer --------------------------------------------------------------------------


def waiting(user) -> list[Engagement]:
    return [row.line for row in follow_ups(Engagement.objects.visible_to(user).standing(), TODAY)]


@pytest.mark.parametrize(
    ("started_on", "waits"), [(date(2026, 3, 1), True), (date(2026, 3, 21), True), (date(2026, 3, 22), False)]
)
def test_a_referral_waits_after_sixty_days(started_on, waits, cast):
    """Counted from the day of the line; not before."""
    factories.ReferralFactory(engagement__cluster=cast.south_sudan, engagement__started_on=started_on)
    assert bool(waiting(cast.coordinator)) == waits


@pytest.mark.parametrize(
    "changed",
    [
        {"reply": "received", "replied_on": TODAY},
        {"engagement__status": "withdrawn"},
        {"engagement__cluster": "ukraine"},
    ],
)
def test_a_referral_that_does_not_wait(changed, cast):
    """Replied to, withdrawn, or another cluster's."""
    if "engagement__status" in changed:
        changed |= {"engagement__withdrawn_at": "2026-05-01T00:00Z", "engagement__withdrawn_reason": "Twice."}
    if "engagement__cluster" in changed:
        changed = {"engagement__cluster": cast.ukraine}
    factories.ReferralFactory(**{"engagement__cluster": cast.south_sudan} | changed)
    assert waiting(cast.coordinator) == []


@pytest.mark.parametrize(
    ("day", "waits"),
    [
        (date(2026, 5, 19), False),
        (date(2026, 5, 20), True),
        (date(2026, 6, 19), True),
        (date(2026, 6, 20), False),
    ],
)
def test_an_invitation_waits_in_the_month_before_the_event(day, waits, cast):
    """Thirty days before it, until its day."""
    row = factories.InvitationFactory(engagement__cluster=cast.south_sudan)
    ClusterEvent.objects.update(day=day)
    assert bool(waiting(cast.coordinator)) == waits
    Invitation.objects.update(answer="declined", answered_on=TODAY)
    assert waiting(cast.coordinator) == []
    Invitation.objects.update(answer="none", answered_on=None)
    ClusterEvent.objects.update(called_off_on=TODAY)
    assert waiting(cast.coordinator) == []
    assert row.engagement.event.cluster == cast.south_sudan


def test_what_waits_is_said_with_its_step(cast):
    """The longest waiting first: since the month of the referral, since the day of the invitation."""
    factories.InvitationFactory(engagement__cluster=cast.south_sudan, engagement__event__title="Forum")
    factories.ReferralFactory(engagement__cluster=cast.south_sudan)
    referral, invitation = follow_ups(Engagement.objects.visible_to(cast.coordinator), TODAY)
    assert [referral.since_in_words, invitation.since_in_words] == ["March 2026", "4 May 2026"]
    assert referral.because.startswith("No reply to the referral is noted yet.")
    assert invitation.because.startswith("“Forum” is on 10 June 2026, and the invitation is not answered.")
    steps = [step.address for row in (referral, invitation) for step in row.steps]
    assert steps == [f"{referral.line.get_absolute_url()}reply/", f"{invitation.line.get_absolute_url()}answer/"]
    assert Referral.objects.get().engagement == referral.line


@pytest.mark.parametrize(
    ("person", "sees"),
    [("coordinator", True), ("member", False), ("other", False), ("reader", False), ("focal", False)],
)
def test_home_asks_the_coordinators_of_the_cluster_only(person, sees, cast, client_of):
    """A focal point reads the receipt and is not reminded of it, even when she keeps another cluster."""
    Membership.objects.create(user=cast.focal, cluster=cast.ukraine, role="coordinator")
    row = factories.ReferralFactory(engagement__cluster=cast.south_sudan)
    page = client_of(getattr(cast, person)).get("/").content.decode()
    assert ("To follow up" in page) == sees
    assert (f'href="{row.engagement.get_absolute_url()}reply/"' in page) == sees
