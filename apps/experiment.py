"""One batch: its plates, the plate maps for the bench, and the way its results come in."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from apps.batch.design import DesignChooser
from apps.batch.exports import Exports
from apps.batch.intake import ResultFile
from workbench.errors import UnknownNameError, WorkbenchError
from workbench.nouns import Experiment, Hypothesis, Job
from workbench.views.drop_zone import DropZone
from workbench.views.effect import Effect
from workbench.views.experiment import ExperimentView
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.hypothesis import OUTCOME_KIND, outcome_word
from workbench.views.intake import quality_html
from workbench.views.style.parts import chip, empty, html

if TYPE_CHECKING:
    from workbench.lab import Lab

ACCEPTED = ".csv,.tsv,.txt,.gz,.xlsx,.xlsm,.parquet,.h5ad,.gct"


@dataclass(frozen=True)
class ExperimentState:
    """What the address keeps."""

    id: str = ""


@page("/experiment", "Experiment", icon="grid_on", state=ExperimentState, at_once=True)
def experiment(lab: Lab, state: ExperimentState, frame: Frame) -> Content:
    """The page of one batch; without a known id, the list of batches."""
    try:
        lab.experiments.get(state.id)
    except UnknownNameError as error:
        return _list(lab, error.message if state.id else "")
    return ExperimentPage(lab, state.id, frame).content()


class ExperimentPage:
    """One batch in one browser session."""

    def __init__(self, lab: Lab, name: str, frame: Frame) -> None:
        self.lab, self.name, self.frame = lab, name, frame
        self.main = pn.Column(sizing_mode="stretch_width")
        self.plates = pn.Column(sizing_mode="stretch_width")
        self.design = pn.Column(sizing_mode="stretch_width")
        self.downloads = pn.Column(sizing_mode="stretch_width")
        self.answers = pn.Column(sizing_mode="stretch_width")
        self.file = ResultFile(lab, name, frame, self._await)
        self.understood = self.file.place
        self.progress = html("")
        self.zone = DropZone(
            frame.guard(self._received), accept=ACCEPTED, sizing_mode="stretch_width",
            invitation="Drop the result file here (CSV, Excel, AnnData, Parquet, a plate reader's grids), or click to choose it",
        )  # fmt: skip
        # the drop zone stays where it is: drawn anew in the middle of a transfer, it would lose the file
        self.inspector = pn.Column(
            self.design, self.answers, self.progress, self.zone, self.downloads, sizing_mode="stretch_width"
        )
        self.refresh()

    def content(self) -> Content:
        """Title, chips, plates and results; actions beside them."""
        item = self.item
        chips = (item.handle, f"{item.lab} lab", item.task, f"seed {item.seed}")
        chips += ("simulated",) if item.lab == "simulated" else ()
        return Content(item.title, self.main, chips, self.inspector, f"lab.experiments.get({item.handle!r})")

    def refresh(self) -> None:
        """Read everything again and draw it."""
        self.item = item = self.lab.experiments.get(self.name)
        found = [self.lab.hypotheses.get(name) for name in item.hypothesis_ids]
        self.hypotheses = sorted(found, key=lambda hypothesis: hypothesis.number)
        names = {h.hypothesis_id: h.handle for h in self.hypotheses}
        addresses = {h.hypothesis_id: link("/hypothesis", id=h.handle) for h in self.hypotheses}
        measured = frozenset((row.plate_barcode, row.well) for row in self.lab.experiments.results(item.handle))
        self.view = ExperimentView(item, names=names, addresses=addresses, measured=measured)
        self.names = names
        self.plates[:] = [self.view.panel()]
        kind = "good" if item.state == "measured" else ""
        head = html(f"<p>{chip(item.state, kind)} {escape(self.view.sentence())}</p>")
        body = [self.plates, html(self._hypothesis_table())]
        shown = body[::-1] if item.state == "measured" else body  # once measured, the answers come first
        self.main[:] = [head, self.understood, *self._verdicts(), *shown]
        scheduled = item.state == "scheduled"
        chooser = [DesignChooser(self.lab, item, self.frame, self._preview, self.refresh).panel()] if scheduled else []
        self.design[:] = chooser
        self.downloads[:] = [Exports(self.lab, item, self.frame).panel()]
        self.answers[:] = self._answers()

    def _preview(self, item: Experiment) -> None:
        """Paint plates that nobody has kept yet, and say so."""
        words = "This is a preview: nothing changes until you keep the layout."
        note = html(f"<p style='margin:0 0 8px'>{chip('preview', 'warn')} {words}</p>")
        same = (item.design, item.seed) == (self.item.design, self.item.seed)
        view = self.view if same else ExperimentView(item, names=self.names)
        self.plates[:] = [view.panel()] if same else [note, view.panel()]

    def _verdicts(self) -> list[Any]:
        if not self.item.quality:
            return []
        body = f"<h2>Quality of the results</h2>{quality_html(self.item.quality)}"
        return [html(f'<div class="card" style="margin-bottom:14px">{body}</div>')]

    def _hypothesis_table(self) -> str:
        rows = "".join(
            f"<tr><td><a href='{escape(link('/hypothesis', id=item.handle))}' target='_top'>{item.handle}</a></td>"
            f"<td>{escape(item.statement)}</td><td style='width:240px'>"
            f"{Effect(item.predicted, item.rule, item.outcome).small()}</td>"
            f"<td>{_state(item)}</td></tr>"
            for item in self.hypotheses
        )
        head = "<h2 style='margin-top:18px'>What it asks</h2>"
        names = "<tr><th></th><th>hypothesis</th><th>predicted (blue) and measured (orange)</th><th></th></tr>"
        return f"{head}<table class='plain' style='margin-bottom:18px'>{names}{rows}</table>"

    def _answers(self) -> list[Any]:
        item = self.item
        parts: list[Any] = [html("<h3 style='margin-top:16px'>Results</h3>")]
        if item.state == "measured":
            rounds = link("/rounds", task=item.task)
            words = f"<p>Results are in. <a href='{escape(rounds)}' target='_top'>What the model learned →</a></p>"
            parts.append(html(words))
        elif item.lab != "bench":
            label = "Send to the replay lab" if item.lab == "replay" else "Send to the simulated lab"
            button = pmui.Button(label=label, variant="contained", size="small", sizing_mode="stretch_width")
            button.on_click(self.frame.guard(lambda _event: self._send(button)))
            parts += [button, html(f"<p class='muted small'>{_LAB_WORDS[item.lab]}</p>")]
        return parts

    def _send(self, button: Any) -> None:
        button.disabled = True
        try:
            job = self.lab.experiments.replay(self.item.handle, self.frame.person)
        except WorkbenchError:
            button.disabled = False
            raise
        self._await(job.job_id)

    def _received(self, name: str, content: bytes) -> None:
        """What was understood of a dropped file; nothing is imported yet."""
        if not self.file.received(name, content):
            self.zone.said = "Nothing was imported."

    def _await(self, job_id: str) -> None:
        """Look at the job until it is finished, then draw how things stand."""

        def look() -> None:
            job = self.lab.jobs.get(job_id)
            self.progress.object = _progress_html(job)
            if job.is_finished:
                stop()
                self._finished(job)

        stop = self.frame.every(400, look)

    def _finished(self, job: Job) -> None:
        if job.state == "done":
            self.file.clear()
            self.frame.notify("Results are in; every hypothesis was judged by its declared rule.", "success")
        self.refresh()
        self.progress.object = _progress_html(job)
        answer = self.lab.settings.home / "lab" / f"{self.item.handle}-{self.item.lab}.csv"
        if job.state == "failed" and job.kind == "replay" and answer.is_file():
            self.file.look(answer)  # a stopped plate can be judged by a person here, as one from the bench


def _state(item: Hypothesis) -> str:
    return chip(outcome_word(item) or item.state, OUTCOME_KIND.get(str(item.outcome.get("outcome", "")), ""))


def _progress_html(job: Job) -> str:
    if job.state == "done":
        return ""
    if job.state in ("failed", "cancelled"):
        words = " ".join(str(job.error.get(key, "")) for key in ("message", "hint")).strip() or job.state
        return f"<p style='color:var(--wb-bad)'>Nothing was imported: {escape(words)}</p>"
    words = escape(job.message or "Waiting for a worker")
    bar = (
        f"<div style='height:6px;border-radius:3px;background:var(--wb-accent);width:{100 * job.progress:.0f}%'></div>"
    )
    return f"<p class='small'>{words} …</p><div style='background:var(--wb-line);border-radius:3px'>{bar}</div>"


def _list(lab: Lab, problem: str) -> Content:
    items = lab.experiments.list()
    words = f"<p>{escape(problem)}</p>" if problem else ""
    if not items:
        said = problem or "A batch is made of approved hypotheses."
        return Content("No batch yet", html(empty("No batch", said, "/queue", "Open the queue")))
    rows = "".join(
        f"<tr><td><a href='{escape(link('/experiment', id=item.handle))}' target='_top'>{item.handle}</a></td>"
        f"<td>{escape(item.title)}</td><td>{escape(item.lab)}</td><td>{len(item.plates)}</td>"
        f"<td>{chip(item.state, 'good' if item.state == 'measured' else '')}</td></tr>"
        for item in items
    )
    head = "<tr><th></th><th>title</th><th>lab</th><th>plates</th><th>state</th></tr>"
    return Content("Batches of plates", html(f"{words}<table class='plain'>{head}{rows}</table>"))


_LAB_WORDS = {
    "replay": "It reveals real wells that were held back from the model, with their real replicate noise; the file it "
    "returns goes through the same checks as one from the bench.",
    "simulated": "It measures the documented mechanistic cell. SIMULATED: not evidence about real cells.",
}
