"""What an open lesson changes on Train: Start waits, sliders are hidden, the forecast is drawn."""

from ann.lessons.lesson import Card, Lesson, Predict, Train
from ann.lessons.measures import CURVES
from ann.lessons.progress import Progress
from ann.recipe import Recipe
from pages.ui.charts import Forecast
from pages.ui.lessons import desk, outcome, shelf
from pages.ui.networks import current


def hold() -> str:
    """Why Start has to wait for a forecast; "" if it need not."""
    found = desk.open_lesson()
    card = found[0].card(found[1].at) if found else None
    if found is None or not isinstance(card, Predict) or not card.question.run:
        return ""
    given = card.name in found[1].forecasts or card.name in found[1].settled
    return "" if given else shelf.word("hold")


def shown() -> tuple[str, ...]:
    """The settings that the open card's training shows; () for all."""
    found = desk.open_lesson()
    card = found[0].card(found[1].at) if found else None
    train = found[0].train_card(card) if found and card else None
    return train.show if train else ()


def is_meant(recipe: Recipe) -> bool:
    """Whether the open lesson asks for this very training: a failure of it is meant."""
    found = desk.open_lesson()
    trains = [card for card in found[0].cards if isinstance(card, Train)] if found else []
    return any(not recipe.differences(card.recipe).keys() - {"seed"} for card in trains)


def forecasts() -> tuple[Forecast, ...]:
    """The learner's forecasts of the training on the page, to draw into its charts."""
    found = desk.open_lesson()
    if found is None:
        return ()
    lesson, progress = found
    card, job = lesson.card(progress.at), current.training().job
    train = lesson.train_card(card) if card else None
    if job:
        recipe = job.view().recipe
        asked_for = [card for card in lesson.cards if isinstance(card, Train)]
        fitting = [one for one in asked_for if not recipe.differences(one.recipe).keys() - {"seed"}]
        train = train if train in fitting else next(iter(fitting), None)
    if train is None:
        return ()
    drawn = (_drawn(lesson, progress, train, card) for card in lesson.cards)
    return tuple(one for one in drawn if one)


def _drawn(lesson: Lesson, progress: Progress, train: Train, card: Card) -> Forecast | None:
    if not isinstance(card, Predict) or card.question.run != train.name:
        return None
    asked, settled = card.question, progress.settled.get(card.name)
    value = settled.forecast if settled else progress.forecasts.get(card.name)
    value = progress.drafts.get(card.name) if value is None else value
    if value is None or asked.measure not in CURVES:
        return None
    part, what = asked.measure.split("_")
    scale = 0.01 if what == "accuracy" else 1.0
    values = tuple(scale * v for v in (value if isinstance(value, (tuple, list)) else (value,)))
    epochs = asked.at if asked.ask == "sketch" else (train.recipe.epochs,)
    gap = ""
    if settled:
        gap = shelf.word("gap", gap=outcome.gap_in_words(asked, settled.gap))
    return Forecast(part, what, tuple(map(float, epochs)), values, shelf.word("forecast"), gap)
