"""Who is given which right: nothing quietly, and what opens everything only with a second person."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from engagement import services
from engagement.models import AccountChange, AuditEvent, Membership, OutgoingMail, User
from engagement.rights_words import lines_of
from tests import factories

pytestmark = pytest.mark.django_db

CHANGES = "/account/changes/"
NO_ROLES = {
    "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0", "memberships-MIN_NUM_FORMS": "0",
    "memberships-MAX_NUM_FORMS": "1000",
}  # fmt: skip


@pytest.fixture
def second(cast):
    """Another focal point beside `cast.focal`."""
    return factories.UserFactory(email="second@example.org", task_team="focal_point")


def enter(client, person, **changed):
    """What the administration answers when a person's page is saved with these fields changed; her roles stay."""
    given = {
        "email": person.email, "name": person.name, "task_team": person.task_team, "time_zone": person.time_zone,
        "language": person.language, "is_active": "on" if person.is_active else "",
        "is_administrator": "on" if person.is_administrator else "",
    }  # fmt: skip
    given |= NO_ROLES | changed
    return client.post(f"/admin/engagement/user/{person.pk}/change/", {k: v for k, v in given.items() if v})


def new_role(client, person, cluster, role="coordinator"):
    """A role in a cluster, given on its own page of the administration."""
    given = {"user": person.pk, "cluster": cluster.pk, "role": role, "started_on": "2026-01-01"}
    assert client.post("/admin/engagement/membership/add/", given).status_code == 302


def mailed(kind):
    """Whom a mail of this kind waits for, by address."""
    return sorted(mail.address or mail.to.email for mail in OutgoingMail.objects.filter(kind=kind, state="waiting"))


def kept(kind):
    """(who, in which cluster or None, details) of the audit events of this kind, in the order of their details."""
    rows = AuditEvent.objects.filter(kind=kind)
    return sorted(((row.actor, row.cluster_id, row.detail) for row in rows), key=str)


# -- To become a focal point --------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["member", "reader", "administrator"])
def test_nobody_becomes_a_focal_point_by_the_administration(person, cast, client_of, second):
    """The role stays what it was, herself included, until another person's word; all focal points get a mail."""
    person = getattr(cast, person)
    before = person.task_team
    client = client_of(cast.administrator)
    page = enter(client, person, task_team="focal_point")
    assert page.status_code == 302
    assert "waits until a focal point confirms it" in client.get(page["Location"]).content.decode()
    person.refresh_from_db()
    assert person.task_team == before
    change = AccountChange.objects.get()
    assert (change.kind, change.person, change.asked_by, change.state) == (
        "focal_point",
        person,
        cast.administrator,
        "waiting",
    )
    assert mailed("change") == ["focal@example.org", "second@example.org"]


def test_a_new_account_is_no_focal_point_either(cast, client_of):
    """The account is made without the role."""
    given = {"email": "ana@example.org", "name": "Ana", "task_team": "focal_point"}
    client_of(cast.administrator).post("/admin/engagement/user/add/", given | NO_ROLES)
    assert User.objects.get(email="ana@example.org").task_team == ""
    assert AccountChange.objects.get().person.name == "Ana"


def test_asking_twice_is_one_request(cast, client_of):
    """A second press neither doubles the request nor changes who asked."""
    client = client_of(cast.administrator)
    for _press in range(2):
        enter(client, cast.member, task_team="focal_point")
    assert AccountChange.objects.count() == 1


def test_a_focal_point_confirms(cast, client_of, second):
    """Having said that she spoke with the person; the role is given, kept, and told to all."""
    enter(client_of(cast.administrator), cast.reader, task_team="focal_point")
    change = AccountChange.objects.get()
    client = client_of(cast.focal)
    assert f"{change.person}" in client.get(CHANGES).content.decode()
    unticked = client.post(f"{CHANGES}{change.pk}/confirm/")
    assert b"Speak with the person first" in unticked.content
    cast.reader.refresh_from_db()
    assert cast.reader.task_team == "reader"
    client.post(f"{CHANGES}{change.pk}/confirm/", {"asked": "on"})
    cast.reader.refresh_from_db()
    change.refresh_from_db()
    assert (cast.reader.task_team, change.state, change.decided_by) == ("focal_point", "confirmed", cast.focal)
    words = {"person": str(cast.reader), "from": "reader", "to": "focal_point", "asked_by": str(cast.administrator)}
    assert kept("role") == [(str(cast.focal), None, words)]
    # Administrator: because she asked. Reader: a focal point now.
    assert mailed("change") == [
        "admin@example.org",
        "focal@example.org",
        "hrett@example.org",
        "second@example.org",
    ]


