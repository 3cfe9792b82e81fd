"""Experiments, plates, wells and results in the ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from workbench.catalog.hypotheses import move
from workbench.catalog.ledger import ExperimentRow, PlateRow, ResultFileRow, ResultRow, WellRow
from workbench.catalog.store import new_id
from workbench.errors import ConflictError, UnknownNameError
from workbench.nouns import Experiment, Plate, Result, Well
from workbench.nouns.experiment import Design

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from sqlalchemy.orm import Session

    from workbench.catalog.store import Catalog
    from workbench.nouns import Hypothesis

_WELL = ("well", "role", "perturbation_id", "perturbation_name", "hypothesis_id", "replicate", "dose_um")


def insert_experiment(
    catalog: Catalog, build: Callable[[int], Experiment], hypotheses: list[Hypothesis], person: str
) -> Experiment:
    """Number an experiment, write its plates and wells and mark its hypotheses as scheduled, in one transaction.

    `build` makes the experiment of a number. Raises ConflictError when a hypothesis was changed since it was read.
    """
    with catalog.ledger.session() as session:
        number = (session.scalar(select(func.max(ExperimentRow.number))) or 0) + 1
        experiment = build(number)
        session.add(
            ExperimentRow(
                experiment_id=experiment.experiment_id, number=number, title=experiment.title, lab=experiment.lab,
                task=experiment.task, state=experiment.state, seed=experiment.seed,
                hypothesis_ids=list(experiment.hypothesis_ids), quality={}, design=asdict(experiment.design),
                created_by=experiment.created_by,
            )
        )  # fmt: skip
        session.flush()
        _add_plates(session, experiment)
        for item in hypotheses:
            move(session, item, "scheduled", person, kind="scheduled", payload={"experiment": experiment.handle})
    return get_experiment(catalog, experiment.experiment_id)


def replace_plates(catalog: Catalog, experiment: Experiment, hypotheses: list[Hypothesis], person: str) -> Experiment:
    """Put other plates, laid out by another design or seed, in the place of those nobody has sent or measured yet.

    Every hypothesis of the batch gets an event. Raises ConflictError when the batch went to the lab meanwhile.
    """
    with catalog.ledger.session() as session:
        row = session.get_one(ExperimentRow, experiment.experiment_id)
        if row.state != "scheduled":
            raise ConflictError(
                f"{experiment.handle} is {row.state}: its plates stay as they are.",
                hint="Make another batch for another layout.",
            )
        for plate in session.scalars(select(PlateRow).where(PlateRow.experiment_id == row.experiment_id)):
            session.execute(delete(WellRow).where(WellRow.plate_barcode == plate.plate_barcode))
        session.execute(delete(PlateRow).where(PlateRow.experiment_id == row.experiment_id))
        row.design, row.seed = asdict(experiment.design), experiment.seed
        _add_plates(session, experiment)
        payload = {"experiment": experiment.handle, "design": row.design, "seed": row.seed}
        for item in hypotheses:
            move(session, item, item.state, person, kind="laid out anew", payload=payload)
    return get_experiment(catalog, experiment.experiment_id)


def _add_plates(session: Session, experiment: Experiment) -> None:
    for plate in experiment.plates:
        session.add(
            PlateRow(
                plate_barcode=plate.plate_barcode, experiment_id=experiment.experiment_id, n_wells=plate.n_wells,
                replicate=plate.replicate,
            )
        )  # fmt: skip
        session.flush()
        session.add_all(
            WellRow(plate_barcode=plate.plate_barcode, **{name: getattr(well, name) for name in _WELL})
            for well in plate.wells
        )


def get_experiment(catalog: Catalog, name: str) -> Experiment:
    """By id or handle (`E-3`). Raises UnknownNameError."""
    handle = name.upper().removeprefix("E-")
    query = select(ExperimentRow).where(ExperimentRow.experiment_id == name)
    if handle.isdigit():
        query = select(ExperimentRow).where(ExperimentRow.number == int(handle))
    with catalog.ledger.session() as session:
        row = session.scalar(query)
        if row is None:
            raise UnknownNameError(f"there is no experiment {name!r}.", hint="See the queue.")
        return _noun(session, row)


def list_experiments(catalog: Catalog) -> list[Experiment]:
    """Newest first."""
    with catalog.ledger.session() as session:
        rows = session.scalars(select(ExperimentRow).order_by(ExperimentRow.number.desc()))
        return [_noun(session, row) for row in rows]


def experiment_of_plate(catalog: Catalog, plate_barcode: str) -> Experiment:
    """The experiment a plate belongs to. Raises UnknownNameError."""
    with catalog.ledger.session() as session:
        row = session.get(PlateRow, plate_barcode)
        if row is None:
            raise UnknownNameError(f"there is no plate {plate_barcode!r}.", hint="Check the barcode on the plate map.")
        return _noun(session, session.get_one(ExperimentRow, row.experiment_id))


def set_state(catalog: Catalog, experiment_id: str, state: str, quality: dict[str, Any] | None = None) -> None:
    """Move an experiment on and, where given, keep its quality control."""
    with catalog.ledger.session() as session:
        row = session.get_one(ExperimentRow, experiment_id)
        row.state = state
        if quality is not None:
            row.quality = quality


def file_is_known(catalog: Catalog, sha256: str) -> bool:
    """Whether a result file with this content was imported before."""
    with catalog.ledger.session() as session:
        return session.get(ResultFileRow, sha256) is not None


def count_files(catalog: Catalog, experiment_id: str) -> int:
    """Result files imported for an experiment."""
    query = select(func.count()).where(ResultFileRow.experiment_id == experiment_id)
    with catalog.ledger.session() as session:
        return int(session.scalar(query) or 0)


def insert_results(
    catalog: Catalog, experiment_id: str, sha256: str, name: str, person: str,
    rows: pd.DataFrame, n_rejected: int, overridden: dict[str, Any] | None = None,
    hypotheses: Sequence[Hypothesis] = (),
) -> None:  # fmt: skip
    """Record a result file and its wells (plate_barcode, well, row_number) in one transaction; the same file twice is once.

    overridden: plates that should have stopped (plates: barcode to reason) and why they count all the same (note); the
    hypotheses with wells on them get an event.
    """
    with catalog.ledger.session() as session:
        if session.get(ResultFileRow, sha256) is not None:
            return
        session.add(
            ResultFileRow(
                sha256=sha256, name=name, experiment_id=experiment_id, person=person, n_rows=len(rows),
                n_rejected=n_rejected,
            )
        )  # fmt: skip
        session.flush()
        session.execute(
            insert(ResultRow),
            [
                {"result_id": new_id(), "file_sha256": sha256, "plate_barcode": plate, "well": well, "row_number": int(row),
                 "accepted": True, "reason": ""}
                for plate, well, row in zip(rows["plate_barcode"], rows["well"], rows["row_number"], strict=True)
            ],
        )  # fmt: skip
        for item in hypotheses if overridden else ():
            move(
                session,
                item,
                item.state,
                person,
                kind="quality overridden",
                note=overridden["note"],
                payload=overridden,
            )


def measured_wells(catalog: Catalog, experiment_id: str) -> set[tuple[str, str]]:
    """Plate and well of every result of an experiment."""
    query = (
        select(ResultRow.plate_barcode, ResultRow.well).join(PlateRow, PlateRow.plate_barcode == ResultRow.plate_barcode)
        .where(PlateRow.experiment_id == experiment_id)
    )  # fmt: skip
    with catalog.ledger.session() as session:
        return {(plate, well) for plate, well in session.execute(query)}


def list_results(catalog: Catalog, experiment_id: str) -> list[Result]:
    """Wells of an experiment that have a result."""
    query = (
        select(ResultRow).join(PlateRow, PlateRow.plate_barcode == ResultRow.plate_barcode)
        .where(PlateRow.experiment_id == experiment_id).order_by(ResultRow.plate_barcode, ResultRow.well)
    )  # fmt: skip
    with catalog.ledger.session() as session:
        return [
            Result(
                row.result_id, row.plate_barcode, row.well, row.file_sha256, row.row_number, row.accepted, row.reason
            )
            for row in session.scalars(query)
        ]


def _noun(session: Session, row: ExperimentRow) -> Experiment:
    plates = []
    for plate in session.scalars(
        select(PlateRow).where(PlateRow.experiment_id == row.experiment_id).order_by(PlateRow.plate_barcode)
    ):
        columns = select(*(getattr(WellRow, name) for name in _WELL))
        rows = session.execute(columns.where(WellRow.plate_barcode == plate.plate_barcode).order_by(WellRow.well))
        nouns = tuple(Well(plate.plate_barcode, *values) for values in rows)
        plates.append(Plate(plate.plate_barcode, row.experiment_id, plate.n_wells, nouns, plate.replicate))
    return Experiment(
        experiment_id=row.experiment_id, number=row.number, title=row.title, lab=row.lab, state=row.state,
        task=row.task, hypothesis_ids=tuple(row.hypothesis_ids), plates=tuple(plates), seed=row.seed,
        created_by=row.created_by, created_at=row.created_at, quality=row.quality, design=Design(**row.design),
    )  # fmt: skip
