"""Virtual cells on disk: save what was fitted, load the version that answers, keep it in the process."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog.models import get_version, promoted_version
from workbench.cells.calibrate import Calibration
from workbench.cells.examples import Examples
from workbench.cells.fit import Fitted
from workbench.cells.intervals import Intervals
from workbench.cells.predict import VirtualCell
from workbench.cells.sources import read_features
from workbench.cells.strength import StrengthModel
from workbench.errors import UnknownNameError
from workbench.models import MODELS
from workbench.training.recipe import Recipe
from workbench.training.weights import load_weights, save_weights

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import ModelVersion

_cells: dict[tuple[str, str], VirtualCell] = {}
_loading = threading.Lock()
_SCALARS = ("level", "usual", "factor", "simultaneous")
_INTERVALS = ("widths", "edges", "n_units", "noise", *_SCALARS)
_TEXT = ("perturbations", "names", "genes", "units")


def save_cell(catalog: Catalog, fitted: Fitted, calibration: Calibration) -> str:
    """Write weights, intervals and training rows as safetensors; gives the sha256."""
    examples = fitted.examples
    arrays = {f"model.{name}": np.asarray(value, dtype=np.float64) for name, value in fitted.model.state().items()}
    intervals, strength = calibration.intervals, calibration.strength
    arrays |= {f"intervals.{name}": np.asarray(getattr(intervals, name)) for name in _INTERVALS}
    arrays |= {"strength.coefficients": strength.coefficients, "strength.dual": strength.dual,
               "strength.rows": calibration.rows, "strength.reference": calibration.reference}  # fmt: skip
    arrays |= {"targets": examples.targets, "n_replicates": examples.n_replicates,
               "agreement": examples.agreement, "drugs": examples.drugs}  # fmt: skip
    # what was there when it was fitted, so that a network imported later does not change the kernels of this version
    signed = tuple(fitted.features.signed) if fitted.features is not None else ()
    config = {
        "recipe": asdict(replace(fitted.recipe, signed_networks=signed)),
        "interval_method": intervals.method,
        "readouts": list(examples.readouts),
        "drug_names": list(examples.drug_names),
        **{name: [str(value) for value in getattr(examples, name)] for name in _TEXT},
    }
    return save_weights(catalog.settings, arrays, config)


def load_cell(catalog: Catalog, version: ModelVersion) -> VirtualCell:
    """The virtual cell of a version, from the process's memory or from disk."""
    key = (str(catalog.settings.home), version.version_id)
    with _loading:
        if key not in _cells:
            _cells[key] = _read(catalog, version)
        return _cells[key]


def current_cell(catalog: Catalog, task: str) -> VirtualCell:
    """The promoted virtual cell of a task. Raises UnknownNameError when none is trained."""
    version = promoted_version(catalog, task)
    if version is None:
        raise UnknownNameError(
            f"no virtual cell is trained for {task!r} yet.", hint=f"Run `workbench models train {task}`."
        )
    return load_cell(catalog, version)


def named_cell(catalog: Catalog, name: str) -> VirtualCell:
    """The virtual cell of a version by name or id."""
    return load_cell(catalog, get_version(catalog, name))


def _read(catalog: Catalog, version: ModelVersion) -> VirtualCell:
    arrays, config = load_weights(catalog.settings, version.weights_sha256)
    facts = config["recipe"]
    recipe = Recipe(**{k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()})
    examples = Examples(
        targets=arrays["targets"], n_replicates=arrays["n_replicates"], agreement=arrays["agreement"],
        drugs=arrays["drugs"], readouts=tuple(config["readouts"]), drug_names=tuple(config["drug_names"]),
        **{name: np.array(config[name], dtype=str) for name in _TEXT},
    )  # fmt: skip
    state = {name.removeprefix("model."): array for name, array in arrays.items() if name.startswith("model.")}
    if "rows" in state:
        state["rows"] = state["rows"].astype(int)
    model = MODELS.find(version.architecture).thing.from_state(state)
    features = read_features(catalog, recipe) if recipe.shape == "kernel" else None
    return VirtualCell(
        Fitted(recipe, model, examples, features), _calibration(arrays, config, recipe.level), version.name, version.version_id,
        version.snapshot, version.code_version, json.loads(json.dumps(version.card.get("ceiling", {}))),
    )  # fmt: skip


def _calibration(arrays: dict[str, np.ndarray], config: dict[str, Any], level: float) -> Calibration:
    if "widths" in arrays:  # a version of before there were classes
        return Calibration.alike(arrays["widths"], level)
    kept = {name: arrays[f"intervals.{name}"] for name in _INTERVALS}
    scalars = {name: kept.pop(name).item() for name in _SCALARS}
    strength = StrengthModel(arrays["strength.coefficients"], arrays["strength.dual"])
    intervals = Intervals(config["interval_method"], **kept, **scalars)
    return Calibration(intervals, strength, arrays["strength.rows"], arrays["strength.reference"])