@pytest.mark.parametrize("who", ["asker", "person", "reader", "administrator", "member", "coordinator"])
def test_who_does_not_confirm(who, cast, client_of, second):
    """Neither who asked, nor who gains, nor anybody without the role: not there for those who do not see the page."""
    asker = factories.UserFactory(email="both@example.org", task_team="focal_point", is_administrator=True)
    change = factories.AccountChangeFactory(person=second, kind="factor", asked_by=asker)
    user = {"asker": asker, "person": second}.get(who) or getattr(cast, who)
    response = client_of(user).post(f"{CHANGES}{change.pk}/confirm/", {"asked": "on"})
    assert response.status_code == (404 if who in ("reader", "member", "coordinator") else 302)
    change.refresh_from_db()
    assert change.state == "waiting"


@pytest.mark.parametrize("who", ["focal", "administrator", "second"])
def test_who_refuses(who, cast, client_of, second):
    """Any focal point, the person herself among them, and administrators; nothing is changed then."""
    TOTP.activate(second, generate_totp_secret())
    change = factories.AccountChangeFactory(person=second, kind="factor", asked_by=cast.administrator)
    client = client_of(second if who == "second" else getattr(cast, who))
    client.post(f"{CHANGES}{change.pk}/refuse/")
    change.refresh_from_db()
    assert change.state == "refused"
    assert Authenticator.objects.filter(user=second).exists()
    client_of(cast.focal).post(f"{CHANGES}{change.pk}/confirm/", {"asked": "on"})
    change.refresh_from_db()
    assert change.state == "refused"


def test_the_database_refuses_what_the_service_does(cast):
    """No row says that who asked, or who gains, confirmed it; nor that nobody did."""
    now = timezone.now()
    for decided in (
        {"decided_by": cast.administrator, "decided_at": now},
        {"decided_by": cast.member, "decided_at": now},
        {"decided_by": None, "decided_at": None},
    ):
        change = factories.AccountChangeFactory.build(
            person=cast.member, asked_by=cast.administrator, state="confirmed", **decided
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            change.save()


def test_home_shows_what_waits(cast, client_of):
    """To the focal point who can confirm it, and to administrators; to nobody else."""
    factories.AccountChangeFactory(person=cast.member, asked_by=cast.administrator)
    said = {"focal": "1 change to an account waits for you", "administrator": f'href="{CHANGES}"><b>1</b>'}
    for person in ("focal", "administrator", "reader", "member"):
        page = client_of(getattr(cast, person)).get("/").content.decode()
        assert [who for who, words in said.items() if words in page] == [person] * (person in said), person


def test_whoever_is_switched_off_comes_back_without_the_role(cast, client_of, second):
    """Switching an account off ends its role in the task team: the way back is the way in."""
    client = client_of(cast.administrator)
    enter(client, cast.focal, is_active="")
    cast.focal.refresh_from_db()
    assert (cast.focal.is_active, cast.focal.task_team) == (False, "")
    enter(client, cast.focal, is_active="on", task_team="focal_point")
    cast.focal.refresh_from_db()
    assert (cast.focal.is_active, cast.focal.task_team) == (True, "")


# -- The last one -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "changed", "fields"),
    [
        ("administrator", {"is_administrator": ""}, {"is_administrator"}),
        ("administrator", {"is_active": ""}, {"is_active"}),
        ("administrator", {"is_active": "", "is_administrator": ""}, {"is_active", "is_administrator"}),
        ("focal", {"task_team": ""}, {"task_team"}),
        ("focal", {"task_team": "reader"}, {"task_team"}),
        ("focal", {"is_active": ""}, {"is_active"}),
    ],
)
def test_the_last_one_keeps_the_role(who, changed, fields, cast, client_of):
    """The page comes back, with what to do first at each field; who has the role but is not active does not count."""
    person = getattr(cast, who)
    former = factories.UserFactory(is_administrator=True, task_team="focal_point", is_active=False)
    client = client_of(cast.administrator)
    page = enter(client, person, **changed)
    errors = page.context["adminform"].form.errors
    assert set(errors) == fields
    assert all("Make another active person one first" in str(said) for said in errors.values())
    person.refresh_from_db()
    assert (person.is_active, person.is_administrator or person.task_team == "focal_point") == (True, True)
    User.objects.filter(pk=former.pk).update(is_active=True)
    assert enter(client, person, **changed).status_code == 302
    person.refresh_from_db()
    assert not (person.is_active and (person.is_administrator or person.task_team == "focal_point"))


