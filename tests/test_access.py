"""Every address × every person, against one written policy. An address missing from the table fails the suite."""

import re
from copy import deepcopy

import pytest
from django.contrib import admin
from django.urls import get_resolver, reverse

from engagement.models import SupportRequest
from tests import factories
from tests.conftest import kept_for_a_file, make_cast

# What whoever owes a second factor still reaches: signing in and out, her password, factors, sessions and language;
# and what strangers reach by the key of a mail or of a feed.
OPEN_WITHOUT_FACTOR = re.compile(
    "account_(?!inactive|signup)|mfa_|language-switch|engagement:(session-|unsubscribe|calendar-feed|updates-feed)"
)

PEOPLE = ("anonymous", "member", "coordinator", "other", "reader", "focal", "administrator")

# Answers to GET: 200 shown, 403 may not, 404 not there or not yours, 405 no GET. "in" leads to sign-in, "to" leads
# elsewhere on purpose. {…} is filled with a row of South Sudan: the engagement of the level that stands behind the
# name, or the unconfirmed suggestion of a visit or call that does.
POLICY = """
address                              anonymous member coordinator other reader focal administrator
engagement:home                      in        200    200         200   200    200   200
engagement:search                    in        200    200         200   200    200   200
engagement:guide                     in        200    200         200   200    200   200
engagement:help                      in        200    200         200   200    200   200
engagement:help-coordinator          in        200    200         200   200    200   200
engagement:help-member               in        200    200         200   200    200   200
engagement:help-task-team            in        200    200         200   200    200   200
engagement:help-administrator        in        200    200         200   200    200   200
engagement:glossary                  in        200    200         200   200    200   200
engagement:engagement-list           in        200    200         200   200    200   200
engagement:engagement-bulk           in        403    200         200   403    403   403
engagement:engagement-new            in        403    200         200   403    403   403
engagement:engagement-detail low     in        200    200         404   200    200   404
engagement:engagement-detail moderate in       404    200         404   200    200   404
engagement:engagement-detail high    in        404    200         404   404    200   404
engagement:engagement-edit low       in        403    200         404   403    403   404
engagement:engagement-edit moderate  in        404    200         404   403    403   404
engagement:engagement-edit high      in        404    200         404   404    403   404
engagement:engagement-history low     in       200    200         404   200    200   404
engagement:engagement-history moderate in      404    200         404   200    200   404
engagement:engagement-history high    in       404    200         404   404    200   404
engagement:engagement-withdraw low   in        403    200         404   403    403   404
engagement:engagement-withdraw moderate in     404    200         404   403    403   404
engagement:engagement-withdraw high  in        404    200         404   404    403   404
engagement:level-raise low           in        405    405         405   405    405   405
engagement:level-lower low           in        403    to          404   403    403   404
engagement:level-lower moderate      in        404    to          404   403    403   404
engagement:level-lower high          in        404    200         404   404    403   404
engagement:level-decide high         in        405    405         405   405    405   405
engagement:level-take-back high      in        405    405         405   405    405   405
engagement:cluster-list              in        200    200         200   200    200   200
engagement:overview                  in        403    200         200   200    200   403
engagement:overview-needs            in        403    200         200   200    200   403
engagement:cluster-detail            in        200    200         404   200    200   404
engagement:cluster-report            in        200    200         404   200    200   404
engagement:support-bulk              in        403    403         403   200    200   403
engagement:support-list              in        200    200         200   200    200   200
engagement:support-detail low        in        200    200         404   200    200   404
engagement:support-detail moderate   in        404    200         404   200    200   404
engagement:support-detail high       in        404    200         404   404    200   404
engagement:support-take low          in        405    405         405   405    405   405
engagement:support-hand-over low     in        405    405         405   405    405   405
engagement:support-due low           in        405    405         405   405    405   405
engagement:support-close low         in        405    405         405   405    405   405
engagement:support-keep low          in        403    403         404   to     to    404
engagement:guidance-list             in        403    200         200   200    200   403
engagement:guidance-end              in        405    405         405   405    405   405
engagement:cluster-members           in        403    200         404   403    403   404
engagement:cluster-access            in        403    200         404   403    403   404
engagement:member-mail               in        405    405         405   405    405   405
engagement:member-end                in        405    405         405   405    405   405
engagement:visit-suggest             in        403    200         200   200    200   403
engagement:call-suggest              in        403    200         200   200    200   403
engagement:suggestion-list           in        200    200         200   200    200   200
engagement:suggestion-detail visit   in        403    403         404   200    200   404
engagement:suggestion-detail call    in        403    403         404   200    200   404
engagement:suggestion-edit visit     in        403    200         404   403    403   404
engagement:suggestion-edit call      in        403    200         404   403    403   404
engagement:suggestion-withdraw visit in        403    200         404   403    403   404
engagement:suggestion-withdraw call  in        403    200         404   403    403   404
engagement:freshness-list            in        403    403         403   200    200   403
engagement:visit-checked             in        405    405         405   405    405   405
engagement:call-checked              in        405    405         405   405    405   405
engagement:report-checked            in        405    405         405   405    405   405
engagement:recommendation-checked    in        405    405         405   405    405   405
engagement:mandate-checked           in        405    405         405   405    405   405
engagement:visit-doubt               in        200    200         200   200    200   200
engagement:visit-doubt visit         in        200    200         404   200    200   404
engagement:call-doubt                in        200    200         200   200    200   200
engagement:call-doubt call           in        200    200         404   200    200   404
engagement:report-doubt              in        200    200         200   200    200   200
engagement:recommendation-doubt      in        200    200         200   200    200   200
engagement:mandate-doubt             in        200    200         200   200    200   200
engagement:doubt-settle              in        403    404         404   200    200   404
engagement:opening-list              in        403    200         200   200    200   403
engagement:subscribe                 in        405    405         405   405    405   405
engagement:subscription-list         in        200    200         200   200    200   200
engagement:subscription-new          in        200    200         200   200    200   200
engagement:subscription-change       in        404    200         404   404    404   404
engagement:subscription-leave        in        405    405         405   405    405   405
engagement:subscription-back         in        405    405         405   405    405   405
engagement:mails-choose              in        405    405         405   405    405   405
engagement:subscription-end          in        405    405         405   405    405   405
engagement:unsubscribe               200     200    200         200   200    200   200
engagement:saved-view-list           in        200    200         200   200    200   200
engagement:saved-view-new            in        405    405         405   405    405   405
engagement:saved-view-open           in        to     to          404   404    404   404
engagement:saved-view-change         in        404    200         404   404    404   404
engagement:saved-view-delete         in        405    405         405   405    405   405
engagement:feed-key-list             in        200    200         200   200    200   200
engagement:feed-key-revoke           in        405    405         405   405    405   405
engagement:calendar-feed             200       200    200         200   200    200   200
engagement:updates-feed              200       200    200         200   200    200   200
engagement:account-changes           in        403    403         403   403    200   200
engagement:account-change-confirm    in        405    405         405   405    405   405
engagement:account-change-refuse     in        405    405         405   405    405   405
engagement:kept-form                 in        404    200         404   404    404   404
engagement:kept-draft                405     405    405         405   405    405   405
engagement:session-list              in        200    200         200   200    200   200
engagement:session-left              in        200    200         200   200    200   200
engagement:set-aside                 in        403    200         404   403    403   404
engagement:set-aside-end             in        405    405         405   405    405   405
engagement:cluster-priorities        in        403    200         404   200    200   404
engagement:priorities-reviewed       in        405    405         405   405    405   405
engagement:priority-change           in        403    200         404   403    403   404
engagement:priority-up               in        405    405         405   405    405   405
engagement:priority-end              in        403    200         404   403    403   404
engagement:cluster-events            in        403    200         404   200    200   404
engagement:event-change              in        403    200         404   403    403   404
engagement:event-call-off            in        405    405         405   405    405   405
engagement:briefing-propose          in        403    200         404   403    403   404
engagement:press-propose             in        403    200         404   403    403   404
engagement:report-use                in        403    200         404   403    403   404
engagement:recommendation-use        in        403    200         404   403    403   404
engagement:briefing-change low       in        403    200         404   403    403   404
engagement:briefing-change moderate  in        404    200         404   403    403   404
engagement:briefing-change high      in        404    200         404   404    403   404
engagement:briefing-held low         in        403    200         404   403    403   404
engagement:briefing-held moderate    in        404    200         404   403    403   404
engagement:briefing-held high        in        404    200         404   404    403   404
engagement:briefing-letter low       in        403    200         404   403    403   404
engagement:briefing-letter moderate  in        404    200         404   403    403   404
engagement:briefing-letter high      in        404    200         404   404    403   404
engagement:information-share         in        403    200         404   403    403   404
engagement:referral-new              in        403    200         404   403    403   404
engagement:event-invite              in        403    200         404   403    403   404
engagement:referral-reply            in        404    200         404   404    403   404
engagement:invitation-answer         in        404    200         404   403    403   404
engagement:contact-add               in        405    405         405   405    405   405
engagement:contact-change            in        403    200         404   403    403   404
engagement:contact-remove            in        403    200         404   403    403   404
engagement:visit-share               in        403    200         404   403    403   404
engagement:call-share                in        403    200         404   403    403   404
engagement:report-share              in        403    200         404   403    403   404
engagement:call-answer               in        403    200         404   403    403   404
engagement:contribution-detail low   in        200    200         404   200    200   404
engagement:contribution-detail moderate in     404    200         404   200    200   404
engagement:contribution-detail high  in        404    200         404   404    200   404
engagement:contribution-ask low      in        403    200         404   403    403   404
engagement:contribution-ask moderate in        404    200         404   403    403   404
engagement:contribution-ask high     in        404    200         404   404    403   404
engagement:contribution-sent low     in        403    200         404   403    403   404
engagement:contribution-sent moderate in       404    200         404   403    403   404
engagement:contribution-sent high    in        404    200         404   404    403   404
engagement:contribution-docx low     in        200    200         404   200    200   404
engagement:contribution-docx moderate in       404    200         404   200    200   404
engagement:contribution-docx high    in        404    to          404   404    to    404
engagement:contribution-confidential low  in   to     to          404   to     to    404
engagement:contribution-confidential moderate in 404  to          404   to     to    404
engagement:contribution-confidential high in   404    200         404   404    200   404
engagement:call-offer                in        200    200         200   403    403   403
engagement:offer-take-back           in        405    405         405   405    405   405
engagement:export-xlsx               in        200    200         200   200    200   200
engagement:export-csv                in        200    200         200   200    200   200
mandates:calendar                    in        200    200         200   200    200   200
engagement:import-list               in        403    200         200   403    403   403
engagement:import-detail             in        404    200         404   404    404   404
engagement:import-columns            in        404    200         404   404    404   404
engagement:import-faults             in        404    200         404   404    404   404
engagement:import-confirm            in        405    405         405   405    405   405
engagement:import-undo               in        405    405         405   405    405   405
engagement:import-discard            in        405    405         405   405    405   405
engagement:export-confidential       in        403    200         200   403    200   403
engagement:overview-xlsx             in        403    200         200   200    200   403
engagement:overview-confidential     in        403    200         200   403    200   403
engagement:engagement-report-list    in        200    200         200   200    200   200
engagement:engagement-report-new     in        403    403         403   200    200   403
engagement:engagement-report-detail  in        404    404         404   200    200   404
engagement:engagement-report-detail low in     200    200         404   200    200   404
engagement:engagement-report-detail moderate in 404   200         404   200    200   404
engagement:engagement-report-detail high in    404    200         404   404    200   404
engagement:engagement-report-edit    in        404    404         404   200    200   404
engagement:engagement-report-edit low in       403    403         404   to     to    404
engagement:engagement-report-choose  in        404    404         404   200    200   404
engagement:engagement-report-choose low in     403    403         404   to     to    404
engagement:engagement-report-highlight in      404    404         404   200    200   404
engagement:engagement-report-publish in        404    404         404   200    200   404
engagement:engagement-report-publish low in    403    403         404   to     to    404
engagement:engagement-report-withdraw in       404    404         404   to     to    404
engagement:engagement-report-withdraw low in   403    403         404   200    200   404
engagement:engagement-report-withdraw high in  404    403         404   404    200   404
engagement:engagement-report-discard in        405    405         405   405    405   405
engagement:engagement-report-docx    in        404    404         404   200    200   404
engagement:engagement-report-docx low in       200    200         404   200    200   404
engagement:engagement-report-docx moderate in  404    200         404   200    200   404
engagement:engagement-report-docx high in      404    to          404   404    to    404
engagement:engagement-report-xlsx    in        404    404         404   200    200   404
engagement:engagement-report-xlsx low in       200    200         404   200    200   404
engagement:engagement-report-xlsx moderate in  404    200         404   200    200   404
engagement:engagement-report-xlsx high in      404    to          404   404    to    404
engagement:engagement-report-confidential low in to   to          404   to     to    404
engagement:engagement-report-confidential moderate in 404 to      404   to     to    404
engagement:engagement-report-confidential high in 404 200         404   404    200   404
engagement:import-template           in        403    200         200   403    403   403
mandates:change-list                 in        200    200         200   200    200   200
mandates:mandate-list                in        200    200         200   200    200   200
mandates:mandate-detail              in        200    200         200   200    200   200
mandates:visit-list                  in        200    200         200   200    200   200
mandates:visit-detail                in        200    200         200   200    200   200
mandates:visit-detail visit          in        200    200         404   200    200   404
mandates:visit-ical                  in        200    200         200   200    200   200
mandates:visit-ical   visit          in        200    200         404   200    200   404
mandates:call-list                   in        200    200         200   200    200   200
mandates:call-detail                 in        200    200         200   200    200   200
mandates:call-detail call            in        200    200         404   200    200   404
mandates:call-ical                   in        200    200         200   200    200   200
mandates:call-ical   call            in        200    200         404   200    200   404
mandates:report-list                 in        200    200         200   200    200   200
mandates:report-detail               in        200    200         200   200    200   200
mandates:recommendation-list         in        200    200         200   200    200   200
mandates:recommendation-detail       in        200    200         200   200    200   200
account_login                        200       to     to          to    to     to    to
account_logout                       to        200    200         200   200    200   200
account_inactive                     200       200    200         200   200    200   200
account_signup                       200       to     to          to    to     to    to
account_reauthenticate               to        200    200         200   200    200   200
account_change_password              in        200    200         200   200    200   200
account_set_password                 in        to     to          to    to     to    to
account_reset_password               200       200    200         200   200    200   200
account_reset_password_done          200       200    200         200   200    200   200
account_reset_password_from_key      200       200    200         200   200    200   200
account_reset_password_from_key_done 200       200    200         200   200    200   200
mfa_index                            in        200    200         200   200    200   200
mfa_authenticate                     in        to     to          to    to     to    to
mfa_reauthenticate                   to        to     to          to    to     to    to
mfa_activate_totp                    in        to     to          to    to     to    to
mfa_deactivate_totp                  in        404    404         404   404    404   404
mfa_view_recovery_codes              in        404    404         404   404    404   404
mfa_generate_recovery_codes          in        to     to          to    to     to    to
mfa_download_recovery_codes          in        404    404         404   404    404   404
mfa_list_webauthn                    in        200    200         200   200    200   200
mfa_add_webauthn                     in        to     to          to    to     to    to
mfa_reauthenticate_webauthn          to        to     to          to    to     to    to
mfa_edit_webauthn                    in        to     to          to    to     to    to
mfa_remove_webauthn                  in        to     to          to    to     to    to
mfa_login_webauthn                   in        to     to          to    to     to    to
language-switch                      405       405    405         405   405    405   405
health                               200       200    200         200   200    200   200
admin:index                          in        in     in          in    200    200   200
admin:login                          in        403    403         403   to     to    to
admin:logout                         in        to     to          to    405    405   405
admin:password_change                in        in     in          in    200    200   200
admin:password_change_done           in        in     in          in    200    200   200
admin:autocomplete                   in        in     in          in    403    403   403
admin:jsi18n                         in        in     in          in    200    200   200
admin:app_list                       in        in     in          in    404    404   200
admin:engagement_user_factor         in        in     in          in    403    403   200
"""

