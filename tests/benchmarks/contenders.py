"""The contenders: each trains the same network on the same digits, one epoch per call.

Each function takes a task and digits (bytes and labels) and returns a function for one epoch: it
trains on the shuffled digits, measures loss and accuracy on those held out for validation, and
returns both. It is written the way users of that library write it; or it is None if the library
cannot do the task. Each contender runs in a process of its own:
`python -m tests.benchmarks.contenders NAME` reads tasks and requests as lines of JSON.
"""

import itertools
import json
import os
import sys
import time

import numpy as np

import data
from tests.benchmarks.tasks import RATES, Task

DATA = os.environ.get("ANN_DATA") or "mnist"  # name or folder
HELD_OUT = 0.15  # share of the digits for validation, as in the lab
CPU_TIME = "ANN_BENCHMARK_CPU_TIME"  # set by `speed --cpu-time`
clock = time.process_time if CPU_TIME in os.environ else time.perf_counter  # seconds
MEASURED = 1024  # digits in a batch of validation: without gradients, batches may be larger


def ann_lab(task, digits):
    """This project: bytes that are scaled batch by batch, and an event for each step.

    At the end of an epoch it measures more than the others: also the first 5,000 training digits.
    """
    from ann.events import Epoch
    from ann.recipe import Recipe
    from ann.state import Split, start
    from ann.train import train

    recipe = Recipe(
        hidden_sizes=task.hidden_sizes,
        batch_size=task.batch_size,
        optimizer=task.optimizer,
        learning_rate=RATES[task.optimizer],
        dropout=task.dropout,
        batch_norm=task.batch_norm,
        epochs=1000,
    )
    steps = len(digits.train_labels) // task.batch_size
    n = steps * task.batch_size  # for whole batches, like everyone else
    split = Split(digits.train_images[:n], digits.train_labels[:n], *digits[2:])
    state = start(recipe, split)
    events = train(state, split)

    def epoch():
        done = next(event for event in events if isinstance(event, Epoch))
        return done.validation_loss, done.validation_accuracy

    return epoch


def scaled(digits):
    """The four arrays of `digits` as floats from 0 to 1 and long integers, as others take them."""
    x, y, held_x, held_y = digits
    images = (part.astype(np.float32) / 255 for part in (x, held_x))
    labels = (part.astype(np.int64) for part in (y, held_y))
    return [part for pair in zip(images, labels, strict=True) for part in pair]


def _torch(task, digits, *, fused):
    import torch

    torch.set_num_threads(task.threads)
    x, y, held_x, held_y = map(torch.from_numpy, scaled(digits))
    layers, width = [], 784
    for size in task.hidden_sizes:
        layers.append(torch.nn.Linear(width, size, bias=not task.batch_norm))
        layers += [torch.nn.BatchNorm1d(size)] * task.batch_norm
        layers.append(torch.nn.ReLU())
        layers += [torch.nn.Dropout(task.dropout)] * bool(task.dropout)
        width = size
    model = torch.nn.Sequential(*layers, torch.nn.Linear(width, 10)).train()
    rate = RATES[task.optimizer]
    if task.optimizer == "adam":
        optimizer = torch.optim.Adam(model.parameters(), lr=rate, fused=fused)
    else:
        momentum = 0.9 if task.optimizer == "momentum" else 0.0
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum, fused=fused)
    loss_of = torch.nn.CrossEntropyLoss()

    def epoch():
        order = torch.randperm(len(x))
        for i in range(0, len(x) - task.batch_size + 1, task.batch_size):
            batch = order[i : i + task.batch_size]
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(x[batch]), y[batch])
            loss.backward()
            optimizer.step()
        return measure()

    def measure():
        """Loss and accuracy on the held-out digits."""
        model.eval()
        loss, right = 0.0, 0
        with torch.inference_mode():
            for x, y in zip(held_x.split(MEASURED), held_y.split(MEASURED), strict=True):
                z = model(x)
                loss += loss_of(z, y).item() * len(y)
                right += (z.argmax(1) == y).sum().item()
        model.train()
        return loss / len(held_y), right / len(held_y)

    return epoch


