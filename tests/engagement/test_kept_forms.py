"""A form that arrives after its session has ended: kept, sealed, and sent anew by nobody but whoever typed it."""

import re
from collections import defaultdict
from datetime import timedelta
from html import unescape

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from engagement import kept_forms
from engagement.models import Engagement, KeptForm, Referral, Share, SupportMessage
from tests import factories
from tests.conftest import NOON, signed_in

from .forms import fields_of, filled
from .test_referral import ANSWERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LOGIN, NEW = "/account/login/", "/engagement/new/"
TEXT = "Met the mandate in Juba, KANARI."


@pytest.fixture
def client(cast, client_of):
    """The coordinator's."""
    return client_of(cast.coordinator)


def sign_in(client, person, **more):
    """Sign in by the form, and follow."""
    return client.post(LOGIN, {"login": person.email, "password": "demo"} | more, follow=True)


def idle(client, clock):
    """The browser still has its cookies; the session is over."""
    clock(NOON + timedelta(minutes=31))
    return client


def signed_out_in_another_tab(client, clock):
    """Session and cookies are gone."""
    client.post("/account/logout/")
    return Client(enforce_csrf_checks=True)


def signed_out_everywhere(client, clock):
    """The session is gone from the database; the cookies are there."""
    client.session.delete()
    return client


def restarted(client, clock):
    """The browser has come back without cookies; the session is still in the database."""
    return Client(enforce_csrf_checks=True)


ENDS = [idle, signed_out_in_another_tab, signed_out_everywhere, restarted]


def sent_late(client, address, typed):
    """Post after the end: the page of sign-in that it leads to, after which nothing is written and nothing shown."""
    response = client.post(address, typed, follow=True)
    at, _status = response.redirect_chain[-1]
    assert at.startswith(f"{LOGIN}?next=/account/kept/")
    assert "KANARI" not in response.content.decode()
    assert "KANARI" not in str(response.redirect_chain)
    return response


def gone_on(client, person, at_sign_in):
    """Sign in where the form has led, and read the page of what was kept."""
    return sign_in(client, person, next=at_sign_in.context["redirect_field_value"])


def sent_anew(client, page):
    """Press "Send it now": all that stands in its form goes where it says."""
    form = re.search(r'<form[^>]* action="([^"]+)" id="kept-form">(.*?)</form>', page.content.decode(), re.DOTALL)
    typed = defaultdict(list)
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[2]):
        typed[name].append(unescape(value))
    return client.post(unescape(form[1]), typed, follow=True)


# -- Whatever ended the session ----------------------------------------------------------------------


@pytest.mark.parametrize("end", ENDS)
def test_nothing_typed_is_lost(end, cast, client, clock):
    """A line of the log, sent too late, is shown after sign-in and saved by one press; then it is kept no longer."""
    typed = filled(client, what_was_done=TEXT)
    late = end(client, clock)
    at_sign_in = sent_late(late, NEW, typed)
    assert not Engagement.objects.exists()
    late = Client() if late.handler.enforce_csrf_checks else late
    page = gone_on(late, cast.coordinator, at_sign_in)
    assert "What you typed is here, and not saved yet" in page.content.decode()
    assert TEXT in page.content.decode()
    assert not Engagement.objects.exists()
    response = sent_anew(late, page)
    line = Engagement.objects.get()
    assert (line.what_was_done, response.redirect_chain[-1][0]) == (TEXT, line.get_absolute_url())
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("end", ENDS)
def test_sign_in_says_that_it_is_kept(end, client, clock):
    """Whoever comes to sign-in in the middle of her work reads why, and that nothing is lost."""
    typed = filled(client, what_was_done=TEXT)
    page = sent_late(end(client, clock), NEW, typed)
    assert "Sign in, and what you typed is here." in page.content.decode()


@pytest.mark.parametrize("end", ENDS)
def test_what_somebody_else_typed_is_shown_to_nobody(end, cast, client, clock):
    """Another person who signs in on this browser is told kindly, sees nothing, and can neither send nor throw it."""
    typed = filled(client, what_was_done=TEXT)
    late = end(client, clock)
    at_sign_in = sent_late(late, NEW, typed)
    late = Client() if late.handler.enforce_csrf_checks else late
    page = gone_on(late, cast.other, at_sign_in)
    assert page.status_code == 404
    assert "Nothing is kept for you here" in page.content.decode()
    assert "KANARI" not in page.content.decode()
    late.post(at_sign_in.context["redirect_field_value"])
    late.post("/language/", {"language": "en", kept_forms.KEPT: str(KeptForm.objects.get().pk)})
    assert KeptForm.objects.get().typed_by == cast.coordinator
    assert not Engagement.objects.exists()


