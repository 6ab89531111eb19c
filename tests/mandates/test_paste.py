"""A pasted call for input: what is title, issuer, deadline, address."""

from datetime import date

import pytest

from mandates.day_words import fold
from mandates.paste import PastedCall, issuer_in, issuer_type, read_call, resolve_issuer

IDPS = "Special Rapporteur on the human rights of internally displaced persons"
MARSHALL = (
    "Call for input for the visit of the Special Rapporteur on the human rights of internally displaced persons "
    "to the Republic of the Marshall Islands (5-15 October 2024)"
)

SEND = "Inputs should be sent to hrc@un.org by 15 January 2027"

# What was pasted, and what of it is understood; what is not named stays empty.
PASTED = {
    "a card of the listing, in lines": (
        f"{IDPS}\n30 September 2027\nCall for input: synthetic call on displacement\n",
        {"title": "Call for input: synthetic call on displacement", "issuer": IDPS, "deadline_on": date(2027, 9, 30)},
    ),
    "a date in the title is not the deadline": (
        "Special Procedures\n05 Jan 2027\nCall for input before 1 March 2027: a title that holds another date",
        {
            "title": "Call for input before 1 March 2027: a title that holds another date",
            "issuer": "Special Procedures",
            "deadline_on": date(2027, 1, 5),
        },
    ),
    "nor when it is the only date": (
        f"{IDPS}\n{MARSHALL}",
        {"title": MARSHALL, "issuer": IDPS},
    ),
    "a treaty body": (
        "Committee on the Rights of the Child\n31 December 2026\nCall for inputs of a treaty body (out of scope)",
        {
            "title": "Call for inputs of a treaty body (out of scope)",
            "issuer": "Committee on the Rights of the Child",
            "deadline_on": date(2026, 12, 31),
        },
    ),
    "without a deadline, ongoing by its title only": (
        "Working Group on Arbitrary Detention\nOngoing call without a deadline",
        {"title": "Ongoing call without a deadline", "issuer": "Working Group on Arbitrary Detention"},
    ),
    "one line with bars": (
        f"{IDPS} | September 30, 2026 | Call for input: Peacebuilding",
        {"title": "Call for input: Peacebuilding", "issuer": IDPS, "deadline_on": date(2026, 9, 30)},
    ),
    "a row of a table, with its heading and its link": (
        "Entity\tDeadline\tTitle\tLink\n"
        "UN Women\t5 Jan 2027\tCall for submissions on shelters\thttps://www.ohchr.org/en/calls-for-input/2027/shelters",
        {
            "title": "Call for submissions on shelters",
            "issuer": "UN Women",
            "deadline_on": date(2027, 1, 5),
            "source_url": "https://www.ohchr.org/en/calls-for-input/2027/shelters",
        },
    ),
    "cells in another order": (
        f"Call for input: camps\t{IDPS}\t2026-09-30\twww.ohchr.org/en/calls-for-input/2026/camps",
        {
            "title": "Call for input: camps",
            "issuer": IDPS,
            "deadline_on": date(2026, 9, 30),
            "source_url": "https://www.ohchr.org/en/calls-for-input/2026/camps",
        },
    ),
    "the page of a call": (
        "call for input | Special Procedures\n"
        "Call for input: Peacebuilding in the context of internal displacement\n"
        f"Issued by\n{IDPS}\n"
        "Last updated\n24 May 2024\n"
        "Deadline\n30 June 2024\n"
        "Purpose: To inform the report to the 79th session of the General Assembly\n"
        "Send to: hrc-sr-idp@un.org, subject: peacebuilding",
        {
            "title": "Call for input: Peacebuilding in the context of internal displacement",
            "issuer": IDPS,
            "deadline_on": date(2024, 6, 30),
            "purpose_text": "To inform the report to the 79th session of the General Assembly",
            "address": "hrc-sr-idp@un.org",
        },
    ),
    "the page of a closed call": (
        "Call for input: thematic priorities of the Special Rapporteur on the human rights of internally displaced "
        f"persons\nIssued by: {IDPS}\nLast updated: 24 July 2023\nClosed\nSubmissions now online (See below)",
        {"title": f"Call for input: thematic priorities of the {IDPS}", "issuer": IDPS},
    ),
    "the visit with its dates in the title": (
        f"{MARSHALL}\nIssued by {IDPS}\nDeadline 15 September 2024",
        {"title": MARSHALL, "issuer": IDPS, "deadline_on": date(2024, 9, 15)},
    ),
    "a title that begins with its issuer": (
        f"{IDPS}: call for input on camps\nDeadline: 1 July 2026",
        {"title": f"{IDPS}: call for input on camps", "deadline_on": date(2026, 7, 1)},
    ),
    "a title without the usual words": (
        "Special Rapporteur on contemporary forms of slavery, including its causes and consequences\n"
        "Homelessness as a cause and consequence of contemporary forms of slavery",
        {
            "title": "Homelessness as a cause and consequence of contemporary forms of slavery",
            "issuer": "Special Rapporteur on contemporary forms of slavery, including its causes and consequences",
        },
    ),
    "extended": (
        "Call for input: drought\nDeadline extended from 1 May 2026 to 15 May 2026",
        {"title": "Call for input: drought", "deadline_on": date(2026, 5, 15)},
    ),
    "extended, said behind": (
        "Call for input: drought\nDeadline: 15 May 2026 (extended from 1 May 2026)",
        {"title": "Call for input: drought", "deadline_on": date(2026, 5, 15)},
    ),
    "a title that speaks of its deadline": (
        "Deadline extended! Call for input on drought",
        {"title": "Deadline extended! Call for input on drought"},
    ),
    "with a clock time": (
        "Call for input: drought\nDeadline for submission of inputs: Wednesday, 30 September 2026, 6 p.m. (CET)",
        {
            "title": "Call for input: drought",
            "deadline_on": date(2026, 9, 30),
            "hour": "Wednesday, 30 September 2026, 6 p.m. (CET)",
        },
    ),
    "ongoing": (
        "Standing call for input: local defenders\nDeadline: ongoing",
        {"title": "Standing call for input: local defenders", "deadline_kind": "ongoing"},
    ),
    "ongoing, without a label": (
        f"{IDPS} | Ongoing | Call for input: camps",
        {"title": "Call for input: camps", "issuer": IDPS, "deadline_kind": "ongoing"},
    ),
    "a day that two people read in two ways": (
        "Call for input: drought\nDeadline: 05/01/2027",
        {"title": "Call for input: drought", "unused": ["05/01/2027"]},
    ),
    "French": (
        "Appel à contributions : logement\nÉmis par : Rapporteuse spéciale sur le logement convenable\n"
        "Date limite : 1er septembre 2026\nAdresse : ohchr-srhousing@un.org",
        {
            "title": "Appel à contributions : logement",
            "issuer": "Rapporteuse spéciale sur le logement convenable",
            "deadline_on": date(2026, 9, 1),
            "address": "ohchr-srhousing@un.org",
        },
    ),
    "Spanish": (
        "Relator Especial sobre los derechos de los pueblos indígenas\nLlamado a contribuciones: tierras\n"
        "Fecha límite: 30 de septiembre de 2026",
        {
            "title": "Llamado a contribuciones: tierras",
            "issuer": "Relator Especial sobre los derechos de los pueblos indígenas",
            "deadline_on": date(2026, 9, 30),
        },
    ),
    "two links: the page, and where to send": (
        "Call for input: camps https://www.ohchr.org/en/calls-for-input/2026/camps\n"
        "Submit your input: https://forms.example.org/camps",
        {
            "title": "Call for input: camps",
            "source_url": "https://www.ohchr.org/en/calls-for-input/2026/camps",
            "address": "https://forms.example.org/camps",
            "unused": ["Submit your input:"],
        },
    ),
    "the end of the day, which it is": (
        "Call for input: camps\nDeadline: 20 January 2027, 23:59 (Geneva time)",
        {"title": "Call for input: camps", "deadline_on": date(2027, 1, 20)},
    ),
    "a day that stands in no calendar": (
        "Call for input: camps\nDeadline: 31 February 2027",
        {"title": "Call for input: camps", "unused": ["31 February 2027"]},
    ),
    "an issuer alone": (IDPS, {"issuer": IDPS}),
    "two entities, no other text": (f"Special Procedures\n{IDPS}", {"title": IDPS, "issuer": "Special Procedures"}),
    "two calls at once: the first one": (
        f"{IDPS} | 30 September 2026 | Call for input: one\n{IDPS} | 31 October 2026 | Call for input: two",
        {
            "title": "Call for input: one",
            "issuer": IDPS,
            "deadline_on": date(2026, 9, 30),
            "unused": ["Call for input: two"],
        },
    ),
    "nothing": ("  \n\t|\n", {}),
    "prose": (
        "Call for input: camps\nBackground\nCamps are many.",
        {"title": "Call for input: camps", "unused": ["Background", "Camps are many."]},
    ),
    "prose alone": (
        f"The {IDPS} will report to the General Assembly in October 2027. {SEND} in English or French.",
        {
            "deadline_on": date(2027, 1, 15),
            "address": "hrc@un.org",
            "unused": [f"The {IDPS} will report to the General Assembly in October 2027. {SEND} in English or French."],
        },
    ),
    "prose with an hour": (
        "She invites States. Veuillez envoyer vos contributions avant le 15 janvier 2027, 18 h (Genève).",
        {
            "deadline_on": date(2027, 1, 15),
            "hour": "15 janvier 2027, 18 h (Genève)",
            "unused": [
                "She invites States. Veuillez envoyer vos contributions avant le 15 janvier 2027, 18 h (Genève)."
            ],
        },
    ),
    "prose of one sentence": (
        f"{SEND}.",
        {"deadline_on": date(2027, 1, 15), "address": "hrc@un.org", "unused": [f"{SEND}."]},
    ),
    "prose with two days to send something": (
        f"{SEND}. Annexes may be sent until 1 March 2027.",
        {"address": "hrc@un.org", "unused": [f"{SEND}. Annexes may be sent until 1 March 2027."]},
    ),
    "prose with the day of something else": (
        "Call for input: camps\nShe will visit before 1 March 2027. All are invited.",
        {"title": "Call for input: camps", "unused": ["She will visit before 1 March 2027. All are invited."]},
    ),
}


