"""What the lists of mandates, visits, calls and reports do alike."""

import pytest
from django.conf import settings

from tests import factories

from .pages import FACTORIES, LISTS, NOUNS, full_dossiers, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
every_list = pytest.mark.parametrize("noun", NOUNS)

# The filters that each list has; another name is a mistake in the address.
FILTERS = {
    "mandate": {"text", "kind", "held_by", "communications", "country", "on"},
    "visit": {"text", "country", "mandate", "since", "until", "status", "checked"},
    "call": {"text", "country", "mandate", "since", "until", "status", "checked", "issuer"},
    "report": {"text", "country", "mandate", "since", "until", "status", "checked"},
}


@every_list
@pytest.mark.parametrize("person", ["member", "coordinator", "other", "reader", "focal", "administrator"])
def test_everyone_signed_in_reads_it(cast, client_of, noun, person):
    """The UN side is open to all who sign in."""
    row = FACTORIES[noun]()
    response = client_of(getattr(cast, person)).get(LISTS[noun])
    assert response.status_code == 200
    assert rows_of(response) == [row]
    assert row.get_absolute_url() in response.text


@every_list
def test_others_sign_in_first_and_come_back(client, noun):
    """An anonymous reader is sent to sign-in, with the filters in `next`."""
    response = client.get(f"{LISTS[noun]}?text=x")
    assert response.status_code == 302
    assert response["Location"] == f"/account/login/?next=/{noun}s/%3Ftext%3Dx"


@every_list
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(member, noun, method):
    """Lists answer to GET alone."""
    assert getattr(member, method)(LISTS[noun]).status_code == 405


@every_list
def test_it_has_these_filters(member, noun):
    """Names of filters stand in bookmarks and links: they stay."""
    assert set(member.get(LISTS[noun]).context_data["filters"].form.fields) == FILTERS[noun]


CHOOSE = "that is not one of the choices; pick one from the list."
WRITE_A_DAY = "write a day like 2026-"
MISTAKES = [
    ("colour=red", "“colour” is not a filter of this list."),
    ("TEXT=x", "“TEXT” is not a filter of this list."),
    ("country=XXX", CHOOSE),
    ("country=South Sudan", CHOOSE),
    ("country=%00", CHOOSE),
    ("country=SSD%00", CHOOSE),
    ("text=a%00b", "Null characters are not allowed."),
    ("text=" + "x" * 101, "at most 100 characters"),
    ("status%00=x", "is not a filter of this list."),
    ("text=a&text=b", "“text” stands in the address more than once."),
]
OF_DOSSIERS = [
    ("status=lost", "“lost”"),
    ("status=%00", CHOOSE),
    ("mandate=sr-of-nothing", CHOOSE),
    ("mandate=%00", CHOOSE),
    ("since=2026-02-30", WRITE_A_DAY),
    ("since=soon", WRITE_A_DAY),
    ("since=%00", WRITE_A_DAY),
    ("until=2026-13-01", WRITE_A_DAY),
    ("since=2026-05-02&until=2026-05-01", "The period ends before it begins"),
]
OF_MANDATES = [
    ("kind=regional", "“regional”"),
    ("held_by=%00", CHOOSE),
    ("communications=perhaps", "“perhaps”"),
    ("on=2026-02-30", WRITE_A_DAY),
    ("on=2026-10-08%00", WRITE_A_DAY),
    ("mandate=sr-idps", "“mandate” is not a filter of this list."),
]
CASES = [
    (noun, *mistake) for noun in NOUNS for mistake in MISTAKES + (OF_MANDATES if noun == "mandate" else OF_DOSSIERS)
]


@pytest.mark.parametrize(("noun", "query", "said"), CASES, ids=[f"{c[0]}-{c[1][:20]}" for c in CASES])
def test_what_is_not_understood_is_said_and_nothing_shown(member, noun, query, said):
    """An unknown filter or value shows its message and no rows: never everything, never an error page."""
    row = FACTORIES[noun]()
    response = member.get(f"{LISTS[noun]}?{query}")
    assert response.status_code == 200
    assert rows_of(response) == []
    assert any(said in problem for problem in response.context_data["problems"])
    assert "something that was not understood, so nothing is shown" in response.text
    assert row.get_absolute_url() not in response.text


@every_list
def test_a_bad_filter_beside_a_good_one_shows_nothing(member, noun):
    """One mistake is enough, whatever else was asked; each is named."""
    FACTORIES[noun]()
    response = member.get(LISTS[noun], {"text": "x", "colour": "red", "country": "XXX"})
    assert rows_of(response) == []
    assert len(response.context_data["problems"]) == 2


@every_list
def test_a_value_in_the_message_is_shown_as_text(member, noun):
    """What was typed comes back escaped."""
    response = member.get(LISTS[noun], {"country": "<script>alert(1)</script>"})
    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert" in response.text


@every_list
@pytest.mark.parametrize(
    "query", ["text=%ED%A0%80", "text=%FF", "text=%F0%9F%99%82", "text=%25_%27%22%5C", "text=x%0Ay"]
)
def test_strange_text_is_looked_for(member, noun, query):
    """Broken UTF-8, emoji, wildcards and quotes find nothing, and no error."""
    FACTORIES[noun]()
    response = member.get(f"{LISTS[noun]}?{query}")
    assert response.status_code == 200
    assert rows_of(response) == []
    assert response.context_data["problems"] == []


