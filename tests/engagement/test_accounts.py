"""Signing in, who reaches which part of the administration, language, time zone, second factor."""

import re
import uuid
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from config import views
from engagement.models import Cluster, Membership, OutgoingMail, User
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


def sign_in(client, address, password=None, **more):
    """Post the sign-in form; the password of everybody in the cast is "demo"."""
    return client.post(LOGIN, {"login": address, "password": "demo" if password is None else password} | more)


# -- Sign-in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["coordinator@example.org", "Coordinator@Example.ORG", " COORDINATOR@EXAMPLE.ORG "])
def test_sign_in_by_e_mail_in_any_case(address, cast, client_of):
    """E-mail and password let a person in, however she writes the address."""
    client = client_of(None)
    response = sign_in(client, address)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert get_user(client) == cast.coordinator


@pytest.mark.parametrize("path", [LOGIN, "/account/password/reset/", "/clusters/south-sudan/members/"])
def test_an_address_is_called_by_one_name(path, cast, client_of):
    """Wherever one is entered; no placeholder says it again in other words."""
    page = client_of(cast.coordinator if path.startswith("/clusters/") else None).get(path).text
    labels = re.findall(r"<label[^>]*>([^<]*mail[^<]*)</label>", page)
    assert set(labels) == {"Email address"}
    assert "placeholder=" not in page


def test_the_page_that_changes_a_password_is_called_as_its_link(cast, client_of):
    """And says each label once: no placeholder repeats it."""
    page = client_of(cast.coordinator).get("/account/password/change/").text
    assert page.count("Change password") == 4  # the link, the title, the heading, the button
    assert "placeholder=" not in page


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("coordinator@example.org", "wrong"),
        ("nobody@example.org", "demo"),
        ("coordinator", "demo"),
        ("coordinator@example.org", ""),
        ("", ""),
        ("coordinator@example.org\x00", "demo"),
        ("\ufffd@example.org", "demo"),
        ("coordinator@example.org", "de\x00mo"),
        ("x" * 100_000, "demo"),
    ],
)
def test_wrong_credentials(address, password, cast, client_of):
    """The form comes back with an error; nobody is signed in."""
    client = client_of(None)
    response = sign_in(client, address, password)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not get_user(client).is_authenticated


def test_an_unknown_address_gets_the_same_words(cast, client_of):
    """Sign-in does not tell whether an address has an account."""
    answers = [sign_in(client_of(None), who, "wrong") for who in ("coordinator@example.org", "nobody@example.org")]
    errors = [response.context["form"].errors.as_json() for response in answers]
    assert errors[0] == errors[1]


def test_inactive_people_stay_outside(cast, client_of):
    """A deactivated account cannot sign in."""
    cast.member.is_active = False
    cast.member.save()
    client = client_of(None)
    sign_in(client, "member@example.org")
    assert not get_user(client).is_authenticated


def test_signing_out(cast, client_of):
    """Signing out is a POST, ends the session and leads to sign-in."""
    client = client_of(cast.coordinator)
    client.get("/account/logout/")
    assert get_user(client).is_authenticated
    assert client.post("/account/logout/")["Location"] == f"{LOGIN}?language=en"
    assert not get_user(client).is_authenticated


def test_sign_up_is_closed(client_of):
    """Nobody makes an account for herself, by GET or POST."""
    client = client_of(None)
    assert 'name="password1"' not in client.get("/account/signup/").content.decode()
    client.post(
        "/account/signup/", {"email": "new@example.org", "password1": "a long one 42", "password2": "a long one 42"}
    )
    assert not User.objects.exists()


def test_the_session_ends_with_the_browser(cast, client_of):
    """The session cookie has no lifetime of its own, and scripts cannot read it."""
    client = client_of(None)
    sign_in(client, "coordinator@example.org", remember="on")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == ""
    assert cookie["httponly"]


