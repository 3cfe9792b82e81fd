"""A conformer ensemble as SDF text with its numbers as properties."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError
from workbench.kernels.sdf import sdf_text
from workbench.nouns import ConformerEnsemble


def ensemble_sdf(ensemble: ConformerEnsemble, which: np.ndarray | None = None) -> str:
    """SDF of the conformers `which` [n] (indices; default all). Raises InputError for an index that is not there."""
    rows = np.arange(len(ensemble)) if which is None else np.asarray(which, dtype=np.int64)
    if len(rows) and (rows.min() < 0 or rows.max() >= len(ensemble)):
        raise InputError(f"the ensemble has conformers 0 to {len(ensemble) - 1}; got {rows.tolist()}.")
    name = ensemble.molecule.name or ensemble.molecule.smiles
    titles = [f"{name} conformer {i + 1} of {len(ensemble)}" for i in rows]
    return sdf_text(ensemble.molecule, ensemble.positions[rows], titles, [_properties(ensemble, i) for i in rows])


def _properties(ensemble: ConformerEnsemble, i: int) -> dict[str, object]:
    facts: dict[str, object] = {
        "ensemble_id": ensemble.ensemble_id, "conformer": i + 1, "smiles": ensemble.molecule.smiles,
        "inchikey": ensemble.molecule.inchikey, "engine": ensemble.engine, "seed": ensemble.seed,
    }  # fmt: skip
    if ensemble.energies is not None:
        facts |= {"relative_energy_kcal_mol": f"{ensemble.energies[i]:.4f}", "energy_model": ensemble.energy_model}
    if ensemble.weights is not None:
        facts["boltzmann_weight_298K"] = f"{ensemble.weights[i]:.5f}"
    if ensemble.rmsd is not None:
        facts["rmsd_to_lowest_A"] = f"{ensemble.rmsd[i, 0]:.3f}"
    if ensemble.converged is not None:
        facts["converged"] = bool(ensemble.converged[i])
    if ensemble.stereo_ok is not None:
        facts["stereo_as_asked"] = bool(ensemble.stereo_ok[i])
    return facts
