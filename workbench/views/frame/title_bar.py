"""The head of a page: title sentence, chips, the Python line, the switch of the inspector."""

from __future__ import annotations

from pathlib import Path

import param
from panel.custom import JSComponent

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


class TitleBar(JSComponent):
    """What the page says of itself; `ready` turns true when its content stands."""

    sentence = param.String(default="", doc="The title, a sentence.")
    chips = param.List(default=[], doc="Dataset, context, model version, snapshot …")
    python = param.String(default="", doc="The line that makes this in a notebook.")
    has_inspector = param.Boolean(default=False)
    inspector_open = param.Boolean(default=True)
    ready = param.Boolean(default=False)
    stylesheets = param.List(default=[STYLE])

    _esm = Path(__file__).with_suffix(".js")
