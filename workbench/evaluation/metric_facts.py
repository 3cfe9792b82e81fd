"""What each metric is called, which way is better, and its perfect value: written once for tables, cards and rules."""

from __future__ import annotations

TITLES = {
    "rd": "Correlation of changes against control (rD; never a skill by itself)",
    "rdmean": "Correlation of deviations from the mean (rDmean)",
    "pds": "Discrimination from other perturbations (PDS, chance 0.5)",
    "pds_l1": "Discrimination by L1 distance (depends on the prediction's scale)",
    "pds_score_l1": "Discrimination score, rank / N form, L1, own gene left out",
    "pds_score_l2": "Discrimination score, rank / N form, L2, own gene left out",
    "pds_score_cosine": "Discrimination score, rank / N form, cosine, own gene left out",
    "centroid_accuracy": "Share of other centroids farther than the own one",
    "top_k": "Readouts that moved most, found with their sign",
    "mae": "Mean absolute error",
    "mse": "Mean squared error",
    "coverage": "Share of values inside the interval",
    "interval_width": "Mean width of the intervals",
    "crps": "Continuous ranked probability score",
    "error_against_spread": "Correlation of error with stated spread",
    "overlap_at_n": "Differential expression score (overlap at N)",
    "precision_at_n": "Differential expression precision at N",
    "direction_match": "Significant genes that move the predicted way",
    "significant_recall": "Significant genes found significant",
    "fold_change_correlation": "Correlation of fold changes of significant genes",
    "energy": "Energy distance between predicted and real cells (unbiased)",
}
BETTER = dict.fromkeys(TITLES, "higher") | {
    "mae": "lower", "mse": "lower", "crps": "lower", "energy": "lower", "interval_width": "lower", "coverage": "nominal"
}  # fmt: skip
BEST = {name: 0.0 if way == "lower" else 1.0 for name, way in BETTER.items() if way != "nominal"}
