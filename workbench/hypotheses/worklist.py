"""Lists for liquid handlers: Echo picklist, Opentrons and Hamilton worklists, one row a transfer.

The Echo's columns are those its own Cherry Pick software reads, wells without zeros. Opentrons and Hamilton have no fixed
columns: a protocol (or method) maps ours once, see docs/bench.md. The Echo moves multiples of 2.5 nL; pipettes move
half a microlitre or more.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from workbench.hypotheses.transfers import Transfer
from workbench.hypotheses.wells import parse_well

ECHO_STEP_NL = 2.5
PIPETTE_LEAST_NL = 500.0
ECHO = (
    "Source Plate Barcode", "Source Well", "Destination Plate Barcode", "Destination Well", "Transfer Volume",
    "Sample Name", "Sample Concentration (uM)",
)  # fmt: skip
OPENTRONS = (
    "source_labware",
    "source_well",
    "destination_labware",
    "destination_well",
    "volume_ul",
    "new_tip",
    "sample",
)
HAMILTON = (
    "SourceLabware",
    "SourcePositionId",
    "TargetLabware",
    "TargetPositionId",
    "Volume_ul",
    "TipPolicy",
    "Sample",
)


def echo_picklist(transfers: Iterable[Transfer]) -> pd.DataFrame:
    """An Echo picklist; volumes in nL. Raises nothing: volumes were made multiples of 2.5 nL when they were picked."""
    rows = [
        (t.source_plate, _short(t.source_well), t.plate_barcode, _short(t.well), _plain(t.volume_nl), t.name,
         "" if t.concentration_um is None else f"{t.concentration_um:g}")
        for t in transfers
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(ECHO))


def opentrons_worklist(transfers: Iterable[Transfer]) -> pd.DataFrame:
    """A worklist for an Opentrons protocol; volumes in µL, wells as A1, a new tip for every transfer."""
    return _pipetting(transfers, OPENTRONS, new_tip="always")


def hamilton_worklist(transfers: Iterable[Transfer]) -> pd.DataFrame:
    """A worklist for a Hamilton method; volumes in µL, positions as A1, a new tip for every transfer."""
    return _pipetting(transfers, HAMILTON, new_tip="new")


def _pipetting(transfers: Iterable[Transfer], columns: tuple[str, ...], new_tip: str) -> pd.DataFrame:
    rows = [
        (
            t.source_plate,
            _short(t.source_well),
            t.plate_barcode,
            _short(t.well),
            _plain(t.volume_nl / 1000),
            new_tip,
            t.name,
        )
        for t in transfers
    ]
    return pd.DataFrame(rows, columns=list(columns))


def _short(well: str) -> str:
    parse_well(well)
    return f"{well.rstrip('0123456789')}{int(well.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ'))}"


def _plain(number: float) -> float:
    return round(number, 6)
