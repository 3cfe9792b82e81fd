from workbench.kernels.molecules import parse_smiles
from workbench.views import draw
from workbench.views.molecule import MoleculeView


def test_facts_and_drawing() -> None:
    view = MoleculeView(parse_smiles("[NH3+]CC", name="<ethyl>"), address="/entity?kind=compound&id=X")
    assert dict(view.facts())["Charge"] == "+1"
    assert dict(zip(view.data()["fact"], view.data()["value"], strict=True))["Formula"] == "C2H8N+"
    drawn = view.panel().object
    assert "&lt;ethyl&gt;" in drawn
    assert "Open the compound" in drawn
    assert 'aria-label="Structure of' in drawn


def test_the_registry_draws_it_and_the_line_names_the_call() -> None:
    view = MoleculeView(parse_smiles("CCO"))
    assert view.python() == "wb.draw(lab.molecules.parse('CCO'))"
    assert type(draw(parse_smiles("CCO"))) is MoleculeView
