"""Screen: rank everything the cell can be asked about by a readout or a signature, and queue the best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.frame.pages import Frame
from workbench.views.screening import ScreeningView
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Prediction, Screening

READOUT, ANSWER, OWN = "a readout", "this answer", "a signature of mine"
MOST_AT_ONCE = 20
PLACEHOLDER = "up: HSPA5, FKBP14, CALU\ndown: PCNA, PIN1\n\nor one `GENE value` a line"


class ScreenPanel:
    """What to rank by above, the ranking below, one button into the queue."""

    def __init__(self, lab: Lab, prediction: Prediction, readout: str, frame: Frame) -> None:
        self.lab, self.prediction, self.frame = lab, prediction, frame
        self.view: ScreeningView | None = None
        self.place = pn.Column(sizing_mode="stretch_width", styles={"gap": "10px"})
        small = {"size": "small", "margin": 0}
        self.by = pmui.Select(label="Rank by", options=[READOUT, ANSWER, OWN], value=READOUT, width=190, **small)
        first = readout if readout in prediction.readouts else lab.hypotheses.suggest_readout(prediction)
        self.readout = pmui.AutocompleteInput(
            label="Readout", options=list(prediction.readouts), value=first, width=190, restrict=True,
            case_sensitive=False, min_characters=1, **small,
        )  # fmt: skip
        self.text = pmui.TextAreaInput(
            label="Signature", placeholder=PLACEHOLDER, rows=5, size="small", sizing_mode="stretch_width", visible=False
        )
        self.way = pmui.Select(label="First come those that", options={"raise or resemble it": False,
                               "lower or oppose it": True}, value=False, width=210, **small)  # fmt: skip
        self.across = pmui.Switch(label="in every cell that reads it out", value=False, margin=0)
        self.run = pmui.Button(label="Rank everything", variant="contained", margin=0)
        self.queue = pmui.Button(label="Queue the chosen", variant="outlined", disabled=True, margin=0)
        self.by.param.watch(self._switch, "value")
        self.run.on_click(frame.guard(self.rank))
        self.queue.on_click(frame.guard(self.add))

    def panel(self) -> Any:
        """Choosers, and the ranking by what they begin with."""
        self.rank()
        asked = pmui.FlexBox(self.by, self.readout, self.way, gap="10px", align_items="flex-end", margin=(10, 0, 0, 0))
        run = pmui.FlexBox(self.run, self.across, gap="16px", align_items="center")
        return pn.Column(asked, self.text, run, self.place, sizing_mode="stretch_width", styles={"gap": "12px"})

    def rank(self, _event: Any = None) -> None:
        """Rank, and draw the ranking."""
        self.place[:] = [html('<p class="muted">Ranking everything the cell can be asked about …</p>')]
        try:
            found = self.ranking()
        except Exception:
            self.place[:] = []
            raise
        self.view = ScreeningView(found, dark=self.frame.dark)
        table = self.view.ranking()
        table.param.watch(self._choose, "selection")
        self.queue.disabled = True
        note = html('<span class="muted small">Tick what the lab should test.</span>', sizing_mode=None)
        action = pmui.FlexBox(self.queue, note, gap="12px", align_items="center")
        self.place[:] = [self.view.head(), action, table, self.view.figures()]

    def ranking(self) -> Screening:
        """The screening that the choosers describe."""
        said = self.prediction
        if self.by.value == READOUT:
            signature: Any = {str(self.readout.value): 1.0}
            aim = ""
        elif self.by.value == ANSWER:
            over = said.delta - said.baseline
            signature = {name: float(value) for name, value in zip(said.readouts, over, strict=True)}
            aim = f"what {said.perturbation.name} adds to the {said.baseline_name}"
        else:
            signature, aim = self.text.value or "", ""
        if aim and self.way.value:
            aim = f"the opposite of {aim}"
        return self.lab.cells.screen(
            said.task, signature, opposite=self.way.value, across=self.across.value, aim=aim, version=said.model_version
        )

    def add(self, _event: Any = None) -> None:
        """Queue what is ticked, each with its own frozen prediction."""
        found, rows = self.view.screening, self.view.chosen()
        if len(rows) > MOST_AT_ONCE:
            self.frame.notify(f"At most {MOST_AT_ONCE} at once; {len(rows)} are ticked.", "warning")
            return
        single = next(iter(found.weights)) if len(found.weights) == 1 else None
        for row in rows:
            asked = self.lab.cells.predict(found.perturbations[row], task=found.tasks[row])
            known = single if single in asked.readouts else "profile"
            self.lab.hypotheses.queue(
                asked, readout=known, person=self.frame.person,
                rationale=f"Rank {row + 1:,} of {len(found):,} by {found.aim}. {self.view.sentence()}",
            )  # fmt: skip
        self.frame.go("/queue")

    def _choose(self, event: Any) -> None:
        n = len(event.new)
        self.queue.param.update(disabled=not n, label=f"Queue {n} as hypotheses" if n > 1 else "Queue as hypothesis")

    def _switch(self, event: Any) -> None:
        self.readout.visible, self.text.visible = event.new == READOUT, event.new == OWN
