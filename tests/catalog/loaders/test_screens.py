import json

import numpy as np
import pytest


@pytest.mark.parametrize(
    ("name", "n_genes", "n_hits"),
    [("screen_il2", 18939, 654), ("screen_ifng", 18418, 920), ("screen_scharenberg", 1055, 53)],
)
def test_counts_are_those_of_the_source(loaded, name: str, n_genes: int, n_hits: int) -> None:
    assert len(loaded(name, "response")) == n_genes
    notes = loaded(name, "perturbation")["annotations"].map(json.loads)
    assert sum(note["hit"] for note in notes) == n_hits


def test_donors_are_the_spread_and_never_the_score(loaded) -> None:
    responses = loaded("screen_ifng", "response").set_index("perturbation_id")
    notes = loaded("screen_ifng", "perturbation").set_index("perturbation_id")["annotations"].map(json.loads)
    both = [key for key, note in notes.items() if {"score_donor1", "score_donor2"} <= set(note)]
    donors = np.array([[notes[key]["score_donor1"], notes[key]["score_donor2"]] for key in both])
    assert np.corrcoef(donors.T)[0, 1] == pytest.approx(0.254, abs=0.005)
    error = np.array([responses.at[key, "standard_error"][0] for key in both])
    np.testing.assert_allclose(error, np.abs(donors[:, 0] - donors[:, 1]) / 2, atol=1e-6)
    assert (responses["n"] <= 2).all()


def test_genes_are_not_in_the_order_of_their_effect(loaded) -> None:
    score = np.array([delta[0] for delta in loaded("screen_il2", "response")["delta"]])
    order = np.corrcoef(np.arange(len(score)), np.abs(score))[0, 1]
    assert abs(order) < 0.1
