"""Stock of the lab in the ledger, brought as a table of source wells."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import delete, func, or_, select

from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.formats.table import number_of, text_of
from workbench.catalog.ledger import ExperimentRow, PlateRow, StockRow, WellRow
from workbench.errors import InputError
from workbench.nouns.stock import Stock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.catalog.store import Catalog

# what a column may be called, lower case without blanks; volumes and concentrations with what makes them nL and µM
NAMES = {
    "source_plate": ("source_plate", "source_plate_barcode", "plate_barcode", "plate"),
    "source_well": ("source_well", "well", "well_position"),
    "perturbation_id": ("perturbation_id", "perturbation", "sample_id"),
}
VOLUMES = {"volume_nl": 1.0, "volume_ul": 1e3}
CONCENTRATIONS = {"concentration_um": 1.0, "concentration_mm": 1e3}


def read_stock(path: Path) -> list[Stock]:
    """Source wells of a CSV or Parquet table: source_plate, source_well, perturbation_id, volume_nl and, where known,
    concentration_um; volume_ul and concentration_mm are read too.

    Raises InputError naming the row and column of the first thing that cannot be used.
    """
    table = open_table(path)
    columns = {name.strip().lower().replace(" ", "_"): name for name in table.columns}
    found = {key: next((columns[name] for name in names if name in columns), None) for key, names in NAMES.items()}
    volume = next((name for name in VOLUMES if name in columns), None)
    missing = [key for key, name in found.items() if name is None] + ([] if volume else ["volume_nl"])
    if missing or volume is None:
        raise InputError(f"{path.name} lacks the column {' and '.join(missing)}.", where=str(path))
    strength = next((name for name in CONCENTRATIONS if name in columns), None)
    texts = {key: text_of(table, name) for key, name in found.items()}
    volumes = number_of(table, columns[volume]) * VOLUMES[volume]
    strengths = number_of(table, columns[strength] if strength else None) * CONCENTRATIONS.get(strength or "", 1.0)
    items: dict[tuple[str, str], Stock] = {}
    for i, (plate, well, name) in enumerate(zip(*texts.values(), strict=True)):
        try:
            strength_um = float(strengths[i]) if np.isfinite(strengths[i]) else None
            item = Stock(plate.strip(), well.strip(), name.strip(), float(volumes[i]), strength_um)
        except InputError as error:
            raise InputError(f"row {i + 2} of {path.name}: {error.message}", where=str(path)) from error
        if items.setdefault((item.source_plate, item.source_well), item) is not item:
            raise InputError(f"row {i + 2} of {path.name}: {plate} {well} is in the file twice.", where=str(path))
    if not items:
        raise InputError(f"{path.name} holds no row.", where=str(path))
    return list(items.values())


def replace_plates(catalog: Catalog, items: Iterable[Stock], person: str) -> int:
    """Put source wells in the place of what their source plates held before; gives how many."""
    rows = list(items)
    with catalog.ledger.session() as session:
        session.execute(delete(StockRow).where(StockRow.source_plate.in_({item.source_plate for item in rows})))
        session.add_all(StockRow(**asdict(item), person=person) for item in rows)
    return len(rows)


def list_stock(catalog: Catalog) -> list[Stock]:
    """All source wells, by plate and well."""
    query = select(StockRow).order_by(StockRow.source_plate, StockRow.source_well)
    names = Stock.__dataclass_fields__
    with catalog.ledger.session() as session:
        return [Stock(**{name: getattr(row, name) for name in names}) for row in session.scalars(query)]


def drawn_wells(catalog: Catalog) -> dict[str, int]:
    """Wells on plates for the bench that each perturbation's stock fills: those laid out since it was brought, and those
    laid out before that nobody has sent yet. The other labs draw nothing."""
    since = select(StockRow.perturbation_id, func.min(StockRow.updated_at).label("brought"))
    brought = since.group_by(StockRow.perturbation_id).subquery()
    query = (
        select(WellRow.perturbation_id, func.count())
        .join(PlateRow, PlateRow.plate_barcode == WellRow.plate_barcode)
        .join(ExperimentRow, ExperimentRow.experiment_id == PlateRow.experiment_id)
        .outerjoin(brought, brought.c.perturbation_id == WellRow.perturbation_id)
        .where(ExperimentRow.lab == "bench", WellRow.perturbation_id != "")
        .where(or_(
            ExperimentRow.state == "scheduled", brought.c.brought.is_(None),
            ExperimentRow.created_at >= brought.c.brought,
        ))
        .group_by(WellRow.perturbation_id)
    )  # fmt: skip
    with catalog.ledger.session() as session:
        return {name: int(n) for name, n in session.execute(query)}
