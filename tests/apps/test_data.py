"""The Data page's own-file tab: the plan before anything is written, what can be said about a file, then the import."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.data import KINDS, _own_file
from tests import perturbed
from tests.apps.recording import RecordingFrame, texts
from workbench.lab import Lab
from workbench.settings import Settings


@pytest.fixture
def fresh_lab(tmp_path: Path):
    opened = Lab.open(Settings(home=tmp_path / "home", mirror=None))
    yield opened
    opened.close()


def test_a_file_is_understood_corrected_and_imported(fresh_lab: Lab, tmp_path: Path) -> None:
    frame = RecordingFrame()
    tab = _own_file(fresh_lab, frame)
    widgets = {getattr(item, "label", ""): item for item in tab.select()}
    chooser = widgets["Choose a file"]
    chooser.filename = "screen.csv"
    chooser.value = b"gene,score\nTP53,1\nMYC,2\nKLF1,3\nbuffer,0.1\nbuffer,-0.1\n1-Mar,2\n"
    assert "Import as screen" in [getattr(item, "label", "") for item in tab.select()]
    assert "1 rows repeat a gene" in texts(tab)
    widgets["Controls are called"].value = "buffer"
    widgets["Perturbations are"].value = next(label for label, kind in KINDS.items() if kind == "knock-down")
    plan = fresh_lab.data.understand(
        perturbed.write(tmp_path / "screen.csv", chooser.value),
        "screen",
        control_label="buffer",
        perturbation_kind="knock-down",
    )
    for line in plan.lines()[1:]:
        assert line.strip().partition(": ")[2] in texts(tab).replace("&#x27;", "'").replace("&gt;", ">")
    assert fresh_lab.data.list() == []
    next(item for item in tab.select() if getattr(item, "label", "").startswith("Import as")).param.trigger("clicks")
    assert frame.url == {"path": "/data", "dataset": "screen"}
    assert {item.perturbation.kind for item in fresh_lab.data.responses(gene="TP53")} == {"knock-down"}
    assert fresh_lab.data.rejects("screen")["value"].tolist() == ["1-Mar"]
