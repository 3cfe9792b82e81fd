"""`lab.molecules`: structures, drawings and conformer ensembles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import molecules as catalog_molecules
from workbench.kernels import molecules as kernel
from workbench.kernels.ensemble_sdf import ensemble_sdf

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.nouns import ConformerEnsemble, Job, Molecule


class Molecules:
    """Read, draw, and make conformers of molecules."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def parse(self, text: str, name: str = "") -> Molecule:
        """The molecule of a SMILES, with the name the catalog knows. Raises InputError in words."""
        from dataclasses import replace

        molecule = kernel.parse_smiles(text, name=name)
        known = catalog_molecules.known_name(self.catalog, molecule.inchikey)
        return replace(molecule, name=name or known)

    def depict(self, smiles: str, dark: bool = False) -> str:
        """A 2D drawing as SVG text."""
        return kernel.depict(smiles, dark=dark)

    def parts(self, smiles: str) -> list[str]:
        """SMILES of the separate parts (salts, solvents), largest first."""
        return kernel.fragments(smiles)

    def generate(
        self, smiles: str, n: int = 50, seed: int = 0, *, name: str = "", inline: bool = False,
        person: str | None = None,
    ) -> Job:  # fmt: skip
        """Make conformers as a job; its result id is the ensemble's."""
        from workbench.lab.jobs import Jobs

        arguments = {"smiles": smiles, "name": name, "n": n, "seed": seed}
        return Jobs(self.catalog).run("conformers", inline=inline, person=person, **arguments)

    def estimate(self, smiles: str, n: int = 50) -> float:
        """Seconds that n conformers will take, roughly."""
        from workbench.lab.jobs import Jobs

        return Jobs(self.catalog).estimate("conformers", smiles=smiles, n=n)

    def ensemble(self, ensemble_id: str) -> ConformerEnsemble:
        """One ensemble by id."""
        return catalog_molecules.read_ensemble(self.catalog, ensemble_id)

    def ensembles(self, inchikey: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """Ensembles, newest first; of one molecule when its InChIKey is given."""
        return catalog_molecules.list_ensembles(self.catalog, inchikey or "", limit)

    def library(self) -> pd.DataFrame:
        """Every compound with a structure: inchikey, name, smiles."""
        return catalog_molecules.molecule_library(self.catalog).to_pandas()

    def sdf(self, ensemble: ConformerEnsemble, which: Any = None) -> str:
        """SDF text of an ensemble, or of some of its conformers, with energies and weights as properties."""
        return ensemble_sdf(ensemble, None if which is None else np.asarray(which, dtype=np.int64))
