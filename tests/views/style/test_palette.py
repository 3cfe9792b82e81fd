from __future__ import annotations

import itertools

import numpy as np
import pytest

from workbench.errors import InputError
from workbench.views.style import palette

READABLE = 4.5  # WCAG 2.1 AA, text
VISIBLE = 3.0  # WCAG 2.1 AA, large text and marks
# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
DEFICIENCIES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


def lab(colour: str, deficiency: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as seen with a deficiency: [3]."""
    share = np.array(palette.rgb(colour)) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0, 1) if deficiency != "none" else linear
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ linear / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "muted", "accent", "good", "warn", "bad"])
@pytest.mark.parametrize("ground", ["ground", "surface", "raised"])
def test_text_is_readable_in_both_themes(mode: str, name: str, ground: str) -> None:
    tokens = palette.TOKENS[mode]
    assert palette.contrast(tokens[name], tokens[ground]) >= READABLE


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_marked_entries_and_buttons_are_readable(mode: str) -> None:
    tokens = palette.TOKENS[mode]
    assert palette.contrast(tokens["accent"], tokens["wash"]) >= READABLE
    assert palette.contrast(tokens["ink"], tokens["wash"]) >= READABLE
    assert palette.contrast(tokens["on-accent"], tokens["accent"]) >= READABLE


def test_states_are_readable_as_white_on_colour() -> None:
    colours = {**palette.STATE, **palette.OUTCOME, **palette.VERDICT}
    assert {name for name, colour in colours.items() if palette.contrast(colour, "#FFFFFF") < READABLE} == set()


@pytest.mark.parametrize("deficiency", ["none", "protan", "deutan"])
def test_the_first_six_categories_stay_apart_for_colour_blind_eyes(deficiency: str) -> None:
    seen = [lab(colour, deficiency) for colour in palette.CATEGORICAL[:6]]
    apart = [float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)]
    assert min(apart) > 10


def test_both_ends_of_a_signed_scale_differ_for_colour_blind_eyes() -> None:
    for deficiency in DEFICIENCIES:
        low, high = lab(palette.DIVERGING[0], deficiency), lab(palette.DIVERGING[-1], deficiency)
        assert np.linalg.norm(low - high) > 40


def test_contrast_runs_from_one_to_twenty_one() -> None:
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.contrast("#777777", "#777777") == pytest.approx(1)
    assert palette.contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.01)  # W3C's own example


def test_names_beyond_the_palette_are_grey() -> None:
    names = [f"cluster {i}" for i in range(14)]
    colours = palette.categories(names)
    assert len({colours[name] for name in names[:12]}) == 12
    assert colours["cluster 13"] == palette.CONTROL


@pytest.mark.parametrize("colour", ["red", "#12", "#GG0000", ""])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(InputError, match="#RRGGBB"):
        palette.rgb(colour)
