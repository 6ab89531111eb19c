"""Drafts: what is typed into the form of an engagement is kept meanwhile, sealed, for whoever types it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from engagement import kept_forms
from engagement.models import Engagement, KeptForm
from tests import factories
from tests.conftest import NOON

from .forms import fields_of, filled, keep_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NEW = "/engagement/new/"
TEXT = "Met the mandate in Juba, KANARI."


@pytest.fixture
def client(cast, client_of):
    """The coordinator's."""
    return client_of(cast.coordinator)


def begun(client, **typed):
    """A form with these words in it, of which a draft is kept."""
    form = filled(client, **typed)
    assert keep_draft(client, form) == 204
    return form


def test_what_is_typed_is_kept_and_gone_on_with(cast, client, client_of):
    """On any device: it is offered at home and beside the form, and opens the form as it was."""
    typed = begun(client, what_was_done=TEXT, mode="collaboration")
    elsewhere = client_of(cast.coordinator)
    row = KeptForm.objects.get()
    for page in ("/", NEW, f"{NEW}?action=3"):
        content = elsewhere.get(page).content.decode()
        assert f'<a href="{row.get_absolute_url()}">Log an action: 3. Propose a briefing</a>' in content
        assert "KANARI" not in content
    shown = elsewhere.get(row.get_absolute_url())
    assert TEXT in shown.content.decode()
    assert "Go on writing" in shown.content.decode()
    sent = fields_of(shown, "kept-form") | {"refresh": "1"}
    opened = elsewhere.post(f"{NEW}?action=3", sent)
    again = fields_of(opened, "engagement-form")
    assert {name: again[name] for name in ("what_was_done", "mode", "form_key", "kept_form")} == {
        name: typed[name] for name in ("what_was_done", "mode", "form_key", "kept_form")
    }
    assert not Engagement.objects.exists()


def test_a_form_has_one_draft(client):
    """Kept again, it is what stands there by then, for two more weeks."""
    typed = begun(client, what_was_done="Met")
    assert keep_draft(client, typed | {"what_was_done": TEXT}) == 204
    row = KeptForm.objects.get()
    assert TEXT in client.get(row.get_absolute_url()).content.decode()


def test_saved_it_is_no_draft_any_more(cast, client):
    """Nor does one come back that was under way when the form was saved."""
    typed = begun(client, what_was_done=TEXT, mode="direct")
    response = client.post(NEW, typed)
    assert response.status_code == 302
    assert Engagement.objects.get().what_was_done == TEXT
    assert not KeptForm.objects.exists()
    assert keep_draft(client, typed) == 404
    assert not KeptForm.objects.exists()
    assert "Begun and not saved" not in client.get("/").content.decode()


def test_a_form_with_errors_keeps_its_draft(client):
    """It is not saved, and the page that shows the errors goes on with the same draft."""
    typed = begun(client, what_was_done="")
    page = client.post(NEW, typed)
    assert page.status_code == 200
    assert fields_of(page, "engagement-form")["kept_form"] == typed["kept_form"]
    assert KeptForm.objects.get().pk.hex == typed["kept_form"].replace("-", "")


