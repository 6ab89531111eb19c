"""Forms that arrive after their session has ended: kept, sealed, for the person who typed, until she has signed in.

Each form that a signed-in person opens names her, signed (`token_of`, drawn by `{% csrf_token %}`), so that it is known
who typed even when the session is gone altogether: idle too long, signed out in another tab, the browser restarted.
Nothing is ever done by itself: she sees what she typed, and presses a button that sends it anew.
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from config.views import NOT_TYPED

from .models import KeptForm, User

TYPED_BY, KEPT = "typed_by", "kept_form"
"""Names of hidden fields: whose page a form stands on, and which kept form it is sent from."""

AT_MOST = 20
"""Kept forms of one person; the oldest give way."""

_SALT = "engagement.kept_forms"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form held: `address` with its query, (name, value) in the order of the form, whether files came along."""

    address: str
    fields: list[tuple[str, str]]
    had_files: bool


def token_of(user: User) -> str:
    """What a form carries to say who types into it."""
    return Signer(salt=_SALT).sign(str(user.pk))


def seal(typist: User, typed: Typed) -> bytes:
    """What was typed, so that only `open_for` the same person reads it."""
    plain = {"address": typed.address, "fields": typed.fields, "had_files": typed.had_files}
    return _cipher(typist).encrypt(json.dumps(plain).encode())


def keep(request: HttpRequest) -> KeptForm | None:
    """Keep what was posted for whoever typed it; None when nobody known did, or only pressed a button.

    Passwords, codes and the keys of the request are left out; files are not kept.
    """
    typed = Typed(
        request.get_full_path(),
        [(name, value) for name, values in request.POST.lists() if _is_carried(name) for value in values],
        bool(request.FILES),
    )
    typist = _typist(request.POST.get(TYPED_BY, ""))
    if typist is None or not any(value for name, value in typed.fields if name not in NOT_TYPED):
        return None
    with transaction.atomic():
        KeptForm.objects.expired().delete()
        row = KeptForm.objects.create(typed_by=typist, sealed=seal(typist, typed), kept_at=timezone.now())
        newest = KeptForm.objects.filter(typed_by=typist).order_by("-kept_at", "pk").values("pk")[:AT_MOST]
        KeptForm.objects.filter(typed_by=typist).exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()
    return row


def way_back(request: HttpRequest) -> HttpResponse | None:
    """Keep what was posted, and lead to its page: by way of sign-in, which says so, where nobody is signed in.

    None when there is nothing to keep.
    """
    row = keep(request)
    if row is None:
        return None
    if not request.user.is_authenticated:
        messages.info(request, _("You were signed out before your form arrived. Sign in, and what you typed is here."))
    return redirect(row)


def open_for(user: User, pk: UUID) -> Typed | None:
    """What `user` typed herself, within the last day; None for what is not there, not hers, or not to be opened."""
    row = KeptForm.objects.visible_to(user).filter(pk=pk).first()
    if row is None:
        return None
    try:
        opened = json.loads(_cipher(user).decrypt(bytes(row.sealed)))
    except InvalidToken:  # the secret key was changed, or the row was moved to somebody else
        return None
    return Typed(opened["address"], [(name, value) for name, value in opened["fields"]], opened["had_files"])


def discard(user: User, key: str) -> None:
    """Keep a form no longer, if it is hers; `key` is what the browser sent."""
    try:
        pk = UUID(key)
    except ValueError:
        return
    KeptForm.objects.visible_to(user).filter(pk=pk).delete()


def _is_carried(name: str) -> bool:
    return name not in ("csrfmiddlewaretoken", TYPED_BY, KEPT, "code") and "password" not in name


def _typist(token: str) -> User | None:
    """Who is named by the token of a form; None for one that we have not written."""
    try:
        pk = Signer(salt=_SALT).unsign(token)
    except BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def _cipher(user: User) -> Fernet:
    """Encryption with a key of this person alone, derived from `SECRET_KEY`."""
    return Fernet(urlsafe_b64encode(salted_hmac(_SALT, user.pk.hex, algorithm="sha256").digest()))
