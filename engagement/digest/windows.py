"""When the week of a person ends: on Monday morning in her time zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MORNING = 7
"""The hour of Monday from which a weekly mail is made; one that was missed is made up for by the next run."""

OVERLAP = timedelta(minutes=15)
"""How far a span reaches back over what was looked at before: a change carries the moment it was made, and is seen only
once its transaction is committed. What was told is known by item, so that nothing comes twice."""


def last_monday(zone: ZoneInfo, now: datetime) -> datetime:
    """The last Monday morning before or at `now` in this zone."""
    here = now.astimezone(zone)
    monday = (here - timedelta(days=here.weekday())).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if monday > here:
        monday -= timedelta(days=7)
    return monday
