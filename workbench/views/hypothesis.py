"""A hypothesis: its prediction against its declared rule, and what was measured."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import Hypothesis
from workbench.nouns.hypothesis import PRIORITIES
from workbench.views import view
from workbench.views.effect import LEGEND, Effect
from workbench.views.plate import LEGEND_STYLE
from workbench.views.style import significant
from workbench.views.style.parts import chip, html

if TYPE_CHECKING:
    import pandas as pd

OUTCOME_KIND = {"supported": "good", "refuted": "bad", "inconclusive": "warn"}


@view(Hypothesis)
class HypothesisView:
    """`replicates`: measured change of each replicate on the rule's readout; `rule`: the rule as a sentence."""

    def __init__(self, hypothesis: Hypothesis, *, replicates: tuple[float, ...] = (), rule: str = "") -> None:
        self.hypothesis, self.rule = hypothesis, rule
        self.effect = Effect(hypothesis.predicted, hypothesis.rule, hypothesis.outcome, replicates)

    def data(self) -> pd.DataFrame:
        """One row a mark of the figure: what, value, low, high."""
        import pandas as pd

        frame = pd.DataFrame(self.effect.data(), columns=["what", "value", "low", "high"])
        return frame.assign(hypothesis=self.hypothesis.handle, units=self.hypothesis.predicted.get("units", ""))

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.hypotheses.get({self.hypothesis.handle!r}))"

    def title(self) -> str:
        """The figure's title, a sentence."""
        said = self.hypothesis.predicted
        if self.hypothesis.outcome:
            return f"{outcome_word(self.hypothesis)}: {self.hypothesis.outcome['reason']}"
        model = f"{said.get('model', 'the virtual cell')}: {said.get('verdict', 'no verdict')}"
        return f"{self.effect.sentence()} ({model})"

    def panel(self) -> Any:
        """Title, figure, legend and the rule."""
        mark = chip("simulated", "simulated") if self.hypothesis.simulated else ""
        rule = f'<p class="muted small" style="margin-top:10px">{escape(self.rule)}</p>' if self.rule else ""
        return html(
            f"{LEGEND_STYLE}<h3>{escape(self.title())} {mark}</h3>{self.effect.large()}"
            f'<div class="wb-legend">{LEGEND}</div>{rule}'
        )


def outcome_word(hypothesis: Hypothesis) -> str:
    """`Supported`, `Refuted`, `Inconclusive`, `Withdrawn` or nothing yet."""
    if hypothesis.state == "withdrawn":
        return "Withdrawn"
    return str(hypothesis.outcome.get("outcome", "")).capitalize()


def reason_of(hypothesis: Hypothesis) -> str:
    """Why it is in the queue: the reason of the machine's score, or a person's own words before that of their score."""
    own, scored = hypothesis.rationale, hypothesis.reason
    return scored or own if hypothesis.author_kind == "machine" else own or scored


def card(hypothesis: Hypothesis) -> dict[str, Any]:
    """What the board shows of a hypothesis; text is plain, the drawing is ours."""
    item = hypothesis
    wells = "" if item.cost is None else f"{item.cost:g} well{'' if item.cost == 1 else 's'}"
    return {
        "handle": item.handle, "state": item.state, "statement": item.statement, "author": item.author,
        "machine": item.author_kind == "machine", "score": "" if item.score is None else significant(item.score, 2),
        "reason": reason_of(item), "cost": wells, "simulated": item.simulated,
        "drawing": Effect(item.predicted, item.rule, item.outcome).small(), "outcome": outcome_word(item),
        "kind": OUTCOME_KIND.get(str(item.outcome.get("outcome", "")), ""), "task": item.task,
        "verdict": str(item.predicted.get("verdict", "")), "tags": list(item.tags),
        "priority": PRIORITIES[item.priority] if item.priority else "", "urgent": item.priority > 0,
    }  # fmt: skip
