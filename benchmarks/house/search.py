"""Search among a million names, half of the questions mistyped."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks.figures import figure, quantile

N_ENTITIES = 1_000_000
SYLLABLES = (
    "ab",
    "ce",
    "di",
    "fo",
    "gu",
    "ka",
    "le",
    "mi",
    "no",
    "pra",
    "quo",
    "ri",
    "sta",
    "tri",
    "vo",
    "xy",
    "zol",
    "ine",
)


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """`search_ms_p95` over a million synthetic drug-like names, and how often the meant name comes first."""
    from workbench.catalog.search import build_index, search_index

    rng = np.random.default_rng(0)
    picks = rng.integers(0, len(SYLLABLES), (N_ENTITIES, 4))
    names = ["".join(SYLLABLES[j] for j in row) + f"-{i % 997}" for i, row in enumerate(picks)]
    start = time.perf_counter()
    index = build_index(("compound", name, name, "", (name,)) for name in names)
    built = time.perf_counter() - start
    times, found = [], 0
    n = 100 if quick else 400
    for k in range(n):
        meant = names[int(rng.integers(N_ENTITIES))]
        typed = _mistype(meant, rng) if k % 2 else meant
        start = time.perf_counter()
        hits = search_index(index, typed, 12)
        times.append(1000 * (time.perf_counter() - start))
        found += any(entry[2] == meant for _, entry in hits)
    how = f"{N_ENTITIES:,} synthetic names, half of {n} questions with one letter wrong, warm index"
    return {
        "search_ms_p95": quantile(times, 0.95, "ms", how),
        "search_found_share": figure(found / n, "share", f"{how}; the meant name is among 12 hits", n=n),
        "search_index_build_s": figure(built, "s", f"{N_ENTITIES:,} names, once a process", n=1),
    }


def _mistype(name: str, rng: np.random.Generator) -> str:
    place = int(rng.integers(1, len(name) - 1))
    return name[:place] + "qxw"[int(rng.integers(3))] + name[place + 1 :]