@pytest.mark.parametrize("name", PASTED)
def test_what_is_understood(name):
    """All fields, so that nothing is taken for what it is not."""
    text, found = PASTED[name]
    if "deadline_on" in found:
        found = {"deadline_kind": "date"} | found
    assert read_call(text) == PastedCall(**found)


@pytest.mark.parametrize(
    "when",
    [
        "7 December 2026, close of business Geneva time",
        "7 December 2026, midnight",
        "7 December 2026, Juba time",
        "7 December 2026, 12:00 Geneva time",
        "7 December 2026 (17:00 EST)",
        "7 December 2026, 6 pm Juba",
        "7 December 2026 AoE",
        "7 décembre 2026, midi (heure de Genève)",
        "7 décembre 2026, heure de Juba",
        "7 de diciembre de 2026, mediodía",
        "7 كانون الأول/ديسمبر 2026، الساعة 17",
    ],
)
def test_an_hour_or_a_place_beside_the_deadline_is_not_lost(when):
    """A call that closes before midnight in Geneva must not seem to be open until then."""
    for text in (f"Call for input: camps\nDeadline: {when}", f"SR IDPs | {when} | Call for input: camps"):
        call = read_call(text)
        assert (call.deadline_on, call.hour, call.unused) == (date(2026, 12, 7), when, []), text


