"""Lessons are read with distrust: what is wrong is named, and the others go on."""

import random
import re
from pathlib import Path

import pytest

from ann.lessons.fields import FieldError
from ann.lessons.lesson import Again, Check, Explain, Predict, Train
from ann.lessons.measures import MEASURES
from ann.lessons.read import MOST_BYTES, read
from ann.lessons.words import Style
from ann.lessons.worksheet import worksheet
from ann.recipe import Recipe

README = Path(__file__).parents[3] / "data" / "lessons" / "README.md"
EXAMPLE = re.search(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[1]
SHORT = """title = "T"
belief = "B"
minutes = 5

[card.one]
kind = "predict"
text = "How many?"
ask = "number"
answer = 3
"""


@pytest.fixture
def shelf(tmp_path):
    """`shelf(name=text, ...)` reads files with these texts; `_` in a name stands for a dot."""

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name.replace('_', '.')}.toml").write_text(text, encoding="utf-8")
        return read(tmp_path)

    return write


def test_the_readmes_example_is_a_lesson(shelf):
    found = shelf(steps=EXAMPLE)
    assert not found.problems
    lesson = found.lesson("steps")
    guess, train, why = lesson.cards
    assert (type(guess), type(train), type(why)) == (Predict, Train, Explain)
    assert train.recipe == Recipe(optimizer="sgd", hidden_sizes=(64,), learning_rate=2.0)
    assert lesson.train_card(guess) is train and train.show == ("learning_rate",)
    assert lesson.facts["too_large"].recipe == train.recipe


def test_the_readme_names_every_measure():
    told = README.read_text(encoding="utf-8")
    assert all(f"`{name}`" in told for name in MEASURES)


def test_every_kind_of_card_is_read(shelf):
    more = """
[card.show]
kind = "check"
text = "Show it."
where = { dropout = "0.5" }
measure = "gap"
at_most = 3

[card.later]
kind = "again"
text = "And now?"
ask = "order"
options = ["a", "b"]
answer = [2, 1]
days = 2
"""
    lesson = shelf(a=SHORT + more).lesson("a")
    check, later = lesson.cards[1:]
    assert isinstance(check, Check) and check.where == {"dropout": 0.5} and check.at_least is None
    assert isinstance(later, Again) and later.days == 2
    assert lesson.steps == lesson.cards[:2] and lesson.again == (later,)


def broken(change, line, field, said):
    return pytest.param(change, line, field, said, id=f"{field}: {said}")


@pytest.mark.parametrize(
    "change, line, field, said",
    [
        broken(("minutes = 5", "minutes = 0"), 3, "minutes", "1 to 240"),
        broken(("minutes = 5", ""), 0, "minutes", "is missing"),
        broken(('kind = "predict"', 'kind = "quiz"'), 6, "card.one.kind", "predict, run, check"),
        broken(('text = "How many?"\n', ""), 5, "card.one.text", "is missing"),
        broken(("answer = 3", "answer = nan"), 9, "card.one.answer", "not a number"),
        broken(("answer = 3", 'run = "x"'), 5, "card.one.measure", "validation_accuracy"),
        broken(
            ("answer = 3", 'run = "x"\nmeasure = "gap"'), 9, "card.one.run", "no card of kind run"
        ),
        broken(("answer = 3", 'fact = "f"'), 9, "card.one.fact", "has no fact 'f'"),
        broken(("answer = 3", "answer = 3\nanwser = 4"), 10, "card.one.anwser", "no such field"),
        broken(("How many?", "Like {this}?"), 7, "card.one.text", "has no fact this"),
        broken(("answer = 3", "answer = 3\nlow = 9\nhigh = 1"), 11, "card.one.high", "not above"),
        broken(("answer = 3", "answer = 3\nstep = 1e-5"), 10, "card.one.step", "10,000"),
        broken(("[card.one]", "[card.ONE]"), 5, "card.ONE", "is not a name"),
        broken(("minutes = 5", "minutes = = 5"), 3, "", "Invalid value"),
    ],
)
def test_a_broken_file_names_its_line_and_field_and_the_others_go_on(
    shelf, change, line, field, said
):
    found = shelf(good=SHORT, bad=SHORT.replace(*change))
    assert [lesson.name for lesson in found.listed()] == ["good"]
    (problem,) = found.problems
    assert (problem.file, problem.line, problem.field) == ("bad.toml", line, field)
    assert said in str(problem)


