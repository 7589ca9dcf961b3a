"""Drawing in a real browser, with the mouse and with a finger."""

from itertools import pairwise

from tests.browser.conftest import place, settle, visit, wait_until_trained
from tests.waiting import wait_until

TITLE = "Draw"
FOUR = [[(100, 50), (80, 160), (200, 160)], [(180, 90), (170, 240)]]
VERDICT = ".verdict b"
LIT = """c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data
         .filter((v, k) => k % 4 == 0 && v > 128).length"""
LEFTMOST = """c => { const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height)
  for (let x = 0; x < c.width; x++) for (let y = 0; y < c.height; y++)
    if (data[4 * (y * c.width + x)] > 32) return x }"""
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"


def draw(page, strokes) -> None:
    """Draw with the mouse; strokes are in pixels of the canvas, which the page enlarges."""
    box = place(page.locator("canvas").last)
    scale = box["width"] / 280
    for (x, y), *rest in strokes:
        page.mouse.move(box["x"] + scale * x, box["y"] + scale * y)
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(box["x"] + scale * x, box["y"] + scale * y, steps=8)
        page.mouse.up()


def tool(page, name: str):
    """One of our buttons: the canvas has buttons of its own with the same names."""
    return page.get_by_test_id("stButton").get_by_role("button", name=name, exact=True)


def ink(page) -> int:
    """How many pixels of the canvas are lit, once this number no longer changes."""
    canvas = page.locator("canvas").nth(1)
    seen, lit = None, canvas.evaluate(LIT)
    while lit != seen:
        page.wait_for_timeout(200)
        seen, lit = lit, canvas.evaluate(LIT)
    return lit


def clear(page) -> None:
    tool(page, "Clear").click()
    page.get_by_text("Draw a digit on the black square").wait_for()
    wait_until(lambda: ink(page) == 0)
    settle(page)


def test_a_drawn_digit_is_classified_after_each_stroke_and_cleared(trained):
    page = trained
    page.get_by_text("Draw a digit on the black square").wait_for()
    draw(page, FOUR[:1])
    page.locator(VERDICT).wait_for()
    page.get_by_text("5. Centered").wait_for()
    draw(page, FOUR[1:])
    page.wait_for_function(f"document.querySelector('{VERDICT}')?.innerText == '4'")
    page.get_by_role("radio", name="4", exact=True).click()
    page.get_by_text("1 of 1 drawing classified correctly").wait_for()
    clear(page)
    page.locator(VERDICT).wait_for(state="detached")
    page.get_by_text("1 of 1 drawing classified correctly").wait_for()
    assert page.errors == []


def test_another_brush_keeps_what_is_drawn(trained):
    page = trained
    draw(page, FOUR[:1])
    page.locator(VERDICT).wait_for()
    lit = ink(page)
    for brush in ("Thin", "Thick"):
        page.get_by_role("radio", name=brush).click()
    settle(page)
    wait_until(lambda: ink(page) == lit)
    draw(page, FOUR[1:])
    wait_until(lambda: ink(page) > 1.5 * lit)
    clear(page)


def touch(finger, stroke) -> None:
    """Draw a stroke, a list of points in the window, by Chromium's DevTools protocol."""
    kinds = ["touchStart", *["touchMove"] * (len(stroke) - 1)]
    for kind, (x, y) in zip(kinds, stroke, strict=True):
        point = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        finger.send("Input.dispatchTouchEvent", point)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def between(start, end, steps=8):
    """Points along a line."""
    return [
        tuple(a + (b - a) * k / steps for a, b in zip(start, end, strict=True))
        for k in range(steps + 1)
    ]


