"""The style sheet of pages with something live: the curves are in the first window.

That also holds for a projector (1024 by 768 pixels) and at a zoom of 200%, where a window is as
small as 640 by 360. It leans on the classes of Streamlit 1.67; the browser tests check it.
"""

from pages.ui.server import css

CONTROLS = "live-controls"  # the key of the row with the buttons of what is live
OPTIONS = "live-options"  # and of the row with the choices of how it looks
SCORES = "scores-"  # begins the keys of rows of numbers
CURVES = "live-curves-"  # and those of containers with curves
LIVE = "live-view-"  # and those of all that is live; in a narrow window it comes before settings
# Numbers are short, curves that would be too narrow are below each other, and in a low window the
# numbers come after the curves.
STYLE = f"""<style>
.st-key-{CONTROLS}, .st-key-{OPTIONS} {{ gap: 0.5rem; }}
.st-key-{OPTIONS} [data-testid="stButtonGroup"] button {{ min-height: 2rem; padding: 0 0.5rem; }}
[class*="st-key-{SCORES}"] {{ gap: 0.5rem; align-items: end; }}
[class*="st-key-{SCORES}"] > * {{ flex: 1 1 5rem !important; width: 5rem !important; }}
[class*="st-key-{SCORES}"] label * {{ white-space: normal; overflow: visible; line-height: 1.2; }}
[class*="st-key-{SCORES}"] [data-testid="stMetric"] {{
  display: flex; flex-wrap: wrap; align-items: baseline; column-gap: 0.5rem;
}}
[class*="st-key-{SCORES}"] [data-testid="stMetric"] > :first-child {{ flex: 1 0 100%; }}
[class*="st-key-{SCORES}"] [data-testid="stMetricValue"] {{ font-size: 1.3rem; padding: 0; }}
[class*="st-key-{SCORES}"] [data-testid="stMetricDelta"] {{
  background: none; padding: 0; font-size: 0.8rem;
}}
[class*="st-key-{SCORES}"] [data-testid="stMetricDelta"] * {{
  white-space: normal; overflow: visible; line-height: 1.2;
}}
[class*="st-key-{CURVES}"] .stColumn {{ min-width: min(17rem, 100%); }}
[class*="st-key-{LIVE}"] {{ gap: 0.75rem; }}
[class*="st-key-{LIVE}"] > :first-child p {{
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
}}
@media (min-width: 641px) and (max-width: 1100px) and (min-height: 501px) {{
  /* room for two lines from the start, so that nothing moves when one is not enough */
  [class*="st-key-{SCORES}"] [data-testid="stMetricDelta"] {{ min-height: 2.4em; }}
}}
@media (max-width: 640px) {{
  [class*="st-key-{SCORES}"] > * {{ flex-basis: 40% !important; }}
  .stColumn:has(.st-key-settings):has(+ .stColumn [class*="st-key-{LIVE}"]) {{ order: 1; }}
}}
@media (max-width: 480px) {{
  .stMain:has([class*="st-key-{LIVE}"]) .st-key-{css.TITLE} [data-testid="stMarkdown"] {{
    display: none;
  }}
  [class*="st-key-{SCORES}"] > * {{ flex: 1 1 40% !important; width: 40% !important; }}
}}
@media (max-height: 500px) {{
  .st-key-{css.TITLE} [data-testid="stMarkdown"] {{ display: none; }}
  .stMain:has([class*="st-key-{LIVE}"]) .stMainBlockContainer {{ padding-top: 0.5rem; }}
  .stMainBlockContainer > .stVerticalBlock:has([class*="st-key-{LIVE}"]) {{ gap: 0.5rem; }}
  .stColumn:has([class*="st-key-{LIVE}"]) .stVerticalBlock {{ gap: 0.4rem; }}
  .st-key-{css.TITLE} h1 {{ font-size: 1.2rem; }}
  .st-key-{CONTROLS} button {{ min-height: 2rem; padding: 0 0.5rem; }}
  [class*="st-key-{LIVE}"] > :has(> [class*="st-key-{CURVES}"]) {{ order: -1; }}
  [class*="st-key-{LIVE}"] > :first-child {{ order: -2; }}
}}
</style>"""
