"""After a round: verdicts beside the exact band of chance, two frozen versions on what was new to both, past predictions held."""

import numpy as np
import pytest

from tests.hypothesised import approved, prediction, queue_lab  # noqa: F401
from workbench.catalog.results import measured_effects
from workbench.cells.prospective import is_new_to, measured_means, prospective, track_record
from workbench.cells.versions import current_cell, named_cell
from workbench.jobs.engine.queue import run_job
from workbench.jobs.look_back import chance
from workbench.nouns import DecisionRule

N = 6


@pytest.fixture(scope="module")
def taught(queue_lab):
    """A round of six real held-back genes, answered, trained on and looked back at; and then a second one."""
    handles = []
    for _ in range(2):
        batch = queue_lab.experiments.plan([item.handle for item in approved(queue_lab, N)])
        queue_lab.experiments.replay(batch.handle, inline=True, train=False)
        run_job(queue_lab.catalog, "look_back", inline=True, person="ada", experiment_id=batch.experiment_id)
        handles.append(batch.handle)
        if len(handles) == 1:
            queue_lab.models.train("l1000_orf", inline=True)
    return queue_lab, handles


def test_chance_is_the_share_of_measured_changes_that_meet_the_rule():
    said = prediction()
    changes = np.array([[0.0, -1.0, 0, 0], [0, -0.3, 0, 0], [0, 0.5, 0, 0], [0, -0.4, 0, 0]])
    assert chance(DecisionRule("HSPA8", "down", 0.4), said, changes) == 0.5
    assert chance(DecisionRule("HSPA8", "up", 0.4), said, changes) == 0.25
    assert chance(DecisionRule("HSPA8", "any", 0.4), said, changes) == 0.75


def test_a_round_stands_beside_its_band_and_the_version_that_followed(taught):
    lab, handles = taught
    rounds = {item.experiment.handle: item for item in lab.models.rounds("l1000_orf")}
    for handle in handles:
        item = rounds[handle]
        assert sum(item.verdicts.values()) == N
        assert 0 <= item.low <= item.expected <= item.high <= N
        assert item.is_beyond_chance == (item.supported > item.high)
        assert item.wells == 3 * (N + 8)
    assert [item.experiment.handle for item in lab.models.rounds("l1000_orf")] == handles[::-1]


def test_two_versions_are_compared_only_on_what_was_new_to_both(taught):
    lab, (first, second) = taught
    new = current_cell(lab.catalog, "l1000_orf")
    old = named_cell(lab.catalog, lab.models.promoted("l1000_orf").parent)
    experiments = {handle: lab.experiments.get(handle) for handle in (first, second)}
    assert is_new_to(lab.catalog, old.snapshot, experiments[first])
    assert not is_new_to(lab.catalog, new.snapshot, experiments[first])
    assert is_new_to(lab.catalog, new.snapshot, experiments[second])
    rows = prospective(lab.catalog, old, new)
    genes = {lab.hypotheses.get(key).perturbation.genes[0] for key in experiments[second].hypothesis_ids}
    unseen = genes - set(new.fitted.examples.units)  # the first round's genes were shown to the new version
    assert 3 <= len(unseen) <= N
    assert {row["n"] for row in rows} == {len(unseen)}
    kept = {row["metric"]: row for row in lab.models.measured_later("l1000_orf")}
    for row in rows:
        assert kept[row["metric"]]["value"] == pytest.approx(row["difference"])
        assert kept[row["metric"]]["details"]["new"] == new.version_name
    same = prospective(lab.catalog, new, new)
    assert {row["difference"] for row in same} == {0.0}


def test_past_predictions_are_held_against_what_came(taught):
    lab, handles = taught
    items = lab.hypotheses.list()
    rows = {(row["version"], row["metric"]): row for row in track_record(lab.catalog, items)}
    assert sum(row["n"] for (_, metric), row in rows.items() if metric == "coverage") == 2 * N
    coverage = np.average(
        [row["value"] for (_, metric), row in rows.items() if metric == "coverage"],
        weights=[row["n"] for (_, metric), row in rows.items() if metric == "coverage"],
    )
    assert 0.8 < coverage < 1  # stated 0.9
    said = lab.cells.prediction(items[0].prediction_id)
    batch = next(lab.experiments.get(handle) for handle in handles
                 if items[0].hypothesis_id in lab.experiments.get(handle).hypothesis_ids)  # fmt: skip
    found = measured_means(lab.catalog, batch)
    wells = measured_effects(lab.catalog, batch)
    mine = np.array(wells.perturbations) == said.perturbation.perturbation_id
    row = found.truth[found.perturbations.index(said.perturbation.perturbation_id)]
    np.testing.assert_allclose(row, wells.delta[mine].mean(axis=0))
    assert lab.models.track_record("l1000_orf")[0]["details"]["level"] == 0.9


def test_the_page_shows_all_of_it(taught):
    from apps.rounds import RoundsState, rounds
    from tests.apps.recording import RecordingFrame

    lab, handles = taught
    content = rounds(lab, RoundsState(), RecordingFrame())
    text = " ".join(str(part.object) for part in content.main if isinstance(getattr(part, "object", None), str))
    for words in (*handles, "at random", "measured after both were frozen", "How frozen predictions held", "Snapshot"):
        assert words in text, words
