"""Mechanism by nearest neighbour: does the most similar treatment of another compound share the mechanism?

NSC ("not same compound") and NSCB ("nor same batch"), Ljosa et al., J Biomol Screen 2013. Allowing the same compound is
the classic leak: its own doses are then the nearest, whatever the mechanism.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.kernels.bootstrap import bootstrap_groups
from workbench.kernels.topk import unit_rows

N_NULL = 1000


@dataclass(frozen=True, eq=False)
class MechanismScore:
    """right [n_treatments] 1, 0 or NaN (not asked); share right with its 95 % interval over compounds; `null`, the
    share with mechanisms shuffled among compounds; p that shuffling does as well; n treatments, n_compounds."""

    right: np.ndarray
    value: float
    low: float
    high: float
    null: float
    p: float
    n: int
    n_compounds: int

    def __repr__(self) -> str:
        return (
            f"MechanismScore({np.nansum(self.right):.0f}/{self.n} = {self.value:.3f} [{self.low:.3f}, {self.high:.3f}], "
            f"shuffled {self.null:.3f}, {self.n_compounds} compounds)"
        )


def nearest_mechanism(
    vectors: np.ndarray, mechanism: np.ndarray, compound: np.ndarray, *, batch: np.ndarray | None = None
) -> np.ndarray:
    """1 where the nearest treatment by cosine of another compound (and another batch) has the same mechanism, else 0.

    vectors [n, d]; mechanism, compound, batch [n] text -> [n] float, NaN where nothing can be asked: no other compound
    or, with `batch`, no treatment of its mechanism by another compound in another batch (NSCB's definition).
    """
    nearest, barred = _nearest(vectors, compound, batch)
    same = mechanism[:, None] == mechanism
    asked = ~barred.all(axis=1) if batch is None else (same & ~barred).any(axis=1)
    return np.where(asked, same[np.arange(len(same)), nearest], np.nan)


def mechanism_score(
    vectors: np.ndarray,
    mechanism: np.ndarray,
    compound: np.ndarray,
    *,
    batch: np.ndarray | None = None,
    seed: int = 0,
) -> MechanismScore:
    """NSC, or NSCB when `batch` is given, with interval over compounds and a null of mechanisms shuffled among compounds.

    vectors [n_treatments, d]; mechanism, compound, batch [n_treatments] text. Raises InputError for a compound with two
    mechanisms and DataQualityError when no treatment can be asked.
    """
    mechanism, compound = np.asarray(mechanism).astype(str), np.asarray(compound).astype(str)
    _, first, code = np.unique(compound, return_index=True, return_inverse=True)
    if (split := mechanism != mechanism[first][code]).any():
        raise InputError(f"the compound {str(compound[np.argmax(split)])!r} has two mechanisms; give it one.")
    right = nearest_mechanism(vectors, mechanism, compound, batch=batch)
    asked = np.isfinite(right)
    if not asked.any():
        raise DataQualityError(
            f"none of {len(right)} treatments has a treatment of another compound to be compared with."
        )
    value, low, high = bootstrap_groups(right[asked], compound[asked], seed=seed)
    nearest, _ = _nearest(vectors, compound, batch)
    rng = np.random.default_rng(seed)
    null = np.empty(N_NULL)
    for i in range(N_NULL):
        shuffled = rng.permutation(mechanism[first])[code]
        null[i] = np.mean((shuffled == shuffled[nearest])[asked])
    p = (1 + np.sum(null >= value)) / (N_NULL + 1)
    return MechanismScore(right, value, low, high, float(null.mean()), float(p), int(asked.sum()),
                          len(np.unique(code[asked])))  # fmt: skip


def _nearest(vectors: np.ndarray, compound: np.ndarray, batch: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Number of the nearest treatment that may answer [n], and which may not [n, n]."""
    units = unit_rows(vectors)
    barred = compound[:, None] == compound
    if batch is not None:
        barred |= np.asarray(batch)[:, None] == np.asarray(batch)
    return np.where(barred, -np.inf, units @ units.T).argmax(axis=1), barred
