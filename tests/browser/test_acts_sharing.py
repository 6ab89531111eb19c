"""Actions 2 and 5, as a coordinator does them from home: she enters a contact, looks at the mail, and sends it."""

import pytest

from engagement.models import Engagement, OutgoingMail
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")

WORDS = "Please tell me by Friday whom you would like to meet."


def shared(number):
    return Engagement.objects.filter(cluster__slug="south-sudan", action__number=number, share__note=WORDS)


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_a_visit_and_a_call_are_shared(page_of, script, width):
    """Two presses and the words: the mail is seen in each language, and there is one line for each act."""
    page = page_of("coordinator", width=width, script=script)
    page.goto("/clusters/south-sudan/members/")
    form = page.locator("form", has=page.get_by_role("button", name="Enter the contact"))
    form.get_by_label("Name").fill("Rosa Pérez")
    form.get_by_label("Email address").fill("rosa@example.net")
    form.get_by_label("Language").select_option("es")
    form.get_by_role("button", name="Enter the contact").click()
    page.get_by_text("Rosa Pérez is a contact now.").wait_for()

    for number in (2, 5):
        page.goto("/")
        page.get_by_text("more things to do").click()
        page.get_by_role("link", name=f"Tell the members {number}.").first.click()
        expect(page.get_by_role("checkbox", name="Rosa Pérez not told yet")).to_be_checked()
        page.get_by_role("checkbox", name="Mary (demo)").uncheck()
        page.get_by_label("Your words to them").fill(WORDS)
        page.get_by_role("button", name="Show the mail with these words").click()
        spanish = page.locator(".letter[lang=es]")
        spanish.wait_for()
        expect(spanish).to_contain_text(WORDS)
        expect(page.locator(".letter[lang=ar][dir=rtl]")).to_be_visible()
        expect(page.get_by_role("checkbox", name="Mary (demo)")).not_to_be_checked()
        assert not shared(number).exists()

        page.get_by_role("button", name="Send the mails").click()
        page.get_by_text(f"Done, and logged as action {number}.").wait_for()
        line = shared(number).get()
        told = OutgoingMail.objects.filter(share=line.share, state="sent").count()
        expect(page.locator(".messages")).to_contain_text(f"{told} mails were sent.")
        page.get_by_text("Who got it").click()
        people = page.locator("section", has=page.get_by_text("Who got it"))
        expect(people).to_contain_text("Rosa Pérez")
        expect(people).not_to_contain_text("Mary (demo)")
        page.get_by_role("link", name="Share it again").click()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
        expect(page.get_by_role("checkbox", name="Mary (demo)")).to_be_checked()
    assert page.reports == []