def test_the_draft_of_a_change(cast, client):
    """A change begun is gone on with on its page, and compared with the version that it began with."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, number=3, what_was_done="Before.")
    address = f"{line.get_absolute_url()}edit/"
    typed = fields_of(client.get(address), "engagement-form") | {"what_was_done": TEXT}
    assert keep_draft(client, typed, of=address) == 204
    row = KeptForm.objects.get()
    assert "Change an engagement: 3. Propose a briefing" in client.get("/").content.decode()
    sent = fields_of(client.get(row.get_absolute_url()), "kept-form") | {"refresh": "1"}
    again = fields_of(client.post(address, sent), "engagement-form")
    assert (again["what_was_done"], again["version"]) == (TEXT, "1")
    assert client.post(address, again).status_code == 302
    assert not KeptForm.objects.exists()


def test_nobody_else_sees_or_changes_it(cast, client, client_of):
    """Its key is of no use to a colleague of the same cluster: not there, not offered, not written over."""
    typed = begun(client, what_was_done=TEXT)
    colleague = client_of(factories.UserFactory(coordinates=cast.south_sudan))
    row = KeptForm.objects.get()
    assert colleague.get(row.get_absolute_url()).status_code == 404
    assert "Begun and not saved" not in colleague.get("/").content.decode()
    hers = filled(colleague, what_was_done="Other.") | {"kept_form": typed["kept_form"]}
    assert keep_draft(colleague, hers) == 404
    assert KeptForm.objects.get().sealed == row.sealed


def test_it_is_sealed(client):
    """The table says nothing of what is in it."""
    begun(client, what_was_done=TEXT, level="high")
    assert b"KANARI" not in bytes(KeptForm.objects.get().sealed)


@pytest.mark.parametrize("of", ["", "/support/", "https://elsewhere.org/engagement/new/", "/nowhere/", "//a/b"])
def test_only_forms_of_engagements_are_kept(of, client):
    """Whatever address comes along."""
    assert keep_draft(client, filled(client, what_was_done=TEXT), of=of) == 404
    assert not KeptForm.objects.exists()


def test_a_stranger_is_refused_and_not_led_away(client):
    """The script is told that the session is over; nothing is kept behind its back."""
    typed = filled(client, what_was_done=TEXT)
    assert keep_draft(Client(), typed) == 200
    assert not KeptForm.objects.exists()


def test_a_form_sent_after_the_session_takes_the_place_of_its_draft(cast, client, clock):
    """One thing to go on with, not two."""
    typed = begun(client, what_was_done=TEXT)
    clock(NOON + timedelta(minutes=31))
    client.post(NEW, typed)
    row = KeptForm.objects.get()
    assert not row.is_draft


def test_it_is_kept_for_two_weeks(cast, client, clock):
    """After that it is not shown, and goes with the next one."""
    begun(client, what_was_done=TEXT)
    KeptForm.objects.update(kept_at=NOON - timedelta(days=14) + timedelta(hours=1))
    assert "Begun and not saved" in client.get("/").content.decode()
    KeptForm.objects.update(kept_at=NOON - timedelta(days=14))
    assert "Begun and not saved" not in client.get("/").content.decode()
    begun(client, what_was_done="Another.", kept_form=str(uuid4()))
    assert KeptForm.objects.count() == 1


def test_an_old_one_that_is_still_open_is_kept_anew(client):
    """A page that stood open for longer than its draft was kept goes on with it."""
    typed = begun(client, what_was_done="Met")
    KeptForm.objects.update(kept_at=NOON - timedelta(days=14))
    assert keep_draft(client, typed | {"what_was_done": TEXT}) == 204
    assert TEXT in client.get(KeptForm.objects.get().get_absolute_url()).content.decode()


def test_two_that_arrive_at_once_are_one(client, monkeypatch):
    """The press of Save sends the draft while the last one may still be under way: neither fails."""
    typed, first = filled(client, what_was_done="Met"), []

    def meanwhile(*args, **kwargs):
        if not first:
            first.append("under way")
            assert keep_draft(client, typed) == 204
        return seal(*args, **kwargs)

    seal = kept_forms.seal
    monkeypatch.setattr(kept_forms, "seal", meanwhile)
    assert keep_draft(client, typed | {"what_was_done": TEXT}) == 204
    assert TEXT in client.get(KeptForm.objects.get().get_absolute_url()).content.decode()


def test_drafts_never_push_out_a_form_that_did_not_arrive(cast, client):
    """There is room for twenty of each."""
    late = factories.KeptFormFactory(typed_by=cast.coordinator, kept_at=NOON - timedelta(hours=5))
    drafts = [
        factories.KeptFormFactory(typed_by=cast.coordinator, kept_at=NOON - timedelta(minutes=minute), is_draft=True)
        for minute in range(21)
    ]
    begun(client)
    left = set(KeptForm.objects.values_list("pk", flat=True))
    assert late.pk in left
    assert drafts[18].pk in left
    assert drafts[19].pk not in left


def test_three_are_in_view_and_the_others_behind_a_summary(client):
    """On the first screen of a phone stands more than what was begun."""
    for _nth in range(3):
        begun(client)
    assert "<summary>" not in client.get("/").text.partition('id="begun"')[2].partition("</section>")[0]
    for _nth in range(2):
        begun(client)
    begun_and_not_saved = client.get("/").text.partition('id="begun"')[2].partition("</section>")[0]
    shown, summary, behind = begun_and_not_saved.partition("<summary>2 before</summary>")
    assert (shown.count("<li>"), bool(summary), behind.count("<li>")) == (3, True, 2)


def test_it_can_be_thrown_away(client):
    """Nothing of it was saved."""
    begun(client, what_was_done=TEXT)
    page = client.post(KeptForm.objects.get().get_absolute_url(), follow=True)
    assert "Thrown away: nothing of it was saved." in page.content.decode()
    assert not KeptForm.objects.exists()
