from html import escape

from workbench.views.intake import SHOWN, plan_html, quality_html, understood_html

PLATE = {"n_treatments": 4, "n_controls": 8, "control_spread": 1.2, "control_drift": None, "passed": True, "flags": []}


def test_each_mismatch_is_a_row_with_its_place_and_value() -> None:
    bad = {"row": 7, "column": "CDC20", "value": "<script>", "problem": "this is not a finite number"}
    text = understood_html(["r.csv: 3 wells understood."], [bad])
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
    assert ">7</td><td>CDC20" in text
    many = understood_html(["x"], [bad] * (SHOWN + 30))
    assert many.count("&lt;script&gt;</code>") == SHOWN
    assert "and 30 more" in many


def test_quality_names_every_plate_and_its_flags() -> None:
    quality = {
        "passed": True, "words": "Every plate has enough control wells.", "replicate_agreement": 0.31,
        "agreement_null": [-0.02, 0.05], "plates": {"WB1": PLATE, "WB2": PLATE | {"flags": ["controls drift"]}},
    }  # fmt: skip
    text = quality_html(quality)
    assert "mean r = 0.31 (wells of different perturbations: [−0.020, 0.050])" in text
    assert "controls drift" in text
    assert text.count("var(--wb-good)") == 2
    assert "No results yet" in quality_html({})


def test_a_plan_is_shown_in_the_words_of_the_command_line() -> None:
    lines = ["a.h5ad is read as cells; called <b>a</b>.", "  convention: GEARS (condition holds 'A+ctrl')",
             "  control check: rD 0.3 and 0.1 (flagged: …)", "  leakage check: one row a gene, none twice",
             "  refused rows: 2", "    2: the cell has no counts", "  note: x"]  # fmt: skip
    shown = plan_html(lines)
    assert "<b>a</b>" not in shown
    for line in lines[1:]:
        words = line.strip().partition(": ")[2]
        assert escape(words) in shown
    assert shown.count("!</b>") == 1
    assert shown.count("✓</b>") == 1
