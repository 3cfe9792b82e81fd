"""Every model of responses in the registry: builds, predicts, gives exact weights, survives its own state."""

import numpy as np
import pytest

from workbench.models import MODELS

SHAPES = {"any": "kernel", "kernel": "kernel", "strength": "strength"}


def problem(kind: str):
    """Twelve training rows and three questions, five readouts; a planted linear truth."""
    rng = np.random.default_rng(3)
    if kind == "strength":
        inputs, asked = rng.integers(0, 2, (12, 4)) * -1.0, rng.integers(0, 2, (3, 4)) * -1.0
        inputs[:4] = -np.eye(4)
        truth = rng.normal(size=(4, 5))
        return inputs, asked, inputs @ truth, np.ones(12), np.ones(3)
    points, new = rng.normal(size=(12, 3)), rng.normal(size=(3, 3))
    kernel = lambda a, b: np.exp(-((a[:, None] - b[None]) ** 2).sum(-1))
    same = np.eye(12)
    inputs = np.stack([kernel(points, points), kernel(points, points) ** 2, same])
    asked = np.stack([kernel(new, points), kernel(new, points) ** 2, np.zeros((3, 12))])
    return inputs, asked, np.sin(points @ rng.normal(size=(3, 5))), np.ones(12), np.ones(3)


@pytest.fixture(params=[entry.name for entry in MODELS if entry.facts["task"] in SHAPES])
def entry(request):
    return MODELS.find(request.param)


def test_the_registry_holds_every_file_of_the_folder():
    from pathlib import Path

    import workbench.models as package

    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")} - {"__init__"}
    assert {entry.thing.__module__.rsplit(".", 1)[1] for entry in MODELS} == files


def test_prediction_shapes_and_state_round_trip(entry):
    inputs, asked, targets, noise, prior = problem(SHAPES[entry.facts["task"]])
    model = entry.thing().fit(inputs, targets, noise)
    mean, spread = model.predict(asked, prior)
    assert mean.shape == spread.shape == (3, 5)
    assert np.isfinite(mean).all()
    assert (spread >= 0).all()
    again, _ = entry.thing.from_state(model.state()).predict(asked, prior)
    np.testing.assert_allclose(again, mean, atol=1e-12)


def test_one_question_is_answered_as_in_a_batch(entry):
    inputs, asked, targets, noise, prior = problem(SHAPES[entry.facts["task"]])
    model = entry.thing().fit(inputs, targets, noise)
    one = asked[:1] if asked.ndim == 2 else asked[:, :1]
    np.testing.assert_allclose(model.predict(one, prior[:1])[0][0], model.predict(asked, prior)[0][0], atol=1e-12)


def test_the_weights_rebuild_the_prediction(entry):
    inputs, asked, targets, noise, prior = problem(SHAPES[entry.facts["task"]])
    model = entry.thing().fit(inputs, targets, noise)
    weights = model.weights(asked, prior)
    mean = targets.mean(axis=0)
    if entry.facts["about"] == "nothing":
        assert weights.shape == (len(prior), len(targets))
        return
    rebuilt = weights @ targets if entry.facts["about"] == "zero" else mean + weights @ (targets - mean)
    np.testing.assert_allclose(rebuilt, model.predict(asked, prior)[0], atol=1e-8)


def test_the_gp_interpolates_without_noise_and_shrinks_with_it():
    inputs, _, targets, noise, _ = problem("kernel")
    gp = MODELS.find("multi_kernel_gp").thing
    exact = gp(noise=1e-8).fit(inputs, targets, noise).predict(inputs, np.ones(12))[0]
    np.testing.assert_allclose(exact, targets, atol=1e-4)
    shrunk = gp(noise=100.0).fit(inputs, targets, noise).predict(inputs, np.ones(12))[0]
    centred = targets - targets.mean(axis=0)
    assert np.abs(shrunk - targets.mean(axis=0)).max() < 0.2 * np.abs(centred).max()


def test_ridge_equals_scikit_learn():
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler

    inputs, asked, targets, noise, prior = problem("strength")
    scaler = StandardScaler().fit(inputs)
    expected = Ridge(alpha=1.0).fit(scaler.transform(inputs), targets).predict(scaler.transform(asked))
    found = MODELS.find("ridge").thing(penalty=1.0).fit(inputs, targets, noise).predict(asked, prior)[0]
    np.testing.assert_allclose(found, expected, atol=1e-8)


def test_the_additive_rule_sums_the_singles():
    inputs, _, targets, noise, _ = problem("strength")
    model = MODELS.find("additive").thing().fit(inputs, targets, noise)
    pair = np.array([[-1.0, -1, 0, 0]])
    np.testing.assert_allclose(model.predict(pair, np.ones(1))[0][0], targets[0] + targets[1])