# The admin's pages of one model, by what a person may do with it; nobody else gets past sign-in.
ADMIN_OF = {
    "engagement.user": {"administrator": "view add change"},
    "engagement.cluster": {"administrator": "view add change"},
    "engagement.membership": {"administrator": "view add change"},
    "mandates.mandate": {"reader": "view add change import", "focal": "view add change import"},
    "mandates.mandateholder": {"reader": "view add change import", "focal": "view add change import"},
    "mandates.countryvisit": {"reader": "view add change import", "focal": "view add change import"},
    "mandates.callforinput": {"reader": "view add change import", "focal": "view add change import"},
    "mandates.report": {"reader": "view add change import", "focal": "view add change import"},
    "mandates.recommendation": {"reader": "view add change import", "focal": "view add change import"},
    "mandates.theme": {"reader": "view add change", "focal": "view add change"},
    "mandates.session": {"reader": "view add change import", "focal": "view add change import"},
    "mandates.country": {"reader": "view add change", "focal": "view add change"},
    "mandates.referencechange": {"reader": "view", "focal": "view"},
}
NEEDS = {"changelist": "view", "change": "view", "history": "view", "add": "add", "delete": "delete"}
OF_THE_LIST = {
    "changelist",
    "add",
    "import",
    "export_xlsx",
    "export_csv",
    "import_settle",
    "import_faults",
    "import_confirm",
    "uhri",
}
# Where a model may be imported at all.
NEEDS_OF_IMPORT = {
    "import": "import", "export_xlsx": "view", "export_csv": "view", "import_settle": "POST", "import_faults": "POST",
    "import_confirm": "POST",
}  # fmt: skip


