import numpy as np
import pytest

from tests.ensembles import ensemble_of
from workbench.conformers import generate
from workbench.conformers.score import Relaxed
from workbench.errors import DataQualityError, InputError
from workbench.kernels.molecules import parse_smiles


def test_an_ensemble_is_ordered_distinct_and_weighted() -> None:
    ensemble = ensemble_of(n=15)
    assert ensemble.energies[0] == 0
    assert np.all(np.diff(ensemble.energies) >= 0)
    assert ensemble.weights.sum() == pytest.approx(1)
    same = (ensemble.rmsd < 0.125) & (np.abs(np.subtract.outer(ensemble.energies, ensemble.energies)) < 0.05)
    assert same.sum() == len(ensemble)  # each only with itself
    assert ensemble.report["n_embedded"] == len(ensemble) + ensemble.report["n_duplicates"]


@pytest.mark.parametrize(
    ("smiles", "n_left"), [("[Na+]", 1), ("C", 1), ("[H][H]", 1), ("c1ccccc1", 1), ("O", 1), ("C#C", 1)]
)
def test_rigid_and_tiny_molecules_have_one_conformer(smiles: str, n_left: int) -> None:
    assert len(ensemble_of(smiles, n=5)) == n_left


def test_a_metal_without_parameters_has_no_energies_and_says_so() -> None:
    ensemble = ensemble_of("C[Si](C)(C)O[Pt]Cl", n=3)
    assert ensemble.energies is None
    assert ensemble.weights is None
    assert "without energies" in ensemble.report["notes"][0]


def test_wrong_stereo_is_set_aside() -> None:
    good = ensemble_of()
    mirror = good.positions[:2] * np.array([1, 1, -1])
    positions = np.concatenate([np.asarray(good.positions), mirror])
    relaxed = Relaxed(positions, np.arange(len(positions), dtype=float), np.ones(len(positions), dtype=bool))
    ensemble = generate.assemble(good.molecule, relaxed, "MMFF94s", {}, engine="etkdg", n=12, seed=0)
    assert len(ensemble) == len(good)
    assert ensemble.stereo_ok.all()
    assert ensemble.report["n_wrong_stereo"] == 2


def test_nothing_embedded_is_a_named_error_with_its_causes() -> None:
    nothing = Relaxed(np.zeros((0, 9, 3)), np.zeros(0), np.zeros(0, dtype=bool))
    with pytest.raises(DataQualityError, match="a centre was flat \\(7 times\\)"):
        generate.assemble(
            parse_smiles("CCO"), nothing, "", {"failures": {"a centre was flat": 7}}, engine="etkdg", n=5, seed=0
        )


@pytest.mark.parametrize("n", [0, 501, -3])
def test_numbers_out_of_range_are_refused(n: int) -> None:
    with pytest.raises(InputError, match=str(n)):
        generate.check_request(parse_smiles("CCO"), n)


def test_parts_are_refused_with_the_largest_offered() -> None:
    with pytest.raises(InputError, match="2 separate parts") as caught:
        generate.check_request(parse_smiles("CC(=O)[O-].[Na+]"), 5)
    assert "CC(=O)[O-]" in caught.value.hint


def test_the_id_names_the_request() -> None:
    one, other = parse_smiles("OCC"), parse_smiles("CCO")
    assert generate.ensemble_id(one, "etkdg", 5, 0) == generate.ensemble_id(other, "etkdg", 5, 0)
    assert generate.ensemble_id(one, "etkdg", 5, 0) != generate.ensemble_id(one, "etkdg", 5, 1)


def test_larger_requests_are_expected_to_take_longer() -> None:
    small, large = generate.size(parse_smiles("CCO")), generate.size(parse_smiles("CCCCCCCCCCCCc1ccccc1"))
    assert generate.estimate_seconds(*small, 50) < generate.estimate_seconds(*large, 50)
    assert generate.estimate_seconds(*large, 10) < generate.estimate_seconds(*large, 100)
