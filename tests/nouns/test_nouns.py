"""Nouns: validated when built, frozen, with labels and units that axes read."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from workbench import nouns
from workbench.errors import InputError
from workbench.nouns.fields import label

CLASSES = [getattr(nouns, name) for name in nouns.__all__]


@pytest.mark.parametrize("noun", CLASSES, ids=lambda noun: noun.__name__)
def test_every_noun_is_frozen_documented_and_labelled(noun):
    assert dataclasses.is_dataclass(noun)
    assert noun.__dataclass_params__.frozen
    assert noun.__doc__
    assert not noun.__doc__.startswith(f"{noun.__name__}(")
    assert all(item.metadata.get("label") for item in dataclasses.fields(noun)), noun


def test_any_part_may_be_the_first_that_a_process_imports():
    for line in ("from workbench import nouns", "from workbench import kernels", "from workbench import Gene"):
        done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-500:]


def test_an_axis_reads_label_and_unit_from_the_noun():
    assert label(nouns.Perturbation.of_gene("knock-out", "TP53"), "dose_um") == "Dose (µM)"
    with pytest.raises(InputError, match="'nothing'"):
        label(nouns.Context("U2OS"), "nothing")


def test_perturbation_ids_tell_constructs_doses_and_combinations_apart():
    of = nouns.Perturbation
    assert of.of_gene("over-expression", "BRAF", "BRD1").perturbation_id == "over-expression:BRAF/BRD1"
    one, two = of.of_compound("KEY", "drug", 0.5), of.of_compound("OTHER", "other")
    assert (one.perturbation_id, one.name) == ("compound:KEY@0.5", "drug 0.5 µM")
    pair, turned = of.of_parts((one, two)), of.of_parts((two, one))
    assert pair == turned
    assert pair.compounds == ("KEY", "OTHER")
    with pytest.raises(InputError, match="'magic'"):
        of("x", "magic", "x")


def test_contexts_have_readable_keys():
    assert nouns.Context("U2OS", 72).context_id == "U2OS|72h|"
    assert str(nouns.Context("HeLa", None, "DMEM")) == "HeLa, DMEM"


def test_arrays_are_read_only_and_shapes_are_checked():
    profiles = nouns.Profiles("d", np.zeros((2, 3)), ("a", "b", "c"), {"is_control": np.array([True, False])})
    assert profiles.values.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        profiles.values[0, 0] = 1
    with pytest.raises(InputError, match=r"shape \(None, 3\)"):
        nouns.Profiles("d", np.zeros((2, 4)), ("a", "b", "c"), {})
    with pytest.raises(InputError, match="needs 2 rows"):
        nouns.Profiles("d", np.zeros((2, 1)), ("a",), {"plate": np.array(["x"])})


def test_a_map_a_cohort_and_an_ensemble_refuse_what_does_not_fit():
    with pytest.raises(InputError, match="one label per entity"):
        nouns.Map("m", "d", "t", "gene", ("a", "b"), ("a",), np.zeros((2, 3)), np.zeros((2, 2)), {})
    with pytest.raises(InputError, match="at least one entity"):
        nouns.Cohort("c", "mine", "m", ())
    with pytest.raises(InputError, match="needs a name"):
        nouns.Cohort("c", " ", "m", ("a",))


def test_rules_and_wells_are_checked_when_declared():
    with pytest.raises(InputError, match="-1"):
        nouns.DecisionRule("R", "up", -1)
    with pytest.raises(InputError, match="at least two replicates"):
        nouns.DecisionRule("R", "up", 1, n_replicates=1)
    with pytest.raises(InputError, match="'1A'"):
        nouns.Well("p", "1A", "treatment")
    with pytest.raises(InputError, match="uses a well twice"):
        well = nouns.Well("p", "A01", "treatment")
        nouns.Plate("p", "e", 96, (well, well))
    with pytest.raises(InputError, match="97"):
        nouns.Plate("p", "e", 97, ())


def test_a_prediction_needs_ordered_bounds_and_a_known_verdict():
    zero = np.zeros(2)
    facts = ("p", "t", nouns.Perturbation.of_gene("knock-out", "A"), nouns.Context("X"), ("r", "s"), zero)
    rest = (0.9, zero, "mean", "signal", "", 1.0, "v", "v", 1, "0")
    with pytest.raises(InputError, match="lower bound"):
        nouns.Prediction(*facts, zero + 1, zero, *rest)
    with pytest.raises(InputError, match="'maybe'"):
        nouns.Prediction(*facts, zero, zero, *rest[:3], "maybe", *rest[4:])


def test_job_states_and_progress_are_checked():
    assert nouns.Job("j", "k", "K", "done").is_finished
    with pytest.raises(InputError, match=r"1\.5"):
        nouns.Job("j", "k", "K", "running", progress=1.5)


def test_another_recipe_gives_a_map_another_name_under_the_same_id():
    def named(recipe_hash):
        return nouns.Map("m", "d", "t", "gene", (), (), np.zeros((0, 3)), np.zeros((0, 2)), {}, recipe_hash=recipe_hash)

    assert named("0123456789abcdef").name == "m-01234567"
    assert named("fedcba9876543210").name != named("0123456789abcdef").name
    assert named("").name == "m"
    assert "m-01234567" in repr(named("0123456789abcdef"))


def test_every_sentence_of_an_explanations_paragraph_cites_its_claim():
    claims = (
        nouns.Claim("A is seen 1 of 9", "relation", 1, 1.2, 0.8, 0.7, claim_id="C1", null="200 rewirings", q=0.9),
        nouns.Claim("B is seen 6 of 9", "direct target", 6, 1.2, 5.0, 0.001, "supported", claim_id="C2", null="200 rewirings"),
        nouns.Claim("C carries 40%", "nearest evidence", 2, 0.0, claim_id="C3"),
    )  # fmt: skip
    said = nouns.Explanation("p", claims).paragraph()
    assert said.startswith(
        "B is seen 6 of 9 (1.2 expected, 5.0 ×, p = 0.001; chance is 200 rewirings): supported [C2]."
    )
    ends = [said.index(f"[{claim.claim_id}].") for claim in claims]
    assert sorted(ends) == [ends[1], ends[0], ends[2]]
    assert said.count("]. ") == len(claims) - 1
    assert said.endswith("].")
    assert nouns.Explanation("p", ()).paragraph() == ""


def test_an_explanation_refuses_what_could_not_be_drawn():
    claim = nouns.Claim("A", "relation", 1, 1.0, claim_id="C1")
    node = {"gene": "A", "role": "perturbed", "predicted": None, "measured": None}
    edge = {"source": "A", "target": "B", "sign": 1, "network": "net", "evidence": "", "pubmed": ()}
    ends = {"nodes": [node, {**node, "gene": "B", "role": "readout"}], "edges": [edge]}
    assert nouns.Explanation("p", (claim,), network=ends).network["edges"] == [edge]
    with pytest.raises(InputError, match="unique"):
        nouns.Explanation("p", (claim, claim))
    with pytest.raises(InputError, match="Both ends"):
        nouns.Explanation("p", (), network={**ends, "nodes": [node]})
    with pytest.raises(InputError, match="role"):
        nouns.Explanation("p", (), network={"nodes": [{**node, "role": "hub"}], "edges": []})
    with pytest.raises(InputError, match="A sign"):
        nouns.Explanation("p", (), network={**ends, "edges": [{**edge, "sign": 2}]})
    with pytest.raises(InputError, match="at most 40"):
        nouns.Explanation("p", (), network={"nodes": [{**node, "gene": str(i)} for i in range(41)], "edges": []})
    with pytest.raises(InputError, match="removed is one of"):
        nouns.Explanation(
            "p", (), counterfactuals=({"removed": "x", "kind": "node", "share_left": 1.0, "largest": ()},)
        )
