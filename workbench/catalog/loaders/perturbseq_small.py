"""Small real Perturb-seq: activated genes and pairs in K562, knocked-down kinases in three glioma lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.kernels.response import against_controls, mean_pairwise_correlation
from workbench.nouns import Context, Perturbation

CELL_LINES = {"k562": "K562"}  # the others are written in capitals already
KINDS = {"CRISPRa": "activation", "CRISPRi": "knock-down"}
CONTROL = Perturbation("control:non-targeting", "control", "non-targeting guides")


@loader("perturbseq_small")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """A row a cell in the place of a well (the barcode is its well, study and cell line are its plate).

    A response is the mean of the cells against the control cells of the same line and study; its n counts cells, and
    its agreement is that of two halves of the cells, each against its own half of the controls.
    """
    import anndata

    cells = anndata.read_h5ad(files["cells.h5ad"])
    values = np.asarray(cells.X.toarray(), dtype=np.float32)
    study, name, kind = (
        cells.obs[column].astype(str).to_numpy() for column in ("dataset", "perturbation", "perturbation_type")
    )
    lines = np.array([CELL_LINES.get(line, line) for line in cells.obs["cell_type"].astype(str)])
    contexts = {line: Context(line) for line in np.unique(lines)}
    perturbations = [_perturbation(*pair) for pair in zip(name, kind, strict=True)]
    batch.add_contexts(list(contexts.values()))
    batch.add_perturbations(
        perturbations,
        {item.perturbation_id: {"study": where} for item, where in zip(perturbations, study, strict=True)},
    )
    readouts = list(cells.var_names)
    batch.add_features(readouts, symbols=readouts, unit=entry.units, kind="expression")
    is_control = name == "control"
    wells = pd.DataFrame(
        {
            "Metadata_Batch": study, "Metadata_Plate": [f"{a} {b}" for a, b in zip(study, lines, strict=True)],
            "Metadata_Well": cells.obs_names.to_numpy(dtype=str),
            "Metadata_pert_type": np.where(is_control, "negcon", "trt"),
            "perturbation_id": [item.perturbation_id for item in perturbations],
            "context_id": [contexts[line].context_id for line in lines], "is_control": is_control,
            "control_type": np.where(is_control, "non-targeting", ""),
        }
    )  # fmt: skip
    batch.add_wells(wells, values, file="cells.h5ad")
    batch.add("response", _responses(wells, values))


def _perturbation(name: str, kind: str) -> Perturbation:
    if name == "control":
        return CONTROL
    parts = tuple(Perturbation.of_gene(KINDS[kind], gene) for gene in name.split("+"))
    return parts[0] if len(parts) == 1 else Perturbation.of_parts(parts)


def _responses(wells: pd.DataFrame, values: np.ndarray) -> pd.DataFrame:
    plates, is_control = wells["Metadata_Plate"].to_numpy(dtype=str), wells["is_control"].to_numpy(dtype=bool)
    groups = wells["perturbation_id"].str.cat(wells["context_id"], sep="\t").to_numpy(dtype=str)
    second = wells.groupby(groups).cumcount().to_numpy() % 2 == 1  # every other cell of a perturbation in a line
    delta = against_controls(values, plates, is_control)
    apart = np.empty_like(delta)  # each half against its own half of the controls
    for half in (second, ~second):
        apart[half] = against_controls(values[half], plates[half], is_control[half])
    rows = []
    for group in np.unique(groups[~is_control]):
        here = groups == group
        perturbation_id, context_id = group.split("\t")
        means = np.stack([apart[here & half].mean(axis=0) for half in (second, ~second)])
        rows.append(
            {
                "perturbation_id": perturbation_id, "context_id": context_id, "n": int(here.sum()),
                "n_controls": int((is_control & (plates == plates[here][0])).sum()),
                "agreement": mean_pairwise_correlation(means), "delta": delta[here].mean(axis=0),
                "standard_error": delta[here].std(axis=0, ddof=1) / np.sqrt(here.sum()),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
