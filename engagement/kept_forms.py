"""Forms that arrive after their session has ended: kept, sealed, for the person who typed, until she has signed in.

Each form that a signed-in person opens names her, signed (`token_of`, drawn by `{% csrf_token %}`), so that it is known
who typed even when the session is gone altogether: idle too long, signed out in another tab, the browser restarted.
Nothing is ever done by itself: she sees what she typed, and presses a button that sends it anew.

Drafts are the same, kept while she types (`static/drafts.js`) into the forms of pages that are `drafted`: she goes on
writing where she stopped, on any device, until the form is saved, thrown away, or two weeks old.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from cryptography.fernet import Fernet, InvalidToken
from django.contrib import messages
from django.core.cache import cache
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.signs import labelled
from config.views import NOT_TYPED

from .actions import WORDINGS, name_of
from .models import Engagement, KeptForm, SupportMessage, User

TYPED_BY, KEPT = "typed_by", "kept_form"
"""Names of hidden fields: whose page a form stands on, and which kept form it is sent from."""

AT_MOST = 20
"""Drafts of one person, and forms of hers that did not arrive; the oldest of the same sort give way."""

ON_ITS_WAY = 30
"""Seconds in which a draft may still arrive whose form was saved: longer than `static/drafts.js` waits for one."""

REFRESH = "refresh"
"""Sent with a form that is to come back as it was typed, neither checked nor saved: going on with a draft."""

_SALT = "engagement.kept_forms"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form held: `address` with its query, (name, value) in the order of the form, whether files came along."""

    address: str
    fields: list[tuple[str, str]]
    had_files: bool
    kept_at: datetime | None = None
    is_draft: bool = False

    @property
    def title(self) -> str:
        """What a form is of, without any of its texts: "Log an action: 3. Propose a briefing"; "" if unknown."""
        what = _what_is_drafted(self.address) or ("" if self.is_draft else _("A form that did not arrive"))
        number = next((value for name, value in self.fields if name == "action"), "")
        is_action = number.isascii() and number.isdigit() and int(number[:3]) in WORDINGS
        return labelled(what, name_of(int(number))) if is_action else what


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
    typed = Typed(request.get_full_path(), _fields_of(request), bool(request.FILES))
    typist = _typist(request.POST.get(TYPED_BY, ""))
    if typist is None or not any(value for name, value in typed.fields if name not in NOT_TYPED):
        return None
    with transaction.atomic():
        discard(typist, request.POST.get(KEPT, ""))  # the draft of this form, or what was kept of it before
        row = KeptForm.objects.create(typed_by=typist, sealed=seal(typist, typed), kept_at=timezone.now())
        _make_room(typist, is_draft=False)
    return row


def keep_draft(user: User, pk: UUID, address: str, request: HttpRequest) -> bool:
    """Keep what `user` has typed so far as her draft `pk`, instead of what was kept of it before.

    `address` is that of the page with the form. False when there is nothing to keep: the form was saved meanwhile, the
    draft is somebody else's, or the page is not `drafted`.
    """
    fields = _fields_of(request)
    key = request.POST.get("form_key") or request.POST.get("key", "")
    is_saved = _is_uuid(key) and (
        Engagement.objects.visible_to(user).filter(form_key=key).exists()
        or SupportMessage.objects.filter(pk=key, written_by=user).exists()
    )
    if is_saved or not _what_is_drafted(address) or cache.get(_discarded(user, pk)):
        return False
    values = {"sealed": seal(user, Typed(address, fields, had_files=False)), "kept_at": timezone.now()}
    hers = KeptForm.objects.visible_to(user).filter(pk=pk, is_draft=True)
    if hers.update(**values):
        return True
    with transaction.atomic():
        KeptForm.objects.expired().delete()
        # The same key is there already when it is somebody else's, or when another answer was under way.
        KeptForm.objects.bulk_create([KeptForm(pk=pk, typed_by=user, is_draft=True, **values)], ignore_conflicts=True)
        _make_room(user, is_draft=True)
    return bool(hers.update(**values))


def drafts_of(user: User, path: str = "") -> list[tuple[KeptForm, Typed]]:
    """What `user` has begun or sent and not saved, the newest first; with `path`, on that page. One query."""
    rows = KeptForm.objects.visible_to(user).order_by("-kept_at", "pk")
    opened = [(row, typed) for row in rows if (typed := _opened(user, row)) and typed.title]
    return [(row, typed) for row, typed in opened if path in ("", typed.address.partition("?")[0])]