def test_a_forgotten_password_is_set_anew_by_mail(cast, client_of):
    """The mail goes to the account's address only; the link lets its reader set a password and sign in."""
    client = client_of(None)
    client.post("/account/password/reset/", {"email": "Coordinator@example.org"})
    (message,) = mail.outbox
    assert message.to == ["coordinator@example.org"]
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", message.body).group(1)
    form = client.get(link, follow=True)
    page = form.redirect_chain[-1][0]
    response = client.post(page, {"password1": "thirteen boats go by", "password2": "thirteen boats go by"})
    assert response.status_code == 302
    assert sign_in(client_of(None), "coordinator@example.org", "thirteen boats go by").status_code == 302
    assert sign_in(client_of(None), "coordinator@example.org", "demo").status_code == 200


def test_open_pages(client_of):
    """Strangers reach sign-in, password reset, the language switch and the health check; nothing else."""
    client = client_of(None)
    assert [client.get(page).status_code for page in (LOGIN, "/account/password/reset/", "/healthz/")] == [200] * 3
    for page in (
        "/",
        "/engagement/",
        "/mandates/",
        "/visits/",
        "/calls/",
        "/reports/",
        "/clusters/",
    ):
        assert client.get(page)["Location"].startswith(LOGIN), page


def test_the_health_check(client_of, monkeypatch):
    """`/healthz/` says ok when the database answers, and fails when it does not."""
    response = client_of(None).get("/healthz/")
    assert (response.status_code, response.content, response["Content-Type"]) == (
        200,
        b"ok",
        "text/plain; charset=utf-8",
    )
    assert "no-store" in response["Cache-Control"]

    class Gone:
        def cursor(self):
            raise ConnectionError

    monkeypatch.setattr(views, "connection", Gone())
    client = client_of(None)
    client.raise_request_exception = False
    assert client.get("/healthz/").status_code == 500


# -- The administration ------------------------------------------------------------------------------


def test_the_admin_has_no_sign_in_of_its_own(cast, client_of):
    """`/admin/` and `/admin/login/` lead anonymous people to the one sign-in, and back."""
    client = client_of(None)
    for address in ("/admin/", "/admin/login/?next=/admin/", "/admin/engagement/user/"):
        response = client.get(address, follow=True)
        assert response.redirect_chain[-1][0].startswith(LOGIN)
        assert 'name="login"' in response.content.decode()
    posted = client.post("/admin/login/", {"username": "admin@example.org", "password": "demo"})
    assert posted["Location"].startswith(LOGIN)
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize(
    ("person", "apps"),
    [
        ("reader", {"mandates"}),
        ("focal", {"mandates"}),
        ("administrator", {"engagement"}),
    ],
)
def test_each_role_keeps_its_own_part(person, apps, cast, client_of):
    """The task team keeps the reference data, administrators users, clusters and memberships; neither the other's."""
    client = client_of(getattr(cast, person))
    shown = {app["app_label"] for app in client.get("/admin/").context["app_list"]}
    assert shown == apps
    for app, page in (("mandates", "/admin/mandates/countryvisit/"), ("engagement", "/admin/engagement/user/")):
        assert client.get(page).status_code == (200 if app in apps else 403)


@pytest.mark.parametrize("person", ["coordinator", "member", "other"])
def test_clusters_people_have_no_administration(person, cast, client_of):
    """No admin page opens to a coordinator or member."""
    client = client_of(getattr(cast, person))
    for page in ("/admin/", "/admin/engagement/user/", "/admin/mandates/countryvisit/"):
        assert client.get(page, follow=True).status_code == 403


def test_nobody_is_superuser(cast):
    """No role gives the right to everything; `createsuperuser` makes an administrator."""
    made = User.objects.create_superuser("root@example.org", "demo", name="Root")
    assert made.is_administrator
    for user in (made, cast.focal, cast.administrator):
        assert not user.is_superuser
        assert not user.has_perm("engagement.view_engagement")
        assert not user.has_perm("engagement.delete_user")
        assert not user.has_perms(["engagement.view_user", "mandates.view_mandate"])


