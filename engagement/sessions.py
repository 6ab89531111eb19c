"""How long a session lasts: 30 minutes from what its person did last, 12 hours at most, no longer than the browser.

The module is `SESSION_ENGINE`: what has ended is not read any more, whatever the cookie says. Rows that have ended are
removed by `manage.py purge`.
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

AT_MOST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
"""How often activity is written down: pages that follow each other fast cost no write, and end a session no later."""

BEGAN, SEEN = "session_began", "session_seen"


class SessionStore(db.SessionStore):
    """Django's sessions in the database, with an end: `SESSION_COOKIE_AGE` after they were saved, `AT_MOST` in all."""

    def get_session_cookie_age(self) -> int:
        """Seconds that are left when the session is saved now; 0 or less when its hours are over."""
        idle = super().get_session_cookie_age()
        began = self.get(BEGAN)
        if began is None:
            return idle
        left = datetime.fromisoformat(began) + AT_MOST - timezone.now()
        return min(idle, int(left.total_seconds()))


def begin(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Start the hours of a session; called when somebody has signed in."""
    request.session[BEGAN] = request.session[SEEN] = timezone.now().isoformat()


def end(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Have the answer to this request clear the browser; called when somebody signs out, on whatever page."""
    request.has_signed_out = True  # type: ignore[attr-defined]
    UserSession.objects.filter(session_key=request.session.session_key).delete()


def note_activity(session: SessionBase) -> None:
    """Let the 30 minutes begin anew. Writes once in `NOTED_EVERY`: the session, and where its person sees it listed."""
    now = timezone.now()
    seen = session.get(SEEN)
    if seen is not None and now - datetime.fromisoformat(seen) < NOTED_EVERY:
        return
    session[SEEN] = now.isoformat()
    session.setdefault(BEGAN, session[SEEN])
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=now)


def seconds_left(session: SessionBase) -> int:
    """In how many seconds the session ends if its person does nothing more."""
    now = timezone.now().isoformat()
    idle_at = datetime.fromisoformat(session.get(SEEN, now)) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    over_at = datetime.fromisoformat(session.get(BEGAN, now)) + AT_MOST
    return max(0, int((min(idle_at, over_at) - timezone.now()).total_seconds()))
