"""Why: claims with their nulls, the mechanism network, what would change the answer, and the experiments that refute."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.explanation import ExplanationView
from workbench.views.frame.pages import Frame
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Claim, Prediction

FILES = {"Network (SVG)": "svg", "Everything (JSON)": "json", "Paragraph (text)": "txt", "Claims (CSV)": "csv"}
MOST_TESTS = 4


class WhyPanel:
    """The explanation of one prediction, with its files and a way into the queue for each supported claim."""

    def __init__(self, lab: Lab, prediction: Prediction, frame: Frame) -> None:
        self.lab, self.prediction, self.frame = lab, prediction, frame
        self.view = ExplanationView(lab.cells.explain(prediction))

    def panel(self) -> Any:
        """Claims, experiments, network, counterfactuals, files."""
        parts = [
            self.view.claims_table(),
            self._tests(),
            self.view.network(),
            self.view.counterfactuals(),
            self._files(),
        ]
        return pn.Column(
            *[part for part in parts if part is not None], sizing_mode="stretch_width", styles={"gap": "14px"}
        )

    def refute(self, claim: Claim) -> None:
        """Queue the experiment that would best refute a claim, and open it.

        One that no virtual cell here predicts cannot be judged by a frozen prediction: then the perturbation itself is
        measured again, which the claim must survive too.
        """
        asked, own = claim.refuted_by or {}, self.prediction.perturbation
        if askable(claim, self.prediction):
            wanted, direction, why = asked["perturbation_id"], asked["direction"], asked["reason"]
        else:
            wanted, direction = own.perturbation_id, None  # as predicted
            why = (
                f"{own.name} is measured again, since no virtual cell here predicts {asked['kind']}: {asked['reason']}"
            )
        made = self.lab.hypotheses.queue(
            self.lab.cells.predict(wanted, task=self.prediction.task), readout=asked["readout"], direction=direction,
            person=self.frame.person, rationale=f"Would refute {claim.claim_id} of {own.name}. {why}. {claim.sentence}",
        )  # fmt: skip
        self.frame.go("/hypothesis", id=made.handle)

    def file(self, kind: str) -> bytes:
        """The bytes of one file."""
        if kind == "svg":
            return self.view.svg().encode()
        if kind == "csv":
            return self.view.data().to_csv(index=False).encode()
        return (self.view.json() if kind == "json" else self.view.explanation.paragraph()).encode()

    def _tests(self) -> Any:
        """What would refute the supported claims, each with a button."""
        claims = [claim for claim in self.view.claims() if claim.verdict == "supported" and claim.refuted_by]
        if not claims:
            return None
        rows = [html("<h3>What would refute them</h3>")]
        for claim in claims[:MOST_TESTS]:
            label = (
                "Queue it" if askable(claim, self.prediction) else f"Measure {self.prediction.perturbation.name} again"
            )
            button = pmui.Button(label=label, variant="outlined", size="small", margin=0)
            button.on_click(self.frame.guard(lambda _event, claim=claim: self.refute(claim)))
            words = html(f"<span><b>{claim.claim_id}</b> {escape(claim.refuted_by['reason'])}</span>")
            rows.append(pn.Row(words, button, sizing_mode="stretch_width"))
        return pn.Column(*rows, sizing_mode="stretch_width", styles={"gap": "6px"})

    def _files(self) -> Any:
        name = self.prediction.perturbation.name.replace(" ", "_")
        chooser = pmui.Select(label="Export as", options=FILES, value="json", size="small", width=190, margin=0)
        button = pmui.FileDownload(
            callback=lambda: io.BytesIO(self.file(chooser.value)), filename=f"why-{name}.json", label="Save",
            variant="text", size="small", margin=0,
        )  # fmt: skip
        chooser.param.watch(lambda event: button.param.update(filename=f"why-{name}.{event.new}"), "value")
        return pn.Row(chooser, button)


def askable(claim: Claim, prediction: Prediction) -> bool:
    """Whether the virtual cell that predicted can also predict the experiment that would refute the claim."""
    return (claim.refuted_by or {}).get("kind") == prediction.perturbation.kind
