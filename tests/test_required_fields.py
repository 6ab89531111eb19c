"""What a label says of a field that must be filled in."""

import re

import pytest
from django import forms

CHOICES = [("a", "A"), ("b", "B")]


class Entry(forms.Form):
    title = forms.CharField()
    note = forms.CharField(required=False)
    day = forms.DateField(initial="2026-11-30")
    kind = forms.ChoiceField(choices=CHOICES)
    issuer = forms.ChoiceField(choices=[("", "Choose one"), *CHOICES])
    way = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    mode = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, initial="a")
    mandates = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)


class AllOfIt(forms.Form):
    name = forms.CharField()
    password = forms.CharField()
    remember = forms.BooleanField(required=False)


def marked(form):
    """The labels of the fields that are said to be required."""
    return re.findall(r'data-must="required">([^<]+)<', "".join(field.as_field_group() for field in form))


def test_what_starts_empty_and_is_required_says_so():
    """What has a value from the start, a drop-down without an empty choice too, says nothing."""
    assert marked(Entry()) == ["Title", "Issuer", "Way", "Mandates"]
    assert marked(Entry({"title": ""})) == ["Title", "Issuer", "Way", "Mandates"]


def test_a_form_that_wants_all_of_it_says_nothing():
    """A box to tick is no field that may stay empty."""
    assert marked(AllOfIt()) == []


@pytest.mark.django_db
def test_a_coordinator_sees_what_a_suggestion_needs(client_of, cast):
    """The page of a suggestion, in English and in French."""
    client = client_of(cast.coordinator)
    assert 'data-must="required">Title<' in client.get("/calls/suggest/").text
    cast.coordinator.language = "fr"
    cast.coordinator.save()
    assert 'data-must="obligatoire">Titre<' in client.get("/calls/suggest/").text
