import io

import numpy as np
import pytest

from tests.ensembles import ensemble_of
from workbench.views import draw
from workbench.views.ensemble import EnsembleView


def test_choosing_in_one_place_marks_all() -> None:
    heard: list[int] = []
    view = EnsembleView(ensemble_of(), on_select=heard.append)
    view.table.selection = [2]
    assert (view.viewer.selected, view.viewer.shown) == (2, [2])
    view.viewer.selected = 1  # a click on an atom
    assert view.table.selection == [1]
    assert view.strip.chosen.data["x"] == [pytest.approx(view.ensemble.energies[1])]
    assert view.map.chosen.data["y"] == [2.0]
    assert heard == [2, 1]


def test_overlay_keeps_the_chosen_one() -> None:
    view = EnsembleView(ensemble_of(n=20))
    view.choose(len(view.ensemble) - 1)
    view.set_overlay("10 lowest")
    lowest = min(10, len(view.ensemble))
    assert view.viewer.shown == sorted({*range(lowest), len(view.ensemble) - 1})


def test_the_table_holds_the_numbers_drawn() -> None:
    ensemble = ensemble_of()
    table = EnsembleView(ensemble).data()
    assert table["energy"].tolist() == ensemble.energies.tolist()
    assert table["weight"].sum() == pytest.approx(100)
    assert set(table["stereo"]) == {"as asked"}
    assert table["rmsd"][0] == 0


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("smiles", ["[Na+]", "C[Pt]Cl", "CCO"])
def test_ensembles_of_every_kind_draw(smiles: str, dark: bool) -> None:
    view = draw(ensemble_of(smiles, n=3), dark=dark)
    assert view.panel() is not None
    assert "distinct conformer" in view.sentence()
    if view.ensemble.energies is None:
        assert "Boltzmann" not in view.sentence()


def test_downloads_hold_all_or_the_chosen() -> None:
    view = EnsembleView(ensemble_of(name="Ibuprofen (S) ™ ../x"))
    view.select([0, 2])
    every, chosen, csv = (button.callback() for button in view.downloads())
    assert isinstance(every, io.BytesIO)
    assert every.getvalue().count(b"$$$$") == len(view.ensemble)
    assert chosen.getvalue().count(b"$$$$") == 2
    assert csv.getvalue().startswith(b"conformer,energy,weight,rmsd")
    assert set(view.file_name()) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_what_must_be_known_is_said() -> None:
    said = " ".join(pane.object for pane in EnsembleView(ensemble_of("CC(F)Cl", n=4)).warnings())
    assert "Stereo is not specified at C2" in said


def test_selecting_nothing_changes_nothing() -> None:
    view = EnsembleView(ensemble_of())
    view.choose(1)
    view.select([])
    view.select([99])
    assert view.selected == [1]
    assert np.array_equal(view.table.selection, [1])
