"""Data: what is in the catalog, where it came from, and your own files."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.dataset import DatasetView
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.intake import plan_html
from workbench.views.style import shorten
from workbench.views.style.parts import chip, empty, html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Dataset

MAX_UPLOAD_MB = 200
KINDS = {
    "as the file says": "", "compounds": "compound", "genes knocked out": "knock-out", "genes knocked down": "knock-down",
    "genes over-expressed": "over-expression", "genes activated": "activation",
}  # fmt: skip
EXAMPLES = {
    "Wells and controls of every data set": (
        "SELECT dataset, count(*) AS wells, count(*) FILTER (is_control) AS controls\nFROM lake.well GROUP BY dataset"
    ),
    "What became of each hypothesis (ledger and lake together)": (
        "SELECT h.number, h.statement, h.state, p.verdict, p.model_name\nFROM ledger.hypothesis h\n"
        "LEFT JOIN lake.prediction p USING (prediction_id) ORDER BY h.number DESC"
    ),
    "Genes with the strongest IL-2 score": (
        "SELECT perturbation_id, delta[1] AS score FROM lake.response\nWHERE dataset = 'screen_il2' "
        "ORDER BY abs(delta[1]) DESC LIMIT 20"
    ),
}


@dataclass(frozen=True)
class DataState:
    """What the address keeps."""

    dataset: str = ""
    tab: int = 0


@page("/data", "Data", icon="storage", order=6, state=DataState)
def data(lab: Lab, state: DataState, frame: Frame) -> Content:
    """Tabs: data sets, your file, snapshots, SQL."""
    found = lab.data.available()
    badges = {row["dataset"]: row for row in lab.maps.list()}
    here = [item for item in found if item.imported_at]
    tabs = pmui.Tabs(
        ("Data sets", html(_table(found, badges))), ("Import your file", _own_file(lab, frame)),
        ("Refused rows", _rejects(lab)), ("Snapshots", html(_snapshots(lab))), ("SQL", _console(lab, frame)),
        active=min(max(state.tab, 0), 4), sizing_mode="stretch_width", dynamic=True,
    )  # fmt: skip
    tabs.param.watch(lambda event: frame.update_url(tab=event.new), "active")
    chosen = next((item for item in found if item.dataset == state.dataset), None)
    if state.dataset and chosen is None:
        frame.notify(f"There is no data set {state.dataset!r}; all that are known are listed.", "warning")
    inspector = _inspector(lab, chosen or (here or found)[0], frame) if found else None
    chips = (f"{len(here)} imported", f"{len(found) - len(here)} known but not imported")
    title = chosen.title if chosen else "What is in the catalog"
    return Content(title, tabs, chips, inspector, "lab.data.list()")


def _table(found: list[Dataset], badges: dict[str, dict[str, Any]]) -> str:
    rows = []
    for item in sorted(found, key=lambda item: (item.imported_at is None, item.modality, item.dataset)):
        badge = badges.get(item.dataset)
        quality = "" if badge is None else chip(
            "replicates agree" if badge["accepted"] else "map refused", "good" if badge["accepted"] else "bad",
            title=str(badge["quality"].get("reason", "")),
        )  # fmt: skip
        state = "" if item.imported_at else chip("not imported", "warn")
        simulated = chip("simulated", "simulated") if item.simulated else ""
        size = f"{item.n_rows:,}" if item.imported_at else "–"
        rows.append(
            f'<tr><td><a href="{link("/data", dataset=item.dataset)}">{escape(item.title)}</a>'
            f'<div class="muted small">{escape(item.dataset)}</div></td><td>{escape(item.modality)}</td>'
            f'<td class="num">{size}</td><td>{quality}{state}{simulated}</td>'
            f'<td class="small wide">{shorten(item.licence, 60)}</td></tr>'
        )
    head = '<tr><th>Data set</th><th>Modality</th><th class="num">Rows</th><th>Quality</th><th class="wide">Licence</th></tr>'
    return f'<div class="card"><table class="plain">{head}{"".join(rows)}</table></div>'


def _inspector(lab: Lab, item: Dataset, frame: Frame) -> Any:
    parts: list[Any] = [DatasetView(item).panel()]
    if item.imported_at is None:
        button = pmui.Button(label="Import it", variant="contained", sizing_mode="stretch_width")

        def start(_event: Any) -> None:
            lab.data.import_(item.dataset, person=frame.person)
            frame.notify("The import is queued; its progress is at the foot of the page.", "success")

        button.on_click(frame.guard(start))
        note = html('<p class="muted small">What may not be bundled is read from the folder WORKBENCH_MIRROR.</p>')
        parts += [button, note]
    else:
        button = pmui.Button(label="Verify against its files", variant="outlined", sizing_mode="stretch_width")

        def verify(_event: Any) -> None:
            report = lab.data.verify(item.dataset)[0]
            words = "is intact." if report["ok"] else "; ".join(report["problems"])
            frame.notify(f"{item.dataset}: {words}", "success" if report["ok"] else "error")

        button.on_click(frame.guard(verify))
        parts.append(button)
        if any(row["dataset"] == item.dataset for row in lab.maps.list()):
            parts.append(html(f'<p><a href="{link("/explore", map=item.dataset)}">Open its map →</a></p>'))
    return pn.Column(*parts, sizing_mode="stretch_width", styles={"gap": "10px"})


def _own_file(lab: Lab, frame: Frame) -> Any:
    """A file of one's own: what was understood first, then confirm."""
    name = pmui.TextInput(label="Name for the data set", placeholder="e.g. my_screen", width=230, size="small")
    control = pmui.TextInput(label="Controls are called", placeholder="found by name", width=190, size="small")
    kind = pmui.Select(label="Perturbations are", options=list(KINDS), width=190, size="small")
    chooser = pmui.FileInput(label="Choose a file", multiple=False, max_file_size=MAX_UPLOAD_MB * 1_000_000)
    understood = pn.Column(sizing_mode="stretch_width")
    folder = tempfile.TemporaryDirectory(prefix="workbench-upload-")

    def read(_event: Any) -> None:
        if not chooser.value:
            return
        understood[:] = []
        upload = Path(folder.name) / Path(str(chooser.filename)).name
        upload.write_bytes(chooser.value)
        said = {
            key: value
            for key, value in (("control_label", control.value.strip()), ("perturbation_kind", KINDS[kind.value]))
            if value
        }
        plan = lab.data.understand(upload, name.value or upload.name.split(".")[0], **said)
        confirm = pmui.Button(label=f"Import as {plan.name}", variant="contained")

        def write(_click: Any) -> None:
            made = lab.data.import_file(plan, person=frame.person)
            frame.go("/data", dataset=made.result_id)

        confirm.on_click(frame.guard(write))
        words = f'<div class="card"><h3>What was understood; nothing is written yet</h3>{plan_html(plan.lines())}</div>'
        understood[:] = [html(words), confirm]

    for widget in (control, kind):
        widget.param.watch(frame.guard(read), "value")
    chooser.param.watch(frame.guard(read), "value")
    about = html(
        "<p>Perturbed cells (h5ad of GEARS, scPerturb, State), pseudobulks, L1000 (GCT, GCTX), profiles of wells (CSV, Parquet), "
        "scores of genes (<code>gene,score</code>, MAGeCK) or gene pairs (<code>entity1,entity2</code>). You see what was "
        "understood and two checks, of controls and of leakage, before anything is written. Several files or a folder, "
        "and what cannot be understood alone: <code>workbench data import --help</code>.</p>"
    )
    return pn.Column(
        about, pn.Row(name, control, kind, chooser), understood, sizing_mode="stretch_width", margin=(10, 0)
    )


