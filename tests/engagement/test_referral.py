"""Action 10: the receipt of a case that was referred outside this tool. Answers by choice, nothing of the case."""

import re
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from engagement import services, submissions
from engagement.models import Engagement, Referral
from mandates.models import Mandate
from tests import factories
from tests.conftest import after_the_cast
from tests.engagement.forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/clusters/south-sudan/referral/"
MAY = date(2026, 5, 1)


@after_the_cast
def world(cast):
    """A mandate that acts on communications, and one that does not."""
    cast.wgeid = factories.MandateFactory(slug="wg-disappearances", acronym="WGEID", title="Working Group on Disappear")
    cast.silent = factories.MandateFactory(slug="sr-silent", acts_on_communications=False)
    return cast


ANSWERS = {
    "consent": "yes",
    "why_not": "",
    "publication": "name_withheld",
    "reprisals": "low",
    "mandates": ["wg-disappearances"],
    "month": "2026-05-01",
    "is_sent": "on",
}


def typed(client, **changed):
    """The form as it is shown, with answers that allow a referral."""
    answers = {name: value for name, value in (ANSWERS | changed).items() if value is not None}
    return fields_of(client.get(PAGE), "plain") | answers


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"consent": "not_obtainable", "why_not": "detained", "publication": "no", "reprisals": "accepted"},
        {"consent": "not_obtainable", "why_not": "child", "publication": "yes"},
        {"month": "2024-06-01"},
    ],
)
def test_the_receipt(answers, world, client_of):
    """One line of action 10, always high, exact to the month, its columns empty; the answers stand beside it."""
    client = client_of(world.coordinator)
    response = client.post(PAGE, typed(client, **answers), follow=True)
    given = ANSWERS | answers
    line = Engagement.objects.get()
    assert (line.action.number, line.level, line.status) == (10, "high", "done")
    assert (line.started_on.isoformat(), line.date_precision) == (given["month"], "month")
    assert [line.what_was_done, line.challenges, line.result, line.support_needed] == [""] * 4
    assert list(line.mandates.all()) == [world.wgeid]
    act = Referral.objects.get()
    stored = (act.consent, act.why_not, act.publication, act.reprisals, act.reply, act.replied_on)
    assert stored == (*[given[n] for n in ("consent", "why_not", "publication", "reprisals")], "none", None)
    page = response.content.decode()
    for words in ("logged as action 10", "Consent can be withdrawn", "no reply yet", act.get_reprisals_display()):
        assert words in page


def test_nothing_can_be_typed(world, client_of):
    """Boxes, radios and lists only: no field takes a word."""
    form = client_of(world.coordinator).get(PAGE).context["form"]
    assert {field.widget.input_type for field in form.fields.values()} == {"hidden", "checkbox", "radio", "select"}


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"consent": "no"}, "consent", "A no deserves respect"),
        ({"consent": "no", "is_sent": None, "mandates": []}, "consent", "A no deserves respect"),
        ({"reprisals": "not_assessed"}, "reprisals", "Assess it first, with the person"),
        ({"reprisals": "not_assessed", "is_sent": None}, "reprisals", "Assess it first, with the person"),
        ({"is_sent": None}, "is_sent", "This tool sends nothing to a mandate holder."),
        ({"consent": "not_obtainable"}, "why_not", "Say why nobody could ask"),
        ({"why_not": "child"}, "why_not", "The person agreed, you say above"),
        ({"consent": None}, "consent", "required"),
        ({"publication": None}, "publication", "required"),
        ({"reprisals": None}, "reprisals", "required"),
        ({"mandates": []}, "mandates", "Tick to whom it went."),
        ({"month": "2026-06-01"}, "month", "valid choice"),
        ({"month": "2024-05-01"}, "month", "valid choice"),
        ({"month": "2026-05-07"}, "month", "valid choice"),
    ],
)
def test_what_is_refused(answers, field, words, world, client_of):
    """The guidance stands beside the answer, alone; the other answers stay; nothing is written."""
    client = client_of(world.coordinator)
    response = client.post(PAGE, typed(client, **answers))
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    given = ANSWERS | answers
    for name in ("consent", "publication", "reprisals", "mandates"):
        assert form[name].value() == given[name], name
    assert not Engagement.objects.exists()
    assert not Referral.objects.exists()


def test_whoever_is_told_no_is_shown_another_way(world, client_of):
    """The link to sharing without any person stands there after a refused consent only."""
    client = client_of(world.coordinator)
    other_way = 'href="/clusters/south-sudan/information/"'
    assert other_way in client.post(PAGE, typed(client, consent="no")).content.decode()
    assert other_way not in client.post(PAGE, typed(client, is_sent=None)).content.decode()


def test_both_refusals_are_told_at_once(world, client_of):
    """No consent, and nobody asked about reprisals: two sentences of guidance, and no third about sending."""
    client = client_of(world.coordinator)
    form = client.post(PAGE, typed(client, consent="no", reprisals="not_assessed", is_sent=None)).context["form"]
    assert set(form.errors) == {"consent", "reprisals"}


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({"consent": "no", "is_sent": None, "mandates": []}, ["consent"]),
        ({"consent": "no", "reprisals": "not_assessed", "is_sent": None}, ["consent", "reprisals"]),
        ({"reprisals": "not_assessed", "is_sent": None, "publication": None}, ["publication", "reprisals"]),
        (
            {"consent": "not_obtainable", "reprisals": "not_assessed", "mandates": [], "is_sent": None},
            ["why_not", "reprisals", "mandates"],
        ),
    ],
)
def test_all_that_is_wrong_stands_above_the_form(answers, fields, world, client_of):
    """At once, each with the way to its field; not that the case must be sent, which the refusal forbids."""
    client = client_of(world.coordinator)
    page = client.post(PAGE, typed(client, **answers)).content.decode()
    box = page.partition('<div class="problem"')[2].partition("</div>")[0]
    linked = re.findall(r'href="#([^"]+)"', box)
    assert linked == [f"id_{name}" for name in fields]
    assert all(f'id="{name}"' in page for name in linked)
    assert "This tool sends nothing" not in page