@pytest.mark.parametrize(
    "settings, said",
    [
        ("{ dropout = 5 }", "dropout: 5 is outside 0 to 0.9"),
        ("{ nonsense = 1 }", "is not a setting of a recipe"),
        ('{ hidden_sizes = "4096-4096-4096" }', "more than 25,000,000 weights"),
        ("3", "is not a table of settings"),
    ],
)
def test_settings_are_those_of_a_recipe_within_its_bounds(shelf, settings, said):
    found = shelf(a=SHORT + f'[card.two]\nkind = "run"\ntext = "Go."\nsettings = {settings}\n')
    assert said in str(found.problems[0]) and found.problems[0].line == 13
    assert "card.two.settings" in found.problems[0].field


def test_another_language_has_its_words_and_falls_back_to_english(shelf):
    german = '[card.one]\ntext = "Wie viele?"\n'  # and nothing else
    found = shelf(a=SHORT, a_de=german, words='next = "Next"\nskip = "Skip"', words_de='next = "W"')
    lesson = found.lesson("a", "de")
    assert (lesson.title, lesson.cards[0].text) == ("T", "Wie viele?")
    assert lesson.cards[0].question == found.lesson("a").cards[0].question
    assert found.languages == ("en", "de") and found.lesson("a", "fr").cards[0].text == "How many?"
    assert (found.word("next", "de"), found.word("skip", "de"), found.word("x")) == (
        "W",
        "Skip",
        "x",
    )


@pytest.mark.parametrize("line", ["answer = 4", 'options = ["a"]', 'kind = "run"', "within = 100"])
def test_a_translation_changes_words_alone(shelf, line):
    found = shelf(a=SHORT, a_de=f"[card.one]\n{line}\n")
    assert found.problems[0].file == "a.de.toml" and found.problems[0].line == 2
    assert found.lesson("a", "de") == found.lesson("a"), "the lesson stays in English"


def test_a_translation_of_no_lesson_or_of_no_card_is_a_problem(shelf):
    found = shelf(a=SHORT, a_de='[card.tow]\ntext = "x"', b_de="")
    said = "\n".join(map(str, found.problems))
    assert "no card tow" in said and "b.de.toml: there is no lesson b.toml" in said


def test_a_later_folder_takes_the_place_of_a_lesson(tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, title in ((ours, "Ours"), (theirs, "Theirs")):
        folder.mkdir()
        (folder / "a.toml").write_text(SHORT.replace('"T"', f'"{title}"'))
    (ours / "b.toml").write_text(SHORT)
    found = read(ours, theirs)
    assert [lesson.title for lesson in found.listed()] == ["Theirs", "T"]
    assert not read(ours, tmp_path / "missing").problems


def test_sizes_are_bounded(shelf, tmp_path):
    cards = "".join(SHORT[SHORT.index("[card") :].replace("one", f"c{n}") for n in range(41))
    found = shelf(
        huge=SHORT + "#" * MOST_BYTES,
        many=SHORT[: SHORT.index("[card")] + cards,
        deep="a = " + "[" * 9000,
    )
    assert not found.lessons and len(found.problems) == 3
    (tmp_path / "Bad name!.toml").write_text(SHORT)
    assert "my-lesson.toml" in str(read(tmp_path).problems[0])
    (tmp_path / "latin.toml").write_bytes(b'title = "\xff"')
    assert any("latin.toml: cannot be read" in str(p) for p in read(tmp_path).problems)


def test_an_error_says_where():
    assert FieldError(("card", "one"), "is bad").path == ("card", "one")


def test_no_damage_to_a_file_gets_through_as_an_error(shelf):
    """Every lesson of the lab, with lines lost, doubled or filled with something else."""
    folder, rng = README.parent, random.Random(1)
    values = ("-1", "nan", "inf", "true", '""', '"x"', "[]", "[1, 2]", "{}", "1e300", "2024-01-01")
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))]
    for _ in range(400):
        lines = rng.choice(texts).splitlines()
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(lines))
            key = lines[at].partition("=")[0]
            new = [[], [lines[at], lines[at]], [f"{key}= {rng.choice(values)}"], [lines[at][:-1]]]
            lines[at : at + 1] = rng.choice(new)
        found = shelf(damaged="\n".join(lines))
        for lesson in found.listed():
            for card in lesson.cards:
                lesson.train_card(card)
            worksheet(lesson, {}, Style())
        assert len(found.lessons) + len(found.problems) == 1
