"""Tabs whose contents are made when they are first opened, and made anew when the question changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.frame.pages import Frame
from workbench.views.style.parts import html


class LazyTabs:
    """A first tab that always stands, and parts by title that are called when their tab is opened; the address keeps which."""

    def __init__(self, frame: Frame, first: tuple[str, Any], parts: dict[str, Callable[[], Any]], opened: str) -> None:
        self.frame, self.parts, self.names = frame, parts, [first[0], *parts]
        self.places = {name: pn.Column(sizing_mode="stretch_width", margin=(10, 0)) for name in self.names}
        self.places[first[0]][:] = [first[1]]
        active = next((i for i, name in enumerate(self.names) if name.lower() == opened), 0)
        self.tabs = pmui.Tabs(
            *self.places.items(), active=active, sizing_mode="stretch_width", margin=(14, 0), dynamic=True
        )
        self.tabs.param.watch(self._switch, "active")

    def fill(self) -> None:
        """Make the part whose tab is open, unless it stands."""
        name = self.names[self.tabs.active]
        place = self.places[name]
        if name in self.parts and not len(place):
            place[:] = [
                html('<p class="muted">Working it out; what is asked for the first time takes some seconds …</p>')
            ]
            shown = self.frame.guard(self.parts[name])()
            place[:] = [shown if shown is not None else html("<p>This could not be made; see the message.</p>")]

    def forget(self) -> None:
        """Empty every part: the question is another one."""
        for name in self.parts:
            self.places[name][:] = []

    def _switch(self, event: Any) -> None:
        self.frame.update_url(tab="" if event.new == 0 else self.names[event.new].lower())
        self.fill()
