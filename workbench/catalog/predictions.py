"""Predictions in the lake: frozen, named by id, with everything needed to draw them again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog.store import utc_now
from workbench.errors import UnknownNameError
from workbench.nouns import Context, Perturbation, Prediction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.catalog.store import Catalog

_PLAIN = (
    "prediction_id", "task", "level", "baseline_name", "verdict", "verdict_reason", "domain_score", "model_version",
    "model_name", "snapshot", "code_version",
)  # fmt: skip


def write_prediction(catalog: Catalog, prediction: Prediction, person: str = "") -> str:
    """Keep a prediction; the same id twice is once. Gives its id."""
    details = {
        "ceiling": prediction.ceiling,
        "evidence": list(prediction.evidence),
        "baselines": {name: list(map(float, values)) for name, values in prediction.baselines.items()},
        "units": prediction.units,
        "simulated": prediction.simulated,
        "interval": prediction.interval,
        "simultaneous": prediction.simultaneous,
    }
    row: dict[str, Any] = {name: getattr(prediction, name) for name in _PLAIN}
    row |= {
        "perturbation_id": prediction.perturbation.perturbation_id,
        "perturbation": json.dumps(asdict(prediction.perturbation)),
        "context_id": prediction.context.context_id,
        "context": json.dumps(asdict(prediction.context)),
        "readouts": list(prediction.readouts),
        **{name: getattr(prediction, name).tolist() for name in ("delta", "low", "high", "baseline")},
        "details": json.dumps(details),
        "person": person,
        "created_at": utc_now(),
    }
    columns = ", ".join(row)
    values = ", ".join(f"${name}" for name in row)
    with catalog.lake.writing(f"prediction {prediction.prediction_id}", author=person) as cursor:
        sql = "SELECT count(*) FROM lake.prediction WHERE prediction_id = $1"
        if not cursor.execute(sql, [prediction.prediction_id]).fetchone()[0]:
            cursor.execute(f"INSERT INTO lake.prediction ({columns}) VALUES ({values})", row)
    return prediction.prediction_id


def read_prediction(catalog: Catalog, prediction_id: str) -> Prediction:
    """One prediction. Raises UnknownNameError."""
    return read_predictions(catalog, [prediction_id])[prediction_id]


def read_predictions(catalog: Catalog, prediction_ids: Sequence[str]) -> dict[str, Prediction]:
    """Predictions by their ids, in one question to the lake. Raises UnknownNameError for one that is not there."""
    if not prediction_ids:
        return {}
    sql = "SELECT * FROM lake.prediction WHERE prediction_id IN (SELECT unnest($1::VARCHAR[]))"
    found = {row["prediction_id"]: _noun(row) for row in catalog.lake.rows(sql, [list(prediction_ids)])}
    missing = next((name for name in prediction_ids if name not in found), None)
    if missing is not None:
        raise UnknownNameError(f"there is no prediction {missing!r}.")
    return found


def _noun(row: dict[str, Any]) -> Prediction:
    details = json.loads(row["details"])
    facts = json.loads(row["perturbation"])
    perturbation = Perturbation(**{k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()})
    return Prediction(
        **{name: row[name] for name in _PLAIN},
        perturbation=perturbation,
        context=Context(**json.loads(row["context"])),
        readouts=tuple(row["readouts"]),
        **{name: np.array(row[name], dtype=float) for name in ("delta", "low", "high", "baseline")},
        ceiling=details["ceiling"],
        evidence=tuple(details["evidence"]),
        baselines={name: np.array(values) for name, values in details["baselines"].items()},
        units=details["units"],
        simulated=details["simulated"],
        interval=details.get("interval", ""),
        simultaneous=details.get("simultaneous"),
    )


def find_predictions(catalog: Catalog, *, gene: str | None = None, compound: str | None = None) -> list[dict[str, Any]]:
    """Kept predictions that involve a gene or compound, newest first: id, task, perturbation, verdict, version, time."""
    sql = (
        "SELECT prediction_id, task, perturbation_id, json_extract_string(perturbation, '$.name') AS name, verdict, "
        "verdict_reason, model_name, created_at FROM lake.prediction "
        "WHERE list_contains(CAST(json_extract_string(perturbation, $2) AS VARCHAR[]), $1) ORDER BY created_at DESC"
    )
    return catalog.lake.rows(sql, [gene or compound, "$.genes" if gene else "$.compounds"])
