"""Small parts that the panels of the Explore page share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import panel as pn


def heading(text: str) -> Any:
    """A heading inside the inspector."""
    return pn.pane.HTML(f'<div style="font-weight:600;font-size:14px">{escape(text)}</div>', margin=(14, 0, 4, 0))


def quiet(text: str) -> Any:
    """A line of small, pale text."""
    return pn.pane.HTML(
        f'<div style="font-size:13px;opacity:.7">{escape(text)}</div>', margin=(0, 4), sizing_mode="stretch_width"
    )


def next_turn(function: Callable[[], None]) -> None:
    """Run with the session's next turn, so that what is on screen so far goes out first; at once without a session."""
    document = pn.state.curdoc
    if document is not None and document.session_context is not None:
        document.add_next_tick_callback(partial(function))
    else:
        function()
