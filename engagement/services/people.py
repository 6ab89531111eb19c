"""People of a cluster."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from .. import mail
from ..models import Cluster, Membership, OutgoingMail, User
from .accounts import keep_membership


def invite_member(*, by: User, cluster: Cluster, name: str, email: str, language: str) -> OutgoingMail:
    """Make the person with `email` a member of `cluster`, with an account if she has none; the mail that tells her.

    A new account begins in the time zone of `by`. Somebody who already has a current role in the cluster keeps it.
    Says nothing of whether the account is new.
    """
    with transaction.atomic():
        Cluster.objects.select_for_update().get(pk=cluster.pk)  # of two who invite her at once, one makes the role
        new = {"name": name, "language": language, "password": make_password(None), "time_zone": by.time_zone}
        user, _is_new = User.objects.get_or_create(email=email, defaults=new)
        if not Membership.objects.current().filter(user=user, cluster=cluster).exists():
            keep_membership(by=by, membership=Membership(user=user, cluster=cluster, role=Membership.Role.MEMBER))
        return mail.queue(kind="invitation", to=user, by=by, cluster=cluster)
