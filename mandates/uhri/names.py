"""Which mandate the Index means by "SR Internally displaced persons"."""

import re
from typing import Any

from ..resources.lookups import Index, folded

_OFFICE = re.compile(r"^(?:sr|ie|wg)(?: on)? ")


def mandate_of(body: str, index: Index) -> Any:
    """The key of the mandate that `body` names: by that name, or by what stands after SR, IE or WG; None if by neither.

    No guess is made: what no mandate is called waits for a person.
    """
    name = folded(body)
    for one in (name, _OFFICE.sub("", name)):
        if one in index.by_main:
            return index.by_main[one].pk
        found = index.by_name.get(one, {})
        if len(found) == 1:
            return next(iter(found))
    return None
