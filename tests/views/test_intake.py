from html import escape

from workbench.views.intake import SHOWN, plan_html, quality_html, understood_html

EFFECT = {"share": 0.2, "null": 0.1, "p": 0.3, "n": 12}
PLATE = {
    "verdict": "pass", "reasons": [], "n_treatments": 4, "n_positive": 2, "n_controls": 8, "control_spread": 1.2,
    "control_drift": None, "control_drift_p": None, "position": {"rows": EFFECT}, "z_prime": 0.61, "z_prime_low": 0.4,
    "z_prime_high": 0.8, "ssmd": 7.0,
}  # fmt: skip
AGREEMENT = {"mean": 0.31, "low": 0.2, "high": 0.4, "null_low": -0.02, "null_high": 0.05, "n": 9, "n_draws": 200}


def test_each_mismatch_is_a_row_with_its_place_and_value() -> None:
    bad = {"row": 7, "column": "CDC20", "value": "<script>", "problem": "this is not a finite number"}
    text = understood_html(["r.csv: 3 wells understood."], [bad])
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
    assert ">7</td><td>CDC20" in text
    many = understood_html(["x"], [bad] * (SHOWN + 30))
    assert many.count("&lt;script&gt;</code>") == SHOWN
    assert "and 30 more" in many


def test_quality_names_every_plate_its_figures_and_reasons() -> None:
    warned = PLATE | {"verdict": "warn", "reasons": ["controls <drift>"], "n_positive": 0, "z_prime": None}
    quality = {"passed": True, "words": "No plate stops; 1 of 2 has a warning.", "agreement": AGREEMENT,
               "plates": {"WB1": PLATE, "WB2": warned}, "warnings": []}  # fmt: skip
    text = quality_html(quality)
    assert "mean r = 0.31 [0.20, 0.40], n = 9 perturbations (names shuffled: [−0.020, 0.050])" in text
    assert "controls &lt;drift&gt;" in text
    assert "[0.40, 0.80]" in text
    assert "rows: 20.0% of the variance, by chance 10.0%" in text
    assert text.count("✓") == 1
    overridden = {"plates": {"WB2": "x"}, "person": "ada", "note": "<b>known</b>"}
    assert "“&lt;b&gt;known&lt;/b&gt;”" in quality_html(quality | {"overridden": overridden})
    assert "No results yet" in quality_html({})


def test_what_an_older_ledger_kept_is_still_shown() -> None:
    old = {"n_treatments": 4, "n_controls": 8, "control_spread": 1.2, "control_drift": 0.1, "passed": True}
    quality = {"passed": True, "words": "Every plate has enough control wells.", "replicate_agreement": 0.31,
               "plates": {"WB1": old | {"flags": []}, "WB2": old | {"flags": ["drift"]}}}  # fmt: skip
    text = quality_html(quality)
    assert "warn" in text
    assert "drift" in text


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
