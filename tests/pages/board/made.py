"""A class whose posts are those of real trainings, as short as can be."""

from dataclasses import replace
from functools import cache

import data
from ann.classroom.post import RunPost
from ann.classroom.snapshot import Classroom
from ann.keeping.classrooms import ClassArchive, Membership
from ann.recipe import Recipe
from tests.pages.trained import trained

TINY = Recipe(hidden_sizes=(8,), epochs=1)
SEEDS = (1, 2, 3)


@cache
def post(seed: int) -> RunPost:
    """The post of a real run with this seed; its number is the seed."""
    labels = data.load("mnist-5k").split(TINY.validation_fraction).validation_labels
    return RunPost.of(trained(replace(TINY, seed=seed)).run(), seed, labels)


def fill(archive: ClassArchive, classroom: Classroom, posts: bool = True) -> list[Membership]:
    """Three members join, each with a run of another seed."""
    people = [archive.join(classroom.id, str(seed) * 43) for seed in SEEDS]
    for one, seed in zip(people, SEEDS, strict=True):
        assert not posts or archive.post(one.visitor, post(seed))
    return people
