"""Several people change one thing at the same moment: whoever is told "saved" finds her words in it afterwards.

On real locks, so without a test transaction. Each editor adds a word of her own to the text that she was shown; one
who is told that a colleague was quicker looks again and tries once more, as the page asks her to.
"""

import re

import pytest

from engagement.models import Engagement, SupportMessage, SupportRequest
from tests import factories

from .at_once import at_once, same_session
from .forms import fields_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak(times=40)]

EDITORS = 4


def until_saved(client, page, form, column):
    """Add a word to `column` of the form on `page` until the answer is "saved"; the word, and how often it took."""
    word = f"w{id(client):x}"
    for tries in range(1, 100):
        typed = fields_of(client.get(page), form)
        typed[column] = f"{typed[column]} {word}".strip()
        if client.post(page, typed).status_code == 302:
            return word, tries
    raise AssertionError(f"nobody ever let {word} save")


def editors(cast, client_of):
    """Coordinators of South Sudan, each with her own session."""
    return [client_of(factories.UserFactory(coordinates=cast.south_sudan)) for _number in range(EDITORS)]


def test_no_edit_of_an_engagement_is_lost(cast, client_of, figures):
    """The text holds every word, and the history one version for each: the next one always made from the one before."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator, what_was_done="Start")
    clients, page = editors(cast, client_of), f"{line.get_absolute_url()}edit/"
    saved = at_once(EDITORS, lambda n: until_saved(clients[n], page, "engagement-form", "what_was_done"))
    line.refresh_from_db()
    words = line.what_was_done.split()
    assert sorted(words) == sorted(["Start", *(word for word, _tries in saved)])
    assert line.version == EDITORS + 1
    versions = {record.version: record.what_was_done for record in Engagement.history.filter(id=line.pk)}
    assert versions == {number: " ".join(words[:number]) for number in range(1, EDITORS + 2)}
    figures(racing_edits=sum(tries for _word, tries in saved))


@pytest.mark.slow
def test_no_edit_of_a_contribution_is_lost(cast, client_of, figures):
    """A text that is written by several at once holds what each of them saved."""
    begun = factories.ContributionFactory(cluster=cast.south_sudan, by=cast.coordinator, text="Start")
    clients, page = editors(cast, client_of), begun.get_absolute_url()
    saved = at_once(EDITORS, lambda n: until_saved(clients[n], page, "contribution-form", "text"))
    begun.refresh_from_db()
    assert sorted(begun.text.split()) == sorted(["Start", *(word for word, _tries in saved)])
    figures(racing_edits=sum(tries for _word, tries in saved))


def test_no_step_of_a_support_request_is_lost(cast, client_of, figures):
    """Every message that was taken stands in the thread; each hand-over that was done follows the one that it saw."""
    line = factories.EngagementFactory(cluster=cast.south_sudan, support_needed="A contact.")
    support = SupportRequest.objects.create(engagement=line)
    people = [factories.UserFactory(task_team="reader") for _number in range(EDITORS)]
    clients = [client_of(person) for person in people]
    page = support.get_absolute_url()
    first_seen = [fields_of(client.get(page), "plain").get("seen") for client in clients]

    def step(number):
        client = same_session(clients[number])
        taken = client.post(page, {"text": f"Message {number}"}).status_code == 302
        sent = {"seen": first_seen[number], "to": str(people[number].pk)}
        answer = client.post(f"{page}hand-over/", sent, follow=True)
        return taken, bool(re.search("Handed over to", answer.text))

    done = at_once(EDITORS, step)
    texts = set(SupportMessage.objects.filter(request=support).values_list("text", flat=True))
    assert texts == {f"Message {number}" for number, (taken, _won) in enumerate(done) if taken}
    assert all(taken for taken, _won in done)
    support.refresh_from_db()
    assert [people[number] for number, (_taken, won) in enumerate(done) if won] == [support.owner]
    figures(racing_edits=2 * EDITORS)
