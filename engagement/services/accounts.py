"""Accounts and roles, as administrators keep them: nothing quietly; what opens everything, by two persons.

Who may ask is decided by the pages: the administration, and the list of changes for focal points.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import mail
from ..audit import record
from ..models import AccountChange, AuditEvent, Cluster, Membership, OutgoingMail, User
from ..querysets import COORDINATING, AccountChangeQuerySet
from .act import NotNow

FOCAL_POINT = User.TaskTeam.FOCAL_POINT
Told = dict[Cluster, set[User]]
"""Who keeps the log of each cluster."""


def keep_person(*, by: User, person: User) -> list[AccountChange]:
    """Save an account as an administrator entered it, but what a focal point must confirm first stays as it was.

    That is: to become a focal point, and another address for one. `person` holds what is stored then; the changes that
    wait come back. An account that is switched off loses its role in the task team, so that switching it on again
    gives nothing back unseen.
    """
    with transaction.atomic():
        before = User.objects.select_for_update().filter(pk=person.pk).first()
        had, wanted = _role(before), _role(person)
        asks_for_role = wanted == FOCAL_POINT != had
        person.task_team = had if asks_for_role else wanted
        new_address = ""
        if before and before.task_team == FOCAL_POINT and before.email != person.email:
            new_address, person.email = person.email, before.email
        told = _keepers(*_clusters_of(person))
        person.save()
        if before and before.email != person.email:
            _address_changed(person, old=before.email, by=by)
        if person.task_team != had:
            _role_changed(person, by=by, was=had, now=person.task_team)
        was_administrator = bool(before and before.is_administrator)
        if person.is_administrator != was_administrator:
            words = ("", "administrator") if person.is_administrator else ("administrator", "")
            _role_changed(person, by=by, was=words[0], now=words[1])
        if before and person.is_active != before.is_active:
            words = ("inactive", "active") if person.is_active else ("active", "inactive")
            _keep_of_person(AuditEvent.Kind.ROLE, by=by, person=person, **{"from": words[0], "to": words[1]})
            _mail_roles(_with(told, _keepers(*_clusters_of(person))), by=by)
        asked = []
        if asks_for_role:
            asked.append(_ask(AccountChange.Kind.FOCAL_POINT, by=by, person=person))
        if new_address:
            asked.append(_ask(AccountChange.Kind.EMAIL, by=by, person=person, email=new_address))
    return asked


def keep_membership(*, by: User, membership: Membership) -> None:
    """Save a role in a cluster, new, changed, moved or ended; who keeps its log is told when that group changes."""
    with transaction.atomic():
        before = Membership.objects.select_for_update().filter(pk=membership.pk).first()
        places = dict.fromkeys((row.user, row.cluster) for row in (before, membership) if row)
        told = {cluster: _keepers(cluster) for _person, cluster in places}
        membership.save()
        for person, cluster in places:
            was, now = (_role_in(row, person, cluster) for row in (before, membership))
            if was == now:
                continue
            words = {"person": str(person), "from": was, "to": now}
            if was not in COORDINATING and now not in COORDINATING:
                record(AuditEvent.Kind.ROLE, by=by, cluster=cluster.pk, subject=person.pk, **words)
                continue
            for row in _within(cluster):
                record(AuditEvent.Kind.ROLE, by=by, cluster=row.pk, subject=person.pk, **words)
            _mail_roles(_with(told[cluster], _keepers(cluster)), by=by)


def keep_cluster(*, by: User, cluster: Cluster) -> None:
    """Save a cluster. To put it below another one gives that one's coordinators its whole log: all of them are told."""
    with transaction.atomic():
        before = Cluster.objects.select_for_update().filter(pk=cluster.pk).first()
        told = _keepers(before) if before else {}
        cluster.save()
        if before is None or before.parent_id == cluster.parent_id:
            return
        words = {"cluster_name": str(cluster), "from": str(before.parent or ""), "to": str(cluster.parent or "")}
        for row in _within(cluster):
            record(AuditEvent.Kind.ROLE, by=by, cluster=row.pk, subject=cluster.pk, **words)
        _mail_roles(_with(told, _keepers(cluster)), by=by)


