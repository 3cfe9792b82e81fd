"""One batch: its plates, the plate maps for the bench, and the way its results come in."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.errors import UnknownNameError, WorkbenchError
from workbench.nouns import Hypothesis, Job
from workbench.views.drop_zone import DropZone
from workbench.views.effect import Effect
from workbench.views.experiment import ExperimentView
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.hypothesis import OUTCOME_KIND, outcome_word
from workbench.views.intake import quality_html, understood_html
from workbench.views.style.parts import chip, empty, html

if TYPE_CHECKING:
    from workbench.lab import Lab


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
        self.downloads = pn.Column(sizing_mode="stretch_width")
        self.answers = pn.Column(sizing_mode="stretch_width")
        self.understood = pn.Column(sizing_mode="stretch_width")
        self.progress = html("")
        self.zone = DropZone(
            frame.guard(self._received), accept=".csv,.gz,.parquet,.xlsx", sizing_mode="stretch_width",
            invitation="Drop the result file here (CSV, Excel or Parquet), or click to choose it",
        )  # fmt: skip
        # the drop zone stays where it is: drawn anew in the middle of a transfer, it would lose the file
        self.inspector = pn.Column(self.downloads, self.answers, self.progress, self.zone, sizing_mode="stretch_width")
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
        kind = "good" if item.state == "measured" else ""
        head = html(f"<p>{chip(item.state, kind)} {escape(self.view.sentence())}</p>")
        body = [self.view.panel(), html(self._hypothesis_table())]
        shown = body[::-1] if item.state == "measured" else body  # once measured, the answers come first
        self.main[:] = [head, self.understood, *self._verdicts(), *shown]
        self.downloads[:] = self._downloads()
        self.answers[:] = self._answers()

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

    def _downloads(self) -> list[Any]:
        def one(barcode: str) -> io.BytesIO:
            return io.BytesIO(self.lab.experiments.plate_csv(barcode).encode())

        def everything() -> io.BytesIO:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for plate in self.item.plates:
                    archive.writestr(f"{plate.plate_barcode}.csv", self.lab.experiments.plate_csv(plate.plate_barcode))
            packed.seek(0)
            return packed

        wide = {"variant": "outlined", "size": "small", "sizing_mode": "stretch_width"}
        buttons = [
            pmui.FileDownload(
                callback=lambda barcode=plate.plate_barcode: one(barcode), filename=f"{plate.plate_barcode}.csv",
                label=f"{plate.plate_barcode}.csv", **{**wide, "variant": "text"},
            )
            for plate in self.item.plates
        ]  # fmt: skip
        packed = pmui.FileDownload(
            callback=everything, filename=f"{self.item.handle}-plate-maps.zip", label="All plate maps", **wide
        )
        return [html("<h3>Plate maps</h3>"), packed, *buttons]

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
        """Keep the dropped file and say what was understood; nothing is imported yet."""
        folder = self.lab.settings.home / "uploads" / self.item.handle
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(content)
        try:
            plan = self.lab.experiments.check_results(path, self.item.handle)
        except WorkbenchError as error:
            self.zone.said = "Nothing was imported."
            words = f"<h2>{escape(name)} cannot be used</h2><p>{escape(error.message)}</p>"
            where = escape(f"{error.where} {error.hint}".strip())
            body = (
                f'<div class="card" style="border-color:var(--wb-bad);margin-bottom:14px">{words}<p>{where}</p></div>'
            )
            self.understood[:] = [html(body)]
            return
        body = (
            f"<h2>What was understood</h2>{understood_html(plan.lines(), plan.mismatches)}{quality_html(plan.quality)}"
        )
        self.understood[:] = [
            html(f'<div class="card" style="margin-bottom:10px">{body}</div>'),
            self._confirm(path, plan),
        ]

    def _confirm(self, path: Path, plan: Any) -> Any:
        useless = plan.already_imported or not plan.quality["passed"]
        label = "Nothing to import" if useless else f"Import {len(plan.accepted)} wells"
        button = pmui.Button(label=label, variant="contained", size="small", disabled=useless)
        cancel = pmui.Button(label="Leave it", variant="text", size="small")

        def accept(_event: Any) -> None:
            button.disabled = True
            job = self.lab.experiments.import_results(path, self.item.handle, self.frame.person)
            self._await(job.job_id)

        def leave(_event: Any) -> None:
            self.understood[:] = []
            self.zone.said = ""

        button.on_click(self.frame.guard(accept))
        cancel.on_click(self.frame.guard(leave))
        return pn.Row(button, cancel, margin=(0, 0, 16, 0))

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
            self.understood[:] = []
            self.frame.notify("Results are in; every hypothesis was judged by its declared rule.", "success")
        self.refresh()
        self.progress.object = _progress_html(job)


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
