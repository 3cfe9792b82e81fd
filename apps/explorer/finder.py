"""The field that finds an entity of the map by name and flies to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

from workbench.nouns import Map
from workbench.views.frame.pages import Frame

SUGGESTIONS = 40


def finder(map_: Map, frame: Frame, found: Callable[[int], None]) -> Any:
    """A field with suggestions; `found(row)` is called with the entity that was chosen."""
    labels = map_.labels
    field = pmui.AutocompleteInput(
        label="Find on this map", options=[], case_sensitive=False, min_characters=1, restrict=False,
        search_strategy="includes", size="small", width=134, margin=(6, 5),
    )  # fmt: skip

    def suggest(event: Any) -> None:
        """Offer the first names that hold the typed letters: a browser chokes on a list of thousands."""
        typed = (event.new or "").strip().lower()
        names = dict.fromkeys(label for label in labels if typed in label.lower()) if typed else {}
        begins_so = sorted(names, key=lambda label: (not label.lower().startswith(typed), label))
        field.options = begins_so[:SUGGESTIONS]

    def find(event: Any) -> None:
        text = (event.new or "").strip().lower()
        if not text:
            return
        row = next((i for i, label in enumerate(labels) if label.lower() == text), None)
        row = row if row is not None else next((i for i, x in enumerate(labels) if text in x.lower()), None)
        if row is None:
            frame.notify(f"Nothing on this map is called {event.new!r}.", "warning")
            return
        found(row)

    field.param.watch(frame.guard(suggest), "value_input")
    field.param.watch(frame.guard(find), "value")
    return field