def pages_of(label):
    """The admin's pages of a model, and what each needs."""
    is_imported = any("import" in rights for rights in ADMIN_OF[label].values())
    own = {"uhri": "import"} if label == "mandates.recommendation" else {}
    return NEEDS | (NEEDS_OF_IMPORT if is_imported else {}) | own


def policy():
    """(URL name, row or "", person, expected answer) of every cell."""
    header, *lines = POLICY.strip().splitlines()
    assert tuple(header.split()[1:]) == PEOPLE
    for line in lines:
        name, *rest = line.split()
        level = rest.pop(0) if rest[0] in ("low", "moderate", "high", "visit", "call") else ""
        assert len(rest) == len(PEOPLE), line
        yield from ((name, level, person, answer) for person, answer in zip(PEOPLE, rest, strict=True))


def names_in_urlconf():
    """Every named address of the URLconf."""
    found = set()

    def walk(resolver, namespace=""):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
            elif pattern.name:
                found.add(namespace + pattern.name)

    walk(get_resolver())
    return found


def one_of_everything(cast):
    """The cast and one row of everything, all of South Sudan; `address(name, level)` fills an address with them."""
    mandate = factories.MandateFactory(slug="sr-idps")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    report, call = factories.ReportFactory(mandates=[mandate]), factories.CallFactory(mandates=[mandate])
    recommendation = factories.RecommendationFactory(mandates=[mandate], themes=["Land"], report=report)
    engagements = {
        level: factories.EngagementFactory(
            cluster=cast.south_sudan, level=level, created_by=cast.coordinator, status="planned", visit=visit
        )
        for level in ("low", "moderate", "high")
    }
    for engagement in engagements.values():
        factories.BriefingFactory(engagement=engagement)
    rows = {
        "mandates:mandate-detail": {"slug": mandate.slug},
        "mandates:visit-detail": {"pk": visit.pk},
        "mandates:visit-ical": {"pk": visit.pk},
        "mandates:call-detail": {"pk": call.pk},
        "mandates:call-ical": {"pk": call.pk},
        "mandates:report-detail": {"pk": report.pk},
        "mandates:recommendation-detail": {"pk": recommendation.pk},
        "engagement:cluster-detail": {"slug": cast.south_sudan.slug},
        "engagement:cluster-report": {"slug": cast.south_sudan.slug},
        "engagement:cluster-members": {"slug": cast.south_sudan.slug},
        "engagement:cluster-access": {"slug": cast.south_sudan.slug},
        "engagement:member-mail": {"slug": cast.south_sudan.slug, "pk": cast.member.memberships.get().pk},
        "engagement:member-end": {"slug": cast.south_sudan.slug, "pk": cast.member.memberships.get().pk},
        "engagement:contact-add": {"slug": cast.south_sudan.slug},
        "engagement:subscribe": {"slug": cast.south_sudan.slug},
        "engagement:set-aside": {"slug": cast.south_sudan.slug},
        "engagement:cluster-priorities": {"slug": cast.south_sudan.slug},
        "engagement:priorities-reviewed": {"slug": cast.south_sudan.slug},
        "engagement:cluster-events": {"slug": cast.south_sudan.slug},
        "engagement:briefing-propose": {"slug": cast.south_sudan.slug, "pk": visit.pk},
        "engagement:press-propose": {"slug": cast.south_sudan.slug},
        "engagement:report-use": {"slug": cast.south_sudan.slug, "pk": report.pk},
        "engagement:recommendation-use": {"slug": cast.south_sudan.slug, "pk": recommendation.pk},
        "engagement:information-share": {"slug": cast.south_sudan.slug},
        "engagement:referral-new": {"slug": cast.south_sudan.slug},
        "engagement:referral-reply": {
            "pk": factories.ReferralFactory(engagement__cluster=cast.south_sudan).engagement_id
        },
        "engagement:invitation-answer": {
            "pk": factories.InvitationFactory(engagement__cluster=cast.south_sudan).engagement_id
        },
        "account_reset_password_from_key": {"uidb36": "0", "key": "unknown"},
        "mfa_edit_webauthn": {"pk": 1},
        "mfa_remove_webauthn": {"pk": 1},
        "admin:app_list": {"app_label": "engagement"},
        "admin:engagement_user_factor": {"object_id": cast.member.pk},
    }

    suggested = {
        "visit": factories.VisitFactory(suggested=cast.south_sudan, countries=["SSD"], mandates=[mandate]),
        "call": factories.CallFactory(suggested=cast.south_sudan, mandates=[mandate]),
    }
    priority = factories.PriorityFactory(cluster=cast.south_sudan, mandate=mandate)
    event = factories.EventFactory(cluster=cast.south_sudan, created_by=cast.coordinator)
    contact = factories.ContactFactory(cluster=cast.south_sudan, added_by=cast.coordinator)
    aside = factories.SetAsideFactory(cluster=cast.south_sudan, set_by=cast.coordinator)
    for name, row in (
        ("priority-change", priority),
        ("priority-up", priority),
        ("priority-end", priority),
        ("event-change", event),
        ("event-call-off", event),
        ("event-invite", event),
        ("set-aside-end", aside),
        ("contact-change", contact),
        ("contact-remove", contact),
    ):
        rows[f"engagement:{name}"] = {"slug": cast.south_sudan.slug, "pk": row.pk}
    for noun in ("visit", "call", "report", "mandate", "recommendation"):
        for step in ("checked", "doubt"):
            rows[f"engagement:{noun}-{step}"] = rows[f"mandates:{noun}-detail"]
    rows["engagement:doubt-settle"] = {"pk": factories.DoubtFactory(visit=visit, said_by=cast.member).pk}
    for noun in ("visit", "call", "report"):
        rows[f"engagement:{noun}-share"] = {"slug": cast.south_sudan.slug} | rows[f"mandates:{noun}-detail"]

    rows["engagement:call-answer"] = {"slug": cast.south_sudan.slug, "pk": call.pk}
    rows["engagement:call-offer"] = {"pk": call.pk}
    rows["engagement:offer-take-back"] = {"pk": factories.OfferFactory(cluster=cast.south_sudan, call=call).pk}
    contributions = {
        level: factories.ContributionFactory(cluster=cast.south_sudan, level=level, by=cast.coordinator)
        for level in ("low", "moderate", "high")
    }

    draft = factories.EngagementReportFactory(highlights=[(engagements["moderate"], "Three points were proposed.")])
    for page in ("detail", "edit", "choose", "publish", "withdraw", "discard", "docx", "xlsx"):
        rows[f"engagement:engagement-report-{page}"] = {"pk": draft.pk}
    chosen = {"engagement_id": engagements["moderate"].pk}
    rows["engagement:engagement-report-highlight"] = {"pk": draft.pk} | chosen
    reports = {
        level: factories.EngagementReportFactory(cluster=cast.south_sudan, level=level, published=cast.focal)
        for level in ("low", "moderate", "high")
    }

    change = factories.AccountChangeFactory(person=cast.member, asked_by=cast.administrator)
    rows["engagement:account-change-confirm"] = rows["engagement:account-change-refuse"] = {"pk": change.pk}

    support = {level: SupportRequest.objects.create(engagement=row) for level, row in engagements.items()}
    kept = factories.KeptFormFactory(typed_by=cast.coordinator)
    rows["engagement:kept-form"] = rows["engagement:kept-draft"] = {"pk": kept.pk}
    rows["engagement:kept-form"] = {"pk": factories.KeptFormFactory(typed_by=cast.coordinator).pk}
    view = factories.SavedViewFactory(user=cast.coordinator, cluster=cast.south_sudan)
    rows |= {f"engagement:saved-view-{page}": {"pk": view.pk} for page in ("open", "change", "delete")}
    feed_key = factories.FeedKeyFactory(user=cast.member, key="feed-of-member")
    rows["engagement:feed-key-revoke"] = {"pk": feed_key.pk}
    rows["engagement:calendar-feed"] = rows["engagement:updates-feed"] = {"key": "feed-of-member"}
    rows["engagement:subscription-end"] = {
        "pk": factories.SubscriptionFactory(user=cast.other, cluster=cast.ukraine).pk
    }
    row = factories.SubscriptionFactory(user=None, cluster=cast.south_sudan, visits=False, reports=True)
    default = {"pk": row.pk}
    rows |= {f"engagement:subscription-{page}": default for page in ("change", "leave", "back")}
    mark = factories.DigestMarkFactory(user=cast.member)
    rows["engagement:unsubscribe"] = {"key": mark.key}
    batch = {"pk": factories.ImportBatchFactory(by=cast.coordinator).pk}
    rows |= {
        f"engagement:import-{page}": batch for page in ("detail", "columns", "faults", "confirm", "undo", "discard")
    }
    rows["engagement:guidance-end"] = {"pk": factories.GuidanceNoteFactory(request=support["low"]).pk}

    def address(name, level=""):
        others = {":support-": support, ":contribution-": contributions, ":engagement-report-": reports}
        row = next((rows for part, rows in others.items() if part in name), engagements | suggested).get(level)
        kwargs = {"pk": row.pk} if row else rows.get(name, {})
        return reverse(name, kwargs=kwargs) + ("?action=1&item=visits" if name == "engagement:set-aside" else "")

    cast.address = address
    cast.engagements = engagements
    return cast


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """`one_of_everything`, for all tests of this file."""
    with kept_for_a_file(django_db_blocker):
        yield one_of_everything(make_cast())


