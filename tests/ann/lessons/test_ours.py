"""The lessons of the lab: every number that they print is trained and lies in its stated range."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import data
from ann.coach.signals import watched
from ann.history import History
from ann.lessons.build import texts_of
from ann.lessons.check import Kept, check
from ann.lessons.lesson import Check, Predict, Train
from ann.lessons.measures import Digits, curve, measure
from ann.lessons.read import read
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start

FOLDER = Path(data.__file__).parent / "lessons"
SHELF = read(FOLDER)
LESSONS = SHELF.listed()
SEEDS = (0, 1, 2)


@cache
def run_of(settings: tuple[tuple[str, object], ...], seed: int) -> Run:
    """The finished run of these settings, trained once for all tests."""
    recipe = Recipe(**dict(settings) | {"seed": seed})
    split = Split(*data.load("mnist-5k").split(recipe.validation_fraction))
    state, history = start(recipe, split, n_classes=10), History()
    for event in watched(state, split):
        history.add(event)
    return Run.of(state, history)


def trained(settings, seed: int) -> Run:
    settled = Recipe(**settings).differences()
    settled.pop("seed", None)
    return run_of(tuple(sorted(settled.items())), seed)


def measured(name: str, run: Run) -> float:
    x, y = data.load("mnist-5k").split(run.recipe.validation_fraction)[2:]
    return measure(name, run, Digits(x, y))


def each(kind):
    """(lesson, thing) of all lessons: facts, or cards of a kind."""
    found = [
        (lesson, thing)
        for lesson in LESSONS
        for thing in (lesson.facts.values() if kind == "fact" else lesson.cards)
        if kind == "fact" or isinstance(thing, kind)
    ]
    return [pytest.param(a, b, id=f"{a.name}: {b.name}") for a, b in found]


def test_all_files_can_be_read():
    assert not SHELF.problems and len(LESSONS) == 12
    assert len({lesson.order for lesson in LESSONS}) == len(LESSONS)


@pytest.mark.parametrize("lesson, fact", each("fact"))
def test_each_number_lies_in_its_range_for_three_seeds(lesson, fact):
    values = [measured(fact.measure, trained(fact.settings, seed)) for seed in SEEDS]
    assert all(fact.low <= value <= fact.high for value in values), values


@pytest.mark.parametrize("lesson, card", each(Train))
def test_each_run_answers_the_questions_about_it(lesson, card):
    asked = [c.question for c in lesson.cards if isinstance(c, Predict) and c.question.run]
    for seed in SEEDS:
        run = trained(card.settings, seed)
        assert run.reason
        for question in (q for q in asked if q.run == card.name):
            if question.ask == "sketch":
                values = curve(question.measure, run.history, question.at)
            else:
                values = [measured(question.measure, run)]
            assert all(question.low <= value <= question.high for value in values), values


@pytest.mark.parametrize("lesson, card", each(Check))
def test_each_check_can_be_passed_and_is_not_passed_by_nothing(lesson, card):
    """By a fact, a training of the lesson, or the settings in ANSWERS that a learner would find."""
    assert not check(card, []).passed
    candidates = [one.settings for one in lesson.facts.values()]
    candidates += [one.settings for one in lesson.cards if isinstance(one, Train)]
    candidates += [ANSWERS[lesson.name]] if lesson.name in ANSWERS else []
    for seed in SEEDS:
        runs = [trained(settings, seed) for settings in candidates]
        kept = [Kept(run.recipe, 0.0, lambda name, run=run: measured(name, run)) for run in runs]
        assert check(card, kept).passed


ANSWERS = {
    "read-the-picture": {"epochs": 1},
    "one-step-by-hand": {
        "optimizer": "sgd",
        "hidden_sizes": (64,),
        "learning_rate": 0.5,
        "epochs": 1,
    },
    "loss-falls-each-step": {"hidden_sizes": (64,), "batch_size": 70_000},
    "larger-batches": {
        "hidden_sizes": (64,),
        "batch_size": 70_000,
        "epochs": 50,
        "learning_rate": 0.01,
    },
    "sure-means-right": {"hidden_sizes": ()},
}


@pytest.mark.parametrize("lesson, card", each(Predict))
def test_an_order_is_that_of_its_facts(lesson, card):
    asked = card.question
    if asked.ask != "order":
        return
    assert asked.facts, "what is claimed is measured"
    facts = [lesson.facts[asked.facts[number - 1]] for number in asked.answer]
    assert all(worse.high < better.low for worse, better in pairwise(facts)), facts


def known_numbers(lesson) -> set[float]:
    """Numbers that a text may name, because they follow from the data, the settings or a check."""
    digits = data.load("mnist-5k")
    known = {0, 1, 2, 3, 4, 7, 10, 28, 90, 100, 255, digits.images.shape[1]}
    settings = [fact.settings for fact in lesson.facts.values()]
    settings += [card.settings for card in lesson.cards if isinstance(card, Train)]
    settings += [ANSWERS.get(lesson.name, {})]
    settings += [card.where for card in lesson.cards if isinstance(card, Check)]
    for one in settings:
        recipe = Recipe(**one)
        known |= {v for v in one.values() if isinstance(v, (int, float))}
        known |= {*recipe.hidden_sizes, recipe.epochs, recipe.batch_size, len(recipe.hidden_sizes)}
    for card in lesson.cards:
        if isinstance(card, Check):
            known |= {card.at_least, card.at_most}
        if isinstance(card, Predict):
            known |= {*card.question.at}
            known |= {card.question.answer} if card.question.ask == "number" else set()
    return {*known, *SPECIAL.get(lesson.name, {})}


SPECIAL = {  # what else is said; the next test shows that it is true
    "read-the-picture": {50},  # steps in an epoch
    "right-on-training": {100_000},  # weights
    "one-step-by-hand": {0.5, 0.2, 0.1, 0.02, 0.3, 0.48, 50},  # two sums, and steps in an epoch
    "sure-means-right": {99},  # a belief
    "stores-the-pictures": {2.7},  # MB
    "neuron-is-a-stroke": {9},  # the last digit
}


def test_what_else_is_said_is_true():
    run, digits = trained({}, 0), data.load("mnist-5k")
    assert run.step / run.recipe.epochs > 50 and run.parameters > 100_000
    assert round(0.5 - 0.1 * 0.2, 10) == 0.48 and round(-0.3 + 0.2 * 0.5, 10) == -0.2
    learned = digits.split(run.recipe.validation_fraction)[0]
    assert round(learned.nbytes / 1e6, 1) == 2.7 and 5.5 < learned.nbytes / run.theta.nbytes < 6.5
    assert trained({"hidden_sizes": (10,)}, 0).parameters == 7_960 == 784 * 10 + 10 + 10 * 10 + 10


@pytest.mark.parametrize("language", SHELF.languages)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_no_text_holds_a_number_that_nothing_backs(lesson, language):
    here = SHELF.lesson(lesson.name, language)
    allowed = known_numbers(here)
    for card in here.cards:
        for text in texts_of(card).values():
            plain = re.sub(r"\{\w+\}", "", text)
            for found in re.findall(r"(?<![\w.,])\d[\d,.]*", plain):
                written = found.rstrip(".,")
                comma = language == "en" or re.fullmatch(r"\d{1,3}(\.\d{3})+", written) is None
                value = float(
                    written.replace(",", "")
                    if language == "en"
                    else (written.replace(",", ".") if comma else written.replace(".", ""))
                )
                assert value in allowed, f"{card.name}: {found} in {text!r}"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_german_is_whole(lesson):
    """Every text of a lesson that holds words has another one in German."""
    german = SHELF.lesson(lesson.name, "de")
    assert german.title != lesson.title and german.belief != lesson.belief
    for ours, theirs in zip(lesson.cards, german.cards, strict=True):
        for name, text in texts_of(ours).items():
            if re.search("[a-z]{2}", text):
                assert texts_of(theirs)[name] != text, f"{ours.name}: {name}"
        # what is printed is the same: no fact is lost in translation
        printed = [re.findall(r"\{\w+\}", "".join(texts_of(c).values())) for c in (ours, theirs)]
        assert sorted(printed[0]) == sorted(printed[1]), ours.name


def test_the_words_of_the_cards_are_whole_in_every_language():
    for language, words in SHELF.words.items():
        assert set(words) == set(SHELF.words["en"]), language
        for key, text in words.items():
            holes = set(re.findall(r"\{\w+\}", text))
            assert holes == set(re.findall(r"\{\w+\}", SHELF.words["en"][key])), (
                f"{language}: {key}"
            )


def test_every_word_that_a_page_asks_for_is_there():
    pages = Path(data.__file__).parents[1] / "pages"
    code = "".join(path.read_text(encoding="utf-8") for path in pages.rglob("*.py"))
    asked = set(re.findall(r"""shelf\.word\(\s*["'](\w+)["']""", code))
    assert len(asked) > 40 and asked <= set(SHELF.words["en"])
