import numpy as np
import pandas as pd

from tests.mapped import mapped_lab  # noqa: F401
from workbench.lab import Lab
from workbench.views.neighbours import NeighboursTable


def test_rows_show_null_q_replicates_and_what_is_known(mapped_lab: Lab) -> None:
    found = mapped_lab.maps.neighbours("l1000_orf_u2os", "over-expression:BRAF/BRDN0000464953")
    table = NeighboursTable(found, mapped_lab.maps.null("l1000_orf_u2os"), address=lambda name: f"/entity?id={name}")
    html = table.html()
    assert html.count("<tr>") == len(found) + 1
    assert "Reactome" in html
    assert "By chance, 95 % of unrelated pairs lie between" in html
    assert table.data() is found


def test_hostile_names_are_text() -> None:
    row = {"perturbation_id": "x", "label": "<img src=x onerror=alert(1)>", "similarity": 0.5, "p": 0.1, "q": 1e-5,
           "n_replicates": 1, "agreement": np.nan, "sign": "same", "known_relation": '"><b>'}  # fmt: skip
    html = NeighboursTable(pd.DataFrame([row]), np.linspace(-1, 1, 50)).html()
    assert "<img" not in html
    assert "<b>" not in html
    assert "1e-5" in html
