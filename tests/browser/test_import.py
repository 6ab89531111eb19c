"""The task team keeps the visits in Excel: export, edit, upload, look, confirm."""

import openpyxl
import pytest

from tests.browser.waiting import expect

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_from_an_export_to_the_imported_change(page_of, tmp_path, script, width):
    """A first file has a fault, which the page tells with its cell; the second is confirmed and stands in the list."""
    page = page_of("hrett", width=width, script=script)
    page.goto("/admin/mandates/countryvisit/?q=Mali")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export to Excel").click()
    file = tmp_path / "visits.xlsx"
    download.value.save_as(file)
    book = openpyxl.load_workbook(file)
    sheet = book.active
    titles = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, titles["places"]).value = "Gao"
    sheet.cell(2, titles["mandates"]).value = "SR Educashun"
    book.save(file)

    def upload():
        page.get_by_label("File").set_input_files(file)
        page.get_by_role("button", name="Show what it would change").click()

    page.get_by_role("link", name="Import", exact=True).click()
    upload()
    page.get_by_text("“SR Educashun” is not the name of a mandate. Did you mean “sr-education”?").wait_for()
    expect(page.get_by_text("Row 2, column C (mandates)")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm the import")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    sheet.cell(2, titles["mandates"]).value = "SR Education"
    book.save(file)
    page.get_by_role("link", name="Upload another file").click()
    upload()
    page.get_by_role("cell", name="Gao").wait_for()
    page.get_by_role("button", name="Confirm the import").click()
    page.get_by_text("Imported: 0 added, 1 changed").wait_for()
    assert page.reports == []


TABLE = """State\tMandate holder\tDates\tStatus\tDesk
South Sudan\tSpecial Rapporteur on the right to shelter\t8–19 June 2027\tAnnounced\tA
Mali\tSR IDPs\t3 to 14 May 2027\tAnnounced\tB
"""


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desktop", "phone, no script"])
def test_from_a_pasted_table_to_two_visits(page_of, script, width):
    """A title and a name are not known; both are settled on the preview, and both visits stand in the list."""
    page = page_of("hrett", width=width, script=script)
    page.goto("/admin/mandates/countryvisit/import/")
    page.get_by_label("Or a table from a web page").fill(TABLE)
    page.get_by_label("Where it comes from").fill("https://spinternet.ohchr.org/ViewCountryVisits.aspx")
    page.get_by_role("button", name="Show what it would change").click()
    page.get_by_label("desk").select_option(label="Leave this column out")
    page.get_by_role("button", name="Show what it would change now").click()
    page.get_by_label("Special Rapporteur on the right to shelter").select_option("sr-housing")
    page.get_by_role("button", name="Show what it would change now").click()
    page.get_by_text("1 name was kept for the next time.").wait_for()
    expect(page.get_by_text("Visit to South Sudan: SR Housing")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Confirm the import").click()
    page.get_by_text("Imported: 2 added, 0 changed").wait_for()
    page.goto("/admin/mandates/mandate/?q=right+to+shelter")
    expect(page.get_by_text("1 mandate", exact=True)).to_be_visible()
    assert page.reports == []
