from workbench.catalog.entries import find_entry
from workbench.settings import Settings


def test_it_says_that_it_is_simulated(loaded) -> None:
    entry = find_entry(Settings(), "simulated_lab")
    assert entry.simulated
    assert "SIMULATED" in entry.title
    assert loaded("simulated_lab", "gene")["Metadata_Symbol"].str.startswith("SIM-").all()
    treated = loaded("simulated_lab", "perturbation")
    assert treated["Metadata_Name"].str.contains("simulated").all()


def test_plates_have_controls_and_the_planted_network(loaded) -> None:
    wells = loaded("simulated_lab", "well")
    assert (wells[wells["is_control"]].groupby("Metadata_Plate").size() == 16).all()
    assert set(loaded("simulated_lab", "network_edge")["sign"]) <= {-1, 1}
