"""What a run can be measured by: its results and its costs, as the table and the charts name them.

The keys are the names of the fields of `ann.keeping.summary.Summary`.
"""

from dataclasses import dataclass

from pages.ui.words import COSTS as COST_TITLES


@dataclass(frozen=True)
class Measure:
    """One number of a run and how it is shown."""

    title: str  # in a box and along an axis
    heading: str  # of its column, where there is little room
    help: str
    format: str  # of `st.column_config.NumberColumn`
    unit: int = 1  # the column shows the number times this

    @property
    def is_accuracy(self) -> bool:
        """Whether it is a share, from 0 to 1."""
        return self.unit == 100


MEASURES = {
    "validation_accuracy": Measure(
        "Last validation accuracy",
        "Validation",
        "Accuracy on the validation digits after the last epoch.",
        "%.1f%%",
        100,
    ),
    "best_validation_accuracy": Measure(
        "Best validation accuracy",
        "Best",
        "Accuracy on the validation digits after the best epoch.",
        "%.1f%%",
        100,
    ),
    "train_accuracy": Measure(
        "Training accuracy",
        "Training",
        "Accuracy on the training digits after the last epoch.",
        "%.1f%%",
        100,
    ),
    "validation_loss": Measure(
        "Last validation loss", "Loss", "Validation loss after the last epoch.", "%.4f"
    ),
    "best_validation_loss": Measure(
        "Best validation loss", "Best loss", "Validation loss after the best epoch.", "%.4f"
    ),
    "epochs": Measure("Epochs done", "Epochs done", "How many epochs were trained.", "%.1f"),
    "seconds": Measure(
        COST_TITLES["seconds"], "Seconds", "Computing time of the training, in seconds.", "%.1f"
    ),
    "images_seen": Measure(
        COST_TITLES["images_seen"],
        COST_TITLES["images_seen"],
        "How many training digits the network has seen, repeats included.",
        "compact",
    ),
    "multiply_adds": Measure(
        COST_TITLES["multiply_adds"],
        COST_TITLES["multiply_adds"],
        "The work in the matrix products, which is the same on every machine. M: million, "
        "B: billion, T: trillion.",
        "compact",
    ),
    "parameters": Measure(
        "Parameters",
        "Parameters",
        "How many numbers the network learns: weights and biases.",
        "localized",
    ),
}
RESULTS = (
    "best_validation_accuracy",
    "validation_accuracy",
    "train_accuracy",
    "best_validation_loss",
    "seconds",
)
COSTS = ("seconds", "images_seen", "multiply_adds", "parameters", "epochs")
COLUMNS = (  # of the table
    "validation_accuracy",
    "best_validation_accuracy",
    "train_accuracy",
    "validation_loss",
    "epochs",
    "seconds",
    "images_seen",
    "multiply_adds",
    "parameters",
)
