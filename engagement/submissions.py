"""What a submission to the Special Procedures needs before a case is referred (action 10), as lists to tick.

Facts from these pages, in our own words; the mandate's own page has the last word. For all mandates:
www2.ohchr.org/english/bodies/chr/special/communications.htm (minimum information), idsn.org
/un-2/special-procedures/submit-a-complaint (not anonymous, not politically motivated, not from the media alone),
academy.ishr.ch/learn/special-procedures/requesting-a-communication (channels, languages, who may submit to the two
working groups on detention and disappearances). Disappearances: ohchr.org/en/special-procedures/wg-disappearances
/reporting-disappearance-working-group, and its form. Defenders: srdefenders.org/submit-information. Reprisals:
ohchr.org/en/reprisals.

Consent, for names to go to the Government and for names to be published, is asked in so many words for defenders and
after reprisals. That we ask it for every mandate, and the risk of reprisals too, is a rule of this tool: do no harm.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Channel(NamedTuple):
    """A way by which a case reaches mandate holders, outside this tool. `address` is "" where each has her own."""

    name: Words
    address: str
    note: Words

    @property
    def shown(self) -> str:
        """The address as people write it down."""
        return self.address.partition(":")[2].strip("/")


NEEDS: tuple[Words, ...] = (
    _("Consent: the person, or the family or a representative, agrees and knows what may follow."),
    _("Consent for two things, asked one by one: names may go to the Government; names may be published."),
    _("The risk of reprisals is assessed with the person: against whom, by whom, and what would lower it."),
    _("Who the alleged victims are: persons, a group or a community."),
    _("Who is said to be responsible, armed groups and companies included."),
    _("When and where it happened, and what happened, in detail."),
    _("Who submits it and how to reach you. This is kept confidential, but nothing anonymous is taken up."),
    _("Facts that you or people you trust know at first hand: reports in the media alone are not enough."),
    _("Plain words without abuse or politics: what is politically motivated is not taken up."),
    _("Written in English, French or Spanish."),
)
"""What every mandate needs."""

NEEDS_OF: dict[str, tuple[Words, ...]] = {
    "wg-disappearances": (
        _("The relatives submit it themselves, or agreed beforehand that you do."),
        _("You can stay in touch: answer questions of the Working Group, and tell the family what it learns."),
        _("Its own form, one for each person."),
        _("The full name, the month of the disappearance at least, and where the person was taken or last seen."),
        _("Which forces, of the State or supported by it, are believed to be responsible."),
        _("What was done to find the person; if nothing could be done, why."),
    ),
    "wg-arbitrary-detention": (
        _("It comes from the person, the family or a representative; an organisation can be that."),
        _("It has a procedure of its own: read its page first."),
    ),
    "sr-human-rights-defenders": (
        _("What the person does for human rights, alone or in which group."),
        _("What was done so far against the risk, a complaint to the police for instance, and what came of it."),
        _("An outright yes or no to each: the letter with the names goes to the Government; it is published later."),
    ),
}
"""What some mandates need besides, by slug."""

CHANNELS: tuple[Channel, ...] = (
    Channel(
        _("Online form of the Special Procedures"),
        "https://spsubmission.ohchr.org/",
        _("for all mandates; one case can go to several"),
    ),
    Channel(
        _("E-mail of the mandate"), "", _("stands on the mandate’s page at OHCHR, to which its page in here leads")
    ),
    Channel(
        _("Urgent actions"),
        "mailto:urgent-action@ohchr.org",
        _("when it is happening or about to happen; say so in the subject line, with the mandate"),
    ),
)
