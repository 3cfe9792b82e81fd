"""The facets that pages and notebooks use, on the filled catalog."""

import pytest

import workbench as wb
from workbench.lab import Lab
from workbench.lab.doctor import examine
from workbench.lab.entities import Entities
from workbench.lab.jobs import Jobs
from workbench.lab.models import Models
from workbench.lab.search import find
from workbench.settings import Settings


def test_a_lab_opens_by_home_and_its_facets_are_made_once(home):
    lab = wb.open(str(home))
    assert isinstance(lab.jobs, Jobs)
    assert isinstance(lab.models, Models)
    assert isinstance(lab.entities, Entities)
    assert lab.jobs is lab.jobs
    assert lab.find("BRAF")[0] == find(lab.catalog, "BRAF", 1)[0]
    lab.close()
    assert wb.Gene is not None
    with pytest.raises(AttributeError, match="nothing"):
        _ = wb.nothing


def test_a_lab_of_settings_opens_its_catalog_when_it_is_needed(home):
    settings = Settings(home=home / "later")
    lab = Lab(settings=settings)
    assert lab.settings is settings
    assert not settings.home.exists()
    assert lab.data.list() == []
    assert lab.catalog is lab.catalog
    lab.close()
    with pytest.raises(TypeError, match="catalog or settings"):
        Lab()


def test_measured_values_of_held_back_genes_are_not_shown_with_the_answer(shared_lab):
    questions = shared_lab.cells.perturbations("l1000_orf").set_index("role")["perturbation_id"]
    seen = {
        role: shared_lab.cells.measured(shared_lab.cells.predict(questions[role].iloc[0], task="l1000_orf"))
        for role in set(questions.index)
    }
    assert seen["train"] is not None
    assert seen["replay"] is None
    assert seen["held_out"] is None


def test_entities_know_targets_relations_and_sets(shared_lab):
    assert "BRAF" in set(shared_lab.entities.relations("BRAF")["source"]) | set(
        shared_lab.entities.relations("BRAF")["target"]
    )
    assert len(shared_lab.entities.gene_sets("BRAF")) > 5
    assert "HMGCR" in shared_lab.entities.targets("RYMZZMVNJRMUDD-HGQWONQESA-N")
    assert "simvastatin" in set(shared_lab.entities.compounds_of_target("HMGCR")["name"])
    assert shared_lab.entities.compounds_of_target("NOTAGENE").empty


def test_what_a_job_will_take_is_known_before(shared_lab):
    assert shared_lab.jobs.estimate("train", task="l1000_orf") > 0.3
    assert shared_lab.jobs.workers() == []


def test_the_doctor_reads_a_filled_catalog(shared_lab):
    lines = "\n".join(examine(shared_lab.settings))
    assert "bundled but not imported" not in lines
    assert "no worker runs" in lines
