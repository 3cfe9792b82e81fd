"""Campaigns on real data: the protocol's pools, priors that never saw the screen, tables of users read or refused in words."""

import numpy as np
import pytest

from workbench.catalog import screens
from workbench.errors import InputError, UnknownNameError
from workbench.hypotheses.campaign import Policy, hits_by_round, replay
from workbench.hypotheses.campaign_sources import (
    ELSEWHERE,
    Pool,
    essential_genes,
    is_same,
    parse_screen,
    prepare,
    read_knowledge,
)


@pytest.fixture(scope="module")
def sources(shared_lab):
    """Knowledge, screens by name and core-essential genes of the filled catalog."""
    catalog = shared_lab.catalog
    known = {name: screens.read_screen(catalog, name) for name in screens.screen_names(catalog)}
    return read_knowledge(catalog), known, essential_genes(catalog)


@pytest.fixture(scope="module")
def pool(sources) -> Pool:
    knowledge, known, essential = sources
    return prepare(knowledge, known["screen_scharenberg"], known, essential, elsewhere=False)


def play(pool: Pool, policy: Policy, seed: int = 0) -> np.ndarray:
    rounds = replay(
        pool.surrogate, lambda asked: pool.screen.scores[asked], policy, n_rounds=5, batch=pool.batch, facts=(seed,),
        rank_by=pool.column(policy.covariate) if policy.covariate else None,
    )  # fmt: skip
    return hits_by_round(rounds, pool.screen.hits)


def test_the_bundled_screens_are_as_their_source_says(sources):
    _, known, essential = sources
    sizes = {name: (len(screen.genes), int(screen.hits.sum())) for name, screen in known.items()}
    assert sizes == {"screen_il2": (18939, 654), "screen_ifng": (18418, 920), "screen_scharenberg": (1055, 53)}
    assert len(essential) == 684


def test_fixed_settings_reach_the_bar_and_feedback_matters(pool):
    learned = play(pool, Policy("greedy"))
    permuted = np.mean([play(pool, Policy("greedy", feedback="permuted"), seed)[-1] for seed in range(5)])
    assert learned[-1] >= 0.42
    assert learned[-1] > permuted + 0.05
    assert play(pool, Policy("static: degree in hu.MAP"))[-1] == pytest.approx(0.36, abs=0.05)


def test_weights_are_learned_on_other_screens_alone(sources, pool):
    knowledge, known, essential = sources
    screen = known["screen_scharenberg"]
    rng = np.random.default_rng(0)
    shuffled = screen._replace(scores=rng.permutation(screen.scores))
    again = prepare(knowledge, shuffled, known | {screen.name: shuffled}, essential, elsewhere=False)
    np.testing.assert_array_equal(again.surrogate.weights, pool.surrogate.weights)
    copy = screen._replace(name="my table", scores=-2 * screen.scores)
    assert is_same(copy, screen)
    same = prepare(knowledge, copy, known, essential, elsewhere=False)  # a renamed table must not teach its own prior
    np.testing.assert_array_equal(same.surrogate.weights, pool.surrogate.weights)
    assert not is_same(known["screen_il2"], known["screen_ifng"])


def test_strength_elsewhere_is_one_more_covariate(sources, pool):
    knowledge, known, essential = sources
    with_it = prepare(knowledge, known["screen_scharenberg"], known, essential)
    assert with_it.covariates == (*pool.covariates, ELSEWHERE)
    assert np.isfinite(with_it.surrogate.design).all()
    alone = prepare(knowledge, known["screen_scharenberg"], {}, essential)
    assert not alone.surrogate.weights.any()  # without any other screen the prior is flat
    with pytest.raises(InputError, match="no covariate"):
        pool.column("luck")


def test_an_unknown_screen_is_refused(shared_lab):
    with pytest.raises(UnknownNameError, match="screen_ifng"):
        screens.read_screen(shared_lab.catalog, "screen_il3")


def test_a_table_of_gene_and_score_is_a_screen():
    rows = "\n".join(f"x{i},G{i},{i - 30}" for i in range(60))
    table = f"id,GENE,Score\n{rows}\n\nx,G0,-99\n"
    screen = parse_screen("mine", table)
    assert (len(screen.genes), screen.name, int(screen.hits.sum())) == (60, "mine", 3)
    assert screen.scores[list(screen.genes).index("G0")] == -99
    listed = parse_screen("mine", table, "G1\nG2\nnobody\n")
    assert sorted(listed.genes[listed.hits]) == ["G1", "G2"]
    headed = parse_screen("mine", table, "rank,gene\n1,G5\n")
    assert list(headed.genes[headed.hits]) == ["G5"]


def test_hostile_tables_are_refused_in_words():
    good = "Gene,Score\n" + "\n".join(f"G{i},{i}" for i in range(30))
    for text, words in (
        ("\n", "empty"), ("Gene,Points\nA,1\n", "'Score'"), (good + "\nX,high\n", "row 32"), (good + "\nX,nan\n", "row 32"),
        ("Gene,Score\nA,1\n", "20 genes"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=words):
            parse_screen("mine", text)
    with pytest.raises(InputError, match="none of the 1 hits"):
        parse_screen("mine", good, "Q\n")
