"""The split linter: what a test row shares with the rows a model was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from workbench.evaluation.split import Fold


class Leak(NamedTuple):
    """One finding: what is shared, how many of the tested rows share it, and a sentence for the reader."""

    what: str
    n_leaking: int
    n_tested: int
    sentence: str


def lint_split(
    folds: Sequence[Fold], facts: dict[str, Sequence[str | tuple[str, ...]]], values: np.ndarray | None = None
) -> list[Leak]:
    """Findings of a split that is to ask about what is new in each of `facts`; none when it is clean.

    facts: name (gene, pair, scaffold, context …) -> value of each row [n], a tuple where a row has several; a test row
    leaks when training knows one of its values. values [n, n_readouts]: equal vectors on both sides are duplicates.
    Also found: rows on both sides, folds without rows, rows tested twice.
    """
    found = [leak for name, column in facts.items() if (leak := _shared(folds, name, column))]
    both = sum(len(np.intersect1d(fold.train, fold.test)) for fold in folds)
    n_tested = sum(len(fold.test) for fold in folds)
    if both:
        found.append(Leak("row", both, n_tested, f"{both} rows are trained on and tested in one fold."))
    for fold in folds:
        if not len(fold.train) or not len(fold.test):
            side = "training" if not len(fold.train) else "test"
            found.append(Leak("fold", 0, len(fold.test), f"{fold.name} has no {side} rows."))
    count = np.bincount(np.concatenate([fold.test for fold in folds])) if n_tested else np.zeros(0, dtype=int)
    if (count > 1).any():
        twice = int((count > 1).sum())
        found.append(
            Leak("repeat", twice, n_tested, f"{twice} rows are tested in more than one fold: count units once.")
        )
    if values is not None:
        keys = [row.tobytes() for row in np.ascontiguousarray(values)]
        if leak := _shared(folds, "measurement", keys):
            sentence = f"{leak.n_leaking} of {leak.n_tested} tested rows are copies of a training row."
            found.append(leak._replace(what="duplicate", sentence=sentence))
    return found


def _shared(folds: Sequence[Fold], name: str, column: Sequence) -> Leak | None:
    rows = [value if isinstance(value, tuple) else (value,) for value in column]
    leaking, tested, examples = 0, 0, []
    for fold in folds:
        known = {value for i in fold.train for value in rows[i]}
        for i in fold.test:
            tested += 1
            shared = [value for value in rows[i] if value in known]
            leaking += bool(shared)
            examples += shared[:1]
    if not leaking:
        return None
    distinct = len({value for row in rows for value in row})
    named = ", ".join(str(value) for value in dict.fromkeys(examples[:50]) if isinstance(value, str))[:60]
    sentence = (
        f"{leaking} of {tested} tested rows have a {name} that training knows ({distinct} {name}s in {len(rows)} rows"
        f"{', e.g. ' + named if named else ''}): split by {name}."
    )
    return Leak(name, leaking, tested, sentence)
