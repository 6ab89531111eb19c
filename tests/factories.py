"""Valid, dull, non-confidential rows; traits and keywords do the rest."""

import uuid
from datetime import UTC, date, datetime

import factory
from django.utils.text import slugify
from factory.django import DjangoModelFactory, Password

from engagement.imports.packing import pack
from engagement.kept_forms import Typed, seal
from engagement.models import (
    AccountChange,
    Action,
    Briefing,
    Cluster,
    ClusterEvent,
    Contact,
    Contribution,
    ContributionOffer,
    DigestMark,
    Doubt,
    Engagement,
    EngagementReport,
    FeedKey,
    GuidanceNote,
    ImportBatch,
    InformationShare,
    Invitation,
    KeptForm,
    LevelLowering,
    Membership,
    OutgoingMail,
    PriorityMandate,
    PriorityReview,
    Referral,
    ReportHighlight,
    SavedView,
    SetAside,
    Share,
    Subscription,
    SupportMessage,
    SupportRequest,
    User,
)
from engagement.services import publish_report, withdraw_report
from mandates.models import (
    CallForInput,
    Country,
    CountryVisit,
    Mandate,
    Recommendation,
    Report,
    Session,
    Theme,
    VisitEvent,
)

from .engagement.imports.files import new_row, read_file


class CountryFactory(DjangoModelFactory):
    class Meta:
        model = Country
        django_get_or_create = ("iso3",)

    iso3 = "SSD"
    iso2 = factory.LazyAttribute(lambda o: {"SSD": "SS", "UKR": "UA", "MLI": "ML"}.get(o.iso3, o.iso3[::2]))
    name_en = factory.LazyAttribute(lambda o: {"SSD": "South Sudan", "UKR": "Ukraine"}.get(o.iso3, o.iso3))
    name_fr = name_es = name_ar = factory.SelfAttribute("name_en")


class MandateFactory(DjangoModelFactory):
    class Meta:
        model = Mandate
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"sr-{n}")
    title = factory.LazyAttribute(lambda o: f"Special Rapporteur {o.slug}")
    acronym = factory.LazyAttribute(lambda o: o.slug.upper())
    kind = "thematic"
    holder_type = "special_rapporteur"
    established_on = date(2010, 1, 1)
    established_precision = "year"
    established_by = "A/HRC/RES/1/1"
    acts_on_communications = True
    source = "test"
    checked_on = date(2026, 1, 1)


class DossierFactory(DjangoModelFactory):
    """A visit, call or report with `countries` (codes or rows) and `mandates` (rows)."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    source = "test"
    checked_on = date(2026, 1, 1)

    @factory.post_generation
    def countries(self, create, codes, **kwargs):
        for code in codes or ():
            self.countries.add(code if isinstance(code, Country) else CountryFactory(iso3=code))

    @factory.post_generation
    def mandates(self, create, mandates, **kwargs):
        self.mandates.add(*(mandates or ()))


class SuggestedFactory(DossierFactory):
    """A visit or call; `suggested=cluster` makes it an unconfirmed suggestion of that cluster."""

    class Meta:
        abstract = True

    class Params:
        suggested = None

    suggested_in = factory.LazyAttribute(lambda o: o.suggested and o.suggested.pk)
    suggested_by = factory.LazyAttribute(lambda o: "coordinator@example.org" if o.suggested else "")
    suggested_at = factory.LazyAttribute(lambda o: datetime(2026, 5, 18, 9, tzinfo=UTC) if o.suggested else None)


class VisitFactory(SuggestedFactory):
    """A visit announced for June 2026; `status` writes one event of that kind."""

    class Meta:
        model = CountryVisit
        skip_postgeneration_save = True

    starts_on = date(2026, 6, 8)
    ends_on = date(2026, 6, 19)
    precision = "day"

    @factory.post_generation
    def status(self, create, kind, **kwargs):
        if kind != "":
            day = date(2026, 5, 1)
            VisitEvent.objects.create(visit=self, kind=kind or "announced", day=day, known_by=day)


class CallFactory(SuggestedFactory):
    class Meta:
        model = CallForInput
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Call for input {n}")
    deadline_on = date(2026, 6, 30)


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    body = "HRC"
    number = factory.Sequence(lambda n: 60 + n)
    starts_on = date(2026, 9, 14)
    ends_on = date(2026, 10, 9)
    source = "test"


class ReportFactory(DossierFactory):
    class Meta:
        model = Report
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Report {n}")
    expected_on = date(2026, 9, 1)
    expected_precision = "month"


class RecommendationFactory(DossierFactory):
    """Paragraph 71 of a document; `themes` are names."""

    class Meta:
        model = Recommendation
        skip_postgeneration_save = True

    text = factory.Sequence(lambda n: f"Recommendation {n}: adopt a law.")
    symbol = "A/HRC/61/1/Add.1"
    paragraph = "71"
    published_on = date(2026, 3, 2)

    @factory.post_generation
    def themes(self, create, names, **kwargs):
        for name in names or ():
            self.themes.add(Theme.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0])


class UserFactory(DjangoModelFactory):
    """A person; `coordinates=cluster` or `member_of=cluster` gives the role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.LazyAttribute(lambda o: o.email.split("@")[0])
    password = Password("demo")

    @factory.post_generation
    def coordinates(self, create, cluster, **kwargs):
        if cluster:
            Membership.objects.create(user=self, cluster=cluster, role="coordinator")

    @factory.post_generation
    def member_of(self, create, cluster, **kwargs):
        if cluster:
            Membership.objects.create(user=self, cluster=cluster, role="member")


