"""Is a prediction nearer to its own perturbation than to the others? Discrimination scores and centroid accuracy."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from workbench.errors import InputError

DISTANCES = {"l1": "cityblock", "l2": "euclidean", "cosine": "cosine"}


def discrimination(predicted: np.ndarray, observed: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Share of other observed responses that are less similar to the prediction than the own one [n]; ties half.

    Cosine after subtracting the reference [n_readouts]; predicted, observed [n, n_readouts]; 0.5 is chance, 1 perfect
    (the (N-1) form of the perturbation discrimination score).
    """
    return discrimination_share(predicted - reference, observed - reference, "cosine")


def discrimination_share(
    predicted: np.ndarray, observed: np.ndarray, distance: str = "l1", masked: np.ndarray | None = None
) -> np.ndarray:
    """The (N-1) form: share of the other observed effects farther from the prediction than the own one [n], ties half.

    predicted, observed [n, n_readouts] effects (deltas); masked [n]: column left out for a row, -1 for none (a
    perturbed gene's own readout). 1 perfect, 0.5 for any constant prediction, NaN for a single row. The L1 and L2
    forms depend on the scale of the prediction, the cosine form does not. Raises InputError for an unknown distance.
    """
    table = _distances(predicted, observed, distance, masked)
    n = len(table)
    if n < 2:
        return np.full(n, np.nan)
    scale = table.max() if distance != "cosine" else 1.0
    table = np.round(table / (scale or 1.0), 12)  # equal up to rounding is a tie
    own = np.diag(table)[:, None]
    beaten = (table > own).sum(axis=1) + 0.5 * ((table == own).sum(axis=1) - 1)
    return beaten / (n - 1)


def discrimination_score(
    predicted: np.ndarray, observed: np.ndarray, distance: str = "l1", masked: np.ndarray | None = None
) -> np.ndarray:
    """The form of cell-eval 0.8: 1 - rank / N, rank of the own observed effect among all N, from 0 [n].

    predicted, observed [n, n_readouts] effects; masked [n] as in `discrimination_share`. Best 1, worst 1 / N; a
    constant prediction gives (N + 1) / (2 N) on average; ties are broken by the order of the rows.
    """
    table = _distances(predicted, observed, distance, masked)
    order = np.argsort(table, axis=1, kind="stable")
    rank = np.argmax(order == np.arange(len(table))[:, None], axis=1)
    return 1 - rank / len(table)


def centroid_accuracy(predicted: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Share of other observed centroids farther (Euclidean) from the prediction than the own one [n]; ties lose.

    predicted, observed [n, n_readouts] profiles or deltas (a common shift changes nothing); NaN for a single row.
    Source: Systema (Viñas Torné et al., 2025).
    """
    table = _distances(predicted, observed, "l2", None)
    n = len(table)
    if n < 2:
        return np.full(n, np.nan)
    return (table > np.diag(table)[:, None]).sum(axis=1) / (n - 1)


def own_readout(targets: np.ndarray, readouts: np.ndarray) -> np.ndarray:
    """Column of the readout that carries the name of each row's target [n], -1 where there is none; for `masked`."""
    place = {str(name): i for i, name in enumerate(readouts)}
    return np.array([place.get(str(target), -1) for target in targets], dtype=int)


def _distances(predicted: np.ndarray, observed: np.ndarray, distance: str, masked: np.ndarray | None) -> np.ndarray:
    """Distance of each prediction (row) to each observed effect (column) [n, n]."""
    if distance not in DISTANCES:
        raise InputError(f"no distance is called {distance!r}.", hint=f"Known: {', '.join(DISTANCES)}.")
    predicted, observed = np.asarray(predicted, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    if predicted.shape != observed.shape or predicted.ndim != 2:
        raise InputError(f"predicted {predicted.shape} and observed {observed.shape} need one shape, rows × readouts.")
    table = _between(predicted, observed, distance)
    for row in [] if masked is None else np.flatnonzero(np.asarray(masked) >= 0):
        kept = np.delete(np.arange(observed.shape[1]), masked[row])
        table[row] = _between(predicted[row : row + 1, kept], observed[:, kept], distance)[0]
    return table


def _between(a: np.ndarray, b: np.ndarray, distance: str) -> np.ndarray:
    if distance == "cosine":
        return 1 - _unit(a) @ _unit(b).T  # a response of length zero is as far from everything: 1
    return cdist(a, b, DISTANCES[distance])


def _unit(rows: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, norm, out=np.zeros_like(rows, dtype=float), where=norm > 1e-12)
