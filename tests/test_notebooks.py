"""The notebooks run from top to bottom, hold no function and no path, and are paired with their scripts."""

import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_is_paired_with_a_notebook_of_the_same_cells(script):
    written, paired = jupytext.read(script), nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    assert [cell.source for cell in written.cells] == [cell.source for cell in paired.cells]
    assert not any(cell.get("outputs") for cell in paired.cells)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_imports_only_workbench_and_holds_no_function(script):
    text = script.read_text(encoding="utf-8")
    assert re.findall(r"^(?:import|from) .*", text, flags=re.M) == ["import workbench as wb"]
    assert not re.search(r"^\s*def |\.parquet|/home|/tmp", text, flags=re.M)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_runs(script, home, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(home))
    notebook = jupytext.read(script)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(home)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    asked = [cell for cell in notebook.cells if cell.cell_type == "code" and "wb.draw(" in cell.source]
    assert asked
    for cell in asked:
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        assert any("holoviews" in kind or "html" in kind or "jupyter" in kind for kind in kinds), cell.source