def test_the_last_one_changes_all_else(cast, client_of):
    """And a role that is not read is told once."""
    client = client_of(cast.administrator)
    for person in (cast.administrator, cast.focal):
        assert enter(client, person, name="Ana").status_code == 302
    (said,) = enter(client, cast.focal, task_team="x").context["adminform"].form.errors["task_team"]
    assert "not one of the available choices" in said


# -- The first one ------------------------------------------------------------------------------------


def test_the_first_focal_point_is_made_on_the_server(cast):
    """A command does it while there is none, and says who confirms when there is one."""
    with pytest.raises(CommandError, match="focal point already"):
        call_command("first_focal_point", "hrett@example.org")
    User.objects.filter(pk=cast.focal.pk).update(is_active=False)
    out = StringIO()
    call_command("first_focal_point", "HRETT@example.org", stdout=out)
    cast.reader.refresh_from_db()
    assert cast.reader.task_team == "focal_point"
    assert str(cast.reader) in out.getvalue()
    words = {"person": str(cast.reader), "from": "reader", "to": "focal_point"}
    assert kept("role") == [("", None, words)]
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("first_focal_point", "nobody@example.org")


# -- Addresses ----------------------------------------------------------------------------------------


def test_another_address_for_a_focal_point_waits(cast, client_of, second):
    """Whoever reads the new address could set a password: the old one goes on until another focal point confirms."""
    enter(client_of(cast.administrator), cast.focal, email="evil@example.org")
    cast.focal.refresh_from_db()
    assert cast.focal.email == "focal@example.org"
    assert mailed("change") == ["focal@example.org", "second@example.org"]
    change = AccountChange.objects.get()
    services.confirm_account_change(by=second, change=change)
    cast.focal.refresh_from_db()
    assert cast.focal.email == "evil@example.org"
    assert mailed("address") == ["focal@example.org"]


def test_an_address_taken_meanwhile(cast, second):
    """Confirming says so, and the request still waits."""
    change = factories.AccountChangeFactory(
        person=cast.focal, kind="email", email="member@example.org", asked_by=cast.administrator
    )
    with pytest.raises(services.NotNow, match="Somebody else"):
        services.confirm_account_change(by=second, change=change)
    change.refresh_from_db()
    assert change.state == "waiting"


def test_another_address_of_a_coordinator_is_told(cast, client_of):
    """To her old address, to who keeps the log with her, and in the record that they read."""
    colleague = factories.UserFactory(email="colleague@example.org", coordinates=cast.south_sudan)
    enter(client_of(cast.administrator), cast.coordinator, email="new@example.org")
    cast.coordinator.refresh_from_db()
    assert cast.coordinator.email == "new@example.org"
    assert mailed("address") == ["coordinator@example.org"]
    assert mailed("roles") == ["colleague@example.org", "new@example.org"]
    assert AuditEvent.objects.visible_to(colleague).get().kind == "address"


def test_the_old_address_opens_nothing_any_more(cast, client_of):
    """Neither by its password nor by a new one, although it was once mailed a way to set one."""
    client_of(None).post("/account/password/reset/", {"email": "member@example.org"})
    assert EmailAddress.objects.filter(email="member@example.org").exists()  # allauth keeps a copy
    enter(client_of(cast.administrator), cast.member, email="new@example.org")
    client = client_of(None)
    client.post("/account/login/", {"login": "member@example.org", "password": "demo"})
    assert not get_user(client).is_authenticated
    client.post("/account/login/", {"login": "new@example.org", "password": "demo"})
    assert get_user(client) == cast.member