def test_an_update_equals_a_refit():
    inputs, asked, targets, noise, prior = problem("kernel")
    rng = np.random.default_rng(0)
    noise, errors = rng.uniform(0.5, 2, 12), 0.3 * rng.normal(size=targets.shape)
    for denoise in (0.0, 1.0):
        gp = MODELS.find("multi_kernel_gp").thing(denoise=denoise)
        whole = gp.fit(inputs, targets, noise, errors=errors).predict(asked, prior)
        part = MODELS.find("multi_kernel_gp").thing(denoise=denoise)
        part.fit(inputs[:, :8, :8], targets[:8], noise[:8], errors=errors[:8])
        part.update(inputs[:, 8:, :8], inputs[:, 8:, 8:], targets[8:], noise[8:], errors=errors[8:])
        for found, expected in zip(part.predict(asked, prior), whole, strict=True):
            np.testing.assert_allclose(found, expected, atol=1e-8)


def test_joint_samples_have_the_mean_and_spread_of_the_prediction():
    inputs, asked, targets, noise, prior = problem("kernel")
    gp = MODELS.find("multi_kernel_gp").thing().fit(inputs, targets, noise)
    own = np.stack([np.eye(3), np.eye(3), np.eye(3)])
    draws = gp.sample(asked, own, 6000, np.random.default_rng(0))
    mean, spread = gp.predict(asked, prior)
    np.testing.assert_allclose(draws.mean(axis=0), mean, atol=0.08)
    np.testing.assert_allclose(draws.std(axis=0), spread, rtol=0.08)


def test_denoising_keeps_what_replicates_reproduce():
    rng = np.random.default_rng(1)
    signal = rng.normal(size=(40, 1)) @ rng.normal(size=(1, 60))
    error = rng.normal(size=(2, 40, 60))
    targets = signal + error[0]
    kernel = np.stack([np.eye(40) * 100, np.eye(40)])
    gp = MODELS.find("multi_kernel_gp").thing
    raw = gp().fit(kernel, targets, np.ones(40)).predict(kernel, np.ones(40))[0]
    clean = gp(denoise=1.0).fit(kernel, targets, np.ones(40), errors=error[1]).predict(kernel, np.ones(40))[0]
    assert np.square(clean - signal).mean() < 0.5 * np.square(raw - signal).mean()


def test_drug_effects_recover_a_sum_and_share_an_unseen_drugs_effect():
    rng = np.random.default_rng(0)
    effects = rng.normal(size=5) + 0.3 * rng.normal(size=(5, 5))
    pairs = np.array([np.eye(5)[i] + np.eye(5)[j] for i in range(5) for j in range(i)])
    model = MODELS.find("drug_effects").thing().fit(-np.eye(5), effects, np.ones(5))
    predicted = model.predict(-pairs, np.ones(len(pairs)))[0]
    assert np.corrcoef(predicted.ravel(), (pairs @ effects).ravel())[0, 1] > 0.97
    without = MODELS.find("drug_effects").thing().fit(-np.eye(5)[:4], effects[:4], np.ones(4))
    unseen = without.predict(-np.eye(5)[4:], np.ones(1))[0][0]
    assert np.corrcoef(unseen, effects[4])[0, 1] > 0.8
    np.testing.assert_array_equal(without.predict(np.zeros((1, 5)), np.ones(1))[0], 0.0)


def test_a_drug_never_measured_is_told_by_those_alike_and_the_parts_add_up():
    rng = np.random.default_rng(1)
    likeness = np.kron(np.eye(2), np.full((3, 3), 0.9)) + 0.1 * np.eye(6)
    effects = np.linalg.cholesky(likeness) @ rng.normal(size=(6, 40))
    known = np.array([0, 1, 3, 4])
    model = MODELS.find("drug_effects").thing()
    model.fit(-np.eye(6)[known], effects[known], np.ones(4), likeness=likeness)
    asked = -np.eye(6)[[2, 5]]
    found = model.predict(asked, np.ones(2))[0]
    for row, truth in zip(found, effects[[2, 5]], strict=True):
        assert np.corrcoef(row, truth)[0, 1] > 0.8
    np.testing.assert_allclose(sum(model.parts(asked).values()), found, atol=1e-9)
    assert not model.parts(asked)["own"].any()
    again = MODELS.find("drug_effects").thing.from_state(model.state())
    np.testing.assert_allclose(again.predict(asked, np.ones(2))[1], model.predict(asked, np.ones(2))[1])


