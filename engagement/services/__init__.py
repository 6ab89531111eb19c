"""Writes that touch several tables, or must happen exactly once. Each takes `by`: who does it."""

from .accounts import (
    appoint_first_focal_point,
    confirm_account_change,
    keep_cluster,
    keep_membership,
    keep_person,
    refuse_account_change,
    remove_factor,
)
from .act import AlreadyDone, NotNow
from .answer import note_answer
from .confidential import keep_referral, share_information
from .contacts import keep_contact, remove_contact
from .contribution import (
    StaleText,
    ask_for_offers,
    decline_offer,
    record_sending,
    save_text,
    start_contribution,
    use_offer,
)
from .digests import choose_mails, turn_off, write_digests
from .doubts import check_entry, say_doubt, settle_doubt
from .feeds import make_feed_key, revoke_feed_key
from .guidance import end_guidance, keep_guidance, why_not_kept
from .imports import (
    StaleOutcome,
    choose_rows,
    confirm_import,
    discard_import,
    forget_expired,
    keep_upload,
    outcome_of,
    say_columns,
    undo_import,
)
from .invitation import invite_holder, refuse_event
from .levels import (
    UPWARDS,
    ask_to_lower,
    decide_on_lowering,
    raise_level,
    take_back_lowering,
    why_not_asked,
)
from .log import FormKeyTaken, StaleVersion, change_engagement, log_engagement, withdraw_engagement
from .offer import offer_paragraphs, take_back
from .openings import set_aside, take_up_again
from .people import invite_member
from .priorities import add_priority, change_priority, end_priority, review_priorities
from .sharing import share_call, share_report, share_visit
from .subscriptions import come_back, end_subscription, follow, leave, subscribe
from .support import (
    change_due_day,
    close_support_request,
    hand_over_support_request,
    keep_support_request,
    take_support_request,
    write_in_support_thread,
)
from .visit_acts import (
    change_briefing,
    hold_briefing,
    propose_briefing,
    propose_press_issue,
    refuse_briefing,
    refuse_press,
    refuse_recommendation,
    refuse_use,
    use_in_advocacy,
    use_recommendation,
)

__all__ = [
    "UPWARDS",
    "AlreadyDone",
    "FormKeyTaken",
    "NotNow",
    "StaleOutcome",
    "StaleText",
    "StaleVersion",
    "add_priority",
    "appoint_first_focal_point",
    "ask_for_offers",
    "ask_to_lower",
    "change_briefing",
    "change_due_day",
    "change_engagement",
    "change_priority",
    "check_entry",
    "choose_mails",
    "choose_rows",
    "close_support_request",
    "come_back",
    "confirm_account_change",
    "confirm_import",
    "decide_on_lowering",
    "decline_offer",
    "discard_import",
    "end_guidance",
    "end_priority",
    "end_subscription",
    "follow",
    "forget_expired",
    "hand_over_support_request",
    "hold_briefing",
    "invite_holder",
    "invite_member",
    "keep_cluster",
    "keep_contact",
    "keep_guidance",
    "keep_membership",
    "keep_person",
    "keep_referral",
    "keep_support_request",
    "keep_upload",
    "leave",
    "log_engagement",
    "make_feed_key",
    "note_answer",
    "offer_paragraphs",
    "outcome_of",
    "propose_briefing",
    "propose_press_issue",
    "raise_level",
    "record_sending",
    "refuse_account_change",
    "refuse_briefing",
    "refuse_event",
    "refuse_press",
    "refuse_recommendation",
    "refuse_use",
    "remove_contact",
    "remove_factor",
    "review_priorities",
    "revoke_feed_key",
    "save_text",
    "say_columns",
    "say_doubt",
    "set_aside",
    "settle_doubt",
    "share_call",
    "share_information",
    "share_report",
    "share_visit",
    "start_contribution",
    "subscribe",
    "take_back",
    "take_back_lowering",
    "take_support_request",
    "take_up_again",
    "turn_off",
    "undo_import",
    "use_in_advocacy",
    "use_offer",
    "use_recommendation",
    "why_not_asked",
    "why_not_kept",
    "withdraw_engagement",
    "write_digests",
    "write_in_support_thread",
]
