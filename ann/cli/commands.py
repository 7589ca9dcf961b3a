"""The commands `evaluate`, `predict`, `bench` and `presets`."""

import argparse
from dataclasses import asdict, replace
from time import perf_counter

import numpy as np

from ann.cli.inputs import (
    Load,
    Mistake,
    Outcome,
    blaming,
    measured,
    open_data,
    probabilities_of,
    read,
    recipe_of,
    split_of,
)
from ann.events import Step
from ann.hyperparameters.field import reason
from ann.recipe import FIELDS
from ann.recipes.presets import PRESETS
from ann.saving.checkpoint import load_run
from ann.state import start
from ann.train import train

WARM_UP_STEPS = 3  # not timed: the first steps take longer than the others


def evaluate_command(args: argparse.Namespace, load: Load) -> Outcome:
    """Evaluate a saved run on test or validation digits."""
    run = read(args.run, load_run)
    data = open_data(args.data, load)
    images, labels = data.test_images, data.test_labels
    if args.split == "validation":
        split = split_of(data, run.recipe)
        images, labels = split.validation_x, split.validation_y
        if len(labels) == 0:
            raise Mistake("validation_fraction: is 0 in this run, so it has no validation digits")
    found = measured(run, images, labels)
    same = run.fingerprint == data.fingerprint
    result = {
        "split": args.split,
        "accuracy": found.accuracy,
        "interval": list(found.interval),
        "loss": found.loss,
        "macro_precision": found.macro_precision,
        "macro_recall": found.macro_recall,
        "macro_f1": found.macro_f1,
        "images": len(labels),
        "data": data.name,
        "fingerprint": data.fingerprint,
        "trained_on_this_data": same,
    }
    low, high = found.interval
    text = (
        f"{data.title}: {len(labels):,} {args.split} images\n"
        f"accuracy {found.accuracy:.2%} (95% interval {low:.2%} to {high:.2%}), "
        f"loss {found.loss:.4f}, macro F1 {found.macro_f1:.4f}"
    )
    if not same:
        text += (
            "\nThis run was trained on another data set, which may contain some of these digits."
        )
    return result, text


def read_images(name: str, n_features: int) -> np.ndarray:
    """The images (N, D) in a `.npy` file."""
    with blaming(name):
        try:
            # mapped, so that no memory is allocated for what the file only claims to hold
            images = np.load(name, mmap_mode="r", allow_pickle=False)
        except OSError:
            raise
        except Exception as error:  # NumPy can raise nearly anything for a damaged file
            raise ValueError(f"not an array that NumPy can read ({reason(error)})") from error
        if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
            kind = getattr(images, "dtype", "an archive")
            raise ValueError(f"holds {kind}; needs an array of uint8, 0 to 255")
        rows = [n for n in range(images.ndim + 1) if np.prod(images.shape[n:]) == n_features]
        if images.size == 0 or not rows:
            raise ValueError(f"shape {images.shape}; needs images of {n_features} pixels")
        return images.reshape(-1, n_features)


def predict_command(args: argparse.Namespace, load: Load) -> Outcome:
    """Classify digits in files with a saved run."""
    run = read(args.run, load_run)
    predictions = []
    for name in args.images:
        for i, row in enumerate(probabilities_of(run, read_images(name, run.n_features))):
            label = int(row.argmax())
            predictions.append(
                {
                    "file": name,
                    "index": i,
                    "label": label,
                    "probability": float(row[label]),
                    "probabilities": [float(p) for p in row],
                }
            )
    lines = (
        f"{p['file']} [{p['index']}]: {p['label']} ({p['probability']:.1%})" for p in predictions
    )
    return {"predictions": predictions}, "\n".join(lines)


def bench_command(args: argparse.Namespace, load: Load) -> Outcome:
    """Time training steps alone, without measuring between epochs and without drawing."""
    if not 0 < args.measure <= 3600:
        raise Mistake(f"measure: {args.measure:g} is outside 0 to 3600 seconds")
    recipe = replace(recipe_of(args), epochs=int(FIELDS["epochs"].high), patience=0)
    data = open_data(args.data, load)
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


def presets_command(args: argparse.Namespace, load: Load) -> Outcome:
    """List the presets."""
    width = max(map(len, PRESETS))
    lines = (
        f"{p.name:{width}}  {p.title}: {p.headline or p.source_note}" for p in PRESETS.values()
    )
    entries = [asdict(p) | {"recipe": p.recipe.differences()} for p in PRESETS.values()]
    return {"presets": entries}, "\n".join(lines)