@every_list
@pytest.mark.parametrize("page", ["two", "0", "-1", "99", "9" * 30, "%00", "1.5"])
def test_a_page_that_is_not_there_is_the_first_or_last(member, noun, page):
    """A stale link to a page still shows rows."""
    row = FACTORIES[noun]()
    assert rows_of(member.get(f"{LISTS[noun]}?page={page}")) == [row]


@every_list
def test_pages_keep_the_filters(member, noun, monkeypatch):
    """The way to the next page holds what was asked."""
    monkeypatch.setattr("django.core.paginator.Paginator.__init__", small_pages())
    FACTORIES[noun].create_batch(3, source="test")
    text = {"mandate": "rapporteur", "visit": "", "call": "call", "report": "report"}[noun]
    first = member.get(LISTS[noun], {"text": text})
    assert f"?text={text}&amp;page=2" in first.text
    second = member.get(LISTS[noun], {"text": text, "page": 2})
    assert len(rows_of(first)) == 2
    assert len(rows_of(second)) == 1
    assert not set(rows_of(first)) & set(rows_of(second))


def small_pages():
    """Paginator.__init__ with two rows a page."""
    from django.core.paginator import Paginator

    original = Paginator.__init__

    def init(self, object_list, per_page, **kwargs):
        original(self, object_list, 2, **kwargs)

    return init


@every_list
def test_htmx_gets_the_results_alone(member, noun):
    """The same address answers with the rows only when htmx asks, and says that answers differ."""
    row = FACTORIES[noun]()
    whole = member.get(LISTS[noun])
    part = member.get(LISTS[noun], headers={"HX-Request": "true"})
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert "<form" not in part.text
    assert row.get_absolute_url() in part.text
    assert part.text.strip() in whole.text
    for response in (whole, part):
        assert "HX-Request" in response["Vary"]
        assert "Cookie" in response["Vary"]


@every_list
def test_going_back_in_the_history_shows_the_whole_page(member, noun):
    """What htmx restores is the page, not its results alone."""
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in member.get(LISTS[noun], headers=headers).text


@pytest.mark.parametrize("noun", ["visit", "call", "report"])
def test_a_period_may_be_one_day(member, noun):
    """A period that ends on the day it begins is no mistake."""
    day = {"since": "2026-05-01", "until": "2026-05-01"}
    assert member.get(LISTS[noun], day).context_data["problems"] == []


@every_list
def test_htmx_is_told_of_a_mistake_too(member, noun):
    """The fragment holds the message in the place of rows."""
    FACTORIES[noun]()
    part = member.get(LISTS[noun], {"colour": "red"}, headers={"HX-Request": "true"})
    assert "“colour” is not a filter of this list." in part.text
    assert rows_of(part) == []


@every_list
def test_an_empty_list_says_what_to_do(member, noun):
    """Nothing fits: a sentence and a way back to all."""
    FACTORIES[noun]()
    text = member.get(LISTS[noun], {"text": "nothing of that name"}).text
    assert f"No {noun} fits these filters." in text
    assert f'href="{LISTS[noun]}"' in text


@every_list
def test_it_says_how_many_and_by_what(member, noun):
    """The number of rows and the filters in use, in words."""
    FACTORIES[noun](mandates=[]) if noun != "mandate" else FACTORIES[noun]()
    response = member.get(LISTS[noun])
    assert f"1 {noun}" in response.text
    chosen = {"mandate": {"kind": "thematic"}, "visit": {"status": "ahead"}, "call": {"status": "open"}}
    said = {"mandate": ("Kind", "thematic"), "visit": ("Status", "under way or upcoming"), "call": ("Status", "open")}
    response = member.get(LISTS[noun], chosen.get(noun, {"since": "2026-09-01"}))
    assert said.get(noun, ("From", "1 September 2026")) in response.context_data["active_filters"]
    assert "Filtered by" in response.text


@every_list
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_it_speaks_each_language(client_of, noun, language):
    """The page comes in the reader's language, right to left in Arabic; dates in the address stay ISO."""
    FACTORIES[noun]()
    client = client_of(factories.UserFactory(language=language))
    query = {"on": "2026-05-20"} if noun == "mandate" else {"since": "2020-05-20"}
    response = client.get(LISTS[noun], query)
    assert response.context_data["problems"] == []
    assert len(rows_of(response)) == 1
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in response.text


@every_list
@pytest.mark.slow
def test_twenty_rows_take_no_more_queries_than_one(member, noun, queries_of):
    """Countries, mandates, holders and status are read for all rows at once."""
    full_dossiers(1)
    one = queries_of(member, LISTS[noun])
    full_dossiers(19)
    assert queries_of(member, LISTS[noun]) == one
    assert len(rows_of(member.get(LISTS[noun]))) >= 20


@every_list
def test_no_row_asks_while_it_is_drawn(member, noun, django_assert_num_queries):
    """The results are read in the view; drawing them asks for the saved views of the list and for nothing else."""
    full_dossiers(3)
    response = member.get(LISTS[noun], headers={"HX-Request": "true"})
    with django_assert_num_queries(1):
        assert response.rendered_content


@every_list
@pytest.mark.parametrize("gone", [noun for noun in NOUNS if noun != "mandate"])
def test_withdrawn_entries_are_not_listed(member, noun, gone):
    """What turned out to be wrong is in no list, and takes nothing else out of one."""
    kept = {other: FACTORIES[other]() for other in NOUNS}
    row = FACTORIES[gone](withdrawn_on="2026-05-19")
    assert rows_of(member.get(LISTS[gone])) == [kept[gone]]
    assert row.get_absolute_url() not in member.get(LISTS[noun]).text
