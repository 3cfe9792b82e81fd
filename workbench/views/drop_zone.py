"""A place to drop a file: sent in parts over the page's own connection, handed on with its cleaned name."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from workbench.kernels.file_names import safe_name

LIMIT = 64 * 1024 * 1024


class DropZone(JSComponent):
    """`invitation` is what the empty zone says; `said` is shown under it (progress and errors are said by itself)."""

    invitation = param.String(default="Drop a file here, or click to choose one", doc="What the zone says.")
    accept = param.String(default="", doc="File endings offered by the chooser, e.g. `.csv,.gz`.")
    said = param.String(default="", doc="One line under the invitation.")
    limit = param.Integer(default=LIMIT, doc="Largest file in bytes.")

    _esm = Path(__file__).with_suffix(".js")

    def __init__(self, on_file: Callable[[str, bytes], None], **options: Any) -> None:
        super().__init__(**options)
        self._on_file = on_file
        self._name, self._size = "", 0
        self._parts: list[bytes] = []

    def _handle_msg(self, data: Any) -> None:
        self.receive(data)

    def receive(self, message: dict[str, Any]) -> None:
        """One message of the browser: start (name, size), part (base64 text), end. A broken one resets the zone."""
        kind = message.get("kind")
        if kind == "start":
            self._name = safe_name(str(message.get("name", "")), "file")
            self._size, self._parts = int(message["size"]), []
            if self._size > self.limit:
                self._size = 0
                self.said = f"{self._name} is larger than {self.limit // 2**20} MB."
        elif kind == "part" and self._size:
            try:
                self._parts.append(base64.b64decode(str(message["data"]), validate=True))
            except binascii.Error:
                self._size, self.said = 0, f"{self._name} did not arrive whole; drop it again."
        elif kind == "end" and self._size:
            content = b"".join(self._parts)
            name, size, self._size, self._parts = self._name, self._size, 0, []
            if len(content) != size:
                self.said = f"{name} did not arrive whole ({len(content):,} of {size:,} bytes); drop it again."
                return
            self.said = name
            self._on_file(name, content)
