"""Do the signs of short paths say which way a readout moves? Measured on genes whose majority was learnt from others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import scipy.sparse as sp

from workbench.catalog.networks import relations_stamp
from workbench.catalog.training_sets import read_task_wells
from workbench.cells.examples import control_half
from workbench.cells.mechanism import SEED, Directed, Mechanisms
from workbench.cells.sources import ensure_split
from workbench.evaluation.split import grouped_folds
from workbench.kernels.bootstrap import bootstrap_groups
from workbench.kernels.response import against_controls
from workbench.nouns import Claim, Prediction

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.training.recipe import Recipe

SIZE = 1.5  # a change counts when every replicate moves this many standard deviations of a well the same way
N_REWIRED, N_FOLDS, MIN_PAIRS = 20, 10, 10
SignTest = dict[str, Any]
_kept: dict[tuple[str, ...], SignTest] = {}
_testing = threading.Lock()


class Changes(NamedTuple):
    """Measured changes that are large and alike in all replicates: signs [n, n_readouts] (0 elsewhere), genes [n]."""

    signs: np.ndarray
    genes: np.ndarray
    readouts: tuple[str, ...]


def read_changes(catalog: Catalog, recipe: Recipe, roles: tuple[str, ...] = ("train",)) -> Changes:
    """Changes of the genes with these roles, each plate against its even control wells; results of the queue left out."""
    wells = read_task_wells(
        catalog.lake, recipe.dataset, recipe.task, recipe.context_id, in_control_sd=recipe.in_control_sd
    )
    role_of = ensure_split(catalog, recipe)
    chosen = np.isin([role_of.get(gene, "") for gene in wells.genes], roles) & ~wells.is_control
    even = wells.is_control & control_half(wells.plates, wells.is_control, "even")
    rows = (chosen | even) & ~wells.is_lab
    values = np.clip(wells.values[rows], -recipe.clip, recipe.clip) if recipe.clip else wells.values[rows]
    delta = against_controls(values, wells.plates[rows], wells.is_control[rows])
    treated = ~wells.is_control[rows]
    unit = 1.0 if recipe.units == "robust z" else float(np.median(delta[~treated].std(axis=0)))
    return large_changes(
        delta[treated] / unit, wells.perturbations[rows][treated], wells.genes[rows][treated], wells.readouts
    )


def large_changes(
    delta: np.ndarray, perturbations: np.ndarray, genes: np.ndarray, readouts: tuple[str, ...]
) -> Changes:
    """From replicates delta [n_wells, n_readouts] in standard deviations of a well; perturbations, genes [n_wells]."""
    labels, first, index, counts = np.unique(perturbations, return_index=True, return_inverse=True, return_counts=True)
    least, most = (np.full((len(labels), delta.shape[1]), bound) for bound in (np.inf, -np.inf))
    np.minimum.at(least, index, delta)
    np.maximum.at(most, index, delta)
    signs = (least > SIZE).astype(int) - (most < -SIZE).astype(int)
    signs[counts < 2] = 0
    return Changes(signs, genes[first], readouts)


def path_signs(
    mechanisms: Mechanisms, genes: np.ndarray, readouts: tuple[str, ...], draw: int | None = None
) -> np.ndarray:
    """Sign [n_genes, n_readouts] of the direct edges, where there are none of the one-step paths; 0 unknown or in balance.

    draw: which rewired networks to take in place of the real ones.
    """
    asked, place = np.unique(genes, return_inverse=True)
    column = np.full(len(mechanisms.names), -1)
    known = [i for i, name in enumerate(readouts) if name in mechanisms.number]
    column[[mechanisms.number[readouts[i]] for i in known]] = known
    everywhere = np.arange(len(column))
    whole = {name: _signed(graph, everywhere, draw) for name, graph in mechanisms.directed.items()}
    ends = {name: _signed(graph, column, draw) for name, graph in mechanisms.directed.items()}
    rows_of: dict[tuple[tuple[str, ...], ...], list[int]] = {}  # genes whose paths lead over the same networks
    for row, gene in enumerate(asked):
        if str(gene) in mechanisms.number:
            steps = tuple(tuple(graph.name for graph in step) for step in mechanisms.steps((str(gene),)))
            rows_of.setdefault(steps, []).append(row)
    signs = np.zeros((len(asked), len(readouts)), dtype=int)
    for (first, last), rows in rows_of.items():
        numbers = [mechanisms.number[str(gene)] for gene in asked[rows]]
        direct = sum(matrix[numbers] for matrix in ends.values()).toarray()
        if first and last:
            over = sum(whole[name][numbers] for name in first) @ sum(ends[name] for name in last)
            direct = np.where(direct != 0, direct, over.toarray())
        signs[rows, : direct.shape[1]] = np.sign(direct)[:, : len(readouts)]
    signs[asked[:, None] == np.array(readouts)[None, :]] = 0  # the perturbed gene itself
    return signs[place]


def sign_test(changes: Changes, mechanisms: Mechanisms, *, n_rewired: int = N_REWIRED) -> SignTest:
    """Sign accuracy of paths on large measured changes beside the majority sign of each readout among other genes.

    n pairs, genes, accuracy, majority (on the same pairs), margin with low and high over genes, rewired: mean accuracy in
    rewired networks, rewired_high: their largest; beats: the margin's interval lies above 0 and the accuracy above every
    rewired network. Majority: ten folds by gene, ties and readouts without a change count half.
    """
    said = path_signs(mechanisms, changes.genes, changes.readouts)
    majority = majority_hits(changes)
    pairs = (said != 0) & (changes.signs != 0)
    n = int(pairs.sum())
    nothing = {"n": n, "genes": len(set(changes.genes[pairs.any(axis=1)])), "beats": False}
    if n < MIN_PAIRS:
        return {
            **nothing,
            **dict.fromkeys(("accuracy", "majority", "rewired", "rewired_high", "margin", "low", "high")),
        }
    right = (said == changes.signs).astype(float)
    groups = np.repeat(changes.genes, pairs.sum(axis=1))
    margin, low, high = bootstrap_groups((right - majority)[pairs], groups)
    drawn = [rewired_accuracy(changes, mechanisms, draw) for draw in range(n_rewired)]
    drawn = [value for value in drawn if value is not None]
    accuracy = float(right[pairs].mean())
    return {
        **nothing, "accuracy": accuracy, "majority": float(majority[pairs].mean()),
        "rewired": float(np.mean(drawn)) if drawn else None, "rewired_high": max(drawn, default=None),
        "margin": margin, "low": low, "high": high, "beats": low > 0 and bool(drawn) and accuracy > max(drawn),
    }  # fmt: skip


def agreement(prediction: Prediction, moved: frozenset[str], mechanisms: Mechanisms) -> tuple[int, int]:
    """Of how many moved readouts that a short path gives a sign is it the predicted one: (agreeing, with a sign)."""
    said = path_signs(mechanisms, np.array(prediction.perturbation.genes[:1]), prediction.readouts)[0]
    known = (said != 0) & np.isin(prediction.readouts, list(moved))
    return int((said == np.sign(prediction.delta))[known].sum()), int(known.sum())


def rewired_accuracy(changes: Changes, mechanisms: Mechanisms, draw: int) -> float | None:
    """Sign accuracy of paths in one rewired network; None where it reaches no changed readout."""
    said = path_signs(mechanisms, changes.genes, changes.readouts, draw)
    pairs = (said != 0) & (changes.signs != 0)
    return float((said == changes.signs)[pairs].mean()) if pairs.any() else None


def majority_hits(changes: Changes) -> np.ndarray:
    """Is the majority sign of a readout among the other folds' genes right [n, n_readouts]; 0.5 where it has none."""
    folds = grouped_folds(changes.genes, min(N_FOLDS, len(set(changes.genes))), SEED)
    right = np.zeros(changes.signs.shape)
    for fold in np.unique(folds):
        majority = np.sign(changes.signs[folds != fold].sum(axis=0))
        own = changes.signs[folds == fold]
        right[folds == fold] = np.where(majority[None] == 0, 0.5, majority[None] == own)
    return right