def test_switching_off_first_silences_nothing(cast, client_of, mailoutbox, django_capture_on_commit_callbacks):
    """The old address is written to even when the account is inactive by then."""
    with django_capture_on_commit_callbacks(execute=True):
        enter(client_of(cast.administrator), cast.member, email="new@example.org", is_active="")
    assert [message.to for message in mailoutbox] == [["member@example.org"]]


# -- Second factors -----------------------------------------------------------------------------------


def factor_page(person):
    return f"/admin/engagement/user/{person.pk}/factor/"


def test_a_lost_factor_is_removed_by_an_administrator(cast, client_of):
    """After a page that asks; its owner is told, and it is kept."""
    TOTP.activate(cast.reader, generate_totp_secret())
    client = client_of(cast.administrator)
    assert factor_page(cast.reader) in client.get(factor_page(cast.reader).replace("factor", "change")).content.decode()
    assert b"Remove it" in client.get(factor_page(cast.reader)).content
    assert Authenticator.objects.exists()
    client.post(factor_page(cast.reader))
    assert not Authenticator.objects.exists()
    assert mailed("factor") == ["hrett@example.org"]
    assert kept("factor") == [(str(cast.administrator), None, {"person": str(cast.reader), "what": "removed"})]


def test_that_of_a_coordinator_is_kept_for_her_cluster(cast, client_of):
    """Her password alone opens the log now: who keeps it too can read of that."""
    TOTP.activate(cast.coordinator, generate_totp_secret())
    client_of(cast.administrator).post(factor_page(cast.coordinator))
    assert AuditEvent.objects.visible_to(cast.coordinator).get().kind == "factor"


def test_that_of_a_focal_point_needs_another(cast, client_of, second):
    """It is asked for, mailed to all of them, and removed with the second one's word."""
    TOTP.activate(cast.focal, generate_totp_secret())
    client_of(cast.administrator).post(factor_page(cast.focal))
    assert Authenticator.objects.exists()
    assert mailed("change") == ["focal@example.org", "second@example.org"]
    services.confirm_account_change(by=second, change=AccountChange.objects.get())
    assert not Authenticator.objects.exists()
    assert mailed("factor") == ["focal@example.org"]


def test_an_administrator_does_not_remove_her_own(cast, client_of):
    """A borrowed session would otherwise lose the factor without the password."""
    TOTP.activate(cast.administrator, generate_totp_secret())
    client_of(cast.administrator).post(factor_page(cast.administrator))
    assert Authenticator.objects.exists()


def test_where_there_is_none_nothing_happens(cast, client_of):
    """No mail, no record."""
    client_of(cast.administrator).post(factor_page(cast.member))
    assert (OutgoingMail.objects.count(), AuditEvent.objects.count()) == (0, 0)


@pytest.mark.parametrize("person", ["reader", "focal", "coordinator"])
def test_nobody_else_removes_factors(person, cast, client_of):
    """Only administrators keep accounts."""
    TOTP.activate(cast.other, generate_totp_secret())
    assert client_of(getattr(cast, person)).post(factor_page(cast.other)).status_code in (302, 403)
    assert Authenticator.objects.exists()


# -- Roles in clusters --------------------------------------------------------------------------------


def test_an_administrator_becomes_no_coordinator_quietly(cast, client_of):
    """The cluster's coordinators get a mail, and read in the record who did it."""
    new_role(client_of(cast.administrator), cast.administrator, cast.south_sudan)
    assert mailed("roles") == ["coordinator@example.org"]
    event = AuditEvent.objects.visible_to(cast.coordinator).get()
    assert (event.actor_id, event.subject_id) == (cast.administrator.pk, cast.administrator.pk)
    assert event.detail == {"person": str(cast.administrator), "from": "", "to": "coordinator"}


