"""Tabs whose contents are made when they are first opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.frame.pages import Frame
from workbench.views.style.parts import html


def lazy_tabs(frame: Frame, parts: dict[str, Callable[[], Any]], opened: str) -> tuple[Any, Callable[[], None]]:
    """Tabs by title; each part is called once, when its tab is opened, and the address keeps which one is.

    The first part is made at once; where the address asks for another, the second value makes it once the page stands.
    """
    names = list(parts)
    places = {name: pn.Column(sizing_mode="stretch_width", margin=(10, 0)) for name in names}

    def fill(name: str) -> None:
        if not len(places[name]):
            places[name][:] = [html('<p class="muted">Working it out …</p>')]
            shown = frame.guard(parts[name])()
            places[name][:] = [shown if shown is not None else html("<p>This could not be made; see the message.</p>")]

    def switch(event: Any) -> None:
        name = names[event.new]
        frame.update_url(tab="" if event.new == 0 else name.lower())
        fill(name)

    active = next((i for i, name in enumerate(names) if name.lower() == opened), 0)
    if active == 0:
        fill(names[0])
    tabs = pmui.Tabs(*places.items(), active=active, sizing_mode="stretch_width", margin=(14, 0), dynamic=True)
    tabs.param.watch(switch, "active")
    return tabs, lambda: fill(names[tabs.active])
