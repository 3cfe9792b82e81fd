"""What the columns of people's files are called, and the traps in them: wells, dates that were genes, controls."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

GENE = ("gene", "symbol", "gene_symbol", "target_gene", "gene_target", "gene_name", "perturbed_gene", "guide_target",
        "id")  # fmt: skip
SCORE = ("score", "lfc", "log2fc", "logfc", "pos|lfc", "value", "effect", "zscore")
# roles of the columns of a table of wells: names in order of preference, without `Metadata_`, other signs as "_"
ROLES: dict[str, tuple[str, ...]] = {
    "plate": ("plate", "plate_id", "plateid", "plate_name", "plate_barcode", "assay_plate_barcode", "barcode", "rna_plate",
              "det_plate"),
    "well": ("well", "well_position", "well_name", "wellid", "well_id", "address", "pert_well", "rna_well", "det_well",
             "position", "plate_well", "platewell"),
    "row": ("row", "well_row", "plate_row"),
    "column": ("col", "column", "well_col", "well_column", "plate_col", "plate_column"),
    "batch": ("batch", "batch_id", "experiment_name", "experiment", "week", "run", "gem_group", "gemgroup", "gem_well",
              "batch_name", "lot",
              "prism_replicate", "screen"),
    "source": ("source", "laboratory", "site_name"),
    "key": ("inchikey", "inchi_key", "standard_inchi_key"),
    "compound": ("pert_iname", "compound", "compound_name", "cmap_name", "drug", "drug_name", "treatment", "treatment_name",
                 "perturbagen", "molecule", "chemical", "name", "broad_sample", "compound_id", "pert_id", "jcp2022",
                 "smiles"),
    "gene": ("symbol", "gene", "gene_symbol", "target_gene", "gene_target", "gene_name", "perturbed_gene", "guide_target"),
    "label": ("perturbation", "condition", "perturbation_name", "pert", "label", "intervention"),
    "reagent": ("reagent", "guide", "guide_id", "sgrna", "guide_identity", "sgid", "broad_sample", "treatment",
                "construct", "jcp2022", "pert_id", "sgrna", "grna"),
    "kind": ("perturbation_type", "perturbation_modality", "modality", "pert_kind"),
    "parts": ("nperts",),
    "negcon": ("is_negcon", "is_control", "is_negative_control", "negcon"),
    "control": ("control_type", "control", "well_type", "role", "treatment_type"),
    "type": ("pert_type", "type", "sample_type"),
    "dose": ("concentration", "dose_um", "concentration_um", "conc_um", "dose", "dose_value", "pert_dose", "conc",
             "mmoles_per_liter", "concentration_mm", "concentration_nm", "dose_nm", "dose_mm", "conc_nm", "dosage", "pert_idose"),
    "dose_unit": ("dose_unit", "pert_dose_unit", "concentration_unit", "conc_unit"),
    "time": ("timepoint_h", "time_h", "timepoint", "time_point", "pert_time", "hours", "time_hours", "time", "pert_itime"),
    "cell": ("cell_line", "cellline", "cell_line_name", "cell", "cell_type", "celltype", "cell_iname", "cell_id"),
    "cell_count": ("cell_count", "count_cells", "cells_count", "n_cells", "object_count", "nuclei_count", "ncells"),
    "smiles": ("smiles", "canonical_smiles"),
    "jcp2022": ("jcp2022",),
    "ncbi": ("ncbi_gene_id", "entrez_id", "entrez"),
    "site": ("site", "field", "fov", "site_id", "field_of_view"),
}  # fmt: skip
# columns of numbers that are no measurement, though nothing in a plain table says so
NO_FEATURE = {
    "replicate", "rep", "passage", "index", "level_0", "rank", "x", "y", "barcode", "image_number", "imagenumber",
    "object_number", "objectnumber", "seed", "volume", "day", "date", "nperts", "ncounts", "ngenes", "n_counts",
    "n_genes", "percent_mito", "percent_ribo", "sample", "sample_id", "obs_index", "ncount_rna", "nfeature_rna",
    "total_counts", "n_genes_by_counts", "pct_counts_mt", "percent_mt", "mitopercent", "umi_count", "s_score", "g2m_score",
    "leiden",
}  # fmt: skip
FEATURE = re.compile(
    r"(cells|cytoplasm|nuclei|nucleus|cell|cyto|nuc)_.+|(feature|feat|emb|embedding|dim|latent|pc|umap|x_pca|f|v)_?\d+|\d+",
    re.IGNORECASE,
)
# what says that a well is a negative control: in a column that tells the type of a well, and as a name of a treatment
NEGATIVE = {
    "negcon", "negative", "neg", "dmso", "ctl_vehicle", "ctl_vector", "ctl_untrt", "negative_control", "vehicle",
    "neg_control", "neg_ctrl", "negctrl", "neg_con", "vehicle_control", "solvent",
}  # fmt: skip
NEGATIVE_NAME = re.compile(
    r"dmso.*|.*negative_?control.*|neg_?con.*|neg_?(control|ctrl).*|(sg|si|sh)?(non_?target(ing)?|nt|ntc|ctrl|control"
    r"|scr(amble)?d?|safe_?(targeting|harbor))(_control|_ctrl)?(_?\d+)?|(crispr|empty)_control|mock|vehicle(_control)?"
    r"|ctl_(vehicle|vector|untrt)|jcp2022_033924|luciferase|lacz|e?gfp|empty_vector|unperturbed|intergenic(_?\d+)?|(non_?targeting|neg|no)_?(guide|target|control)s?(_?\d+)?",
)
UNTREATED_NAME = re.compile(r"empty(_well)?|untreated|blank|no_?treatment|medium|media(_only)?|none")
DATE_REASON = "a spreadsheet has made a date of this gene symbol; export the file again with the column as text"
HIDDEN_REASON = "the name holds signs that are not seen or change the direction of the text; write it without them"
_WELL = re.compile(r"^\s*([A-Za-z]{1,2})[-_ ]?0*([0-9]{1,2})\s*$")
_DATE = re.compile(
    r"^(\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,2}|\d{4}-\d\d-\d\d.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|"
    r"4\d{4})$",
    re.IGNORECASE,
)


def plain(name: str) -> str:
    """A column name in one way of writing: `Metadata_Plate ID` and `plate.id` are plate_id."""
    return re.sub(r"[^a-z0-9|]+", "_", name.strip().lower().removeprefix("metadata_")).strip("_")


def first_of(columns: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The first wanted column that is there, however it is written; None if none is. `Metadata_` is preferred."""
    known = by_plain_name(columns)
    return next((known[name] for name in wanted if name in known), None)