def test_nor_by_ending_the_others_first(cast, client_of):
    """Who loses her role hears of it; so does one whose account is switched off."""
    membership = cast.coordinator.memberships.get()
    given = {
        "user": cast.coordinator.pk, "cluster": cast.south_sudan.pk, "role": "coordinator", "started_on": "2026-01-01",
        "ended_on": "2026-05-20",
    }  # fmt: skip
    client = client_of(cast.administrator)
    client.post(f"/admin/engagement/membership/{membership.pk}/change/", given)
    assert mailed("roles") == ["coordinator@example.org"]
    OutgoingMail.objects.all().delete()
    enter(client, cast.other, is_active="")
    assert mailed("roles") == ["other@example.org"]
    assert AuditEvent.objects.filter(cluster_id=cast.ukraine.pk).get().detail["to"] == "inactive"


def test_nor_through_a_cluster_above(cast, client_of):
    """A role above reads below; and a cluster that is put below another is read from there."""
    above = factories.ClusterFactory(slug="above")
    cast.south_sudan.parent = above
    cast.south_sudan.save()
    client = client_of(cast.administrator)
    new_role(client, cast.administrator, above)
    assert mailed("roles") == ["coordinator@example.org"]
    assert AuditEvent.objects.visible_to(cast.coordinator).count() == 1
    services.keep_cluster(by=cast.administrator, cluster=_below(cast.ukraine, above))
    assert mailed("roles") == ["coordinator@example.org", "other@example.org"]
    event = AuditEvent.objects.visible_to(cast.other).get()
    assert event.detail == {"cluster_name": str(cast.ukraine), "from": "", "to": str(above)}


def _below(cluster, above):
    cluster.parent = above
    return cluster


def test_nor_by_moving_a_role(cast):
    """A membership that is given another cluster or person ends in one place and begins in the other."""
    membership = cast.member.memberships.get()
    membership.cluster, membership.role = cast.ukraine, "coordinator"
    services.keep_membership(by=cast.administrator, membership=membership)
    found = sorted((event.cluster_id, event.detail["from"], event.detail["to"]) for event in AuditEvent.objects.all())
    assert found == sorted([(cast.south_sudan.pk, "member", ""), (cast.ukraine.pk, "", "coordinator")])
    assert mailed("roles") == ["member@example.org", "other@example.org"]


def test_on_the_persons_page_too(cast, client_of):
    """The roles below a person's own fields go the same way."""
    given = NO_ROLES | {
        "memberships-TOTAL_FORMS": "1", "memberships-0-cluster": str(cast.south_sudan.pk),
        "memberships-0-role": "imo", "memberships-0-started_on": "2026-01-01", "memberships-0-user": str(cast.other.pk),
    }  # fmt: skip
    enter(client_of(cast.administrator), cast.other, **given)
    assert Membership.objects.filter(user=cast.other, cluster=cast.south_sudan, role="imo").exists()
    assert mailed("roles") == ["coordinator@example.org", "other@example.org"]


def test_members_come_and_go_without_mail(cast, client_of):
    """A coordinator's own invitations are kept in the record, and mailed to nobody but the member."""
    client = client_of(cast.coordinator)
    client.post("/clusters/south-sudan/members/", {"name": "Ana", "email": "ana@example.org", "language": "en"})
    new = Membership.objects.get(user__email="ana@example.org")
    client.post(f"/clusters/south-sudan/members/{new.pk}/end/")
    words = [event.detail["to"] for event in AuditEvent.objects.visible_to(cast.coordinator).order_by("at")]
    assert words == ["member", ""]
    assert mailed("roles") == []


@pytest.mark.parametrize(("field", "value"), [("is_administrator", "on"), ("task_team", "reader")])
def test_other_roles_are_kept(field, value, cast, client_of):
    """To become an administrator or a reader of the task team is in the record, which focal points read."""
    enter(client_of(cast.administrator), cast.member, **{field: value})
    event = AuditEvent.objects.get()
    assert (event.actor, event.detail["from"], event.detail["to"]) == (
        str(cast.administrator),
        "",
        "administrator" if field == "is_administrator" else "reader",
    )
    assert str(cast.member) in client_of(cast.focal).get(CHANGES).content.decode()
    assert str(cast.member) not in client_of(cast.administrator).get(CHANGES).content.decode()


