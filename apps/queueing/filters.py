"""Which hypotheses are shown: words, author, task, state, priority and tag, kept in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import panel_material_ui as pmui

from workbench.nouns import Hypothesis
from workbench.nouns.hypothesis import PRIORITIES, STATES

if TYPE_CHECKING:
    from workbench.lab import Lab

KINDS = {"Everybody": "", "People": "person", "The machine": "machine"}
PERSON = "@"  # before a person's name in the address: a name is never taken for a kind
NAMES = ("text", "author", "task", "state", "priority", "tag")


class Filters:
    """`given`: name -> value of the address; what is unknown there counts as not chosen."""

    def __init__(self, lab: Lab, given: dict[str, str], changed: Callable[[Any], None]) -> None:
        self.lab = lab
        tasks = {"All": ""} | {row["title"]: row["task"] for row in lab.cells.tasks()}
        states = {"Any": ""} | {name.capitalize(): name for name in STATES}
        priorities = {"Any": ""} | {
            PRIORITIES[level].capitalize(): str(level) for level in sorted(PRIORITIES, reverse=True)
        }
        self.widgets: dict[str, Any] = {
            "text": pmui.TextInput(label="Find", value=given["text"], size="small", width=130, margin=0)
        }
        for name, label, options, width in (
            ("author", "Proposed by", KINDS, 130), ("task", "Task", tasks, 180), ("state", "State", states, 112),
            ("priority", "Priority", priorities, 104), ("tag", "Tag", {"Any": ""}, 110),
        ):  # fmt: skip
            self.widgets[name] = pmui.Select(
                label=label, options=dict(options), value="", size="small", width=width, margin=0
            )
        self.offer(lab.hypotheses.list())
        for name, widget in self.widgets.items():
            if name != "text" and given[name] in widget.options.values():
                widget.value = given[name]
        for widget in self.widgets.values():
            widget.param.watch(changed, "value")

    def offer(self, items: Sequence[Hypothesis]) -> None:
        """People and tags that there are to choose among; what is chosen stays."""
        people = sorted({item.author for item in items if item.author_kind == "person"})
        tags = sorted({tag for item in items for tag in item.tags})
        wanted = {
            "author": KINDS | {name: f"{PERSON}{name}" for name in people},
            "tag": {"Any": ""} | {f"#{tag}": tag for tag in tags},
        }
        for name, options in wanted.items():
            widget = self.widgets[name]
            if widget.value not in options.values():
                options |= {widget.value.removeprefix(PERSON): widget.value}
            if widget.options != options:
                widget.options = options

    def values(self) -> dict[str, str]:
        """What is chosen, as the address keeps it."""
        return {name: str(self.widgets[name].value or "") for name in NAMES}

    def chosen(self) -> list[Hypothesis]:
        """The hypotheses that fit, newest first."""
        said = self.values()
        author = said["author"]
        return self.lab.hypotheses.list(
            state=said["state"] or None, author_kind=author if author in KINDS.values() and author else None,
            author=author.removeprefix(PERSON) if author.startswith(PERSON) else "", task=said["task"], tag=said["tag"],
            text=said["text"], priority=int(said["priority"]) if said["priority"] else None,
        )  # fmt: skip
