"""Draw a structure: JSME in a frame of our own server; no request leaves the machine."""

from __future__ import annotations

from pathlib import Path

import param
from panel.custom import JSComponent

ASSETS = Path(__file__).parent  # served under /assets
ADDRESS = "/assets/jsme/sketcher.html"


class Sketcher(JSComponent):
    """`smiles` is what a person drew; setting `mol` (a MOL block with 2D coordinates) shows a structure."""

    smiles = param.String(default="", doc="SMILES of the drawing, after each change by a person.")
    mol = param.String(default="", doc="MOL block to show; empty clears the sheet.")
    ready = param.Boolean(default=False, doc="Whether the sketcher has loaded.")
    address = param.String(default=ADDRESS, doc="Where the sketcher's page lies on this server.")
    height_px = param.Integer(default=380)

    _esm = Path(__file__).with_suffix(".js")
