"""A table of prices: what testing a perturbation costs, in whatever unit the budget is in."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.formats.table import number_of, text_of
from workbench.catalog.stock import NAMES
from workbench.errors import InputError

COSTS = ("cost", "price")


def read_prices(path: Path) -> dict[str, float]:
    """Prices by perturbation id from a CSV or Parquet table with the columns perturbation_id and cost.

    Raises InputError naming the first row that cannot be used.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path.name!r}.", where=str(path))
    table = open_table(path)
    columns = {name.strip().lower().replace(" ", "_"): name for name in table.columns}
    name = next((columns[name] for name in NAMES["perturbation_id"] if name in columns), None)
    cost = next((columns[name] for name in COSTS if name in columns), None)
    if name is None or cost is None:
        lacks = " and ".join(what for what, found in (("perturbation_id", name), ("cost", cost)) if found is None)
        raise InputError(f"{path.name} lacks the column {lacks}.", where=str(path))
    prices: dict[str, float] = {}
    for i, (key, price) in enumerate(zip(text_of(table, name), number_of(table, cost), strict=True)):
        key = key.strip()
        where = f"row {i + 2} of {path.name}"
        if not key:
            raise InputError(f"{where} names no perturbation.", where=str(path))
        if not (np.isfinite(price) and price > 0):
            raise InputError(f"{where}: the price of {key} is no number above 0.", where=str(path))
        if prices.setdefault(key, float(price)) != float(price):
            raise InputError(f"{where}: {key} has two prices.", where=str(path))
    if not prices:
        raise InputError(f"{path.name} holds no row.", where=str(path))
    return prices
