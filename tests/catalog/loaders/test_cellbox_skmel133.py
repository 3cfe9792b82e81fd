import json

import numpy as np
import pytest


def test_counts_are_those_of_the_source(loaded) -> None:
    perturbations = loaded("cellbox_skmel133", "perturbation")
    assert len(perturbations) == 89
    assert (perturbations["kind"] == "combination").sum() == 66
    assert len(loaded("cellbox_skmel133", "feature")) == 87
    assert len(loaded("cellbox_skmel133", "compound")) == 12
    delta = np.stack(loaded("cellbox_skmel133", "response")["delta"])
    assert delta.min() == pytest.approx(-5.082, abs=1e-3)


def test_adding_up_single_drugs_predicts_pairs_as_published(loaded) -> None:
    responses = loaded("cellbox_skmel133", "response").set_index("perturbation_id")["delta"]
    notes = loaded("cellbox_skmel133", "perturbation").set_index("perturbation_id")["annotations"].map(json.loads)
    singles = {}  # by activity node: the single at the dose of the pairs
    for key, note in notes.items():
        if note["is_single_at_pair_dose"]:
            (node,) = note["strengths"]
            singles[node] = responses[key]
    pairs = [key for key in responses.index if "+" in key]
    predicted = np.array([sum(singles[node] for node in notes[key]["strengths"]) for key in pairs])
    measured = np.stack([responses[key] for key in pairs])
    assert np.corrcoef(predicted.ravel(), measured.ravel())[0, 1] == pytest.approx(0.906, abs=5e-4)
