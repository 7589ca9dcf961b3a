"""A teacher and a learner in two browsers: new class, join, freeze, forecast, reveal."""

from tests.browser.conftest import button, place, settle


def step(page, name: str) -> None:
    """Open a step of the class."""
    page.get_by_role("radio", name=name).click()
    settle(page)


def test_a_teacher_starts_a_class_a_learner_joins_and_is_watched(lab):
    teacher = lab.open("classroom")
    button(teacher, "New class").click()
    button(teacher, "Show the code").click()
    code = teacher.locator(".class-code").inner_text()
    learner = lab.open(f"?class={code}", phone=True)
    assert "class=" not in learner.url, "no link that is handed out holds it"
    button(learner, "Join").click()
    chip = learner.get_by_role("button", name=f"· {code}")
    chip.wait_for()
    name = chip.inner_text().partition(" · ")[0].partition(" ")[2].strip()
    teacher.locator(".class-names").get_by_text(name).wait_for()

    button(teacher, "Watch").click()
    row = teacher.locator(".class-matrix").get_by_role("button", name=name)
    row.click()
    panel = teacher.locator(".st-key-classroom-learner")
    panel.get_by_text("No run yet").wait_for()
    box = place(panel)
    assert box["y"] + box["height"] <= 900, "it is in view"
    button(teacher, "Close").click()
    panel.wait_for(state="detached")

    learner.goto(f"{lab.url}/train")
    settle(learner)
    start = button(learner, "Start")
    assert start.is_enabled()
    button(teacher, "Freeze").click()
    button(teacher, "Go on").wait_for()
    start.click()
    learner.get_by_text("Your teacher has paused the class").first.wait_for()
    settle(learner)
    assert start.is_disabled()
    button(teacher, "Go on").click()
    button(teacher, "Freeze").wait_for()

    teacher.get_by_role("combobox", name="Forecasts on the board").click()
    teacher.get_by_role("option").nth(1).click()
    reveal = button(teacher, "Reveal")
    reveal.and_(teacher.locator("button:enabled")).click()
    button(teacher, "Hide the result").wait_for()
    assert teacher.errors == [] and learner.errors == []


def test_the_teacher_link_leaves_the_address_and_works_in_another_browser(lab):
    teacher = lab.open("classroom")
    button(teacher, "New class").click()
    button(teacher, "Show the code").click()
    code = teacher.locator(".class-code").inner_text()
    button(teacher, "Teacher link").click()
    teacher.get_by_text("Show it").click()
    link = teacher.locator("code", has_text="teacher=")
    link.get_by_text("•").wait_for(state="detached")
    path = link.inner_text().strip().partition("/classroom")[2]
    other = lab.open(f"classroom{path}")
    other.get_by_text(f"You now teach the class {code}").wait_for()
    other.wait_for_function("!location.href.includes('teacher')")
    assert other.errors == []
