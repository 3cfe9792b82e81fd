import numpy as np


def test_counts_are_those_of_the_source(loaded) -> None:
    wells = loaded("perturbseq_small", "well")
    assert len(wells) == 5961
    assert wells.groupby("Metadata_Plate")["is_control"].sum().to_dict() == {
        "mcfaline23 A172": 100, "mcfaline23 T98G": 100, "mcfaline23 U87MG": 100, "norman19 K562": 100,
    }  # fmt: skip
    kinds = loaded("perturbseq_small", "perturbation")["kind"].value_counts().to_dict()
    assert kinds == {"activation": 18, "combination": 15, "knock-down": 9, "control": 1}


def test_a_response_is_against_the_controls_of_its_own_line(loaded) -> None:
    responses = loaded("perturbseq_small", "response")
    assert len(responses) == 33 + 3 * 9
    assert set(responses["context_id"]) == {"K562||", "A172||", "T98G||", "U87MG||"}
    assert (responses["n_controls"] == 100).all()
    assert responses["n"].between(46, 100).all()
    wells, profiles = loaded("perturbseq_small", "well"), loaded("perturbseq_small", "profile")
    values = np.stack(profiles["vector"]).astype(float)
    here = (wells["Metadata_Plate"] == "mcfaline23 T98G").to_numpy()
    mine = here & (wells["perturbation_id"] == "knock-down:MAPK1").to_numpy()
    expected = values[mine].mean(axis=0) - values[here & wells["is_control"].to_numpy(dtype=bool)].mean(axis=0)
    row = responses[(responses["perturbation_id"] == "knock-down:MAPK1") & (responses["context_id"] == "T98G||")]
    np.testing.assert_allclose(row["delta"].iloc[0], expected, atol=1e-6)


def test_activations_repeat_themselves_and_the_glioma_knock_downs_do_not(loaded) -> None:
    responses = loaded("perturbseq_small", "response")
    line = responses["context_id"]
    activated = responses[line == "K562||"]["agreement"]
    assert 0.6 < activated.mean() < 0.75  # the source's note: mean 0.69, median 0.83 with disjoint control halves
    assert activated.median() > 0.75
    assert responses[line != "K562||"]["agreement"].median() < 0.1


def test_a_pair_is_the_combination_of_two_activations(loaded) -> None:
    pairs = loaded("perturbseq_small", "perturbation").set_index("perturbation_id")
    assert list(pairs.at["activation:KLF1+activation:MAP2K6", "genes"]) == ["KLF1", "MAP2K6"]
