"""What was done to each row: a negative control, a compound at a dose, a gene or a combination; and in which cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.catalog.importers.columns import (
    DATE_REASON,
    HIDDEN_REASON,
    NEGATIVE,
    has_hidden_signs,
    is_negative_name,
    is_untreated_name,
    looks_like_a_date,
    plain,
)  # fmt: skip
from workbench.catalog.importers.roles import Roles
from workbench.catalog.importers.wishes import Wishes
from workbench.errors import InputError
from workbench.nouns import Context, Perturbation

KINDS = {
    "crispr": "knock-out", "orf": "over-expression", "crispri": "knock-down", "crispra": "activation",
    "trt_xpr": "knock-out", "trt_oe": "over-expression", "trt_sh": "knock-down", "trt_sh_cgs": "knock-down",
    "sirna": "knock-down", "shrna": "knock-down", "knockout": "knock-out", "knockdown": "knock-down", "ko": "knock-out",
    "kd": "knock-down", "overexpression": "over-expression", "gene": "knock-out",
    **{kind: kind for kind in ("knock-out", "over-expression", "knock-down", "activation")},
}  # fmt: skip
MATCHED = ("ctl_vector", "ctl_vehicle")
COMPOUND_TYPES = {"compound", "trt_cp", "small molecule", "drug", "chemical", "cpd"}
FALSE = {"", "0", "0.0", "false", "no"}
PARTS = re.compile(r"\s*[+,|;&]\s*")
SYMBOL = re.compile(r"[A-Z][A-Z0-9]{1,9}(-?[A-Z0-9]{1,4})?(orf\d+)?")
GUIDE = re.compile(r"(?:sg|sh|g)?([A-Z][A-Za-z0-9-]{1,14}?)[_-](?:sg|g|guide|grna|p)?\d{1,3}", re.IGNORECASE)
_DOSE = re.compile(r"\s*([0-9.,]+(?:[eE][+-]?\d+)?)\s*(nm|um|µm|μm|mm|m)?\s*", re.IGNORECASE)
UNITS = {"nm": 1e-3, "um": 1.0, "µm": 1.0, "μm": 1.0, "mm": 1e3, "m": 1e6}
ROLES_USED = ("key", "compound", "gene", "label", "reagent", "kind", "negcon", "control", "type", "dose", "dose_unit",
              "cell", "time", "parts")  # fmt: skip


@dataclass
class Treatments:
    """Codes [n_rows] into the different treatments, each a perturbation and context or (column, value, reason)."""

    codes: np.ndarray
    perturbations: list[Perturbation | tuple[str, str, str]]
    contexts: list[Context]
    is_control: np.ndarray
    control_type: list[str]
    described: str
    notes: list[str]

    def control_names(self) -> dict[str, int]:
        """Negative controls by name with their number of rows."""
        counts = np.bincount(self.codes, minlength=len(self.perturbations))
        found: dict[str, int] = {}
        for i in np.flatnonzero(self.is_control):
            name = self.perturbations[i].name
            found[name] = found.get(name, 0) + int(counts[i])
        return found


def treatments_of(texts: pd.DataFrame, roles: Roles, wishes: Wishes, genes: frozenset[str]) -> Treatments:
    """Read the treatment of every row. `genes` are the symbols known, to tell genes from compounds in a plain label.

    Raises InputError when no row has the label that was said to be the control's.
    """
    used = {role: roles[role] for role in ROLES_USED if roles[role]}
    codes, rows = _different(texts, list(dict.fromkeys(used.values())))
    cells = {role: rows[name].tolist() if name else [""] * len(rows) for role, name in
             ((role, used.get(role, "")) for role in ROLES_USED)}  # fmt: skip
    items = [{role: cells[role][i].strip() for role in ROLES_USED} for i in range(len(rows))]
    counts = np.bincount(codes, minlength=len(items))
    label_kind, notes = _kind_of_labels(items, wishes, genes, roles)
    dose_unit = _unit_of(roles["dose"])
    alone = frozenset(item["label"] or item["gene"] for item in items) - {""}  # parts of pairs are known by themselves
    is_control = np.array([_is_control(item) for item in items], dtype=bool)
    untreated = np.array([is_untreated_name(_name(item)) or plain(item["type"]) == "empty" or
                          plain(item["control"]) == "empty" for item in items], dtype=bool)  # fmt: skip
    if wishes.control_label:
        is_control = _wished_controls(items, wishes.control_label, counts)
    elif any(plain(item["type"]) in MATCHED for item in items):  # LINCS: a vector or vehicle is the matched control
        bare = np.array([plain(item["type"]) == "ctl_untrt" for item in items], dtype=bool)
        is_control, untreated = is_control & ~bare, untreated | bare
    elif not counts[is_control].sum():
        is_control = untreated
    made: list[Perturbation | tuple[str, str, str]] = []
    for item, control, nothing in zip(items, is_control, untreated, strict=True):
        if control or nothing:
            name = _name(item) or ("DMSO" if control else "untreated")
            made.append(Perturbation(f"control:{name}", "control", name) if not has_hidden_signs(name)
                        else (_column(roles), name, HIDDEN_REASON))  # fmt: skip
        else:
            if (said := wishes.perturbation_kind) and item["type"].lower() not in COMPOUND_TYPES:
                item["kind"] = said  # what a person says is stronger than what the file says
            made.append(_perturbation(item, roles, said or label_kind, dose_unit, genes, alone))
    contexts = [Context(item["cell"] or "unknown cells", _hours(item["time"])) for item in items]
    types = [
        "negcon" if control else "empty" if nothing else plain(item["control"] or item["type"])
        if "poscon" in plain(item["control"] or item["type"]) else ""
        for item, control, nothing in zip(items, is_control, untreated, strict=True)
    ]  # fmt: skip
    kept = is_control & np.array([isinstance(item, Perturbation) for item in made], dtype=bool)
    return Treatments(codes, made, contexts, kept, types, ", ".join(dict.fromkeys(used.values())) or "nothing", notes)


def _different(texts: pd.DataFrame, columns: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Codes [n_rows] of the different rows of some columns, and those rows as text."""
    if not columns:
        return np.zeros(len(texts), dtype=np.int64), pd.DataFrame(index=range(min(len(texts), 1)))
    codes = np.zeros(len(texts), dtype=np.int64)
    for name in columns:
        both = codes * max(len(texts[name].cat.categories), 1) + texts[name].cat.codes
        codes = np.unique(both, return_inverse=True)[1].astype(np.int64)
    _, first = np.unique(codes, return_index=True)
    return codes, texts.iloc[first][columns].astype(str).reset_index(drop=True)


