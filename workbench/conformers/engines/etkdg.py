"""ETKDGv3: distance geometry with experimental torsions and ring terms, from RDKit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.conformers.engines import Embedding, engine
from workbench.kernels.molecules import to_rdkit

if TYPE_CHECKING:
    from rdkit.Chem import Mol

    from workbench.nouns import Molecule

_WORDS = {
    "INITIAL_COORDS": "no first coordinates",
    "FIRST_MINIMIZATION": "first minimisation failed",
    "CHECK_TETRAHEDRAL_CENTERS": "a tetrahedral centre was flat",
    "CHECK_CHIRAL_CENTERS": "a stereo centre came out wrong",
    "MINIMIZE_FOURTH_DIMENSION": "fourth dimension did not vanish",
    "ETK_MINIMIZATION": "torsion minimisation failed",
    "FINAL_CHIRAL_BOUNDS": "final stereo bounds were broken",
    "FINAL_CENTER_IN_VOLUME": "a centre left its volume",
    "LINEAR_DOUBLE_BOND": "a double bond was linear",
    "BAD_DOUBLE_BOND_STEREO": "a double bond had the wrong stereo",
    "CHECK_CHIRAL_CENTERS2": "a stereo centre came out wrong",
    "EXCEEDED_TIMEOUT": "the time limit was reached",
}


@engine(
    "etkdg", title="ETKDGv3 (RDKit)",
    source="Wang, Witek, Landrum, Riniker, J. Chem. Inf. Model. 60:2044 (2020)",
)  # fmt: skip
def embed(molecule: Molecule, n: int, seed: int, timeout_s: float = 30.0) -> Embedding:
    """At most n conformers [n_found, n_atoms, 3] Å; falls back to random start coordinates when none is found.

    The same seed gives the same conformers unless the time limit was reached, which the failures then say.
    """
    mol = to_rdkit(molecule)
    positions, failures = _embed(mol, n, seed, timeout_s, random_start=False)
    notes: tuple[str, ...] = ()
    if not len(positions):
        positions, again = _embed(mol, n, seed, timeout_s, random_start=True)
        failures = {reason: failures.get(reason, 0) + again.get(reason, 0) for reason in {**failures, **again}}
        notes = ("started from random coordinates, since distance bounds gave none",)
    return Embedding(positions, failures, notes)


def _embed(mol: Mol, n: int, seed: int, timeout_s: float, *, random_start: bool) -> tuple[np.ndarray, dict[str, int]]:
    from rdkit import rdBase
    from rdkit.Chem import rdDistGeom

    parameters = rdDistGeom.ETKDGv3()
    parameters.randomSeed = int(seed) & 0x7FFFFFFF
    parameters.useRandomCoords = random_start
    parameters.useSmallRingTorsions = True
    parameters.trackFailures = True
    parameters.timeout = max(1, round(timeout_s))
    parameters.numThreads = 1
    with rdBase.BlockLogs():
        try:
            ids = list(rdDistGeom.EmbedMultipleConfs(mol, n, parameters))
        except (RuntimeError, ValueError) as error:  # strained cages break an invariant of the optimiser
            return np.zeros((0, mol.GetNumAtoms(), 3)), {f"RDKit gave up ({_first_words(error)})": n}
    found = [mol.GetConformer(i).GetPositions() for i in ids]
    positions = np.array(found, dtype=np.float64).reshape(-1, mol.GetNumAtoms(), 3)
    return positions, _failures(list(parameters.GetFailureCounts()))


def _first_words(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[1] if len(lines) > 1 else lines[0] if lines else type(error).__name__)[:80]


def _failures(counts: list[int]) -> dict[str, int]:
    from rdkit.Chem.rdDistGeom import EmbedFailureCauses

    reasons: dict[str, int] = {}
    for name, cause in EmbedFailureCauses.names.items():
        if int(cause) < len(counts) and counts[int(cause)]:
            words = _WORDS.get(name, name.replace("_", " ").lower())
            reasons[words] = reasons.get(words, 0) + int(counts[int(cause)])
    return reasons
