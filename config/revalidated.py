"""Pages that a browser may keep, as long as it asks each time whether they are still the same.

On a line of 40 kbit/s the answer that nothing has changed takes a second, and the page three more.
"""

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import get_conditional_response

# Another one in each answer: the masked token of forms, and for how long the session lasts.
_BY_CHANCE = re.compile(rb'(csrfmiddlewaretoken" value="|X-CSRFToken(?:"|&quot;): (?:"|&quot;)|data-left=")[\w-]*')


def revalidated(view: Callable[..., TemplateResponse]) -> Callable[..., TemplateResponse]:
    """Give the page of a view an ETag, answer 304 when the browser has the same, and let it keep the page.

    For pages that hold nothing of what clusters log, at most a link to the reader's own cluster and the names of views
    that she can open: what is kept lies on the disk of a machine that may be shared.
    The mark is that of the whole page, with the name of whoever reads it; signing out clears what was kept.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> TemplateResponse:
        response = view(request, *args, **kwargs)
        response.add_post_render_callback(lambda rendered: _or_not_modified(request, rendered))
        return response

    return wrapper


def _or_not_modified(request: HttpRequest, response: Any) -> Any:
    content = _BY_CHANCE.sub(rb"\1", response.content)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    answer.may_be_kept = answer.status_code in (200, 304)
    return answer
