"""Every form of the clusters' side checks its free texts, at the level at which they are read."""

import inspect
from pkgutil import iter_modules

import pytest
from django import forms
from django.contrib.admin import site

import engagement
from engagement import forms as all_forms
from engagement.forms.checked import TICK, ChecksTexts
from engagement.models import ContributionOffer, Engagement, SetAside, SupportMessage
from tests import factories

from .forms import fields_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PHONE = "Call Achol on 0921 445 678."
HELD = "He is detained at Wau Central Prison."
NEW = "/engagement/new/?action=3"
QUESTION = "Would this put someone at risk if it were read aloud at a checkpoint?"


def tick_of(response, form="form"):
    """What a browser sends for the tick of the page, once it is set."""
    tick = response.context[form].tick
    assert f'name="{tick.name}" value="{tick.value}"' in response.text
    return {tick.name: tick.value}


WITHOUT_TEXT = {
    "UserCreationForm": "an account, in the admin: its name and address, no text",
    "UserChangeForm": "the same",
    "LoginForm": "an address and a password",
    "ResetPasswordForm": "an address",
    "ResetPasswordKeyForm": "a password",
    "ChangePasswordForm": "a password",
    "ActivateTOTPForm": "a code",
}

# -- Which forms and fields ------------------------------------------------------------------------------


def test_no_form_goes_unchecked():
    """Whoever adds a form begins with those of `forms/checked.py`; else this fails."""
    for module in iter_modules(all_forms.__path__, "engagement.forms."):
        __import__(module.name)

    def below(cls):
        return {cls, *(one for child in cls.__subclasses__() for one in below(child))}

    own = {one for one in below(forms.BaseForm) if one.__module__.startswith(f"{engagement.__name__}.")}
    assert {one.__name__ for one in own if not issubclass(one, ChecksTexts)} == set(WITHOUT_TEXT)
    assert len(own) > 35


def test_what_is_not_checked_is_known():
    """Names of people who are meant to be there, and of devices; an address of the UN; what is read as a day, or not
    kept."""
    known = {
        form.__name__: form.not_checked
        for _name, form in inspect.getmembers(all_forms, inspect.isclass)
        if form.not_checked
    }
    assert known == {
        "InviteForm": ("name",),
        "ClusterForm": ("name",),
        **dict.fromkeys(
            ("TakeAwayForm", "ConfidentialExportForm", "ConfidentialReportForm", "ConfidentialContributionForm"),
            ("password",),
        ),
        "ContactForm": ("name",),
        "FeedKeyForm": ("name",),
        "CallSuggestionForm": ("pasted", "address"),
        "VisitSuggestionForm": ("starts", "ends"),
    }


def test_the_administration_checks_what_is_free_text(rf, cast):
    """Of what it keeps of the clusters' side, all but names and a time zone."""
    request = rf.get("/admin/")
    request.user = cast.administrator
    left = set()
    for model, its_admin in site._registry.items():
        if model._meta.app_label != "engagement":
            continue
        inlines = [formset.form for formset, _inline in its_admin.get_formsets_with_inlines(request)]
        for form in (its_admin.get_form(request), its_admin.get_form(request, model()), *inlines):
            texts = {
                name
                for name, field in form.base_fields.items()
                if isinstance(field, forms.CharField) and not isinstance(field, forms.EmailField | forms.SlugField)
            }
            checked = form().free_texts if issubclass(form, ChecksTexts) else ()
            left |= {(model.__name__, name) for name in texts.difference(checked)}
    assert left == {
        ("Cluster", "name"),
        ("User", "name"),
        ("User", "time_zone"),
    }


def test_the_source_of_a_cluster_names_nobody(cast, client_of):
    """In the administration there is no tick: whatever is found is written in other words, or nothing is saved."""
    client, page = client_of(cast.administrator), f"/admin/engagement/cluster/{cast.south_sudan.pk}/change/"
    typed = {"slug": "south-sudan", "name": "South Sudan", "country": "SSD", "kind": "cluster"}
    typed |= {"working_language": "en"}
    for text in (PHONE, HELD):
        shown = client.post(page, typed | {"source": text})
        (said,) = shown.context["adminform"].form.errors["source"]
        assert "Write it in other words." in said
    assert client.post(page, typed | {"source": "Site of the Global Protection Cluster"}).status_code == 302


def test_the_free_texts_of_the_log_are_checked(cast):
    """All five, and nothing that is chosen, dated or hidden."""
    form = all_forms.EngagementForm(user=cast.coordinator)
    assert form.free_texts == ["partner", "what_was_done", "challenges", "result", "support_needed"]


