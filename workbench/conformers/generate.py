"""From a molecule to a finished ensemble, in the pieces that a job runs step by step."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from workbench.conformers.engines import ENGINES, Embedding
from workbench.conformers.prune import SAME_ENERGY, SAME_RMSD, prune
from workbench.conformers.rmsd import face_on, rmsd_matrix, superpose
from workbench.conformers.score import Relaxed, boltzmann_weights, force_field, relative
from workbench.conformers.stereo import check_stereo
from workbench.errors import DataQualityError, InputError
from workbench.kernels.molecules import fragments, to_rdkit
from workbench.nouns import ConformerEnsemble, Molecule

CHUNK = 10
MAX_CONFORMERS = 500
PROTOCOL = "1"  # part of every ensemble's id; raise it when the numbers of an unchanged request would change


def check_request(molecule: Molecule, n: int) -> None:
    """Raise InputError for what cannot have conformers: separate parts, or a number out of range."""
    if not 1 <= n <= MAX_CONFORMERS:
        raise InputError(f"ask for 1 to {MAX_CONFORMERS} conformers, not {n}.")
    parts = fragments(molecule.smiles)
    if len(parts) > 1:
        raise InputError(
            f"this SMILES holds {len(parts)} separate parts ({', '.join(part[:40] for part in parts[:3])}); "
            "conformers are made of one molecule.",
            hint=f"Use the largest part: {parts[0]}",
        )


def ensemble_id(molecule: Molecule, engine: str, n: int, seed: int) -> str:
    """The content hash of a request: the same molecule, engine, n and seed name the same ensemble."""
    from rdkit import rdBase

    request = [molecule.mapped_smiles, engine, n, seed, PROTOCOL, rdBase.rdkitVersion]
    return "C-" + hashlib.sha256(json.dumps(request).encode()).hexdigest()[:20]


def embed(molecule: Molecule, engine: str, n: int, seed: int, chunk: int, timeout_s: float) -> Embedding:
    """One chunk of at most n conformers; each chunk has its own seed, derived from the request's."""
    if molecule.n_atoms == 1:
        return Embedding(np.zeros((1, 1, 3)), notes=("a single atom has one conformer and no relative energy",))
    own_seed = int(np.random.SeedSequence([seed, chunk]).generate_state(1)[0]) & 0x7FFFFFFF
    return ENGINES.find(engine).thing(molecule, n, own_seed, timeout_s)


def relax(molecule: Molecule, positions: np.ndarray) -> tuple[str, Relaxed]:
    """Local minima of positions [n, n_atoms, 3] Å in the best force field that knows the atoms, and its name.

    Without one the positions come back as they are, energies are NaN and the name is empty.
    """
    energy = force_field(molecule)
    if energy is None or not len(positions):
        nothing = np.full(len(positions), np.nan)
        return "", Relaxed(positions, nothing, np.zeros(len(positions), dtype=bool))
    return energy.name, energy.relax(positions)


def assemble(
    molecule: Molecule, relaxed: Relaxed, energy_model: str, report: dict[str, Any], *, engine: str, n: int, seed: int
) -> ConformerEnsemble:
    """Check stereo, drop duplicates and broken conformers, order by energy, superpose on the lowest.

    Raises DataQualityError with the causes when no conformer is left.
    """
    positions, energies = relaxed.positions, relaxed.energies
    finite = np.isfinite(positions).all(axis=(1, 2)) & (np.isfinite(energies) if energy_model else True)
    stereo = check_stereo(molecule, positions[finite])
    right = stereo.all_as_asked
    chosen = np.flatnonzero(finite)[right] if right.any() else np.flatnonzero(finite)
    if not len(chosen):
        raise DataQualityError(_why_none(molecule, n, report), hint="Try another seed, or check the structure.")
    matrix = rmsd_matrix(molecule, positions[chosen])
    kept = prune(matrix, energies[chosen] if energy_model else None)
    rows = chosen[kept]
    final = relative(energies[rows]) if energy_model else None
    report = report | _report(molecule, stereo, positions, finite, right, chosen, rows, energy_model)
    return ConformerEnsemble(
        ensemble_id=ensemble_id(molecule, engine, n, seed), molecule=molecule,
        positions=face_on(superpose(molecule, positions[rows])), engine=engine, seed=seed, energies=final,
        energy_model=energy_model, weights=None if final is None else boltzmann_weights(final),
        rmsd=matrix[np.ix_(kept, kept)], converged=relaxed.converged[rows] if energy_model else None,
        stereo_ok=stereo_rows(right, finite, rows), report=report,
    )  # fmt: skip


def stereo_rows(right: np.ndarray, finite: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """[n_rows] stereo verdict of conformers `rows`, from verdicts [n_finite] of the finite ones [n]."""
    everywhere = np.zeros(len(finite), dtype=bool)
    everywhere[finite] = right
    return everywhere[rows]


def estimate_seconds(n_heavy: int, n_rotors: int, n: int) -> float:
    """Rough seconds for n conformers on one core, from timed drug molecules (15 to 50 heavy atoms)."""
    return 0.3 + n * (0.004 + 2.2e-5 * n_heavy**2 * (1 + 0.15 * n_rotors))


def size(molecule: Molecule) -> tuple[int, int]:
    """Heavy atoms and rotatable bonds."""
    from rdkit.Chem import rdMolDescriptors

    return int((molecule.numbers > 1).sum()), int(rdMolDescriptors.CalcNumRotatableBonds(to_rdkit(molecule)))


def _report(
    molecule: Molecule, stereo: Any, positions: np.ndarray, finite: np.ndarray, right: np.ndarray, chosen: np.ndarray,
    rows: np.ndarray, energy_model: str,
) -> dict[str, Any]:  # fmt: skip
    from rdkit import rdBase

    notes = []
    if not energy_model and molecule.n_atoms > 1:
        notes.append("neither MMFF94s nor UFF knows every atom here: conformers as embedded, without energies")
    elif energy_model == "UFF":
        notes.append("MMFF94s does not know every atom here: energies are from UFF, a rough guide")
    if energy_model and abs(molecule.charge) + _n_charged(molecule) > 0:
        notes.append("gas-phase energies over-fold charged groups: read the order with care")
    if stereo.unspecified:
        notes.append(f"stereo is not specified at {', '.join(stereo.unspecified)}: forms may be mixed")
    if not right.any() and len(right):
        notes.append("no conformer has the stereo that was asked for: those shown are marked")
    return {
        "n_embedded": len(positions), "n_broken": int((~finite).sum()), "n_wrong_stereo": int((~right).sum()),
        "n_duplicates": int(len(chosen) - len(rows)), "stereo_asked": list(stereo.asked),
        "stereo_unspecified": list(stereo.unspecified), "same_rmsd": SAME_RMSD, "same_energy": SAME_ENERGY,
        "rdkit": rdBase.rdkitVersion, "notes": notes,
    }  # fmt: skip


def _n_charged(molecule: Molecule) -> int:
    return sum(1 for atom in to_rdkit(molecule).GetAtoms() if atom.GetFormalCharge())


def _why_none(molecule: Molecule, n: int, report: dict[str, Any]) -> str:
    causes = sorted(report.get("failures", {}).items(), key=lambda item: -item[1])
    said = "; ".join(f"{reason} ({count:,} times)" for reason, count in causes[:3]) or "no cause was given"
    return f"none of the {n} conformers asked for {molecule.smiles[:60]!r} could be made: {said}."
