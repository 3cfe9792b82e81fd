"""Whether a plate was measured under another layout than its own: another plate's (swapped), or its own turned."""

from __future__ import annotations

import numpy as np

SWAP_RATIO = 0.6
ALARM_P = 0.01
MOST_COMPARED = 40
PERMUTATIONS = 200
SIDE = 64  # a place on a plate as one number: row * SIDE + column


def layout_mask(places: set[tuple[int, int]]) -> np.ndarray:
    """Where negative controls lie [SIDE²], by row * SIDE + column."""
    mask = np.zeros(SIDE * SIDE, dtype=bool)
    mask[[row * SIDE + column for row, column in places]] = True
    return mask


def turned(mask: np.ndarray, shape: tuple[int, int]) -> dict[str, np.ndarray]:
    """A layout as a plate that was put in the wrong way, or read from the wrong end, shows it; those that differ from it."""
    rows, columns = np.divmod(np.flatnonzero(mask), SIDE)
    flipped_rows, flipped_columns = shape[0] - 1 - rows, shape[1] - 1 - columns
    ways = {
        "turned by 180°": (flipped_rows, flipped_columns), "with its rows in reverse order": (flipped_rows, columns),
        "with its columns in reverse order": (rows, flipped_columns),
    }  # fmt: skip
    found = {name: layout_mask(set(zip(*map(np.ndarray.tolist, places), strict=True))) for name, places in ways.items()}
    return {name: there for name, there in found.items() if (there != mask).any()}


def fits_another(
    own: np.ndarray, where: np.ndarray, negative: np.ndarray, layouts: dict[str, np.ndarray], rng: np.random.Generator,
    *, n_draws: int = PERMUTATIONS, alarm_p: float = ALARM_P,
) -> str:  # fmt: skip
    """Another layout that puts controls on wells that vary much less than this plate's own; "" when none does.

    own [n_wells, n_readouts], where [n_wells, 2], negative [n_wells] of one plate; layouts: masks by name, of which 40 are
    compared. The other wells must also vary less than all but `alarm_p` of random sets of as many wells.
    """
    spread = control_spread(own[negative])
    if spread is None:
        return ""
    keys = where[:, 0] * SIDE + where[:, 1]
    best, least = "", SWAP_RATIO * spread
    for other in list(layouts)[:MOST_COMPARED]:
        mask = layouts[other][keys]
        theirs = control_spread(own[mask])
        if theirs is None or theirs >= least:
            continue
        drawn = [control_spread(own[rng.permutation(len(own))[: int(mask.sum())]]) for _ in range(n_draws)]
        if (1 + sum(value is not None and value <= theirs for value in drawn)) / (n_draws + 1) < alarm_p:
            best, least = other, theirs
    return best


def swaps(fits: dict[str, str]) -> dict[str, tuple[str, bool]]:
    """Plates that fit another's layout better than their own, by name: that plate, and whether it is certain.

    fits: the better layout of each plate, "" where its own is best. Chance alone lets a plate fit another now and then, so it
    is certain only where the others fit in a ring that comes back to the plate: A as B and B as A, or around three.
    """
    found = {}
    for plate, other in fits.items():
        seen, at = {plate}, other
        while at and at not in seen and at in fits:
            seen.add(at)
            at = fits[at]
        if other:
            found[plate] = other, at == plate
    return found


def control_spread(block: np.ndarray) -> float | None:
    """Median over readouts of the standard deviation of control wells [n, n_readouts]; None below two wells."""
    return float(np.median(block.std(axis=0, ddof=1))) if len(block) > 1 else None
