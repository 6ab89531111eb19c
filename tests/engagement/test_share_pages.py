"""The pages that share a visit, a call or a report: who is ticked, the mail before it goes, what became of it."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command

from engagement import services, share_mail
from engagement.models import Engagement, OutgoingMail, Share
from mandates.models import ReferenceChange, VisitEvent
from tests import factories
from tests.conftest import NOON, after_the_cast

from .forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@after_the_cast
def world(cast):
    """A visit, a call and a report; a member who reads French, contacts who read Spanish and the cluster's language."""
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs", title="Special Rapporteur on IDPs")
    about = {"countries": ["SSD"], "mandates": [cast.idps]}
    cast.visit = factories.VisitFactory(places="Juba", source_url="https://example.org/visit", **about)
    cast.call = factories.CallFactory(title="Civil documentation", address="idps@example.org", word_limit=2500, **about)
    cast.report = factories.ReportFactory(title="Camps", symbol="A/HRC/59/46", url="https://example.org/doc", **about)
    cast.grace = factories.UserFactory(name="Grace", language="fr", member_of=cast.south_sudan)
    cast.rosa = factories.ContactFactory(cluster=cast.south_sudan, name="Rosa", language="es")
    cast.amina = factories.ContactFactory(cluster=cast.south_sudan, name="Amina")
    ReferenceChange.objects.update(changed_at=NOON - timedelta(days=30))  # its default has a clock of its own
    return cast


@pytest.fixture
def down(monkeypatch):
    """A mail server that refuses connections; called, it is up again."""

    def refuse(self):
        raise ConnectionRefusedError

    opened = EmailBackend.open
    monkeypatch.setattr(EmailBackend, "open", refuse)
    return lambda: monkeypatch.setattr(EmailBackend, "open", opened)


def page_of(world, noun="visit"):
    return f"/clusters/south-sudan/{noun}s/{getattr(world, noun).pk}/share/"


def filled(client, address, **typed):
    """What a browser would send from the page as it opens, with `typed` over it."""
    return fields_of(client.get(address), "act-form") | typed


def ticked(response):
    """The names of those who are ticked."""
    rows = response.context["rows"]
    return {str(person.who) for field in rows.values() for person, is_chosen in field if is_chosen}


@pytest.mark.parametrize(("noun", "number"), [("visit", 2), ("call", 5), ("report", 5)])
def test_everybody_is_told_with_one_press(noun, number, world, client_of, mailoutbox):
    """All are ticked; each gets one mail, alone; the page says what left, the log has one line."""
    client = client_of(world.coordinator)
    response = client.post(page_of(world, noun), filled(client, page_of(world, noun), note="By Friday."), follow=True)
    line = Engagement.objects.get()
    assert response.redirect_chain == [(line.get_absolute_url(), 302)]
    assert (line.action.number, getattr(line, noun)) == (number, getattr(world, noun))
    people = {world.member.email, world.grace.email, world.rosa.email, world.amina.email}
    assert {tuple(mail.to) for mail in mailoutbox} == {(email,) for email in people}
    assert all(mail.reply_to == ["coordinator@example.org"] for mail in mailoutbox)
    page = response.content.decode()
    for said in ("4 mails were sent.", f"Done, and logged as action {number}.", "2 members, 2 contacts", "By Friday."):
        assert said in page


