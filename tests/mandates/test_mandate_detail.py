"""One mandate."""

from datetime import date

import pytest

from mandates.models import MandateAlias, MandateHolder
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_it_shows_what_is_known(member):
    """Dates as exactly as known, resolutions, aliases, whether a fact is verified."""
    mandate = factories.MandateFactory(
        slug="sr-idps",
        established_on=date(2004, 9, 1),
        established_precision="month",
        established_by="A/HRC/RES/14/6",
        renewed_by="A/HRC/RES/50/6",
    )
    MandateAlias.objects.create(mandate=mandate, alias="displacement")
    text = member.get("/mandates/sr-idps/").text
    for said in ("September 2004, A/HRC/RES/14/6", "A/HRC/RES/50/6", "displacement", "unverified"):
        assert said in text
    mandate.acts_on_communications_verified = True
    mandate.save()
    assert "unverified" not in member.get("/mandates/sr-idps/").text


def test_it_leads_to_following_it(member):
    """The form of a subscription comes with the mandate chosen; one that has ended is nothing to follow."""
    mandate = factories.MandateFactory(slug="sr-idps")
    way = '"/account/subscriptions/new/?mandate=sr-idps"'
    assert way in member.get("/mandates/sr-idps/").text
    assert '<option value="sr-idps" selected>' in member.get("/account/subscriptions/new/?mandate=sr-idps").text
    mandate.ended_on, mandate.ended_precision = date(2026, 3, 31), "day"
    mandate.save()
    assert way not in member.get("/mandates/sr-idps/").text


def test_holders_with_their_terms(member):
    """Who serves now, and all holders with the latest first and unknown starts last."""
    mandate = factories.MandateFactory()
    for name, started, ended in (
        ("First", None, date(2016, 12, 31)),
        ("Third", date(2022, 11, 1), None),
        ("Second", date(2017, 1, 1), date(2022, 10, 31)),
    ):
        MandateHolder.objects.create(
            mandate=mandate,
            name=name,
            started_on=started,
            started_precision="month" if started else "",
            ended_on=ended,
            ended_precision="month" if ended else "",
            source="test",
        )
    response = member.get(mandate.get_absolute_url())
    assert [holder.name for holder in response.context_data["serving"]] == ["Third"]
    assert [holder.name for holder in response.context_data["holders"]] == ["Third", "Second", "First"]
    assert "since November 2022" in response.text
    assert "January 2017–October 2022" in response.text
    assert "?–December 2016" in response.text


def test_a_merged_mandate_leads_to_its_successor_and_back(member):
    """An ended mandate says when and into which; that one says what it continues."""
    new = factories.MandateFactory(title="Slavery and trafficking", acronym="SR new")
    old = factories.MandateFactory(
        acronym="SR old", ended_on=date(2025, 10, 31), ended_precision="month", successor=new
    )
    MandateHolder.objects.create(mandate=old, name="Still listed", source="test")
    response = member.get(old.get_absolute_url())
    assert "This mandate has ended (October 2025)." in response.text
    assert f'href="{new.get_absolute_url()}">Slavery and trafficking' in response.text
    assert response.context_data["serving"] == []
    assert f'href="{old.get_absolute_url()}">SR old' in member.get(new.get_absolute_url()).text


def test_a_mandate_without_an_end_has_no_notice(member):
    """In force and serving: neither ended nor waiting."""
    text = member.get(factories.MandateFactory().get_absolute_url()).text
    assert "This mandate ended" not in text
    assert "has not started" not in text


def test_established_but_not_started(member):
    """A mandate that nobody serves yet says so, with its country."""
    country = factories.CountryFactory(iso3="SYR", name_en="Syrian Arab Republic")
    mandate = factories.MandateFactory(kind="country", country=country, has_started=False)
    text = member.get(mandate.get_absolute_url()).text
    assert "This mandate is established but has not started" in text
    assert "Syrian Arab Republic" in text


def test_its_visits_calls_and_reports(member):
    """Those of this mandate, joint ones once, and nobody else's."""
    mandate, other = factories.MandateFactory(), factories.MandateFactory()
    rows = {}
    for noun, make in (
        ("visits", factories.VisitFactory),
        ("calls", factories.CallFactory),
        ("reports", factories.ReportFactory),
    ):
        rows[noun] = make(mandates=[mandate, other], countries=["SSD", "UKR"])
        make(mandates=[other])
        make(mandates=[mandate], withdrawn_on=date(2026, 5, 1))
    response = member.get(mandate.get_absolute_url())
    assert {noun: response.context_data[noun] for noun in rows} == {noun: [row] for noun, row in rows.items()}


def test_empty_parts_say_so(member):
    """A mandate without visits, calls or reports has sentences in their places."""
    text = member.get(factories.MandateFactory().get_absolute_url()).text
    for noun in ("visit", "call", "report"):
        assert f"No {noun} of this mandate is recorded." in text
