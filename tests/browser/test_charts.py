"""What a reader does to a chart in a real Chromium, and that it outlives the next redraw."""

from tests.browser.conftest import button, settle, visit
from tests.browser.test_train import CURVE, start, wait_for_text
from tests.waiting import wait_until

LOSS = ".live-chart >> nth=0"
RANGE = "box => [...box._fullLayout.xaxis.range]"
HIDDEN = "box => box._fullData.filter(t => t.visible === 'legendonly').map(t => t.name)"


PLACE = """box => { const r = box.querySelector(".nsewdrag").getBoundingClientRect()
                    return [r.x, r.y, r.width, r.height] }"""


def part(box, share_x, share_y):
    """A place in the plotting area of a chart, in pixels of the window."""
    x, y, width, height = box.evaluate(PLACE)
    return x + share_x * width, y + share_y * height


def zoom(page, box):
    """Drag over the middle of a chart, and wait until only that part is shown."""
    box.scroll_into_view_if_needed()
    page.mouse.move(*part(box, 0.3, 0.2))
    page.mouse.down()
    page.mouse.move(*part(box, 0.6, 0.8), steps=8)
    page.mouse.up()
    wait_for(page, lambda: box.evaluate(RANGE)[0] > 0)


def reset(page, box):
    """Show all of a chart by a double click, whose clicks may come apart on a busy machine."""

    def is_whole():
        page.mouse.dblclick(*part(box, 0.5, 0.5))
        page.wait_for_timeout(1_500)
        return box.evaluate(RANGE)[0] == 0

    wait_until(is_whole)


def click_legend(page, box):
    """Hide the first curve by a click in the legend, which may be redrawn meanwhile, or show it."""
    before = box.evaluate(HIDDEN)
    x, y, width, height = box.evaluate(PLACE.replace(".nsewdrag", ".legendtoggle"))
    page.mouse.click(x + width / 2, y + height / 2)
    wait_for(page, lambda: box.evaluate(HIDDEN) != before)


def wait_for(page, condition):
    """Wait until what a chart shows has changed, while Chromium goes on."""
    wait_until(lambda: page.wait_for_timeout(50) or condition())


def width(box):
    low, high = box.evaluate(RANGE)
    return high - low


def wait_for_more(page, box):
    """Wait until the chart has been redrawn with at least three epochs more."""
    epochs = "document.querySelector('[data-testid=stProgress]').innerText.match(/Epoch ([0-9,]+)/)"
    now = page.evaluate(f"{epochs}[1]")
    for _ in range(3):
        page.wait_for_function(
            f"(old) => {{ const m = {epochs}; return m && m[1] !== old }}", arg=now
        )
        now = page.evaluate(f"{epochs}[1]")


def test_what_a_reader_does_to_a_chart_outlives_its_redraws(lab):
    page = lab.open("train?epochs=5000&hidden_sizes=128-64&batch_size=32")
    box = page.locator(LOSS)
    start(page)
    wait_for_text(page, r"Epoch [3-9] of")

    zoom(page, box)
    zoomed = box.evaluate(RANGE)
    assert zoomed[0] > 0
    wait_for_more(page, box)
    assert box.evaluate(RANGE) == zoomed
    reset(page, box)
    assert width(box) > 2 * (zoomed[1] - zoomed[0])

    click_legend(page, box)
    assert box.evaluate(HIDDEN) == ["each batch"]
    wait_for_more(page, box)
    page.get_by_text("Log scale").click()
    page.wait_for_function("document.querySelector('.live-chart')._fullLayout.yaxis.type === 'log'")
    assert box.evaluate(HIDDEN) == ["each batch"], "the page ran again"
    visit(page, "Data")
    visit(page, "Train")
    page.wait_for_selector(CURVE, state="attached")
    assert box.evaluate(HIDDEN) == ["each batch"], "the chart was drawn anew"

    zoom(page, box)
    button(page, "Stop").click()
    button(page, "Start").click()
    wait_for_text(page, r"Epoch \d of")
    wait_for(page, lambda: box.evaluate(RANGE)[0] == 0)  # a new training is shown whole
    click_legend(page, box)
    assert box.evaluate(HIDDEN) == []
    button(page, "Stop").click()
    assert page.errors == []


SIDES = """all => all.map(it => it.getBoundingClientRect())
  .flatMap(box => [box.width, box.height])"""


def test_a_picture_of_every_chart_can_be_downloaded(lab, tmp_path):
    page = lab.open("train?epochs=1&hidden_sizes=16")
    start(page)
    wait_for_text(page, "The one epoch is done")
    settle(page)
    charts = page.locator(".live-chart")
    names = set()
    sizes = charts.locator(".modebar-btn").evaluate_all(SIDES)
    assert len(sizes) >= charts.count() and min(sizes) >= 24
    for number in range(charts.count()):
        charts.nth(number).hover()
        with page.expect_download() as caught:
            charts.nth(number).get_by_role("button", name="picture").or_(
                charts.nth(number).locator('[data-title*="picture"]')
            ).first.click()
        names.add(caught.value.suggested_filename)
        caught.value.save_as(tmp_path / "chart.png")
        assert (tmp_path / "chart.png").read_bytes()[:4] == b"\x89PNG"
    assert names == {f"ann-lab-train-{what}.png" for what in ("loss", "accuracy", "confusion")}
    visit(page, "Data")
    settle(page)
    chart = page.locator(".js-plotly-plot").first
    chart.hover()
    with page.expect_download() as caught:
        chart.locator('[data-title^="Download"]').click()
    assert caught.value.suggested_filename.startswith("ann-lab-")
    assert page.errors == []


def test_on_a_phone_a_finger_scrolls_and_does_not_zoom(lab):
    page = lab.open("train?epochs=1&hidden_sizes=16", phone=True)
    start(page)
    assert page.locator(LOSS).evaluate("box => box._fullLayout.dragmode") is False
    assert page.errors == []
