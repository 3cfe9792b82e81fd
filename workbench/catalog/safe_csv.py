"""CSV that a spreadsheet cannot be made to run: cells that look like formulas are prefixed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> Any:
    """Text that starts like a formula gets a leading apostrophe; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def to_csv(frame: pd.DataFrame) -> str:
    """The frame as CSV text, safe to open in a spreadsheet."""
    safe = frame.copy()
    safe.columns = [safe_cell(str(name)) for name in safe.columns]
    for position in range(safe.shape[1]):
        column = safe.iloc[:, position]
        if column.dtype == object or str(column.dtype) in ("str", "string"):
            safe.isetitem(position, column.map(safe_cell))
    return safe.to_csv(index=False)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write the frame as safe CSV in UTF-8."""
    path.write_text(to_csv(frame), encoding="utf-8")
