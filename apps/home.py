"""Home."""

from __future__ import annotations

from typing import Any

from workbench.views.frame.pages import Content, Frame, NoState, page
from workbench.views.style.parts import html


@page("/", "Home", order=0)
def home(lab: Any, state: NoState, frame: Frame) -> Content:
    """Start."""
    return Content("Good to see you", html("<div class='card'>Home</div>"), python="lab.data.list()")
