"""A result file on its way in: what was understood, what has to be said first, what does not fit, quality, then the yes."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.errors import WorkbenchError
from workbench.views.frame.pages import Frame
from workbench.views.intake import quality_html, understood_html
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab

MOST_ASKED = 24


class ResultFile:
    """One file dropped on a batch; nothing counts before it was confirmed. `on_job` gets the job that imports it."""

    def __init__(self, lab: Lab, handle: str, frame: Frame, on_job: Callable[[str], None]) -> None:
        self.lab, self.handle, self.frame, self.on_job = lab, handle, frame, on_job
        self.place = pn.Column(sizing_mode="stretch_width")

    def received(self, name: str, content: bytes) -> bool:
        """Keep the dropped file and say what was understood; gives whether it can be used."""
        folder = self.lab.settings.home / "uploads" / self.handle
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(content)
        return self.look(path)

    def look(self, path: Path, answers: dict[str, str] | None = None) -> bool:
        """Read the file with the answers given so far and draw what was understood; nothing is imported."""
        try:
            plan = self.lab.experiments.check_results(path, self.handle, answers)
        except WorkbenchError as error:
            words = f"<h2>{escape(path.name)} cannot be used</h2><p>{escape(error.message)}</p>"
            where = escape(f"{error.where} {error.hint}".strip())
            again = self._questions(path, [], {}) if answers else None
            card = html(
                f'<div class="card" style="border-color:var(--wb-bad);margin-bottom:14px">{words}<p>{where}</p></div>'
            )
            self.place[:] = [card] if again is None else [card, again]
            return False
        quality = quality_html(plan.quality) if plan.quality else ""
        body = f"<h2>What was understood</h2>{understood_html(plan.lines(), plan.mismatches)}{quality}"
        card = html(f'<div class="card" style="margin-bottom:10px">{body}</div>')
        asked = plan.questions and not plan.already_imported
        self.place[:] = [
            card,
            self._questions(path, plan.questions, answers or {}) if asked else self._confirm(path, plan, answers),
        ]
        return True

    def clear(self) -> None:
        """Take everything off the page."""
        self.place[:] = []

    def _questions(self, path: Path, questions: Any, answers: dict[str, str]) -> Any:
        """A chooser a question; with none, only the way back to the questions."""
        fields = {
            item.key: pmui.AutocompleteInput(
                label=item.words[:160], options=list(item.options), value=answers.get(item.key, ""), size="small",
                restrict=True, min_characters=0, case_sensitive=False, sizing_mode="stretch_width",
            )
            for item in questions[:MOST_ASKED]
        }  # fmt: skip
        button = pmui.Button(label="Go on" if fields else "Answer again", variant="contained", size="small")

        def go_on(_event: Any) -> None:
            said = {key: field.value for key, field in fields.items() if field.value}
            self.look(path, answers | said)

        button.on_click(self.frame.guard(go_on))
        return pn.Column(
            *fields.values(), pn.Row(button, self._leave()), sizing_mode="stretch_width", margin=(0, 0, 16, 0)
        )

    def _confirm(self, path: Path, plan: Any, answers: dict[str, str] | None) -> Any:
        stopped = bool(plan.quality) and not plan.quality["passed"]
        useless = plan.already_imported or not plan.quality or bool(stopped and plan.quality.get("unusable"))
        label = "Nothing to import" if useless else f"Import {len(plan.accepted):,} wells" + (" all the same" * stopped)
        button = pmui.Button(label=label, variant="contained", size="small", disabled=useless or stopped)
        note = pmui.TextInput(
            label="A plate stops here. Why does it count all the same?", size="small", sizing_mode="stretch_width",
            description="Kept with your name in the history of every hypothesis on that plate",
        )  # fmt: skip
        note.param.watch(lambda event: button.param.update(disabled=not event.new.strip()), "value_input")

        def accept(_event: Any) -> None:
            said = (note.value_input or note.value or "").strip()
            button.disabled = True
            job = self.lab.experiments.import_results(
                path, self.handle, self.frame.person, answers=answers, override=said if stopped else ""
            )
            self.on_job(job.job_id)

        button.on_click(self.frame.guard(accept))
        shown = [note] if stopped and not useless else []
        return pn.Column(*shown, pn.Row(button, self._leave()), sizing_mode="stretch_width", margin=(0, 0, 16, 0))

    def _leave(self) -> Any:
        cancel = pmui.Button(label="Leave it", variant="text", size="small")
        cancel.on_click(self.frame.guard(lambda _event: self.clear()))
        return cancel
