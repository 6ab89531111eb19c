"""How figures are printed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its goal, if it has one: at least, or at most."""

    name: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def goal(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}{self.unit}"
        return f"≤ {self.at_most:g}{self.unit}" if self.at_most is not None else "none"

    @property
    def is_reached(self) -> bool | None:
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.value <= self.at_most if self.at_most is not None else None


def heading(text: str) -> str:
    return f"\n{text}\n{'=' * len(text)}"


def table(figures: dict[str, list[Figure]]) -> str:
    """All figures as a table in Markdown, a block for each database."""
    lines = ["", "| database | figure | measured | goal | reached |", "| --- | --- | --- | --- | --- |"]
    for database, found in figures.items():
        for figure in found:
            reached = {True: "yes", False: "**no**", None: ""}[figure.is_reached]
            measured = f"{figure.value:.2f}".rstrip("0").rstrip(".") + figure.unit
            lines.append(f"| {database} | {figure.name} | {measured} | {figure.goal} | {reached} |")
    return "\n".join([*lines, ""])