@pytest.mark.parametrize(
    ("noun", "facts"),
    [
        (
            "visit",
            (
                "Where: South Sudan",
                "Who: Special Rapporteur on IDPs",
                "Dates: 8–19 June 2026",
                "Places: Juba",
                "Status: announced",
                "Source: https://example.org/visit",
            ),
        ),
        (
            "call",
            (
                "Title: Civil documentation",
                "Issued by: Special Rapporteur on IDPs",
                "Deadline: 30 June 2026, 24:00 Geneva time",
                "Where to send: idps@example.org",
                "At most, in words: 2500",
            ),
        ),
        (
            "report",
            (
                "Title: Camps",
                "When: expected September 2026",
                "Symbol: A/HRC/59/46",
                "Document: https://example.org/doc",
            ),
        ),
    ],
)
def test_a_mail_tells_public_facts_and_her_words(noun, facts, world, client_of, mailoutbox):
    """The facts, the link to the page, her words and her name; nothing that stands in the log."""
    row = {noun: getattr(world, noun)}
    factories.EngagementFactory(
        cluster=world.south_sudan, number=2 if noun == "visit" else 5, what_was_done="secret", level="low", **row
    )
    client = client_of(world.coordinator)
    typed = filled(client, page_of(world, noun), members=[str(world.member.pk)], contacts=[], note="By Friday.")
    client.post(page_of(world, noun), typed)
    (mail,) = mailoutbox
    for words in (*facts, f"http://testserver/{noun}s/{row[noun].pk}/", "Good day, member,", "coordinator writes:"):
        assert words in mail.body, words
    assert "\n\nBy Friday.\n\n" in mail.body
    assert "\ncoordinator\nSouth Sudan Protection Cluster\n" in mail.body
    assert "secret" not in mail.body
    assert "Told " not in mail.body


@pytest.mark.parametrize(
    ("noun", "columns", "subject"),
    [
        ("visit", {}, "Visit to South Sudan, SR IDPs: 8–19 June 2026"),
        ("call", {}, "Call for input until 30 June 2026: Civil documentation"),
        ("call", {"deadline_kind": "ongoing", "deadline_on": None}, "Call for input: Civil documentation"),
        ("report", {}, "Report ahead: Camps"),
        ("report", {"published_on": date(2026, 5, 1), "published_precision": "day"}, "Report published: Camps"),
        ("report", {"title": "Camps " * 60}, "Report ahead: " + "Camps " * 13 + "Camps…"),
    ],
)
def test_the_subject_says_what_and_until_when(noun, columns, subject, world, client_of):
    """A long title is cut between words."""
    item = getattr(world, noun)
    for name, value in columns.items():
        setattr(item, name, value)
    item.save()
    assert client_of(world.coordinator).get(page_of(world, noun)).context["previews"][0].subject == subject


@pytest.mark.parametrize(
    ("kind", "subject", "opening"),
    [
        ("cancelled", "Cancelled: visit to South Sudan, SR IDPs", "does not take place: it is cancelled."),
        ("postponed", "Postponed: visit to South Sudan, SR IDPs", "as announced: it is postponed."),
        ("declined", "Declined: visit to South Sudan, SR IDPs", "does not take place: the State declined it."),
    ],
)
def test_the_mail_says_that_a_visit_does_not_take_place(kind, subject, opening, world, client_of):
    """In the subject and in the first sentence; the days are called what they are."""
    VisitEvent.objects.create(visit=world.visit, kind=kind, day=date(2026, 5, 19), known_by=date(2026, 5, 19))
    preview = client_of(world.coordinator).get(page_of(world)).context["previews"][0]
    assert preview.subject == subject
    assert opening in preview.body
    assert "Dates that were announced: 8–19 June 2026" in preview.body


def test_an_unconfirmed_suggestion_says_so(world, client_of):
    """Whoever gets the mail is not told more than is known."""
    world.call = factories.CallFactory(suggested=world.south_sudan, countries=["SSD"])
    preview = client_of(world.coordinator).get(page_of(world, "call")).context["previews"][0]
    assert "not confirmed yet by the Human Rights Engagement Task Team" in preview.body


# -- The mail before it goes ---------------------------------------------------------------------------


