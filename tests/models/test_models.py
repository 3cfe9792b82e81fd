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
    rebuilt = weights @ targets if entry.name == "additive" else mean + weights @ (targets - mean)
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
