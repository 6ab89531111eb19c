"""Changing an engagement: who may, and what happens when two do."""

from datetime import date

import pytest

from engagement.models import Engagement, Membership
from engagement.views import engagement as views
from tests import factories

from .at_once import at_once, same_session
from .forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def row(cast):
    """A moderate engagement of South Sudan."""
    return factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator)


def edit_of(row):
    return f"{row.get_absolute_url()}edit/"


def opened(client, row, **typed):
    """The edit form as it opens, with some of it retyped."""
    return fields_of(client.get(edit_of(row))) | typed


def test_a_change_is_written(row, cast, client_of):
    """The form opens with what is stored; saving writes the change and counts the version up."""
    mandate = factories.MandateFactory(slug="sr-idps")
    client = client_of(cast.coordinator)
    shown = opened(client, row)
    assert (shown["what_was_done"], shown["level"], shown["version"]) == (row.what_was_done, "moderate", "1")
    response = client.post(edit_of(row), shown | {"what_was_done": "Proposed four points.", "mandates": ["sr-idps"]})
    assert (response.status_code, response["Location"]) == (302, row.get_absolute_url())
    row.refresh_from_db()
    assert (row.what_was_done, row.challenges, row.version) == ("Proposed four points.", "Late notice.", 2)
    assert list(row.mandates.all()) == [mandate]


def test_opening_and_saving_changes_nothing_else(cast, client_of):
    """Every column survives a save of the form as it opened."""
    mandate = factories.MandateFactory(slug="sr-idps")
    visit = factories.VisitFactory(countries=["SSD"])
    row = factories.EngagementFactory(
        cluster=cast.south_sudan, visit=visit, mandates=[mandate], mode="collaboration", partner="A university",
        ended_on=date(2026, 3, 4), date_precision="month", result_extent="limited", support_needed="A contact.",
        status="under_way", level="low", activity=visit.pk, what_was_done="\nاسم\n\nb ", created_by=cast.other,
    )  # fmt: skip
    names = [
        field.attname for field in Engagement._meta.concrete_fields if field.attname not in ("version", "updated_at")
    ]
    before = Engagement.objects.values(*names).get()
    client = client_of(cast.coordinator)
    assert client.post(edit_of(row), opened(client, row)).status_code == 302
    after = Engagement.objects.values(*names).get()
    assert after | {"what_was_done": ""} == before | {"what_was_done": ""}
    assert after["what_was_done"] == before["what_was_done"].strip()
    assert list(row.mandates.all()) == [mandate]


@pytest.mark.parametrize(("item", "number"), [("visit", 3), ("call", 6), ("report", 12)])
def test_an_item_withdrawn_since_stays(item, number, cast, client_of):
    """A visit, call or report whose entry was withdrawn stays on the engagements that name it, and is offered there."""
    factory = {"visit": factories.VisitFactory, "call": factories.CallFactory, "report": factories.ReportFactory}
    thing = factory[item](countries=["SSD"])
    row = factories.EngagementFactory(cluster=cast.south_sudan, number=number, **{item: thing})
    thing.withdrawn_on = date(2026, 5, 1)
    thing.save()
    client = client_of(cast.coordinator)
    shown = opened(client, row)
    assert shown[item] == str(thing.pk)
    assert client.post(edit_of(row), shown).status_code == 302
    row.refresh_from_db()
    assert getattr(row, item) == thing


def test_another_action_drops_the_item_it_does_not_take(cast, client_of):
    """Changed from action 3 to 8 in two steps, the engagement has no visit any more."""
    row = factories.EngagementFactory(cluster=cast.south_sudan, visit=factories.VisitFactory(countries=["SSD"]))
    client = client_of(cast.coordinator)
    refreshed = client.post(edit_of(row), opened(client, row) | {"action": "8", "refresh": "1"})
    row.refresh_from_db()
    assert (row.action.number, row.version) == (3, 1)
    shown = fields_of(refreshed)
    assert "visit" not in shown
    assert client.post(edit_of(row), shown).status_code == 302
    row.refresh_from_db()
    assert (row.action.number, row.visit) == (8, None)