def test_the_mail_is_shown_once_in_each_language(world, client_of):
    """The most read language first, each as its own reader would get it, with its direction."""
    world.amina.language = "ar"
    world.amina.save()
    factories.ContactFactory(cluster=world.south_sudan, name="Zoe")
    response = client_of(world.coordinator).get(page_of(world))
    previews = response.context["previews"]
    assert [(preview.language, preview.direction, [str(who) for who in preview.people]) for preview in previews] == [
        ("en", "ltr", ["member", "Zoe"]),
        ("fr", "ltr", ["Grace"]),
        ("ar", "rtl", ["Amina"]),
        ("es", "ltr", ["Rosa"]),
    ]
    assert "juin 2026" in previews[1].subject
    assert "junio de 2026" in previews[3].subject
    assert 'lang="ar" dir="rtl"' in response.content.decode()


def test_the_mails_are_those_that_were_shown(world, client_of, mailoutbox):
    """To the letter, for the first reader of each language."""
    client = client_of(world.coordinator)
    shown = client.get(page_of(world)).context["previews"]
    client.post(page_of(world), filled(client, page_of(world)))
    sent = {mail.to[0]: (mail.subject, mail.body) for mail in mailoutbox}
    assert len(shown) == 3
    for preview in shown:
        assert sent[preview.people[0].email] == (preview.subject, preview.body)


def test_looking_sends_nothing_and_loses_nothing(world, client_of, mailoutbox):
    """Her words stand in the mail that is shown, and in the form; so do the ticks, the level and the key."""
    client = client_of(world.coordinator)
    typed = filled(client, page_of(world), members=[str(world.grace.pk)], contacts=[], note="À vendredi.", level="low")
    response = client.post(page_of(world), typed | {"look": "1"})
    assert not Engagement.objects.exists()
    assert mailoutbox == []
    (preview,) = response.context["previews"]
    assert (preview.language, "À vendredi." in preview.body) == ("fr", True)
    assert "<details open>" in response.content.decode()
    again = fields_of(response, "act-form")
    assert {name: again.get(name, []) for name in typed} == typed


def test_looking_says_what_sending_would_refuse(world, client_of, mailoutbox):
    """The same faults, above a form that has lost nothing, her words in no mail; a tick is kept till she sends."""
    client = client_of(world.coordinator)
    typed = filled(client, page_of(world), members=[str(world.grace.pk)], contacts=[], level="high")
    words = "Deng Mayom, 16 ans, au +211 922 111 222"
    looked = client.post(page_of(world), typed | {"note": words, "look": "1"})
    sent = client.post(page_of(world), typed | {"note": words})
    assert looked.context["form"].errors == sent.context["form"].errors
    assert set(looked.context["form"].errors) == {"note"}
    page = looked.content.decode()
    assert 'role="alert"' in page
    assert 'id="mail"' not in page
    assert looked.context["previews"] == sent.context["previews"] == []
    assert fields_of(looked, "act-form")["note"] == words
    typed |= {"note": "Deng Mayom, 16 ans", "level": "low"}
    tick = client.post(page_of(world), typed | {"look": "1"}).context["form"].tick
    looked = client.post(page_of(world), typed | {"look": "1", tick.name: tick.value})
    assert "Deng Mayom, 16 ans" in looked.context["previews"][0].body
    assert looked.context["form"].tick.is_set
    assert mailoutbox == []
    assert not Engagement.objects.exists()


def test_with_nobody_ticked_the_mail_is_still_shown(world, client_of):
    """In the languages of those who could be."""
    client = client_of(world.coordinator)
    response = client.post(page_of(world), {"look": "1"})
    assert len(response.context["previews"]) == 3


def test_her_words_are_never_markup(world, client_of):
    """Neither on the page nor, escaped, in the mail."""
    client = client_of(world.coordinator)
    response = client.post(page_of(world), {"look": "1", "note": "<b>& “you”"})
    assert "<b>&amp; “you”" not in response.content.decode()
    assert "<b>& “you”" in response.context["previews"][0].body


# -- Who is ticked -------------------------------------------------------------------------------------


