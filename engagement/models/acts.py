"""What the twelve acts keep beside their engagement: one small one-to-one row each, as confidential as the line.

Actions 1, 4 and 8 have records of their own (`Subscription`, `PriorityReview`).
"""

import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..querysets import ActQuerySet
from ..text import fits_a_column, is_readable, word_count
from .base import UUIDModel
from .engagement import Engagement

if TYPE_CHECKING:
    from mandates.models import CallForInput

_MARK = re.compile(r"^\s*(?:[-–—•·*]+|\d{1,2}[.)])(?=\s|$)")
"""What people put before a point of a list; not the minus or the figure that a point begins with."""


class Act(UUIDModel):
    """The own fields of one act. Read through `visible_to(user)`: whoever reads the engagement reads this.

    `template` shows it on the page of its engagement, and asks for what is `joined`.
    """

    template: ClassVar[str]
    joined: ClassVar[tuple[str, ...]] = ()

    engagement = models.OneToOneField(
        Engagement, models.PROTECT, related_name="%(class)s", verbose_name=_("engagement")
    )

    objects = ActQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.engagement)


class Share(Act):
    """2, 5: members and contacts were told of a visit, call or report. Whom, and what became of it: its `mails`."""

    template = "engagement/acts/_share.html"

    note = models.TextField(
        _("your words to them"),
        max_length=2000,
        blank=True,
        validators=[is_readable],
        help_text=_("Goes out by plain mail: nothing confidential, no names of people at risk."),
    )

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")


class Briefing(Act):
    """3: a briefing proposed to the mandate holders of a visit. The line is *planned* until the briefing is held."""

    template = "engagement/acts/_briefing.html"

    class Channel(models.TextChoices):
        MEETING = "meeting", _("meeting during the visit")
        ONLINE = "online", _("online meeting before the visit")
        WRITTEN = "written", _("written briefing")
        THROUGH_OHCHR = "through_ohchr", _("through the OHCHR office")
        OTHER = "other", _("another way")

    points = models.TextField(
        _("points to raise"),
        validators=[fits_a_column, is_readable],
        help_text=_("One point per line. Patterns and risks; no names of people at risk."),
    )
    who = models.CharField(
        _("who briefs"),
        max_length=300,
        validators=[is_readable],
        help_text=_("Organisations or functions of the cluster, for instance “the coordinator and two members”."),
    )
    planned_on = models.DateField(_("planned for"), null=True, blank=True, help_text=_("Empty when not agreed yet."))
    channel = models.CharField(_("how"), max_length=13, choices=Channel)

    class Meta:
        verbose_name = _("briefing")
        verbose_name_plural = _("briefings")

    @property
    def point_list(self) -> list[str]:
        """The points, each without the dash, dot or number that it was typed with."""
        return [point for line in self.points.splitlines() if (point := _MARK.sub("", line).strip())]


