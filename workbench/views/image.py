"""A multi-channel microscope image as one colour picture."""

from __future__ import annotations

import base64
import io

import numpy as np

CHANNEL_COLOURS = ((230, 60, 60), (240, 150, 40), (90, 200, 90), (60, 190, 220), (70, 100, 240))


def composite(array: np.ndarray, channels: list[str] | tuple[str, ...]) -> str:
    """Channels in fixed colours, added, as an HTML picture with its legend. array [n_channels, height, width]."""
    from html import escape

    from PIL import Image

    array = np.asarray(array, dtype=np.float32)[: len(CHANNEL_COLOURS)]
    total = np.zeros((*array.shape[1:], 3), dtype=np.float32)
    for plane, colour in zip(array, CHANNEL_COLOURS, strict=False):
        low, high = np.quantile(plane, [0.02, 0.998])
        share = np.clip((plane - low) / max(high - low, 1e-6), 0, 1)
        total += share[..., None] * np.array(colour, dtype=np.float32) * 0.75
    file = io.BytesIO()
    Image.fromarray(np.clip(total, 0, 255).astype(np.uint8)).save(file, format="PNG")
    data = base64.b64encode(file.getvalue()).decode()
    legend = " ".join(
        f'<span style="white-space:nowrap;margin-right:8px"><span style="color:rgb{colour}">●</span> '
        f"{escape(str(name))}</span>"
        for name, colour in zip(channels, CHANNEL_COLOURS, strict=False)
    )
    return (
        f'<img src="data:image/png;base64,{data}" alt="well image" '
        'style="width:100%;max-width:420px;border-radius:6px">'
        f'<div style="font-size:12px;opacity:.8">{legend}</div>'
    )