def torch_fused(task, digits):
    """PyTorch, eager, with the data in tensors and a fused optimizer."""
    return _torch(task, digits, fused=True)


def torch_plain(task, digits):
    """PyTorch, eager, with the data in tensors and the default optimizer."""
    return _torch(task, digits, fused=False)


def sklearn(task, digits):
    """scikit-learn's MLPClassifier: one epoch per call of `fit`, with a warm start."""
    if task.dropout or task.batch_norm:
        return None
    import warnings

    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    solver = "adam" if task.optimizer == "adam" else "sgd"
    model = MLPClassifier(
        task.hidden_sizes,
        solver=solver,
        batch_size=task.batch_size,
        learning_rate_init=RATES[task.optimizer],
        momentum=0.9 if task.optimizer == "momentum" else 0.0,
        alpha=0.0,
        max_iter=1,
        warm_start=True,
    )
    x, y, held_x, held_y = scaled(digits)

    def epoch():
        p = model.fit(x, y).predict_proba(held_x)
        of_label = p[np.arange(len(held_y)), held_y]
        loss = -np.log(np.maximum(of_label, 1e-38)).mean()
        return float(loss), float((p.argmax(axis=1) == held_y).mean())

    return epoch


def _keras(task, digits, **compile_options):
    import keras

    layers = [keras.Input((784,))]
    for size in task.hidden_sizes:
        layers.append(keras.layers.Dense(size, use_bias=not task.batch_norm))
        if task.batch_norm:
            layers.append(keras.layers.BatchNormalization())
        layers.append(keras.layers.Activation("relu"))
        if task.dropout:
            layers.append(keras.layers.Dropout(task.dropout))
    model = keras.Sequential([*layers, keras.layers.Dense(10)])
    rate = RATES[task.optimizer]
    optimizer = keras.optimizers.Adam(rate)
    if task.optimizer != "adam":
        optimizer = keras.optimizers.SGD(rate, 0.9 if task.optimizer == "momentum" else 0.0)
    model.compile(
        optimizer,
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        **compile_options,
    )
    x, y, held_x, held_y = scaled(digits)
    held_out = {"validation_data": (held_x, held_y), "validation_batch_size": MEASURED}
    if keras.backend.backend() == "tensorflow":  # prepared once: each `fit` would copy the arrays
        import tensorflow as tf

        pairs = tf.data.Dataset.from_tensor_slices((held_x, held_y))
        held_out = {"validation_data": pairs.batch(MEASURED)}
    marks = []
    note = lambda *_: marks.append(clock())  # noqa: E731
    ends = keras.callbacks.LambdaCallback(on_epoch_begin=note, on_epoch_end=note)
    options = {"batch_size": task.batch_size, "verbose": 0, "callbacks": [ends]} | held_out

    def epoch():
        """As always; what `fit` prepares before the epoch is the third of what it returns."""
        marks.clear()
        began = clock()
        found = model.fit(x, y, **options).history
        prepared = clock() - began - (marks[1] - marks[0])
        return found["val_loss"][0], found["val_accuracy"][0], prepared

    return epoch


def keras_tensorflow(task, digits):
    """Keras on TensorFlow, as its users run it."""
    return _keras(task, digits)


def keras_tensorflow_32(task, digits):
    """Keras on TensorFlow, 32 steps per execution."""
    return _keras(task, digits, steps_per_execution=32)


def keras_jax(task, digits):
    """Keras on JAX, as its users run it."""
    return _keras(task, digits)


def keras_jax_32(task, digits):
    """Keras on JAX, 32 steps per execution."""
    return _keras(task, digits, steps_per_execution=32)