@pytest.mark.parametrize("state", ["waiting", "confirmed", "refused"])
def test_the_mails_say_who_and_hold_no_key(state, cast, second, mailoutbox, django_capture_on_commit_callbacks):
    """Names and a link to the page; neither the new address nor a way to set a password."""
    with django_capture_on_commit_callbacks(execute=True):
        cast.focal.email = "new@example.org"
        services.keep_person(by=cast.administrator, person=cast.focal)
    if state != "waiting":
        mailoutbox.clear()
        act = services.confirm_account_change if state == "confirmed" else services.refuse_account_change
        with django_capture_on_commit_callbacks(execute=True):
            act(by=second, change=AccountChange.objects.get())
    about = [message for message in mailoutbox if CHANGES in message.body]
    assert len(about) == (2 if state == "waiting" else 3)
    for message in about:
        assert str(cast.focal) in message.body
        assert "new@example.org" not in message.body
        assert "/password/" not in message.body


@pytest.mark.parametrize("keeps", [True, False])
def test_the_mail_about_roles(keeps, cast, mailoutbox, django_capture_on_commit_callbacks):
    """It tells the reader her own role, and leads to the list of members only who can open it."""
    membership = cast.coordinator.memberships.get()
    with django_capture_on_commit_callbacks(execute=True):
        membership.role = "imo" if keeps else "member"
        services.keep_membership(by=cast.administrator, membership=membership)
    (message,) = mailoutbox
    assert ("information management officer" if keeps else "member") in message.body
    assert ("/clusters/south-sudan/members/" in message.body) is keeps


def test_the_history_of_an_account_says_where_rights_are_kept(cast, client_of):
    """Django's own sentence would say that there is none; what was entered in the administration stands there."""
    address = f"/admin/engagement/user/{cast.member.pk}/history/"
    client = client_of(cast.administrator)
    page = client.get(address).text
    assert "No change of this account in the administration is kept." in page
    assert "focal points read it on that page" in page
    assert f'href="{CHANGES}"' in page
    assert client.get(CHANGES).status_code == 200
    enter(client, cast.member, task_team="reader")
    page = client.get(address).text
    assert "No change of this account" not in page
    assert "Changed Role in the HRE task team" in page
    User.objects.filter(pk=cast.administrator.pk).update(task_team="focal_point")
    assert "focal points read it on that page" in client.get(address).text


def test_the_record_in_sentences(cast):
    """Each kind of event that the services write has its words; roles by their names, with the cluster."""
    admin = cast.administrator
    cast.member.is_administrator = True
    services.keep_person(by=admin, person=cast.member)
    cast.other.is_active = False
    services.keep_person(by=admin, person=cast.other)
    cast.coordinator.email = "new@example.org"
    services.keep_person(by=admin, person=cast.coordinator)
    membership = cast.coordinator.memberships.get()
    membership.role = "imo"
    services.keep_membership(by=admin, membership=membership)
    membership.ended_on = membership.started_on
    services.keep_membership(by=admin, membership=membership)
    TOTP.activate(cast.reader, generate_totp_secret())
    services.remove_factor(by=admin, person=cast.reader)
    above = factories.ClusterFactory(slug="above", name="Above")
    for parent in (above, None):
        cast.ukraine.parent = parent
        services.keep_cluster(by=admin, cluster=cast.ukraine)
    lines = lines_of(AuditEvent.objects.order_by("at"))
    south_sudan, ukraine = str(cast.south_sudan), str(cast.ukraine)
    assert [line[:3] for line in lines] == [
        (str(cast.member), "", "now administrator"),
        (str(cast.other), ukraine, "switched off instead of in use"),
        (str(cast.coordinator), south_sudan, "signs in with another address"),
        (str(cast.coordinator), south_sudan, "information management officer instead of coordinator"),
        (str(cast.coordinator), south_sudan, "no longer information management officer"),
        (str(cast.reader), "", "second factor removed"),
        (ukraine, "", "part of Above now"),
        (ukraine, "", "no longer part of Above"),
    ]
