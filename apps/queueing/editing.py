"""Priority, tags and cost of a hypothesis: changed with the reason, the old values kept in its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.nouns import Hypothesis
from workbench.nouns.hypothesis import PRIORITIES
from workbench.views.frame.pages import Frame
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab

CLOSED = ("resolved", "withdrawn")
COUNTED = ("draft", "proposed", "approved")  # later the wells are what was laid out


class Editing:
    """`changed` is called after a change, also after one that came too late."""

    def __init__(self, lab: Lab, item: Hypothesis, frame: Frame, changed: Callable[[], None]) -> None:
        self.lab, self.item, self.frame, self.changed = lab, item, frame, changed
        wide = {"size": "small", "sizing_mode": "stretch_width", "margin": (6, 0)}
        levels = {PRIORITIES[level].capitalize(): level for level in sorted(PRIORITIES, reverse=True)}
        self.priority = pmui.Select(label="Priority", options=levels, value=item.priority, **wide)
        self.tags = pmui.TextInput(label="Tags, by comma", value=", ".join(item.tags), **wide)
        self.cost = pmui.FloatInput(
            label="Cost (wells)", value=item.cost, start=0, disabled=item.state not in COUNTED, **wide
        )
        self.note = pmui.TextInput(label="Why (for the history)", **wide)
        self.save = pmui.Button(label="Save changes", variant="outlined", **wide)
        self.save.on_click(frame.guard(self._save))

    def panel(self) -> Any:
        """The fields; nothing for what is closed."""
        if self.item.state in CLOSED:
            return html("")
        return pn.Column(
            html("<h3 style='margin-top:18px'>Priority, tags, cost</h3>"), self.priority, self.tags, self.cost, self.note,
            self.save, sizing_mode="stretch_width",
        )  # fmt: skip

    def _save(self, _event: Any) -> None:
        tags = tuple(dict.fromkeys(tag.strip() for tag in (self.tags.value or "").split(",") if tag.strip()))
        differs = {
            name: value
            for name, value in {"priority": self.priority.value, "tags": tags, "cost": self.cost.value}.items()
            if value is not None and value != getattr(self.item, name)
        }
        if not differs:
            self.frame.notify("Nothing was changed.")
            return
        try:
            self.lab.hypotheses.change(
                self.item.handle,
                person=self.frame.person,
                note=self.note.value or "",
                seen=self.item.version,
                **differs,
            )
            self.frame.notify(f"{self.item.handle}: {' and '.join(differs)} changed.", "success")
        finally:
            self.changed()
