"""Every registered view draws its noun, exports the data it shows, names its line, and escapes what people wrote."""

import dataclasses
import re

import numpy as np
import pytest

from workbench.errors import UnknownNameError
from workbench.nouns import (
    Claim,
    Comparison,
    Compound,
    Context,
    Dataset,
    Explanation,
    Gene,
    ModelVersion,
    Perturbation,
    Prediction,
    Response,
    Screening,
)  # fmt: skip
from workbench.views import VIEWS, draw
from workbench.views.comparison import ComparisonView
from workbench.views.compound import CompoundView
from workbench.views.dataset import DatasetView
from workbench.views.explanation import ExplanationView
from workbench.views.gene import GeneView
from workbench.views.model_version import ModelVersionView, suite_table
from workbench.views.prediction import PredictionView, evidence_html
from workbench.views.response import ResponseView
from workbench.views.screening import ScreeningView

EVIL = "<script>alert(1)</script>"


def prediction(n=30, verdict="signal", simulated=False):
    delta = np.linspace(-2, 3, n)
    zero = np.zeros(n)
    return Prediction(
        "p", "t", Perturbation("over-expression:X", "over-expression", EVIL, genes=("X",)), Context("U2OS", 72),
        tuple(f"R{i}" for i in range(n)), delta, delta - 1, delta + 1, 0.9, zero, "mean of what was measured", verdict,
        f"because {EVIL}", 0.5, "v", "t-v1", 3, "0", simulated=simulated, baselines={"mean of what was measured": zero},
        evidence=({"name": EVIL, "gene": "A", "weight": -0.5, "share": 0.4, "n_replicates": 3, "agreement": None},),
        ceiling={"replicate_agreement": 0.1, "share_agreeing": 0.3},
    )  # fmt: skip


def response(n=30):
    return Response("d", Perturbation.of_gene("knock-out", "X"), Context("A"), tuple(f"R{i}" for i in range(n)),
                    np.arange(n, dtype=float), np.full(n, np.nan), 3, 8, 0.2)  # fmt: skip


def screening(simulated=False, **changes):
    skill = {"task": "t", "model": "t-v1", "units": "z", "r": 0.4, "low": 0.1, "high": 0.6, "n": 30, "top": 3, "found": 2,
             "expected": 0.3, "predicted": [0.0, 1.0, 2.0], "measured": [0.1, 0.9, 2.2]}  # fmt: skip
    return Screening(
        EVIL, {"R1": 1.0}, ("over-expression:A", "over-expression:B"), (EVIL, "B"), ("t", "t"), ("U2OS", "U2OS"), [2, 1],
        [1, 0], [3, 2], [0, 0], [1, 0], [2.5, np.nan], (skill | changes,), simulated=simulated,
    )  # fmt: skip


SUITE = [
    {"metric": "pds", "reference": name, "value": 0.6, "low": 0.5, "high": 0.7, "n": 38} for name in ("model", "mean")
]
ROW = {"metric": "pds", "title": "PDS", "old": 0.5, "new": 0.6, "difference": 0.1, "low": 0.0, "high": 0.2, "n": 38}
NOUNS = [
    prediction(), prediction(1), prediction(verdict="outside my domain"), prediction(simulated=True), response(), response(1),
    Explanation("p", (Claim(EVIL, "relation", 3, 1.0, 3.0, 0.01, "supported", ({"gene": EVIL},)),), (), 1e-12),
    Explanation("p", ()), Comparison("c", "t", "t-v1", "t-v2", "38 genes", (ROW,), "promoted", EVIL, {"metric": "pds", "margin": 0.1}),
    ModelVersion("v", "t-v1", "t", "mean", "promoted", "w", "r", 1, "0", card={"suite": SUITE}), Gene("TP53", EVIL, 7157, (EVIL,)),
    Compound("KEY", EVIL, "CCO", (), ("TP53", EVIL), ("x",)), Compound("NAME:x"),
    Dataset("d", EVIL, "expression", "MIT", EVIL, simulated=True), screening(), screening(simulated=True),
]  # fmt: skip


def text_of(panel):
    """All HTML below a panel object."""
    found = []
    for item in panel.select():
        found.append(str(getattr(item, "object", "") or ""))
    return " ".join(found)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
