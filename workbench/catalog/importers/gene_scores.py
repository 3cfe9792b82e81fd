"""One score a gene: screens (Gene, Score), MAGeCK gene summaries, and tables of guides that are taken together by gene."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.importers import importer
from workbench.catalog.importers.checks import between
from workbench.catalog.importers.columns import (
    DATE_REASON,
    GENE,
    HIDDEN_REASON,
    ROLES,
    SCORE,
    first_of,
    has_hidden_signs,
    is_negative_name,
    looks_like_a_date,
)  # fmt: skip
from workbench.catalog.importers.formats.table import Table, number_of, text_of
from workbench.catalog.importers.wishes import Wishes
from workbench.nouns import Context, Perturbation

MAX_EXTRA = 20
GUIDE = ("sgrna", "guide", "guide_id", "sgrna_id", "grna", "sgid")
TESTED = ("pos|lfc", "neg|lfc", "neg|score", "num")  # columns of a MAGeCK test, -666-free and always there


class _Columns(NamedTuple):
    """Names of the columns: the gene, each score with its condition, guides and their number ("" or None: none)."""

    gene: str
    scores: dict[str, str]
    guide: str | None
    number: str | None
    convention: str


@importer("gene scores", needs="a column gene (or symbol, id) and a column score (or lfc, pos|lfc, CONDITION|beta)")
class GeneScores:
    """Becomes a response with a single readout; further columns are kept as annotations."""

    def accepts(self, table: Table, wishes: Wishes) -> bool:
        """A gene column, a score column, and no wells."""
        columns = table.columns
        if table.measured is not None or first_of(columns, ROLES["well"]) or first_of(columns, ROLES["plate"]):
            return False
        return first_of(columns, GENE) is not None and bool(_columns(table).scores)

    def read(
        self, table: Table, batch: Batch, wishes: Wishes, genes: frozenset[str], folder: Path | None
    ) -> dict[str, Any]:
        """Rows into the batch; gives what was understood."""
        columns = _columns(table)
        named = [text.strip() for text in text_of(table, columns.gene)]
        extra = [name for name in table.columns if name not in (columns.gene, *columns.scores.values())][:MAX_EXTRA]
        kept, controls = _kept(table, batch, columns, named, wishes)
        kind = wishes.perturbation_kind if wishes.perturbation_kind not in ("", "compound") else "knock-out"
        perturbations = {row: Perturbation.of_gene(kind, named[row]) for row in kept}
        notes = {} if columns.guide else {name: text_of(table, name) for name in extra}
        batch.add_perturbations(
            list(perturbations.values()),
            {
                item.perturbation_id: {name: notes[name][row] for name in notes if notes[name][row]}
                for row, item in perturbations.items()
            },
        )
        score = next(iter(columns.scores.values()))
        readout = score if len(columns.scores) == 1 else "beta"
        batch.add_features([readout], kind="screen score")
        number = number_of(table, columns.number, 1.0)
        contexts = [Context("unknown cells", None, condition) for condition in columns.scores]
        batch.add_contexts(contexts)
        for context, (condition, name) in zip(contexts, columns.scores.items(), strict=True):
            error = _errors(table, condition)
            batch.add(
                "response",
                _responses(kept, perturbations, (number_of(table, name), error, number), context, len(controls)),
            )
        values = number_of(table, score)
        sizes = [len(rows) for rows in kept.values()]
        behind = (
            between(int(np.nanmin(number[list(kept)])), int(np.nanmax(number[list(kept)])))
            if columns.number and kept
            else ""
        )
        told = (
            f"{between(min(sizes), max(sizes))} rows a gene"
            if columns.guide and sizes
            else f"{behind} a gene"
            if behind
            else ""
        )
        return {
            "modality": "screen", "format": table.form, "convention": columns.convention, "gene column": columns.gene,
            "score column": ", ".join(columns.scores.values()), "readout": readout, "genes": f"{len(kept):,}",
            **({"guides": told} if told else {}),
            "kept beside": ", ".join(extra) or "nothing",
            "controls": f"{len(controls):,} rows" if controls else "",
            "control check": _control_check(values, list(kept), controls),
            "leakage check": _leakage_check(columns, kept, batch),
            "notes": (*table.notes, f"the intervention is taken to be a {kind}, in cells that are not named "
                      "(say otherwise with --perturbation-kind)"),
        }  # fmt: skip


def _columns(table: Table) -> _Columns:
    names = table.columns
    gene = first_of(names, GENE) or ""
    guide, number = first_of(names, GUIDE), first_of(names, ("num", "n_guides", "sgrna_count", "nguides"))
    betas = {name.rpartition("|")[0]: name for name in names if name.endswith("|beta")}
    if betas:
        return _Columns(
            gene,
            betas,
            None,
            first_of(names, ("sgrna",)),
            f"MAGeCK MLE gene summary ({len(betas)} conditions with |beta)",
        )
    if all(first_of(names, (name,)) for name in TESTED):
        return _Columns(
            gene, {"": first_of(names, ("pos|lfc",))}, None, number, "MAGeCK test gene summary (num, neg|…, pos|…)"
        )
    score = first_of(names, ("lfc", "log2fc", "logfc") if guide else ()) or first_of(names, SCORE)
    scores = {"": score} if score and score != gene else {}
    why = f"a row a guide ({guide}): guides of a gene are taken together" if guide else "gene and score, a row a gene"
    return _Columns(gene, scores, guide if guide != gene else None, number, why)


def _kept(
    table: Table, batch: Batch, columns: _Columns, named: list[str], wishes: Wishes
) -> tuple[dict[int, list[int]], list[int]]:
    """Rows of each gene by its first row, and rows of controls; the others are refused with a reason."""
    every = list(columns.scores.values())
    values = {name: number_of(table, name) for name in every}
    texts = {name: text_of(table, name) for name in every}
    label = wishes.control_label.strip().lower()
    first: dict[str, int] = {}
    kept: dict[int, list[int]] = {}
    controls: list[int] = []
    for row, symbol in enumerate(named):
        broken = next((name for name in every if not np.isfinite(values[name][row])), "")
        control = symbol.lower() == label if label else is_negative_name(symbol)
        reason = _reason(symbol, broken, "" if columns.guide or control else symbol, first)
        if reason:
            wrong = (broken, texts[broken][row]) if broken else (columns.gene, symbol)
            batch.reject(table.path.name, row + 1, wrong[0], wrong[1], reason)
        elif control:
            controls.append(row)
        else:
            kept.setdefault(first.setdefault(symbol, row), []).append(row)
    return kept, controls


def _reason(symbol: str, broken: str, once: str, first: dict[str, int]) -> str:
    if not symbol:
        return "no gene is named"
    if has_hidden_signs(symbol):
        return HIDDEN_REASON
    if looks_like_a_date(symbol):
        return DATE_REASON
    if broken:
        return "the score is not a number"
    return "this gene was in the file before" if once in first else ""


def _errors(table: Table, condition: str) -> np.ndarray:
    """Standard errors of a condition of MAGeCK MLE: beta / z; NaN elsewhere."""
    beta, z = (
        number_of(table, f"{condition}|{name}" if f"{condition}|{name}" in table.columns else None)
        for name in ("beta", "z")
    )
    return np.abs(np.divide(beta, z, out=np.full(len(beta), np.nan), where=np.isfinite(z) & (z != 0)))


def _responses(
    kept: dict[int, list[int]], perturbations: dict[int, Perturbation], columns: tuple[np.ndarray, ...], context: Context,
    n_controls: int,
) -> pd.DataFrame:  # fmt: skip
    values, errors, number = columns
    rows = []
    for first, members in kept.items():
        own = values[members]
        several = len(members) > 1
        rows.append(
            {
                "perturbation_id": perturbations[first].perturbation_id, "context_id": context.context_id,
                "n": len(members) if several else int(np.nan_to_num(number[first], nan=1.0).clip(1)),
                "n_controls": n_controls, "agreement": np.nan, "delta": [float(own.mean())],
                "standard_error": [float(own.std(ddof=1) / np.sqrt(len(own))) if several else float(errors[first])],
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _control_check(values: np.ndarray, kept: list[int], controls: list[int]) -> str:
    """Where the scores of the controls lie among those of the genes."""
    if len(controls) < 2 or not kept:
        centre = f"; the median gene has {np.median(values[kept]):.3g}" if kept else ""
        return f"{len(controls)} rows are controls: whether 0 means no effect cannot be told{centre}"
    own, spread = values[controls], values[kept].std()
    mean, error = own.mean(), own.std(ddof=1) / np.sqrt(len(own))
    off = abs(mean) > max(2 * error, 0.1 * spread)
    said = "flagged: 0 is not no effect here" if off else "0 means no effect"
    where = f"a mean of {mean:.3g} ± {error:.2g} where genes spread by {spread:.3g}"
    return f"{len(controls):,} controls have {where} ({said}); they are no responses"


def _leakage_check(columns: _Columns, kept: dict[int, list[int]], batch: Batch) -> str:
    twice = sum("before" in row["reason"] for row in batch.rejects)
    if columns.guide:
        n = sum(map(len, kept.values()))
        return f"{n:,} guides of {len(kept):,} genes are taken together by gene: split by gene, not by guide"
    if twice:
        return f"{twice:,} rows repeat a gene and are refused; if they are guides, name their column sgRNA to take them together"
    more = (
        f"; each gene has a row in {len(columns.scores)} conditions: split by gene, not by row"
        if len(columns.scores) > 1
        else ""
    )
    return f"one row a gene, none twice{more}"
