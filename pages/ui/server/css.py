"""Styles that rely on the names of the parts of a page: seen with Streamlit 1.67 and Plotly 7.

After an update of either, read this file, `internals` and `pages/ui/live/` again.
"""

from pages.ui import palette

LARGER = {  # screen -> how much larger than its pixels the canvas is; the last that fits counts
    "(min-width: 375px) and (max-width: 640px)": 1.2,
    "(min-width: 1200px)": 1.4,
    "(min-width: 1400px) and (min-height: 700px)": 1.7,
    "(min-width: 1800px) and (min-height: 900px)": 2.2,
}
DOCK_FROM = 1264  # pixels of a window in which a card fits beside a page
TITLE = "page-title"  # the key of the row with a page's title
NARROW = "narrow"  # the key of a container whose column keeps room for its labels
# Streamlit leaves 80 pixels free on either side, too much for a projector or a zoomed page. On a
# zoomed page, its columns of settings are so narrow that labels break and values are cut off. Its
# gray for captions, axes and texts in charts is too pale to project: below the contrast of 4.5 that
# WCAG requires. `light-dark` follows a change of theme.
STYLE = f"""<style>
@media (min-width: 864px) {{
  .stMainBlockContainer {{ padding-left: 3rem; padding-right: 3rem; }}
}}
@media (min-width: 641px) {{
  .stHorizontalBlock:has(> .stColumn :is(.st-key-settings, .st-key-{NARROW})) {{
    flex-wrap: nowrap;
  }}
  .stHorizontalBlock:has(> .stColumn .st-key-settings) {{
    column-gap: clamp(1.5rem, 10vw - 4rem, 4rem);
  }}
  .stColumn:has(:is(.st-key-settings, .st-key-{NARROW})) {{ min-width: 13rem; }}
  .st-key-settings .stColumn {{ min-width: 6.5rem; }}
}}
.stPlotlyChart .annotation-text {{
  fill: light-dark({palette.ON_LIGHT}, {palette.ON_DARK}) !important;
}}
.stPlotlyChart :is(.xtick text, .ytick text, .xtitle, .ytitle) {{
  fill: {palette.SOFT} !important;
}}
.st-key-{TITLE} {{ align-items: baseline; column-gap: 1rem; row-gap: 0; padding-right: 2.5rem; }}
.st-key-{TITLE} h1 {{ font-size: 1.6rem; padding: 0; }}
.stMain:has(.st-key-{TITLE}) .stMainBlockContainer {{ padding-top: 0.9rem; }}
.stApp:has(.st-key-{TITLE}) .stAppHeader {{ background: none; }}
.stApp:has(.st-key-{TITLE}) :is(.stAppHeader, .stAppHeader *) {{ pointer-events: none; }}
.stApp:has(.st-key-{TITLE}) .stAppHeader :is(button, button *, a, a *) {{ pointer-events: auto; }}
.stApp:has([data-testid="stExpandSidebarButton"]) .st-key-{TITLE} {{ padding-left: 2.75rem; }}
.stMain [data-testid="stCaptionContainer"] {{ opacity: 1; color: {palette.SOFT}; }}
</style>"""


def docked(key: str, first: str = "") -> str:
    """HTML that docks the container with this key at the right of a wide window.

    The page leaves the room free, so that nothing is covered. In a narrow window the container
    stays where it was drawn. The column with the part of the page that the selector `first` finds
    comes before the columns beside it.
    """
    order = f".stColumn .stColumn:has({first}) {{ order: -1; }}" if first else ""
    return f"""<style>
{order}
@media (min-width: {DOCK_FROM}px) {{
  .st-key-{key} {{ position: fixed; right: 1rem; top: 3.5rem; width: 17rem; z-index: 90;
    max-height: calc(100vh - 4.5rem); overflow-y: auto; }}
  .stMainBlockContainer:has(.st-key-{key}) {{ padding-right: 19.5rem !important; }}
}}
@media (min-width: 1400px) {{
  .st-key-{key} {{ width: 20rem; }}
  .stMainBlockContainer:has(.st-key-{key}) {{ padding-right: 22.5rem !important; }}
}}
</style>"""


def large_canvas(key: str, side: int) -> str:
    """HTML that enlarges the container with this key, `side` pixels wide, to suit the screen.

    The canvas in it keeps its pixels and reports the same drawing. Its column stays wide enough: on
    a tablet or a zoomed page, the canvas would be cut off.
    """
    rules = [f".stColumn:has(.st-key-{key}) {{ min-width: {side + 2}px; }}"]
    rules += [
        f"@media {screen} {{ .st-key-{key} {{ zoom: {zoom}; }} "
        f".stColumn:has(.st-key-{key}) {{ min-width: {round(zoom * (side + 2))}px; }} }}"
        for screen, zoom in LARGER.items()
    ]
    beside = f".stHorizontalBlock:has(> .stColumn .st-key-{key}) {{ flex-wrap: nowrap; }}"
    rules += [f"@media (min-width: 1200px) {{ {beside} }}"]
    return f"<style>{chr(10).join(rules)}</style>"
