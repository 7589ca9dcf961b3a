"""The colors of the charts, one meaning each, for color-blind readers, in light and dark themes.

Blue and orange look different with every kind of color vision. All colors have medium brightness,
so that they stand out on white as well as on near-black.
"""

TRAINING = "#2d7dd2"  # the training set
VALIDATION = "#e8710a"  # the validation set, and mistakes
RIGHT = "#0a9373"  # the true class
CHANGE = "#b65fa3"  # something the learner changed or chose
MUTED = "#7a8594"
ON_LIGHT, ON_DARK = "#1d2733", "#e6ebf1"  # text inside a chart, as in .streamlit/config.toml
LIGHT, DARK = "#ffffff", "#11161d"  # the background of a chart, as there
# For secondary text, as a CSS color; pages/ui/live/chart.js does the same.
SOFT = f"color-mix(in srgb, light-dark({ON_LIGHT}, {ON_DARK}) 72%, transparent)"
# A CSS shadow for text in a chart that lines may cross; a single one is too faint.
HALO = ", ".join(4 * [f"0 0 3px light-dark({LIGHT}, {DARK})"])

CLASSES = (  # of ten classes or runs: neighbors differ in hue and in brightness
    "#2d7dd2",
    "#e8710a",
    "#0a9373",
    "#b65fa3",
    "#c8442f",
    "#56a8dd",
    "#a8871a",
    "#6b5fc7",
    "#7a8594",
    "#3e9b35",
)

LANES = (  # of a comparison: (color, dash, symbol), each of which alone tells the lanes apart
    (TRAINING, "solid", "circle"),
    (VALIDATION, "dash", "diamond"),
    (RIGHT, "dot", "square"),
    (CHANGE, "dashdot", "triangle-up"),
)


def faded(color: str, alpha: float) -> str:
    """The color with an opacity: `alpha` 0 is invisible, 1 is solid.

    >>> faded("#2d7dd2", 0.5)
    'rgba(45, 125, 210, 0.5)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha:g})"
