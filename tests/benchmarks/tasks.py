"""What is timed: one epoch of a given network. Which networks, and how fast we must be."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Task:
    """One cell of the grid: a network, a batch size, an optimizer; `threads` for its products."""

    hidden_sizes: tuple[int, ...]
    batch_size: int
    optimizer: str = "adam"
    dropout: float = 0.0
    batch_norm: bool = False
    threads: int = 1
    digits: int = 60_000

    @property
    def name(self) -> str:
        """The label of a row in the table."""
        parts = [str(list(self.hidden_sizes)), str(self.batch_size), self.optimizer]
        parts += ["dropout"] * bool(self.dropout) + ["batch norm"] * self.batch_norm
        return ", ".join(parts)

    def to_json(self) -> dict:
        """The task as plain lists and numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Task":
        """The task that `to_json` wrote."""
        return cls(**(data | {"hidden_sizes": tuple(data["hidden_sizes"])}))


SHAPES = ((10,), (20, 7, 5), (128, 32), (128, 64), (512, 256))
BATCHES = (32, 64, 256, 1024)
CORE_SHAPES = SHAPES[:4]

GRIDS = ("bars", "core", "adam", "rules", "layers", "all")

# The learning rate for each optimizer (it does not change the time).
RATES = {"sgd": 0.1, "momentum": 0.02, "adam": 1e-3}


def grid(name: str, threads: int, digits: int) -> list[Task]:
    """The tasks of a named grid.

    "bars": those with a bar of their own; "core": Adam, small networks and batches; "adam": all
    networks and batches; "rules": other optimizers; "layers": dropout, batch norm; "all" of these.
    """

    def task(shape, batch, **more):
        return Task(shape, batch, threads=threads, digits=digits, **more)

    bars = [task(shape, batch) for shape in SHAPES for batch in BATCHES[:3]]
    core = [task(shape, batch) for shape in CORE_SHAPES for batch in (32, 64)]
    adam = [task(shape, batch) for shape in SHAPES for batch in BATCHES]
    rules = [
        task(shape, batch, optimizer=rule)
        for rule in ("sgd", "momentum")
        for shape in ((10,), (128, 64), (512, 256))
        for batch in BATCHES
    ]
    layers = [
        task((128, 64), batch, **extra)
        for batch in BATCHES
        for extra in ({"dropout": 0.5}, {"batch_norm": True})
    ]
    every = adam + rules + layers
    return dict(zip(GRIDS, (bars, core, adam, rules, layers, every), strict=True))[name]


def most_of(task: Task, peer: str) -> float | None:
    """The bar: the most that our time divided by a peer's may be; None where there is no bar.

    >>> most_of(Task((128, 64), 64), "torch_fused"), most_of(Task((512, 256), 64), "sklearn")
    (0.62, 1.0)
    >>> most_of(Task((128, 64), 64), "jax_scan"), most_of(Task((128, 64), 32), "jax_scan")
    (1.3, None)
    """
    plain = not (task.dropout or task.batch_norm) and task.optimizer == "adam"
    core = plain and task.hidden_sizes in CORE_SHAPES
    if peer == "keras_jax":
        return 1.0 if task.batch_size <= 256 else None
    if peer == "keras_jax_32":
        return 1.0 if core else None
    if peer == "jax_scan":
        return 1.3 if plain and (task.hidden_sizes, task.batch_size) == ((128, 64), 64) else None
    if not peer.startswith(("torch", "sklearn", "keras_tensorflow")):
        return None
    if core:
        small = 0.62 if task.hidden_sizes in ((128, 32), (128, 64)) else 0.5
        return {32: small, 64: small, 256: 0.75}.get(task.batch_size, 1.0)
    return 1.0
