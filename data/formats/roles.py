"""What the name of a file, folder or array says: training or test, images or labels, which set."""

import re
from typing import NamedTuple

_PARTS = {
    "train": ("train", "training", "tra", "trn"),
    "test": ("test", "testing", "t10k", "tes", "tst"),
    "more": ("valid", "validation", "val"),  # more training images: the lab splits by itself
}
_CONTENTS = {
    "images": ("images", "image", "imgs", "img", "x", "pixels"),
    "labels": ("labels", "label", "lbls", "lbl", "y", "targets", "target"),
}
PARTS = {word: part for part, words in _PARTS.items() for word in words}
CONTENTS = {word: what for what, words in _CONTENTS.items() for word in words}
_GLUED = re.compile(r"(x|y|images?|labels?)?(train|test|val)(x|y|images?|labels?)?")


class Role(NamedTuple):
    """What a name says; each is "" if it does not say it."""

    part: str  # "train", "test" or "more"
    content: str  # "images" or "labels"
    prefix: str  # the words before, which name the data set


def role_of(name: str) -> Role:
    """What a name says.

    >>> role_of("emnist-letters-train-images-idx3-ubyte")
    Role(part='train', content='images', prefix='emnist-letters')
    >>> role_of("t10k-labels.idx1-ubyte").part, role_of("y_test").content, role_of("digits.csv")
    ('test', 'labels', Role(part='', content='', prefix='digits-csv'))
    """
    words = []
    for word in re.findall("[a-z0-9]+", re.sub("(?<=[a-z])(?=[A-Z])", "-", name).lower()):
        glued = _GLUED.fullmatch(word)
        words += [part for part in glued.groups() if part] if glued else [word]
    part = next((PARTS[word] for word in words if word in PARTS), "")
    content = next((CONTENTS[word] for word in words if word in CONTENTS), "")
    before = []
    for word in words:
        if word in PARTS:
            break
        if word not in CONTENTS:
            before.append(word)
    return Role(part, content, "-".join(before))
