"""Plate maps to print: one page a plate, wells drawn by role so that a black-and-white printer tells them apart."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.hypotheses.wells import parse_well, well_name
from workbench.nouns import Experiment, Plate, Well
from workbench.nouns.experiment import PLATE_SHAPES

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MARGIN = 36.0
KEY_LINE = 10.0
KEY_COLUMNS = 4


def plates_pdf(experiment: Experiment, handles: dict[str, str], title: str = "") -> bytes:
    """A PDF in A4 landscape: each plate with its barcode, its wells and the key of its treatments.

    handles maps hypothesis ids to H-numbers. The same experiment gives the same bytes.
    """
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=landscape(A4), invariant=1, pageCompression=0)
    canvas.setTitle(_text(f"{experiment.handle} plate maps"))
    for number, plate in enumerate(experiment.plates, start=1):
        _page(
            canvas,
            experiment,
            plate,
            handles,
            f"{title or experiment.title} · plate {number} of {len(experiment.plates)}",
        )
    canvas.save()
    return buffer.getvalue()


def _page(canvas: Canvas, experiment: Experiment, plate: Plate, handles: dict[str, str], title: str) -> None:
    width, height = canvas._pagesize
    canvas.setFont("Courier-Bold", 20)
    canvas.drawString(MARGIN, height - MARGIN - 12, _text(plate.plate_barcode))
    canvas.setFont("Helvetica", 9)
    words = f"{experiment.handle} · {plate.n_wells} wells · replicate {plate.replicate} · seed {experiment.seed}"
    if experiment.lab == "simulated":
        words += " · SIMULATED: not for a bench"
    canvas.drawRightString(width - MARGIN, height - MARGIN - 4, _text(words))
    canvas.drawRightString(width - MARGIN, height - MARGIN - 16, _text(title[:110]))
    treated = {well.perturbation_id: well for well in plate.wells if well.role == "treatment"}
    numbers = {name: i + 1 for i, name in enumerate(sorted(treated, key=lambda key: treated[key].perturbation_name))}
    key = [f"{i}  {_named(treated[name], handles)}" for name, i in numbers.items()]
    n_lines = -(-len(key) // KEY_COLUMNS)
    room = height - 2 * MARGIN - 46
    for_key = min(n_lines * KEY_LINE + 6, room * 0.34)
    bottom = _grid(canvas, plate, numbers, height - MARGIN - 34, room - for_key)
    rest = _key(canvas, key, bottom - 12, width)
    canvas.showPage()
    while rest:  # a key longer than the page goes on
        canvas.setFont("Courier-Bold", 14)
        canvas.drawString(MARGIN, height - MARGIN - 12, _text(f"{plate.plate_barcode} (key, continued)"))
        rest = _key(canvas, rest, height - MARGIN - 34, width)
        canvas.showPage()


def _grid(canvas: Canvas, plate: Plate, numbers: dict[str, int], top: float, room: float) -> float:
    """Draw the wells and what the shapes mean; gives where the drawing ends."""
    rows, columns = PLATE_SHAPES[plate.n_wells]
    width = canvas._pagesize[0] - 2 * MARGIN - 24
    step = min(width / columns, (room - 28) / (rows + 1))
    left = MARGIN + 18
    canvas.setFont("Helvetica", min(8.0, step * 0.6))
    for column in range(columns):
        canvas.drawCentredString(left + (column + 0.5) * step, top - 0.75 * step, str(column + 1))
    for row in range(rows):
        middle = top - (row + 1.5) * step
        canvas.drawCentredString(left - 9, middle - min(8.0, step * 0.6) / 3, well_name(row, 0)[:-2])
    wells = {parse_well(well.well): well for well in plate.wells}
    for row in range(rows):
        for column in range(columns):
            x, y = left + (column + 0.5) * step, top - (row + 1.5) * step
            _well(canvas, wells.get((row, column)), numbers, x, y, step)
    bottom = top - (rows + 1) * step - 14
    canvas.setFont("Helvetica", 8)
    x = left
    for role, words in (("treatment", "treatment"), ("negative control", "negative control"),
                        ("positive control", "positive control"), ("empty", "empty")):  # fmt: skip
        sample = next((well for well in plate.wells if well.role == role), None)
        if sample is None and role != "empty":
            continue
        _well(canvas, sample, {}, x + 5, bottom + 3, 11)
        canvas.setFillGray(0)
        canvas.drawString(x + 14, bottom, words)
        x += 30 + canvas.stringWidth(words, "Helvetica", 8)
    return bottom


def _well(canvas: Canvas, well: Well | None, numbers: dict[str, int], x: float, y: float, step: float) -> None:
    """A treatment is a numbered circle, a negative control a grey square, a positive one a black diamond."""
    half = step * 0.42
    canvas.setLineWidth(0.5)
    canvas.setStrokeGray(0.45)
    if well is None or well.role == "empty":
        canvas.setStrokeGray(0.8)
        canvas.circle(x, y, half, stroke=1, fill=0)
    elif well.role == "treatment":
        canvas.setFillGray(1)
        canvas.setStrokeGray(0)
        canvas.circle(x, y, half, stroke=1, fill=1)
        number = numbers.get(well.perturbation_id)
        if number is not None and step > 8:
            size = min(9.0, step * 0.42)
            canvas.setFillGray(0)
            canvas.setFont("Helvetica", size)
            canvas.drawCentredString(x, y - size / 3, str(number))
    elif well.role == "negative control":
        canvas.setFillGray(0.72)
        canvas.rect(x - half * 0.85, y - half * 0.85, half * 1.7, half * 1.7, stroke=0, fill=1)
    else:
        canvas.setFillGray(0)
        path = canvas.beginPath()
        path.moveTo(x, y + half)
        for dx, dy in ((half, 0.0), (0.0, -half), (-half, 0.0)):
            path.lineTo(x + dx, y + dy)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
    canvas.setFillGray(0)


def _key(canvas: Canvas, lines: Sequence[str], top: float, width: float) -> list[str]:
    """Write the key in columns; gives the lines that did not fit."""
    per_column = max(0, int((top - MARGIN) // KEY_LINE))
    span = (width - 2 * MARGIN) / KEY_COLUMNS
    fits = list(lines[: per_column * KEY_COLUMNS])
    n_lines = -(-len(fits) // KEY_COLUMNS) if fits else 1
    canvas.setFont("Helvetica", 8)
    for i, line in enumerate(fits):
        column, row = divmod(i, n_lines)
        canvas.drawString(MARGIN + column * span, top - (row + 1) * KEY_LINE, _text(line)[: int(span / 4.3)])
    return list(lines[len(fits) :])


def _named(well: Well, handles: dict[str, str]) -> str:
    dose = "" if well.dose_um is None else f" {well.dose_um:g} µM"
    return f"{handles.get(well.hypothesis_id or '', '')} {well.perturbation_name or well.perturbation_id}{dose}".strip()


def _text(words: str) -> str:
    """What the built-in fonts can write; other signs become a question mark."""
    return "".join(sign if sign.isprintable() else "?" for sign in words).encode("cp1252", "replace").decode("cp1252")