def test_home_leads_back_to_it(cast, client, clock):
    """Whoever signs in another way, or after somebody else, finds what did not arrive among what she has begun."""
    typed = filled(client, what_was_done=TEXT, action="3")
    sent_late(idle(client, clock), NEW, typed)
    hers, others = (signed_in(person).get("/").content.decode() for person in (cast.coordinator, cast.other))
    address = KeptForm.objects.get().get_absolute_url()
    assert f'<a href="{address}">Log an action: 3. Propose a briefing</a>' in hers
    assert address not in others
    assert "KANARI" not in hers


def test_what_did_not_arrive_of_a_page_without_drafts_has_a_name(cast, client, clock):
    """Of its text nothing is told."""
    line = factories.EngagementFactory(cluster=cast.south_sudan)
    typed = {"withdrawn_reason": TEXT, kept_forms.TYPED_BY: kept_forms.token_of(cast.coordinator)}
    sent_late(idle(client, clock), f"{line.get_absolute_url()}withdraw/", typed)
    assert ">A form that did not arrive</a>" in signed_in(cast.coordinator).get("/").content.decode()


def test_with_a_second_factor_in_between(cast, client, clock):
    """The code is asked for, then the form is there."""
    secret = generate_totp_secret()
    TOTP.activate(cast.coordinator, secret)
    typed = filled(client, what_was_done=TEXT)
    page = gone_on(client, cast.coordinator, sent_late(idle(client, clock), NEW, typed))
    assert page.redirect_chain[-1][0].startswith("/account/2fa/authenticate/")
    assert "KANARI" not in page.content.decode()
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    page = client.post(page.redirect_chain[-1][0], {"code": code}, follow=True)
    sent_anew(client, page)
    assert Engagement.objects.get().what_was_done == TEXT


def test_a_form_of_another_person_in_the_same_browser(cast, client, client_of):
    """Somebody signed in since: the old tab's form is not hers, neither done nor shown."""
    typed = filled(client, what_was_done=TEXT)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.other)
    response = strict.post(NEW, typed, follow=True)
    assert response.status_code == 404
    assert "KANARI" not in response.content.decode()
    assert not Engagement.objects.exists()


def test_a_form_from_before_she_signed_in_anew(cast, client):
    """Still signed in, with a token of her session before: shown at once, without another sign-in."""
    typed = filled(client, what_was_done=TEXT)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.coordinator)
    page = strict.post(NEW, typed, follow=True)
    assert TEXT in page.content.decode()
    assert page.context["address"] == NEW


# -- Whatever form -----------------------------------------------------------------------------------


def late_and_anew(client, clock, person, address, typed):
    """Send a form too late, sign in, send it anew: the last answer."""
    page = gone_on(client, person, sent_late(idle(client, clock), address, typed))
    return sent_anew(client, page)


