"""A coordinator corrects her log in Excel: ten cells, looked at, confirmed, undone."""

import openpyxl
import pytest

from engagement.imports.columns import BY_TAG
from engagement.models import Engagement
from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_ten_cells_corrected_in_excel(page_of, tmp_path, script, width):
    """Her export comes home with ten cells changed and a fault: both are told, the ten written, and taken back."""
    page = page_of("coordinator", width=width, script=script)
    page.goto("/engagement/?status=done")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel", exact=True).click()
    file = tmp_path / "engagement.xlsx"
    download.value.save_as(file)
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    columns = {BY_TAG[cell.value].name: cell.column for cell in sheet[1]}
    keys = [sheet.cell(number, columns["row"]).value.partition(":")[0] for number in range(3, 14)]
    before = {line.pk: line.challenges for line in Engagement.objects.filter(pk__in=keys)}
    for number in range(3, 13):
        sheet.cell(number, columns["challenges"]).value = f"Corrected on the plane, {number}."
    sheet.cell(13, columns["level"]).value = "secret"
    book.save(file)

    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what it would change").click()
    page.get_by_role("heading", name="What the file would change").wait_for()
    expect(page.get_by_role("heading", name="Changed 10")).to_be_visible()
    expect(page.get_by_role("cell", name="Corrected on the plane, 12.")).to_be_visible()
    expect(page.get_by_text("“secret” is none of the choices: write “low”, “moderate”, “high”.")).to_be_visible()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rows with the faults in red").click()
    assert download.value.suggested_filename.startswith("engagement-to-mend-")

    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Only keep these choices").click()
    page.get_by_text("9 rows were chosen").wait_for()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Confirm: write the chosen rows").click()
    page.get_by_text("10 rows were written.").wait_for()
    expect(page.locator("main")).to_contain_text("10 Changed")
    assert Engagement.objects.filter(challenges__startswith="Corrected on the plane").count() == 10

    page.get_by_role("button", name="Undo the whole import").click()
    page.get_by_text("The import was undone.").wait_for()
    expect(page.get_by_text("Not undone")).to_have_count(0)
    assert {line.pk: line.challenges for line in Engagement.objects.filter(pk__in=before)} == before
    assert page.reports == []
