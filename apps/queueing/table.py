"""The queue as a table: one row a hypothesis, ticks choose."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn

from workbench.nouns import Hypothesis
from workbench.nouns.hypothesis import PRIORITIES
from workbench.views.effect import Effect
from workbench.views.frame.pages import link
from workbench.views.hypothesis import outcome_word, reason_of

if TYPE_CHECKING:
    import pandas as pd

NAMES = (
    "id", "statement", "state", "by", "score", "reason", "wells", "predicted", "measured", "verdict", "priority",
    "tags", "task", "in short",
)  # fmt: skip


def table() -> Any:
    """An empty table with its columns."""
    numbers, words = {"type": "money", "precision": 2, "thousand": ""}, {"type": "textarea"}  # words take many lines
    return pn.widgets.Tabulator(
        rows([]), selectable="checkbox", show_index=False, disabled=True, pagination="remote", page_size=15,
        layout="fit_data_stretch", sizing_mode="stretch_width", widths={"statement": 220, "reason": 210},
        formatters={"predicted": numbers, "measured": numbers, "score": numbers | {"precision": 3}, "statement": words,
                    "reason": words, "id": {"type": "html"}},
        text_align={"predicted": "right", "score": "right", "wells": "right", "measured": "right"},
    )  # fmt: skip


def rows(items: Sequence[Hypothesis]) -> pd.DataFrame:
    """The table's rows."""
    import pandas as pd

    found = [
        {
            "id": f"<a href='{escape(link('/hypothesis', id=item.handle))}' target='_top'>{item.handle}</a>",
            "statement": item.statement, "state": item.state, "priority": PRIORITIES[item.priority],
            "by": "machine" if item.author_kind == "machine" else item.author,
            "predicted": item.predicted.get("delta"), "measured": item.outcome.get("effect"),
            "verdict": outcome_word(item), "score": item.score,
            "reason": reason_of(item), "wells": item.cost, "tags": ", ".join(item.tags),
            "task": item.task, "in short": Effect(item.predicted, item.rule, item.outcome).sentence(),
        }
        for item in items
    ]  # fmt: skip
    return pd.DataFrame(found, columns=list(NAMES))
