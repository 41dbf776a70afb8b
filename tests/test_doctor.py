"""The collapse doctor: each fault is found in a curve that has it, and none in a good one."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vae.config import TrainConfig
from vae.doctor import Finding, diagnose
from vae.records import Change, HeldOut, Step

STEPS, EVERY = 2000, 20
GOOD = TrainConfig(latent_dims=8, epochs=20)
WARNINGS = {"diverged", "unstable", "collapse", "overfitting"}

Curve = Callable[[float], float]
"""What a figure is after a share of the run, from 0 to 1."""


def falling(start: float, end: float, rate: float = 12.0) -> Curve:
    return lambda t: end + (start - end) * math.exp(-rate * t)


def rising(end: float, rate: float = 12.0) -> Curve:
    return lambda t: end * (1 - math.exp(-rate * t))


def training(
    reconstruction: Curve, kl: list[Curve], until: float = 1.0, noise: float = 1.0, seed: int = 0
) -> list[Step]:
    """Write down a run of made curves, with the noise of batches."""
    random = np.random.default_rng(seed)
    taken = []
    for step in range(EVERY, round(until * STEPS) + 1, EVERY):
        t = step / STEPS
        loss = reconstruction(t) + noise * random.standard_normal()
        taken.append(Step(step, STEPS, step // 100, loss, tuple(k(t) for k in kl), 1.0, 1e-3, 10_000.0))
    return taken


def measured(reconstruction: Curve, kl: list[Curve], until: float = 1.0, noise: float = 0.02) -> list[HeldOut]:
    random = np.random.default_rng(1)
    steps = range(2 * EVERY, round(until * STEPS) + 1, 2 * EVERY)
    return [
        HeldOut(s, reconstruction(s / STEPS) + noise * random.standard_normal(), tuple(k(s / STEPS) for k in kl), 1000)
        for s in steps
    ]


LIVELY = [rising(1.2 + 0.1 * i) for i in range(8)]
GOOD_CURVES = (training(falling(200, 95), LIVELY), measured(falling(205, 100), LIVELY))


def codes(found: list[Finding]) -> set[str]:
    return {finding.code for finding in found}


def one(found: list[Finding], code: str) -> Finding:
    (finding,) = (finding for finding in found if finding.code == code)
    return finding


def test_nothing_written_nothing_said() -> None:
    assert diagnose([], [], GOOD) == []


@pytest.mark.parametrize("state", ["training", "paused", "measuring", "done", "stopped"])
def test_of_a_good_run_nothing_but_good_is_said(state: str) -> None:
    (finding,) = diagnose(*GOOD_CURVES, GOOD, (), state)
    assert (finding.code, finding.level) == ("well", "good")
    assert "−ELBO on 1,000 held-out images is 112.4 nats" in finding.sentence
    assert "All 8 dimensions" in finding.sentence


def test_a_good_run_is_never_warned_on_its_way() -> None:
    steps, held_out = GOOD_CURVES
    for i in range(1, len(steps)):
        so_far = [record for record in held_out if record.step <= steps[i].step]
        found = diagnose(steps[: i + 1], so_far, GOOD)
        assert codes(found) in ({"early"}, {"well"}), steps[i].step


def test_without_held_out_figures_the_training_ones_do() -> None:
    (finding,) = diagnose(GOOD_CURVES[0], [], GOOD)
    assert finding.code == "well"
    assert "on training images" in finding.sentence


def test_a_failed_run_is_not_praised() -> None:
    assert diagnose(*GOOD_CURVES, GOOD, (), "failed") == []


def test_all_dimensions_dead_is_a_collapse() -> None:
    dead = [falling(0.3, 0.001)] * 8
    steps, held_out = training(falling(230, 205), dead), measured(falling(230, 206), dead)
    for beta, cure in ((50.0, "Lower beta (now 50) to 1"), (1.0, "Begin with a warm-up of 7 epochs")):
        finding = one(diagnose(steps, held_out, replace(GOOD, beta=beta)), "collapse")
        assert finding.level == "warning"
        assert "All 8 dimensions carry less than 0.01 nats" in finding.sentence
        assert cure in finding.change
    assert "wider" in one(diagnose(steps, held_out, replace(GOOD, warmup_epochs=5)), "collapse").change


def test_one_living_dimension_of_several_is_a_collapse() -> None:
    kl = [rising(2.0), falling(0.3, 0.001)]
    found = diagnose(training(falling(200, 160), kl), measured(falling(200, 161), kl), replace(GOOD, latent_dims=2))
    assert one(found, "collapse").title == "1 of 2 dimensions have collapsed"
    assert "well" not in codes(found)


def test_unused_dimensions_of_a_large_space_are_harmless() -> None:
    kl = [*LIVELY, *[falling(0.1, 0.002)] * 8]
    found = diagnose(training(falling(200, 95), kl), measured(falling(200, 100), kl), GOOD)
    assert codes(found) == {"well", "spare"}
    finding = one(found, "spare")
    assert finding.title == "8 of 16 dimensions are not needed"
    assert "harmless" in finding.change


def test_a_high_beta_that_kills_most_dimensions_is_a_collapse_and_a_few_is_not() -> None:
    for dead, code in ((6, "collapse"), (2, "spare")):
        kl = [*LIVELY[: 8 - dead], *[falling(0.1, 0.002)] * dead]
        found = diagnose(training(falling(200, 95), kl), measured(falling(200, 96), kl), replace(GOOD, beta=4.0))
        assert code in codes(found)
    assert "blurry" in codes(found)


def test_a_kl_near_nothing_during_warm_up_is_no_collapse() -> None:
    flat = [falling(0.02, 0.001)] * 8
    steps = training(falling(220, 205), flat, until=0.4)
    (finding,) = diagnose(steps, [], replace(GOOD, warmup_epochs=10))
    assert (finding.code, finding.change) == ("warm-up", "Wait for its end.")
    assert "until step 1,000" in finding.sentence
    assert "collapse" in codes(diagnose(steps, [], GOOD))


def test_over_fitting_is_told_with_the_step_it_began_at() -> None:
    def worse(t: float) -> float:
        return falling(200, 100)(t) + 25 * max(0.0, t - 0.4)

    found = diagnose(training(lambda t: falling(200, 100)(t) - 20 * t, LIVELY), measured(worse, LIVELY), GOOD)
    finding = one(found, "overfitting")
    assert finding.level == "warning"
    assert "best at step" in finding.sentence
    assert any(f"about {epochs} epochs" in finding.change for epochs in (8, 9))


def test_a_held_out_curve_that_only_jitters_is_not_over_fitting() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        shaken = [replace(r, reconstruction=r.reconstruction + random.standard_normal()) for r in GOOD_CURVES[1]]
        assert not codes(diagnose(GOOD_CURVES[0], shaken, GOOD)) & WARNINGS


def test_both_curves_rising_is_not_over_fitting() -> None:
    def worse(t: float) -> float:
        return falling(200, 100)(t) + 25 * max(0.0, t - 0.4)

    assert "overfitting" not in codes(diagnose(training(worse, LIVELY), measured(worse, LIVELY), GOOD))


def test_a_higher_beta_moves_the_curves_without_a_fault() -> None:
    """The ELBO falls when beta is raised: that is what was asked for."""

    def with_beta(t: float) -> float:
        return falling(200, 95)(t) + (15 if t > 0.5 else 0)

    def quietened(kl: Curve) -> Curve:
        return lambda t: kl(t) / (3 if t > 0.5 else 1)

    kl = [quietened(k) for k in LIVELY]
    steps, held_out = training(with_beta, kl), measured(with_beta, kl)
    changes = [Change(1000, beta=4.0)]
    just_after = [step for step in steps if step.step <= 1040]
    assert codes(diagnose(just_after, held_out[:10], GOOD, changes)) == {"settling"}
    assert codes(diagnose(steps, held_out, GOOD, changes)) == {"well", "blurry"}


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_loss_that_is_no_number_names_the_learning_rate(number: float) -> None:
    steps = training(falling(200, 95), LIVELY, until=0.5)
    steps[-1] = replace(steps[-1], reconstruction=number)
    config = replace(GOOD, learning_rate=0.1)
    finding = one(diagnose(steps, [], config, (), "failed"), "diverged")
    assert finding.level == "warning"
    assert "At step 1,000 the loss is no longer a number" in finding.sentence
    assert finding.change == "Lower the learning rate to 0.001 (now 0.1)."
    changed = one(diagnose(steps, [], GOOD, [Change(800, learning_rate=0.5)]), "diverged")
    assert "now 0.5, as it has been since step 800" in changed.change


def test_a_rising_loss_is_diverging_and_a_jump_is_unstable() -> None:
    steps = training(lambda t: falling(200, 95)(t) + (4000 * (t - 0.6) if t > 0.6 else 0), LIVELY, until=0.8)
    assert one(diagnose(steps, [], GOOD), "diverged").title == "The loss is rising"
    jumped = training(falling(200, 95), LIVELY)
    jumped[50] = replace(jumped[50], reconstruction=1500.0)
    finding = one(diagnose(jumped, [], GOOD), "unstable")
    assert "At step 1,020" in finding.sentence
    assert "came back" in finding.sentence


def test_a_gaussian_loss_may_cross_zero() -> None:
    steps, held_out = training(falling(700, -400, 3), LIVELY, noise=8), measured(falling(700, -390, 3), LIVELY, noise=1)
    assert not codes(diagnose(steps, held_out, replace(GOOD, likelihood="gaussian"), (), "done")) & WARNINGS


def test_a_small_space_that_is_full_is_a_note() -> None:
    kl = [rising(2.7), rising(3.1)]
    found = diagnose(training(falling(200, 144), kl), measured(falling(200, 150), kl), replace(GOOD, latent_dims=2))
    assert codes(found) == {"well", "bottleneck"}
    assert one(found, "bottleneck").level == "note"
    assert "at least 2.7 nats" in one(found, "bottleneck").sentence


def test_a_run_that_ended_too_early_is_told_to_go_on_longer() -> None:
    slow = training(falling(200, 50, 1.0), LIVELY), measured(falling(205, 50, 1.0), LIVELY)
    finding = one(diagnose(*slow, GOOD, (), "done"), "improving")
    assert finding.change == "Train longer: 60 epochs."
    assert "improving" not in codes(diagnose(slow[0][:60], slow[1][:30], GOOD)), "in its midst every run improves"


def test_without_a_kl_term_the_prior_is_ignored() -> None:
    assert "loose" in codes(diagnose(*GOOD_CURVES, replace(GOOD, beta=0.0)))


def test_warnings_come_first_and_every_sentence_is_one() -> None:
    kl = [*LIVELY[:2], *[falling(0.1, 0.002)] * 6]
    found = diagnose(
        training(falling(200, 95), kl), measured(falling(200, 96), kl), replace(GOOD, beta=4.0), (), "done"
    )
    levels = [("warning", "good", "note").index(finding.level) for finding in found]
    assert levels == sorted(levels)
    for finding in found:
        assert finding.title
        assert finding.sentence.endswith(".")
        assert not finding.change or finding.change.endswith(".")


@pytest.mark.slow
@pytest.mark.parametrize(("beta", "collapsed"), [(50.0, True), (1.0, False)])
def test_a_real_run_collapses_under_a_great_beta_only(
    beta: float, collapsed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae.data import load
    from vae.train import begin, train

    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    config = TrainConfig("digits", latent_dims=2, epochs=30, beta=beta)
    dataset = load("digits")
    steps = [step for step in train(begin(config, dataset.image_shape), dataset.train.images) if step is not None]
    found = codes(diagnose(steps, [], config, (), "done"))
    assert ("collapse" in found) == collapsed
    assert ("well" in found) != collapsed
