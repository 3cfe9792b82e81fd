"""The global search box: what was typed comes in, grouped hits go out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

SURE = 70.0  # below this score nothing carries the name; the hits are only the nearest
NEAREST = 6
GROUPS = ("molecule", "gene", "compound", "hypothesis", "experiment", "dataset", "model")


class SearchBox(JSComponent):
    """`query` is what was typed (debounced in the browser); `found` is what `answer` makes of it."""

    query = param.String(default="", doc="What was typed.")
    found = param.Dict(default={"query": "", "message": "", "groups": []}, doc="Hits by kind, or what to say.")

    _esm = Path(__file__).with_suffix(".js")

    def connect(self, find: Callable[[str], Iterable[Any]]) -> None:
        """Answer from now on with `find(text) -> hits` (kind, label, detail, score, url)."""

        def search(event: Any) -> None:
            self.found = answer(event.new, find(event.new)) if event.new else answer("", [])

        self.param.watch(search, "query")


def answer(query: str, hits: Iterable[Any]) -> dict[str, Any]:
    """Hits grouped by kind, the group with the best hit first; says so when nothing carries the name."""
    hits = list(hits)
    best = max((hit.score for hit in hits), default=0.0)
    message = "" if best >= SURE or not query else f"Nothing is called “{query}”."
    if message and hits:
        message += " The nearest names:"
        hits = hits[:NEAREST]
    elif message:
        message += " Try a gene symbol, a compound's name, a SMILES or a number like H-12."
    else:
        hits = [hit for hit in hits if hit.score >= SURE]
    kinds = sorted(
        {hit.kind for hit in hits},
        key=lambda kind: (-max(hit.score for hit in hits if hit.kind == kind), _place(kind)),
    )
    groups = [
        {"kind": kind, "hits": [{"label": hit.label, "detail": hit.detail, "url": hit.url}
                                for hit in hits if hit.kind == kind]}
        for kind in kinds
    ]  # fmt: skip
    return {"query": query, "message": message, "groups": groups}


def _place(kind: str) -> int:
    return GROUPS.index(kind) if kind in GROUPS else len(GROUPS)
