"""The colors of the charts, one meaning each, for color-blind readers, in light and dark themes.

Blue and orange look different with every kind of color vision. All colors have medium brightness,
so that they stand out on white as well as on near-black.
"""

TRAINING = "#2d7dd2"  # the training set
VALIDATION = "#e8710a"  # the validation set
MISTAKE = "#c8442f"  # a wrong answer
RIGHT = "#0a9373"  # the true class
CHANGE = "#b65fa3"  # something the learner changed or chose
POSITIVE, NEGATIVE = TRAINING, VALIDATION  # a number's sign, where no sets of data are shown
MUTED = "#7a8594"
ON_LIGHT, ON_DARK = "#1d2733", "#e6ebf1"  # text inside a chart, as in .streamlit/config.toml
LIGHT, DARK = "#ffffff", "#11161d"  # the background of a chart, as there
# For secondary text, as a CSS color; pages/ui/live/chart.js does the same.
SOFT = f"color-mix(in srgb, light-dark({ON_LIGHT}, {ON_DARK}) 72%, transparent)"
# A CSS shadow for text in a chart that lines may cross; a single one is too faint.
HALO = ", ".join(4 * [f"0 0 3px light-dark({LIGHT}, {DARK})"])

CLASSES = (  # of ten classes or runs: neighbors differ in hue and in brightness
    "#2d7dd2",
    "#a8871a",
    "#0a9373",
    "#b65fa3",
    "#c8442f",
    "#56a8dd",
    "#8a5a2b",
    "#6b5fc7",
    "#7a8594",
    "#3e9b35",
)

LANES = (  # of a comparison: (color, dash, symbol), each of which alone tells the lanes apart
    (TRAINING, "solid", "circle"),
    ("#a8871a", "dash", "diamond"),  # gold, because orange is the validation set
    (RIGHT, "dot", "square"),
    (CHANGE, "dashdot", "triangle-up"),
)

# From the worst to the best: each step is lighter than the one before, so that the order can be
# seen with every kind of color vision. Cividis, by Nuñez, Anderton and Renslow (2018).
SEQUENTIAL = (
    "#00224e",
    "#123570",
    "#3b496c",
    "#575d6d",
    "#707173",
    "#8a8678",
    "#a59c74",
    "#c3b369",
    "#e1cc55",
    "#fee838",
)


def sequential(share: float) -> str:
    """The color of SEQUENTIAL at a share from 0 (worst) to 1 (best).

    >>> sequential(0), sequential(1)
    ('rgb(0, 34, 78)', 'rgb(254, 232, 56)')
    """
    at = min(max(share, 0.0), 1.0) * (len(SEQUENTIAL) - 1)
    low = min(int(at), len(SEQUENTIAL) - 2)
    mixed = [
        round(a + (b - a) * (at - low))
        for a, b in zip(channels(SEQUENTIAL[low]), channels(SEQUENTIAL[low + 1]), strict=True)
    ]
    return f"rgb({', '.join(map(str, mixed))})"


def faded(color: str, alpha: float) -> str:
    """The color with an opacity: `alpha` 0 is invisible, 1 is solid.

    >>> faded("#2d7dd2", 0.5)
    'rgba(45, 125, 210, 0.5)'
    """
    red, green, blue = channels(color)
    return f"rgba({red}, {green}, {blue}, {alpha:g})"


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue of a color, each from 0 to 255.

    >>> channels("#2d7dd2")
    (45, 125, 210)
    """
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