def test_each_free_text_asks_before_anybody_writes(cast, client_of):
    """One line above each, which belongs to the field for a screen reader too; none above a choice."""
    page = client_of(cast.coordinator).get(NEW)
    assert page.text.count(QUESTION) == 5
    assert 'aria-describedby="id_what_was_done_aloud id_what_was_done_helptext"' in page.text
    assert TICK not in page.text


# -- Asked about, refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["low", "moderate"])
@pytest.mark.parametrize("text", [PHONE, HELD])
def test_below_high_a_finding_takes_a_tick(level, text, cast, client_of):
    """Nothing is written first; the piece comes back quoted, with how to write instead; ticked, it is saved."""
    client = client_of(cast.coordinator)
    typed = filled(client, what_was_done=text, level=level)
    page = client.post(NEW, typed)
    (said,) = page.context["form"].errors["what_was_done"]
    assert "Write “" in said
    assert "tick below that you have looked" in said
    assert ("0921 445 678" in said) == (text == PHONE)
    assert Engagement.objects.count() == 0
    assert client.post(NEW, typed | tick_of(page)).status_code == 302
    assert Engagement.objects.get().what_was_done == text


def test_at_high_what_leads_to_a_person_is_refused(cast, client_of):
    """No tick is offered, and one that was kept from elsewhere does not help."""
    client = client_of(cast.coordinator)
    typed = filled(client, what_was_done=PHONE, level="moderate")
    tick = tick_of(client.post(NEW, typed))
    page = client.post(NEW, typed | tick | {"level": "high"})
    assert "Nothing of level high is stored with it: take it out." in page.context["form"].errors["what_was_done"][0]
    assert page.context["form"].tick is None
    assert TICK not in page.text
    assert Engagement.objects.count() == 0


def test_at_high_what_may_lead_to_a_person_takes_a_tick(cast, client_of):
    """Where somebody is held, beside a phone number: the number must go, the place can be looked at."""
    client = client_of(cast.coordinator)
    typed = filled(client, number=9, what_was_done=PHONE, result=HELD, mandates=[factories.MandateFactory().slug])
    page = client.post(NEW, typed | {"level": "high"})
    assert set(page.context["form"].errors) == {"what_was_done", "result"}
    assert page.context["form"].tick.under == "result"
    mended = typed | {"what_was_done": "Reached by phone."}
    assert set(client.post(NEW, mended).context["form"].errors) == {"result"}
    assert client.post(NEW, mended | tick_of(page)).status_code == 302


def test_what_was_ticked_counts_for_what_was_shown(cast, client_of):
    """A piece that is written after the tick is asked about; one that is taken out beside it needs no new tick."""
    client = client_of(cast.coordinator)
    typed = filled(client, what_was_done=f"{PHONE} {HELD}")
    tick = tick_of(client.post(NEW, typed))
    page = client.post(NEW, typed | tick | {"challenges": "Mary Akol, 34, was afraid."})
    assert "challenges" in page.context["form"].errors
    assert not page.context["form"].tick.is_set
    assert client.post(NEW, typed | tick | {"what_was_done": HELD}).status_code == 302


def test_a_tick_stays_set_while_something_else_is_mended(cast, client_of):
    """It is not asked twice for the sake of a date."""
    client = client_of(cast.coordinator)
    typed = filled(client, what_was_done=HELD)
    tick = tick_of(client.post(NEW, typed))
    page = client.post(NEW, typed | tick | {"started_on": "soon"})
    assert set(page.context["form"].errors) == {"started_on"}
    assert f'value="{tick[TICK]}" checked' in page.text


def test_numbers_of_the_clusters_own_country_are_known(cast, client_of):
    """Nine digits without a word before them, valid in South Sudan."""
    client = client_of(cast.coordinator)
    page = client.post(NEW, filled(client, what_was_done="The driver is Deng: 921445678."))
    assert "A phone number" in page.context["form"].errors["what_was_done"][0]


# -- Texts that are stored already -----------------------------------------------------------------------


@pytest.fixture
def stored(cast):
    """A line of level moderate with a phone number in it, which somebody has ticked."""
    return factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator, what_was_done=PHONE)


def edited(client, line, **typed):
    address = f"{line.get_absolute_url()}edit/"
    return client.post(address, fields_of(client.get(address)) | typed)


def test_what_was_looked_at_is_not_asked_about_again(stored, cast, client_of):
    """Another column, another sentence in the same one: saved."""
    client = client_of(cast.coordinator)
    assert edited(client, stored, challenges="Late notice, twice.").status_code == 302
    assert edited(client, stored, what_was_done=f"Three points. {PHONE}").status_code == 302


def test_a_new_piece_beside_it_is_asked_about(stored, cast, client_of):
    """In a text that was changed, what was not there before; and only that."""
    page = edited(client_of(cast.coordinator), stored, what_was_done=f"{PHONE} Or write to achol@ngo.org.")
    (said,) = page.context["form"].errors["what_was_done"]
    assert "achol@ngo.org" in said