def test_those_who_were_told_are_not_ticked(world, client_of):
    """Beside each person stands when she was last told; a refused address was not told."""
    line = factories.EngagementFactory(cluster=world.south_sudan, number=2, visit=world.visit)
    share = factories.ShareFactory(engagement=line, to=[world.grace, world.rosa])
    OutgoingMail.objects.filter(share=share, contact=world.rosa).update(state="refused")
    response = client_of(world.coordinator).get(page_of(world))
    assert ticked(response) == {"member", "Rosa", "Amina"}
    page = response.content.decode()
    for said in ("told on 1 May 2026", "not told yet", "the mail server refused the address"):
        assert said in page


def test_all_are_ticked_again_when_dates_move(world, client_of):
    """Nobody knows the new days; when she was told the old ones is said."""
    line = factories.EngagementFactory(cluster=world.south_sudan, number=2, visit=world.visit)
    factories.ShareFactory(engagement=line, to=[world.grace])
    world.visit.ends_on = date(2026, 6, 20)
    world.visit.save()
    response = client_of(world.coordinator).get(page_of(world))
    assert ticked(response) == {"member", "Grace", "Rosa", "Amina"}
    assert "told on 1 May 2026" in response.content.decode()


def test_what_another_cluster_told_is_its_own(world, client_of):
    """Nobody is counted as told by colleagues elsewhere, nor by a line that was withdrawn."""
    elsewhere = factories.EngagementFactory(cluster=world.ukraine, number=5, call=world.call)
    factories.ShareFactory(engagement=elsewhere, to=[world.grace])
    withdrawn = factories.EngagementFactory(
        cluster=world.south_sudan,
        number=5,
        call=world.call,
        status="withdrawn",
        withdrawn_at=datetime(2026, 5, 2, tzinfo=UTC),
        withdrawn_reason="Twice.",
    )
    factories.ShareFactory(engagement=withdrawn, to=[world.member])
    assert ticked(client_of(world.coordinator).get(page_of(world, "call"))) == {"member", "Grace", "Rosa", "Amina"}


def test_only_those_whom_a_mail_reaches_are_offered(world, client_of):
    """Not she herself, nobody who left, no removed contact, no contact who has an account now."""
    world.member.is_active = False
    world.member.save()
    world.grace.memberships.update(started_on=date(2026, 5, 1), ended_on=date(2026, 5, 2))
    services.remove_contact(contact=world.rosa)
    colleague = factories.UserFactory(name="Peter", coordinates=world.south_sudan)
    factories.ContactFactory(cluster=world.south_sudan, email=colleague.email, name="Peter elsewhere")
    assert ticked(client_of(world.coordinator).get(page_of(world))) == {"Peter", "Amina"}


def test_with_nobody_to_tell_the_page_leads_on(world, client_of):
    """To where members and contacts are entered; there is no button that can only fail."""
    visit = factories.VisitFactory(countries=["UKR"])
    response = client_of(world.other).get(f"/clusters/ukraine/visits/{visit.pk}/share/")
    page = response.content.decode()
    assert "There is nobody to tell yet." in page
    assert 'href="/clusters/ukraine/members/"' in page
    assert "Send the mails" not in page


# -- What is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noun", "columns", "said"),
    [
        ("visit", {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 2)}, "This visit ended on 2 May 2026."),
        ("call", {"deadline_on": date(2026, 5, 2)}, "This call is closed."),
    ],
)
def test_what_is_over_is_said_at_once_and_refused(noun, columns, said, world, client_of, mailoutbox):
    """On opening, with the way to log it; when it happens meanwhile, on the form, and nothing is lost."""
    client = client_of(world.coordinator)
    typed = filled(client, page_of(world, noun), note="By Friday.")
    for name, value in columns.items():
        setattr(getattr(world, noun), name, value)
    getattr(world, noun).save()
    opened = client.get(page_of(world, noun)).content.decode()
    assert said in opened
    assert "Send the mails" not in opened
    response = client.post(page_of(world, noun), typed)
    assert response.context["form"].non_field_errors()[0].startswith(said)
    assert fields_of(response, "act-form")["note"] == "By Friday."
    assert not Engagement.objects.exists()
    assert mailoutbox == []