def test_another_action_in_one_step_says_what_does_not_fit(cast, client_of):
    """Changed to action 8 with the visit still chosen, the form comes back with the error beside the visit."""
    row = factories.EngagementFactory(cluster=cast.south_sudan, visit=factories.VisitFactory(countries=["SSD"]))
    client = client_of(cast.coordinator)
    response = client.post(edit_of(row), opened(client, row, action="8"))
    assert set(response.context["form"].errors) == {"visit"}
    assert 'id="id_visit_error"' in response.content.decode()


def test_another_cluster_needs_another_visit(cast, client_of):
    """Moved to a cluster of another country, the engagement cannot keep its visit."""
    Membership.objects.create(user=cast.coordinator, cluster=cast.ukraine, role="coordinator")
    row = factories.EngagementFactory(cluster=cast.south_sudan, visit=factories.VisitFactory(countries=["SSD"]))
    client = client_of(cast.coordinator)
    response = client.post(edit_of(row), opened(client, row, cluster="ukraine"))
    assert set(response.context["form"].errors) == {"visit"}
    assert client.post(edit_of(row), opened(client, row, cluster="ukraine", visit="")).status_code == 302
    row.refresh_from_db()
    assert (row.cluster, row.visit) == (cast.ukraine, None)


def test_action_10_raises_the_level(row, cast, client_of):
    """An engagement changed to action 10 cannot stay moderate."""
    client = client_of(cast.coordinator)
    response = client.post(edit_of(row), opened(client, row, action="10"))
    assert set(response.context["form"].errors) == {"level"}
    assert client.post(edit_of(row), opened(client, row, action="10", level="high")).status_code == 302


def test_bad_input_keeps_what_was_typed(row, cast, client_of):
    """Errors stand beside the fields, the typed text is there, the row is as it was."""
    client = client_of(cast.coordinator)
    typed = opened(client, row, started_on="x", what_was_done="New words", challenges="a\ufffdb", mode="indirect")
    response = client.post(edit_of(row), typed)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"started_on", "challenges", "partner"}
    shown = fields_of(response)
    assert (shown["started_on"], shown["what_was_done"], shown["version"]) == ("x", "New words", "1")
    row.refresh_from_db()
    assert (row.what_was_done, row.version) == ("Proposed three points for the programme.", 1)


@pytest.mark.parametrize("field", ["cluster", "created_by", "status", "activity", "form_key", "id", "withdrawn_reason"])
def test_what_is_not_offered_has_no_effect(field, row, cast, client_of):
    """Another's cluster and the status "withdrawn" are errors; author, keys and reasons are not read at all."""
    invented = {"cluster": "ukraine", "status": "withdrawn", "created_by": str(cast.other.pk)}
    client = client_of(cast.coordinator)
    before = Engagement.objects.values(field).get()
    response = client.post(edit_of(row), opened(client, row) | {field: invented.get(field, str(cast.other.pk))})
    assert response.status_code == (200 if field in ("cluster", "status") else 302)
    assert Engagement.objects.values(field).get() == before


# -- Who ---------------------------------------------------------------------------------------------

WHO = """
person        low moderate high withdrawn
coordinator   200 200      200  403
member        403 404      404  403
other         404 404      404  404
reader        403 403      404  403
focal         403 403      403  403
administrator 404 404      404  404
"""


@pytest.mark.parametrize("line", WHO.strip().splitlines()[1:], ids=lambda line: line.split()[0])
def test_who_may_change_what(line, cast, client_of):
    """404 for what one may not read, 403 for what one may read but not change, withdrawn lines included."""
    person, *expected = line.split()
    withdrawn = {
        "status": "withdrawn",
        "withdrawn_reason": "twice",
        "withdrawn_at": "2026-03-03T00:00Z",
        "level": "low",
    }
    kinds = [{"level": "low"}, {"level": "moderate"}, {"level": "high"}, withdrawn]
    rows = [factories.EngagementFactory(cluster=cast.south_sudan, **fields) for fields in kinds]
    typed = [opened(client_of(cast.coordinator), row, what_was_done="Changed.") for row in rows[:3]] + [{}]
    client = client_of(getattr(cast, person))
    assert [str(client.get(edit_of(row)).status_code) for row in rows] == expected
    posted = [client.post(edit_of(row), fields).status_code for row, fields in zip(rows, typed, strict=True)]
    assert [str(status).replace("302", "200") for status in posted] == expected
    refreshed = [client.post(edit_of(row), {"refresh": "1"}).status_code for row in rows]
    assert [str(status) for status in refreshed] == expected
    changed = Engagement.objects.filter(what_was_done="Changed.").count()
    assert changed == (3 if person == "coordinator" else 0)


