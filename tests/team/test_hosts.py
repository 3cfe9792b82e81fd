"""Hosts that share PostgreSQL and object storage: one fills, another asks; weights, attachments and snapshots are there."""

import threading

import numpy as np
import pytest

from workbench.catalog import files
from workbench.catalog.exclusive import exclusive
from workbench.errors import ConflictError, InputError
from workbench.jobs.engine.worker import work
from workbench.lab import Lab
from workbench.lab.doctor import examine
from workbench.settings import Settings


@pytest.fixture
def host(first_home, tmp_path):
    """A second host with an empty home."""
    lab = Lab.open(Settings(home=tmp_path / "second", mirror=None))
    yield lab
    lab.close()


def test_another_host_sees_data_and_answers_with_the_same_weights(host, first_home):
    first = Lab.open(Settings(home=first_home, mirror=None))
    assert not list(host.settings.weights.glob("*"))
    question = host.cells.perturbations("cellbox")["perturbation_id"].iloc[3]
    here, there = (lab.cells.predict(question, task="cellbox") for lab in (host, first))
    np.testing.assert_array_equal(here.delta, there.delta)
    assert here.snapshot == there.snapshot
    first.close()


def test_files_of_people_reach_every_host(host, first_home):
    name = files.write_file(Settings(home=first_home), b"a gel picture")
    assert files.read_file(host.settings, name) == b"a gel picture"


def test_two_reviewers_on_two_hosts_lose_nothing(host, first_home):
    first = Lab.open(Settings(home=first_home, mirror=None))
    question = host.cells.perturbations("cellbox")["perturbation_id"].iloc[5]
    item = first.hypotheses.queue(first.cells.predict(question, task="cellbox"), person="ada")
    seen, told = {item.handle: item.version}, []

    def decide(lab):
        try:
            lab.hypotheses.approve([item.handle], person="ada", seen=seen)
            told.append("approved")
        except ConflictError:
            told.append("told")

    threads = [threading.Thread(target=decide, args=(lab,)) for lab in (first, host)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["approved", "told"]
    assert host.hypotheses.verify() == []
    first.close()


def test_one_turn_for_all_hosts(host, first_home):
    first = Lab.open(Settings(home=first_home, mirror=None))
    order, held = [], threading.Event()

    def other():
        held.wait(10)
        with exclusive(first.catalog, "E-9"):
            order.append("second")

    thread = threading.Thread(target=other)
    thread.start()
    with exclusive(host.catalog, "E-9"):
        held.set()
        thread.join(0.5)
        order.append("first")
    thread.join(20)
    assert order == ["first", "second"]
    first.close()


def test_the_console_reads_lake_and_ledger_and_writes_nothing(host):
    assert host.data.sql("SELECT count(*) AS n FROM lake.response")["n"][0] > 80
    for text in (
        "DELETE FROM lake.well",
        "COPY lake.well TO 's3://lab/x.parquet'",
        "SELECT * FROM read_parquet('s3://lab/x')",
    ):
        with pytest.raises(InputError):
            host.data.sql(text)


def carried_out_by(host, job):
    """The job when a worker on this host has done it."""
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(host.settings, stop))
    worker.start()
    try:
        return host.jobs.wait(job.job_id, timeout_s=120)
    finally:
        stop.set()
        worker.join(30)


def test_a_file_given_to_one_host_is_imported_by_a_worker_of_another(host, first_home, tmp_path):
    first = Lab.open(Settings(home=first_home, mirror=None))
    file = tmp_path / "scores.csv"
    file.write_text("gene,score\nTP53,1\nKRAS,-2\n")
    made = first.data.import_file(first.data.understand(file, "scores_of_ada"), inline=False)
    file.unlink()  # the other host never had it
    assert carried_out_by(host, made).state == "done"
    assert "scores_of_ada" in [item.dataset for item in first.data.list()]
    first.close()


def test_results_dropped_on_one_host_are_recorded_by_a_worker_of_another(host, first_home, tmp_path):
    first = Lab.open(Settings(home=first_home, mirror=None))
    question = first.cells.perturbations("cellbox")["perturbation_id"].iloc[7]
    item = first.hypotheses.queue(first.cells.predict(question, task="cellbox"), person="ada")
    first.hypotheses.approve([item.handle], person="ada")
    experiment = first.experiments.plan([item.handle], lab="bench", person="ada")
    readouts = first.cells.prediction(item.prediction_id).readouts
    lines = [",".join(["plate_barcode", "well", *readouts])]
    rng = np.random.default_rng(0)
    for plate in experiment.plates:
        for well in plate.wells:
            values = ",".join(f"{value:.4f}" for value in rng.normal(size=len(readouts)))
            lines += [f"{plate.plate_barcode},{well.well},{values}"] * (well.role != "empty")
    file = tmp_path / f"{experiment.handle}.csv"
    file.write_text("\n".join(lines))
    made = first.experiments.import_results(
        file, experiment.handle, person="ada", train=False, override="made-up numbers"
    )
    file.unlink()
    assert carried_out_by(host, made).state == "done"
    assert len(first.experiments.results(experiment.handle)) == len(lines) - 1
    first.close()


def test_a_team_without_a_key_for_its_history_is_told(host, monkeypatch):
    words = "the history bears no seal"
    monkeypatch.delenv("WORKBENCH_SEAL_KEY", raising=False)
    assert any(words in line for line in examine(Settings(home=host.settings.home, mirror=None)))
    keyed = Settings(home=host.settings.home, mirror=None, seal_key="one for all")
    assert not any(words in line for line in examine(keyed))


def test_a_sign_in_of_one_host_holds_on_another_and_all_hosts_count_the_tries(host, first_home):
    first = Lab.open(Settings(home=first_home, mirror=None))
    by = next((item.person for item in first.people.list() if item.role == "admin"), "ada")
    first.people.set_password("ada", "four rusty mice sing", "admin", by)
    name = first.people.sign_in_id(first.people.sign_in("ada", "four rusty mice sing", "10.0.0.1"))
    assert host.people.signed_in(name) == "ada"
    code = host.people.invite("sam", "reviewer", by="ada")
    used = []

    def use(lab, password):
        try:
            used.append(lab.people.accept(code, password) and password)
        except InputError:
            used.append("")

    words = ("seven cold lamps float", "nine bitter clocks jump")
    threads = [threading.Thread(target=use, args=pair) for pair in zip((first, host), words, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    (chosen,) = [word for word in used if word]
    assert host.people.sign_in("sam", chosen)
    for lab in (first, host, first, host, first):
        with pytest.raises(InputError, match="not right"):
            lab.people.sign_in("sam", "guess")
    with pytest.raises(InputError, match="too many tries"):
        host.people.sign_in("sam", chosen)
    host.people.disable("sam", by="ada")
    assert first.settings.asks_for_password
    assert first.people.verify() == []
    first.people.sign_out(name)
    assert host.people.signed_in(name) is None
    first.close()