@pytest.fixture
def world(filled, db, clock):
    """`one_of_everything`; what a test changes, the next one finds as it was."""
    return deepcopy(filled)


def answer(response):
    """The answer in the words of the table; a download is read to its end, which closes its file."""
    if response.streaming:
        b"".join(response)
    if response.status_code == 302:
        target = response["Location"]
        is_sign_in = re.match(r"(/account/login/|/admin/login/|/account/reauthenticate/)", target)
        return "in" if is_sign_in and "reauthenticate" not in target else "to"
    return str(response.status_code)


def test_every_address_stands_in_the_table():
    """A page that is added without its access rule fails here."""
    stated = {name for name, *_rest in policy()}
    stated |= {f"admin:{model.replace('.', '_')}_{page}" for model in ADMIN_OF for page in pages_of(model)}
    # The admin's shortcut /admin/r/… is cut off before the admin sees it.
    assert names_in_urlconf() - {"admin:view_on_site"} == stated


def test_every_registered_model_stands_in_the_table():
    """A model that is added to the admin without its access rule fails here."""
    assert {model._meta.label_lower for model in admin.site._registry} == set(ADMIN_OF)


@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_gets_what_the_policy_says(person, world, client_of):
    """Every address of the table, asked by this person."""
    client = client_of(getattr(world, person, None))
    wrong = []
    for name, level, who, expected in policy():
        if who == person and name != "account_logout":
            got = answer(client.get(world.address(name, level)))
            if got != expected:
                wrong.append(f"{name} {level}: {got}, not {expected}")
    assert wrong == []


