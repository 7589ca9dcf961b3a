"""Names for members of a class: two words that the lab gives, so that nobody types their own."""

import secrets
from collections.abc import Collection

ADJECTIVES = [
    "Able",
    "Agile",
    "Bold",
    "Brave",
    "Bright",
    "Brisk",
    "Busy",
    "Calm",
    "Clever",
    "Cozy",
    "Curious",
    "Daring",
    "Eager",
    "Early",
    "Fair",
    "Fast",
    "Fine",
    "Gentle",
    "Glad",
    "Golden",
    "Happy",
    "Honest",
    "Jolly",
    "Keen",
    "Kind",
    "Lively",
    "Lucky",
    "Merry",
    "Mighty",
    "Neat",
    "Nimble",
    "Noble",
    "Patient",
    "Polite",
    "Proud",
    "Quick",
    "Quiet",
    "Ready",
    "Sharp",
    "Shiny",
    "Silver",
    "Smart",
    "Snowy",
    "Steady",
    "Strong",
    "Sunny",
    "Swift",
    "Tidy",
    "True",
    "Warm",
    "Wise",
    "Witty",
]
ANIMALS = [
    "Badger",
    "Bear",
    "Beaver",
    "Bison",
    "Camel",
    "Cat",
    "Crane",
    "Deer",
    "Dolphin",
    "Dove",
    "Duck",
    "Eagle",
    "Falcon",
    "Finch",
    "Fox",
    "Frog",
    "Gecko",
    "Goose",
    "Hare",
    "Hawk",
    "Hedgehog",
    "Heron",
    "Horse",
    "Ibis",
    "Jay",
    "Koala",
    "Lark",
    "Lemur",
    "Lion",
    "Llama",
    "Lynx",
    "Magpie",
    "Marten",
    "Mole",
    "Moose",
    "Otter",
    "Owl",
    "Panda",
    "Parrot",
    "Pelican",
    "Penguin",
    "Pony",
    "Puffin",
    "Rabbit",
    "Raccoon",
    "Raven",
    "Robin",
    "Seal",
    "Sparrow",
    "Squirrel",
    "Stork",
    "Swan",
    "Tiger",
    "Toucan",
    "Turtle",
    "Walrus",
    "Weasel",
    "Whale",
    "Wolf",
    "Wren",
    "Yak",
    "Zebra",
]


def new_name(taken: Collection[str]) -> str:
    """A random name that nobody in the class has.

    `ValueError` if every name is taken.

    >>> all_but_one = {f"{a} {b}" for a in ADJECTIVES for b in ANIMALS} - {"Calm Otter"}
    >>> new_name(all_but_one)
    'Calm Otter'
    """
    free = [name for a in ADJECTIVES for b in ANIMALS if (name := f"{a} {b}") not in taken]
    if not free:
        raise ValueError(f"names: all {len(ADJECTIVES) * len(ANIMALS):,} are taken")
    return secrets.choice(free)


def is_name(text: str) -> bool:
    """Whether this is one of the lab's names.

    >>> is_name("Calm Otter"), is_name("Anna"), is_name("Calm Anna")
    (True, False, False)
    """
    first, _, second = text.partition(" ")
    return first in ADJECTIVES and second in ANIMALS