class ClusterFactory(DjangoModelFactory):
    class Meta:
        model = Cluster
        django_get_or_create = ("slug",)

    slug = "south-sudan"
    name = factory.LazyAttribute(lambda o: f"{o.slug.replace('-', ' ').title()} Protection Cluster")
    country = factory.SubFactory(CountryFactory)


class EngagementFactory(DjangoModelFactory):
    """Action 3 of South Sudan, level moderate; `number=9` picks the action and its floor."""

    class Meta:
        model = Engagement
        skip_postgeneration_save = True

    class Params:
        number = 3

    cluster = factory.SubFactory(ClusterFactory)
    action = factory.LazyAttribute(lambda o: Action.objects.get(number=o.number))
    level = factory.LazyAttribute(lambda o: "high" if o.number in (9, 10) else "moderate")
    started_on = date(2026, 3, 2)
    what_was_done = "Proposed three points for the programme."
    challenges = "Late notice."
    result = "Two points were taken up."
    created_by = factory.SubFactory(UserFactory)
    form_key = factory.LazyFunction(uuid.uuid4)

    @factory.post_generation
    def mandates(self, create, mandates, **kwargs):
        if mandates:
            self.mandates.set(mandates)


class EngagementReportFactory(DjangoModelFactory):
    """A draft for 2026, of all clusters, up to moderate; `highlights` are (engagement, what is said of it).

    `published` is the person of the task team who publishes it, `withdrawn` the reason for which she takes it back.
    """

    class Meta:
        model = EngagementReport
        skip_postgeneration_save = True

    title = "Engagement in 2026"
    since = date(2026, 1, 1)
    until = date(2026, 12, 31)
    language = "en"
    created_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def highlights(self, create, highlights, **kwargs):
        for rank, (line, text) in enumerate(highlights or (), 1):
            ReportHighlight.objects.create(report=self, engagement=line, rank=rank, text=text)

    @factory.post_generation
    def published(self, create, by, **kwargs):
        if by:
            publish_report(by=by, report=self, version=1)
            self.refresh_from_db()

    @factory.post_generation
    def withdrawn(self, create, reason, **kwargs):
        if reason:
            withdraw_report(by=self.published_by, report=self, reason=reason)
            self.refresh_from_db()


class PriorityFactory(DjangoModelFactory):
    """A mandate on the list of South Sudan since March 2026; the next rank."""

    class Meta:
        model = PriorityMandate

    cluster = factory.SubFactory(ClusterFactory)
    mandate = factory.SubFactory(MandateFactory)
    rank = factory.LazyAttribute(lambda o: o.cluster.priorities.filter(ended_on=None).count() + 1)
    reason = "Displacement is the first risk."
    started_on = date(2026, 3, 1)


class ReviewFactory(DjangoModelFactory):
    """A review of the list of South Sudan in March 2026, with its engagement."""

    class Meta:
        model = PriorityReview

    cluster = factory.SubFactory(ClusterFactory)
    reviewed_on = date(2026, 3, 1)
    reviewed_by = factory.SubFactory(UserFactory)
    engagement = factory.LazyAttribute(
        lambda o: EngagementFactory(cluster=o.cluster, number=8, started_on=o.reviewed_on, created_by=o.reviewed_by)
    )


class EventFactory(DjangoModelFactory):
    """A forum of South Sudan in June 2026."""

    class Meta:
        model = ClusterEvent

    cluster = factory.SubFactory(ClusterFactory)
    title = factory.Sequence(lambda n: f"Protection forum {n}")
    day = date(2026, 6, 10)
    created_by = factory.SubFactory(UserFactory)


