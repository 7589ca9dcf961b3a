"""The source of a function that ran, with the line that runs and the numbers after it."""

import html
import re

import streamlit as st

from ann.inside.watch import Line, Watched
from pages.ui import palette
from pages.ui.inside.numbers import three

STYLE = f"""<style>
.source {{ margin: 0; border: 1px solid #7a859440; border-radius: 8px; overflow-x: auto;
  font-size: 0.78rem; line-height: 1.5; padding: 6px 0; background: none; white-space: pre-wrap; }}
.source:focus-visible {{ outline: 2px solid {palette.TRAINING}; }}
.source code {{ display: block; font-size: inherit; background: none; padding: 0; color: inherit;
  white-space: inherit; overflow-wrap: anywhere; }}
.source code > span {{ display: block; position: relative; padding: 0 10px 0 4em;
  border-left: 3px solid transparent; }}
.source code > span::before {{ content: attr(data-line); position: absolute; left: 0; width: 3em;
  text-align: right; color: {palette.SOFT}; font-weight: 400; }}
.source .ran {{ border-left-color: {palette.TRAINING}; }}
.source .not {{ opacity: 0.6; }}
.source .now {{ background: {palette.faded(palette.VALIDATION, 0.2)};
  border-left-color: {palette.VALIDATION}; font-weight: 600; }}
.source em {{ color: {palette.SOFT}; font-style: normal; }}
.source [data-numbers]::after {{ content: attr(data-numbers); display: inline-block;
  font-weight: 600; padding-left: 2em;
  color: color-mix(in srgb, {palette.TRAINING} 75%, light-dark(#000, #fff)); }}
</style>"""
COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")


def show(functions: list[Watched], key: str) -> None:
    """The functions to choose from, the lines to step through, and the source."""
    names = [function.name for function in functions]
    name = names[0]
    if len(names) > 1:
        chosen = st.segmented_control(
            "Function", names, default=names[0], required=True, key=f"{key}.function"
        )
        name = chosen if chosen in names else names[0]
    function = functions[names.index(name)]
    telling = changing(function)
    main = telling_most(function)
    at = telling[main] if telling else len(function.lines) - 1
    if len(telling) > 1:
        number = st.slider(
            "Line that runs",
            1,
            len(telling),
            main + 1,
            key=f"{key}.line.{name}.{len(telling)}",
            help="Steps through the lines that change a number of this weight, in the order in "
            "which they run.",
        )
        at = telling[number - 1]
    st.html(STYLE + code(function, at))
    st.caption(
        f"`{function.file}`, line {function.first}: the function itself, read from its file. "
        "Blue: lines that ran. Orange: the line that runs now. Right of it: this weight's number "
        "after the line."
    )


def changing(function: Watched) -> list[int]:
    """The positions, in `function.lines`, of lines that change a number."""
    return [k for k, line in enumerate(function.lines) if line.changed]


def telling_most(function: Watched) -> int:
    """Which of the `changing` lines is the last to change the number that the function is for."""
    changes = [function.lines[k].changed for k in changing(function)]
    asked = [n for n, changed in enumerate(changes) if function.names[-1] in changed]
    return asked[-1] if asked else len(changes) - 1


def code(function: Watched, at: int) -> str:
    """HTML: the source as it is in the file; the line at this position in `lines` runs now.

    The text is the source and nothing else, so that it can be copied: line numbers and the numbers
    after a line are drawn by the style.
    """
    ran = {line.number for line in function.lines}
    so_far: dict[int, Line] = {line.number: line for line in function.lines[: at + 1]}
    now = function.lines[at].number if function.lines else 0
    rows, docstring = [], 0  # 0: before it, 1: inside, 2: after
    body = function.source.splitlines()
    for number, text in enumerate(body, function.first):
        quotes = text.count('"""')
        inside = docstring == 1 or (docstring == 0 and quotes > 0)
        if docstring == 0 and quotes:
            docstring = 1 if quotes == 1 else 2
        elif docstring == 1 and quotes:
            docstring = 2
        kind = "now" if number == now else "ran" if number in ran else ""
        if not kind and not inside and number > function.first and docstring == 2 and text.strip():
            kind = "not"
        written = f"<em>{html.escape(text)}</em>" if inside else _with_comment(text)
        changed = so_far[number].changed if number in so_far else {}
        numbers = ", ".join(f"{name} = {three(value)}" for name, value in changed.items())
        after = f' data-numbers="{html.escape(numbers, quote=True)}"' if numbers else ""
        mark = ' aria-current="true"' if kind == "now" else ""
        inner = f"<span{after}>{written}</span>\n"
        rows.append(f'<span class="{kind}" data-line="{number}"{mark}>{inner}</span>')
    label = html.escape(f"Source of {function.name}, {function.file}, from line {function.first}")
    return (
        f'<pre class="source" tabindex="0" role="region" aria-label="{label}">'
        f"<code>{''.join(rows)}</code></pre>"
    )


def _with_comment(text: str) -> str:
    found = COMMENT.search(text)
    if found is None:
        return html.escape(text)
    code, comment = text[: found.start()], text[found.start() :]
    return f"{html.escape(code)}<em>{html.escape(comment)}</em>"