def test_strangers_sign_in_first(row, client_of):
    """Anonymous people are led to sign-in, whether the record is there or not."""
    for address in (edit_of(row), f"/engagement/{row.form_key}/edit/"):
        assert client_of(None).get(address)["Location"].startswith("/account/login/")
        assert client_of(None).post(address)["Location"].startswith("/account/login/")


def test_a_line_withdrawn_while_saving(row, cast, client_of, monkeypatch):
    """A line withdrawn between the check and the write is not written any more: 403, and nothing changes."""
    client = client_of(cast.coordinator)
    typed = opened(client, row, what_was_done="Changed.")

    def withdrawn_right_after(engagement, user):
        gone = {"status": "withdrawn", "withdrawn_reason": "twice", "withdrawn_at": "2026-03-03T00:00Z"}
        return bool(Engagement.objects.filter(pk=engagement.pk).update(**gone))

    monkeypatch.setattr(views, "is_editable_by", withdrawn_right_after)
    assert client.post(edit_of(row), typed).status_code == 403
    row.refresh_from_db()
    assert (row.what_was_done, row.status) == ("Proposed three points for the programme.", "withdrawn")


# -- Two at once -------------------------------------------------------------------------------------


def test_a_stale_version_shows_both_texts(row, cast, client_of):
    """The second of two saves writes nothing and brings both texts side by side; its next save counts."""
    colleague = factories.UserFactory(coordinates=cast.south_sudan)
    mine, theirs = client_of(cast.coordinator), client_of(colleague)
    mandate = factories.MandateFactory(slug="sr-idps")
    factories.MandateFactory(slug="sr-food")
    typed = opened(mine, row, what_was_done="My words.", challenges="My challenge.", started_on="2026-03-03")
    typed["mandates"] = ["sr-food"]
    theirs.post(edit_of(row), opened(theirs, row, what_was_done="Their words.", mandates=[mandate.slug]))
    response = mine.post(edit_of(row), typed)
    assert response.status_code == 200
    assert sorted(response.context["differences"]) == [
        ("Mandates", "SR-IDPS", "SR-FOOD"),
        ("Started on", "2 March 2026", "3 March 2026"),
        ("What challenges did the cluster face in taking this action", "Late notice.", "My challenge."),
        ("What did the cluster do under this action", "Their words.", "My words."),
    ]
    page = response.content.decode()
    assert "Somebody changed this engagement while you were typing" in page
    assert all(words in page for words in ("Their words.", "My words.", "My challenge."))
    row.refresh_from_db()
    assert (row.what_was_done, row.version) == ("Their words.", 2)
    shown = fields_of(response)
    assert (shown["version"], shown["what_was_done"], shown["challenges"]) == ("2", "My words.", "My challenge.")
    assert mine.post(edit_of(row), shown).status_code == 302
    row.refresh_from_db()
    assert (row.what_was_done, row.version) == ("My words.", 3)


def test_what_she_left_as_it_was_stays_as_her_colleague_made_it(cast, client_of):
    """Level, texts and mandates of the other edit come along, and the page names them; only hers is compared."""
    # With spaces around, as an import leaves them.
    row = factories.EngagementFactory(cluster=cast.south_sudan, level="low", challenges="\nLate notice. ")
    colleague = factories.UserFactory(coordinates=cast.south_sudan)
    mine, theirs = client_of(cast.coordinator), client_of(colleague)
    visit = factories.VisitFactory(countries=["SSD"])
    factories.MandateFactory(slug="sr-idps")
    typed = opened(mine, row, result="My result.")
    changed = {
        "level": "moderate", "challenges": "Their challenge.", "mandates": ["sr-idps"], "result_extent": "limited",
        "visit": str(visit.pk), "started_on": "2026-03-05",
    }  # fmt: skip
    assert theirs.post(edit_of(row), opened(theirs, row) | changed).status_code == 302
    response = mine.post(edit_of(row), typed)
    assert response.context["differences"] == [("Result of the action", "Two points were taken up.", "My result.")]
    labels = response.context["taken_over"]
    assert len(labels) == len(changed)
    assert all(label in response.content.decode() for label in labels)
    shown = fields_of(response)
    assert {name: shown[name] for name in changed} == changed
    assert mine.post(edit_of(row), shown).status_code == 302
    row.refresh_from_db()
    assert (row.level, row.challenges, row.result, row.visit) == ("moderate", "Their challenge.", "My result.", visit)
    assert [mandate.slug for mandate in row.mandates.all()] == ["sr-idps"]