class Contribution(Act):
    """6: an answer to a call for input, written here from what members offered. *Under way* until it is sent."""

    template = "engagement/acts/_contribution.html"

    class Publication(models.TextChoices):
        NAMED = "named", _("may be published, and the cluster may be named")
        UNNAMED = "unnamed", _("may be published without naming the cluster")
        CONFIDENTIAL = "confidential", _("confidential: not to be published")

    text = models.TextField(_("text of the contribution"), blank=True, validators=[is_readable])
    asked_at = models.DateTimeField(_("members asked at"), null=True, blank=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    publication = models.CharField(_("may it be published?"), max_length=12, choices=Publication, blank=True)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_on=None, publication="") | (Q(sent_on__isnull=False) & ~Q(publication="")),
                name="contribution_sent_with_decision",
                violation_error_message=_("Say when it was sent and whether it may be published."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("engagement:contribution-detail", args=[self.pk])

    @property
    def call(self) -> "CallForInput":
        """What it answers. No contribution is begun without a call."""
        return self.engagement.call

    @property
    def words(self) -> int:
        return word_count(self.text)

    @property
    def words_too_many(self) -> int:
        """By how many words it passes the limit of the call; 0 when it does not, or there is none."""
        limit = self.call.word_limit
        return max(self.words - limit, 0) if limit else 0

    @property
    def digest(self) -> str:
        """What a page carries to say which text it showed: 16 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


class PressIssue(Act):
    """7: an issue proposed for a press communication of a mandate holder."""

    template = "engagement/acts/_press_issue.html"

    class Urgency(models.TextChoices):
        NOW = "now", _("within days")
        SOON = "soon", _("within weeks")
        DATED = "dated", _("for a certain day or event")

    class Product(models.TextChoices):
        NONE = "none", _("none: it fills a gap")
        STATEMENT = "statement", _("a statement or press release of the cluster")
        REPORT = "report", _("a report or analysis of the cluster")
        BRIEF = "brief", _("an advocacy brief of the cluster")
        CAMPAIGN = "campaign", _("a campaign or event of the cluster")

    issue = models.TextField(
        _("issue proposed"),
        max_length=2000,
        validators=[is_readable],
        help_text=_(
            "What the mandate holder could speak about, in two or three sentences. No names of people at risk."
        ),
    )
    urgency = models.CharField(_("how soon"), max_length=5, choices=Urgency)
    product = models.CharField(_("which product of the cluster it completes"), max_length=9, choices=Product)
    product_title = models.CharField(_("its title"), max_length=200, blank=True, validators=[is_readable])

    class Meta:
        verbose_name = _("issue for the press")
        verbose_name_plural = _("issues for the press")


class InformationShare(Act):
    """9: what kind of information went to a prioritised mandate in confidence, and how; never what it said."""

    template = "engagement/acts/_information_share.html"

    class Kind(models.TextChoices):
        UPDATE = "update", _("operational update")
        ANALYSIS = "analysis", _("protection analysis")
        TRENDS = "trends", _("monitoring data and trends")
        LEGAL = "legal", _("law, policy or practice of authorities")
        EARLY_WARNING = "early_warning", _("early warning")
        OTHER = "other", _("other")

    class Channel(models.TextChoices):
        ENCRYPTED = "encrypted", _("encrypted message or file")
        FORM = "form", _("online form of the Special Procedures")
        IN_PERSON = "in_person", _("in person")
        CALL = "call", _("secure call")
        THROUGH_OHCHR = "through_ohchr", _("through the OHCHR office")

    kind = models.CharField(_("kind of information"), max_length=13, choices=Kind)
    channel = models.CharField(_("by which way"), max_length=13, choices=Channel)

    class Meta:
        verbose_name = _("information shared in confidence")
        verbose_name_plural = _("information shared in confidence")


class Referral(Act):
    """10: the receipt of an individual case that was referred, by a secure channel outside this tool.

    Holds answers by choice and the state of the reply: nothing about the case. Without consent, or with the risk of
    reprisals not assessed, there is no referral: OHCHR asks for both before it acts (project notes on submissions).
    """

    template = "engagement/acts/_referral.html"
    REMIND_AFTER_DAYS: ClassVar = 60

    class Consent(models.TextChoices):
        YES = "yes", _("yes")
        NOT_OBTAINABLE = "not_obtainable", _("the person could not be asked")
        NO = "no", _("no")

    class WhyNot(models.TextChoices):
        DETAINED = "detained", _("detained or disappeared; the family or a representative agrees")
        UNREACHABLE = "unreachable", _("cannot be reached; a representative agrees")
        DECEASED = "deceased", _("deceased; the family agrees")
        CHILD = "child", _("a child; a parent, guardian or representative agrees")

    class Publication(models.TextChoices):
        YES = "yes", _("yes, with the name")
        NAME_WITHHELD = "name_withheld", _("yes, without the name")
        NO = "no", _("no")

    class Reprisals(models.TextChoices):
        LOW = "low", _("assessed: low")
        ACCEPTED = "accepted", _("assessed: real, measures agreed with the person")
        NOT_ASSESSED = "not_assessed", _("not assessed")

    class Reply(models.TextChoices):
        NONE = "none", _("no reply yet")
        RECEIVED = "received", _("receipt confirmed")
        QUESTIONS = "questions", _("further information asked for")
        SENT = "sent", _("communication sent to the State or other actor")
        NOT_TAKEN_UP = "not_taken_up", _("not taken up")

    consent = models.CharField(_("did the person agree, informed of the consequences?"), max_length=14, choices=Consent)
    why_not = models.CharField(_("why could nobody ask"), max_length=11, choices=WhyNot, blank=True)
    publication = models.CharField(_("may it be published?"), max_length=13, choices=Publication)
    reprisals = models.CharField(_("risk of reprisals"), max_length=12, choices=Reprisals)
    reply = models.CharField(_("state of the reply"), max_length=12, choices=Reply, default=Reply.NONE)
    replied_on = models.DateField(_("reply of"), null=True, blank=True)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.CheckConstraint(
                condition=Q(consent="yes", why_not="") | (Q(consent="not_obtainable") & ~Q(why_not="")),
                name="referral_with_consent",
                violation_error_message=_("Without consent a case is not referred; say why nobody could ask."),
            ),
            models.CheckConstraint(
                condition=Q(reprisals__in=["low", "accepted"]),
                name="referral_with_reprisals_assessed",
                violation_error_message=_("Assess the risk of reprisals first."),
            ),
            models.CheckConstraint(
                condition=Q(reply="none", replied_on=None) | (~Q(reply="none") & Q(replied_on__isnull=False)),
                name="referral_replied_on_a_day",
                violation_error_message=_("A reply has a day; “no reply yet” has none."),
            ),
        ]


class Invitation(Act):
    """11: a mandate holder invited to an event of the cluster, and the answer."""

    template = "engagement/acts/_invitation.html"

    class Answer(models.TextChoices):
        NONE = "none", _("no answer yet")
        ACCEPTED = "accepted", _("accepted")
        REPRESENTED = "represented", _("sends somebody, or a message")
        DECLINED = "declined", _("declined")

    answer = models.CharField(_("answer"), max_length=11, choices=Answer, default=Answer.NONE)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation to an event")
        verbose_name_plural = _("invitations to events")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="none", answered_on=None) | (~Q(answer="none") & Q(answered_on__isnull=False)),
                name="invitation_answered_on_a_day",
                violation_error_message=_("An answer has a day; “no answer yet” has none."),
            ),
        ]


class AdvocacyUse(Act):
    """12: a finding or recommendation used in the cluster's advocacy: where it stands, in what, before whom."""

    template = "engagement/acts/_advocacy_use.html"
    joined = ("recommendation",)

    class Audience(models.TextChoices):
        AUTHORITIES = "authorities", _("authorities of the country")
        HUMANITARIANS = "humanitarians", _("humanitarian country team and other clusters")
        DONORS = "donors", _("donors and diplomats")
        UN = "un", _("UN bodies and mechanisms")
        PUBLIC = "public", _("media and the public")
        COMMUNITIES = "communities", _("affected communities")

    paragraph = models.CharField(
        _("paragraph or recommendation"),
        max_length=100,
        validators=[is_readable],
        help_text=_("For instance “para. 45 (c)”."),
    )
    product = models.CharField(
        _("used in"),
        max_length=200,
        validators=[is_readable],
        help_text=_("The title of the note, brief, strategy, statement or meeting."),
    )
    audience = models.CharField(_("before whom"), max_length=13, choices=Audience)
    recommendation = models.ForeignKey(
        "mandates.Recommendation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recommendation"),
    )

    class Meta:
        verbose_name = _("finding used in advocacy")
        verbose_name_plural = _("findings used in advocacy")


DETAILS: dict[int, type[Act]] = {
    2: Share,
    3: Briefing,
    5: Share,
    6: Contribution,
    7: PressIssue,
    9: InformationShare,
    10: Referral,
    11: Invitation,
    12: AdvocacyUse,
}
"""What an act of each action number keeps beside its engagement."""


def act_of(engagement: Engagement) -> Act | None:
    """The own fields of the act that wrote this engagement; None for one logged with the form. One query at most."""
    model = DETAILS.get(engagement.action.number)
    if model is None:
        return None
    rows = model.objects.select_related(*model.joined) if model.joined else model.objects.all()
    return rows.filter(engagement=engagement).first()


def written_by_acts(numbers: Mapping[Any, int]) -> set[Any]:
    """Those of these engagements (key → number of its action) that an act wrote. A query for each kind of act."""
    found: set[Any] = set()
    for number, model in DETAILS.items():
        keys = [pk for pk, action in numbers.items() if action == number]
        for start in range(0, len(keys), 500):
            rows = model.objects.filter(engagement__in=keys[start : start + 500])
            found |= set(rows.values_list("engagement", flat=True))
    return found