def jax_scan(task, digits):
    """A limit: the whole epoch, compiled into one program."""
    if task.dropout or task.batch_norm or task.optimizer != "adam":
        return None
    import jax
    import jax.numpy as jnp

    x, y, held_x, held_y = map(jnp.asarray, scaled(digits))
    sizes = (784, *task.hidden_sizes, 10)
    rng = np.random.default_rng(0)
    theta = [
        (jnp.asarray(rng.normal(0, (2 / a) ** 0.5, (a, b)), jnp.float32), jnp.zeros(b))
        for a, b in itertools.pairwise(sizes)
    ]

    def logits(theta, x):
        for w, b in theta[:-1]:
            x = jax.nn.relu(x @ w + b)
        return x @ theta[-1][0] + theta[-1][1]

    def loss_of(z, y):
        return (jax.nn.logsumexp(z, axis=1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]).mean()

    def loss(theta, x, y):
        return loss_of(logits(theta, x), y)

    @jax.jit
    def measure(theta):
        z = logits(theta, held_x)
        return loss_of(z, held_y), (z.argmax(axis=1) == held_y).mean()

    def step(carry, batch):
        theta, m, v, t = carry
        g = jax.grad(loss)(theta, x[batch], y[batch])
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        theta = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), theta, m, v)
        return (theta, m, v, t), 0.0

    compiled = jax.jit(lambda carry, batches: jax.lax.scan(step, carry, batches)[0])
    zeros = jax.tree.map(jnp.zeros_like, theta)
    carry, steps = [(theta, zeros, zeros, jnp.float32(0))], len(x) // task.batch_size

    def epoch():
        order = rng.permutation(len(x))[: steps * task.batch_size]
        batches = jnp.asarray(order.reshape(steps, task.batch_size))
        carry[0] = compiled(carry[0], batches)
        return tuple(map(float, measure(carry[0][0])))

    return epoch


def products(task, digits):
    """A limit: only the matrix products of the steps of an epoch, in NumPy; it measures nothing."""
    sizes = (784, *task.hidden_sizes, 10)
    rng = np.random.default_rng(0)
    n = task.batch_size

    def array(*shape):
        return rng.normal(size=shape).astype(np.float32)

    layers = [
        (array(n, a), array(a, b), array(n, b), array(a, b), array(n, a))
        for a, b in itertools.pairwise(sizes)
    ]

    def epoch():
        for _ in range(len(digits.train_labels) // n):
            for x, w, z, _, _ in layers:
                np.matmul(x, w, out=z)
            for i, (x, w, delta, gradient, below) in enumerate(layers):
                np.matmul(x.T, delta, out=gradient)
                if i:
                    np.matmul(delta, w.T, out=below)

    return epoch


PEERS = (
    ann_lab,
    torch_fused,
    torch_plain,
    sklearn,
    keras_tensorflow,
    keras_tensorflow_32,
    keras_jax,
    keras_jax_32,
    jax_scan,
    products,
)
CONTENDERS = {function.__name__: function for function in PEERS}
MODULES = {"torch": "torch", "sklearn": "sklearn", "keras": "keras", "jax": "jax"}


def first(digits: data.Dataset, count: int) -> data.Split:
    """The first digits of a data set, HELD_OUT of them held out for validation."""
    cut = count - round(HELD_OUT * count)
    x, y = digits.images, digits.labels
    return data.Split(x[:cut], y[:cut], x[cut:count], y[cut:count])


def serve(name: str) -> None:
    """Answer requests on standard input: a task to prepare, or null for one epoch of it."""
    everything = data.load(DATA)
    answer = sys.stdout
    sys.stdout = sys.stderr  # whatever the libraries print
    epoch = None
    for line in sys.stdin:
        request = json.loads(line)
        if request is not None:
            task = Task.from_json(request)
            epoch = CONTENDERS[name](task, first(everything, task.digits))
            reply = epoch is not None
        else:
            begun = clock()
            loss, accuracy, *prepared = epoch() or (None, None)
            seconds = clock() - begun - sum(prepared)
            reply = {"seconds": seconds, "loss": loss, "accuracy": accuracy}
        answer.write(json.dumps(reply) + "\n")
        answer.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
