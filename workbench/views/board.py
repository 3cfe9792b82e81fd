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
    """`chosen` are the handles with a tick; `stages` what is drawn."""

    stages = param.List(default=[], doc="Columns with their cards.")
    chosen = param.List(default=[], doc="Handles of the chosen cards.")

    _esm = Path(__file__).with_suffix(".js")

    def show(self, hypotheses: list[Hypothesis]) -> None:
        """Draw these hypotheses; choices that are no longer there are dropped."""
        self.stages = stages(hypotheses)
        there = {item.handle for item in hypotheses}
        self.chosen = [handle for handle in self.chosen if handle in there]


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
