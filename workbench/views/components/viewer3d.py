"""Conformers in 3D: one self-contained ES module (3Dmol.js 2.5.5 followed by viewer3d.js), no request leaves."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

FOLDER = Path(__file__).parent
LIBRARY = FOLDER / "vendor" / "3Dmol.es6-min.js"
STYLES = ("stick", "ball", "line")
COLOURS = ("element", "conformer")
HYDROGENS = ("all", "polar", "none")


@cache
def module_text() -> str:
    """The whole module: the library as published, then our `render`; the same text serves Panel and anywidget."""
    own = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return f"{LIBRARY.read_text(encoding='utf-8')}\n{own}"


class Viewer3D(JSComponent):
    """Shows the conformers `shown` of an SDF, one of them `selected`; clicks on atoms come back as `selected`."""

    sdf = param.String(default="", doc="SDF text, one record a conformer.")
    shown = param.List(default=[0], doc="Conformers drawn, counted from 0.")
    selected = param.Integer(default=0, doc="The conformer drawn strongly; -1: none.")
    style = param.Selector(default="stick", objects=list(STYLES))
    colour = param.Selector(default="element", objects=list(COLOURS))
    colours = param.List(default=[], doc="One colour a conformer, #RRGGBB.")
    hydrogens = param.Selector(default="polar", objects=list(HYDROGENS))
    measure = param.Boolean(default=False, doc="Whether clicked atoms are measured.")
    picked = param.List(default=[], doc="Atoms clicked while measuring: [conformer, atom] counted from 0.")
    measured = param.String(default="", doc="The distance, angle or torsion of the picked atoms, in words.")
    notes = param.List(default=[], doc="One line a conformer, shown below while it is selected.")
    title = param.String(default="Conformers in 3D", doc="What a screen reader says.")
    file_name = param.String(default="conformers", doc="Name of a saved picture, without ending.")
    fallback = param.String(default="", doc="SVG shown where the browser has no WebGL.")
    height_px = param.Integer(default=460)

    _esm = module_text()


def notebook_widget(**values: Any) -> Any:
    """The same viewer as an anywidget, for notebooks that show widgets without Panel; takes Viewer3D's parameters."""
    import anywidget
    import traitlets

    kinds = {
        param.String: traitlets.Unicode, param.List: traitlets.List, param.Integer: traitlets.Int,
        param.Boolean: traitlets.Bool, param.Selector: traitlets.Unicode,
    }  # fmt: skip
    own = [name for name, value in vars(Viewer3D).items() if isinstance(value, param.Parameter)]
    traits = {}
    for name in own:
        about = Viewer3D.param[name]
        if type(about) in kinds:
            traits[name] = kinds[type(about)](about.default).tag(sync=True)
    kind = type("NotebookViewer3D", (anywidget.AnyWidget,), {"_esm": module_text(), **traits})
    return kind(**values)
