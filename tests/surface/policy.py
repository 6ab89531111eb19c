"""Who may read which text: the one table that the canaries are judged by.

Written from the rules as people know them (README, "One gate"), not from the code that keeps them: an oracle must not
ask what it judges.
"""

from typing import NamedTuple

PEOPLE = (
    "anonymous", "member", "coordinator", "other", "reader", "focal", "administrator", "deactivated", "moved",
)  # fmt: skip
"""Nine people. `other` coordinates another cluster, `moved` did coordinate South Sudan until a second ago and has the
hub below it now, `deactivated` did as well."""

OWN = {
    "member": {"south-sudan", "south-sudan-hub"},
    "coordinator": {"south-sudan", "south-sudan-hub"},
    "other": {"ukraine"},
    "moved": {"south-sudan-hub"},
}
"""The clusters of each person: a right on a cluster includes the one below it, never the one above."""

# a: of every cluster; o: of her own; h: only what she wrote herself; .: none.
POLICY = """
text              level     anonymous member coordinator other reader focal administrator deactivated moved
line              low           .       o        o         o     a      a         .            .        o
line              moderate      .       .        o         o     a      a         .            .        o
line              high          .       .        o         o     .      a         .            .        o
thread            low           .       o        o         o     a      a         .            .        o
thread            moderate      .       .        o         o     a      a         .            .        o
thread            high          .       .        o         o     .      a         .            .        o
earlier           low           .       o        o         o     a      a         .            .        o
earlier           moderate      .       .        o         o     a      a         .            .        o
earlier           high          .       .        o         o     .      a         .            .        o
withdrawn_thread  low           .       .        .         .     .      .         .            .        .
withdrawn_thread  moderate      .       .        .         .     .      .         .            .        .
withdrawn_thread  high          .       .        .         .     .      .         .            .        .
guidance          moderate      .       .        a         a     a      a         .            .        a
guidance          high          .       .        o         o     .      a         .            .        o
record            moderate      .       .        o         o     a      a         .            .        o
contacts_aside    high          .       .        o         o     .      a         .            .        o
suggestion        low           .       o        o         o     a      a         .            .        o
report            low           .       o        o         o     a      a         .            .        o
report            moderate      .       .        o         o     a      a         .            .        o
report            high          .       .        o         o     .      a         .            .        o
report_draft      low           .       .        .         .     a      a         .            .        .
report_draft      moderate      .       .        .         .     a      a         .            .        .
report_draft      high          .       .        .         .     .      a         .            .        .
offer             moderate      .       h        o         o     .      .         .            .        o
offer_taken_back  moderate      .       h        .         .     .      .         .            .        .
contact           moderate      .       .        o         o     .      .         .            .        o
lowering          high          .       .        o         o     .      a         .            .        o
export_reason     high          .       .        o         o     .      .         .            .        o
import            high          .       .        h         h     .      .         .            .        h
doubt             low           .       h        h         h     a      a         h            .        h
kept              high          .       h        h         h     h      h         h            .        h
view              high          .       h        h         h     h      h         h            .        h
view_shared       low           .       o        o         .     .      .         .            .        .
feed              low           .       h        h         h     h      h         h            .        h
passkey           high          .       h        h         h     h      h         h            .        h
account           high          .       .        .         .     .      a         a            .        .
old_address       high          .       .        .         .     .      .         .            .        .
"""
# line: the words of a line of the log and of its act, why it was withdrawn, the title of an event that it names.
# earlier: an earlier version, at the higher of its level then and the level of its line now.
# record: priorities, events, what is set aside; contacts_aside: what of it tells of contacts at level high (8 and 9).
# report: title, summary, highlights and reason for withdrawing of an engagement report, which the task team alone reads
# as long as it is a draft.
# lowering: why a line is to be lowered, or was. export_reason: what a file with what is high was taken away for.
# import: a file that was handed in, its name and its rows. kept: a form that waits for whoever typed it.
# view: what somebody calls a view of a list; view_shared: one that is shared with a cluster.
# feed: what somebody calls a key to her feeds.
# doubt: what looks wrong in an entry of the UN side, and the answer to whoever said it.
# account: the new address of a focal point; old_address: where a mail about that goes.

MAIL = {"share_note"}
"""What a mail may hold: the words that a coordinator writes to those she mails. Nothing else of what is above."""


class Marker(NamedTuple):
    """What a marked text is: its line of the table, its cluster; `by` is the person of the table who wrote it, if any.

    `field` says where it stands, for the report of a leak.
    """

    text: str
    level: str
    cluster: str
    by: str
    field: str


def rules() -> dict[tuple[str, str, str], str]:
    """The cell of the table for (text, level, person)."""
    header, *lines = POLICY.strip().splitlines()
    assert tuple(header.split()[2:]) == PEOPLE
    found = {}
    for line in lines:
        text, level, *cells = line.split()
        assert len(cells) == len(PEOPLE), line
        found |= {(text, level, person): cell for person, cell in zip(PEOPLE, cells, strict=True)}
    return found


RULES = rules()


def may_read(person: str, marker: Marker) -> bool:
    """Whether the table lets this person read this text."""
    cell = RULES[marker.text, marker.level, person]
    if cell == "o":
        return marker.cluster in OWN[person]
    return cell == "a" or (cell == "h" and marker.by == person)
