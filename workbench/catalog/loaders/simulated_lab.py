"""The simulated lab: wells of a mechanistic cell with planted truth. SIMULATED, no measurement."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.kernels import simulated_cell as sim
from workbench.nouns import Context, Perturbation

CONTEXTS = (Context("SimCell-A", 24.0, "simulated"), Context("SimCell-B", 24.0, "simulated"))


def gene_name(i_gene: int) -> str:
    """Name of a simulated gene, made to be no real symbol."""
    return f"SIM-{i_gene + 1:03d}"


@loader("simulated_lab")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Every gene over-expressed on three plates a context, with controls, and the network a database would hold."""
    seed, n_plates = int(entry.options["seed"]), int(entry.options["plates"])
    cell = sim.build(seed)
    names = [gene_name(i) for i in range(cell.n_genes)]
    rng = np.random.default_rng(seed + 1)
    control = Perturbation("control:vector", "control", "empty vector (simulated)")
    treatments = [Perturbation.of_gene("over-expression", name, name=f"{name} (simulated)") for name in names]
    annotations = {
        item.perturbation_id: {"gene": name, "module": f"module {cell.modules[i] + 1}"}
        for i, (item, name) in enumerate(zip(treatments, names, strict=True))
    }
    batch.add("gene", [{"Metadata_Symbol": name, "title": "simulated gene", "aliases": []} for name in names])
    batch.add_contexts(list(CONTEXTS))
    batch.add_perturbations([control, *treatments], annotations)
    batch.add_features(names, symbols=names, unit=entry.units, kind="expression (simulated)")
    frames, values = [], []
    for i_context, context in enumerate(CONTEXTS):
        for plate in range(n_plates):
            genes = rng.permutation(np.concatenate([np.arange(cell.n_genes), -np.ones(96 - cell.n_genes, dtype=int)]))
            rows, columns = np.divmod(np.arange(96), 12)
            values.append(sim.measure(cell, i_context, genes, rows, columns, (8, 12), rng))
            frames.append(_wells(genes, rows, columns, f"SIM{i_context + 1}{plate + 1}", context, control, treatments))
    wells, profiles = pd.concat(frames, ignore_index=True), np.concatenate(values)
    batch.add_wells(wells, profiles, file="simulated")
    batch.add_responses(wells, profiles)
    edges = sim.prior_network(cell, rng)
    network = {
        "network": "simulated prior",
        "source": [names[i] for i in edges[:, 0]],
        "target": [names[i] for i in edges[:, 1]],
        "directed": True,
        "sign": edges[:, 2],
        "weight": 1.0,
        "evidence": "simulated",
    }
    batch.add("network_edge", pd.DataFrame(network))
    sets = [f"module {module + 1}" for module in cell.modules]
    modules = {"collection": "simulated modules", "gene_set": sets, "accession": "", "Metadata_Symbol": names}
    batch.add("gene_set", pd.DataFrame(modules))


def _wells(
    genes: np.ndarray, rows: np.ndarray, columns: np.ndarray, plate: str, context: Context, control: Perturbation,
    treatments: list[Perturbation],
) -> pd.DataFrame:  # fmt: skip
    return pd.DataFrame(
        {
            "Metadata_Plate": plate,
            "Metadata_Batch": plate,
            "Metadata_Well": [f"{chr(65 + r)}{c + 1:02d}" for r, c in zip(rows, columns, strict=True)],
            "Metadata_pert_type": np.where(genes < 0, "control", "trt"),
            "perturbation_id": [(control if g < 0 else treatments[g]).perturbation_id for g in genes],
            "context_id": context.context_id,
            "is_control": genes < 0,
            "control_type": np.where(genes < 0, "vector", ""),
        }
    )
