"""Steps in PyTorch, and PyTorch's own numbers beside ours: the network's slopes, schedules, optimizers."""

import copy
import doctest
import inspect
import os
import pickle
import re

import nbformat
import numpy as np
import pytest
import refresh_notebooks

from adamlab import (
    adam,
    adamw,
    clip_by_norm,
    cosine,
    descend,
    linear,
    momentum,
    muon,
    nadam,
    problems,
    steps,
    to_torch,
    warm_up,
    with_schedule,
)

if os.environ.get("CI"):
    import torch
else:
    torch = pytest.importorskip(
        "torch", reason="PyTorch is an extra: pip install torch to test what needs it"
    )

torch.set_num_threads(1)  # these networks are small: threads would only wait for each other
LESSON = refresh_notebooks.FOLDER / "07_your_own_network.ipynb"
DIGITS = problems.digits()
X, Y = (torch.from_numpy(part) for part in DIGITS.train)


def network(seed=0, dtype=torch.float64):
    torch.manual_seed(seed)
    layers = torch.nn.Linear(64, 16), torch.nn.Tanh(), torch.nn.Linear(16, 10)
    return torch.nn.Sequential(*layers).to(dtype)


def trained(model, optimizer, n_steps=300, scheduler=None, clip=None):
    """Train with the batches of `digits`; returns all weights after every tenth step."""
    path, dtype = [], next(model.parameters()).dtype
    for t in range(1, n_steps + 1):
        chosen = DIGITS._batches.at(t)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(X[chosen].to(dtype)), Y[chosen]).backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        if scheduler:
            scheduler.step()
        if t % 10 == 0:
            path.append(torch.nn.utils.parameters_to_vector(model.parameters()).detach().numpy().copy())
    return np.array(path)


def apart(path, other):
    """How far two ways of training are apart, relative to the largest weight."""
    return np.abs(path - other).max() / np.abs(other).max()


