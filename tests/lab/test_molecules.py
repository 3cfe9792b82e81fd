import pytest

from workbench.catalog.store import Catalog
from workbench.errors import InputError
from workbench.lab.molecules import Molecules


def test_from_text_to_sdf(empty_catalog: Catalog) -> None:
    molecules = Molecules(empty_catalog)
    molecule = molecules.parse("CCCCO", name="butanol")
    job = molecules.generate(molecule.smiles, n=6, seed=1, name=molecule.name, inline=True)
    ensemble = molecules.ensemble(job.result_id)
    assert (job.state, ensemble.molecule.name) == ("done", "butanol")
    assert molecules.sdf(ensemble).count("$$$$") == len(ensemble)
    assert molecules.sdf(ensemble, [0]).count("$$$$") == 1
    assert molecules.parse("OCCCC").name == "butanol"  # known by now
    assert molecules.library()["name"].tolist() == ["butanol"]
    assert [row["ensemble_id"] for row in molecules.ensembles(molecule.inchikey)] == [ensemble.ensemble_id]


def test_parts_drawing_estimate_and_errors(empty_catalog: Catalog) -> None:
    molecules = Molecules(empty_catalog)
    assert molecules.parts("CCO.Cl") == ["CCO", "Cl"]
    assert molecules.depict("CCO").startswith("<svg")
    assert 0 < molecules.estimate("CCO", n=10) < molecules.estimate("CCO", n=500)
    with pytest.raises(InputError, match="C1CC"):
        molecules.parse("C1CC(")
