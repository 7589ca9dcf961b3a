"""A short piece of a curve as HTML, for titles and legends outside a chart."""

DASHES = {"solid": (33,), "dash": (8, 4), "dot": (3, 3), "dashdot": (8, 3, 3, 3)}  # pixels
STYLE = "display: inline-block; width: 33px; height: 3px; flex: none; vertical-align: middle"


def line_sample(color: str, dash: str) -> str:
    """33 pixels of a line in a color and a dash, as Plotly draws it.

    >>> line_sample("#fff", "dash").partition("background: ")[2]
    'repeating-linear-gradient(90deg, #fff 0px 8px, transparent 8px 12px)"></i>'
    """
    parts, end = [], 0
    for number, length in enumerate(DASHES[dash]):
        parts.append(f"{'transparent' if number % 2 else color} {end}px {end + length}px")
        end += length
    line = f"repeating-linear-gradient(90deg, {', '.join(parts)})"
    return f'<i style="{STYLE}; background: {line}"></i>'
