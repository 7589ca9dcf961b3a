"""What is said beside the results, on stderr."""

import sys


def tell(kind: str, text: str) -> None:
    """Print a "warning" or a "note" in one line."""
    print(f"ann: {kind}: {' '.join(text.split())}", file=sys.stderr)