def test_a_word_in_a_support_thread(cast, client, clock):
    """The button that was pressed is pressed again: an answer stays an answer."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator, level="high")
    thread = factories.SupportRequestFactory(engagement=line).get_absolute_url()
    late_and_anew(client, clock, cast.coordinator, thread, fields_of(client.get(thread), "engagement") | {"text": TEXT})
    assert SupportMessage.objects.get().text == TEXT


def test_people_ticked_for_a_mail(cast, client, clock):
    """Choices of several and the words beside them."""
    visit = factories.VisitFactory(countries=["SSD"])
    colleague = factories.UserFactory(member_of=cast.south_sudan)
    address = f"/clusters/south-sudan/visits/{visit.pk}/share/"
    typed = fields_of(client.get(address), "act-form")
    typed |= {"members": [str(cast.member.pk), str(colleague.pk)], "note": TEXT}
    late_and_anew(client, clock, cast.coordinator, address, typed)
    assert set(Share.objects.get().mails.values_list("to", flat=True)) == {cast.member.pk, colleague.pk}


def test_the_receipt_of_a_case(cast, client, clock):
    """A form of level high: its answers stand nowhere in the clear, not even in the database."""
    factories.MandateFactory(slug="wg-disappearances")
    address = "/clusters/south-sudan/referral/"
    typed = fields_of(client.get(address), "plain") | ANSWERS
    at_sign_in = sent_late(idle(client, clock), address, typed)
    row = KeptForm.objects.get()
    for word in (b"referral", b"consent", b"wg-disappearances", b"withheld"):
        assert word not in bytes(row.sealed)
    sent_anew(client, gone_on(client, cast.coordinator, at_sign_in))
    assert Referral.objects.get().publication == ANSWERS["publication"]


def test_a_form_that_was_filled_by_halves(cast, client, clock):
    """Sent anew, it comes back with its errors and with what was typed, as it would have."""
    typed = filled(client, what_was_done=TEXT, started_on="2026-13-45")
    page = late_and_anew(client, clock, cast.coordinator, NEW, typed)
    assert page.context["form"].errors
    assert TEXT in page.content.decode()


def test_the_address_keeps_its_query(cast, client, clock):
    """The form is sent to where it was to go, with all that stood in its address."""
    typed = filled(client, what_was_done=TEXT)
    page = gone_on(client, cast.coordinator, sent_late(idle(client, clock), f"{NEW}?action=3&visit=x", typed))
    assert page.context["address"] == f"{NEW}?action=3&visit=x"


def test_htmx_is_led_to_sign_in(client, clock):
    """A part of the form that is asked for too late opens sign-in as a page."""
    typed = filled(client, what_was_done=TEXT) | {"refresh": "1"}
    response = idle(client, clock).post(NEW, typed, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"][:14]) == (204, "/account/kept/")


def test_a_file_is_not_kept_and_that_is_said(cast, client, clock):
    """Only what was typed beside it."""
    token = kept_forms.token_of(cast.coordinator)
    sent = {"text": TEXT, "file": SimpleUploadedFile("KANARI.txt", b"KANARI"), "typed_by": token}
    page = gone_on(client, cast.coordinator, sent_late(idle(client, clock), "/support/", sent))
    assert "The file that you had chosen was not kept." in page.content.decode()
    assert [name for name, _value in page.context["fields"]] == ["text"]


# -- What is not kept --------------------------------------------------------------------------------


def test_a_button_that_was_pressed_leads_back_to_its_page(cast, client, clock):
    """Nothing was typed, so nothing is kept; after sign-in she stands where the button is."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator)
    thread = factories.SupportRequestFactory(engagement=line).get_absolute_url()
    typed = {"typed_by": kept_forms.token_of(cast.coordinator)}
    for referer, back in ((f"http://testserver{thread}", f"http%3A//testserver{thread}"), ("http://elsewhere/", "/")):
        response = idle(client, clock).post(f"{thread}close/", typed, headers={"Referer": referer})
        assert response["Location"] == f"{LOGIN}?next={back}"
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("token", ["", "nobody", "{pk}", "{pk}:forged", "\x00"])
def test_without_a_word_of_ours_nothing_is_kept(token, cast, client_of):
    """A stranger can fill neither the table nor somebody's form."""
    sent = {"what_was_done": TEXT, "typed_by": token.format(pk=cast.coordinator.pk)}
    response = client_of(None).post(NEW, sent)
    assert response["Location"].startswith(LOGIN)
    assert not KeptForm.objects.exists()


def test_passwords_and_codes_are_not_kept(cast, client, clock):
    """They are asked for again."""
    typed = {"reason": TEXT, "password": "demo", "old_password": "demo", "code": "123456", "csrfmiddlewaretoken": "x"}
    sent_late(idle(client, clock), "/support/", typed | {"typed_by": kept_forms.token_of(cast.coordinator)})
    opened = kept_forms.open_for(cast.coordinator, KeptForm.objects.get().pk)
    assert opened.fields == [("reason", TEXT)]


@pytest.mark.parametrize("page", ["/language/", "/account/logout/", LOGIN])
def test_forms_that_are_open_to_all_are_nothing_to_come_back_for(page, cast):
    """An old token of theirs is refused as before."""
    typed = {"language": "fr", "typed_by": kept_forms.token_of(cast.coordinator)}
    assert Client(enforce_csrf_checks=True).post(page, typed).status_code == 403
    assert not KeptForm.objects.exists()


