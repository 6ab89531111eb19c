"""Where a person is signed in, how long yet, and how that ends."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import sessions
from ..devices import device_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_list(request: HttpRequest) -> HttpResponse:
    """Her own sessions, the latest first; POST ends the one named by `end`, else all others, or with `everywhere` all.

    This one is not ended by its key: signing out does that.
    """
    going_on = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    own = UserSession.objects.filter(user=request.user, session_key__in=going_on).order_by("-last_seen_at", "-pk")
    if request.method == "POST":
        others = own.exclude(session_key=request.session.session_key)
        if "end" in request.POST:
            key = request.POST["end"]
            others = others.filter(pk=key if key.isascii() and key.isdigit() and len(key) < 10 else 0)
        ended = len(others)
        get_adapter().end_sessions(others)
        if "everywhere" in request.POST:
            logout(request)
            return redirect("account_login")
        messages.success(
            request,
            ngettext("%(n)d other session was ended.", "%(n)d other sessions were ended.", ended) % {"n": ended},
        )
        return redirect("engagement:session-list")
    rows = [
        {
            "key": session.pk,
            "device": device_of(session.user_agent),
            "address": session.ip,
            "began": session.created_at,
            "seen": session.last_seen_at,
            "is_this": session.session_key == request.session.session_key,
        }
        for session in own
    ]
    context = {"sessions": rows, "others": sum(not row["is_this"] for row in rows)}
    return TemplateResponse(request, "engagement/session_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def session_left(request: HttpRequest) -> HttpResponse:
    """In how many seconds this session ends. GET asks and is no activity, POST stays signed in (`session_clock`)."""
    return JsonResponse({"seconds": sessions.seconds_left(request.session)})
