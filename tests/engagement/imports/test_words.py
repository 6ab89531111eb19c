"""What people write for actions, choices, clusters and mandates."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from engagement.actions import WORDINGS
from engagement.imports.words import CHOICES, Names, read_actions, read_choice, read_mode
from engagement.models import Cluster
from mandates.models import MandateAlias
from tests import factories


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        (6, [6]),
        (6.0, [6]),
        ("6", [6]),
        ("6.", [6]),
        ("Action 6", [6]),
        ("no. 6", [6]),
        ("9, 10", [9, 10]),
        ("9,10", [9, 10]),
        ("Action 9 and 10", [9, 10]),
        ("Actions 9 et 10", [9, 10]),
        ("9 & 10", [9, 10]),
        ("9/10", [9, 10]),
        ("9\n10", [9, 10]),
        ("1-3", [1, 2, 3]),
        ("6, 6", [6]),
        ("3. Propose a briefing", [3]),
        ("Propose a briefing to a mandate holder", [3]),
        ("6. Contribute to a report\n7. Propose issues for the press", [6, 7]),
    ],
)
def test_an_action_is_known_by_number_or_words(value, numbers):
    """One, several, a range; with its wording, or the beginning of it."""
    assert read_actions(value) == numbers


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_every_wording_of_every_action_is_known_in_every_language(language):
    """The seed's text, with its number or without, and the short name, whatever the reader's language is."""
    with override(language):
        said = {number: (str(words.text), str(words.short)) for number, words in WORDINGS.items()}
    for number, texts in said.items():
        for text in texts:
            assert read_actions(text) == read_actions(f"{number}. {text.upper()}") == [number]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("13", "no action 13"),
        ("6 and 13", "no action 13"),
        (0, "no action 0"),
        (9.1, "format the cell as text"),
        (True, "format the cell as text"),
        ("Propse a brifing", "Did you mean 3, “Propose a briefing”"),
        ("xyz", "none of the twelve actions: write its number"),
        ("6. Propose a briefing", "name two actions"),
    ],
)
def test_what_names_no_action_is_refused_with_the_way_to_mend_it(value, reason):
    """Also numbers that a spreadsheet made of "9,10"."""
    with pytest.raises(ValidationError, match=reason):
        read_actions(value)


@pytest.mark.parametrize("name", CHOICES)
def test_choices_are_known_by_label_in_every_language_and_by_value(name):
    """What a reader in Arabic exports, a reader in French imports."""
    for choice in CHOICES[name]:
        labels = []
        for language in ("en", "fr", "es", "ar"):
            with override(language):
                labels.append(str(choice.label))
        for word in (*labels, choice.value, labels[0].upper(), f" {labels[0]} "):
            assert read_choice(name, word) == choice.value


def test_a_word_that_is_no_choice_is_refused_with_the_choices():
    """In the reader's language; *severe* with the reason why it is not stored."""
    with pytest.raises(ValidationError, match="“planned”, “under way”, “done”"):
        read_choice("status", "finished")
    with pytest.raises(ValidationError, match="not stored here at any level"):
        read_choice("level", "Severe")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Direct", ("direct", "")),
        ("in collaboration with OHCHR", ("collaboration", "OHCHR")),
        ("collaboration with OHCHR", ("collaboration", "OHCHR")),
        ("Indirect (through UNHCR)", ("indirect", "UNHCR")),
        ("indirect: NRC, UNHCR", ("indirect", "NRC, UNHCR")),
        ("en collaboration avec HCDH", ("collaboration", "HCDH")),
        ("بالتعاون مع المفوضية", ("collaboration", "المفوضية")),
    ],
)
def test_a_mode_may_name_the_partner(text, expected):
    """As people write it into one cell."""
    assert read_mode(text) == expected


@pytest.mark.parametrize("text", ["direct / indirect", "together", "direct with OHCHR"])
def test_a_mode_that_is_two_or_none_is_refused(text):
    """A direct action has no partner."""
    with pytest.raises(ValidationError, match="none of the choices"):
        read_mode(text)


@pytest.fixture
def names(cast):
    """What the coordinator of South Sudan may name, with three mandates."""
    idps = factories.MandateFactory(slug="sr-idps", title="Special Rapporteur on internally displaced persons")
    truth = factories.MandateFactory(
        slug="sr-truth", title="Special Rapporteur on truth, justice, reparation and guarantees", acronym="SR Truth"
    )
    wgad = factories.MandateFactory(slug="wg-ad", title="Working Group on Arbitrary Detention", acronym="WGAD")
    MandateAlias.objects.create(mandate=wgad, alias="arbitrary detention", kind="short_label")
    clusters = Cluster.objects.coordinated_by(cast.coordinator).select_related("country")
    return SimpleNamespace(names=Names(clusters), idps=idps, truth=truth, wgad=wgad, cluster=cast.south_sudan)


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("SR-IDPS", ["sr-idps"]),
        ("sr-idps", ["sr-idps"]),
        ("WGAD; SR-IDPS", ["wg-ad", "sr-idps"]),
        ("WGAD, SR Truth\nSR-IDPS", ["wg-ad", "sr-truth", "sr-idps"]),
        ("WGAD and SR Truth", ["wg-ad", "sr-truth"]),
        ("Arbitrary Detention", ["wg-ad"]),
        ("Special Rapporteur on truth, justice, reparation and guarantees, WGAD", ["sr-truth", "wg-ad"]),
        ("WGAD, WGAD", ["wg-ad"]),
    ],
)
def test_mandates_are_known_by_all_their_names(names, text, slugs):
    """Short forms, titles with commas and "and" in them, aliases; each once."""
    assert [mandate.slug for mandate in names.names.read_mandates(text)] == slugs


def test_a_mandate_that_is_not_known_is_refused_with_the_nearest(names):
    """The whole cell is refused, so that no mandate is dropped in silence."""
    with pytest.raises(ValidationError, match=r"“WGDA” is not the name of a mandate.*Did you mean “WGAD”"):
        names.names.read_mandates("SR-IDPS, WGDA")


@pytest.mark.parametrize("text", ["South Sudan Protection Cluster", "south-sudan", "SOUTH SUDAN"])
def test_a_cluster_is_known_by_name_slug_and_country(names, text):
    """Of the clusters that this person keeps."""
    assert names.names.read_cluster(text) == names.cluster


@pytest.mark.parametrize("text", ["Ukraine Protection Cluster", "ukraine", "Atlantis"])
def test_a_cluster_of_others_and_one_that_is_not_there_are_refused_alike(names, text):
    """In the same words, with her own clusters to choose from."""
    with pytest.raises(ValidationError) as refusal:
        names.names.read_cluster(text)
    assert refusal.value.messages == [f"“{text}” is none of your clusters: write “South Sudan Protection Cluster”."]