PAIRS = {
    "adam": (adam, {"eta": 0.003}, lambda p: torch.optim.Adam(p, lr=0.003)),
    "adamw": (
        adamw,
        {"eta": 0.003, "weight_decay": 0.1},
        lambda p: torch.optim.AdamW(p, 0.003, weight_decay=0.1),
    ),
    "momentum": (momentum, {"eta": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    "nadam": (nadam, {"eta": 0.002}, lambda p: torch.optim.NAdam(p, lr=0.002)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_an_optimizer_of_a_step_is_pytorchs_own_over_300_steps(name):
    step, hyper, theirs = PAIRS[name]
    ours, own = network(), network()
    got = trained(ours, to_torch(step, ours.parameters(), **hyper))
    within = (
        1e-8 if name == "nadam" else 1e-12
    )  # PyTorch's NAdam keeps one of its numbers in single precision
    assert apart(got, trained(own, theirs(own.parameters()))) < within


def test_in_single_precision_it_stays_near_and_stays_single():
    ours, own = network(dtype=torch.float32), network(dtype=torch.float32)
    optimizer = to_torch(adam, ours.parameters(), eta=0.003)
    got = trained(ours, optimizer, 100)
    assert apart(got, trained(own, torch.optim.Adam(own.parameters(), lr=0.003), 100)) < 1e-3
    (first, *_) = optimizer.state.values()
    assert first["m"].dtype == first["v"].dtype == torch.float32 == next(ours.parameters()).dtype


def test_a_wrong_step_is_not_pytorchs():
    def no_correction(theta, g, m, v, eta=0.003):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        return theta - eta * m / (np.sqrt(v) + 1e-8), m, v

    ours, own = network(), network()
    got = trained(ours, to_torch(no_correction, ours.parameters()), 30)
    assert apart(got, trained(own, torch.optim.Adam(own.parameters(), lr=0.003), 30)) > 1e-2


def test_the_step_looks_at_the_parameter_itself_whatever_its_shape():
    seen = []

    def spy(theta, g, shape, t, eta=0.5):
        seen.append((shape, t, theta.ctypes.data))
        return theta - eta * g

    params = [torch.nn.Parameter(torch.ones(size, dtype=torch.float64)) for size in ((2, 3, 4), (5,), ())]
    unused = torch.nn.Parameter(torch.ones(2))
    optimizer = to_torch(spy, [*params, unused])
    for _ in range(2):
        for p in params:
            p.grad = torch.full_like(p, 0.25)
        optimizer.step()
    assert [at[:2] for at in seen] == [
        ((2, 3, 4), 1),
        ((5,), 1),
        ((1,), 1),
        ((2, 3, 4), 2),
        ((5,), 2),
        ((1,), 2),
    ]
    assert [at[2] for at in seen] == 2 * [p.data_ptr() for p in params]
    assert all((p == 0.75).all() for p in params) and (unused == 1).all()


def test_a_state_can_be_saved_and_training_goes_on_from_it(tmp_path):
    model = network()
    optimizer = to_torch(adam, model.parameters(), eta=0.003)
    trained(model, optimizer, 20)
    torch.save([model.state_dict(), optimizer.state_dict()], tmp_path / "saved.pt")
    ended = trained(model, optimizer, 20)
    again = network(seed=7)
    other = to_torch(adam, again.parameters(), eta=0.5)
    for part, kept in zip((again, other), torch.load(tmp_path / "saved.pt")):
        part.load_state_dict(kept)
    assert other.param_groups[0]["lr"] == 0.003
    np.testing.assert_array_equal(trained(again, other, 20), ended)


def test_it_can_be_copied_and_pickled_whole():
    model = network()
    optimizer = to_torch(adam, model.parameters(), eta=0.003)
    trained(model, optimizer, 5)
    for model_too, copied in (
        copy.deepcopy((model, optimizer)),
        pickle.loads(pickle.dumps((model, optimizer))),
    ):
        np.testing.assert_array_equal(
            trained(model_too, copied, 10), trained(*copy.deepcopy((model, optimizer)), 10)
        )


def test_groups_have_hyperparameters_of_their_own():
    ours, own = network(), network()
    pairs = [{"params": ours[0].parameters(), "eta": 0.01}, {"params": ours[2].parameters(), "beta1": 0.5}]
    got = trained(ours, to_torch(momentum, pairs, eta=0.05), 50)
    theirs = [{"params": own[0].parameters(), "lr": 0.01}, {"params": own[2].parameters(), "momentum": 0.5}]
    assert apart(got, trained(own, torch.optim.SGD(theirs, lr=0.05, momentum=0.9), 50)) < 1e-12


def test_a_closure_is_called_with_gradients_on():
    p = torch.nn.Parameter(torch.tensor([3.0]))
    optimizer = to_torch(steps.gradient_descent, [p], eta=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (p**2).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 9 and p.item() == pytest.approx(2.4)


# --- schedules -----------------------------------------------------------------------------------------

SCHEDULERS = {
    "linear": (
        with_schedule(adam, linear),
        lambda o: torch.optim.lr_scheduler.LinearLR(o, start_factor=1, end_factor=0, total_iters=300),
    ),
    "cosine": (
        with_schedule(adam, cosine, final=0.1),
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=300, eta_min=0.1 * 0.003),
    ),
    "warm-up": (
        with_schedule(adam, warmup=20),
        lambda o: torch.optim.lr_scheduler.LinearLR(o, start_factor=1 / 20, total_iters=19),
    ),
    "cosine and warm-up": (
        with_schedule(adam, cosine, warmup=20),
        lambda o: torch.optim.lr_scheduler.LambdaLR(
            o, lambda k: float(cosine(k + 1, 300)) * float(warm_up(k + 1, 20))
        ),
    ),
}


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_scheduled_step_is_pytorchs_optimizer_with_its_scheduler(name):
    step, scheduler = SCHEDULERS[name]
    ours, own = network(), network()
    optimizer = torch.optim.Adam(own.parameters(), lr=0.003)
    expected = trained(own, optimizer, scheduler=scheduler(optimizer))
    assert apart(trained(ours, to_torch(step, ours.parameters(), n_steps=300, eta=0.003)), expected) < 1e-12


def test_pytorchs_schedulers_move_the_rate_of_a_step():
    ours, own = network(), network()
    optimizers = [to_torch(adam, ours.parameters(), eta=0.003), torch.optim.Adam(own.parameters(), lr=0.003)]
    got, expected = (
        trained(model, o, 60, torch.optim.lr_scheduler.ExponentialLR(o, 0.95))
        for model, o in zip((ours, own), optimizers)
    )
    assert apart(got, expected) < 1e-10


def test_clipping_is_pytorchs_on_all_parameters_together():
    g = torch.tensor([3.0, -4.0, 0.1], dtype=torch.float64)
    p = torch.nn.Parameter(torch.zeros_like(g))
    p.grad = g.clone()
    torch.nn.utils.clip_grad_norm_([p], 2.0)
    np.testing.assert_allclose(clip_by_norm(g.numpy(), 2.0), p.grad.numpy(), rtol=1e-14)


# --- the network, and a model as a problem ------------------------------------------------------------------


def as_module(theta):
    model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.Tanh(), torch.nn.Linear(32, 10)).double()
    torch.nn.utils.vector_to_parameters(torch.from_numpy(theta.copy()), model.parameters())
    return model


@pytest.mark.parametrize("t", [1, 17, 40])
def test_the_network_of_digits_has_pytorchs_loss_and_gradient(t):
    theta = descend(adam, DIGITS, n_steps=t, eta=0.01).theta[-1]
    model = as_module(theta)
    whole = torch.nn.functional.cross_entropy(model(X), Y).item()
    assert DIGITS.loss(theta) == pytest.approx(whole, rel=1e-12)
    chosen = DIGITS._batches.at(t)
    torch.nn.functional.cross_entropy(model(X[chosen]), Y[chosen]).backward()
    expected = torch.cat([p.grad.ravel() for p in model.parameters()]).numpy()
    np.testing.assert_allclose(DIGITS.gradient(theta, t), expected, rtol=1e-9, atol=1e-15)


def test_a_model_as_a_problem_is_the_network_of_digits():
    model = as_module(DIGITS.start)
    problem = problems.from_torch(model, torch.nn.functional.cross_entropy, DIGITS.train, batch=64)
    assert problem.shape == DIGITS.shapes and problem.every == 22
    ours, theirs = (descend(adam, p, n_steps=100, eta=0.01) for p in (DIGITS, problem))
    np.testing.assert_allclose(theirs.theta, ours.theta, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(theirs.loss, ours.loss, rtol=1e-9)
    np.testing.assert_array_equal(as_module(DIGITS.start)[0].weight.detach(), model[0].weight.detach())
    assert descend(adam, problem.reseeded(1), n_steps=3, eta=0.01).loss[-1] != theirs.loss[-1]


def test_training_in_pytorch_is_the_run_of_descend():
    model = as_module(DIGITS.start)
    got = trained(model, to_torch(adam, model.parameters(), eta=0.01), 100)
    run = descend(adam, DIGITS, n_steps=100, eta=0.01, every=10)
    assert apart(got, run.theta[1:]) < 1e-9


@pytest.mark.parametrize("offered", [to_torch, problems.from_torch], ids=lambda offered: offered.__name__)
def test_the_example_of_a_public_function_is_true(offered):
    test = doctest.DocTestParser().get_doctest(inspect.getdoc(offered), {}, offered.__name__, None, None)
    report = []
    doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    assert test.examples and not report, "".join(report)


def test_muon_is_pytorchs_but_for_its_half_precision(monkeypatch):
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)  # it casts there
    models = [
        torch.nn.Sequential(*(torch.nn.Linear(*n, bias=False) for n in ((64, 16), (16, 20)))) for _ in "ab"
    ]
    ours, own = (model.double() for model in models)
    own.load_state_dict(ours.state_dict())
    got = trained(ours, to_torch(muon, ours.parameters(), eta=0.02, weight_decay=0.1), 100)
    theirs = torch.optim.Muon(own.parameters(), lr=0.02, weight_decay=0.1)
    assert apart(got, trained(own, theirs, 100)) < 1e-10


# --- bad input ----------------------------------------------------------------------------------------------


def elsewhere():
    return torch.nn.Linear(3, 2, device="meta")


def model_without_parameters():
    return torch.nn.Sequential(torch.nn.Tanh())


def problem_of(model, data=((1.0, 2.0), (1.0, 2.0)), **more):
    return problems.from_torch(model, torch.nn.functional.mse_loss, data, **more)


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda: to_torch(adam, elsewhere().parameters()), ValueError, "adam: .* is on meta, .* model.cpu()"),
        (lambda: problem_of(elsewhere()), ValueError, "from_torch: Linear is on meta"),
        (
            lambda: to_torch(adam, model_without_parameters().parameters()),
            ValueError,
            "no parameters to train",
        ),
        (lambda: problem_of(model_without_parameters()), ValueError, "Sequential has no parameters to train"),
        (lambda: problem_of(3), TypeError, "model must be a torch.nn.Module, got 3"),
        (lambda: problem_of(network(), ([1.0], [1.0, 2.0])), ValueError, "data must be a pair"),
        (lambda: problem_of(network(), batch=9), ValueError, "batch must be between 1 and 2, got 9"),
        (lambda: to_torch(adam, network().parameters(), lr=0.1), TypeError, "did you mean eta"),
        (lambda: to_torch(adam, network().parameters(), beta1=2.0), ValueError, "beta1 must be at least 0"),
        (lambda: to_torch(adam, network().parameters(), eta=[0.1, 1]), TypeError, "takes one value for eta"),
        (
            lambda: to_torch(adam, [{"params": network().parameters(), "momentum": 0.9}]),
            TypeError,
            "adam has no hyperparameter momentum",
        ),
        (lambda: to_torch(with_schedule(adam), network().parameters()), TypeError, "asks for n_steps"),
        (
            lambda: to_torch(with_schedule(adam, warmup=50), network().parameters(), n_steps=20),
            ValueError,
            "a warm-up of 50 steps is longer than the run of 20",
        ),
        (
            lambda: to_torch(with_schedule(with_schedule(adam, clip=1.0)), network().parameters(), n_steps=9),
            ValueError,
            "clips by the norm of the whole gradient",
        ),
        (lambda: to_torch(adam, network(dtype=torch.bfloat16).parameters()), ValueError, "is of bfloat16"),
        (lambda: to_torch(3, network().parameters()), TypeError, "a step must be a function, got 3"),
    ],
)
def test_bad_input_is_one_clear_line(ask, error, says):
    with pytest.raises(error, match=says) as caught:
        ask()
    assert not re.search("\n", str(caught.value))


def test_a_step_that_returns_the_wrong_things_says_so_when_it_is_taken():
    def forgets(theta, g, m, eta=0.1):
        return theta - eta * g

    p = torch.nn.Parameter(torch.ones(2))
    p.grad = torch.ones(2)
    with pytest.raises(ValueError, match="forgets returned 1 value, expected 2"):
        to_torch(forgets, [p]).step()


def test_the_script_of_lesson_07_trains_the_network(capsys):
    cells = nbformat.read(LESSON, as_version=4).cells
    (script,) = re.findall(
        r"^```python\n(import torch.*?)^```", "\n".join(c.source for c in cells), re.M | re.S
    )
    exec(script, {})
    right = float(re.search(r"held-out digits: ([\d.]+)%", capsys.readouterr().out)[1])
    assert right > 95