def test_a_role_that_ended_meanwhile_is_named(world, client_of, mailoutbox):
    """Nothing is sent to anybody; the page offers who is left."""
    client = client_of(world.coordinator)
    typed = filled(client, page_of(world))
    world.grace.memberships.update(started_on=date(2026, 5, 1), ended_on=date(2026, 5, 2))
    response = client.post(page_of(world), typed)
    assert "Not a member with an account any more: Grace." in response.content.decode()
    assert ticked(response) == {"member", "Rosa", "Amina"}
    assert mailoutbox == []


def test_nobody_chosen_is_refused(world, client_of):
    """With the reason."""
    client = client_of(world.coordinator)
    page = client.post(page_of(world), filled(client, page_of(world), members=[], contacts=[]))
    assert "Choose at least one person." in page.content.decode()
    assert not Share.objects.exists()


@pytest.mark.parametrize("field", ["members", "contacts"])
def test_somebody_of_another_cluster_is_no_choice(field, world, client_of):
    """A key typed by hand is an error."""
    stranger = world.other if field == "members" else factories.ContactFactory(cluster=world.ukraine)
    client = client_of(world.coordinator)
    for key in (str(stranger.pk), "nobody"):
        page = client.post(page_of(world), filled(client, page_of(world), **{field: [key]}))
        assert field in page.context["form"].errors
    assert not Share.objects.exists()


@pytest.mark.parametrize("noun", ["visit", "call", "report"])
def test_another_countrys_item_is_not_there(noun, world, client_of):
    """Nor one that was withdrawn, nor a suggestion that the cluster does not know."""
    make = {"visit": factories.VisitFactory, "call": factories.CallFactory, "report": factories.ReportFactory}[noun]
    items = [make(countries=["UKR"]), make(countries=["SSD"], withdrawn_on=date(2026, 5, 1))]
    if noun != "report":
        items.append(make(countries=["SSD"], suggested=world.ukraine))
    client = client_of(world.coordinator)
    for item in items:
        for ask in (client.get, client.post):
            assert ask(f"/clusters/south-sudan/{noun}s/{item.pk}/share/").status_code == 404


@pytest.mark.parametrize("noun", ["visit", "call", "report"])
@pytest.mark.parametrize(("person", "status"), [("member", 403), ("other", 404), ("focal", 403), ("reader", 403)])
def test_who_does_not_keep_the_cluster_shares_nothing(noun, person, status, world, client_of, mailoutbox):
    """Members and the task team may not, others see no cluster; no mail leaves."""
    client = client_of(getattr(world, person))
    typed = {"members": [str(world.grace.pk)], "level": "low"}
    assert client.post(page_of(world, noun), typed).status_code == status
    assert mailoutbox == []
    assert not Engagement.objects.exists()


# -- What became of the mails --------------------------------------------------------------------------


def test_a_mail_server_that_is_down_is_said(world, client_of, down, mailoutbox, clock):
    """The line stands, the mails wait and leave by themselves; none comes twice."""
    client = client_of(world.coordinator)
    page = client.post(page_of(world), filled(client, page_of(world)), follow=True).content.decode()
    assert "The mail server cannot be reached: 4 mails wait and are tried again by themselves." in page
    assert "next try 20 May 2026, 12:05" in page
    assert Engagement.objects.get().status == "done"
    assert "a mail waits for the mail server" in client.get(page_of(world)).content.decode()
    down()
    clock(NOON + timedelta(minutes=6))
    for _run in range(2):
        call_command("send_mail_queue", stdout=StringIO())
    assert len(mailoutbox) == 4
    assert "4 mails were sent." in client.get(Engagement.objects.get().get_absolute_url()).content.decode()


