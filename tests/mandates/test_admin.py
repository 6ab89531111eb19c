"""The administration of what the task team keeps: its forms in the order of the work, nothing lost by a slip."""

import re

import pytest

from mandates.models import Country, MandateHolder
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def client(cast, client_of):
    """The focal point's."""
    return client_of(cast.focal)


def columns_of(page) -> list[str]:
    """The fields of the form, without those of its tables, in their order."""
    return re.findall(r'<div class="form-row[^"]* field-(\w+)', page.content.decode())


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        ("countryvisit", ["note", "source", "source_url", "checked_on", "withdrawn_on", "withdrawn_reason"]),
        ("callforinput", ["note", "source", "source_url", "checked_on", "withdrawn_on", "withdrawn_reason"]),
        ("report", ["note", "source", "source_url", "checked_on", "withdrawn_on"]),
        ("mandate", ["source", "source_url", "checked_on"]),
    ],
)
def test_forms_end_with_where_an_entry_was_read(kind, last, client):
    """What it says comes first; it was checked today; what nobody enters is not there while adding."""
    page = client.get(f"/admin/mandates/{kind}/add/")
    columns = columns_of(page)
    assert columns[-len(last) :] == last
    assert not {"suggested_by", "suggested_at", "confirmed_on", "merged_into"} & set(columns)
    assert 'value="2026-05-20"' in page.content.decode()


def test_a_country_keeps_its_code(client):
    """The code is the key of its row: under another one there would be two."""
    factories.CountryFactory(iso3="ZWE", iso2="ZW", name_en="Zimbabwe", name_fr="Zimbabwe", name_es="Zimbabue")
    address = "/admin/mandates/country/ZWE/change/"
    shown = client.get(address).context["adminform"].form.initial
    sent = {name: value or "" for name, value in shown.items()} | {"iso3": "ZZW", "iso2": "ZZ"}
    assert client.post(address, sent).status_code == 302
    assert Country.objects.get(name_en="Zimbabwe").iso3 == "ZWE"


@pytest.mark.parametrize("codes", [("x1", "??"), ("zwe", "zw"), ("ZW", "ZW"), ("ZWÉ", "ZW"), ("", "")])
def test_codes_of_a_new_country_are_those_of_iso(codes, client):
    """Capital letters, three and two."""
    names = {f"name_{language}": "Nowhere" for language in ("en", "fr", "es", "ar")}
    names |= {"iso3": codes[0], "iso2": codes[1], "source": "test"}
    response = client.post("/admin/mandates/country/add/", names)
    assert response.status_code == 200
    assert not Country.objects.filter(name_en="Nowhere").exists()


def test_the_history_of_an_entry_is_that_of_its_changes(client):
    """Django's own knows only what was saved in the administration, and not what an import changed."""
    visit = factories.VisitFactory(countries=["SSD"])
    mandate = factories.MandateFactory(slug="sr-idps")
    for kind, row, said in (("countryvisit", visit, f"visit:{visit.pk}"), ("mandate", mandate, "mandate:sr-idps")):
        response = client.get(f"/admin/mandates/{kind}/{row.pk}/history/")
        assert response["Location"] == f"/changes/?item={said}"
        assert client.get(response["Location"]).status_code == 200


def test_a_holder_is_ended_and_not_deleted(client):
    """The table on the page of the mandate has no box for it."""
    holder = MandateHolder.objects.create(mandate=factories.MandateFactory(), name="A. Holder", source="test")
    address = f"/admin/mandates/mandate/{holder.mandate_id}/change/"
    page = client.get(address).content.decode()
    assert "holders-0-name" in page
    assert "holders-0-DELETE" not in page
