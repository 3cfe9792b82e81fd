import numpy as np
import pytest

from tests.ensembles import ensemble_of
from workbench.conformers.stereo import check_stereo
from workbench.kernels.molecules import parse_smiles


def test_a_mirror_image_is_not_what_was_asked() -> None:
    ensemble = ensemble_of()
    mirrored = ensemble.positions * np.array([1, 1, -1])
    report = check_stereo(ensemble.molecule, np.concatenate([ensemble.positions, mirrored]))
    n = len(ensemble)
    assert len(report.asked) == 1
    assert report.asked[0].endswith("S")
    assert report.all_as_asked[:n].all()
    assert not report.all_as_asked[n:].any()


def test_a_flat_centre_counts_as_wrong() -> None:
    ensemble = ensemble_of()
    flat = ensemble.positions[:1] * np.array([1, 1, 0])
    assert not check_stereo(ensemble.molecule, flat).all_as_asked[0]


@pytest.mark.parametrize(("smiles", "label"), [("C/C=C/Cl", "E"), ("C/C=C\\Cl", "Z")])
def test_double_bonds_are_checked_against_the_other_form(smiles: str, label: str) -> None:
    ensemble = ensemble_of(smiles, n=4)
    other = ensemble_of("C/C=C\\Cl" if label == "E" else "C/C=C/Cl", n=4)
    assert check_stereo(ensemble.molecule, ensemble.positions).asked == (f"C2=C3 {label}",)
    assert ensemble.stereo_ok.all()
    assert not check_stereo(ensemble.molecule, other.positions).all_as_asked.any()


def test_open_stereo_is_named_and_asks_nothing() -> None:
    molecule = parse_smiles("CC(F)Cl")
    report = check_stereo(molecule, ensemble_of("CC(F)Cl", n=4).positions)
    assert report.asked == ()
    assert report.unspecified == ("C2",)
    assert report.all_as_asked.all()
