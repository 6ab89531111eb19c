"""Titles of mandates in the reader's language: shown, found, and marked where no document has them."""

import csv

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

from mandates.models import Mandate, MandateHolder
from mandates.resources.lookups import Lookups
from tests import factories

pytestmark = pytest.mark.django_db

FRENCH = "Rapporteur spécial sur la torture"


def unofficial() -> str:
    """What the page says of a title without a source."""
    with override("fr"):
        return gettext("The title above is an unofficial translation.")


@pytest.fixture
def torture():
    titles = {"title": "Special Rapporteur on torture", "title_fr": FRENCH}
    return factories.MandateFactory(slug="sr-torture", **titles)


@pytest.fixture
def client(client_of):
    """A reader's, in French."""
    return client_of(factories.UserFactory(task_team="reader", language="fr"))


def test_the_reader_is_shown_her_own(torture, client):
    """In the list and on its page, there with the English one and what the French one is worth."""
    assert FRENCH in client.get("/mandates/").content.decode()
    page = client.get(torture.get_absolute_url()).content.decode()
    assert f"<h1>{FRENCH}</h1>" in page
    assert f'<bdi lang="en">{torture.title}</bdi>' in page
    assert unofficial() in page


def test_the_administration_lists_her_own_too(torture, client):
    """Mandates and holders, found by that title, in as many queries for two of them as for one."""
    MandateHolder.objects.create(mandate=torture, name="Ana", source="test")
    lists = ("/admin/mandates/mandate/?q=Rapporteur+spécial", "/admin/mandates/mandateholder/?q=Rapporteur+spécial")
    counts = []
    for _times in range(2):
        for path in lists:
            with CaptureQueriesContext(connection) as queries:
                assert FRENCH in client.get(path).text
            counts.append(len(queries))
        other = factories.MandateFactory(title_fr="Rapporteur spécial sur le logement")
        MandateHolder.objects.create(mandate=other, name="Bea", source="test")
    assert counts[:2] == counts[2:]


def test_a_title_with_a_source_is_not_marked(torture, client):
    """The task team names the document, and the mark is gone."""
    torture.titles_source = "A/HRC/RES/52/7"
    torture.save()
    page = client.get(torture.get_absolute_url()).content.decode()
    assert FRENCH in page
    assert unofficial() not in page


def test_without_one_the_english_is_shown(torture):
    """As everywhere where a language has no name."""
    with override("ar"):
        assert (torture.name, torture.is_unofficial_name) == (torture.title, False)


@pytest.mark.parametrize("text", ["torture", "RAPPORTEUR SPECIAL SUR", "Special Rapporteur on torture"])
def test_it_is_found_by_each(text, torture, client):
    """In whatever language somebody types."""
    assert torture.get_absolute_url() in client.get("/mandates/", {"text": text}).content.decode()
    assert torture.get_absolute_url() in client.get("/search/", {"q": text}).content.decode()


def test_a_file_may_name_it_by_each(torture):
    """Spelling and capitals as lax as for other names."""
    assert Lookups().mandates.find("rapporteur spécial sur la TORTURE") == torture


def test_each_mandate_that_we_ship_has_one_in_each_language():
    """No English title is shown to who reads another language; none is twice."""
    with (settings.BASE_DIR / "fixtures" / "mandates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in ("title", "title_fr", "title_es", "title_ar"):
        titles = [row[column] for row in rows]
        assert all(titles)
        assert len(set(titles)) == len(titles)
        assert max(map(len, titles)) <= Mandate._meta.get_field(column).max_length
