"""The page that says what is protected names tests that are there."""

import ast
import re

from django.conf import settings

PAGE = settings.BASE_DIR / "docs" / "threat-model.md"


def test_every_test_that_the_page_names_exists():
    """A test that is renamed takes its line of the page along."""
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text()))
    assert len(named) > 30
    missing = []
    for file, test in sorted(named):
        path = settings.BASE_DIR / file
        tree = ast.parse(path.read_text()) if path.exists() else ast.Module([])
        if test not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            missing.append(f"{file}::{test}")
    assert missing == []
