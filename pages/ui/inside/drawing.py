"""The learner's latest drawing, which Draw makes and the pages of Inside look at."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pages.ui import session


@dataclass
class Latest:
    """A visitor's latest drawing, as the network gets it."""

    picture: npt.NDArray[np.uint8] | None = None  # (784,); None: the canvas is empty


def keep(picture: npt.NDArray[np.uint8] | None) -> None:
    """Remember what is on the canvas now."""
    session.keep(Latest).picture = picture


def latest() -> npt.NDArray[np.uint8] | None:
    """What is on the canvas of Draw, (784,) uint8; None if it is empty."""
    return session.keep(Latest).picture
