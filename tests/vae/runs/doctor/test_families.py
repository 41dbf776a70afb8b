"""Of a model without a −ELBO nothing is said that speaks of one, and what is said of its loss is said of it too."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vae.runs.doctor.test_checks import (
    EVERY,
    GOOD,
    GOOD_CURVES,
    HUNDRED_EPOCHS,
    LIVELY,
    STEPS,
    codes,
    falling,
    measured,
    one,
    training,
)
from vae.config import TrainConfig
from vae.families import FAMILIES
from vae.runs.doctor.checks import CHECKS, diagnose
from vae.runs.doctor.codes import blurry, bottleneck, collapse, loose, spare
from vae.runs.records import Change, HeldOut, Step

POINTS = TrainConfig(family="autoencoder", latent_dims=8, epochs=20)
OF_A_BOUND = re.compile(r"KL|ELBO|β|prior|posterior|collapse|dimension|\bnot needed|warm-up", re.IGNORECASE)
"""What has no meaning where codes are points that cost nothing."""


def words(run: tuple[list[Step], list[HeldOut]], config: TrainConfig = POINTS, state: str = "done") -> str:
    found = diagnose(*run, config, (), state)
    return " ".join(f"{finding.title} {finding.sentence} {finding.change}" for finding in found)


def of_points(run: tuple[list[Step], list[HeldOut]]) -> tuple[list[Step], list[HeldOut]]:
    """Return a run's records as an autoencoder writes them: without a KL."""
    return [replace(step, kl=()) for step in run[0]], [replace(record, kl=()) for record in run[1]]


def test_of_a_good_run_its_reconstruction_is_said_and_no_more() -> None:
    steps, held_out = of_points(GOOD_CURVES)
    (finding,) = diagnose(steps, held_out, POINTS, (), "done")
    assert (finding.code, finding.level) == ("fell", "good")
    fell = held_out[0].reconstruction - held_out[-1].reconstruction
    said = f"Reconstruction on 1,000 held-out images is 100.0 nats, {fell:.1f} less than at step 40."
    assert finding.sentence == said


def test_before_it_is_measured_the_training_figures_do() -> None:
    (finding,) = diagnose(of_points(GOOD_CURVES)[0], [], POINTS)
    assert finding.sentence.startswith("Reconstruction on training images is ")


def test_a_good_run_is_never_warned_on_its_way() -> None:
    steps, held_out = of_points(GOOD_CURVES)
    for i in range(1, len(steps)):
        so_far = [record for record in held_out if record.step <= steps[i].step]
        assert codes(diagnose(steps[: i + 1], so_far, POINTS)) in ({"early"}, {"fell"}), steps[i].step


@settings(max_examples=200, deadline=None)
@given(
    ends=st.tuples(*[st.floats(1, 400)] * 2),
    rates=st.tuples(*[st.floats(0.2, 40)] * 2),
    rise=st.floats(0, 150),
    turn=st.floats(0, 1),
    noise=st.floats(0, 5),
    until=st.floats(0.01, 1),
    likelihood=st.sampled_from(["bernoulli", "gaussian"]),
    state=st.sampled_from(["training", "done", "failed"]),
)
def test_whatever_the_curves_nothing_is_said_of_a_kl(ends, rates, rise, turn, noise, until, likelihood, state) -> None:
    def held(t: float) -> float:
        return falling(ends[0] + 200, ends[0], rates[0])(t) + rise * max(0.0, t - turn)

    run = (
        training(falling(ends[1] + 200, ends[1], rates[1]), [], until, noise=noise),
        measured(held, [], until, noise=noise),
    )
    assert not OF_A_BOUND.search(words(run, replace(POINTS, likelihood=likelihood), state))


@pytest.mark.parametrize("check", [collapse, spare, bottleneck, blurry, loose], ids=lambda check: check.__name__)
def test_each_check_that_reads_the_kl_needs_a_bound(check) -> None:
    assert [each.needs for each in CHECKS if each.look is check] == [frozenset({"bound"})]


