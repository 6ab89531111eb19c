"""What is given back to whoever typed it carries the name of its field in her language."""

import pytest
from django.utils.translation import override

from config.views import label_of


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("what_was_done", "Qu’a fait le cluster au titre de cette action"),
        ("reason", "motif"),
        ("held_on", "held on"),
    ],
)
def test_a_field_is_called_as_on_its_form(name, label):
    """By the one name that models give it; by its own words where they differ, or where no model has it."""
    with override("fr"):
        assert label_of(name).casefold() == label.casefold()