class SubscriptionFactory(DjangoModelFactory):
    class Meta:
        model = Subscription

    user = factory.SubFactory(UserFactory)

    class Params:
        kind = "country_visits"

    cluster = factory.SubFactory(ClusterFactory)
    of_country = factory.LazyAttribute(lambda o: o.kind == "country_visits")
    of_priorities = factory.LazyAttribute(lambda o: o.kind == "priority_mandates")
    visits = factory.LazyAttribute(lambda o: o.kind == "country_visits")
    calls = factory.LazyAttribute(lambda o: o.kind == "priority_mandates")
    reports = factory.LazyAttribute(lambda o: o.kind == "priority_mandates")


class DigestMarkFactory(DjangoModelFactory):
    """How far somebody was told of what she follows: up to 18 May 2026."""

    class Meta:
        model = DigestMark

    user = factory.SubFactory(UserFactory)
    weekly_at = urgent_at = datetime(2026, 5, 18, 7, tzinfo=UTC)


class SetAsideFactory(DjangoModelFactory):
    class Meta:
        model = SetAside

    class Params:
        number = 6

    cluster = factory.SubFactory(ClusterFactory)
    action = factory.LazyAttribute(lambda o: Action.objects.get(number=o.number))
    item = "call:1"
    state = "0123456789abcdef"
    reason = "Another cluster answers it."
    set_at = datetime(2026, 5, 1, tzinfo=UTC)
    set_by = factory.SubFactory(UserFactory)


class BriefingFactory(DjangoModelFactory):
    """A briefing planned for the first days of a visit in June 2026."""

    class Meta:
        model = Briefing

    engagement = factory.SubFactory(EngagementFactory, status="planned", started_on=date(2026, 6, 9))
    points = "Forced evictions\nCivil documentation"
    who = "The coordinator and two members"
    planned_on = factory.SelfAttribute("engagement.started_on")
    channel = "meeting"


class InformationShareFactory(DjangoModelFactory):
    """An update shared with its line of action 9."""

    class Meta:
        model = InformationShare

    engagement = factory.SubFactory(EngagementFactory, number=9, what_was_done="", challenges="", result="")
    kind = "update"
    channel = "encrypted"


class ReferralFactory(DjangoModelFactory):
    """The receipt of a case referred in March 2026, with its line; no reply yet."""

    class Meta:
        model = Referral

    engagement = factory.SubFactory(
        EngagementFactory,
        number=10,
        started_on=date(2026, 3, 1),
        date_precision="month",
        what_was_done="",
        challenges="",
        result="",
    )
    consent = "yes"
    publication = "no"
    reprisals = "low"


class InvitationFactory(DjangoModelFactory):
    """An invitation to a forum in June 2026, sent in May, with its line; not answered."""

    class Meta:
        model = Invitation

    engagement = factory.SubFactory(
        EngagementFactory,
        number=11,
        started_on=date(2026, 5, 4),
        event=factory.SubFactory(EventFactory, cluster=factory.SelfAttribute("..cluster")),
    )


class LevelLoweringFactory(DjangoModelFactory):
    """Somebody asks to lower a line of South Sudan, which is *high*, to moderate; it waits."""

    class Meta:
        model = LevelLowering

    engagement = factory.SubFactory(EngagementFactory, level="high")
    to_level = "moderate"
    reason = "The draft is public now."
    asked_by = factory.SubFactory(UserFactory)


class ImportBatchFactory(DjangoModelFactory):
    """A file that waits, with one new row of South Sudan; `rows=[…]` as in `tests/engagement/imports/files.py`."""

    class Meta:
        model = ImportBatch

    class Params:
        rows = factory.LazyFunction(lambda: [new_row(cluster="South Sudan Protection Cluster")])

    by = factory.SubFactory(UserFactory)
    file_name = "log.xlsx"
    kind = "xlsx"
    content = factory.LazyAttribute(lambda o: pack(read_file(*o.rows)))


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    cluster = factory.SubFactory(ClusterFactory)
    name = factory.Sequence(lambda n: f"Contact {n}")
    email = factory.Sequence(lambda n: f"contact{n}@example.org")
    added_by = factory.SubFactory(UserFactory)


class ShareFactory(DjangoModelFactory):
    """A visit shared in South Sudan on 1 May 2026; `to=[…]` are who was mailed, `to__state` how their mails stand."""

    class Meta:
        model = Share
        skip_postgeneration_save = True

    engagement = factory.LazyFunction(lambda: EngagementFactory(number=2, visit=VisitFactory(countries=["SSD"])))

    @factory.post_generation
    def to(self, create, people, state="sent", at=None, **kwargs):
        line, moment = self.engagement, at or datetime(2026, 5, 1, 12, tzinfo=UTC)
        for person in people or ():
            OutgoingMail.objects.create(
                kind="share",
                share=self,
                cluster=line.cluster,
                by=line.created_by,
                state=state,
                attempts=0 if state == "waiting" else 1,
                created_at=moment,
                due_at=moment,
                tried_at=None if state == "waiting" else moment,
                **{"to" if isinstance(person, User) else "contact": person},
            )


