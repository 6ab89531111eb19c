"""The UN side knows nothing of clusters."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

FILES = sorted((settings.BASE_DIR / "mandates").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The names of all modules that a file imports, at the top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_mandates_imports_nothing_of_engagement(path):
    """No module and no migration of `mandates` imports `engagement`; templates may name it."""
    assert not [name for name in imported(path) if name.split(".")[0] == "engagement"]


def test_no_migration_of_mandates_depends_on_engagement():
    """Tables of the UN side can be made without those of the clusters."""
    migrations = [path for path in FILES if path.parent.name == "migrations"]
    assert len(migrations) > 1
    for path in migrations:
        strings = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
        assert not [text for text in strings if isinstance(text, str) and text.startswith("engagement")]
