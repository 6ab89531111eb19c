"""Action 11: one mandate holder invited to one event of the cluster, and the answer."""

from datetime import date

import pytest
from django.utils import translation

from engagement import services
from engagement.models import ClusterEvent, Engagement, Invitation
from mandates.models import MandateHolder
from tests import factories
from tests.conftest import after_the_cast
from tests.engagement.forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

EVENTS = "/clusters/south-sudan/events/"
TODAY = date(2026, 5, 20)


@after_the_cast
def world(cast):
    """An event in June, a mandate on the list with its holder of today and the one before, and one off the list."""
    cast.event = factories.EventFactory(cluster=cast.south_sudan, title="Forum", created_by=cast.coordinator)
    cast.page = f"{EVENTS}{cast.event.pk}/invite/"
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    cast.food = factories.MandateFactory(slug="sr-food", acronym="SR Food")
    for name, *term in (("Before", date(2016, 1, 1), date(2022, 10, 31)), ("Now", date(2022, 11, 1), None)):
        MandateHolder.objects.create(
            mandate=cast.idps, name=f"Holder {name}", started_on=term[0], ended_on=term[1], source="test"
        )
    factories.PriorityFactory(cluster=cast.south_sudan, mandate=cast.idps)
    return cast


def typed(client, world, **changed):
    """The form as it is shown, with the holder of the first mandate chosen."""
    return fields_of(client.get(world.page), "plain") | {"mandate": "sr-idps"} | changed


def test_the_invitation_is_logged(world, client_of):
    """Done today, about the event, with the holder's name in the sentence; not answered yet."""
    client = client_of(world.coordinator)
    response = client.post(world.page, typed(client, world), follow=True)
    line = Engagement.objects.get()
    assert (line.action.number, line.level, line.status, line.started_on) == (11, "moderate", "done", TODAY)
    assert (line.event, line.cluster, line.created_by) == (world.event, world.south_sudan, world.coordinator)
    assert line.what_was_done == "Invited SR IDPs (Holder Now) to “Forum” on 10 June 2026."
    assert list(line.mandates.all()) == [world.idps]
    assert Invitation.objects.get(engagement=line).answer == "none"
    assert "no answer yet" in response.content.decode()


def test_it_is_logged_in_the_clusters_language(world, client_of, monkeypatch):
    """Whatever language the coordinator reads in."""
    world.south_sudan.working_language = "fr"
    world.south_sudan.save()
    asked = []
    real = translation.get_language
    monkeypatch.setattr(
        "engagement.services.invitation.show_day", lambda day: asked.append(real()) or "le 10 juin 2026"
    )
    client = client_of(world.coordinator)
    client.post(world.page, typed(client, world))
    assert asked == ["fr"]
    assert "le 10 juin 2026" in Engagement.objects.get().what_was_done


def test_holders_are_named_and_priorities_come_first(world, client_of):
    """Who serves today, in the list of the cluster first; a mandate whose holder is not known has its title."""
    form = client_of(world.coordinator).get(world.page).context["form"]
    _empty, first, others = form.fields["mandate"].choices
    assert first == ("Priority mandates", [("sr-idps", "SR IDPs: Holder Now")])
    assert others == ("Other mandates", [("sr-food", "SR Food: Special Rapporteur sr-food")])


def test_the_level_is_chosen(world, client_of):
    """Low for members to read, high for whom the invitation itself is delicate."""
    client = client_of(world.coordinator)
    for mandate, level in (("sr-idps", "high"), ("sr-food", "low")):
        client.post(world.page, typed(client, world, mandate=mandate, level=level))
    assert sorted(Engagement.objects.values_list("level", flat=True)) == ["high", "low"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"called_off_on": TODAY}, "This event was called off."),
        ({"day": date(2026, 5, 19)}, "This event was on 19 May 2026."),
    ],
)
def test_an_event_that_does_not_take_place(changed, words, world, client_of):
    """Said before anybody types, and again when it changed meanwhile; nothing is written."""
    client = client_of(world.coordinator)
    form = typed(client, world)
    ClusterEvent.objects.filter(pk=world.event.pk).update(**changed)
    assert words in client.get(world.page).content.decode()
    response = client.post(world.page, form)
    assert response.context["form"].errors["__all__"][0].startswith(words)
    assert response.context["form"]["mandate"].value() == "sr-idps"
    assert not Engagement.objects.exists()


