import numpy as np

from tests.ensembles import ensemble_of
from workbench.views.ensemble_plots import EnergyStrip, RmsdMap, energy_colours


def test_colours_run_with_the_energy() -> None:
    ensemble = ensemble_of()
    colours = energy_colours(ensemble)
    assert len(colours) == len(ensemble)
    assert colours[0] == "#0E8C7F"
    assert colours[int(np.argmax(ensemble.energies))] == "#D5502A"
    assert energy_colours(ensemble_of("[Na+]", n=1)) == ["#0E8C7F"]


def test_a_tap_finds_the_nearest_dot_and_the_row() -> None:
    ensemble = ensemble_of()
    chosen: list[int] = []
    strip = EnergyStrip(ensemble, energy_colours(ensemble), chosen.append)
    last = len(ensemble) - 1
    assert strip.nearest(float(ensemble.energies[last]), 100 * float(ensemble.weights[last])) == last
    strip.mark(last)
    assert strip.chosen.data["x"] == [float(ensemble.energies[last])]
    heat = RmsdMap(ensemble, chosen.append)
    heat.mark(2)
    assert heat.chosen.data["y"] == [3.0]
    assert np.array_equal(heat.source.data["image"][0], ensemble.rmsd)
