"""Data in a browser: files are brought, used on all pages, and deleted, by their owner alone."""

from data.known import embedded
from tests.browser.conftest import settle
from tests.data import layouts


def test_digits_are_brought_and_deleted_by_their_owner_alone(lab, tmp_path):
    digits = embedded.read()
    table = tmp_path / "mine.csv"
    table.write_text(layouts.table(digits.train_images[::13], digits.train_labels[::13]))
    page = lab.open("data")
    page.get_by_text("Bring your own digits").click()
    page.set_input_files("input[type=file]", table)
    page.locator("button:enabled", has_text="Check and use").click()
    page.get_by_text("mine, 308 images: checked, and in use on all pages.").wait_for()
    settle(page)
    other = lab.open(page.url.removeprefix(f"{lab.url}/"))
    other.get_by_text("is not yours").wait_for()
    page.reload()
    page.get_by_text("which you brought on").wait_for()
    settle(page)
    page.get_by_role("button", name="Delete this data set").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("mine, 308 images: deleted.").wait_for()
    settle(page)
    assert "my%3A" not in page.url
    assert not page.errors and not other.errors
