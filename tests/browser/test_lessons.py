"""The card of a lesson in a real browser: it never covers what it speaks of."""

from tests.browser.conftest import button, place, settle, visit

ASIDE = '.st-key-page-title, .st-key-plotly-loader, [data-testid="stTooltipContent"]'
COVERED = """(aside) => {
  const card = document.querySelector('.st-key-lesson');
  const a = card.getBoundingClientRect();
  const found = [];
  const page = document.querySelector('[data-testid="stMain"]');
  for (const one of page.querySelectorAll('button, input, canvas, img, p, .live-chart, label')) {
    const b = one.getBoundingClientRect();
    const apart = b.right <= a.left || b.left >= a.right || b.bottom <= a.top || b.top >= a.bottom;
    if (!apart && b.width && b.height && !card.contains(one) && one.checkVisibility()
        && !one.closest(aside))
      found.push(one.tagName + ' ' + one.textContent.slice(0, 40));
  }
  return found;
}"""


SIZES = ((1280, 720), (390, 844), (1440, 900))


def test_the_card_covers_nothing_of_the_page(lab):
    page = lab.open("lessons")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator(".st-key-lessons-begin-larger-steps button").click()
    page.locator(".st-key-lesson").get_by_role("button", name="Skip").wait_for()
    for title in ("Train", "Draw"):
        visit(page, title)
        settle(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            place(page.locator(".st-key-lesson"))
            assert page.evaluate(COVERED, ASIDE) == [], f"{title} at {width} pixels"
    assert page.errors == []


def test_a_forecast_by_keyboard_lets_start_go(lab):
    page = lab.open("lessons")
    page.locator(".st-key-lessons-begin-larger-steps button").press("Enter")
    page.locator(".st-key-lesson").get_by_role("button", name="Skip").press("Enter")
    page.get_by_role("link", name="Go to Train").press("Enter")
    start = button(page, "Start")
    start.wait_for()
    settle(page)
    assert start.is_disabled()
    number = page.locator(".st-key-lesson input")
    number.fill("70")
    number.press("Enter")
    settle(page)
    page.locator(".st-key-lesson-give button").press("Enter")
    settle(page)
    assert start.is_enabled() and page.errors == []
