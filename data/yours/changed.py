"""Changed copies of data sets: made once, kept in the cache, and listed from then on."""

from collections.abc import Callable, Iterator

from data import cache
from data.checks import DataError
from data.dataset import Arrays, Dataset, Info
from data.preparing.remedies import join_name, mend, split_name
from data.preparing.sight import doubts

MOST_COPIES = 8  # of one data set, because each takes as much room on the disk as the set itself
PREFIX = "changed-"  # begins their keys in the cache


def load(name: str, load_original: Callable[[str], Dataset]) -> Dataset:
    """A changed copy by its name, such as "mine~inverted". Raises DataError."""
    base, remedies = split_name(name)
    try:
        original = load_original(base)
    except DataError:
        for stored in cache.keys(PREFIX):  # the copy can outlive the files it was made of
            described = cache.describe(stored)
            copy = described and described["name"] == name and cache.lookup(stored, [])
            if copy:
                return copy
        raise
    name = join_name(original.name, remedies)
    beginning = f"{PREFIX}{original.fingerprint}-"
    key = beginning + "-".join(remedies)
    made = cache.lookup(key, [])
    if made:
        return made
    copies = [other for other in cache.keys(beginning) if other != key]
    if len(copies) >= MOST_COPIES:
        raise DataError(
            f"{name}: there are {len(copies)} changed copies of {original.name} already; allowed "
            f"are {MOST_COPIES}. Whoever runs the lab can delete {beginning}*.json in data/cache."
        )
    return make(original, name, remedies, key)


def make(original: Dataset, name: str, remedies: tuple[str, ...], key: str) -> Dataset:
    """Apply the remedies to a copy of the data set, and store it in the cache under `key`."""
    parts = [original.images, original.test_images]
    images, test_images = mend(parts, remedies)
    arrays = Arrays(images, original.labels, test_images, original.test_labels)
    return cache.store(
        key,
        arrays,
        name=name,
        title=f"{original.title}, {' and '.join(remedies)}",
        class_names=original.class_names,
        source=f"A copy of {original.title}. {original.source}",
        stamps=[],
        notes=[*original.notes, f"The images were {' and '.join(remedies)}, as you chose."],
        doubts=doubts(images, original.labels, original.class_names),
        ordered=True,
    )


def listed() -> Iterator[tuple[str, Info]]:
    """The copies that have been made, by their names."""
    for key in cache.keys(PREFIX):
        found = cache.describe(key)
        if found and split_name(found["name"])[1]:
            how = "A changed copy, made on the Data page."
            size = f"{sum(file['size'] for file in found['files'].values()) / 1e6:.1f} MB"
            yield found["name"], Info(found["name"], found["title"], True, how, size)
