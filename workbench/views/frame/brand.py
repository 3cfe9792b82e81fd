"""The mark: as it stands in the header, and as the browser's icon."""

from __future__ import annotations

BRAND = (
    '<a href="/" class="brand"><svg viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="m12 2.8 8 4.6v9.2l-8 4.6-8-4.6V7.4z"/>'
    '<circle cx="12" cy="12" r="3.1"/><path d="M12 8.9V2.8M14.7 13.5l5.3 3.1M9.3 13.5 4 16.6"/></svg>workbench</a>'
)
BRAND_STYLE = """
.brand { display: flex; align-items: center; gap: 9px; height: 38px; font: 600 18px/1 Roboto, system-ui, sans-serif;
  color: var(--wb-ink); text-decoration: none; letter-spacing: -.01em; }
.brand svg { width: 26px; height: 26px; fill: none; stroke: var(--wb-accent); stroke-width: 1.7;
  stroke-linejoin: round; }
.brand:focus-visible { outline: 2px solid var(--wb-accent); outline-offset: 4px; border-radius: 4px; }
"""
FAVICON = (
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' "
    "stroke='%230B6E7F' stroke-width='2' stroke-linejoin='round'><path d='m12 2.8 8 4.6v9.2l-8 4.6-8-4.6V7.4z'/>"
    "<circle cx='12' cy='12' r='3.1'/></svg>"
)