def raised_by_a_colleague(row, cast, client_of):
    """Another coordinator saves the form with level high."""
    colleague = client_of(factories.UserFactory(coordinates=cast.south_sudan))
    assert colleague.post(edit_of(row), opened(colleague, row) | {"level": "high"}).status_code == 302


def test_what_was_raised_to_high_meanwhile_stays_high(row, cast, client_of):
    """She had not touched the level, and is not told to ask a second person; her text is compared and then saved."""
    client = client_of(cast.coordinator)
    typed = opened(client, row, result="My result.")
    raised_by_a_colleague(row, cast, client_of)
    response = client.post(edit_of(row), typed)
    assert response.context["form"].errors == {}
    assert response.context["taken_over"] == ["Level"]
    assert client.post(edit_of(row), fields_of(response)).status_code == 302
    row.refresh_from_db()
    assert (row.level, row.result, row.version) == ("high", "My result.", 3)


def test_a_level_that_she_chose_herself_does_not_lower_what_became_high(row, cast, client_of):
    """Lowering from high takes a second person, whoever chose first."""
    client = client_of(cast.coordinator)
    typed = opened(client, row, level="low")
    raised_by_a_colleague(row, cast, client_of)
    response = client.post(edit_of(row), typed)
    assert set(response.context["form"].errors) == {"level"}
    row.refresh_from_db()
    assert (row.level, row.version) == ("high", 2)


def test_a_double_click_on_save_says_so(row, cast, client_of):
    """The same words sent twice: the second page says that nothing differs."""
    client = client_of(cast.coordinator)
    typed = opened(client, row, what_was_done="Once.")
    client.post(edit_of(row), typed)
    response = client.post(edit_of(row), typed)
    assert response.context["differences"] == []
    assert "with the same words as yours" in response.content.decode()
    row.refresh_from_db()
    assert row.version == 2


@pytest.mark.parametrize("version", ["0", "2", "-1", "9" * 40, "", None])
def test_an_invented_version_is_a_conflict(version, row, cast, client_of):
    """Only the current version writes: any other number, or none, brings the page that compares."""
    client = client_of(cast.coordinator)
    typed = opened(client, row, what_was_done="Forced.") | {"version": version}
    typed = {name: value for name, value in typed.items() if value is not None}
    response = client.post(edit_of(row), typed)
    assert response.status_code == 200
    assert response.context["differences"]
    assert fields_of(response)["version"] == "1"
    row.refresh_from_db()
    assert (row.what_was_done, row.version) == ("Proposed three points for the programme.", 1)


@pytest.mark.parametrize("version", ["x", "1.5", "\x00"])
def test_a_version_that_is_no_number_is_an_error(version, row, cast, client_of):
    """Nonsense in the hidden field is a form error; nothing is written."""
    client = client_of(cast.coordinator)
    response = client.post(edit_of(row), opened(client, row, what_was_done="Forced.", version=version))
    assert set(response.context["form"].errors) == {"version"}
    row.refresh_from_db()
    assert row.version == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_the_same_moment_one_wins(row, cast, client_of):
    """In each of five races one of four writers wins; the others see the conflict, and none overwrites another."""
    client = client_of(cast.coordinator)
    for race in range(5):
        row.refresh_from_db()
        version = row.version
        typed = opened(client, row)

        def save(number, typed=typed, race=race):
            words = f"Race {race}, writer {number}."
            response = same_session(client).post(edit_of(row), typed | {"what_was_done": words})
            return words, response.status_code, response.content.decode()

        answers = at_once(4, save)
        row.refresh_from_db()
        assert row.version == version + 1
        assert sorted(status for _words, status, _page in answers) == [200, 200, 200, 302]
        for words, status, page in answers:
            if status == 302:
                assert words == row.what_was_done
            else:
                assert f'<td dir="auto">{row.what_was_done}</td><td dir="auto">{words}</td>' in page