def test_inactive_people_have_no_permission(cast):
    """A deactivated administrator or reader may do nothing in the admin."""
    for user, permission in ((cast.administrator, "engagement.view_user"), (cast.reader, "mandates.view_mandate")):
        assert user.has_perm(permission)
        user.is_active = False
        assert not user.has_perm(permission)
        assert not user.has_module_perms(permission.partition(".")[0])


INLINE = {
    "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0", "memberships-MIN_NUM_FORMS": "0",
    "memberships-MAX_NUM_FORMS": "1000",
}  # fmt: skip


def added(client, **fields):
    """The answer to a new account posted in the admin."""
    given = {"email": "Ana@Example.org", "name": "Ana", "language": "", "task_team": ""} | INLINE | fields
    return client.post("/admin/engagement/user/add/", given)


def test_an_administrator_gives_accounts(cast, client_of):
    """A new account has its address in lower case, and no password until its owner sets one: none is asked for."""
    client = client_of(cast.administrator)
    page = client.get("/admin/engagement/user/add/").content.decode()
    assert "a mail invites the person to set a password" in page
    assert 'type="password"' not in page
    assert added(client, password1="a-long-river-41", password2="a-long-river-41").status_code == 302
    user = User.objects.get(email="ana@example.org")
    assert (user.name, user.task_team, user.has_usable_password()) == ("Ana", "", False)
    assert not user.is_staff


def test_a_new_person_sets_her_own_password(cast, client_of):
    """An account given without a password is opened by its owner through "forgotten password"."""
    added(client_of(cast.administrator))
    client_of(None).post("/account/password/reset/", {"email": "ana@example.org"})
    (message,) = mail.outbox
    assert message.to == ["ana@example.org"]
    assert "/account/password/reset/key/" in message.body


def test_a_new_account_is_mailed_to_its_owner(cast, client_of, mailoutbox, django_capture_on_commit_callbacks):
    """The mail leaves once the account is stored; the person's page and a second press say what became of it."""
    client = client_of(cast.administrator)
    with django_capture_on_commit_callbacks(execute=True):
        added(client)
    assert [message.to for message in mailoutbox] == [["ana@example.org"]]
    assert "/account/password/reset/key/" in mailoutbox[0].body
    user = User.objects.get(email="ana@example.org")
    assert "invited by mail on" in client.get(f"/admin/engagement/user/{user.pk}/change/").content.decode()
    again = {"action": "mail_invitation", "_selected_action": [str(user.pk)]}
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/admin/engagement/user/", again)
    assert len(mailoutbox) == 2