@pytest.mark.parametrize("kind", ["kernel", "strength"])
def test_a_stack_is_a_convex_mix_with_exact_weights(kind):
    inputs, asked, targets, noise, prior = problem(kind)
    model = MODELS.find("stack").thing().fit(inputs, targets, noise)
    assert (model.mix >= 0).all()
    assert model.mix.sum() == pytest.approx(1)
    np.testing.assert_allclose(model.weights(asked, prior) @ targets, model.predict(asked, prior)[0], atol=1e-8)
    again = MODELS.find("stack").thing.from_state(model.state())
    np.testing.assert_allclose(again.predict(asked, prior)[0], model.predict(asked, prior)[0])


def test_a_stack_finds_the_model_that_is_right():
    rng = np.random.default_rng(2)
    points = rng.normal(size=(60, 2))
    kernel = np.exp(-np.square(points[:, None] - points[None]).sum(axis=-1))
    useless = np.eye(60)
    truth = 3 * np.sin(2 * points) @ rng.normal(size=(2, 6))
    known, new = np.arange(50), np.arange(50, 60)
    views = np.stack([kernel, np.eye(60)])
    stack = MODELS.find("stack").thing().fit(views[:, known][:, :, known], truth[known], np.full(50, 0.01))
    error = np.square(stack.predict(views[:, new][:, :, known], np.ones(10))[0] - truth[new]).mean()
    assert error < 0.3 * np.square(truth[new] - truth[known].mean(axis=0)).mean()
    nothing = (
        MODELS.find("stack").thing().fit(np.stack([useless, useless])[:, known][:, :, known], truth[known], np.ones(50))
    )
    assert nothing.mix[0] > 0.5  # nothing to learn from: the mean


def test_the_graph_network_learns_planted_neighbours_and_repeats_by_seed():
    rng = np.random.default_rng(0)
    module = np.arange(60) % 4
    same = (module[:, None] == module[None, :]).astype(float)
    truth = (2 * rng.normal(size=(4, 30)))[module] + 0.3 * rng.normal(size=(60, 30))
    known, new = np.arange(48), np.arange(48, 60)
    views = np.stack([same, np.eye(60)])
    cross = np.stack([same[np.ix_(new, known)], np.zeros((12, 48))])
    make = MODELS.find("graph_network").thing
    model = make().fit(views[:, known][:, :, known], truth[known], np.ones(48))
    found, _ = model.predict(cross, np.ones(12))
    assert np.corrcoef(found.ravel(), truth[new].ravel())[0, 1] > 0.9
    again = make().fit(views[:, known][:, :, known], truth[known], np.ones(48))
    np.testing.assert_array_equal(again.predict(cross, np.ones(12))[0], found)
    alone, _ = model.predict(np.zeros((2, 1, 48)), np.ones(1))
    np.testing.assert_allclose(alone[0], truth[known].mean(axis=0), atol=1e-6)  # no neighbour, no change from the mean


def test_completion_finds_planted_interactions_beside_the_quadratic():
    rng = np.random.default_rng(0)
    n = 20
    single, pattern = rng.normal(size=n), rng.normal(size=n)
    first, second = np.triu_indices(n, 1)
    pairs = np.zeros((len(first), n))
    pairs[np.arange(len(first)), first] = pairs[np.arange(len(first)), second] = 1
    interaction = 0.5 * pattern[first] * pattern[second]
    inputs = np.concatenate([np.eye(n), pairs])
    targets = np.concatenate([single, single[first] + single[second] + interaction])[:, None]
    held = np.concatenate([np.zeros(n, bool), rng.random(len(first)) < 0.2])
    fitted = {
        name: MODELS.find(name).thing().fit(inputs[~held], targets[~held], np.ones((~held).sum()))
        for name in ("quadratic", "low_rank_completion")
    }
    error = {
        name: np.square(m.predict(inputs[held], np.ones(held.sum()))[0] - targets[held]).mean()
        for name, m in fitted.items()
    }
    assert error["low_rank_completion"] < 0.3 * error["quadratic"]


def test_the_mean_of_other_contexts_is_that_of_the_same_gene():
    targets = np.arange(8.0).reshape(4, 2)
    same = np.array([[0.0, 1, 0, 1], [0, 0, 0, 0]])
    model = MODELS.find("context_mean").thing().fit(np.zeros((2, 4, 4)), targets, np.ones(4))
    found = model.predict(np.stack([same, same]), np.ones(2))[0]
    np.testing.assert_allclose(found, [targets[[1, 3]].mean(axis=0), targets.mean(axis=0)])
