import pytest

from apps.molecules import MoleculesPage, MoleculesState, molecules
from tests.apps.recording import RecordingFrame, texts
from workbench.catalog.store import Catalog
from workbench.jobs.engine.run import execute, plain_step
from workbench.lab import Lab


@pytest.fixture
def lab(empty_catalog: Catalog) -> Lab:
    return Lab(empty_catalog)


def opened(lab: Lab, **state: str) -> tuple[MoleculesPage, RecordingFrame, str]:
    frame = RecordingFrame()
    page = MoleculesPage(lab, MoleculesState(**state), frame)
    content = page.content()
    inspector = texts(content.inspector) if content.inspector is not None else ""
    return page, frame, " ".join([content.title, texts(content.main), inspector])


def test_the_empty_page_says_how_to_begin(lab: Lab) -> None:
    content = molecules(lab, MoleculesState(), RecordingFrame())
    assert content.title == "Draw, paste or pick a molecule"
    assert "Imatinib" in texts(content.main)


def test_a_smiles_that_cannot_be_read_is_explained_beside_the_field(lab: Lab) -> None:
    page, frame, shown = opened(lab, smiles="C1CC(")
    assert "is not a SMILES" in shown
    page.open("C(C)(C)(C)(C)C")
    assert page.problem.visible
    assert "valence" in page.problem.object
    assert frame.url == {}
    page.open("<script>alert(1)</script>")
    assert "<script>" not in page.problem.object


def test_typing_a_smiles_opens_its_page(lab: Lab) -> None:
    page, frame, _ = opened(lab)
    page.field.value = "OCC"
    assert frame.url == {"path": "/molecules", "smiles": "CCO"}


def test_a_molecule_shows_facts_estimate_and_what_to_do(lab: Lab) -> None:
    _, _, shown = opened(lab, smiles="CCO", name="ethanol")
    for text in ("ethanol: structure", "C2H6O", "LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "about", "No conformers yet"):
        assert text in shown


def test_separate_parts_are_offered_one_by_one(lab: Lab) -> None:
    page, _, shown = opened(lab, smiles="CC(=O)[O-].[Na+]")
    assert "2 separate parts" in shown
    assert not hasattr(page, "run")


def test_from_the_button_to_the_ensemble_and_back_by_its_address(lab: Lab) -> None:
    page, frame, _ = opened(lab, smiles="CCCO")
    page._generate(5, 1)
    assert page.run.disabled
    assert "waiting" in page.words.object
    execute(lab.catalog, page.job_id, plain_step, executor="here")
    page._watch()
    assert not page.run.disabled
    ensemble_id = frame.url["ensemble"]
    assert page.ensemble.ensemble_id == ensemble_id
    _, _, shown = opened(lab, ensemble=ensemble_id)
    assert "distinct conformers" in shown
    assert "seed 1" in shown


def test_cancelled_and_failed_jobs_say_so(lab: Lab) -> None:
    page, _, _ = opened(lab, smiles="CCCO")
    page._generate(5, 2)
    page._cancel(None)
    assert "cancelled" in page.words.object
    page._failed({"message": "no <conformer>", "hint": "Try."})
    assert "no &lt;conformer&gt; Try." in page.words.object


def test_the_drawing_fills_the_field_but_waits_for_the_person(lab: Lab) -> None:
    page, frame, _ = opened(lab)
    page._sketch(None)
    page.sketcher.smiles = "CCO"
    assert page.field.value == "CCO"
    assert frame.url == {}


def test_an_unknown_ensemble_is_said(lab: Lab) -> None:
    _, _, shown = opened(lab, ensemble="C-nothing")
    assert "no conformer ensemble" in shown
