"""Drop conformers that are the same minimum, so that Boltzmann weights are not counted twice."""

from __future__ import annotations

import numpy as np

SAME_RMSD = 0.125  # Å
SAME_ENERGY = 0.05  # kcal/mol


def prune(
    rmsd: np.ndarray, energies: np.ndarray | None, *, same_rmsd: float = SAME_RMSD, same_energy: float = SAME_ENERGY
) -> np.ndarray:
    """Indices that stay, lowest energy first. rmsd [n, n] Å; energies [n] kcal/mol, or None: by RMSD alone, in order.

    A conformer goes when a kept one lies closer than `same_rmsd` and within `same_energy` (limits as CREST uses them).
    """
    n = len(rmsd)
    order = np.arange(n) if energies is None else np.argsort(energies, kind="stable")
    kept: list[int] = []
    for i in order:
        near = rmsd[i, kept] < same_rmsd
        if energies is not None:
            near &= np.abs(energies[kept] - energies[i]) < same_energy
        if not near.any():
            kept.append(int(i))
    return np.array(kept, dtype=np.int64)