def test_the_browser_leaves_the_questions_to_the_form(world, client_of):
    """With `required` in the page, whoever says no would be asked to tick that the case was sent."""
    assert b" required" not in client_of(world.coordinator).get(PAGE).content


def test_mandates_that_take_no_communications_are_not_offered(world, client_of):
    """Not among the boxes; asked for by address or post, refused with the reason."""
    client = client_of(world.coordinator)
    response = client.get(PAGE, {"mandate": "sr-silent"})
    form = response.context["form"]
    offered = [str(option.data["value"]) for option in (*form.mandates_at_hand, *form.other_mandates)]
    assert offered == ["wg-disappearances"]
    assert "“SR-SILENT” takes no case: it does not act on communications" in response.content.decode()
    refused = client.post(PAGE, typed(client, mandates=["wg-disappearances", "sr-silent"]))
    assert "“SR-SILENT” takes no case" in refused.context["form"].errors["mandates"][0]
    assert not Engagement.objects.exists()


def test_what_nobody_verified_is_marked(world, client_of):
    """That a mandate takes cases is a fact with a source, or said to have none."""
    client = client_of(world.coordinator)
    assert "(unverified that it takes cases)" in client.get(PAGE).content.decode()
    world.wgeid.acts_on_communications_verified = True
    world.wgeid.save()
    assert "(unverified that it takes cases)" not in client.get(PAGE).content.decode()


def test_a_mandate_that_was_not_in_force_then(world, client_of):
    """A month before its time is refused, naming it; the month in which it began is not."""
    world.wgeid.established_on = date(2026, 3, 20)
    world.wgeid.save()
    client = client_of(world.coordinator)
    response = client.post(PAGE, typed(client, month="2026-02-01"))
    assert "WGEID was not in force then" in response.context["form"].errors["__all__"][0]
    client.post(PAGE, typed(client, month="2026-03-01"))
    assert Engagement.objects.get().started_on == date(2026, 3, 1)


def test_two_cases_in_a_month_are_two_receipts(world, client_of):
    """Each form is a case; the same form twice is one."""
    client = client_of(world.coordinator)
    form = typed(client)
    client.post(PAGE, form)
    client.post(PAGE, form)
    assert Engagement.objects.count() == 1
    client.post(PAGE, typed(client))
    assert Engagement.objects.count() == Referral.objects.count() == 2


# -- The checklist ------------------------------------------------------------------------------------


def test_the_checklist_names_what_every_mandate_and_this_one_needs(world, client_of):
    """Open before the form, folded once answers came back; needs of mandates that are not offered are left out."""
    client = client_of(world.coordinator)
    page = client.get(PAGE).content.decode()
    for need in (*submissions.NEEDS, *submissions.NEEDS_OF["wg-disappearances"]):
        assert str(need) in page
    assert str(submissions.NEEDS_OF["sr-human-rights-defenders"][0]) not in page
    assert 'href="https://spsubmission.ohchr.org/"' in page
    assert "urgent-action@ohchr.org" in page
    assert 'to which its page in here leads</span> · <a href="/mandates/">All mandates</a></dd>' in page
    assert '<details class="checklist" open>' in page
    assert '<details class="checklist">' in client.post(PAGE, typed(client, is_sent=None)).content.decode()


@pytest.mark.slow
def test_the_mandates_of_the_checklist_are_there(demo):
    """A slug that no mandate has, or one that takes no cases, would never show its needs."""
    taking = Mandate.objects.filter(slug__in=submissions.NEEDS_OF, acts_on_communications=True)
    assert {mandate.slug for mandate in taking} == set(submissions.NEEDS_OF)


# -- The database -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "constraint"),
    [
        ({"consent": "no"}, "referral_with_consent"),
        ({"consent": "no", "why_not": "child"}, "referral_with_consent"),
        ({"consent": "not_obtainable"}, "referral_with_consent"),
        ({"why_not": "child"}, "referral_with_consent"),
        ({"reprisals": "not_assessed"}, "referral_with_reprisals_assessed"),
        ({"reply": "sent"}, "referral_replied_on_a_day"),
        ({"replied_on": MAY}, "referral_replied_on_a_day"),
    ],
)
def test_the_database_refuses(answers, constraint, world):
    """What the form refuses cannot be written by other ways either."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        factories.ReferralFactory(**answers)


def test_a_refused_receipt_leaves_no_line(world):
    """The service writes both or nothing."""
    answers = {"consent": "no", "why_not": "", "publication": "no", "reprisals": "low"}
    with pytest.raises(IntegrityError):
        services.keep_referral(
            by=world.coordinator, cluster=world.south_sudan, mandates=[world.wgeid], month=MAY, key=None, **answers
        )
    assert not Engagement.objects.exists()


# -- Who ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "status"), [("member", 403), ("reader", 403), ("focal", 403), ("other", 404)])
def test_only_coordinators_refer(person, status, world, client_of):
    """Nothing is written for anybody else, and nothing is read."""
    fields = typed(client_of(world.coordinator))
    client = client_of(getattr(world, person))
    assert client.get(PAGE).status_code == client.post(PAGE, fields).status_code == status
    assert not Engagement.objects.exists()
