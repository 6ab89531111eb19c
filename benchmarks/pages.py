"""Which pages are measured, as name: (person, address)."""

import gzip
import re

LOG = "/engagement/"
TIMES = 60
PEER_TIMES = 200

# One filter on each column. All show a full page at 1,000 engagements already, so that what grows is the table alone.
FILTERS = {
    "country": "country=SSD",
    "cluster": "cluster=south-sudan",
    "action": "action=6",
    "group": "group=visits",
    "mode": "mode=indirect",
    "mandate": "mandate=sr-torture",
    "status": "status=done",
    "extent": "extent=limited",
    "frame": "frame=medium",
    "level": "level=low",
    "support": "support=yes",
    "since": "since=2025-06-01",
    "until": "until=2024-06-01",
}
OF_COORDINATOR = ("mode", "status", "level", "support", "since", "until")

MAIN = {"reader": ["hrett", LOG], "coordinator": ["coordinator", LOG]}
FILTERED = {
    "reader": {f"reader, {name}": ["hrett", f"{LOG}?{query}"] for name, query in FILTERS.items()},
    "coordinator": {f"coordinator, {name}": ["coordinator", f"{LOG}?{FILTERS[name]}"] for name in OF_COORDINATOR},
}
APART = {
    "reader, text search": ["hrett", f"{LOG}?text=workshop"],
    **{
        f"reader, order {name}": ["hrett", f"{LOG}?order={name}"] for name in ("oldest", "changed", "cluster", "action")
    },
}
GROWTH = MAIN | FILTERED["reader"] | FILTERED["coordinator"] | APART

PEERS = MAIN | {
    "bare view": ["hrett", "/peer/bare/"],
    "admin, all filters": ["hrett", "/peer/full/engagement/engagement/"],
    "admin, 5 filters": ["hrett", "/peer/lean/engagement/engagement/"],
}

OVERVIEW = {
    "reader": ["hrett", "/overview/"],
    "coordinator": ["coordinator", "/overview/"],
    "log, reader": ["hrett", LOG],
    "log, coordinator": ["coordinator", LOG],
    "admin, all filters": PEERS["admin, all filters"],
    "admin, 5 filters": PEERS["admin, 5 filters"],
}

# As the coordinator, whose pages hold most.
WEIGHED = (
    *("/", LOG, "/engagement/new/?action=3", "/clusters/", "/clusters/south-sudan/"),
    *("/visits/", "/calls/", "/reports/", "/mandates/", "/guide/"),
)


def linked_files(page: bytes) -> list[str]:
    """The style, script and icon that a page (compressed) asks for."""
    return sorted({link.decode() for link in re.findall(rb'(?:href|src)="(/static/[^"]+)"', gzip.decompress(page))})