def begun(user: User, request: HttpRequest, path: str) -> QueryDict | None:
    """Her draft that the request names (`KEPT`), for the form of the page at `path` to be gone on with; else None.

    A page that starts from it gives its key to the template, as `draft`.
    """
    key = request.POST.get(KEPT) or request.GET.get(KEPT, "")
    typed = open_for(user, UUID(key)) if _is_uuid(key) else None
    if typed is None or not typed.is_draft or typed.address.partition("?")[0] != path:
        return None
    fields = QueryDict(mutable=True)
    for name, value in [*typed.fields, (REFRESH, "1"), (KEPT, key)]:
        fields.appendlist(name, value)
    return fields


def discard_said(user: User, path: str, text: str) -> None:
    """Keep none of her drafts on the page at `path` of which all is said in `text`, which is saved."""
    for row, typed in drafts_of(user, path):
        if dict(typed.fields).get("text", "").strip() in text:
            discard(user, str(row.pk))


def drafted(title: str | Promise) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Keep what is typed into the form of a page meanwhile; a draft of it is called `title`, lazily translated.

    The form is one of `forms.checked`, which comes back as it was typed when it is sent with `REFRESH`. The template
    includes `engagement/_drafts.html` above the form and `engagement/_draft.html` in it. Other forms of the page that
    carry the key of the draft (`KEPT`) send it before they are sent themselves.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                context = response.context_data = response.context_data or {}
                draft = context.setdefault("draft", draft_key(request))
                if request.method != "POST" and request.user.is_authenticated:
                    drafts = drafts_of(request.user, request.path)
                    context["drafts"] = [(row, typed) for row, typed in drafts if row.pk != draft]
            return response

        wrapper.draft_title = title  # type: ignore[attr-defined]
        return wrapper

    return decorate


def _what_is_drafted(address: str) -> str:
    """What a draft of the page at this address is called; "" when it has none."""
    try:
        return str(getattr(resolve(address.partition("?")[0]).func, "draft_title", ""))
    except Resolver404:
        return ""


def _make_room(typist: User, *, is_draft: bool) -> None:
    """Forget what is too old; and of drafts, or of forms that did not arrive, all but the newest AT_MOST."""
    KeptForm.objects.expired().delete()
    rows = KeptForm.objects.filter(typed_by=typist, is_draft=is_draft)
    newest = rows.order_by("-kept_at", "pk").values_list("pk", flat=True)[:AT_MOST]
    rows.exclude(pk__in=list(newest)).delete()


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
    """What `user` typed herself and still waits; None for what is not there, not hers, or not to be opened."""
    row = KeptForm.objects.visible_to(user).filter(pk=pk).first()
    return _opened(user, row) if row else None


def _opened(user: User, row: KeptForm) -> Typed | None:
    try:
        opened = json.loads(_cipher(user).decrypt(bytes(row.sealed)))
    except InvalidToken:  # the secret key was changed, or the row was moved to somebody else
        return None
    fields = [(name, value) for name, value in opened["fields"]]
    return Typed(opened["address"], fields, opened["had_files"], row.kept_at, row.is_draft)


def discard(user: User, key: str) -> None:
    """Keep a form no longer, if it is hers; `key` is what the browser sent."""
    if _is_uuid(key):
        KeptForm.objects.visible_to(user).filter(pk=key).delete()
        cache.set(_discarded(user, UUID(key)), True, ON_ITS_WAY)


def _discarded(user: User, key: UUID) -> str:
    """Under this name the cache says that this person saved or threw away the form of that key a moment ago."""
    return f"discarded-draft-{user.pk}-{key}"


def draft_key(request: HttpRequest) -> UUID:
    """The key under which the form of this page is kept while somebody types: the one it came with, else a new one."""
    key = request.POST.get(KEPT, "")
    return UUID(key) if _is_uuid(key) else uuid4()


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.POST.lists() if _is_carried(name) for value in values]


def _is_carried(name: str) -> bool:
    return name not in ("csrfmiddlewaretoken", TYPED_BY, KEPT, REFRESH, "code") and "password" not in name


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
