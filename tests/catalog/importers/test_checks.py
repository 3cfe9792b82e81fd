"""The two checks in words: what is flagged, what is not, and names that are nearly those of controls."""

import pytest

from workbench.catalog.importers.checks import Unmatched, between, control_check, leakage_check, looks_misspelt, unit_of
from workbench.nouns import Perturbation

TP53 = Perturbation.of_gene("knock-out", "TP53")
KLF1 = Perturbation.of_gene("knock-out", "KLF1")


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([TP53, KLF1], "no two perturbations share"),
        (
            [TP53, Perturbation.of_gene("knock-out", "TP53", "g2")],
            "2 constructs or guides are of 1 genes: split by gene",
        ),
        ([TP53, Perturbation.of_gene("activation", "TP53")], "1 genes are perturbed in two ways"),
        ([TP53, Perturbation.of_parts((TP53, KLF1))], "1 of 1 combinations"),
        ([Perturbation.of_compound("K", "k", dose) for dose in (1.0, 2.0)], "2 doses are of 1 compounds"),
    ],
)
def test_what_would_leak_is_counted(items, words: str) -> None:
    assert words in leakage_check(items, {}, 0, "plates")


def test_places_and_copies_are_counted() -> None:
    said = leakage_check([TP53, KLF1], {"a": 3, "b": 1}, 4, "plates")
    assert "1 of 2 perturbations are in several plates" in said
    assert "4 rows are copies" in said


def test_a_plate_without_controls_is_named() -> None:
    said = control_check([], [], Unmatched(5, 2, ["P1", "P7"]), "plate")
    assert said.startswith("2 of 5 perturbations have no matched control in some plate (2 without: P1, P7)")


@pytest.mark.parametrize(
    ("label", "is_odd"),
    [
        ("non-targetting", True),
        ("contrl", True),
        ("nontargting_12", True),
        ("control", False),
        ("TP53", False),
        ("CTRL1", False),
    ],
)
def test_misspelt_controls_are_seen(label: str, is_odd: bool) -> None:
    assert looks_misspelt(["KLF1", label]) == (label if is_odd else "")


def test_ranges_and_units() -> None:
    assert (between(3, 3), between(3, 1200)) == ("3", "3 to 1,200")
    assert unit_of(Perturbation.of_parts((TP53, KLF1))) == "KLF1+TP53"