@pytest.mark.parametrize(
    "when",
    ["Monday 7 December 2026", "7 December 2026 (Geneva time)", "extended to 7 December 2026, 24:00 Geneva time"],
)
def test_the_end_of_a_day_in_geneva_is_what_a_deadline_means(when):
    """Nothing is said of it."""
    assert read_call(f"Deadline: {when}") == PastedCall(deadline_kind="date", deadline_on=date(2026, 12, 7))


NAMES = {
    fold(name): number
    for number, names in enumerate(
        [
            (IDPS, "SR IDPs", "internally displaced persons"),
            ("Working Group on Arbitrary Detention", "WGAD"),
            (
                "Independent Expert on capacity-building and technical cooperation with Côte d’Ivoire",
                "IE Côte d’Ivoire",
            ),
            ("Special Rapporteur on trafficking in persons, especially women and children", "SR Trafficking"),
            ("Rapporteur spécial sur le droit au logement convenable",),
        ]
    )
    for name in names
}


@pytest.mark.parametrize(
    ("text", "rows", "unknown"),
    [
        (IDPS, [0], ""),
        (f"The UN {IDPS.upper()}.", [0], ""),
        ("SR  IDPs", [0], ""),
        ("Internally displaced persons", [0], ""),
        ("Independent Expert on capacity-building and technical cooperation with Cote d'Ivoire", [2], ""),
        (f"{IDPS} and the Working Group on Arbitrary Detention", [0, 1], ""),
        ("WGAD; SR Trafficking; WGAD", [1, 3], ""),
        ("Special Rapporteur on trafficking in persons, especially women and children", [3], ""),
        ("Special Rapporteur on internally displaced persons", [0], ""),
        ("Special Rapporteur on trafficking", [3], ""),
        ("Special Rapporteur on traffic", [], "Special Rapporteur on traffic"),
        ("Special Rapporteur on", [], "Special Rapporteur on"),
        ("Special Rapporteur on the rights of", [], "Special Rapporteur on the rights of"),
        ("Rapporteuse spéciale sur le logement", [4], ""),
        ("UN Women", [], "UN Women"),
        ("WGAD; UN Women", [1], "UN Women"),
        ("SR Trafficking and SR IDPs", [3, 0], ""),
        ("", [], ""),
    ],
)
def test_issuers_are_looked_up(text, rows, unknown):
    """By title, short form or alias, whatever the spelling; what is not found is handed back."""
    assert resolve_issuer(text, NAMES) == (rows, unknown)