class SupportRequestFactory(DjangoModelFactory):
    """What a line of South Sudan asks; `answer="…"` with `owner` answers it."""

    class Meta:
        model = SupportRequest
        skip_postgeneration_save = True

    engagement = factory.SubFactory(EngagementFactory, support_needed="A contact in Geneva.")

    @factory.post_generation
    def answer(self, create, text, **kwargs):
        if text:
            message = SupportMessage.objects.create(request=self, written_by=self.owner, text=text, is_answer=True)
            self.status, self.answered_at = "answered", message.written_at
            self.save()


class KeptFormFactory(DjangoModelFactory):
    """A line of the log that somebody typed, sealed; `address`, `fields` and `had_files` are what is in it."""

    class Meta:
        model = KeptForm
        exclude = ("address", "fields", "had_files")

    address = "/engagement/new/"
    fields = (("what_was_done", "Proposed three points."),)
    had_files = False
    typed_by = factory.SubFactory(UserFactory)
    sealed = factory.LazyAttribute(lambda o: seal(o.typed_by, Typed(o.address, list(o.fields), o.had_files)))


class GuidanceNoteFactory(DjangoModelFactory):
    """A note about action 3, from an answer to South Sudan, at the level of its line."""

    class Meta:
        model = GuidanceNote

    request = factory.SubFactory(SupportRequestFactory)
    action = factory.SelfAttribute("request.engagement.action")
    cluster = factory.SelfAttribute("request.engagement.cluster")
    level = factory.LazyAttribute(lambda o: GuidanceNote.level_from(o.request.engagement))
    title = factory.Sequence(lambda n: f"Whom to write to {n}")
    text = "Write to the assistant of the mandate."
    kept_by = factory.SubFactory(UserFactory)


class ContributionFactory(DjangoModelFactory):
    """A contribution of South Sudan under way for `call`, begun by `by`; `level` is that of its line."""

    class Meta:
        model = Contribution

    class Params:
        cluster = factory.SubFactory(ClusterFactory)
        call = factory.SubFactory(CallFactory)
        by = factory.SubFactory(UserFactory)
        level = "moderate"
        status = "under_way"

    text = "People in the camps have no papers."
    engagement = factory.LazyAttribute(
        lambda o: EngagementFactory(
            cluster=o.cluster,
            number=6,
            call=o.call,
            created_by=o.by,
            level=o.level,
            status=o.status,
            started_on=date(2026, 5, 18),
            what_was_done=f"Working on a contribution to the call “{o.call.title}”.",
        )
    )


class OfferFactory(DjangoModelFactory):
    """Paragraphs offered to South Sudan for `call`, which nobody has decided on."""

    class Meta:
        model = ContributionOffer

    cluster = factory.SubFactory(ClusterFactory)
    call = factory.SubFactory(CallFactory)
    offered_by = factory.SubFactory(UserFactory)
    offered_at = datetime(2026, 5, 19, 9, tzinfo=UTC)
    text = factory.Sequence(lambda n: f"Of {n} families none has papers.")
    source = "Protection monitoring"
    consent = "nobody"
    form_key = factory.LazyFunction(uuid.uuid4)


class AccountChangeFactory(DjangoModelFactory):
    """A change that waits for a focal point; give `person` and `asked_by`."""

    class Meta:
        model = AccountChange

    kind = "focal_point"


class DoubtFactory(DjangoModelFactory):
    """That an entry looks wrong: `visit=`, `call=`, `report=` or `mandate=`."""

    class Meta:
        model = Doubt

    text = "The dates are those of last year."
    said_by = factory.SubFactory(UserFactory)
    said_at = datetime(2026, 5, 19, 9, tzinfo=UTC)


class SavedViewFactory(DjangoModelFactory):
    """The log, filtered by an action, under a name."""

    class Meta:
        model = SavedView

    user = factory.SubFactory(UserFactory)
    name = "Briefings"
    page = "engagement:engagement-list"
    query = "action=3"
    changed_at = datetime(2026, 5, 1, 9, tzinfo=UTC)


class FeedKeyFactory(DjangoModelFactory):
    """A key to the feeds of a person; `key` is what opens them."""

    class Meta:
        model = FeedKey

    class Params:
        key = "a-key-of-a-test"

    user = factory.SubFactory(UserFactory)
    name = "Phone"
    digest = factory.LazyAttribute(lambda o: FeedKey.digest_of(o.key))
    made_at = datetime(2026, 5, 1, 9, tzinfo=UTC)
