"""The menu under a person's name and the foot of a page, which are kept drawn for everybody alike."""

import re

import pytest

from engagement.models import User


def part(response, of):
    """The links of one part of the page, as their addresses, and its words."""
    html = re.search(rf"<{of}.*?</{of.split()[0]}>", response.text, re.DOTALL)[0]
    return re.findall(r'href="([^"]+)"', html), html


@pytest.mark.usefixtures("kept_fragments")
@pytest.mark.slow
def test_the_menu_that_is_kept_drawn_is_that_of_the_reader(cast, client_of):
    """Nobody meets the links of another role; a role that begins changes the menu at once."""
    of_few = {"/account/changes/", "/admin/"}

    def offered(person):
        links, _html = part(client_of(person).get("/"), 'details class="account"')
        return of_few & set(links)

    for _visit in range(2):
        assert offered(cast.focal) == of_few
        assert offered(cast.member) == set()
        assert offered(cast.administrator) == of_few
        assert offered(cast.coordinator) == set()
        assert offered(cast.reader) == {"/admin/"}
    User.objects.filter(pk=cast.member.pk).update(is_administrator=True)
    assert offered(cast.member) == of_few


@pytest.mark.usefixtures("kept_fragments")
def test_what_is_kept_drawn_speaks_the_language_of_the_reader(cast, client_of, client):
    """Signed in or not; strangers are led to no page of the tool."""
    for _visit in range(2):
        for language, says in (("en", "Saved views"), ("fr", "Vues enregistrées"), ("ar", "طرق العرض المحفوظة")):
            User.objects.filter(pk=cast.member.pk).update(language=language)
            page = client_of(cast.member).get("/")
            assert says in part(page, 'details class="account"')[1]
            assert part(page, "footer")[0] == ["/help/", "/help/glossary/"]
        page = client.get("/account/login/")
        assert part(page, "footer")[0] == []
