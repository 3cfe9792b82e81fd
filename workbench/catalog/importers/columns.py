"""What the columns of people's files are called, and the traps in them: wells, dates that were genes, controls."""

from __future__ import annotations

import re
from collections.abc import Iterable

GENE = ("Metadata_Symbol", "Metadata_gene", "Metadata_Gene", "gene", "symbol", "gene_symbol", "id")
INCHIKEY = ("Metadata_InChIKey", "InChIKey", "inchikey")
COMPOUND = ("Metadata_pert_iname", "Metadata_Name", "Metadata_Compound", "Metadata_compound", "Metadata_broad_sample",
            "Metadata_JCP2022")  # fmt: skip
REAGENT = ("Metadata_reagent", "Metadata_broad_sample", "Metadata_JCP2022")
DOSE_UM = ("Metadata_Concentration", "Metadata_dose_um", "Metadata_concentration_um", "Metadata_Dose_uM")
DOSE_MM = ("Metadata_mmoles_per_liter",)
SCORE = ("score", "lfc", "log2fc", "logfc", "pos|lfc", "value", "effect", "zscore")
NEGATIVE = {"negcon", "negative", "neg", "dmso", "ctl_vehicle", "ctl_vector", "negative_control", "vehicle"}
DATE_REASON = "a spreadsheet has made a date of this gene symbol; export the file again with the column as text"
_WELL = re.compile(r"^\s*([A-Za-z]{1,2})[-_ ]?0*([0-9]{1,2})\s*$")
_DATE = re.compile(
    r"^(\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,2}|\d{4}-\d\d-\d\d.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|"
    r"4\d{4})$",
    re.IGNORECASE,
)


def first_of(columns: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The first wanted column that is there, upper and lower case forgiven; None if none is."""
    by_lower = {name.lower(): name for name in columns}
    return next((by_lower[name.lower()] for name in wanted if name.lower() in by_lower), None)


def normal_well(text: str) -> str | None:
    """A1, a01 and A-1 as A01; None for what is no well of a plate up to 1536 wells."""
    match = _WELL.match(text)
    if match is None:
        return None
    letters, column = match[1].upper(), int(match[2])
    row = ord(letters[-1]) - 64 + (26 if len(letters) == 2 else 0)
    if (len(letters) == 2 and letters[0] != "A") or not (1 <= row <= 32 and 1 <= column <= 48):
        return None
    return f"{letters}{column:02d}"


def looks_like_a_date(symbol: str) -> bool:
    """Whether a spreadsheet has made a date of a gene symbol: MARCH1 as 1-Mar, SEPT2 as 2-Sep or a day number."""
    return bool(_DATE.match(symbol.strip()))
