"""The letter that proposes a briefing: a draft in three languages, which nobody sends from here."""

from datetime import date

import pytest
from django.core import mail

from engagement.letters import LANGUAGES, briefing_letter, language_for
from engagement.models import Briefing, OutgoingMail
from mandates.models import MandateHolder
from tests import factories
from tests.conftest import after_the_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TODAY = date(2026, 5, 20)
TITLE = "Special Rapporteur on the human rights of internally displaced persons"


@after_the_cast
def briefing(cast):
    """On a visit of SR IDPs to South Sudan, with a holder who serves and one who did."""
    mandate = factories.MandateFactory(
        slug="sr-idps",
        acronym="SR IDPs",
        title=TITLE,
    )
    MandateHolder.objects.create(mandate=mandate, name="Invented Holder", started_on=date(2022, 11, 1), source="test")
    MandateHolder.objects.create(mandate=mandate, name="Former Holder", ended_on=date(2022, 10, 31), source="test")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    line = factories.EngagementFactory(
        cluster=cast.south_sudan,
        visit=visit,
        status="planned",
        started_on=date(2026, 6, 9),
        mandates=[mandate],
        challenges="A secret of the log.",
    )
    return factories.BriefingFactory(engagement=line, points="• Forced evictions & land\n\n2) Civil documentation")


def draft(briefing, by, language="en"):
    return briefing_letter(Briefing.objects.get(pk=briefing.pk), language=language, by=by, today=TODAY)


def test_the_english_letter(briefing, cast):
    """Word for word: to whom, on which visit, the points as a numbered list, who, when, how, from whom."""
    letter = draft(briefing, cast.coordinator)
    assert letter.subject == (
        "Proposal for a briefing on the occasion of your country visit (South Sudan, 8–19 June 2026)"
    )
    assert (
        letter.text
        == """\
Invented Holder
Special Rapporteur on the human rights of internally displaced persons

Dear Special Rapporteur,

On behalf of the South Sudan Protection Cluster, we have the honour to write to you with regard to your country visit \
(South Sudan, 8–19 June 2026), which we warmly welcome.

The South Sudan Protection Cluster brings together humanitarian organizations that work for the protection of the \
population. With a view to assisting you in your visit, we should like to propose a briefing, and would respectfully \
suggest raising the following points:

1. Forced evictions & land
2. Civil documentation

We would suggest the following arrangements:

- Form: a meeting in the course of your visit
- Date: 9 June 2026, or any other time that suits your programme
- Briefing given by: The coordinator and two members

The briefing would address patterns and risks, and would not identify any individual. Should you wish to receive more \
detailed information, we would be glad to agree with you on a secure way of sharing it.

We would be grateful to learn, at your convenience, whether this proposal meets with your agreement, and remain at \
your disposal for any adjustment or further information you may require.

Please accept the assurances of our highest consideration.

coordinator
South Sudan Protection Cluster
coordinator@example.org
"""
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ("Madame, Monsieur,", "8–19 juin 2026", "le 9 juin 2026", "une réunion au cours de votre visite")),
        ("es", ("Distinguida señora, distinguido señor:", "19 de junio de 2026", "9 de junio de 2026", "su visita")),
    ],
)
def test_the_other_languages_are_letters_of_their_own(language, said, briefing, cast):
    """Written in that language throughout, dates too, while the page may be in another."""
    letter = draft(briefing, cast.coordinator, language)
    for words in (*said, "Invented Holder", "1. Forced evictions & land\n2. Civil documentation"):
        assert words in letter.text
    assert "June" not in letter.subject + letter.text
    assert "Dear" not in letter.text


def test_french_writes_the_first_of_a_month_as_an_ordinal(briefing, cast):
    """1er, and only where the day is the first."""
    Briefing.objects.update(planned_on=date(2026, 6, 1))
    assert "le 1er juin 2026" in draft(briefing, cast.coordinator, "fr").text
    Briefing.objects.update(planned_on=date(2026, 6, 11))
    assert "le 11 juin 2026" in draft(briefing, cast.coordinator, "fr").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_to_whom_it_goes(language, briefing, cast):
    """A joint visit and a working group are addressed in the plural; a mandate without known holder by its title."""
    group = factories.MandateFactory(slug="wg", acronym="WG", title="Working Group", holder_type="working_group")
    line = briefing.engagement
    alone = draft(briefing, cast.coordinator, language).text
    line.mandates.add(group)
    joint = draft(briefing, cast.coordinator, language).text
    line.mandates.set([group])
    of_group = draft(briefing, cast.coordinator, language).text
    greeting = {
        "en": ("Dear Special Rapporteur,", "Dear mandate holders,", "Dear members of the Working Group,"),
        "fr": ("Madame, Monsieur,", "Mesdames et Messieurs les titulaires", "Mesdames et Messieurs les membres"),
        "es": ("Distinguida señora,", "señores titulares de mandatos:", "señores integrantes del Grupo de Trabajo:"),
    }[language]
    assert [words in text for words, text in zip(greeting, (alone, joint, of_group), strict=True)] == [True] * 3
    assert "Invented Holder\nSpecial Rapporteur" in joint
    assert of_group.startswith("Working Group\n\n")


@pytest.mark.parametrize("channel", Briefing.Channel.values)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_is_said_in_every_language(channel, language, briefing, cast):
    """No line of the arrangements is left empty, with a day or without one."""
    Briefing.objects.update(channel=channel, planned_on=None)
    lines = [line for line in draft(briefing, cast.coordinator, language).text.splitlines() if line.startswith("- ")]
    assert len(lines) == 3
    assert all(len(line.partition(":")[2].strip()) > 10 for line in lines)


def test_a_visit_without_days_is_named_by_its_country(briefing, cast):
    """Nothing is said of days that nobody knows."""
    visit = briefing.engagement.visit
    visit.starts_on = visit.ends_on = None
    visit.precision = ""
    visit.save()
    assert "(South Sudan)" in draft(briefing, cast.coordinator).subject


def test_nothing_else_of_the_log_is_in_it(briefing, cast):
    """The narratives and former holders stay out."""
    text = draft(briefing, cast.coordinator).text
    assert briefing.engagement.what_was_done not in text
    assert "secret" not in text
    assert "Former" not in text


@pytest.mark.parametrize(("working", "expected"), [("fr", "fr"), ("es", "es"), ("en", "en"), ("ar", "en")])
def test_the_language_it_starts_in(working, expected, briefing, cast, client_of):
    """The cluster's own where letters are taken in it; another can be chosen, no other than the three."""
    cast.south_sudan.working_language = working
    cast.south_sudan.save()
    assert language_for(cast.south_sudan) == expected
    client = client_of(cast.coordinator)
    address = f"/engagement/{briefing.engagement_id}/letter/"
    response = client.get(address)
    assert response.context["letter"].language == expected
    assert client.get(f"{address}?language=es").context["letter"].language == "es"
    assert client.get(f"{address}?language=ar").status_code == 404


def test_the_page_sends_nothing_and_says_so(briefing, cast, client_of):
    """A text to copy, escaped, and no link that opens a mail program."""
    page = client_of(cast.coordinator).get(f"/engagement/{briefing.engagement_id}/letter/").content.decode()
    assert "this tool sends nothing to a mandate holder" in page
    assert "Forced evictions &amp; land" in page
    assert "mailto:" not in page
    assert not mail.outbox
    assert not OutgoingMail.objects.exists()
