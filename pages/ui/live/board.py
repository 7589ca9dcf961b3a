"""The style of the board of a class, which can be read from eight meters.

Type of 24 pixels in a window of 1280 by 720 is large enough for that, and it grows with the window.
On a phone it is as large as elsewhere. It leans on the classes of Streamlit 1.67.
"""

from pages.ui.server import css

CONTROLS, HEADLINE = "board-controls", "board-headline"  # keys of containers
PROJECTED = "(min-width: 900px)"
STYLE = f"""<style>
:root {{ --board: 1rem; }}
.st-key-{CONTROLS} {{ row-gap: 0.25rem; }}
.st-key-{HEADLINE} p {{ font-size: var(--board); line-height: 1.3; }}
@media {PROJECTED} {{
  :root {{ --board: max(24px, min(1.875vw, 3.334vh)); }}
  .stMain .stMainBlockContainer {{ padding: 0.5rem 1.5rem 0; }}
  .stMainBlockContainer > .stVerticalBlock {{ gap: 0.5rem; }}
  .st-key-{CONTROLS} :is(button, label) :is(p, div), .st-key-{css.TITLE} p,
  .st-key-{css.TITLE} h1, .stPopover button p {{
    font-size: var(--board) !important; line-height: 1.3;
  }}
  .st-key-{CONTROLS} [data-testid="stButtonGroup"] button {{
    padding: 0.1rem 0.6rem; height: auto; min-height: 2.4rem;
  }}
  .st-key-{CONTROLS} label {{ align-items: center; }}
  .st-key-{HEADLINE} [data-testid="stMarkdownContainer"] {{ margin: 0; }}
  .st-key-{HEADLINE} p {{ margin: 0; }}
  .stPopoverBody {{ max-width: 90vw !important; width: max-content; }}
  .stMain [data-testid="stAlert"] p {{ font-size: var(--board); }}
}}
</style>"""