HISTORY_ELSEWHERE = ("mandates.countryvisit", "mandates.callforinput", "mandates.report", "mandates.mandate")
"""Whose history is on the page of changes, to which the administration leads."""


@pytest.mark.parametrize("person", PEOPLE)
def test_the_admin_opens_to_those_who_keep_the_rows(person, world, client_of):
    """Every admin page of every model, asked by this person; nobody else sees that a row is there."""
    user = getattr(world, person, None)
    client = client_of(user)
    wrong = []
    for label, rights in ADMIN_OF.items():
        model = next(model for model in admin.site._registry if model._meta.label_lower == label)
        row = model._default_manager.first()
        for page, needed in pages_of(label).items():
            args = [] if page in OF_THE_LIST else [row.pk if row else "0"]
            got = answer(client.get(reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)))
            if user is None or not user.is_staff:
                expected = {"in"}
            elif needed == "POST":
                expected = {"405"}
            elif needed in rights.get(person, "").split():
                leads_on = page == "history" and label in HISTORY_ELSEWHERE
                expected = {"200"} if (row and not leads_on) or not args else {"to"}
            else:
                expected = {"403"} if row or not args else {"403", "to"}
            if got not in expected:
                wrong.append(f"{label} {page}: {got}, not {expected}")
    assert wrong == []