def test_what_goes_wrong_with_its_loss_is_told_by_the_name_it_has() -> None:
    def worse(t: float) -> float:
        return falling(200, 100)(t) + 25 * max(0.0, t - 0.4)

    learnt_by_heart = training(lambda t: falling(200, 100)(t) - 20 * t, []), measured(worse, [])
    said = one(diagnose(*learnt_by_heart, POINTS), "overfitting").sentence
    assert said.startswith("On held-out images the reconstruction was best at step ")
    slow = training(falling(200, 50, 1.0), []), measured(falling(205, 50, 1.0), [])
    assert one(diagnose(*slow, POINTS, (), "done"), "improving").sentence.split(".")[1].endswith("the reconstruction")
    drifting = of_points(HUNDRED_EPOCHS)
    finding = one(diagnose(*drifting, replace(POINTS, latent_dims=2, epochs=100), (), "done"), "drift")
    assert "the reconstruction fell by 7.3 nats on training images" in finding.sentence


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_told(number: float) -> None:
    steps, held_out = of_points(GOOD_CURVES)
    broken = [*steps, replace(steps[-1], step=STEPS + EVERY, steps=2 * STEPS, reconstruction=number)]
    finding = one(diagnose(broken, held_out, POINTS, (), "failed"), "diverged")
    assert "is no longer a number" in finding.sentence


def test_a_rising_loss_is_diverging() -> None:
    rising = training(lambda t: falling(200, 95)(t) + 300 * max(0.0, t - 0.7), [])
    assert "diverged" in codes(diagnose(rising, [], POINTS))


def test_a_weight_on_a_kl_that_is_not_there_unsettles_nothing() -> None:
    change, half = [Change(STEPS // 2 - 2 * EVERY, beta=4.0)], (len(GOOD_CURVES[0]) // 2, len(GOOD_CURVES[1]) // 2)
    run = GOOD_CURVES[0][: half[0]], GOOD_CURVES[1][: half[1]]
    assert codes(diagnose(*run, GOOD, change)) == {"settling"}
    assert codes(diagnose(*of_points(run), POINTS, change)) == {"fell"}


@pytest.mark.parametrize(
    "family", [name for name, known in FAMILIES.items() if "bound" in known.can and not known.sure]
)
def test_of_every_model_with_a_bound_the_same_is_said(family: str) -> None:
    dead = [*LIVELY[:2], *[falling(0.1, 0.002)] * 6]
    for run in (GOOD_CURVES, (training(falling(200, 95), dead), measured(falling(200, 96), dead))):
        for beta in (0.0, 1.0, 4.0):
            config = replace(GOOD, family=family, beta=beta)
            assert diagnose(*run, config, (), "done") == diagnose(*run, replace(GOOD, beta=beta), (), "done")


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
@pytest.mark.parametrize(
    ("alike", "said"), [(27.0, {"fell"}), (8.1, {"fell"}), (6.9, {"codebook"}), (1.0, {"codebook"})]
)
def test_a_codebook_is_told_that_has_collapsed_and_of_sure_codes_nothing_of_beta(
    alike: float, said: set[str], beta: float
) -> None:
    config = replace(GOOD, family="vq", latent_dims=512, beta=beta, options={"codes": 32})
    told = [replace(step, others={"perplexity of codes": alike}) for step in GOOD_CURVES[0]]
    found = diagnose(told, GOOD_CURVES[1], config, (), "done")
    assert codes(found) == said
    words = " ".join(f"{finding.title} {finding.sentence} {finding.change}" for finding in found)
    assert "dimension" not in words
    assert (f"as many as {alike:.1f} used alike" in words) == (said == {"codebook"})


def test_of_a_kl_that_is_told_as_a_whole_no_dimension_is_spoken_of() -> None:
    """A flow's has no parts: it is one number for sixteen dimensions."""
    config = TrainConfig(family="flow", latent_dims=16)
    for kl in (13.0, 0.004):
        steps = [Step(at, 3000, at // 100, 150 - at / 100, (kl,), 1.0, 1e-3, 5e3, 64) for at in range(100, 3001, 100)]
        found = diagnose(steps, [HeldOut(3000, 120.0, (kl,), 1000, 46.0)], config, [], "done")
        said = " ".join(f"{each.title} {each.sentence}" for each in found)
        assert "dimension" not in said
        assert ("Posterior collapse The code carries less than 0.01 nats" in said) == (kl < 0.01)
