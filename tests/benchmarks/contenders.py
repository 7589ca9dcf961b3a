"""The contenders: each trains the same network on the same digits, one epoch per call.

Each function takes a task and digits (bytes and labels) and returns a function that trains for one
epoch of shuffled digits, written the way users of that library write it; or None if the library
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


def ann_lab(task, images, labels):
    """This project: bytes that are scaled batch by batch, and an event for each step."""
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
    split = Split(images, labels, images[:0], labels[:0])
    state = start(recipe, split)
    events = train(state, split)
    steps = len(images) // task.batch_size

    def epoch():
        """All steps, without the evaluation at the end of the epoch: returns its seconds."""
        for _ in range(steps):
            next(events)
        begun = time.perf_counter()
        assert isinstance(next(events), Epoch)
        return time.perf_counter() - begun

    return epoch


def _torch(task, images, labels, *, fused):
    import torch

    torch.set_num_threads(task.threads)
    x = torch.from_numpy(images.astype(np.float32) / 255)
    y = torch.from_numpy(labels.astype(np.int64))
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

    return epoch


def torch_fused(task, images, labels):
    """PyTorch, eager, with the data in tensors and a fused optimizer."""
    return _torch(task, images, labels, fused=True)


def torch_plain(task, images, labels):
    """PyTorch, eager, with the data in tensors and the default optimizer."""
    return _torch(task, images, labels, fused=False)


def sklearn(task, images, labels):
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
    x, y = images.astype(np.float32) / 255, labels.astype(np.int64)
    return lambda: model.fit(x, y) and None


def _keras(task, images, labels, **compile_options):
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
        optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True), **compile_options
    )
    x, y = images.astype(np.float32) / 255, labels.astype(np.int64)
    marks = []
    note = lambda *_: marks.append(time.perf_counter())  # noqa: E731
    clock = keras.callbacks.LambdaCallback(on_epoch_begin=note, on_epoch_end=note)

    def epoch():
        """The epoch, without what `fit` prepares before it: returns the seconds of that."""
        marks.clear()
        began = time.perf_counter()
        model.fit(x, y, batch_size=task.batch_size, epochs=1, verbose=0, callbacks=[clock])
        return time.perf_counter() - began - (marks[1] - marks[0])

    return epoch


def keras_tensorflow(task, images, labels):
    """Keras on TensorFlow, as its users run it."""
    return _keras(task, images, labels)


def keras_tensorflow_32(task, images, labels):
    """Keras on TensorFlow, 32 steps per execution."""
    return _keras(task, images, labels, steps_per_execution=32)


def keras_jax(task, images, labels):
    """Keras on JAX, as its users run it."""
    return _keras(task, images, labels)


def keras_jax_32(task, images, labels):
    """Keras on JAX, 32 steps per execution."""
    return _keras(task, images, labels, steps_per_execution=32)


def jax_scan(task, images, labels):
    """A limit: the whole epoch, compiled into one program."""
    if task.dropout or task.batch_norm or task.optimizer != "adam":
        return None
    import jax
    import jax.numpy as jnp

    x, y = jnp.asarray(images.astype(np.float32) / 255), jnp.asarray(labels.astype(np.int32))
    sizes = (784, *task.hidden_sizes, 10)
    rng = np.random.default_rng(0)
    theta = [
        (jnp.asarray(rng.normal(0, (2 / a) ** 0.5, (a, b)), jnp.float32), jnp.zeros(b))
        for a, b in itertools.pairwise(sizes)
    ]

    def loss(theta, x, y):
        for w, b in theta[:-1]:
            x = jax.nn.relu(x @ w + b)
        z = x @ theta[-1][0] + theta[-1][1]
        return (jax.nn.logsumexp(z, axis=1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]).mean()

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
        carry[0] = jax.block_until_ready(compiled(carry[0], batches))

    return epoch


def products(task, images, labels):
    """A limit: only the matrix products of an epoch, in NumPy."""
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
        for _ in range(len(images) // n):
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


def serve(name: str) -> None:
    """Answer requests on standard input: a task to prepare, or null for one epoch of it."""
    digits = data.load(DATA)
    answer = sys.stdout
    sys.stdout = sys.stderr  # whatever the libraries print
    epoch = None
    for line in sys.stdin:
        request = json.loads(line)
        if request is not None:
            task = Task.from_json(request)
            x, y = digits.images[: task.digits], digits.labels[: task.digits]
            epoch = CONTENDERS[name](task, x, y)
            reply = epoch is not None
        else:
            begun = time.perf_counter()
            not_counted = epoch() or 0.0
            reply = time.perf_counter() - begun - not_counted
        answer.write(json.dumps(reply) + "\n")
        answer.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
