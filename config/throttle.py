"""How often somebody may ask, counted in the cache that all workers share."""

import time
from hashlib import sha256

from django.core.cache import cache


def seconds_to_wait(who: str, most: int, seconds: int) -> int:
    """Count one request of `who`; 0 while there were at most `most` in this span of `seconds`, else its rest.

    Spans begin with the clock, so that two keys of the cache are enough; at their border twice as much may pass. Of
    `who` a digest is kept: it may be an address.
    """
    now = int(time.time())
    key = f"asked:{sha256(who.encode()).hexdigest()}:{now // seconds}"
    cache.add(key, 0, timeout=seconds)
    try:
        asked = cache.incr(key)
    except ValueError:  # it expired between the two
        asked = 1
    return 0 if asked <= most else seconds - now % seconds
