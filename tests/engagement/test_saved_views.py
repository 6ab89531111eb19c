"""Saved views: a name for the filters of a list. They open nothing, and tell no reader of what she does not see."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from engagement import retention
from engagement.models import SavedView
from engagement.saved_views import PAGES, page_at
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE, NEW = "/account/views/", "/account/views/new/"
LOG = "/engagement/"


def save(client, path=LOG, query="action=3&level=low", name="Briefings", **more):
    return client.post(NEW, {"path": path, "query": query, "name": name} | more)


def test_save_and_open(cast, client_of):
    """One step from the list; back to it. The address alone reproduces the view."""
    client = client_of(cast.coordinator)
    assert 'name="query" value="action=3&amp;level=low"' in client.get(f"{LOG}?action=3&level=low&page=2").text
    assert save(client, query="action=3&level=low&page=2&text=").url == f"{LOG}?action=3&level=low"
    view = SavedView.objects.get()
    assert (view.page, view.query, view.user) == ("engagement:engagement-list", "action=3&level=low", cast.coordinator)
    assert client.get(view.get_absolute_url()).url == f"{LOG}?action=3&level=low"
    assert view.get_absolute_url() in client.get(LOG).text
    assert view.get_absolute_url() in client.get(PAGE).text


def test_saved_once(cast, client_of):
    """A second press makes no second view."""
    client = client_of(cast.coordinator)
    for _time in range(2):
        save(client)
    assert SavedView.objects.count() == 1


def test_a_name_stands_for_one_view(cast, client_of):
    """Of one list: two that look alike would be told apart by nobody. Renaming asks the same."""
    client = client_of(cast.coordinator)
    save(client, query="action=3")
    assert "You have a view of this list by that name" in save(client, query="action=4").text
    save(client, path="/overview/", query="since=2026-01-01")
    save(client, query="action=4", name="Reports")
    assert SavedView.objects.count() == 3
    change = f"/account/views/{SavedView.objects.get(name='Reports').pk}/change/"
    assert "by that name" in client.post(change, {"name": "Briefings"}).text
    assert client.post(change, {"name": "Reports", "team": str(cast.south_sudan.pk)}).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_every_list_can_be_saved(page, cast, client_of):
    """Each list of `PAGES` offers it once a filter is set, and is found by its path."""
    path = reverse(page)
    assert page_at(path) == page
    filters = PAGES[page].filters
    values = {"since": "2026-01-01", "text": "word", "month": "2026-05"}
    name = next(name for name in values if name in filters.base_filters)
    response = client_of(cast.focal).get(path, {name: values[name]})
    assert f'name="path" value="{path}"' in response.text
    assert f'action="{NEW}"' in response.text


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("https://elsewhere.example/engagement/", "action=3"),
        ("//elsewhere.example/", "action=3"),
        ("/engagement", "action=3"),
        ("/engagement/new/", "action=3"),
        ("/admin/", ""),
        ("/account/logout/", ""),
        (LOG, "colour=red"),
        (LOG, "action=3&action=4"),
        (LOG, "next=https://elsewhere.example/"),
        (LOG, f"text={'a' * 1000}"),
        ("", ""),
    ],
)
def test_no_other_address(path, query, cast, client_of):
    """Lists of this site with filters they have: no way to lead anybody elsewhere."""
    response = save(client_of(cast.coordinator), path=path, query=query)
    assert response.status_code == 200
    assert "cannot be saved" in response.text
    assert not SavedView.objects.exists()


def test_whom_it_is_shared_with(cast, client_of):
    """With the task team by its people, with a cluster by those who keep its log; with nobody else."""
    for maker, team in ((cast.reader, "task team"), (cast.coordinator, str(cast.south_sudan.pk))):
        view = factories.SavedViewFactory(user=maker, name="Ours")
        response = client_of(maker).post(f"{PAGE}{view.pk}/change/", {"name": view.name, "team": team})
        assert response.status_code == 302
    seen = {
        name: {view.user.email for view in SavedView.objects.visible_to(getattr(cast, name))}
        for name in ("reader", "focal", "coordinator", "member", "other", "administrator")
    }
    reader, coordinator = {cast.reader.email}, {cast.coordinator.email}
    assert seen == {
        "reader": reader, "focal": reader, "coordinator": coordinator, "member": coordinator, "other": set(),
        "administrator": set(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("person", "team"), [("member", "south_sudan"), ("other", "south_sudan"), ("other", "task team")]
)
def test_not_hers_to_share_with(person, team, cast, client_of):
    """A team that she does not keep is no choice."""
    user = getattr(cast, person)
    view = factories.SavedViewFactory(user=user)
    key = str(cast.south_sudan.pk) if team == "south_sudan" else team
    assert client_of(user).post(f"{PAGE}{view.pk}/change/", {"name": "x", "team": key}).status_code == 200
    view.refresh_from_db()
    assert (view.for_task_team, view.cluster) == (False, None)


def test_sharing_ends_with_the_right_to(cast):
    """Whoever leaves the cluster, or the tool, shares nothing with it any more."""
    factories.SavedViewFactory(user=cast.coordinator, cluster=cast.south_sudan)
    assert SavedView.objects.visible_to(cast.member).count() == 1
    cast.coordinator.memberships.update(ended_on=timezone.localdate())
    assert not SavedView.objects.visible_to(cast.member).exists()


def test_a_list_shows_what_is_shared_with_her(cast, client_of):
    """Beside her own; what is shared with others makes no difference."""
    for user, name, team in (
        (cast.member, "Own", None), (cast.coordinator, "Shared", cast.south_sudan), (cast.other, "Theirs", cast.ukraine)
    ):  # fmt: skip
        factories.SavedViewFactory(user=user, name=name, cluster=team)
    page = client_of(cast.member).get(LOG).text
    assert [name in page for name in (">Own<", ">Shared<", ">Theirs<")] == [True, True, False]


def test_what_is_shared_is_not_changed_by_others(cast, client_of):
    """They open it; renaming and deleting are its maker's."""
    view = factories.SavedViewFactory(user=cast.coordinator, cluster=cast.south_sudan)
    client = client_of(cast.member)
    assert client.get(view.get_absolute_url()).status_code == 302
    assert client.get(f"{PAGE}{view.pk}/change/").status_code == 404
    assert client.post(f"{PAGE}{view.pk}/delete/").status_code == 404