# -- The seal ----------------------------------------------------------------------------------------


def test_a_row_is_of_no_use_to_anybody_else(cast):
    """Moved to another person, changed by a byte, or read with another secret key, it does not open."""
    row = factories.KeptFormFactory(typed_by=cast.coordinator)
    assert kept_forms.open_for(cast.coordinator, row.pk).fields == [("what_was_done", "Proposed three points.")]
    KeptForm.objects.update(typed_by=cast.other)
    assert kept_forms.open_for(cast.other, row.pk) is None
    KeptForm.objects.update(typed_by=cast.coordinator, sealed=bytes(row.sealed)[:-4] + b"AAA=")
    assert kept_forms.open_for(cast.coordinator, row.pk) is None


def test_another_secret_key_opens_nothing(cast, settings):
    """What was sealed before the key was changed is lost, not shown."""
    row = factories.KeptFormFactory(typed_by=cast.coordinator)
    settings.SECRET_KEY = "another"
    assert kept_forms.open_for(cast.coordinator, row.pk) is None


def test_it_is_kept_for_a_day(cast, client, clock):
    """Older ones are not shown, and go when the next one is kept."""
    row = factories.KeptFormFactory(typed_by=cast.coordinator, kept_at=NOON - timedelta(days=1))
    assert client.get(f"/account/kept/{row.pk}/").status_code == 404
    typed = filled(client, what_was_done=TEXT)
    sent_late(idle(client, clock), NEW, typed)
    assert row not in KeptForm.objects.all()


def test_twenty_of_one_person_are_kept(cast, client, clock):
    """The oldest give way; nobody else's do."""
    hers = [
        factories.KeptFormFactory(typed_by=cast.coordinator, kept_at=NOON - timedelta(minutes=minute))
        for minute in range(22)
    ]
    other = factories.KeptFormFactory(typed_by=cast.other, kept_at=NOON - timedelta(hours=5))
    typed = filled(client, what_was_done=TEXT)
    sent_late(idle(client, clock), NEW, typed)
    left = set(KeptForm.objects.values_list("pk", flat=True))
    assert len(left) == 21
    assert other.pk in left
    assert hers[18].pk in left
    assert hers[19].pk not in left


def test_it_can_be_thrown_away(cast, client):
    """Whoever does not want it any more need not wait for a day."""
    row = factories.KeptFormFactory(typed_by=cast.coordinator)
    page = client.post(f"/account/kept/{row.pk}/", follow=True).content.decode()
    assert "Thrown away: nothing of it was saved." in page
    assert not KeptForm.objects.exists()


def test_it_stays_while_it_is_not_done(cast, client, settings):
    """Sent anew by somebody who must first set up her second factor, it waits; so it does when the form has errors."""
    settings.MFA_REQUIRED = True
    cast.coordinator.task_team = "reader"
    cast.coordinator.save()
    row = factories.KeptFormFactory(typed_by=cast.coordinator, fields=[("what_was_done", TEXT)])
    assert client.post(NEW, {"kept_form": str(row.pk)})["Location"] == "/account/2fa/"
    settings.MFA_REQUIRED = False
    assert client.post(NEW, {"kept_form": str(row.pk), "what_was_done": TEXT}).status_code == 200
    assert KeptForm.objects.get() == row


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script> & co", "عربي سطر\nsecond line", "\r\n\r\n a b ", '" onx="']
)
def test_it_comes_back_to_the_letter(text, cast, client):
    """Escaped on the page, the same in the field."""
    row = factories.KeptFormFactory(typed_by=cast.coordinator, fields=[("what_was_done", text)])
    page = client.get(f"/account/kept/{row.pk}/")
    assert fields_of(page, "kept-form")["what_was_done"] == text
    assert "<script>alert" not in page.content.decode()


def test_each_form_says_whose_page_it_is_on(cast, client):
    """Signed, in each form of a page; the sign-in page of a stranger names nobody."""
    token = kept_forms.token_of(cast.coordinator)
    page = client.get("/engagement/new/?action=3").content.decode()
    assert page.count(f'name="typed_by" value="{token}"') == page.count('name="csrfmiddlewaretoken"')
    assert "typed_by" not in Client().get(LOGIN).content.decode()
