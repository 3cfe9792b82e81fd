"""Two checks of perturbed data, in words with numbers: are the controls matched and apart, and what would leak in a split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np

from workbench.catalog.importers.columns import plain, shown
from workbench.catalog.importers.matched import Change
from workbench.kernels.shared_control import shared_control
from workbench.nouns import Perturbation

FLAGGED = 0.05  # of inflation, from which a reader must be told
MAX_CHECKED = 8_000_000  # values of all changes that are compared; of more each n-th is
USUAL = ("control", "ctrl", "non_targeting", "nontargeting", "negative_control", "negctrl", "dmso", "vehicle", "untreated",
         "scramble", "unperturbed", "safe_targeting")  # fmt: skip


class Unmatched(NamedTuple):
    """How many perturbations have rows, how many have some without a matched control, and which places have none."""

    n: int
    n_without: int
    places: list[str]


def control_check(changes: Sequence[Change], units: Sequence[str], unmatched: Unmatched, place: str) -> str:
    """What a reader must know of the controls. units: gene or compound of each change; place: batch, plate."""
    if unmatched.n_without:
        names = ", ".join(map(shown, unmatched.places[:3])) + (", …" if len(unmatched.places) > 3 else "")
        said = (
            f"{unmatched.n_without:,} of {unmatched.n:,} perturbations have no matched control in some {place} "
            f"({len(unmatched.places):,} without: {names}); what they did there is no response"
        )
    else:
        said = f"all {unmatched.n:,} perturbations have controls in their own {place}"
    usable = [i for i, item in enumerate(changes) if np.isfinite(item.first).all() and np.isfinite(item.second).all()]
    kept = np.array([units[i] for i in usable])
    if len(set(kept.tolist())) < 3:
        needs = f"it needs two control rows a {place} and three perturbations"
        return f"{said}. How much noise a shared control adds cannot be told: {needs}"
    halves = (np.stack([getattr(changes[i], half) for i in usable]) for half in ("first", "second"))
    same, apart, n = shared_control(*halves, kept)
    verdict = (
        "flagged: score with disjoint controls or against the mean, never by rD alone" if same - apart > FLAGGED
        else "small"
    )  # fmt: skip
    return (
        f"{said}. The mean of the other perturbations reaches rD {same:.3f} with the same controls on both sides and "
        f"{apart:.3f} with disjoint halves (n = {n:,}): {same - apart:+.3f} is shared noise ({verdict})"
    )


def checked_step(n_changes: int, n_features: int) -> int:
    """Each how many-th change is compared, so that memory holds them together."""
    return n_changes * n_features // MAX_CHECKED + 1


def leakage_check(perturbations: Iterable[Perturbation], places: dict[str, int], n_copies: int, where: str) -> str:
    """What must stay on one side of a split. places: perturbation id -> number of places, `where` what they are called
    (plates); n_copies: rows equal to another.
    """
    items = {item.perturbation_id: item for item in perturbations if item.kind != "control"}.values()
    singles = [item for item in items if item.kind not in ("compound", "combination")]
    pairs = [item for item in items if item.kind == "combination"]
    doses = [item for item in items if item.kind == "compound"]
    genes, compounds = {item.genes[0] for item in singles}, {item.compounds[0] for item in doses}
    ways = {(item.kind, item.genes[0]) for item in singles}
    said = []
    if len(singles) > len(ways):
        said.append(f"{len(singles):,} constructs or guides are of {len(genes):,} genes: split by gene, not by row")
    if len(ways) > len(genes):
        said.append(f"{len(ways) - len(genes):,} genes are perturbed in two ways: split by gene, not by row")
    if len(doses) > len(compounds):
        said.append(f"{len(doses):,} doses are of {len(compounds):,} compounds: split by compound, not by dose")
    if pairs:
        shared = sum(bool({*item.genes, *item.compounds} & (genes | compounds)) for item in pairs)
        said.append(
            f"{shared:,} of {len(pairs):,} combinations hold a single perturbation that is here too: hold out by part"
        )
    if several := sum(n > 1 for n in places.values()):
        said.append(
            f"{several:,} of {len(places):,} perturbations are in several {where}: their rows are no independent tests, "
            "split by perturbation"
        )
    if n_copies:
        said.append(f"{n_copies:,} rows are copies of another row: the same measurement on both sides")
    return (
        "; ".join(said) or "no two perturbations share a gene or compound, none is in several places, no row is a copy"
    )


def unit_of(item: Perturbation) -> str:
    """What must not be on both sides of a split: genes, or compounds without their dose."""
    return "+".join(sorted({*item.genes, *item.compounds})) or item.perturbation_id


def looks_misspelt(labels: Iterable[str]) -> str:
    """A label that is nearly the name of a control, "" when there is none."""
    for label in labels:
        name = plain(label).rstrip("_0123456789")
        if name not in USUAL and len(name) > 3 and get_close_matches(name, USUAL, n=1, cutoff=0.84):
            return label
    return ""


def between(low: int, high: int) -> str:
    """A range as it is said: `3`, or `3 to 5`."""
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
