"""How well the checker of free texts tells sentences apart: recall by kind, and false alarms, for each language.

`python -m benchmarks.risky_text` reads the half of `tests/engagement/risky_text/<language>.csv` that was kept out of
sight while the rules were made; `--tuning` reads the other half, and `seen.csv`, which holds the sentences that were
written later to try the rules, and shows each one that they get wrong. What they found of those at first is in README.
"""

import argparse
import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engagement.risky import HARD, Kind, findings

FOLDER = Path(__file__).parent.parent / "tests" / "engagement" / "risky_text"
REGIONS = {"en": "SS", "fr": "CF", "es": "CO", "ar": "YE"}
"""Languages of the files, each with the country whose phone numbers are known in it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`kind` is what it holds; None when it is harmless."""

    text: str
    kind: Kind | None


@dataclass(slots=True)
class Score:
    """Counts over sentences; `missed` and `alarms` hold those that the rules got wrong."""

    there: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    missed: list[Sentence] = field(default_factory=list)
    alarms: list[tuple[Sentence, list[str]]] = field(default_factory=list)

    def recall(self, kinds: frozenset[Kind]) -> float:
        """The share of sentences holding one of `kinds` in which that very kind was found."""
        return sum(self.found[kind] for kind in kinds) / sum(self.there[kind] for kind in kinds)

    @property
    def false_alarms(self) -> float:
        """The share of harmless sentences in which anything was found."""
        return len(self.alarms) / self.there[None]


def is_held(text: str) -> bool:
    """Whether a sentence is of the half that nobody looks at while making rules: by its digest, for good."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def sentences(language: str, *, held: bool) -> Iterator[Sentence]:
    """The sentences of a language that were held back, or all others."""
    rows = [row for row in _rows(f"{language}.csv") if is_held(row["sentence"]) == held]
    if not held:
        rows += [row for row in _rows("seen.csv") if row["language"] == language]
    for row in rows:
        yield Sentence(row["sentence"], Kind(row["kind"]) if row["kind"] else None)


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def score(language: str, *, held: bool) -> Score:
    """What the rules make of one half of a language."""
    result = Score()
    for sentence in sentences(language, held=held):
        found = findings(sentence.text, REGIONS[language])
        kinds = {finding.kind for finding in found}
        result.there[sentence.kind] += 1
        if sentence.kind is None and kinds:
            quoted = [f"{one.kind}: {sentence.text[one.start : one.end]}" for one in found]
            result.alarms.append((sentence, quoted))
        elif sentence.kind in kinds:
            result.found[sentence.kind] += 1
        elif sentence.kind:
            result.missed.append(sentence)
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tuning", action="store_true", help="the other half, with each sentence that was got wrong")
    held = not parser.parse_args().tuning
    soft = frozenset(Kind) - HARD
    print("| language | hard kinds found | soft kinds found | false alarms | by kind |")
    print("| --- | --- | --- | --- | --- |")
    for language in REGIONS:
        one = score(language, held=held)
        by_kind = ", ".join(f"{kind.value} {one.found[kind]}/{one.there[kind]}" for kind in Kind)
        print(f"| {language} | {one.recall(HARD):.0%} | {one.recall(soft):.0%} | {one.false_alarms:.1%} of "
              f"{one.there[None]} | {by_kind} |")  # fmt: skip
        if not held:
            for sentence in one.missed:
                print(f"    missed {sentence.kind}: {sentence.text}")
            for sentence, quoted in one.alarms:
                print(f"    alarm {quoted}: {sentence.text}")


if __name__ == "__main__":
    main()