@pytest.mark.parametrize(("level", "said"), [("low", "tick below"), ("high", "take it out")])
def test_another_level_asks_anew(stored, level, said, cast, client_of):
    """More people read it, or it must not be there at all."""
    page = edited(client_of(cast.coordinator), stored, level=level)
    assert said in page.context["form"].errors["what_was_done"][0]


# -- The other texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "is_refused"), [("moderate", False), ("high", True)])
def test_a_thread_is_of_the_level_of_its_line(level, is_refused, cast, client_of):
    """What hangs on a line: the reason for withdrawing it, a message about its support, a note of the answer."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator, level=level)
    support = factories.SupportRequestFactory(engagement=line, owner=cast.focal, answer=f"Thank you. {PHONE}")
    thread, coordinator, focal = support.get_absolute_url(), client_of(cast.coordinator), client_of(cast.focal)
    for client, address, typed in (
        (coordinator, f"{line.get_absolute_url()}withdraw/", {"withdrawn_reason": PHONE}),
        (coordinator, thread, {"text": PHONE}),
        (focal, thread, {"text": PHONE, "answer": "1"}),
        (focal, f"{thread}keep/", {"title": "Whom to write to", "text": f"Thank you. {PHONE}"}),
    ):
        page = client.post(address, typed)
        assert len(page.context["form"].errors) == 1, address
        assert (page.context["form"].tick is None) == is_refused
        assert QUESTION in page.text
    assert SupportMessage.objects.count() == 1
    if not is_refused:
        page = coordinator.post(thread, {"text": PHONE})
        assert coordinator.post(thread, {"text": PHONE} | tick_of(page)).status_code == 302


def test_a_contribution_is_checked_when_it_is_saved(cast, client_of):
    """It goes to the UN and is perhaps published; what stands in it since was looked at."""
    call = factories.CallFactory(mandates=[factories.MandateFactory()])
    row = factories.ContributionFactory(cluster=cast.south_sudan, call=call, by=cast.coordinator)
    client, address = client_of(cast.coordinator), row.get_absolute_url()
    typed = fields_of(client.get(address), "contribution-form") | {"text": PHONE}
    page = client.post(address, typed)
    assert "A phone number" in page.context["form"].errors["text"][0]
    assert client.post(address, typed | tick_of(page)).status_code == 302
    again = fields_of(client.get(address), "contribution-form")
    assert client.post(address, again | {"text": f"{PHONE}\n\nMore."}).status_code == 302


def test_the_tick_of_a_word_to_whoever_offered_goes_with_the_form_of_the_page(cast, client_of):
    """Its field stands outside the form that it is sent with; so does the tick, which has the offer's own name."""
    call = factories.CallFactory(mandates=[factories.MandateFactory()])
    row = factories.ContributionFactory(cluster=cast.south_sudan, call=call, by=cast.coordinator)
    offer = factories.OfferFactory(cluster=cast.south_sudan, call=call, offered_by=cast.member)
    client, address = client_of(cast.coordinator), row.get_absolute_url()
    typed = {"not_used": str(offer.pk), f"offer-{offer.pk}-answer": PHONE}
    page = client.post(address, typed)
    tick = page.context["offers"][0].decline_form.tick
    assert f'name="offer-{offer.pk}-{TICK}" value="{tick.value}" form="contribution-form"' in page.text
    client.post(address, typed | {tick.name: tick.value})
    assert ContributionOffer.objects.get().state == "not_used"


def test_an_opening_is_set_aside_at_the_level_of_its_reason(cast):
    """Reasons about contacts with mandates are for who reads all of the log; the others are of level moderate."""
    for level, is_refused in (("moderate", False), ("high", True)):
        form = all_forms.SetAsideForm({"reason": PHONE}, level=level, cluster=cast.south_sudan)
        assert not form.is_valid()
        assert (form.tick is None) == is_refused
    assert SetAside.objects.count() == 0


@pytest.mark.parametrize(("page_of", "field"), [("visits/{visit}/briefing/", "points"), ("press/", "issue")])
def test_an_act_is_checked_at_the_level_that_is_chosen(page_of, field, cast, client_of):
    """Points of a briefing, an issue for the press: as the line that they write."""
    visit = factories.VisitFactory(countries=["SSD"], status="announced")
    client, address = client_of(cast.coordinator), f"/clusters/south-sudan/{page_of.format(visit=visit.pk)}"
    for level, said in (("moderate", "tick below"), ("high", "take it out")):
        page = client.post(address, {field: PHONE, "level": level})
        assert said in page.context["form"].errors[field][0]
