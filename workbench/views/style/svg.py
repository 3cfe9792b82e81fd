"""Marks of our SVG figures: lines and safe text that take the colour around them."""

from __future__ import annotations

from html import escape

FONT = "Roboto, system-ui, sans-serif"


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, opacity: str = "1") -> str:
    """A line with round ends."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width:.1f}" '
        f'stroke-linecap="round" opacity="{opacity}"/>'
    )


def label(x: float, y: float, text: str, anchor: str = "start", size: int = 12, opacity: str = ".8") -> str:
    """Text at a place; anchor: start, middle or end."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="currentColor" opacity="{opacity}" '
        f'font-family="{FONT}">{escape(text)}</text>'
    )
