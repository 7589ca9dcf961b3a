"""A learner on a phone: from the link of a class to a first run on its board."""

import time

from tests.browser.conftest import PATIENCE, button, settle

SOON = 60.0  # seconds from the link to the board


def test_from_the_link_to_a_run_on_the_board_on_a_phone(lab):
    teacher = lab.open("classroom")
    button(teacher, "New class").click()
    button(teacher, "Show the code").click()
    code = teacher.locator(".class-code").inner_text()
    began = time.monotonic()
    page = lab.open(f"train?class={code}&epochs=2&hidden_sizes=16", phone=True)
    button(page, "Join").click()
    chip = page.get_by_role("button", name=f"· {code}")
    chip.wait_for()
    settle(page)
    assert "epochs=2" in page.url and "seed=" in page.url, "the link's settings, a seed of its own"
    button(page, "Start").click()
    page.get_by_text("The 2 epochs").or_(page.get_by_text("All 2 epochs")).first.wait_for(
        timeout=PATIENCE
    )
    page.wait_for_timeout(500)
    chip.click()
    opened = page.get_by_test_id("stPopoverBody")
    opened.get_by_role("link", name="Class").click()
    page.get_by_text("1 run of yours on the board").wait_for()
    assert time.monotonic() - began < SOON
    settle(page)
    chip.click()
    opened.get_by_text("return=").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    opened.get_by_role("button", name="Leave the class").click()
    page.get_by_text("You have left the class").wait_for()
    chip.wait_for(state="detached")
    assert page.errors == [] and teacher.errors == []
