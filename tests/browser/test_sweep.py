"""A sweep in a real browser: from its link to the Train page."""

from tests.browser.conftest import PATIENCE, settle

LINK = "sweep?epochs=1&hidden_sizes=8&search=learning_rate~0.0001~0.01~~batch_size~32~512"


def test_a_sweep_fills_its_map_and_its_best_goes_to_train(lab):
    page = lab.open(LINK)
    page.get_by_role("button", name="Start sweep").click()
    page.get_by_text("Best of all").wait_for(timeout=PATIENCE)
    settle(page)
    cells = page.locator(".steady .annotation-text")
    cells.nth(3).wait_for()
    assert cells.count() == 4 and all(text.endswith("%") for text in cells.all_text_contents())
    page.get_by_role("button", name="Use the best").click()
    page.wait_for_url("**/train?*")
    settle(page)
    assert "learning_rate=0.01" in page.url and "batch_size=32" in page.url
    assert page.get_by_text("best trial").is_visible()
    assert page.errors == []