def test_a_filter_that_is_gone(cast, client_of):
    """The part is named by its label, the rest is shown; what it said is not repeated."""
    view = factories.SavedViewFactory(
        user=cast.coordinator, cluster=cast.south_sudan, query="cluster=ukraine&colour=red&action=3"
    )
    client = client_of(cast.member)
    response = client.get(view.get_absolute_url(), follow=True)
    assert response.redirect_chain == [(f"{LOG}?action=3", 302)]
    said = response.text.split('class="messages"')[1].split("</ul>")[0]
    assert "colour, Cluster" in said
    assert "ukraine" not in said.lower()


def test_a_list_that_is_gone(cast, client_of):
    """It leads to the page of views, which says so."""
    view = factories.SavedViewFactory(user=cast.member, page="engagement:no-such-list")
    response = client_of(cast.member).get(view.get_absolute_url(), follow=True)
    assert "is gone" in response.text
    assert response.redirect_chain == [(PAGE, 302)]


def test_a_list_that_she_does_not_open(cast, client_of):
    """A view of the overview is not offered to members, for whom there is none."""
    factories.SavedViewFactory(
        user=cast.coordinator, cluster=cast.south_sudan, page="engagement:overview", query="", name="Quarter"
    )
    assert "Quarter" not in client_of(cast.member).get(PAGE).text


@pytest.mark.parametrize("name", ["Call Achol on 0921 445 678", "x" * 61, "", "a\x00b"])
def test_names_are_checked(name, cast, client_of):
    """A name that leads to a person, or is none."""
    response = save(client_of(cast.coordinator), name=name)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not SavedView.objects.exists()


def test_words_to_look_for_are_not_shared(cast, client_of):
    """They may name somebody; what leads to a person is not even kept."""
    client = client_of(cast.coordinator)
    save(client, query="text=shelter")
    view = SavedView.objects.get()
    response = client.post(f"{PAGE}{view.pk}/change/", {"name": "x", "team": str(cast.south_sudan.pk)})
    assert "looks for words is not shared" in response.text
    assert "such a view is not kept" in save(client, query="text=0921445678", name="Number").text


def test_fifty_are_enough(cast, client_of):
    """The next one asks for another to go."""
    for n in range(50):
        factories.SavedViewFactory(user=cast.member, name=f"View {n}")
    assert "delete one that you do not use" in save(client_of(cast.member)).text


def test_views_of_who_left_go(cast):
    """A year after the last change, once the account is switched off."""
    old = timezone.now() - timedelta(days=400)
    for user in (cast.member, cast.coordinator):
        factories.SavedViewFactory(user=user, changed_at=old)
    cast.member.is_active = False
    cast.member.save()
    kept = next(kept for kept in retention.KEPT if kept.what == "saved_views_of_people_who_left")
    assert kept.removal.remove(kept.span.before(timezone.now())) == 1
    assert SavedView.objects.get().user == cast.coordinator
