"""From an answer to the queue: readout, direction and size, frozen with the prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.frame.pages import Frame
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Prediction

NOTE = (
    '<p class="muted small">The prediction is frozen with its version and snapshot, and the rule is declared now: it cannot '
    "change once approved. The size asked for begins at half the predicted one.</p>"
)


def queue_form(lab: Lab, prediction: Prediction, readout: str, frame: Frame) -> Any:
    """The form beside an answer; `readout` is the one it begins with, where the prediction has it. None for a refusal."""
    if prediction.is_refused:
        return html("<h3>Nothing to queue</h3>" + '<p class="muted small">A hypothesis needs a predicted effect.</p>')
    suggested = readout if readout in prediction.readouts else lab.hypotheses.suggest_readout(prediction)
    chosen = pmui.AutocompleteInput(
        label="Readout", options=["profile", *prediction.readouts], value=suggested, size="small", min_characters=1,
        sizing_mode="stretch_width", restrict=True, case_sensitive=False,
    )  # fmt: skip
    half = {"size": "small", "sizing_mode": "stretch_width", "min_width": 0, "styles": {"flex": "1 1 0"}}
    direction = pmui.Select(label="Direction", options=["as predicted", "up", "down", "any"], **half)
    threshold = pmui.FloatInput(
        label=f"At least ({prediction.units})", value=lab.hypotheses.suggest_threshold(prediction, suggested), step=0.1,
        start=0, **half,
    )  # fmt: skip
    chosen.param.watch(
        lambda event: threshold.param.update(value=lab.hypotheses.suggest_threshold(prediction, event.new)), "value"
    )
    why = pmui.TextAreaInput(label="Why do you believe it?", size="small", rows=2, sizing_mode="stretch_width")
    button = pmui.Button(label="Queue as hypothesis", variant="contained", sizing_mode="stretch_width")

    def queue(_event: Any) -> None:
        made = lab.hypotheses.queue(
            prediction, readout=chosen.value or None, person=frame.person, rationale=why.value or "",
            direction=None if direction.value == "as predicted" else direction.value, threshold=threshold.value,
        )  # fmt: skip
        frame.go("/hypothesis", id=made.handle)

    button.on_click(frame.guard(queue))
    return pn.Column(
        html("<h3>Believe it? Let the lab decide</h3>"), chosen,
        pn.Row(direction, threshold, sizing_mode="stretch_width"), why, button, html(NOTE),
        sizing_mode="stretch_width", margin=(14, 0),
    )  # fmt: skip
