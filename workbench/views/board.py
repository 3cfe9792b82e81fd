"""The board of hypotheses: one column a stage, one card a hypothesis; cards are chosen in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from workbench.nouns import Hypothesis
from workbench.views.hypothesis import card

STAGES = (
    ("Draft", ("draft",), "Ask the cell and queue what it predicts."),
    ("Proposed", ("proposed",), "Waits for a reviewer. Let the machine propose, or queue one from the Cell page."),
    ("Approved", ("approved",), "Waits to be laid out: choose cards and make a batch."),
    ("In lab", ("scheduled", "in lab"), "Plates are laid out or at the bench."),
    ("Measured", ("measured",), "Results are in and the verdict is being drawn."),
    ("Resolved", ("resolved",), "Answered by its declared rule."),
)
SHOWN = 40  # cards a column; the table shows all


class Board(JSComponent):
    """`stages` is what is drawn; `chosen` are the handles with a tick: the browser's word, never sent back to it.

    A tick sent back would undo the next one, which may be under way already.
    """

    stages = param.List(default=[], doc="Columns with their cards.")
    chosen = param.List(default=[], doc="Handles of the chosen cards, as the browser last said.")

    _esm = Path(__file__).with_suffix(".js")
    _rename = {"chosen": None}  # noqa: RUF012  (Panel's own declaration)

    def show(self, hypotheses: list[Hypothesis]) -> None:
        """Draw these hypotheses; the browser lets go of choices that are no longer there and says so."""
        self.stages = stages(hypotheses)

    def _handle_msg(self, data: Any) -> None:
        self.chosen = [str(handle) for handle in data["chosen"]]


def stages(hypotheses: list[Hypothesis]) -> list[dict[str, Any]]:
    """One entry a column: name, hint, count, and its first cards (best score first where the machine proposed)."""
    columns = []
    for name, states, hint in STAGES:
        here = [item for item in hypotheses if item.state in states]
        here.sort(key=lambda item: (-item.priority, -(item.score or 0.0), -item.number))
        if name == "Resolved":
            here.sort(key=lambda item: -item.number)
        columns.append(
            {"name": name, "hint": hint, "count": len(here), "cards": [card(item) for item in here[:SHOWN]],
             "more": max(0, len(here) - SHOWN)}
        )  # fmt: skip
    return columns
