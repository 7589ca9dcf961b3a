"""What the tests of the Draw page share."""

from tests.pages.canvas import canvas

__all__ = ["canvas"]