def by_plain_name(columns: Iterable[str]) -> dict[str, str]:
    """Columns by their plain name; of two that are called alike the one with `Metadata_`."""
    known: dict[str, str] = {}
    for name in sorted(columns, key=lambda name: not name.startswith("Metadata_")):
        known.setdefault(plain(name), name)
    return known


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


def is_negative_name(text: str) -> bool:
    """Whether a treatment's name is that of a negative control: DMSO, non-targeting_0012, ctrl."""
    return bool(NEGATIVE_NAME.fullmatch(plain(text)))


def is_untreated_name(text: str) -> bool:
    """Whether a treatment's name says that nothing was done: EMPTY, untreated."""
    return bool(UNTREATED_NAME.fullmatch(plain(text)))


def has_hidden_signs(text: str) -> bool:
    """Whether a text holds control signs or such that turn its direction."""
    return (not text.isascii() and any(unicodedata.category(sign) in ("Cf", "Cc", "Co", "Cs") for sign in text)) or any(
        ord(sign) < 32 for sign in text
    )  # fmt: skip


def shown(text: str) -> str:
    """A text as it can be printed: hidden signs by their number, at most 60 signs."""
    seen = "".join(f"\\u{ord(sign):04x}" if has_hidden_signs(sign) else sign for sign in text)
    return seen if len(seen) <= 60 else seen[:59] + "…"
