"""A map as a PNG file: points on white with title, legend and what is shown, for slides."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from workbench.nouns import Map
from workbench.views.colouring import ACCENT, hex_stops
from workbench.views.map_facts import counted

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

    from workbench.views.points import PointFrame

WIDTH, HEIGHT, TOP, BOTTOM = 1800, 1200, 90, 170
LARGEST_CIRCLES = 20_000
INK, QUIET = "#1B2126", "#57606A"


def map_png(map_: Map, frame: PointFrame, colour: str, selected: np.ndarray, *, active: bool = False) -> bytes:
    """All points in one picture, coloured by a column; `selected` rows [n_selected] ringed in the accent colour."""
    from PIL import Image, ImageDraw, ImageFont

    canvas = Image.new("RGB", (WIDTH, TOP + HEIGHT + BOTTOM), "white")
    draw = ImageDraw.Draw(canvas, "RGBA")
    if len(map_) > LARGEST_CIRCLES:
        _paste(canvas, frame.raster(colour, frame.bounds, WIDTH, HEIGHT, active))
        if len(selected):
            _paste(canvas, frame.raster_of(selected, ACCENT, frame.bounds, WIDTH, HEIGHT))
    else:
        _circles(draw, frame, colour, selected, active)
    title = map_.title + (" (simulated)" if map_.simulated else "")
    draw.text((24, 20), title, fill=INK, font=ImageFont.load_default(38))
    shown = f"{counted(len(map_), map_.entity_kind)}, coloured by {(colour or 'nothing').replace('_', ' ')}"
    shown += f", {len(selected):,} selected" if len(selected) else ""
    shown += f" · {map_.map_id}, snapshot {map_.snapshot}"
    draw.text((24, TOP + HEIGHT + BOTTOM - 34), shown, fill=QUIET, font=ImageFont.load_default(22))
    _legend(draw, frame, colour, ImageFont.load_default(22))
    file = io.BytesIO()
    canvas.save(file, format="PNG", optimize=True)
    return file.getvalue()


def raster_png(image: np.ndarray) -> bytes:
    """A raster [height, width] uint32 RGBA (first row at the bottom) as a PNG file, quickly rather than small."""
    from PIL import Image

    file = io.BytesIO()
    pixels = np.ascontiguousarray(image[::-1]).view(np.uint8).reshape(*image.shape, 4)
    Image.fromarray(pixels).save(file, format="PNG", compress_level=1)
    return file.getvalue()


def _circles(draw: ImageDraw.ImageDraw, frame: PointFrame, colour: str, selected: np.ndarray, active: bool) -> None:
    x0, x1, y0, y1 = frame.bounds
    x = (frame.points[:, 0] - x0) / (x1 - x0) * WIDTH
    y = TOP + (y1 - frame.points[:, 1]) / (y1 - y0) * HEIGHT
    colours = frame.colouring(colour, active).colours()
    radius = float(np.clip(240 / np.sqrt(max(len(x), 1)), 4, 10))
    ringed = np.zeros(len(x), dtype=bool)
    ringed[selected] = True
    for i in np.flatnonzero(np.isfinite(x) & np.isfinite(y)):
        place = (x[i] - radius, y[i] - radius, x[i] + radius, y[i] + radius)
        alpha = "30" if active and not frame.is_active[i] else "D8"
        draw.ellipse(place, fill=f"{colours[i]}{alpha}", outline=ACCENT if ringed[i] else "#FFFFFF80",
                     width=3 if ringed[i] else 1)  # fmt: skip


def _paste(canvas: Image.Image, image: np.ndarray) -> None:
    """Lay a raster [height, width] uint32 RGBA (first row at the bottom) over the picture."""
    from PIL import Image

    pixels = np.ascontiguousarray(image[::-1]).view(np.uint8).reshape(*image.shape, 4)
    layer = Image.fromarray(pixels)
    canvas.paste(layer, (0, TOP), layer)


def _legend(draw: ImageDraw.ImageDraw, frame: PointFrame, colour: str, font: ImageFont.FreeTypeFont) -> None:
    colouring = frame.colouring(colour)
    y = TOP + HEIGHT + 14
    if not colouring.name:
        return
    if colouring.is_numeric:
        stops = hex_stops()
        for i, stop in enumerate(stops):
            draw.rectangle((140 + 30 * i, y, 170 + 30 * i, y + 20), fill=stop)
        draw.text((24, y), f"{colouring.low:.3g}", fill=INK, font=font)
        draw.text((150 + 30 * len(stops), y), f"{colouring.high:.3g}", fill=INK, font=font)
        return
    for i, (name, count, fill) in enumerate(zip(colouring.names, colouring.counts, colouring.palette, strict=True)):
        x, row = 24 + 440 * (i % 4), y + 36 * (i // 4)
        draw.ellipse((x, row + 4, x + 16, row + 20), fill=fill)
        draw.text((x + 24, row), f"{name[:30]} ({count:,})", fill=INK, font=font)
