"""What people say about a hypothesis and the files they add: read, write, download."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.nouns import Event
from workbench.views.frame.pages import Frame
from workbench.views.style import count
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Attachment

MAX_UPLOAD = 20 * 2**20


class Discussion:
    """`changed` is called after something was said or added."""

    def __init__(self, lab: Lab, name: str, frame: Frame, changed: Callable[[], None]) -> None:
        self.lab, self.name, self.frame, self.changed = lab, name, frame, changed
        self.text = pmui.TextAreaInput(
            label="Say something about it",
            rows=2,
            max_length=4_000,
            size="small",
            sizing_mode="stretch_width",
            margin=0,
        )
        self.say = pmui.Button(label="Comment", variant="contained", size="small", margin=(6, 0))
        self.say.on_click(frame.guard(self._comment))
        self.file = pn.widgets.FileInput(multiple=False, margin=(10, 0, 0, 0))
        self.file.param.watch(frame.guard(self._attach), "value")
        self.comments, self.files = html(""), pn.Column(sizing_mode="stretch_width")

    def show(self, events: list[Event]) -> None:
        """Draw what was said and the files."""
        said = [event for event in events if event.kind == "commented"]
        self.comments.object = "".join(_comment_html(event) for event in said) or (
            "<p class='muted'>Nobody said anything yet.</p>"
        )
        self.files[:] = [self._line(item) for item in self.lab.hypotheses.attachments(self.name)]

    def panel(self) -> Any:
        """Comments, the field to write, files, the field to add one."""
        words = html("<p class='muted small' style='margin:10px 0 0'>Add a file: PDF, picture, table, text or zip, to 20 MB. "
                     "It is kept by its content and only ever downloaded.</p>")  # fmt: skip
        return pn.Column(
            html("<h2 style='margin-top:20px'>Discussion</h2>"), self.comments, self.text, self.say, self.files, words,
            self.file, sizing_mode="stretch_width",
        )  # fmt: skip

    def _comment(self, _event: Any) -> None:
        self.lab.hypotheses.comment(self.name, self.text.value or "", self.frame.person)
        self.text.value = ""
        self.changed()

    def _attach(self, event: Any) -> None:
        if not event.new:
            return
        kept = self.lab.hypotheses.attach(self.name, self.file.filename, event.new, self.frame.person)
        self.frame.notify(f"{kept.name} is attached.", "success")
        self.changed()

    def _line(self, item: Attachment) -> Any:
        about = f"{count(item.n_bytes, 'byte', 'bytes')} · {item.person}, {item.created_at:%Y-%m-%d %H:%M} UTC"
        words = html(f"<span class='cut' title='sha256 {item.sha256}'>{escape(item.name)}</span> "
                     f"<span class='muted small'>{escape(about)}</span>", align="center")  # fmt: skip
        button = pmui.FileDownload(
            callback=partial(self._content, item.attachment_id),
            filename=item.name,
            label="Download",
            variant="text",
            size="small",
        )
        return pn.Row(words, button, sizing_mode="stretch_width", margin=0)

    def _content(self, attachment_id: str) -> io.BytesIO:
        return io.BytesIO(self.lab.hypotheses.attachment(attachment_id)[1])


def _comment_html(event: Event) -> str:
    text = escape(event.note).replace("\n", "<br>")
    return (
        f"<div style='margin:8px 0;padding:6px 12px;border-left:3px solid var(--wb-line);overflow-wrap:anywhere'>"
        f"<b>{escape(event.person)}</b> <span class='muted small'>{event.at:%Y-%m-%d %H:%M} UTC</span><br>{text}</div>"
    )
