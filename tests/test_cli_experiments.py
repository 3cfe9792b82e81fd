"""`workbench experiments`: stock in, lists for the bench out."""

from pathlib import Path

from tests.called import call

STOCK = "source_plate,source_well,perturbation_id,volume_nl\nS1,a1,over-expression:G1,5000\n"


def test_stock_is_brought_and_listed_and_what_is_unknown_is_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "stock.csv").write_text(STOCK)
    done = call("experiments", "stock", str(tmp_path / "stock.csv"), home=home)
    assert (done.returncode, done.stdout) == (0, "1 source wells are known.\n")
    listed = call("experiments", "stock", home=home)
    assert "A01" in listed.stdout
    missing = call("experiments", "stock", str(tmp_path / "none.csv"), home=home)
    assert missing.returncode == 1
    assert "there is no file" in missing.stderr
    unknown = call("experiments", "export", "E-9", home=home)
    assert unknown.returncode == 1
    assert "there is no experiment 'E-9'" in unknown.stderr
    assert call("experiments", "list", home=home).returncode == 0