def test_a_reset_with_the_mail_server_down_looks_the_same(cast, client_of, monkeypatch):
    """The mail waits for the queue; the page tells a stranger nothing."""

    def refuse(self):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", refuse)
    answers = [
        client_of(None).post("/account/password/reset/", {"email": email}, follow=True)
        for email in (cast.member.email, "nobody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert OutgoingMail.objects.get().state == "waiting"


def test_an_administrator_sets_no_password_of_others(cast, client_of):
    """A person's page has neither her password nor a way to another: who could set it could read as her."""
    client = client_of(cast.administrator)
    page = f"/admin/engagement/user/{cast.coordinator.pk}/change/"
    assert "password" not in client.get(page).context["adminform"].form.fields
    assert cast.coordinator.password not in client.get(page).content.decode()


def test_an_address_in_use_is_an_error_on_the_form(cast, client_of):
    """The second account with one address, in any case, is refused in words."""
    client = client_of(cast.administrator)
    response = added(client, email="COORDINATOR@example.org")
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert User.objects.filter(email__iexact="coordinator@example.org").count() == 1


def test_an_administrator_changes_roles(cast, client_of):
    """Roles, activity and preferences are changed on the person's page; a wrong time zone is refused."""
    client = client_of(cast.administrator)
    page = f"/admin/engagement/user/{cast.member.pk}/change/"
    membership = Membership.objects.get(user=cast.member)
    given = {
        "email": cast.member.email, "name": "Ana", "task_team": "reader", "time_zone": "Africa/Juba", "language": "",
        "is_active": "on", "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1",
        "memberships-MIN_NUM_FORMS": "0", "memberships-MAX_NUM_FORMS": "1000", "memberships-0-id": str(membership.pk),
        "memberships-0-user": str(cast.member.pk), "memberships-0-cluster": str(cast.south_sudan.pk),
        "memberships-0-role": "imo", "memberships-0-started_on": "2026-01-01", "memberships-0-ended_on": "",
    }  # fmt: skip
    wrong = client.post(page, given | {"time_zone": "Mars/Base"})
    assert "time_zone" in wrong.context["adminform"].form.errors
    assert client.post(page, given).status_code == 302
    cast.member.refresh_from_db()
    membership.refresh_from_db()
    assert (cast.member.task_team, cast.member.time_zone, membership.role) == ("reader", "Africa/Juba", "imo")
    assert cast.member.check_password("demo")


def test_a_persons_page_has_no_dead_link(cast, client_of):
    """Every link of a person's admin page leads somewhere."""
    client = client_of(cast.administrator)
    page = f"/admin/engagement/user/{cast.member.pk}/change/"
    for link in set(re.findall(r'<a[^>]* href="([^"#?]+)', client.get(page).content.decode())):
        answer = client.get(urljoin(page, link), follow=True)
        assert answer.status_code == 200, link
        assert "doesn’t exist" not in answer.content.decode(), link


def test_a_second_role_in_a_cluster_is_an_error_on_the_form(cast, client_of):
    """The constraint of one current role per cluster speaks on the page."""
    given = {"user": cast.member.pk, "cluster": cast.south_sudan.pk, "role": "coordinator", "started_on": "2026-01-01"}
    response = client_of(cast.administrator).post("/admin/engagement/membership/add/", given)
    assert response.status_code == 200
    assert "end that one first" in response.content.decode()


def test_a_cluster_cannot_be_above_itself(cast, client_of):
    """Nor can there be more than two levels above one, nor a circle."""
    client = client_of(cast.administrator)
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    area = factories.ClusterFactory(slug="area", parent=hub)
    given = {"name": "X", "slug": "x", "country": "SSD", "kind": "hub", "working_language": "en", "parent": area.pk}
    assert "parent" in client.post("/admin/engagement/cluster/add/", given).context["adminform"].form.errors
    circle = given | {"name": cast.south_sudan.name, "slug": "south-sudan", "parent": hub.pk}
    page = f"/admin/engagement/cluster/{cast.south_sudan.pk}/change/"
    assert "parent" in client.post(page, circle).context["adminform"].form.errors
    assert client.post("/admin/engagement/cluster/add/", given | {"parent": hub.pk}).status_code == 302
    assert Cluster.objects.get(slug="x").parent == hub


# -- Language and time zone --------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_the_page_says_its_language(language, direction, cast, client_of):
    """`lang`, `dir` and Content-Language follow the account's language, or the browser's wish before sign-in."""
    cast.coordinator.language = language
    cast.coordinator.save()
    for client, headers in (
        (client_of(cast.coordinator), {}),
        (client_of(None), {"Accept-Language": f"{language}, en"}),
    ):
        response = client.get("/", headers=headers, follow=True)
        assert f'<html lang="{language}" dir="{direction}">' in response.content.decode()
        assert response["Content-Language"] == language


def test_an_unknown_language_is_english(client_of):
    """A browser that asks for what we do not speak gets English."""
    page = client_of(None).get(LOGIN, headers={"Accept-Language": "sw, xx;q=0.5, *"}).content.decode()
    assert '<html lang="en" dir="ltr">' in page


def test_the_language_switch_is_kept(cast, client_of):
    """The choice is kept in a cookie for a year and on the account; it wins over the browser's wish."""
    stranger, client = client_of(None), client_of(cast.coordinator)
    for someone in (stranger, client):
        response = someone.post("/language/", {"language": "fr", "next": "/engagement/"})
        assert response["Location"] == "/engagement/"
        cookie = response.cookies[settings.LANGUAGE_COOKIE_NAME]
        assert (cookie.value, cookie["max-age"], bool(cookie["httponly"])) == ("fr", 365 * 24 * 3600, True)
    cast.coordinator.refresh_from_db()
    assert cast.coordinator.language == "fr"
    assert '<html lang="fr"' in stranger.get(LOGIN, headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="fr"' in client_of(cast.coordinator).get("/").content.decode()


@pytest.mark.parametrize("language", ["xx", "", "\x00", "en-GB", "de", "../../x"])
def test_a_language_we_do_not_speak_is_ignored(language, cast, client_of):
    """Nothing is kept, and the person is led back."""
    response = client_of(cast.coordinator).post("/language/", {"language": language, "next": "/visits/"})
    assert response["Location"] == "/visits/"
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies
    cast.coordinator.refresh_from_db()
    assert cast.coordinator.language == ""


def test_the_language_changes_by_post_only(cast, client_of):
    """A link cannot change somebody's language."""
    assert client_of(cast.coordinator).get("/language/?language=fr").status_code == 405


def test_days_are_the_readers(cast, client_of, clock):
    """At 22:30 UTC it is tomorrow in Juba: the form starts from the reader's own day."""
    clock(datetime(2026, 5, 20, 22, 30, tzinfo=UTC))
    for zone, day in (
        ("UTC", "2026-05-20"),
        ("Africa/Juba", "2026-05-21"),
        ("No/Where", "2026-05-20"),
        ("", "2026-05-20"),
    ):
        User.objects.filter(pk=cast.coordinator.pk).update(time_zone=zone)
        page = client_of(User.objects.get(pk=cast.coordinator.pk)).get("/engagement/new/?action=3").content.decode()
        assert f'name="started_on" value="{day}"' in page, zone


def test_one_readers_preferences_do_not_stay_for_the_next(cast, client_of, clock):
    """Language and zone of one request are gone with the next."""
    clock(datetime(2026, 5, 20, 22, 30, tzinfo=UTC))
    cast.coordinator.language, cast.coordinator.time_zone = "ar", "Africa/Juba"
    cast.coordinator.save()
    client_of(cast.coordinator).get("/")
    page = client_of(cast.other).get("/engagement/new/?action=3").content.decode()
    assert '<html lang="en"' in page
    assert 'value="2026-05-20"' in page


# -- What every page carries -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["/", "/engagement/", "/engagement/new/?action=3", "/nowhere/", "/account/password/change/"]
)
def test_every_page_protects_the_browser(page, cast, client_of):
    """A policy without "unsafe", no framing, no sniffing, one heading."""
    response = client_of(cast.coordinator).get(page)
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    content = response.content.decode()
    assert len(re.findall(r"<h1[ >]", content)) == 1
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', content)
    assert not re.findall(r"<script(?![^>]* src=)|<style| style=| onclick=", content)


def test_nobody_changes_what_she_signs_in_with(client_of, cast):
    """There is no page for e-mail addresses: a borrowed session cannot become a permanent one."""
    client = client_of(cast.member)
    for page in ("/account/email/", "/account/confirm-email/", "/account/confirm-email/key/"):
        assert client.get(page).status_code == 404
        assert client.post(page, {"email": "attacker@example.org", "action_add": ""}).status_code == 404


@pytest.mark.parametrize("email", ["member@example.org", "nobody@example.org"])
def test_a_reset_is_mailed_to_people_with_an_account_only(client_of, cast, mailoutbox, email):
    """The answer is the same for an address that nobody has, and no stranger gets mail."""
    response = client_of(None).post("/account/password/reset/", {"email": email})
    assert response["Location"] == "/account/password/reset/done/"
    assert [mail.to for mail in mailoutbox] == ([[email]] if email.startswith("member") else [])


def test_no_cache_keeps_what_a_signed_in_person_sees(client_of, cast):
    """All pages, those of the UN side and errors included; but for the few of `tests/test_revalidated.py`."""
    client = client_of(cast.member)
    for page in ("/", "/visits/", "/calls/", "/account/2fa/", "/nowhere/", "/engagement/new/"):
        assert "no-store" in client.get(page)["Cache-Control"], page


def test_a_filter_after_the_session_ended_leads_to_sign_in(client_of):
    """htmx is told to open the page; it would put it into the list otherwise."""
    response = client_of(None).get("/visits/", {"text": "x"}, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"][:16]) == (204, "/account/login/?")


def test_an_old_token_gives_back_what_was_typed(cast):
    """The page says what to do and holds the text; passwords and keys are not repeated."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coordinator)
    typed = {"what_was_done": "Proposed three <b>points</b>.", "password": "a b c", "form_key": "k e y"}
    response = client.post("/engagement/new/", typed)
    assert response.status_code == 403
    assert b"Proposed three &lt;b&gt;points&lt;/b&gt;." in response.content
    assert b"a b c" not in response.content
    assert b"k e y" not in response.content


@pytest.mark.parametrize("person", ["reader", "administrator"])
@pytest.mark.slow
def test_changelists_follow_no_relation_that_points_to_them(client_of, cast, person):
    """Rows that the reader must not know of cannot be counted through an address of the admin, hidden names too."""
    client, user = client_of(getattr(cast, person)), getattr(cast, person)
    for model, its_admin in admin.site._registry.items():
        if not user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            continue
        address = f"/admin/{model._meta.label_lower.replace('.', '/')}/"
        for relation in model._meta.get_fields(include_hidden=True):
            if relation.auto_created and not relation.concrete:
                for name in (relation.name, "+"):
                    assert not its_admin.lookup_allowed(f"{name}__isnull", "0", None), (model, name)
                    assert client.get(address, {f"{name}__isnull": "0"}).status_code in (302, 400), (model, name)


def test_the_admin_has_no_shortcut_to_records(client_of, cast):
    """/admin/r/… answers alike for what is there and what is not."""
    row = factories.EngagementFactory(cluster=cast.south_sudan, level="high")
    kind = ContentType.objects.get_for_model(row).pk
    client = client_of(cast.reader)
    for key in (row.pk, uuid.uuid4()):
        assert client.get(f"/admin/r/{kind}/{key}/").status_code == 404


def test_no_page_of_the_admin_offers_the_shortcut(client_of, cast):
    """A button that leads to "not there" is worse than none."""
    visit = factories.VisitFactory(countries=["SSD"])
    page = client_of(cast.focal).get(f"/admin/mandates/countryvisit/{visit.pk}/change/").content.decode()
    assert "/history/" in page
    assert "/admin/r/" not in page


def test_the_rules_for_passwords_are_a_list(client_of, cast):
    """Help texts are escaped like all else; the one that Django builds as a list stays one."""
    page = client_of(cast.member).get("/account/password/change/").content
    assert b"<ul><li>" in page
    assert b"&lt;li&gt;" not in page


ROLE = {
    "memberships-TOTAL_FORMS": "1", "memberships-0-role": "coordinator", "memberships-0-started_on": "2026-05-01",
    "memberships-0-ended_on": "",
}  # fmt: skip


def test_a_person_is_added_with_her_role_in_a_cluster(cast, client_of, mailoutbox):
    """The usual way to invite a coordinator: account, role, mail, and the word to those who keep the log already."""
    client = client_of(cast.administrator)
    response = added(client, **ROLE | {"memberships-0-cluster": str(cast.south_sudan.pk)})
    assert response.status_code == 302
    role = User.objects.get(email="ana@example.org").memberships.get()
    assert (role.cluster, role.role) == (cast.south_sudan, "coordinator")
    assert client_of(role.user).get("/clusters/south-sudan/members/").status_code == 200


def test_an_address_that_has_an_account_is_refused_with_a_role_too(cast, client_of):
    """The page comes back, and nothing is written."""
    role = ROLE | {"memberships-0-cluster": str(cast.south_sudan.pk), "email": "member@example.org"}
    response = added(client_of(cast.administrator), **role)
    assert response.status_code == 200
    assert "already" in response.content.decode()
    assert cast.member.memberships.count() == 1
