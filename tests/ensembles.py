"""A small real ensemble for tests of several rooms: (S)-ibuprofen, embedded and relaxed here."""

from __future__ import annotations

from functools import cache

from workbench.conformers import generate
from workbench.kernels.molecules import parse_smiles
from workbench.nouns import ConformerEnsemble

IBUPROFEN = "CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O"


@cache
def ensemble_of(smiles: str = IBUPROFEN, name: str = "", n: int = 10, seed: int = 3) -> ConformerEnsemble:
    molecule = parse_smiles(smiles, name=name)
    embedding = generate.embed(molecule, "etkdg", n, seed, 0, 20.0)
    model, relaxed = generate.relax(molecule, embedding.positions)
    report = {"n_tried": n, "failures": embedding.failures}
    return generate.assemble(molecule, relaxed, model, report, engine="etkdg", n=n, seed=seed)