def remove_factor(*, by: User, person: User) -> AccountChange | None:
    """Take away a second factor that its owner has lost; of a focal point only when another one confirms.

    The change that waits, or None when it is done. Raises NotNow for the own account, which has pages for that, and
    where there is nothing to take away.
    """
    if by == person:
        raise NotNow(_("This is your own account: change its second factor on your account page."))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        if not Authenticator.objects.filter(user=person).exists():
            raise NotNow(_("%(name)s has no second factor. Nothing was changed.") % {"name": person})
        if person.task_team == FOCAL_POINT:
            return _ask(AccountChange.Kind.FACTOR, by=by, person=person)
        _factor_removed(person, by=by)
    return None


def confirm_account_change(*, by: User, change: AccountChange) -> AccountChange:
    """Let a change take effect. Raises NotNow unless `by` may confirm it, or when it cannot be done any more."""
    with transaction.atomic():
        change = _hold(change)
        if not AccountChange.objects.confirmable_by(by).filter(pk=change.pk).exists():
            raise NotNow(_("Another focal point confirms this. Nothing was changed."))
        person = User.objects.select_for_update().get(pk=change.person_id)
        if change.kind == AccountChange.Kind.FOCAL_POINT:
            if not person.is_active:
                raise NotNow(_("This account is switched off. Nothing was changed."))
            was, person.task_team = person.task_team, FOCAL_POINT
            person.save(update_fields=["task_team"])
            _role_changed(person, by=by, was=was, now=FOCAL_POINT, asked_by=str(change.asked_by))
        elif change.kind == AccountChange.Kind.EMAIL:
            if User.objects.filter(email__iexact=change.email).exclude(pk=person.pk).exists():
                raise NotNow(_("Somebody else signs in with this address by now. Nothing was changed."))
            old, person.email = person.email, change.email
            person.save(update_fields=["email"])
            _address_changed(person, old=old, by=by, asked_by=str(change.asked_by))
        else:
            _factor_removed(person, by=by, asked_by=str(change.asked_by))
        return _decide(change, by=by, state=AccountChange.State.CONFIRMED)


def refuse_account_change(*, by: User, change: AccountChange) -> AccountChange:
    """Let a change come to nothing: any focal point, the person herself among them, or an administrator may.

    Raises NotNow when it is decided already, and AccountChange.DoesNotExist for anybody else.
    """
    with transaction.atomic():
        AccountChange.objects.visible_to(by).get(pk=change.pk)
        return _decide(_hold(change), by=by, state=AccountChange.State.REFUSED)


def close_account_changes(changes: AccountChangeQuerySet) -> None:
    """Let changes on which nobody decided come to nothing, inside the caller's transaction, which has locked them.

    For `retention`: what was asked for long ago is not to take effect by a late press. The same people are told as of a
    decision; the mails are left to the queue.
    """
    for change in changes.for_page():
        change.state, change.decided_at = AccountChange.State.EXPIRED, timezone.now()
        change.save(update_fields=["state", "decided_at"])
        _queue_change(change, by=None)


