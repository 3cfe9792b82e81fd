import numpy as np
import pandas as pd

from workbench.views.enrichment import EnrichmentTable
from workbench.views.relation_heatmap import RelationHeatmap


def table(q: list[float]) -> pd.DataFrame:
    n = len(q)
    found = pd.DataFrame({
        "source": ["Reactome"] * n, "set": [f"<b>set {i}</b>" for i in range(n)], "n_selected": [4] * n,
        "n_on_map": [9] * n, "expected": [0.5] * n, "fold": [8.0] * n, "p": q, "q": q, "members": ["A, B"] * n,
    })  # fmt: skip
    found.attrs = {"n_selected": 10, "n_on_map": 200, "n_tested": 50, "unit": "gene"}
    return found


def test_enrichment_says_n_background_and_how_many_pass():
    view = EnrichmentTable(table([1e-9, 0.01, 0.4]))
    text = view.html()
    assert "2 of 50 sets pass" in text
    assert "10 selected genes against all 200" in text
    assert "<b>set" not in text
    assert "4/9" in text
    assert "exp. 0.5" in text
    assert "None of 50" in EnrichmentTable(table([])).sentence()


def test_relations_compare_with_unrelated_pairs():
    values = np.array([[1, 0.9, 0.1], [0.9, 1, -0.2], [0.1, -0.2, 1]])
    frame = pd.DataFrame(values, index=["<a>", "b", "c"], columns=["<a>", "b", "c"])
    frame.attrs = {"null": (-0.3, 0.4), "n_selected": 7}
    view = RelationHeatmap(frame)
    assert "Median cosine +0.10 of 3 pairs; 33% lie above" in view.sentence()
    assert "of 7 are drawn" in view.sentence()
    assert "&lt;a&gt;" in view.svg()
    frame = pd.DataFrame([[1.0]], index=["a"], columns=["a"])
    frame.attrs = {"null": (-0.3, 0.4)}
    assert "no pair" in RelationHeatmap(frame).sentence()
