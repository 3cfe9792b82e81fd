"""Corrections for what moves profiles without being the perturbation's effect: chromosome arm and number of cells."""

from __future__ import annotations

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.phenomics import aligner
from workbench.phenomics.align import Aligned, batches_of, column_of, controls_of, every_column

LEAST_SPREAD = 1e-6


@aligner("arm", title="Subtract the profile of the chromosome arm", source="proximity bias: Lazar et al., 2024")
def arm(
    values: np.ndarray,
    wells: dict[str, np.ndarray],
    *,
    column: str = "chromosome_arm",
    unexpressed: str = "",
    min_genes: int = 5,
) -> Aligned:
    """x − mean profile of the other genes on the same chromosome arm; Cas9 cuts make neighbours on an arm look alike.

    values [n_wells, d] -> same shape. Genes count once however many wells they have, and a gene never counts towards
    its own correction. `unexpressed` names a true/false column: then only genes the cells do not express make the mean,
    which keeps the shared biology of an arm. Arms with fewer than `min_genes` such genes stay as they are, which is
    said. Raises InputError without the columns, DataQualityError when no arm has enough genes.
    """
    hint = "Import a table that names the chromosome arm of each gene, e.g. 7q, beside the wells."
    arms = column_of(wells, column, hint).astype(str)
    gene = np.asarray(wells["perturbation_id"]).astype(str)
    treated = np.flatnonzero(~controls_of(wells) & (arms != ""))
    names, first, code = np.unique(gene[treated], return_index=True, return_inverse=True)
    arm_of = arms[treated][first]
    if (split := arms[treated] != arm_of[code]).any():
        raise InputError(f"{names[code[np.argmax(split)]]!r} lies on two arms in the column {column!r}.")
    weight = np.ones(len(names))
    if unexpressed:
        weight = column_of(wells, unexpressed).astype(float)[treated][first]
    profile = np.zeros((len(names), values.shape[1]))
    np.add.at(profile, code, values[treated])
    profile /= np.bincount(code, minlength=len(names))[:, None]
    aligned, left, corrected = values.copy(), [], 0
    for name in np.unique(arm_of).tolist():
        on_arm = np.flatnonzero(arm_of == name)
        others = weight[on_arm].sum() - weight[on_arm]
        if others.min() < max(1, min_genes - 1):
            left.append(name)
            continue
        total = weight[on_arm] @ profile[on_arm]
        shift = np.zeros_like(profile)
        shift[on_arm] = (total - weight[on_arm, None] * profile[on_arm]) / others[:, None]
        mine = arm_of[code] == name
        aligned[treated[mine]] -= shift[code[mine]]
        corrected += 1
    if not corrected:
        raise DataQualityError(
            f"none of {len(left)} chromosome arms has {min_genes} {'unexpressed ' if unexpressed else ''}genes."
        )
    warnings = (f"{len(left)} arms have fewer than {min_genes} genes and stay as they are: {', '.join(left[:10])}",)
    record = {"n_arms": corrected, "n_genes": int(np.isin(arm_of, left, invert=True).sum()), "arms_left": left,
              "n_wells_without_arm": int((~controls_of(wells) & (arms == "")).sum())}  # fmt: skip
    return Aligned(aligned, every_column(values), record, warnings if left else ())


@aligner("cell_count", title="Regress out the number of cells")
def cell_count(
    values: np.ndarray, wells: dict[str, np.ndarray], *, column: str = "cell_count", by: str = "Metadata_Plate"
) -> Aligned:
    """x − b log(1 + cells), both centred per batch, one slope b a feature over all wells by least squares.

    values [n_wells, d] -> same shape. What toxicity alone explains goes, and with it whatever effect always comes with
    few cells: compare both maps. Raises InputError without counts and DataQualityError when they do not vary.
    """
    counts = column_of(wells, column, "The data set carries no cell counts, so they cannot be regressed out.")
    counts = counts.astype(float)
    bad = ~(np.isfinite(counts) & (counts >= 0))
    if bad.any():
        raise InputError(
            f"{int(bad.sum()):,} of {len(counts):,} wells have no {column}: it cannot be regressed out.",
            hint="Leave these wells out, or leave this step out.",
        )
    number, centred = np.log1p(counts), values.astype(np.float64)
    for _, rows in batches_of(wells, by):
        number[rows] -= number[rows].mean()
        centred[rows] -= centred[rows].mean(axis=0)
    if number.std() < LEAST_SPREAD:
        raise DataQualityError(f"{column} does not vary within any {by}: there is nothing to regress out.")
    slope = number @ centred / (number @ number)
    before = float((centred**2).sum())
    explained = float((number @ number) * (slope @ slope)) / before if before else 0.0
    aligned = values - number[:, None] * slope
    record = {"share_explained": round(explained, 4), "n_wells": len(values)}
    return Aligned(aligned, every_column(values), record)