def _is_control(item: dict[str, str]) -> bool:
    if item["negcon"].lower() not in FALSE or plain(item["control"]) in NEGATIVE:
        return True
    if plain(item["type"]) in NEGATIVE:
        return True
    named = item["compound"] or item["label"] or ("" if item["key"] else item["gene"])
    if item["gene"] and plain(item["kind"]) in KINDS:
        named = item["gene"]
    if named and all(is_negative_name(part) for part in PARTS.split(named)):
        return "poscon" not in plain(item["control"] + item["type"])
    # JUMP tables leave the sample of DMSO wells empty and call the well a control
    return plain(item["type"]) == "control" and not (item["key"] or named or item["gene"])


def _wished_controls(items: list[dict[str, str]], label: str, counts: np.ndarray) -> np.ndarray:
    wanted = label.strip().lower()
    roles = ("compound", "gene", "label", "key", "control", "type", "reagent")
    found = np.array([any(item[role].lower() == wanted for role in roles) for item in items], dtype=bool)
    if not found.any():
        often = [_name(items[i]) for i in np.argsort(-counts, kind="stable")[:6] if _name(items[i])]
        raise InputError(f"no row has the control label {label!r}.", hint=f"Most often there is {', '.join(often)}.")
    return found


def _perturbation(
    item: dict[str, str], roles: Roles, label_kind: str, dose_unit: float, genes: frozenset[str], alone: frozenset[str]
) -> Perturbation | tuple[str, str, str]:
    if hidden := next(
        (item[role] for role in ("compound", "gene", "label", "key") if has_hidden_signs(item[role])), ""
    ):
        return _column(roles), hidden, HIDDEN_REASON
    kind = KINDS.get(item["kind"].lower().replace(" ", "")) or KINDS.get(item["type"].lower())
    gene, compound = item["gene"], item["compound"]
    said_compound = item["kind"].lower() in COMPOUND_TYPES or item["type"].lower() in COMPOUND_TYPES
    if not (gene or compound or item["key"]) and item["label"]:
        if said_compound or (label_kind == "compound" and not kind):
            if pair := _compounds(item["label"], alone):
                return pair
            compound = item["label"]
        else:
            halves = item["label"].split("_")
            if item["parts"].removesuffix(".0") == str(len(halves)) and len(halves) > 1:
                alone = alone | {*halves}  # scPerturb counts the parts of a label
            return _combination(item["label"], kind or label_kind, roles["label"], genes, alone)
    if gene and len(PARTS.split(gene)) > 1:
        return _combination(gene, kind or "knock-out", roles["gene"], genes, alone)
    if compound and kind and not gene and item["type"].lower().startswith("trt_"):
        gene = compound  # LINCS names the gene of a hairpin in pert_iname
    if item["key"] or (compound and (said_compound or not (gene and kind))):
        name = compound or item["key"]
        return Perturbation.of_compound(item["key"] or f"NAME:{name.lower()}", name, _micromolar(item, dose_unit))
    if not gene:
        if said_compound and compound:
            return Perturbation.of_compound(f"NAME:{compound.lower()}", compound, _micromolar(item, dose_unit))
        return _column(roles), "", "the row names neither a compound nor a gene nor a control"
    if looks_like_a_date(gene):
        return roles["gene"] or _column(roles), gene, DATE_REASON
    reagent = item["reagent"] if item["reagent"] != gene else ""
    return Perturbation.of_gene(kind or "knock-out", gene, reagent, compound or gene)


