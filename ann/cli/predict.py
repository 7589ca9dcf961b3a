"""The commands `predict` and `evaluate`: what a saved run makes of images."""

import argparse

import numpy as np

from ann.cli.images import Batch, batches, classes_of
from ann.cli.inputs import (
    DataSet,
    Mistake,
    Outcome,
    Source,
    blaming,
    measured,
    open_data,
    probabilities_of,
    read,
    split_of,
)
from ann.cli.messages import tell
from ann.cli.outputs import check_outputs, write
from ann.evaluation.metrics import Evaluation
from ann.events import Reason
from ann.run import Run
from ann.saving.checkpoint import load_run

TABLE = ("image", "prediction", "confidence")


def predict_command(args: argparse.Namespace, source: Source) -> Outcome:
    """Classify the images in files and folders with a saved run."""
    check_outputs(args)
    run = _read_run(args.run)
    found = batches(args.images, run, source)
    predictions = []
    rows = [TABLE]
    for batch in found:
        for i, row in enumerate(probabilities_of(run, batch.pixels)):
            label = int(row.argmax())
            rows.append((batch.names[i], str(label), f"{row[label]:.1%}"))
            predictions.append(
                {
                    "file": batch.file,
                    "image": batch.names[i],
                    "index": i,
                    "label": label,
                    "probability": float(row[label]),
                    "probabilities": [float(p) for p in row],
                }
            )
    result = {"predictions": predictions, "out": args.out}
    if args.out:
        lines = ["ImageId,Label", *(f"{n},{p['label']}" for n, p in enumerate(predictions, 1))]
        text = "\n".join(lines) + "\n"
        write(args.out, lambda file: file.write(text.encode()))
        return result, f"{len(predictions):,} predictions saved in {args.out}"
    return result, _table(rows)


def _table(rows: list[tuple[str, str, str]]) -> str:
    """Rows in columns of equal width."""
    wide = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "\n".join(
        "  ".join(
            [*(text.ljust(room) for text, room in zip(row, wide, strict=False)), row[-1].rjust(10)]
        )
        for row in rows
    )


def evaluate_command(args: argparse.Namespace, source: Source) -> Outcome:
    """Evaluate a saved run on labeled images in files, or on digits of a data set."""
    run = _read_run(args.run)
    if args.images and (args.data or args.split):
        name = "data" if args.data else "split"
        raise Mistake(f"{name}: is for a data set, not for files of images")
    if args.images:
        return _on_files(args, run, source)
    data = open_data(args.data, source)
    split = args.split or "test"
    images, labels = data.test_images, data.test_labels
    if split == "validation":
        parts = split_of(data, run.recipe)
        images, labels = parts.validation_x, parts.validation_y
        if len(labels) == 0:
            raise Mistake("validation_fraction: is 0 in this run, so it has no validation digits")
    found = measured(run, images, labels)
    result = {
        "split": split,
        **_numbers(found),
        "images": len(labels),
        "data": data.name,
        "fingerprint": data.fingerprint,
        "trained_on_this_data": _trained_on(run, data),
    }
    return result, f"{data.title}: {len(labels):,} {split} images\n{_in_words(found)}"


def _trained_on(run: Run, data: DataSet) -> bool:
    same = run.fingerprint == data.fingerprint
    if not same:
        tell(
            "warning",
            "This run was trained on another data set, which may contain some of these digits.",
        )
    return same


def _on_files(args: argparse.Namespace, run: Run, source: Source) -> Outcome:
    found: list[Batch] = batches(args.images, run, source)
    labels = np.concatenate([classes_of(batch, run.n_classes) for batch in found])
    with blaming():
        evaluation = measured(run, np.concatenate([batch.pixels for batch in found]), labels)
    result = {**_numbers(evaluation), "images": len(labels), "files": args.images}
    kind = "image" if len(labels) == 1 else "images"
    where = args.images[0] if len(args.images) == 1 else f"{len(args.images):,} files"
    return result, f"{where}: {len(labels):,} {kind}\n{_in_words(evaluation)}"


def _numbers(found: Evaluation) -> dict[str, object]:
    return {
        "accuracy": found.accuracy,
        "interval": list(found.interval),
        "loss": found.loss,
        "macro_precision": found.macro_precision,
        "macro_recall": found.macro_recall,
        "macro_f1": found.macro_f1,
    }


def _in_words(found: Evaluation) -> str:
    low, high = found.interval
    return (
        f"accuracy {found.accuracy:.2%} (95% interval {low:.2%} to {high:.2%}), "
        f"loss {found.loss:.4f}, macro F1 {found.macro_f1:.4f}"
    )


def _read_run(path: str) -> Run:
    run = read(path, load_run)
    if run.reason == Reason.DIVERGED:
        tell("warning", run.message)
    return run
