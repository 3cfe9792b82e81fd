"""From source plates to planned wells: which stock goes where, how much, and what there is too little of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workbench.errors import InputError
from workbench.nouns import Plate, Well
from workbench.nouns.stock import Stock

SHOWN = 6


class Transfer(NamedTuple):
    """One movement of liquid, volume in nL."""

    source_plate: str
    source_well: str
    plate_barcode: str
    well: str
    volume_nl: float
    name: str
    concentration_um: float | None


class Picked(NamedTuple):
    """All movements of a batch in the order of its plates and wells, and what was rounded or left out, in words."""

    transfers: list[Transfer]
    notes: list[str]


def pick(
    plates: Sequence[Plate], stock: Iterable[Stock], volume_nl: float, *, step_nl: float = 0.0, least_nl: float = 0.0,
    well_volume_ul: float | None = None,
) -> Picked:  # fmt: skip
    """Movements that fill every treated and control well once.

    A well with a dose gets dose · well volume / concentration where all three are known, every other well `volume_nl`.
    Volumes are rounded to multiples of `step_nl` and said in a note. Controls without stock get nothing, with a note.
    Raises InputError for a treatment without stock, too little of one, or less than `least_nl` in a movement.
    """
    if not math.isfinite(volume_nl) or volume_nl <= 0:
        raise InputError(f"a volume is more than 0 nL, got {volume_nl!r}.")
    shelf: dict[str, list[tuple[Stock, float]]] = {}
    for item in sorted(stock, key=lambda item: (item.source_plate, item.source_well)):
        shelf.setdefault(item.perturbation_id, []).append((item, item.volume_nl))
    wells = [well for plate in plates for well in plate.wells if well.role != "empty"]
    missing = {w.perturbation_name or w.perturbation_id for w in wells if w.perturbation_id not in shelf and _needed(w)}
    if missing:
        raise InputError(
            f"{len(missing)} perturbations have no stock: {_listed(missing)}.",
            hint="Import their source plates: perturbation_id, source_plate, source_well, volume_nl, concentration_um.",
        )
    transfers: list[Transfer] = []
    rounded, short = {}, {}
    for well in wells:
        if well.perturbation_id not in shelf:
            continue
        held = shelf[well.perturbation_id]
        exact = _volume(well, held[0][0], volume_nl, well_volume_ul)
        wanted = round(exact / step_nl) * step_nl if step_nl else exact
        if wanted < max(least_nl, step_nl) or wanted <= 0:
            raise InputError(
                f"{well.perturbation_name or well.perturbation_id} needs {exact:.3g} nL; at least "
                f"{max(least_nl, step_nl):g} nL can be moved.", where=f"{well.plate_barcode} {well.well}",
                hint="Dilute the stock, or choose a larger volume or another machine.",
            )  # fmt: skip
        if abs(wanted - exact) > 1e-9 * exact:
            rounded[exact] = wanted
        for i, (item, left) in enumerate(held):
            if left + 1e-9 >= wanted:
                held[i] = (item, left - wanted)
                transfers.append(Transfer(
                    item.source_plate, item.source_well, well.plate_barcode, well.well, wanted,
                    well.perturbation_name or well.perturbation_id, item.concentration_um,
                ))  # fmt: skip
                break
        else:
            name = well.perturbation_name or well.perturbation_id
            short[name] = short.get(name, 0.0) + wanted
    if short:
        said = _listed(f"{name} ({volume:g} nL more)" for name, volume in short.items())
        raise InputError(f"there is too little stock of {len(short)} perturbations: {said}.", hint="Bring more of it.")
    notes = [f"{exact:.4g} nL was rounded to {wanted:g} nL" for exact, wanted in sorted(rounded.items())[:SHOWN]]
    dry = {well.perturbation_name or well.perturbation_id for well in wells if well.perturbation_id not in shelf}
    notes += [f"no stock of the control {name}: its wells get nothing from this list" for name in sorted(dry)]
    return Picked(transfers, notes)


def _needed(well: Well) -> bool:
    return well.role != "negative control"


def _volume(well: Well, item: Stock, volume_nl: float, well_volume_ul: float | None) -> float:
    if well.dose_um is None or item.concentration_um is None or well_volume_ul is None:
        return volume_nl
    return well.dose_um * well_volume_ul * 1000 / item.concentration_um


def _listed(names: Iterable[str]) -> str:
    every = sorted(names)
    return ", ".join(every[:SHOWN]) + (f" and {len(every) - SHOWN} more" if len(every) > SHOWN else "")
