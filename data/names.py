"""What well-known data sets are called, and what their classes are.

Their files say only numbers. Which set it is, the names of files and folders tell.
"""

import re
import string
from dataclasses import dataclass

DIGITS = tuple("0123456789")  # class names of MNIST
CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
LETTERS = tuple(string.ascii_uppercase)
DIGITS_AND_LETTERS = (*DIGITS, *LETTERS)
BY_CLASS = (*DIGITS_AND_LETTERS, *string.ascii_lowercase)
# Small letters that look like their capitals count as capitals in these 47 classes of EMNIST.
BALANCED = (*DIGITS_AND_LETTERS, *"abdefghnqrt")
KUZUSHIJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
HIRAGANA = (
    *("a", "i", "u", "e", "o", "ka", "ki", "ku", "ke", "ko", "sa", "shi", "su", "se", "so"),
    *("ta", "chi", "tsu", "te", "to", "na", "ni", "nu", "ne", "no", "ha", "hi", "fu", "he", "ho"),
    *("ma", "mi", "mu", "me", "mo", "ya", "yu", "yo", "ra", "ri", "ru", "re", "ro"),
    *("wa", "wi", "we", "wo", "n", "ゝ"),
)


@dataclass(frozen=True)
class Known:
    """A data set that many people have."""

    name: str
    title: str
    class_names: tuple[str, ...]
    first_label: int = 0  # the label of the first class
    transposed: bool = False  # rows and columns of its images are exchanged in its IDX and CSV


_EMNIST = {
    "letters": Known("emnist-letters", "EMNIST Letters", LETTERS, 1, True),
    "balanced": Known("emnist-balanced", "EMNIST Balanced", BALANCED, 0, True),
    "bymerge": Known("emnist-bymerge", "EMNIST By_Merge", BALANCED, 0, True),
    "byclass": Known("emnist-byclass", "EMNIST By_Class", BY_CLASS, 0, True),
    "digits": Known("emnist-digits", "EMNIST Digits", DIGITS, 0, True),
    "mnist": Known("emnist-mnist", "EMNIST MNIST", DIGITS, 0, True),
}
_OTHERS = {  # a word in a name, and the set that it stands for
    "fashion": Known("fashion-mnist", "Fashion-MNIST", CLOTHES),
    "kuzushiji49": Known("k49", "Kuzushiji-49", HIRAGANA),
    "k49": Known("k49", "Kuzushiji-49", HIRAGANA),
    "kuzushiji": Known("kmnist", "Kuzushiji-MNIST", KUZUSHIJI),
    "kmnist": Known("kmnist", "Kuzushiji-MNIST", KUZUSHIJI),
    "qmnist": Known("qmnist", "QMNIST", DIGITS),
    "usps": Known("usps", "USPS", DIGITS),
    "optdigits": Known("optdigits", "UCI digits", DIGITS),
    "semeion": Known("semeion", "Semeion", DIGITS),
}
MNIST = Known("mnist", "MNIST", DIGITS)


def recognize(text: str) -> Known | None:
    """The data set that the name of a file or folder stands for, or None.

    "mnist" must be the whole name: people call their own files mnist_train.csv.

    >>> [recognize(t).name for t in ("FashionMNIST", "emnist-letters-train-images-idx3-ubyte")]
    ['fashion-mnist', 'emnist-letters']
    >>> recognize("MNIST").name, recognize("my-mnist")
    ('mnist', None)
    """
    letters = re.sub("[^a-z0-9]", "", text.lower())
    emnist = re.search("(?:^|[^a-z0-9])emnist(.*)", text.lower())
    if emnist:
        return next((known for word, known in _EMNIST.items() if word in emnist[1]), None)
    if letters == "mnist":
        return MNIST
    return next((known for word, known in _OTHERS.items() if word in letters), None)
