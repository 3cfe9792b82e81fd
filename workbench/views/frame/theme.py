"""The two themes of the page: Material settings, and design tokens for our own parts."""

from __future__ import annotations

from typing import Any

from workbench.views.style.palette import TOKENS

COOKIE = "workbench-theme"


def material(mode: str) -> dict[str, Any]:
    """Material theme of one mode ("light" or "dark"): our colours, 15 px text, quiet corners, no shouting buttons."""
    tokens = TOKENS[mode]
    return {
        "palette": {
            "primary": {"main": tokens["accent"], "contrastText": tokens["surface"]},
            "success": {"main": tokens["good"]},
            "warning": {"main": tokens["warn"]},
            "error": {"main": tokens["bad"]},
            "background": {"default": tokens["ground"], "paper": tokens["surface"]},
            "text": {"primary": tokens["ink"], "secondary": tokens["muted"]},
            "divider": tokens["line"],
        },
        "shape": {"borderRadius": 8},
        "typography": {"fontSize": 14, "button": {"textTransform": "none", "fontWeight": 500}},
    }


def theme_config() -> dict[str, Any]:
    """Both modes, as panel-material-ui's `theme_config`."""
    return {"light": material("light"), "dark": material("dark")}


def tokens_css(mode: str) -> dict[str, str]:
    """Our design tokens as CSS custom properties, e.g. `--wb-ink`."""
    return {f"--wb-{name}": value for name, value in TOKENS[mode].items()}


def root_css(theme: str = "") -> str:
    """The tokens as a rule for pages of plain HTML, in one theme; "": as the browser prefers."""
    dark = "" if theme else f"@media (prefers-color-scheme: dark) {{ :root {{ {_declared('dark')} }} }}\n"
    return f":root {{ color-scheme: {theme or 'light dark'}; {_declared(theme or 'light')} }}\n{dark}"


def _declared(theme: str) -> str:
    return " ".join(f"{name}: {colour};" for name, colour in tokens_css(theme).items())


def page_styles() -> dict[str, Any]:
    """The look of the page itself: tokens by mode, a quiet app bar, a navigation that narrows to icons."""
    narrow = "@media (max-width: 1180px)"
    return {
        "&.mui-light": tokens_css("light"),
        "&.mui-dark": tokens_css("dark"),
        ".MuiAppBar-root": {"bgcolor": "primary.contrastText", "color": "primary.main", "boxShadow": "none",
                            "borderBottom": "1px solid var(--wb-line)", "backgroundImage": "none"},
        ".MuiToolbar-root": {"minHeight": "56px !important", "height": "56px", "padding": "0 16px !important",
                             "margin": "0 !important"},
        ".main": {"backgroundColor": "var(--wb-ground)", "minWidth": 0},
        ".main-content": {"scrollbarGutter": "stable"},
        "nav": {narrow: {"width": "64px !important"}},
        ".MuiDrawer-paper": {"bgcolor": "var(--wb-surface)", "backgroundImage": "none",
                             "borderRight": "1px solid var(--wb-line)", narrow: {"width": "64px !important"}},
    }  # fmt: skip
