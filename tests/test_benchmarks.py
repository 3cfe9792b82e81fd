"""Pages of the benchmarks: the table between the markers is replaced, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import END, START, SUITES, table, with_table
from benchmarks.figures import figure
from benchmarks.phenomics.maps import SETS, tried
from workbench.errors import InputError
from workbench.phenomics.recipe import recipes_of

PROJECT = Path(__file__).resolve().parent.parent


def test_only_what_stands_between_the_markers_is_replaced():
    page = f"# Before\n{START}\nold\n{END}\nafter {END}\n"
    new = with_table(page, table({"x_s": figure(1.5, "s", "once")}))
    assert new.startswith(f"# Before\n{START}\n| figure |")
    assert new.endswith(f"{END}\nafter {END}\n")
    assert "old" not in new
    assert with_table(new, "old") == page


@pytest.mark.parametrize("page", ["no markers", START, f"{END} {START}", f"{START}{END}{START}{END}"])
def test_a_page_without_one_place_is_refused(page):
    with pytest.raises(InputError, match="one place for the table"):
        with_table(page, "new")


@pytest.mark.parametrize("suite", SUITES)
def test_the_page_of_a_suite_has_its_place(suite):
    text = (PROJECT / f"docs/benchmarks/{suite}.md").read_text(encoding="utf-8")
    assert "| new |" in with_table(text, "| new |")


def test_a_verdict_in_words_stands_in_the_table_as_it_is():
    row = table({"gate": figure("no replicable signal", "verdict", "why", n=7)}).splitlines()[-1]
    assert row.split(" | ")[1:5] == ["no replicable signal"] * 3 + ["7"]


def test_recipes_that_were_tried_are_different_and_hold_the_products_own():
    for name in (*SETS, "periscope"):
        recipes = tried(name)
        assert recipes["raw"].steps == ()
        assert recipes["aligned"] == recipes_of(name)[0]
        assert len({recipe.sha256 for recipe in recipes.values()}) == len(recipes) >= 5


def test_a_wrong_page_is_refused_before_anything_is_measured(tmp_path):
    page = tmp_path / "house.md"
    page.write_text("no markers")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "house", "--page", str(page)], cwd=PROJECT, check=False,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "one place for the table" in done.stderr
    assert page.read_text() == "no markers"