def _compounds(label: str, alone: frozenset[str]) -> Perturbation | None:
    """A mixture such as `A+B` where A and B are compounds of the file too; None where the sign is part of a name."""
    parts = [part for part in re.split(r"\s*[+|;]\s*", label) if part]
    if len(parts) < 2 or not all(part in alone or is_negative_name(part) for part in parts):
        return None
    made = tuple(Perturbation.of_compound(f"NAME:{part.lower()}", part) for part in dict.fromkeys(parts)
                 if not is_negative_name(part))  # fmt: skip
    return made[0] if len(made) == 1 else Perturbation.of_parts(made) if made else None


def _combination(
    label: str, kind: str, column: str, genes: frozenset[str], alone: frozenset[str]
) -> Perturbation | tuple[str, str, str]:
    """Genes of a label such as `A`, `A+ctrl` or `A+B`."""
    parts = [part for part in PARTS.split(label.strip()) if part]
    if len(parts) == 1 and "_" in label and label not in genes:
        halves = label.split("_")
        if all(half in genes or half in alone or is_negative_name(half) for half in halves):
            parts = halves
    parts = [part for part in parts if not is_negative_name(part)]
    if (
        len(parts) == 1
        and parts[0] not in genes
        and (guide := GUIDE.fullmatch(parts[0]))
        and (guide[1] in genes or guide[1] in alone)
    ):
        return Perturbation.of_gene(kind, guide[1], parts[0])
    if dated := next((part for part in parts if looks_like_a_date(part)), ""):
        return column, dated, DATE_REASON
    made = tuple(Perturbation.of_gene(kind, part) for part in dict.fromkeys(parts))
    return made[0] if len(made) == 1 else Perturbation.of_parts(made)


def _kind_of_labels(
    items: list[dict[str, str]], wishes: Wishes, genes: frozenset[str], roles: Roles
) -> tuple[str, list[str]]:
    """Whether plain labels name genes or compounds, and a note that says so."""
    labels = {
        item["label"] for item in items if item["label"] and not (item["gene"] or item["compound"] or item["key"])
    }
    parts = {part for label in labels for part in PARTS.split(label) if part and not is_negative_name(part)
             and not is_untreated_name(part)}  # fmt: skip
    if not parts or wishes.perturbation_kind:
        return wishes.perturbation_kind or "knock-out", []
    known = sum(part in genes or looks_like_a_date(part) for part in parts) / len(parts)
    alike = sum(bool(SYMBOL.fullmatch(part)) for part in parts) / len(parts)
    dosed = any(item["dose"] for item in items)
    is_gene = known >= 0.5 or (alike >= 0.8 and not dosed and (known > 0 or not genes))
    kind = "knock-out" if is_gene else "compound"
    if all(
        item["kind"].lower().replace(" ", "") in {*KINDS, *COMPOUND_TYPES} for item in items if item["label"] in labels
    ):
        return kind, []
    return kind, [f"{roles['label']} is taken to name {'genes that are knocked out' if is_gene else 'compounds'} "
                  "(say otherwise with --perturbation-kind)"]  # fmt: skip


def _unit_of(column: str) -> float:
    name = plain(column)
    for unit, factor in (("nm", 1e-3), ("mm", 1e3), ("mmoles_per_liter", 1e3)):
        if name.endswith(f"_{unit}") or name == unit:
            return factor
    return 1.0


def _micromolar(item: dict[str, str], factor: float) -> float | None:
    match = _DOSE.fullmatch(item["dose"]) if item["dose"] else None
    if match is None:
        return None
    unit = (match[2] or item["dose_unit"]).lower()
    if unit not in UNITS and unit.strip("- 0.") not in ("", "666", "nan", "na", "none"):
        return None  # ng/ml, MOI or % are no concentration in µM
    try:
        value = float(match[1].replace(",", ".")) * UNITS.get(unit, factor)
    except ValueError:
        return None
    return value if value > 0 else None


def _hours(text: str) -> float | None:
    match = re.match(r"\s*([0-9.]+)\s*(d|day)?", text.lower())
    try:
        return float(match[1]) * (24 if match[2] else 1) if match else None
    except ValueError:
        return None


def _name(item: dict[str, str]) -> str:
    return item["compound"] or item["gene"] or item["label"]


def _column(roles: Roles) -> str:
    return roles["compound"] or roles["gene"] or roles["label"] or "Metadata_Name"
