"""Molecule and ConformerEnsemble."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.nouns.fields import fact, frozen_array, require, require_shape


@dataclass(frozen=True, eq=False)
class Molecule:
    """A molecular graph with explicit hydrogens.

    numbers [n_atoms] atomic numbers; bonds [n_bonds, 3] (i, j, order × 2); mapped_smiles keeps the atom order.
    """

    smiles: str = fact("SMILES", help="Canonical, without explicit hydrogens")
    inchikey: str = fact("InChIKey")
    mapped_smiles: str = fact("Mapped SMILES", help="Explicit hydrogens; map number k is atom k-1")
    numbers: np.ndarray = fact("Atomic numbers")
    bonds: np.ndarray = fact("Bonds")
    formula: str = fact("Formula", default="")
    weight: float = fact("Molecular weight", "g/mol", default=0.0)
    charge: int = fact("Charge", "e", default=0)
    name: str = fact("Name", default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", frozen_array(self.numbers, np.int32))
        object.__setattr__(self, "bonds", frozen_array(np.asarray(self.bonds, dtype=np.int32).reshape(-1, 3), np.int32))
        require(len(self.numbers) > 0, "A molecule needs at least one atom.", self.smiles)

    @property
    def n_atoms(self) -> int:
        """Number of atoms including hydrogens."""
        return len(self.numbers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Molecule) and self.mapped_smiles == other.mapped_smiles

    def __hash__(self) -> int:
        return hash(self.mapped_smiles)

    def __repr__(self) -> str:
        return f"Molecule({self.name or self.smiles!r}, {self.formula}, {self.n_atoms} atoms)"


@dataclass(frozen=True, eq=False)
class ConformerEnsemble:
    """Conformers of one molecule.

    positions [n_conformers, n_atoms, 3] in Å; energies [n_conformers] in kcal/mol relative to the lowest, or None;
    rmsd [n_conformers, n_conformers] heavy-atom, symmetry-aware, in Å, or None.
    """

    ensemble_id: str = fact("Ensemble")
    molecule: Molecule = fact("Molecule")
    positions: np.ndarray = fact("Positions", "Å")
    engine: str = fact("Engine")
    seed: int = fact("Seed")
    energies: np.ndarray | None = fact("Relative energy", "kcal/mol", default=None)
    energy_model: str = fact("Energy model", default="")
    weights: np.ndarray | None = fact("Boltzmann weight", help="At 298.15 K under the named energy model", default=None)
    rmsd: np.ndarray | None = fact("RMSD", "Å", default=None)
    converged: np.ndarray | None = fact("Converged", default=None)
    stereo_ok: np.ndarray | None = fact("Stereo as asked", default=None)
    report: dict[str, Any] = field(default_factory=dict, metadata={"label": "Report"})

    def __post_init__(self) -> None:
        object.__setattr__(self, "positions", frozen_array(self.positions, np.float32))
        require_shape(self.positions, (None, self.molecule.n_atoms, 3), "ConformerEnsemble.positions")
        n_conformers = len(self.positions)
        for name, dtype in (
            ("energies", np.float64),
            ("weights", np.float64),
            ("converged", bool),
            ("stereo_ok", bool),
        ):
            values = getattr(self, name)
            if values is not None:
                object.__setattr__(self, name, frozen_array(values, dtype))
                require_shape(getattr(self, name), (n_conformers,), f"ConformerEnsemble.{name}")
        if self.rmsd is not None:
            object.__setattr__(self, "rmsd", frozen_array(self.rmsd, np.float32))
            require_shape(self.rmsd, (n_conformers, n_conformers), "ConformerEnsemble.rmsd")

    def __len__(self) -> int:
        return len(self.positions)

    def __repr__(self) -> str:
        name = self.molecule.name or self.molecule.smiles
        return f"ConformerEnsemble({name!r}, {len(self)} conformers × {self.molecule.n_atoms} atoms, {self.engine})"