def test_a_finger_draws_on_a_phone_during_training_without_scrolling_and_the_drawing_stays(lab):
    page = lab.open("draw", phone=True, dark=True)
    page.get_by_role("button", name="Train a quick network").click()
    page.get_by_text("The network is learning").wait_for()
    box = place(page.locator("canvas").last)
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    scale = box["width"] / 280
    finger, scrolled = page.context.new_cdp_session(page), page.evaluate(SCROLLED)
    for stroke in FOUR:
        corners = [(box["x"] + scale * x, box["y"] + scale * y) for x, y in stroke]
        touch(finger, [p for pair in pairwise(corners) for p in between(*pair)])
    lit = ink(page)
    assert page.evaluate(SCROLLED) == scrolled
    assert lit > 1000
    page.locator(VERDICT).wait_for()
    wait_until_trained(page)
    assert ink(page) == lit
    page.wait_for_function(f"document.querySelector('{VERDICT}')?.innerText == '4'")
    assert page.errors == []


def test_a_tablet_shows_the_whole_canvas(trained):
    wide = trained.viewport_size
    trained.set_viewport_size({"width": 820, "height": 1180})
    canvas = trained.locator("canvas").last
    box, column = place(canvas), place(trained.locator(".stColumn", has=canvas))
    trained.set_viewport_size(wide)
    assert box["width"] <= column["width"]


def test_the_canvas_is_large_on_a_projector_and_the_answer_is_beside_it(trained):
    box = place(trained.locator("canvas").last)
    assert box["width"] == box["height"] > 450
    draw(trained, FOUR)
    answer = place(trained.locator(VERDICT))
    assert answer["x"] > box["x"] + box["width"] and answer["y"] < box["y"] + box["height"]
    clear(trained)


def test_undo_takes_back_one_stroke_each_time(trained):
    page = trained
    draw(page, FOUR[:1])
    page.locator(VERDICT).wait_for()
    one = ink(page)
    for _ in range(2):  # the second time, the canvas must be told the same strokes again
        draw(page, FOUR[1:])
        wait_until(lambda: ink(page) > one)
        settle(page)
        tool(page, "Undo stroke").click()
        wait_until(lambda: ink(page) == one)
        settle(page)
    tool(page, "Undo stroke").click()
    wait_until(lambda: ink(page) == 0)
    page.get_by_text("Draw a digit on the black square").wait_for()
    assert tool(page, "Undo stroke").is_disabled()


def test_a_drawing_comes_back_after_a_visit_to_another_page(trained):
    page = trained
    draw(page, FOUR)
    page.wait_for_function(f"document.querySelector('{VERDICT}')?.innerText == '4'")
    settle(page)
    lit = ink(page)
    visit(page, "Data")
    settle(page)
    visit(page, TITLE)
    page.wait_for_function(f"document.querySelector('{VERDICT}')?.innerText == '4'")
    wait_until(lambda: ink(page) == lit)
    draw(page, [[(20, 20), (20, 200)]])
    wait_until(lambda: ink(page) > lit)
    page.get_by_text("two separate marks").wait_for()
    clear(page)


def test_a_validation_digit_is_taken_moved_and_redrawn_by_keyboard_alone(trained):
    page = trained

    def press(name: str) -> None:
        tool(page, name).focus()
        page.keyboard.press("Enter")

    press("Take a validation digit")
    page.get_by_text("Validation digit").first.wait_for()
    page.locator(VERDICT).wait_for()
    wait_until(lambda: ink(page) > 1000)
    left = page.locator("canvas").nth(1).evaluate(LEFTMOST)
    for pixels in (10, 20):
        press("Right")
        wait_until(lambda p=pixels: page.locator("canvas").nth(1).evaluate(LEFTMOST) == left + p)
        settle(page)
    press("Erase here")  # so that the pen begins on black, whichever digit it is
    settle(page)
    bare = ink(page)
    press("Start here")
    wait_until(lambda: ink(page) > bare)
    settle(page)
    drawn = ink(page)
    press("Erase here")
    wait_until(lambda: ink(page) < drawn)
    settle(page)
    clear(page)
    assert page.errors == []
