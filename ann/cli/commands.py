"""The commands `bench` and `presets`."""

import argparse
from dataclasses import asdict, replace
from time import perf_counter

from ann.cli.inputs import Mistake, Outcome, Source, open_data, recipe_of, split_of
from ann.events import Step
from ann.recipe import FIELDS
from ann.recipes.presets import PRESETS
from ann.state import start
from ann.train import train

WARM_UP_STEPS = 3  # not timed: the first steps take longer than the others


def bench_command(args: argparse.Namespace, source: Source) -> Outcome:
    """Time training steps alone, without measuring between epochs and without drawing."""
    if not 0 < args.measure <= 3600:
        raise Mistake(f"measure: {args.measure:g} is outside 0 to 3600 seconds")
    recipe = replace(recipe_of(args), epochs=int(FIELDS["epochs"].high), patience=0)
    data = open_data(args.data, source)
    split = split_of(data, recipe)
    state = start(recipe, split, len(data.class_names))
    steps, images, seconds = 0, 0, 0.0
    events, began = train(state, split), perf_counter()
    while perf_counter() - began < args.measure or not seconds:
        before, seen = perf_counter(), state.images_seen
        event = next(events, None)
        if event is None:
            break
        if isinstance(event, Step) and state.step > WARM_UP_STEPS:
            seconds += perf_counter() - before
            images += state.images_seen - seen
            steps += 1
    if not steps:
        raise Mistake(
            f"learning_rate: {recipe.learning_rate:g} makes training diverge before a step is timed"
        )
    result = {
        "images_per_second": images / seconds,
        "milliseconds_per_step": 1000 * seconds / steps,
        "steps": steps,
        "parameters": state.network.n_parameters,
        "recipe": recipe_of(args).differences(),
        "data": data.name,
    }
    text = (
        f"{result['images_per_second']:,.0f} images/s, "
        f"{result['milliseconds_per_step']:.2f} ms per step, "
        f"{result['parameters']:,} parameters ({steps:,} steps)"
    )
    return result, text


def presets_command(args: argparse.Namespace, source: Source) -> Outcome:
    """List the presets."""
    width = max(map(len, PRESETS))
    lines = (
        f"{p.name:{width}}  {p.title}: {p.headline or p.source_note}" for p in PRESETS.values()
    )
    entries = [asdict(p) | {"recipe": p.recipe.differences()} for p in PRESETS.values()]
    return {"presets": entries}, "\n".join(lines)