def test_an_issuer_in_the_title():
    """A call that names its issuer in its title only; the longest name counts."""
    titles = {fold(IDPS): "idps", fold("Special Rapporteur on the human rights of internally"): "shorter"}
    assert issuer_in(MARSHALL, titles) == ["idps"]
    assert issuer_in("Call for input: camps", titles) == []


@pytest.mark.parametrize(
    ("issuer", "kind"),
    [
        ("Committee on the Rights of Persons with Disabilities", "treaty_body"),
        ("The UN Committee against Torture", "treaty_body"),
        ("Expert Mechanism on the Right to Development", "expert_mechanism"),
        ("Office of the United Nations High Commissioner for Human Rights", "ohchr"),
        ("OHCHR", "ohchr"),
        (IDPS, "special_procedures"),
        ("UN Women", "special_procedures"),
    ],
)
def test_the_kind_of_issuer(issuer, kind):
    """A first guess that the form shows and a person mends."""
    assert issuer_type(issuer) == kind


@pytest.mark.parametrize(
    "text", ["|" * 10_000, "a" * 50_000, "1 " * 20_000, "extended " * 5_000, "deadline for " * 4_000, "send " * 10_000]
)
def test_a_long_text_is_read_at_once(text):
    """No pattern takes longer than its text deserves; the test would hang."""
    assert read_call(text).deadline_kind == ""


def test_many_issuers_are_looked_up_at_once():
    """As many as a pasted text has room for, among as many names as there are."""
    names = {fold(f"Special Rapporteur on the rights of {number}"): number for number in range(400)}
    assert resolve_issuer("a;" * 10_000, names)[0] == []
