"""Small files of real data in the conventions people have: GEARS, scPerturb, State, pseudobulk, L1000, MAGeCK."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import anndata
import numpy as np
import pandas as pd

BUNDLED = Path(__file__).resolve().parent.parent / "data_catalog" / "bundled"


@cache
def norman() -> anndata.AnnData:
    """3,375 real cells of K562: 18 single genes, 15 pairs and controls, log1p of counts, 500 genes."""
    cells = anndata.read_h5ad(BUNDLED / "perturbseq_small" / "cells.h5ad")
    return cells[cells.obs["dataset"] == "norman19"].copy()


def labels() -> pd.Series:
    """The perturbation of each of those cells: `A`, `A+B` or `control`."""
    return norman().obs["perturbation"].astype(str)


def h5ad(path: Path, obs: dict, rows: np.ndarray | slice = slice(None), values=None, names=None) -> Path:
    """Write some of the cells with columns of ours instead of theirs."""
    cells = norman()[rows]
    index = cells.obs_names if names is None else names
    made = anndata.AnnData(
        cells.X.copy() if values is None else values,
        obs=pd.DataFrame(obs, index=index),
        var=pd.DataFrame(index=cells.var_names),
    )
    made.write_h5ad(path)
    return path


def gears(path: Path) -> Path:
    """condition `A+ctrl`, `A+B`, `ctrl`."""
    condition = ["ctrl" if text == "control" else text if "+" in text else f"{text}+ctrl" for text in labels()]
    return h5ad(path, {"condition": pd.Categorical(condition), "cell_type": "K562", "dose_val": "1+1"})


def scperturb(path: Path) -> Path:
    """perturbation `A_B` with nperts, cell_line and per-cell counts."""
    text = labels()
    n_parts = np.where(text == "control", 0, text.str.count(r"\+") + 1)
    obs = {"perturbation": text.str.replace("+", "_").to_numpy(), "nperts": n_parts, "perturbation_type": "CRISPRa",
           "cell_line": "K562", "celltype": "lymphoblasts", "ncounts": 1.0}  # fmt: skip
    return h5ad(path, obs)


def counts() -> np.ndarray:
    """Whole numbers of the cells without a pair, made of their normalised values: the source stores no raw counts."""
    return np.round(np.expm1(norman()[singles()].X.toarray()) * 3).astype(np.float32)


def singles() -> np.ndarray:
    """Cells that are no pair."""
    return ~labels().str.contains("+", regex=False).to_numpy()


def state(path: Path, control: str = "non-targeting", **more) -> Path:
    """target_gene, guide_id and batch with raw counts, controls in every batch."""
    text = labels()[singles()]
    obs = {
        "target_gene": [control if name == "control" else name for name in text],
        "guide_id": [f"{name}_P{i % 2 + 1}" for i, name in enumerate(text)], "batch": [f"Flex_{i % 3}" for i in range(len(text))],
    }  # fmt: skip
    return h5ad(path, obs | more, singles(), counts())


def l1000_wells() -> pd.DataFrame:
    """The 1,092 wells of the bundled L1000 plates."""
    return pd.read_parquet(BUNDLED / "l1000_orf_u2os" / "wells.parquet")


def l1000(path: Path, wells: pd.DataFrame, more: dict[str, list]) -> Path:
    """Wells as GCT 1.3 with the columns of LINCS; probes are rows, their symbols beside them."""
    features = [name for name in wells if not name.startswith("Metadata_")]
    said = {
        "pert_iname": wells["Metadata_gene"], "pert_id": wells["Metadata_broad_sample"], "pert_type": wells["Metadata_pert_type"],
        "pert_dose": "-666", "pert_time": "72", "cell_id": wells["Metadata_cell_line"],
    } | more  # fmt: skip
    facts = pd.DataFrame({name: list(column) if not isinstance(column, str) else [column] * len(wells)
                          for name, column in said.items()})  # fmt: skip
    lines = ["#1.3", f"{len(features)}\t{len(wells)}\t1\t{len(facts.columns)}"]
    lines.append("\t".join(["id", "pr_gene_symbol", *(f"s{i}" for i in range(len(wells)))]))
    lines += ["\t".join([name, "na", *map(str, facts[name])]) for name in facts]
    values = wells[features].to_numpy().T
    lines += [
        "\t".join([f"{200000 + i}_at", name, *(f"{x:.6g}" for x in row)])
        for i, (name, row) in enumerate(zip(features, values, strict=True))
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def write(path: Path, content: bytes) -> Path:
    """A file with that content."""
    path.write_bytes(content)
    return path