def test_nobody_waits_long_for_a_slow_server(world, client_of, monkeypatch, mailoutbox):
    """What has not left after a while is left to the command; the page says so."""
    monkeypatch.setattr(share_mail, "PATIENCE", 0)
    client = client_of(world.coordinator)
    page = client.post(page_of(world), filled(client, page_of(world)), follow=True).content.decode()
    assert "4 mails leave by themselves in the next minutes." in page
    call_command("send_mail_queue", stdout=StringIO())
    assert len(mailoutbox) == 4


STATES = [
    ("sent", "1 mail was sent."),
    ("waiting", "1 mail leaves by itself in the next minutes."),
    ("refused", "The mail server refuses 1 address."),
    ("uncertain", "The line to the mail server broke during 1 mail."),
    ("dropped", "1 mail was not needed any more"),
]


@pytest.mark.parametrize(("state", "said"), STATES)
def test_the_line_says_what_became_of_each_mail(state, said, world, client_of):
    """In a sentence for all who read the line; by name for the coordinators of the cluster only."""
    line = factories.EngagementFactory(cluster=world.south_sudan, number=2, visit=world.visit, level="low")
    factories.ShareFactory(engagement=line, to=[world.grace], to__state=state)
    for person, sees in (("coordinator", True), ("member", False), ("reader", False), ("focal", False)):
        page = client_of(getattr(world, person)).get(line.get_absolute_url()).content.decode()
        assert said in page
        assert "<p>1 member. " in page
        assert ("Grace" in page) == sees
        assert (page_of(world) in page) == sees


def test_a_removed_contact_is_counted_without_a_name(world, client_of):
    """Who she was is gone; that one was told is not."""
    line = factories.EngagementFactory(cluster=world.south_sudan, number=5, report=world.report)
    factories.ShareFactory(engagement=line, to=[world.rosa])
    services.remove_contact(contact=world.rosa)
    page = client_of(world.coordinator).get(line.get_absolute_url()).content.decode()
    assert "<p>1 contact." in page
    assert "removed contact" in page
    assert "Rosa" not in page


def test_the_same_form_twice_shares_once(world, client_of, mailoutbox):
    """The second press is led to the line."""
    client = client_of(world.coordinator)
    typed = filled(client, page_of(world))
    client.post(page_of(world), typed)
    response = client.post(page_of(world), typed, follow=True)
    assert "already; nothing was written again." in response.content.decode()
    assert response.redirect_chain == [(Engagement.objects.get().get_absolute_url(), 302)]
    assert len(mailoutbox) == 4


# -- The ways here -------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", ["visit", "call", "report"])
def test_the_page_of_an_item_leads_here(noun, world, client_of):
    """For coordinators of clusters that it concerns, as long as it is not over."""
    address = getattr(world, noun).get_absolute_url()
    assert page_of(world, noun) in client_of(world.coordinator).get(address).content.decode()
    for person in ("member", "other", "reader"):
        assert "/share/" not in client_of(getattr(world, person)).get(address).content.decode()


def test_what_is_over_offers_no_sharing(world, client_of):
    """A past visit, a closed call."""
    past = factories.VisitFactory(countries=["SSD"], starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 2))
    closed = factories.CallFactory(countries=["SSD"], deadline_on=date(2026, 5, 1))
    client = client_of(world.coordinator)
    for item in (past, closed):
        assert "/share/" not in client.get(item.get_absolute_url()).content.decode()


def test_what_is_open_leads_here_and_closes(world, client_of):
    """Rules 2 and 5: their button opens the page; once shared, they are gone."""
    client = client_of(world.coordinator)
    home = client.get("/").content.decode()
    for noun in ("visit", "call"):
        assert f'href="{page_of(world, noun)}"' in home
        client.post(page_of(world, noun), filled(client, page_of(world, noun)))
    home = client.get("/").content.decode()
    assert "/share/" not in home
