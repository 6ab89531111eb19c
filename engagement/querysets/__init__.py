"""Who may read what: every rule about which rows of the clusters' side a person gets. Nowhere else.

Views, form choices, filters, counts, exports and messages start from these querysets. A count over rows that its
reader could not list would be a leak too (the own-eyes rule).
"""

from .doubts import DoubtQuerySet
from .feeds import FeedKeyQuerySet
from .log import (
    NO_LINES,
    ActQuerySet,
    AuditEventQuerySet,
    EngagementQuerySet,
    ImportBatchQuerySet,
    ImportedRowQuerySet,
    LevelLoweringQuerySet,
    MandatesOfLine,
    SpanCount,
    exports_in_confidence,
    is_editable_by,
    levels_of_versions,
)
from .people import (
    COORDINATING,
    AccountChangeQuerySet,
    ClusterQuerySet,
    KeptFormQuerySet,
    MembershipQuerySet,
    Rights,
    UserQuerySet,
    read_wholly_by,
    reads_at_moderate,
    reads_overview,
    rights_of,
    sees_account_changes,
)
from .records import (
    FULL_VIEW_ONLY,
    ClusterEventQuerySet,
    ClusterRecordQuerySet,
    ContactQuerySet,
    ContributionOfferQuerySet,
    OutgoingMailQuerySet,
    PriorityMandateQuerySet,
    SetAsideQuerySet,
    SubscriptionQuerySet,
    actions_shown,
)
from .reports import EngagementReportQuerySet, ReportHighlightQuerySet, engagements_of, levels_reported_by
from .saved_views import SavedViewQuerySet
from .suggestions import Scopes, may_suggest, mendable, scopes_of, suggestions_to_confirm, with_scopes
from .support import GuidanceNoteQuerySet, SupportRequestQuerySet, may_write_in_thread, reads_guidance

__all__ = [
    "COORDINATING",
    "FULL_VIEW_ONLY",
    "NO_LINES",
    "AccountChangeQuerySet",
    "ActQuerySet",
    "AuditEventQuerySet",
    "ClusterEventQuerySet",
    "ClusterQuerySet",
    "ClusterRecordQuerySet",
    "ContactQuerySet",
    "ContributionOfferQuerySet",
    "DoubtQuerySet",
    "EngagementQuerySet",
    "EngagementReportQuerySet",
    "FeedKeyQuerySet",
    "GuidanceNoteQuerySet",
    "ImportBatchQuerySet",
    "ImportedRowQuerySet",
    "KeptFormQuerySet",
    "LevelLoweringQuerySet",
    "MandatesOfLine",
    "MembershipQuerySet",
    "OutgoingMailQuerySet",
    "PriorityMandateQuerySet",
    "ReportHighlightQuerySet",
    "Rights",
    "SavedViewQuerySet",
    "Scopes",
    "SetAsideQuerySet",
    "SpanCount",
    "SubscriptionQuerySet",
    "SupportRequestQuerySet",
    "UserQuerySet",
    "actions_shown",
    "engagements_of",
    "exports_in_confidence",
    "is_editable_by",
    "levels_of_versions",
    "levels_reported_by",
    "may_suggest",
    "may_write_in_thread",
    "mendable",
    "read_wholly_by",
    "reads_at_moderate",
    "reads_guidance",
    "reads_overview",
    "rights_of",
    "scopes_of",
    "sees_account_changes",
    "suggestions_to_confirm",
    "with_scopes",
]
