import numpy as np
import pytest

from tests.ensembles import ensemble_of
from workbench.catalog import molecules
from workbench.catalog.store import Catalog
from workbench.errors import UnknownNameError


def test_an_ensemble_comes_back_as_it_was_and_is_kept_once(empty_catalog: Catalog) -> None:
    ensemble = ensemble_of(name="(S)-ibuprofen")
    for _ in range(2):
        assert molecules.write_ensemble(empty_catalog, ensemble, "ada") == ensemble.ensemble_id
    again = molecules.read_ensemble(empty_catalog, ensemble.ensemble_id)
    assert again.molecule == ensemble.molecule
    assert again.molecule.name == "(S)-ibuprofen"
    for name in ("positions", "energies", "weights", "rmsd", "converged", "stereo_ok"):
        assert np.array_equal(getattr(again, name), getattr(ensemble, name)), name
    assert again.report == ensemble.report
    (row,) = molecules.list_ensembles(empty_catalog)
    assert (row["n_conformers"], row["person"], row["energy_model"]) == (len(ensemble), "ada", "MMFF94s")
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.conformer") == len(ensemble)


def test_an_ensemble_without_energies_keeps_none(empty_catalog: Catalog) -> None:
    molecules.write_ensemble(empty_catalog, ensemble_of("C[Pt]Cl", n=2))
    again = molecules.read_ensemble(empty_catalog, ensemble_of("C[Pt]Cl", n=2).ensemble_id)
    assert again.energies is None
    assert again.weights is None


def test_library_and_names(empty_catalog: Catalog) -> None:
    ensemble = ensemble_of(name="(S)-ibuprofen")
    assert molecules.known_name(empty_catalog, ensemble.molecule.inchikey) == ""
    molecules.write_ensemble(empty_catalog, ensemble)
    assert molecules.known_name(empty_catalog, ensemble.molecule.inchikey) == "(S)-ibuprofen"
    assert molecules.molecule_library(empty_catalog).to_pylist() == [
        {"inchikey": ensemble.molecule.inchikey, "name": "(S)-ibuprofen", "smiles": ensemble.molecule.smiles}
    ]
    assert molecules.list_ensembles(empty_catalog, "OTHER-KEY") == []


def test_an_unknown_ensemble_is_named(empty_catalog: Catalog) -> None:
    with pytest.raises(UnknownNameError, match="C-nothing"):
        molecules.read_ensemble(empty_catalog, "C-nothing")
