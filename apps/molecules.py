"""Molecules: draw, paste or pick a structure; 2D beside 3D; conformers as a job, then viewer, table and RMSD map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.errors import InputError, UnknownNameError, WorkbenchError
from workbench.kernels.molecules import mol_block
from workbench.nouns import ConformerEnsemble, Molecule
from workbench.views.components.sketcher import Sketcher
from workbench.views.ensemble import EnsembleView
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.molecule import MoleculeView
from workbench.views.style.numbers import count, shorten, text
from workbench.views.style.parts import empty, html

if TYPE_CHECKING:
    from workbench.lab import Lab

EXAMPLES = (
    ("(S)-Ibuprofen", "CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O"),
    ("Imatinib", "Cc1ccc(cc1Nc2nccc(n2)c3cccnc3)NC(=O)c4ccc(cc4)CN5CCN(CC5)C"),
    ("Vemurafenib", "CCCS(=O)(=O)Nc1ccc(F)c(C(=O)c2c[nH]c3ncc(-c4ccc(Cl)cc4)cc23)c1F"),
)
POLL_MS = 400
START_N = 50


@dataclass(frozen=True)
class MoleculesState:
    """What the address keeps."""

    smiles: str = ""
    name: str = ""
    ensemble: str = ""


@page("/molecules", "Molecules", icon="hub", order=3, state=MoleculesState)
def molecules(lab: Lab, state: MoleculesState, frame: Frame) -> Content:
    """One molecule with its conformers; without one, the ways to choose it."""
    return MoleculesPage(lab, state, frame).content()


class MoleculesPage:
    """The page of one browser session."""

    def __init__(self, lab: Lab, state: MoleculesState, frame: Frame) -> None:
        self.lab, self.frame = lab, frame
        self.dark = bool(getattr(frame, "dark", False))
        self.molecule: Molecule | None = None
        self.ensemble: ConformerEnsemble | None = None
        self.job_id = ""
        self._look_no_more: Callable[[], None] | None = None
        self.problem = html("", visible=False)
        self.field = pmui.TextInput(
            label="Paste a SMILES and press Enter", value=state.smiles, size="small",
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.sketch_place = pn.Column(sizing_mode="stretch_width", margin=0, visible=False, styles={"gap": "8px"})
        self.sketcher: Sketcher | None = None
        self.controls = pn.Column(sizing_mode="stretch_width", margin=0)
        self.stage = pn.Column(sizing_mode="stretch_width", margin=0, min_width=280)
        self.below = pn.Column(sizing_mode="stretch_width", margin=0)
        self.mine = html("")
        self._read(state)
        self._following = False
        self.field.param.watch(frame.guard(self._typed), "value")

    def content(self) -> Content:
        """The ways in, the structure beside its conformers, the inspector with facts and the request."""
        main = [self._ways_in(), self.problem, self.sketch_place]
        if self.molecule is None:
            return Content(
                "Draw, paste or pick a molecule", _stack(*main, self._start()), (), None, "lab.molecules.library()"
            )
        self._fill_stage()
        drawing = MoleculeView(self.molecule, dark=self.dark).drawing()
        flat = html(f'<div class="card" style="padding:10px">{drawing}</div>', width=200, sizing_mode="fixed")
        body = pn.Row(flat, self.stage, sizing_mode="stretch_width", margin=0, styles={"gap": "16px"})
        name = self.molecule.name or self.molecule.smiles
        title = f"{name if len(name) <= 40 else name[:39] + '…'}: structure and conformers"
        chips = (self.molecule.formula, *((f"engine {self.ensemble.engine}",) if self.ensemble is not None else ()))
        python = f"wb.draw(lab.molecules.parse({self.molecule.smiles!r}))"
        if self.ensemble is not None:
            python = f"wb.draw(lab.molecules.ensemble({self.ensemble.ensemble_id!r}))"
        return Content(title, _stack(*main, self.controls, body, self.below), chips, self._inspector(), python)

    def open(self, smiles: str) -> None:
        """Go to the page of a SMILES; one that cannot be read is explained beside the field."""
        smiles = (smiles or "").strip()
        if not smiles:
            return
        try:
            molecule = self.lab.molecules.parse(smiles)
        except InputError as error:
            self._say(error)
            return
        self.problem.visible = False
        self.field.error_state = False
        if self.molecule is None or molecule.smiles != self.molecule.smiles:
            self.frame.go("/molecules", smiles=molecule.smiles)

    def _typed(self, event: Any) -> None:
        if not self._following:
            self.open(event.new)

    def _read(self, state: MoleculesState) -> None:
        try:
            if state.ensemble:
                self.ensemble = self.lab.molecules.ensemble(state.ensemble)
                self.molecule = self.lab.molecules.parse(
                    self.ensemble.molecule.smiles, name=self.ensemble.molecule.name
                )
            elif state.smiles:
                self.molecule = self.lab.molecules.parse(state.smiles, name=state.name[:80])
        except WorkbenchError as error:
            self._say(error)
        if self.molecule is not None:
            self.field.value = self.molecule.smiles

    def _say(self, error: WorkbenchError) -> None:
        self.problem.object = (
            f'<div role="alert" style="color:var(--wb-bad)">{text(error.message[:1].upper() + error.message[1:])} '
            f'<span class="muted">{text(error.hint)}</span></div>'
        )
        self.problem.visible = True
        self.field.error_state = True

    def _ways_in(self) -> Any:
        draw = pmui.Button(label="Draw", icon="edit", variant="outlined", size="small", margin=0, height=40)
        draw.on_click(self.frame.guard(self._sketch))
        library = self.lab.molecules.library()
        named = library[library["name"] != ""]
        names = dict(zip(named["name"], named["smiles"], strict=True))
        pick = pmui.AutocompleteInput(
            label=f"Pick one of {len(names):,} compounds", options=sorted(names, key=str.lower), case_sensitive=False,
            min_characters=1, search_strategy="includes", size="small", width=260, margin=0, disabled=not names,
        )  # fmt: skip
        pick.param.watch(self.frame.guard(lambda event: self.open(names.get(event.new, ""))), "value")
        return pn.Row(self.field, draw, pick, sizing_mode="stretch_width", margin=0, styles={"gap": "12px"})

    def _sketch(self, _event: Any) -> None:
        """Open or close the sketcher; what is on the page is on the sheet."""
        if self.sketcher is None:
            start = mol_block(self.molecule.smiles) if self.molecule is not None else ""
            self.sketcher = Sketcher(mol=start, sizing_mode="stretch_width", margin=0, height=380)
            use = pmui.Button(label="Use this structure", variant="contained", size="small", margin=0)
            use.on_click(self.frame.guard(lambda _event: self.open(self.field.value)))
            self.sketcher.param.watch(self.frame.guard(self._drawn), "smiles")
            self.sketch_place[:] = [self.sketcher, use]
        self.sketch_place.visible = not self.sketch_place.visible

    def _drawn(self, event: Any) -> None:
        """The field follows the drawing; the page waits for "Use this structure"."""
        self._following = True
        try:
            self.field.value = event.new
        finally:
            self._following = False

    def _start(self) -> Any:
        tiles = "".join(
            f'<a class="card" href="{text(link("/molecules", smiles=smiles, name=name))}">{self._thumbnail(smiles)}'
            f'<h3>{text(name)}</h3><div class="muted small cut">{text(smiles)}</div></a>'
            for name, smiles in EXAMPLES
        )
        return html(
            f'<h2>Or start from one of these</h2><div class="grid">{tiles}</div>'
            f'<h2 style="margin-top:24px">Latest ensembles</h2>{_listed(self.lab.molecules.ensembles(limit=8))}'
        )

    def _thumbnail(self, smiles: str) -> str:
        svg = self.lab.molecules.depict(smiles, dark=self.dark)
        return svg.replace("<svg ", '<svg aria-hidden="true" style="width:100%;height:130px;color:var(--wb-ink)" ', 1)

    def _fill_stage(self) -> None:
        if self.ensemble is not None:
            self._draw(self.ensemble)
            return
        parts = self.lab.molecules.parts(self.molecule.smiles)
        if len(parts) > 1:
            self.stage[:] = [html(_parts(parts))]
            return
        known = self.lab.molecules.ensembles(self.molecule.inchikey, limit=1)
        if known:
            self._draw(self.lab.molecules.ensemble(known[0]["ensemble_id"]))
            return
        self.stage[:] = [html(empty(
            "No conformers yet", "“Generate conformers” embeds this molecule in 3D (ETKDGv3), relaxes it (MMFF94s), "
            "checks its stereo and merges duplicates.",
        ))]  # fmt: skip

    def _draw(self, ensemble: ConformerEnsemble) -> None:
        """The picture beside the structure; controls above and numbers below take the whole width."""
        self.ensemble = ensemble
        view = EnsembleView(ensemble, dark=self.dark, height=400)
        self.controls[:], self.stage[:], self.below[:] = [view.controls()], [view.viewer], [view.details()]

    def _list(self) -> None:
        rows = self.lab.molecules.ensembles(self.molecule.inchikey, limit=8)
        self.mine.object = f"<h2>Ensembles of this molecule</h2>{_listed(rows, own=True)}"

    def _inspector(self) -> Any:
        view = MoleculeView(self.molecule, dark=self.dark, address=self._address())
        parts = [html(f"<h2>Identity</h2>{view.facts_html()}")]
        if len(self.lab.molecules.parts(self.molecule.smiles)) == 1:
            parts += [html("<h2>Conformers</h2>"), self._request()]
        self._list()
        return _stack(*parts, self.mine)

    def _request(self) -> Any:
        n = pmui.IntInput(label="Attempts", value=START_N, start=1, end=500, size="small", width=120, margin=0)
        seed = pmui.IntInput(label="Seed", value=0, start=0, end=2**31 - 1, size="small", width=120, margin=0)
        self.words = html("")
        self.bar = pmui.LinearProgress(
            value=0, variant="determinate", visible=False, sizing_mode="stretch_width", margin=0
        )
        self.cancel = pmui.Button(label="Cancel", variant="text", size="small", visible=False, margin=0)
        self.run = pmui.Button(label="Generate conformers", variant="contained", sizing_mode="stretch_width", margin=0)

        def estimate(_event: Any = None) -> None:
            seconds = self.lab.molecules.estimate(self.molecule.smiles, n.value or 1)
            self.words.object = f'<span class="muted small">ETKDGv3, then MMFF94s; {_duration(seconds)} here</span>'

        n.param.watch(self.frame.guard(estimate), "value")
        self.run.on_click(self.frame.guard(lambda _event: self._generate(n.value, seed.value)))
        self.cancel.on_click(self.frame.guard(self._cancel))
        estimate()
        numbers = pn.Row(n, seed, margin=0, styles={"gap": "12px"})
        return _stack(numbers, self.run, self.words, self.bar, self.cancel)

    def _generate(self, n: int, seed: int) -> None:
        job = self.lab.molecules.generate(
            self.molecule.smiles, n=n, seed=seed, name=self.molecule.name, person=self.frame.person
        )
        self.job_id = job.job_id
        self.run.disabled = True
        self.bar.visible = self.cancel.visible = True
        self._watch()
        if self.job_id:
            self._look_no_more = self.frame.every(POLL_MS, self._watch)

    def _cancel(self, _event: Any) -> None:
        if self.job_id:
            self.lab.jobs.cancel(self.job_id, self.frame.person)
            self._watch()

    def _watch(self) -> None:
        """Look at the job once: show how far it is, and when it is done its ensemble."""
        if not self.job_id:
            return
        job = self.lab.jobs.get(self.job_id)
        self.bar.value = round(100 * job.progress)
        said = job.message or ("waiting for a worker" if job.state == "queued" else job.state)
        self.words.object = f'<span class="muted small">{text(said)}</span>'
        if not job.is_finished:
            return
        self.job_id = ""
        if self._look_no_more is not None:
            self._look_no_more()
            self._look_no_more = None
        self.run.disabled = False
        self.bar.visible = self.cancel.visible = False
        if job.state == "done":
            self._show(job.result_id)
        elif job.state == "failed":
            self._failed(job.error)

    def _show(self, ensemble_id: str) -> None:
        self._draw(self.lab.molecules.ensemble(ensemble_id))
        self._list()
        self.words.object = f'<span class="muted small">{count(len(self.ensemble), "distinct conformer")} kept</span>'
        self.frame.update_url(ensemble=ensemble_id, smiles="", name="")

    def _failed(self, error: dict[str, Any]) -> None:
        reason = f"{error.get('message', 'the reason was not recorded')} {error.get('hint', '')}".strip()
        self.words.object = f'<div role="alert" style="color:var(--wb-bad)">{text(reason)}</div>'

    def _address(self) -> str:
        """The page of the compound, when the catalog knows it."""
        try:
            compound = self.lab.entities.compound(self.molecule.inchikey)
        except UnknownNameError:
            return ""
        return link("/entity", kind="compound", id=compound.inchikey)


def _stack(*parts: Any) -> Any:
    return pn.Column(*parts, sizing_mode="stretch_width", margin=0, styles={"gap": "12px"})


def _parts(parts: list[str]) -> str:
    rows = "".join(
        f'<li><a href="{text(link("/molecules", smiles=part))}">{shorten(part, 60)}</a></li>' for part in parts
    )
    return (
        f'<div class="card"><h3>{len(parts)} separate parts</h3><div class="muted">Conformers are made of one molecule; '
        f"open the part you mean, the largest first.</div><ul style='margin:8px 0 0'>{rows}</ul></div>"
    )


def _listed(rows: list[dict[str, Any]], *, own: bool = False) -> str:
    """Ensembles as links: by molecule, or (`own`) by what tells those of one molecule apart."""
    if not rows:
        return '<div class="muted small">None yet.</div>'
    lines = ""
    for row in rows:
        number, seed = count(row["n_conformers"], "conformer"), f"seed {row['seed']}"
        name = f"{number}, {seed}" if own else row["name"] or row["smiles"] or row["inchikey"]
        more = f"{row['created_at']:%d %b %H:%M}" if own else f"{number} · {seed}"
        address = text(link("/molecules", ensemble=row["ensemble_id"]))
        lines += (
            f'<tr><td class="cut" style="max-width:0"><a href="{address}">{text(name)}</a></td>'
            f'<td class="num muted small" style="width:40%">{text(more)}</td></tr>'
        )
    return f'<table class="plain" style="table-layout:fixed">{lines}</table>'


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60)} min"


def warm(lab: Lab) -> None:
    """Load the chemistry before the first visitor: its import takes most of a second."""
    lab.molecules.estimate("CCO")