def read_sign_test(catalog: Catalog, recipe: Recipe, mechanisms: Mechanisms) -> SignTest:
    """The sign test on the training genes of a task, made once for a state of its networks and data, then kept."""
    if recipe.shape != "kernel" or not mechanisms.directed:
        return {}
    data = catalog.lake.value("SELECT string_agg(sha256, '|' ORDER BY sha256) FROM lake.dataset WHERE dataset = $1",
                              [recipe.dataset])  # fmt: skip
    key = (str(catalog.settings.home), recipe.sha256, relations_stamp(catalog), data or "")
    with _testing:
        if key not in _kept:
            _kept[key] = sign_test(read_changes(catalog, recipe), mechanisms)
        return _kept[key]


def sign_claim(test: SignTest, claim_id: str, here: tuple[int, int] = (0, 0)) -> Claim:
    """What may be said of signs: supported where paths beat majority and rewired networks, opposed where they lose to it.

    here: for how many of how many moved readouts of the prediction the paths say the predicted direction.
    """
    null = f"the majority sign of each readout among other genes, and {N_REWIRED} rewired networks"
    if test["accuracy"] is None:
        words = f"Signs of short paths are not claimed: only {test['n']} large measured changes lie at the end of one"
        return Claim(words, "sign", 0, 0.0, claim_id=claim_id, null=null)
    size = (
        f"on {test['n']} large measured changes of {test['genes']} genes they are right in {test['accuracy']:.0%}, the "
        f"majority in {test['majority']:.0%} (margin {test['margin']:+.2f} [{test['low']:+.2f}, {test['high']:+.2f}]), "
        f"rewired networks in {test['rewired']:.0%}"
    )
    verdict = "supported" if test["beats"] else "opposed" if test["high"] < 0 else "not distinguishable from chance"
    start = "Signs of short paths hold here" if test["beats"] else "Signs of short paths are not claimed"
    if test["beats"] and here[1]:
        size += f"; here they say the predicted direction of {here[0]} of {here[1]} moved readouts"
    right, chance = test["accuracy"] * test["n"], test["majority"] * test["n"]
    return Claim(
        f"{start}: {size}", "sign", round(right), chance, right / chance if chance else None, verdict=verdict,
        claim_id=claim_id, null=null, note="About all genes of the task, not about this prediction.",
    )  # fmt: skip


def _signed(graph: Directed, column: np.ndarray, draw: int | None) -> sp.csr_matrix:
    """Known signs [n_genes, n_genes] of a network; column [n_genes] of each target, -1 for one that is left out."""
    target = column[graph.target if draw is None else graph.rewired[draw]]
    known = (graph.sign != 0) & (target >= 0)
    shape = (len(column), max(len(column), int(column.max(initial=0)) + 1))
    return sp.csr_matrix((graph.sign[known].astype(float), (graph.source[known], target[known])), shape=shape)
