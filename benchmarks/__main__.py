"""Run one suite, print its table, write its figures as JSON."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

from workbench.errors import InputError

START, END = "<!-- table -->", "<!-- /table -->"
SUITES = ("cells", "discover", "explain", "house", "phenomics")


def main() -> None:
    """`python -m benchmarks NAME [--quick] [--only GROUP,GROUP] --json FILE --page FILE`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=SUITES)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, under five minutes on two cores")
    parser.add_argument("--only", default="", help="groups to run, by comma")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--page", type=Path, help="page whose table is replaced by these figures")
    options = parser.parse_args()
    page = options.page.read_text(encoding="utf-8") if options.page else ""
    if options.page:
        with_table(page, "")  # a page without a place is refused before anything is measured
    suite = importlib.import_module(f"benchmarks.{options.name}")
    figures = suite.run(quick=options.quick, only=[name for name in options.only.split(",") if name])
    print(table(figures))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.page:
        options.page.write_text(with_table(page, table(figures)), encoding="utf-8")


def with_table(page: str, new: str) -> str:
    """The page with what stands between its marker comments replaced. Raises InputError when it has not one place."""
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end) or START in after:
        raise InputError(f"the page needs one place for the table: {START} and, below it, {END}.")
    return f"{before}{START}\n{new}\n{END}{after}"


def table(figures: dict[str, dict[str, Any]]) -> str:
    """The figures as a Markdown table."""
    rows = ["| figure | value | low | high | n | unit | how |", "|---|---|---|---|---|---|---|"]
    for name, row in figures.items():
        cells = [
            f"{row[key]:.4g}" if isinstance(row[key], float) else str(row[key]) for key in ("value", "low", "high", "n")
        ]
        rows.append(f"| `{name}` | {' | '.join(cells)} | {row['unit']} | {row['how']} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
