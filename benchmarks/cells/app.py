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
            linked = [_follow(tab, *question) for question in asked][1:]
            typed = []
            for task in dict.fromkeys(task for task, _, _ in asked):
                tab.goto(f"{address}/cell?task={task}")
                tab.locator(READY).wait_for(state="attached")
                tab.wait_for_timeout(2 * READING_MS)
                typed += [_type(tab, name) for other, _, name in asked if other == task][1:]
        finally:
            server.terminate()
            server.wait()
    how = "name typed into the sentence, Enter, until the answer's card and the title are of that name"
    link = "a link followed in the open app until the page of that question stands"
    return {
        "question_ms_p95": quantile(typed, 0.95, "ms", f"{how}; {len(typed)} different questions"),
        "question_ms_median": quantile(typed, 0.5, "ms", how),
        "question_link_ms_p95": quantile(linked, 0.95, "ms", f"{link}; {len(linked)} different questions"),
        "question_link_ms_median": quantile(linked, 0.5, "ms", link),
    }


def _questions(home: Any, n: int) -> list[tuple[str, str, str]]:
    """Task, perturbation and the name that its title holds, both cells in turn."""
    from workbench.lab import Lab
    from workbench.settings import Settings

    lab = Lab.open(Settings(home=home))
    known = lab.cells.perturbations("cellbox").iloc[:n]
    lab.close()
    drugs = [("cellbox", key, name) for key, name in zip(known["perturbation_id"], known["name"], strict=True)]
    genes = [("l1000_orf", f"over-expression:{gene}", gene) for gene in GENES[:n]]
    both = [row for pair in zip(genes, drugs, strict=True) for row in pair]
    return both


def _follow(tab: Any, task: str, perturbation: str, name: str) -> float:
    """Milliseconds from a click on a link to the page of the question."""
    path = f"/cell?{urlencode({'task': task, 'perturbation': perturbation})}"
    start = time.perf_counter()
    tab.evaluate(FOLLOW, path)
    tab.locator(READY).filter(has_text=name).wait_for(state="attached")
    taken = time.perf_counter() - start
    tab.wait_for_timeout(READING_MS)
    return taken * 1000


def _type(tab: Any, name: str) -> float:
    """Milliseconds from Enter behind a typed name to its answer."""
    chooser = tab.get_by_role("combobox").and_(tab.get_by_label("One of"))
    chooser.fill(name)
    start = time.perf_counter()
    chooser.press("Enter")
    tab.locator(".card p").filter(has_text=f"{name}: ").first.wait_for(state="attached")
    tab.locator(READY).filter(has_text=name).wait_for(state="attached")
    taken = time.perf_counter() - start
    tab.wait_for_timeout(READING_MS)
    return taken * 1000