@pytest.mark.parametrize("dark", [False, True])
def test_it_draws_exports_and_escapes(noun, dark):
    options = {"dark": dark} if isinstance(noun, Prediction | Compound | Screening) else {}
    view = draw(noun, **options)
    shown = text_of(view.panel())
    assert "<script>" not in shown
    assert len(shown) > 20
    assert view.data() is not None
    assert view.python().startswith("wb.draw(lab.")
    if getattr(noun, "simulated", False):
        assert "simulated" in shown


def test_a_measured_response_is_drawn_beside_the_prediction():
    measured = response()
    view = PredictionView(prediction(), measured=measured, note="the model was trained on it")
    assert {"measured", "standard_error", "baseline: mean of what was measured"} <= set(view.data().columns)
    assert "replicate agreement r = 0.2" in text_of(view.panel())
    assert "r = 1.0 (the model was trained on it)" in view.against_measured().title.text
    assert "the model was trained on it" in text_of(view.panel())


def test_the_volcano_counts_what_leaves_its_interval_and_the_answer_what_departs_from_the_baseline():
    said = prediction()
    up, down = int((said.delta > 1).sum()), int((said.delta < -1).sum())
    assert PredictionView(said).volcano().title.text == f"{up} rise and {down} fall beyond their interval"
    assert f"{up + down} of 30 readouts depart from the mean" in text_of(PredictionView(said).answer())
    flat = dataclasses.replace(said, delta=said.delta * 0, low=said.low * 0 - 1, high=said.high * 0 + 1)
    assert PredictionView(flat).volcano().title.text == "None of 30 readouts leaves its interval"
    unknown = dataclasses.replace(said, low=said.low * 0 - np.inf, high=said.high * 0 + np.inf)
    assert PredictionView(unknown).volcano().title.text == "None of 30 readouts leaves its interval"


def test_the_ranking_shows_the_largest_changes_first():
    drawn = PredictionView(prediction(), top=3).ranking().object
    assert re.findall(r">(R\d+)</text>", drawn) == ["R29", "R28", "R27"]


def test_evidence_and_suite_are_tables_with_links_and_intervals():
    table = evidence_html(prediction(), lambda gene: f"/entity?id={gene}")
    assert 'href="/entity?id=A"' in table
    assert "40%" in table
    assert "[0.50, 0.70]" in suite_table(SUITE)


def test_the_card_of_an_image_autoencoder_says_its_fields_its_limits_and_the_guess_beside_its_error():
    rows = [
        {"metric": "pixels", "reference": name, "value": value, "low": value, "high": value, "n": 2}
        for name, value in (("model", 0.83), ("mean patch", 1.01))
    ]
    fields = {"images": ["a", "b"], "held_out": ["DMSO field"], "source": "cell_painting_images", "channels": 5}
    version = ModelVersion(
        "v", "image_embedding-v1", "image_embedding", "camae", "promoted", "w", "r", 3, "code", training_set=fields,
        card={"suite": rows, "decision": "The first version.", "limits": "No <substitute>."},
    )  # fmt: skip
    text = ModelVersionView(version).panel().object
    assert "2 fields of cell_painting_images, 5 channels; never seen: DMSO field" in text
    assert "Squared error of hidden pixels" in text
    assert "mean patch" in text
    assert "rDmean" not in text
    assert "The first version. No &lt;substitute&gt;." in text


def test_a_screening_says_first_how_far_it_may_be_believed():
    assert "held-out scores follow the measured ones (r = 0.40 [0.10, 0.60], n = 30); 2 of the 3 strongest" in (
        ScreeningView(screening()).sentence()
    )
    assert "not distinguishable from chance" in ScreeningView(screening(low=-0.1)).sentence()
    assert "do not use" in ScreeningView(screening(r=-0.4, low=-0.6, high=-0.1)).sentence()
    view = ScreeningView(screening())
    table = view.ranking().value
    assert list(table["known"]) == ["measured", "outside my domain"]
    assert "context" not in table  # one context needs no column
    view.table.selection = [1, 0]
    assert view.chosen() == [0, 1]


def test_every_view_of_this_file_is_registered():
    views = (
        ComparisonView,
        CompoundView,
        DatasetView,
        ExplanationView,
        GeneView,
        ModelVersionView,
        PredictionView,
        ResponseView,
        ScreeningView,
    )
    assert set(views) <= {entry.thing for entry in VIEWS}
    with pytest.raises(UnknownNameError, match="int"):
        draw(3)
