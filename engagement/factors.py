"""Second factors are allauth's; this says which of them count, which session has shown one, and keeps a record."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from .audit import record
from .models import AuditEvent, User

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""Recovery codes alone are none: at sign-in allauth would ask for nothing but the password."""

SHOWN_BY = "factor_shown_by"
"""In a session: the key of the person who showed a second factor in it, or set one up."""


def way_to_factor(request: HttpRequest) -> str:
    """Where whoever is signed in sets up a second factor, or shows hers in this session; "" when she has done both.

    A session that began with the password alone, before its owner set up a factor, may be somebody else's. One query.
    """
    user: Any = request.user
    if not is_mfa_enabled(user, FACTORS):
        return reverse("mfa_index")
    if request.session.get(SHOWN_BY) == str(user.pk):
        return ""
    ways = get_adapter().get_reauthentication_methods(user)
    way = next(way["url"] for way in ways if way["id"].startswith("mfa_reauthenticate"))
    return f"{way}?{urlencode({'next': request.get_full_path()})}"


@receiver([signals.authenticator_used, signals.authenticator_added])
def remember_in_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[SHOWN_BY] = str(user.pk)


@receiver([signals.authenticator_added, signals.authenticator_removed, signals.authenticator_reset])
def keep_in_record(signal: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """What a person does to her own factors; `services.remove_factor` keeps what others do to them."""
    done = {
        signals.authenticator_added: "added",
        signals.authenticator_removed: "removed",
        signals.authenticator_reset: "renewed",
    }
    kind = AuditEvent.Kind.FACTOR
    record(kind, by=user, subject=user.pk, person=str(user), what=done[signal], type=str(authenticator.type))
