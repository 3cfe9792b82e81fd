"""A question asked in the open app, from the click to the answer that stands on the page."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from benchmarks.browser import FOLLOW, READY, chromium, free_port, open_tab, serve_app, wait_for_app
from benchmarks.figures import quantile
from benchmarks.house.homes import filled_home

GENES = ("BRAF", "TP53", "KRAS", "ERN1", "JUN", "EGFR", "AKT1", "MYC", "HRAS", "CDKN1A", "STAT3", "ATF4", "E2F1", "SRC",
         "RELA", "PTEN", "SMAD3", "NOTCH1", "CTNNB1", "HIF1A")  # fmt: skip
READING_MS = 1500


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """`question_ms_p95` over genes (measured or not) of the expression cell and conditions of the drug cell."""
    with filled_home() as home, chromium() as browser:
        asked = _questions(home, 10 if quick else len(GENES))
        port = free_port()
        server = serve_app(home, port)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for_app(address)
            tab = open_tab(browser, address, [])
            tab.goto(f"{address}/cell")
            tab.locator(READY).wait_for(state="attached")
            tab.wait_for_timeout(READING_MS)
            times = [_ask(tab, *question) for question in asked][1:]
        finally:
            server.terminate()
            server.wait()
    how = f"a link followed in the open app to the answer under its title; {len(asked) - 1} different questions"
    return {
        "question_ms_p95": quantile(times, 0.95, "ms", how), "question_ms_median": quantile(times, 0.5, "ms", how),
    }  # fmt: skip


def _questions(home: Any, n: int) -> list[tuple[str, str]]:
    """Addresses and the names their titles hold, both cells in turn."""
    from workbench.lab import Lab
    from workbench.settings import Settings

    lab = Lab.open(Settings(home=home))
    known = lab.cells.perturbations("cellbox").iloc[:n]
    lab.close()
    drugs = [("cellbox", key, name) for key, name in zip(known["perturbation_id"], known["name"], strict=True)]
    genes = [("l1000_orf", f"over-expression:{gene}", gene) for gene in GENES[:n]]
    both = [row for pair in zip(genes, drugs, strict=True) for row in pair]
    return [(f"/cell?{urlencode({'task': task, 'perturbation': key})}", name) for task, key, name in both]


def _ask(tab: Any, path: str, name: str) -> float:
    start = time.perf_counter()
    tab.evaluate(FOLLOW, path)
    tab.locator(READY).filter(has_text=name).wait_for(state="attached")
    taken = time.perf_counter() - start
    tab.wait_for_timeout(READING_MS)
    return taken * 1000
