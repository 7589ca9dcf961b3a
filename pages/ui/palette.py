"""The colors of the charts: one meaning each, told apart by color-blind readers, in light and dark.

Blue and orange differ for every kind of color vision. All are of middle brightness, so that they
stand out on white as well as on near-black.
"""

TRAINING = "#2d7dd2"  # what the network learns from
VALIDATION = "#e8710a"  # what it is judged by
RIGHT = "#0a9373"
CHANGE = "#b65fa3"  # something the learner did midway
MUTED = "#7a8594"
ON_LIGHT, ON_DARK = "#1d2733", "#e6ebf1"  # text inside a chart, as in .streamlit/config.toml
LIGHT, DARK = "#ffffff", "#11161d"  # what a chart stands on, as there
# What is said beside the main thing, as a CSS color; pages/ui/live/chart.js fades likewise.
SOFT = f"color-mix(in srgb, light-dark({ON_LIGHT}, {ON_DARK}) 72%, transparent)"
# A CSS shadow for texts in a chart that lines cross; one alone is too faint.
HALO = ", ".join(4 * [f"0 0 3px light-dark({LIGHT}, {DARK})"])

CLASSES = (  # ten classes: neighbors differ in hue and in brightness
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

LANES = (  # the sides of a comparison: (color, dash, symbol); each alone is enough to tell them
    (TRAINING, "solid", "circle"),
    (VALIDATION, "dash", "diamond"),
    (RIGHT, "dot", "square"),
    (CHANGE, "dashdot", "triangle-up"),
)


def faded(color, alpha):
    """The color, see-through: `alpha` 0 is invisible, 1 is solid.

    >>> faded("#2d7dd2", 0.5)
    'rgba(45, 125, 210, 0.5)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha:g})"