@pytest.mark.parametrize("person", ["reader", "focal", "administrator"])
def test_without_a_second_factor_nothing_opens(person, world, client_of, settings):
    """Where it is demanded: every address of the table leads to where it is set up, but what that takes."""
    settings.MFA_REQUIRED = True
    client = client_of(getattr(world, person))
    opened = set()
    for name, level, who, _answer in policy():
        if who == person and name != "account_logout":
            response = client.get(world.address(name, level))
            if response.status_code != 302 or response["Location"] != "/account/2fa/":
                opened.add(name)
    assert opened == {name for name in names_in_urlconf() if OPEN_WITHOUT_FACTOR.match(name)} - {"account_logout"}


def test_signing_out_takes_a_post(world, client_of):
    """GET asks first; POST ends the session."""
    client = client_of(world.member)
    assert client.get("/account/logout/").status_code == 200
    assert client.post("/account/logout/").status_code == 302
    assert answer(client.get("/")) == "in"


def test_a_coordinator_cannot_write_into_another_cluster(world, client_of):
    """Not visible: 404. Visible but not hers to change: 403. Neither changes a row."""
    for person, level, expected in (("other", "low", 404), ("reader", "moderate", 403), ("member", "low", 403)):
        row = world.engagements[level]
        response = client_of(getattr(world, person)).post(f"/engagement/{row.pk}/edit/", {"what_was_done": "changed"})
        row.refresh_from_db()
        assert response.status_code == expected
        assert (row.version, row.what_was_done) == (1, "Proposed three points for the programme.")


def test_deactivation_and_a_changed_role_act_at_the_next_request(world, client_of):
    """The session that was open a second ago reads nothing more."""
    client = client_of(world.coordinator)
    row = world.engagements["high"]
    assert client.get(row.get_absolute_url()).status_code == 200
    world.coordinator.memberships.update(started_on="2026-05-01", ended_on="2026-05-20")
    assert client.get(row.get_absolute_url()).status_code == 404
    world.coordinator.is_active = False
    world.coordinator.save()
    assert answer(client.get("/")) == "in"