def test_an_event_of_today_takes_invitations(world, client_of):
    """The day itself is not over."""
    ClusterEvent.objects.filter(pk=world.event.pk).update(day=TODAY)
    client = client_of(world.coordinator)
    client.post(world.page, typed(client, world))
    assert Engagement.objects.count() == 1


def test_another_clusters_event(world, client_of):
    """404 under her own cluster's address; the service refuses it too."""
    foreign = factories.EventFactory(cluster=world.ukraine, created_by=world.other)
    client = client_of(world.coordinator)
    assert client.get(f"{EVENTS}{foreign.pk}/invite/").status_code == 404
    assert client.post(f"{EVENTS}{foreign.pk}/invite/", typed(client, world)).status_code == 404
    with pytest.raises(services.NotNow, match="another cluster"):
        services.invite_holder(
            by=world.coordinator,
            cluster=world.south_sudan,
            event=foreign,
            mandate=world.idps,
            level="moderate",
            key=foreign.pk,
        )
    assert not Engagement.objects.exists()


def test_an_ended_mandate(world, client_of):
    """Ended before the form was sent: refused, with the reason; the service names what continues it."""
    client = client_of(world.coordinator)
    form = typed(client, world)
    world.idps.ended_on, world.idps.ended_precision, world.idps.successor = date(2026, 5, 1), "month", world.food
    world.idps.save()
    response = client.post(world.page, form)
    assert "is not in force" in response.context["form"].errors["mandate"][0]
    with pytest.raises(services.NotNow, match=r"SR IDPs has ended \(May 2026\); SR Food continues it"):
        services.invite_holder(
            by=world.coordinator,
            cluster=world.south_sudan,
            event=world.event,
            mandate=world.idps,
            level="moderate",
            key=world.event.pk,
        )
    assert not Engagement.objects.exists()


@pytest.mark.parametrize(("status", "lines"), [("done", 1), ("under_way", 1), ("planned", 2)])
def test_a_standing_invitation_is_not_written_twice(status, lines, world, client_of):
    """However it was logged; one that is only planned has not gone out yet."""
    first = factories.EngagementFactory(
        cluster=world.south_sudan, number=11, event=world.event, mandates=[world.idps], status=status
    )
    client = client_of(world.coordinator)
    response = client.post(world.page, typed(client, world))
    assert Engagement.objects.count() == lines
    assert (response["Location"] == first.get_absolute_url()) == (lines == 1)


def test_two_coordinators_invite_once(world, client_of):
    """The second is told; another mandate, and one whose invitation was withdrawn, can be invited."""
    client = client_of(world.coordinator)
    client.post(world.page, typed(client, world))
    colleague = client_of(factories.UserFactory(email="ana@example.org", coordinates=world.south_sudan))
    response = colleague.post(world.page, typed(colleague, world), follow=True)
    assert "coordinator did this on" in response.content.decode()
    line = Engagement.objects.get()
    colleague.post(world.page, typed(colleague, world, mandate="sr-food"))
    client.post(f"/engagement/{line.pk}/withdraw/", {"withdrawn_reason": "Sent to the wrong address."})
    client.post(world.page, typed(client, world))
    assert Engagement.objects.standing().count() == 2


@pytest.mark.parametrize(("person", "status"), [("member", 403), ("reader", 403), ("focal", 403), ("other", 404)])
def test_only_coordinators_invite(person, status, world, client_of):
    """Nothing is written for anybody else."""
    fields = typed(client_of(world.coordinator), world)
    assert client_of(getattr(world, person)).post(world.page, fields).status_code == status
    assert not Engagement.objects.exists()


# -- The page of events --------------------------------------------------------------------------------


def test_the_events_show_invitation_and_answer(world, client_of):
    """Each invitation with its answer and day, and the way to the next one; past events keep theirs."""
    own = {"cluster": world.south_sudan, "event": world.event, "created_by": world.coordinator}
    factories.InvitationFactory(engagement=factories.EngagementFactory(number=11, mandates=[world.idps], **own))
    factories.InvitationFactory(
        engagement=factories.EngagementFactory(number=11, mandates=[world.food], **own),
        answer="accepted",
        answered_on=date(2026, 5, 18),
    )
    client = client_of(world.coordinator)
    page = client.get(EVENTS).content.decode()
    assert "no answer yet" in page
    assert "accepted, 18 May 2026" in page
    assert f'href="{world.page}"' in page
    ClusterEvent.objects.update(day=date(2026, 5, 19))
    page = client.get(EVENTS).content.decode()
    assert "accepted, 18 May 2026" in page
    assert world.page not in page
    assert world.page not in client_of(world.reader).get(EVENTS).content.decode()
