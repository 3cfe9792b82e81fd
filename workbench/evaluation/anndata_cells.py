"""AnnData in and out: score predicted cells of one file against real ones of another, and write predictions as AnnData."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import DataQualityError, InputError
from workbench.evaluation.cell_suite import CellSet, score_cells

if TYPE_CHECKING:
    from anndata import AnnData

COLUMNS = ("perturbation", "condition", "target_gene", "gene")
CONTROLS = ("control", "ctrl", "non-targeting", "NT", "DMSO")


def evaluate_anndata(
    real: AnnData, predicted: AnnData, *, perturbation: str = "", control: str = "", seed: int = 0
) -> list[dict[str, Any]]:
    """The table of `score_cells` for two AnnData objects of log1p expression: prediction, no change, mean, replicate.

    perturbation: obs column (found among perturbation, condition, target_gene, gene); control: its label (found among
    control, ctrl, non-targeting, NT, DMSO). Genes are matched by name, in whatever order. The control cells of the
    prediction are not used. Raises InputError for a column or label that is not there, DataQualityError for missing
    genes or perturbations, counts instead of logarithms, or too few cells.
    """
    column = perturbation or _first(COLUMNS, list(real.obs), "obs column names the perturbation")
    for name, side in (("real", real), ("predicted", predicted)):
        if column not in side.obs:
            raise InputError(
                f"the {name} cells have no obs column {column!r}.", hint=f"They have {', '.join(side.obs)}."
            )
    labels = list(np.unique(real.obs[column].to_numpy(dtype=str)))
    label = control or _first(CONTROLS, labels, "label of the real cells marks a control")
    if label not in labels:
        raise InputError(f"no real cell is labelled {label!r} in {column}.", hint=f"Labels: {', '.join(labels[:8])} …")
    genes = list(map(str, real.var_names))
    return score_cells(
        _cells(real, column, genes, "real"), _cells(predicted, column, genes, "predicted"), np.array(genes), label,
        seed=seed,
    )  # fmt: skip


def predictions_as_anndata(
    predicted: np.ndarray, observed: np.ndarray, obs: dict[str, np.ndarray], readouts: tuple[str, ...],
    made: dict[str, Any],
) -> AnnData:  # fmt: skip
    """Predicted responses as AnnData: X the predicted change, layer "observed" the measured one, a row a perturbation.

    predicted, observed [n, n_readouts] float; obs: columns [n], a perturbation among them; made: where they come from
    (model, data set, split, snapshot …), kept in uns["made"]. Raises InputError without a column `perturbation`.
    """
    import anndata
    import pandas as pd

    if "perturbation" not in obs:
        raise InputError(f"predictions need a column perturbation; got {', '.join(obs)}.")
    frame = pd.DataFrame(obs)
    frame.index = frame.index.astype(str)
    cells = anndata.AnnData(predicted.astype(np.float32), obs=frame, var=pd.DataFrame(index=list(readouts)))
    cells.layers["observed"] = observed.astype(np.float32)
    cells.uns["made"] = {name: str(value) for name, value in made.items()}
    return cells


def _cells(side: AnnData, column: str, genes: list[str], name: str) -> CellSet:
    missing = sorted(set(genes) - set(map(str, side.var_names)))
    if missing:
        raise DataQualityError(
            f"the {name} cells lack {len(missing)} of {len(genes)} genes, {', '.join(missing[:5])} among them."
        )
    if not side.var_names.is_unique:
        raise DataQualityError(f"the {name} cells name a gene twice.", hint="Make var_names unique first.")
    block = side[:, genes].X
    values = np.asarray(block.toarray() if hasattr(block, "toarray") else block, dtype=np.float64)
    if len(values) and (values < 0).any():
        row = int(np.flatnonzero((values < 0).any(axis=1))[0])
        raise DataQualityError(f"{name} cell {row + 1} is negative: log1p of normalised counts is expected.")
    if len(values) and values.max() > 1 and (values == np.round(values)).all():
        raise DataQualityError(f"the {name} cells hold whole numbers: log1p of normalised counts is expected.")
    return CellSet(values, side.obs[column].to_numpy(dtype=str))


def _first(wanted: tuple[str, ...], found: list[str], words: str) -> str:
    for name in wanted:
        if name in found:
            return name
    raise InputError(f"no {words}: looked for {', '.join(wanted)}.", hint=f"Found {', '.join(map(str, found[:8]))}.")
