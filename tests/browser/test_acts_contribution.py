"""Answering a call together, as people do it: a member offers, a coordinator asks, joins, exports and marks as sent."""

import pytest
from docx import Document

from engagement.models import Contribution, Engagement
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_from_an_offer_to_a_contribution_that_was_sent(page_of, tmp_path, script, width):
    """From home to the text in two presses; one engagement, done; the member reads that her words were used."""
    lines = Engagement.objects.count()
    page = page_of("coordinator", width=width, script=script)
    page.locator("#open").get_by_role("link", name="Answer the call").and_(
        page.get_by_role("link", name="housing, land and property")
    ).first.click()
    page.get_by_role("button", name="Begin the contribution").click()
    page.wait_for_url("**/contributions/*/")
    page.get_by_label("Text of the contribution").fill("Returnees find their houses occupied.")
    page.get_by_role("button", name="Save and ask members").click()
    page.get_by_role("checkbox", name="Demo Member South Sudan").check()
    page.get_by_role("button", name="Ask by mail").click()
    page.get_by_text("1 mail was sent.").wait_for()

    member = page_of("member", width=width, script=script)
    member.get_by_role("link", name="Call for input: housing, land").first.click()
    member.get_by_role("link", name="Offer a contribution").click()
    member.get_by_label("Your paragraphs").fill("In three counties nobody has a deed. قال عشرة منهم.")
    member.get_by_label("Where it comes from").fill("Legal aid, second quarter")
    member.get_by_role("radio", name="No, or nobody asked them").check()
    member.get_by_role("button", name="Offer", exact=True).click()
    member.get_by_text("Without consent nothing is offered").first.wait_for()
    member.get_by_role("radio", name="It speaks of nobody in particular").check()
    member.get_by_role("button", name="Offer", exact=True).click()
    member.get_by_text("Thank you. The coordinators of South Sudan Protection Cluster see your offer.").wait_for()
    expect(member.get_by_role("button", name="Take back")).to_have_count(1)

    page.goto("/")
    page.get_by_role("link", name="1 offer waits for your decision").click()
    text = page.get_by_label("Text of the contribution")
    text.fill("Houses are occupied, and courts closed.")
    page.get_by_role("button", name="Add to the text").click()
    page.get_by_text("The offer of Demo Member South Sudan stands at the end of the text.").wait_for()
    whole = "Houses are occupied, and courts closed.\n\nIn three counties nobody has a deed. قال عشرة منهم."
    expect(text).to_have_value(whole)
    expect(page.locator("main")).to_contain_text("As saved: 16 of 2000 words")

    with page.expect_download() as download:
        page.get_by_role("link", name="Word", exact=True).click()
    file = tmp_path / "contribution.docx"
    download.value.save_as(file)
    assert [paragraph.text for paragraph in Document(file).paragraphs][-2:] == whole.split("\n\n")

    page.get_by_role("button", name="Save and mark as sent").click()
    page.get_by_role("radio", name="confidential: not to be published").check()
    page.get_by_role("button", name="Mark as sent").click()
    page.wait_for_url("**/engagement/*-*/")
    said = page.locator("main")
    expect(said).to_contain_text("Sent a contribution of 16 words to the call")
    expect(said).to_contain_text("offers of 1 member were used; confidential: not to be published.")
    assert Engagement.objects.count() == lines + 1
    assert Contribution.objects.get(publication="confidential").engagement.status == "done"
    opened = page_of("coordinator").locator("#open")
    expect(opened).not_to_contain_text("6. Contribute to a report: Call for input: housing")

    member.goto("/")
    expect(member.locator("section", has_text="Your offers").last).to_contain_text("used")
    assert page.reports == member.reports == []