def appoint_first_focal_point(*, person: User) -> None:
    """Make `person` a focal point while there is none who could confirm it; for whoever runs the server.

    Raises NotNow when there is one, or when the account is switched off.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        if first := User.objects.focal_points().first():
            raise NotNow(_("%(name)s is a focal point already and confirms further ones.") % {"name": first})
        if not person.is_active:
            raise NotNow(_("This account is switched off."))
        was, person.task_team = person.task_team, FOCAL_POINT
        person.save(update_fields=["task_team"])
        _role_changed(person, by=None, was=was, now=FOCAL_POINT)


def _role(person: User | None) -> str:
    """The role in the task team that gives rights: none for an account that is switched off."""
    return person.task_team if person and person.is_active else ""


def _role_in(row: Membership | None, person: User, cluster: Cluster) -> str:
    """The role that `row` gives `person` in `cluster`; "" when it is ended or about others."""
    if row is None or row.ended_on or (row.user_id, row.cluster_id) != (person.pk, cluster.pk):
        return ""
    return row.role


def _within(cluster: Cluster) -> list[Cluster]:
    """The clusters whose log the coordinators of `cluster` keep: itself first, then those below it."""
    rows = Cluster.objects.within([cluster.pk]).select_related("parent__parent")
    return sorted(rows, key=lambda row: row.pk != cluster.pk)


def _clusters_of(person: User) -> list[Cluster]:
    """The clusters in which `person` has a coordinating role, whether or not her account is in use.

    None while she is not stored: the administration takes the key away of whoever is added with roles in clusters.
    """
    if person._state.adding:
        return []
    return [row.cluster for row in person.memberships.current().filter(role__in=COORDINATING)]


def _keepers(*clusters: Cluster) -> Told:
    """Who keeps the log of each of `clusters`, and of each below it."""
    return {row: set(User.objects.keeping_log_of(row)) for cluster in clusters for row in _within(cluster)}


def _with(before: Told, after: Told) -> Told:
    """Both, so that who loses her role in the same change hears of it too."""
    return {cluster: before.get(cluster, set()) | after.get(cluster, set()) for cluster in before | after}


def _keep_of_person(kind: AuditEvent.Kind, *, by: User | None, person: User, **words: Any) -> None:
    """Keep what was done to an account, where the coordinators of each cluster find it whose log she keeps."""
    keys = dict.fromkeys(row.pk for cluster in _clusters_of(person) for row in _within(cluster))
    for key in keys or [None]:
        record(kind, by=by, cluster=key, subject=person.pk, person=str(person), **words)


def _role_changed(person: User, *, by: User | None, was: str, now: str, **words: Any) -> None:
    words |= {"person": str(person), "from": was, "to": str(now)}
    record(AuditEvent.Kind.ROLE, by=by, subject=person.pk, **words)


def _address_changed(person: User, *, old: str, by: User, **words: Any) -> None:
    """The old address no longer opens anything; it is written to, and so is who keeps a log together with her."""
    EmailAddress.objects.filter(user=person).delete()  # allauth's copy, by which the old one would go on to sign in
    _keep_of_person(AuditEvent.Kind.ADDRESS, by=by, person=person, **words)
    mail.deliver_on_commit([mail.queue(kind="address", to=person, by=by, address=old)])
    _mail_roles(_keepers(*_clusters_of(person)), by=by)


def _factor_removed(person: User, *, by: User, **words: Any) -> None:
    Authenticator.objects.filter(user=person).delete()
    _keep_of_person(AuditEvent.Kind.FACTOR, by=by, person=person, what="removed", **words)
    mail.deliver_on_commit([mail.queue(kind="factor", to=person, by=by)])


def _ask(kind: AccountChange.Kind, *, by: User, person: User, email: str = "") -> AccountChange:
    """Write down a change that must be confirmed, in place of one of its kind that waits; all focal points are told."""
    waiting = AccountChange.objects.waiting().filter(kind=kind, person=person).first()
    if waiting and waiting.email == email:
        return waiting
    if waiting:
        _decide(waiting, by=by, state=AccountChange.State.REFUSED)
    change = AccountChange.objects.create(kind=kind, person=person, email=email, asked_by=by)
    _mail_change(change, by=by)
    return change


def _hold(change: AccountChange) -> AccountChange:
    """The row as it stands, which nobody else decides on meanwhile. Raises NotNow when somebody has."""
    rows = AccountChange.objects.select_for_update(of=("self",)).for_page()
    held = rows.get(pk=change.pk)
    if held.state == AccountChange.State.EXPIRED:
        raise NotNow(_("Nobody decided on this in time, so it was closed. It can be asked for again."))
    if held.state != AccountChange.State.WAITING:
        words = {"name": held.decided_by, "state": held.get_state_display()}
        raise NotNow(_("%(name)s has decided already: %(state)s.") % words)
    return held


def _decide(change: AccountChange, *, by: User, state: AccountChange.State) -> AccountChange:
    change.state, change.decided_by, change.decided_at = state, by, timezone.now()
    change.save(update_fields=["state", "decided_by", "decided_at"])
    _mail_change(change, by=by)
    return change


def _mail_change(change: AccountChange, *, by: User) -> None:
    mail.deliver_on_commit(_queue_change(change, by=by))


def _queue_change(change: AccountChange, *, by: User | None) -> list[OutgoingMail]:
    """The mails that tell all focal points, and whoever asked once it is decided."""
    people = set(User.objects.focal_points())
    if change.state != AccountChange.State.WAITING:
        people.add(change.asked_by)
    return [mail.queue(kind="change", to=person, by=by, change=change) for person in people]


def _mail_roles(told: Told, *, by: User) -> None:
    """Tell each of these people once that who keeps the log of her cluster has changed, or how one of them signs in."""
    first = {person: cluster for cluster, people in reversed(told.items()) for person in people if person != by}
    mail.deliver_on_commit(
        [mail.queue(kind="roles", to=person, by=by, cluster=cluster) for person, cluster in first.items()]
    )
