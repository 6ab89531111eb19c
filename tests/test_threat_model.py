"""The page that says what is protected: each promise names how it would show, and tests that are there."""

import ast
import re

import pytest
from django.conf import settings

PAGE = settings.BASE_DIR / "docs" / "threat-model.md"
HEADER = ("property", "how it would show if broken", "test that proves it")
NAMED = re.compile(r"`(tests/[\w/]+/test_\w+\.py|tests/test_\w+\.py)::(test_\w+)`")


def promises():
    """The rows of all tables that make promises, each as its three cells."""
    rows, is_inside = [], False
    for line in PAGE.read_text().splitlines():
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split(" | ")) if line.startswith("|") else ()
        if cells == HEADER:
            is_inside = True
        elif not cells:
            is_inside = False
        elif is_inside and not set(line) <= set("| -"):
            rows.append(cells)
    return rows


def collected(file):
    """The names of the tests that pytest collects from a file: functions at its top level."""
    path = settings.BASE_DIR / file
    tree = ast.parse(path.read_text()) if path.exists() else ast.Module([])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_table_of_promises_has_the_same_columns():
    """One that is added with other columns is not passed over."""
    headers = re.findall(r"^\|(.+)\|\n\|[-| ]+\|$", PAGE.read_text(), re.M)
    assert headers.count(f" {' | '.join(HEADER)} ") == len(headers) - 1, "all but the table of who wants what"


@pytest.mark.parametrize("row", promises(), ids=lambda row: row[0][:60])
def test_each_promise_is_proved(row):
    """It says what would be seen if it were broken, and at least one test; a test that is renamed takes it along."""
    promise, shows, proof = row
    assert promise
    assert shows
    named = NAMED.findall(proof)
    assert named
    assert NAMED.sub("", proof).replace(",", "").strip() == "", "nothing but names of tests, as file::name"
    assert [f"{file}::{test}" for file, test in named if test not in collected(file)] == []


def test_there_are_promises():
    """An empty page proves nothing."""
    assert len(promises()) > 40