def _rejects(lab: Lab) -> Any:
    frame = lab.data.rejects()
    if frame.empty:
        return html(
            empty("Nothing was refused", "Rows that cannot be used are kept here with file, row, column and reason.")
        )
    columns = ["dataset", "file", "row_number", "column_name", "value", "reason"]
    return pn.widgets.Tabulator(
        frame[columns], pagination="remote", page_size=15, show_index=False, disabled=True, sizing_mode="stretch_width"
    )


def _snapshots(lab: Lab) -> str:
    rows = "".join(
        f'<tr><td class="num">{item.snapshot}</td><td>{item.at:%Y-%m-%d %H:%M:%S}</td><td>{escape(item.author)}</td>'
        f"<td>{escape(item.message)}</td></tr>"
        for item in lab.data.snapshots(30)
    )
    head = '<tr><th class="num">Snapshot</th><th>When (UTC)</th><th>By</th><th>What</th></tr>'
    return (
        '<div class="card"><p class="muted small">Every write is a snapshot; a model version names the one it was trained '
        f'on.</p><table class="plain">{head}{rows}</table></div>'
    )


def _console(lab: Lab, frame: Frame) -> Any:
    """One SELECT at a time, read-only."""
    example = pmui.Select(label="Examples", options=list(EXAMPLES), width=420, size="small")
    text = pmui.TextAreaInput(label="SELECT …", value=EXAMPLES[example.value], rows=6, sizing_mode="stretch_width")
    run = pmui.Button(label="Run", variant="contained")
    place = pn.Column(sizing_mode="stretch_width")

    def show(_event: Any) -> None:
        frame_ = lab.data.sql(text.value)
        note = html(f'<p class="muted small">{len(frame_):,} rows (at most 1,000 are shown).</p>')
        place[:] = [note, pn.widgets.Tabulator(
            frame_, pagination="remote", page_size=15, show_index=False, disabled=True, sizing_mode="stretch_width"
        )]  # fmt: skip

    example.param.watch(lambda event: text.param.update(value=EXAMPLES[event.new]), "value")
    run.on_click(frame.guard(show))
    tables = lab.data.tables()
    names = ", ".join(sorted({f"{row.store}.{row.table_name}" for row in tables.itertuples(index=False)}))
    note = html(f'<p class="muted small">Read-only, one SELECT, ten seconds. Tables: {escape(names)}</p>')
    return pn.Column(pn.Row(example, run), text, note, place, sizing_mode="stretch_width", margin=(10, 0))
