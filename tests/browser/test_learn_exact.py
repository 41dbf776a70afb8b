"""Lessons of what is exact tell the truth: what they show is computed anew from seeds and sliders, and so is their key.

A wrong answer first; then the reveal by keys or by mouse, both ends of what is moved, and the look of it all.
"""

import base64
import json
from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest
from playwright.sync_api import Page
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import norm

from tests.browser.learning import (
    LESSONS,
    answer_wrongly,
    chance,
    comes_again,
    drag,
    is_revealed,
    kl,
    let_go,
    looks_well,
    next_question,
    normal,
    number,
    picture,
    press,
    reconstruction,
    stands,
    told,
)

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def test_frozen_noise_lets_the_code_slide_and_both_estimates_are_right_on_average(visit: Visit) -> None:
    page = visit("/learn?lesson=frozen-noise", ready=stands)
    _, first = told(page)
    wrong = answer_wrongly(page, "frozen-noise", 0, "input[data-role=sigma]")
    press(page, "sigma", "ArrowRight", "ArrowRight")
    outputs, state = told(page)
    z = state["mean"] + state["sigma"] * state["noise"]
    moved = z - (first["mean"] + first["sigma"] * first["noise"])
    grown = state["sigma"] - first["sigma"]
    for_a_tenth = moved / grown * 0.1
    is_revealed(page, "frozen-noise", 0, wrong, [np.isclose(for_a_tenth, each) for each in (0.1, 0.12, np.nan, 0.0)])
    assert number(outputs["moved"]) == pytest.approx(moved, abs=6e-4)
    assert number(outputs["tenth"]) == pytest.approx(for_a_tenth, abs=6e-3)
    assert number(outputs["z"]) == pytest.approx(z, abs=6e-3)

    # The machine's numbers, forwards and back.
    cost = lambda at: float(reconstruction(state["point"], np.array([at]))[0])  # noqa: E731
    assert number(outputs["loss"]) == pytest.approx(cost(z) + kl(state["mean"], state["sigma"]), abs=6e-3)
    slope = (cost(z + 1e-5) - cost(z - 1e-5)) / 2e-5
    let_go(page)
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert number(told(page)[0]["dmean"]) == pytest.approx(slope, abs=6e-3)
    page.keyboard.press("PageDown")
    outputs, _ = told(page)
    assert number(outputs["dsigma"]) == pytest.approx(slope * state["noise"], abs=6e-3)
    page.keyboard.press("ArrowLeft")
    assert "dsigma" not in told(page)[0]
    page.locator("[data-choice=direct]").click()
    outputs, state = told(page)
    assert outputs["dmean"] == outputs["dsigma"] == "none"
    assert state["slopes"]["mean"] is None
    assert state["noise"] == pytest.approx(normal(state["seed"], 1)[0], abs=1e-12)

    # Both ways to estimate.
    next_question(page)
    wrong = answer_wrongly(page, "frozen-noise", 1, "[data-role=estimate]")
    page.locator("[data-role=estimate]").click()
    for keys in ((), ("Home",), ("End",)):
        press(page, "sigma", *keys)
        outputs, state = told(page)
        mean, sigma = state["mean"], state["sigma"]
        noise = normal(state["seed"] or 1, 1000)
        draws = mean + sigma * noise
        for name, values in (("through", 2 * draws), ("score", draws**2 * noise / sigma)):
            assert number(outputs[f"{name}Mean"]) == pytest.approx(values.mean(), abs=6e-3)
            assert number(outputs[f"{name}Variance"]) == pytest.approx(values.var(ddof=1), abs=6e-3)
            assert abs(values.mean() - 2 * mean) < 4 * values.std() / np.sqrt(len(values))
        wide = mean**4 / sigma**2 + 14 * mean**2 + 15 * sigma**2
        assert number(outputs["narrowExact"]) == pytest.approx(4 * sigma**2, abs=6e-3)
        assert number(outputs["wideExact"]) == pytest.approx(wide, abs=6e-3)
    is_revealed(page, "frozen-noise", 1, wrong, [False, wide > 2 * 4 * sigma**2, wide < 1.1 * 4 * sigma**2])
    comes_again(page)
    looks_well(page)


def evidence_of(x: list[float]) -> float:
    """Return log p(x) by a quadrature of scipy's."""
    joint = lambda z: np.exp(-reconstruction(x, np.array([z]))[0] - z * z / 2 + 20) / np.sqrt(2 * np.pi)  # noqa: E731
    return float(np.log(quad(joint, -6, 6, limit=400, points=[-2.8, 0.0, 0.55, 2.8])[0]) - 20)


def elbo_of(x: list[float], mean: float, sigma: float) -> float:
    """Return the ELBO of a bell by Gauss and Hermite."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    expected = -(weights * reconstruction(x, mean + sigma * nodes)).sum() / np.sqrt(2 * np.pi)
    return float(expected - kl(mean, sigma))


def test_the_gap_is_what_the_bell_misses_and_the_evidence_stands_still(visit: Visit) -> None:
    page = visit("/learn?lesson=gap", ready=stands)
    before, first = told(page)
    wrong = answer_wrongly(page, "gap", 0, "input[data-role=mean]")
    drag(page, "mean", 0.75)
    after, state = told(page)
    assert state["mean"] != first["mean"]
    log_p, elbo = evidence_of(state["point"]), elbo_of(state["point"], state["mean"], state["sigma"])
    moved = after["elbo"] != before["elbo"]
    stood = after["evidence"] == before["evidence"] and state["evidence"] == first["evidence"]
    is_revealed(page, "gap", 0, wrong, [not stood and not moved, stood and moved, not stood and moved])
    assert number(after["evidence"]) == pytest.approx(log_p, abs=6e-3)
    assert state["elbo"] == pytest.approx(elbo, rel=1e-4, abs=1e-3)
    assert number(after["gap"]) == pytest.approx(log_p - elbo, rel=1e-4, abs=6e-3)
    for key in ("Home", "End"):
        press(page, "sigma", key)
        outputs, state = told(page)
        elbo = elbo_of(state["point"], state["mean"], state["sigma"])
        assert state["elbo"] == pytest.approx(elbo, rel=2e-3)
        assert outputs["evidence"] == before["evidence"]

    next_question(page)
    wrong = answer_wrongly(page, "gap", 1, "input[data-role=sigma]")
    _, encoder = told(page)
    let_go(page)
    page.keyboard.press("Enter")  # shown to a room
    outputs, state = told(page)
    x = state["point"]
    log_p = evidence_of(x)
    gaps = [
        minimize(lambda at: log_p - elbo_of(x, at[0], np.exp(at[1])), start, method="Nelder-Mead").fun
        for start in ([2.7, -0.8], [-2.6, -0.8], [0.0, 0.0])
    ]
    is_revealed(page, "gap", 1, wrong, [min(gaps) < 0.01, 0.01 < min(gaps) < 1.5, min(gaps) > 0.5 * encoder["gap"]])
    assert number(outputs["least"]) == pytest.approx(min(gaps), abs=0.02)
    assert state["gap"] == pytest.approx(min(gaps), abs=0.02)
    assert number(outputs["encoder"]) == pytest.approx(log_p - elbo_of(x, encoder["mean"], encoder["sigma"]), abs=0.06)
    comes_again(page)
    looks_well(page)


def test_the_water_level_leaves_those_dimensions_that_stand_above_it(visit: Visit) -> None:
    file = json.loads((LESSONS / "lessons" / "water" / "digits.json").read_text("utf-8"))
    variances = np.array(file["variances"])
    used = lambda level: int((variances > level).sum())  # noqa: E731
    nats = lambda level: float((np.log(np.maximum(variances / level, 1)) / 2).sum())  # noqa: E731
    page = visit("/learn?lesson=water-level", ready=stands)
    wrong = answer_wrongly(page, "water-level", 0, "input[data-role=power]")
    press(page, "power", *["ArrowRight"] * 18)
    outputs, state = told(page)
    assert state["level"] == 1
    is_revealed(page, "water-level", 0, wrong, [used(1) == each for each in (101, 39, 12, 2)])
    assert number(outputs["used"]) == used(1)
    assert number(outputs["nats"]) == pytest.approx(nats(1), abs=0.06)
    read = lambda kept: np.frombuffer(base64.b64decode(kept["bytes"]), np.int8) * kept["most"]  # noqa: E731
    weight = np.where(variances > 1, 1 - 1 / variances, 0) * np.array(file["digits"][state["digit"]])
    rebuilt = read(file["mean"]) + weight @ read(file["directions"]).reshape(101, 784)
    assert np.abs(picture(page, "rebuilt").ravel() - 255 * rebuilt.clip(0, 1)).max() < 2
    counts = []
    for key in ("Home", "ArrowRight", "End"):
        press(page, "power", key)
        outputs, state = told(page)
        counts.append(used(2 ** state["power"]))
    assert counts == sorted(counts, reverse=True) and counts[0] == 101 and counts[-1] <= 1

    next_question(page)
    _, before = told(page)
    wrong = answer_wrongly(page, "water-level", 1, "input[data-role=beta]")
    press(page, "beta", "ArrowRight")
    press(page, "spread", "ArrowLeft")
    outputs, state = told(page)
    beta, spread = 2 ** state["beta"], 2 ** state["spread"]
    assert (beta, spread) == (2, 0.5) and state["level"] == before["level"] == beta * spread
    now, then = used(beta * spread), used(before["level"])
    is_revealed(page, "water-level", 1, wrong, [now > then, now < then, now == then])
    assert number(outputs["used"]) == now
    press(page, "beta", "End")
    press(page, "spread", "End")
    assert told(page)[1]["level"] == 64
    assert number(page.locator("[data-role=says] output[data-name=used]").inner_text()) == used(64)
    comes_again(page)
    looks_well(page)


def test_cooling_changes_no_winner_and_letters_have_a_slope_without_any_noise(visit: Visit) -> None:
    page = visit("/learn?lesson=soft-choices", ready=stands)
    _, first = told(page)
    wrong = answer_wrongly(page, "soft-choices", 0, "input[data-role=heat]")
    press(page, "heat", *["ArrowLeft"] * 10)
    outputs, state = told(page)
    noise = -np.log(-np.log(np.fromiter(islice(chance(state["seed"]), 900), float))).reshape(300, 3)

    def shares(heat: float) -> np.ndarray:
        raised = (np.array(state["logits"]) + noise) / 10**heat
        powers = np.exp(raised - raised.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)

    warm, cold = ((shares(heat).argmax(1) == 0).sum() for heat in (first["heat"], state["heat"]))
    is_revealed(page, "soft-choices", 0, wrong, [cold > warm, cold < warm, cold == warm])
    assert number(outputs["wins"]) == cold
    assert number(outputs["largest"]) == pytest.approx(100 * shares(state["heat"]).max(1).mean(), abs=0.6)
    expected = np.exp(state["logits"]) / np.exp(state["logits"]).sum()
    assert abs(cold / 300 - expected[0]) < 4 * np.sqrt(expected[0] * (1 - expected[0]) / 300)
    for name, heat in (("warm", 0), ("cold", -1)):
        slopes = shares(heat)[:, 0] * (1 - shares(heat)[:, 0]) / 10**heat
        assert number(outputs[name]) == pytest.approx(np.sort(slopes)[int(0.9 * 299)], abs=6e-3)
    for key in ("Home", "End"):
        press(page, "heat", key)
        outputs, state = told(page)
        assert number(outputs["wins"]) == cold
        assert number(outputs["largest"]) == pytest.approx(100 * shares(state["heat"]).max(1).mean(), abs=0.6)

    next_question(page)
    wrong = answer_wrongly(page, "soft-choices", 1, "input[data-role=z]")

    def cost(z: float) -> float:
        middles, words = np.arange(-2, 3), ["HAND", "BAND", "WAND", "WIND", "KIND"]
        share = np.exp(-((z - middles) ** 2) / (2 * 0.45**2))
        share /= share.sum()
        return -sum(
            np.log(sum(s for s, word in zip(share, words, strict=True) if word[i] == "WIND"[i])) for i in range(4)
        )

    slope = lambda z: (cost(z + 1e-5) - cost(z - 1e-5)) / 2e-5  # noqa: E731
    for _ in range(9):
        press(page, "z", "ArrowRight")
    outputs, state = told(page)
    assert outputs["word"] == "WIND"
    leads = all(slope(z) < 0 for z in np.linspace(-1.5, 0.8, 24))  # there is a way down to it everywhere, and no noise
    is_revealed(page, "soft-choices", 1, wrong, [not leads, leads])
    for key in ("Home", "End"):
        press(page, "z", key)
        outputs, state = told(page)
        assert number(outputs["cost"]) == pytest.approx(cost(state["z"]), abs=6e-3)
        assert number(outputs["slope"]) == pytest.approx(slope(state["z"]), abs=6e-3)
    comes_again(page)
    looks_well(page)


def test_a_bend_moves_the_density_along_and_lets_a_bell_fit_a_banana(visit: Visit) -> None:
    thin = 0.35

    def density(bell: dict, a: float, b: float) -> float:
        """Return the density of a ~ N(0, wide²), b ~ N(low + bend a², thin²): by its conditional, not by any flow."""
        return float(norm.pdf(a, 0, bell["wide"]) * norm.pdf(b, bell["low"] + bell["bend"] * a**2, thin))

    def gap(bell: dict, truth: dict) -> float:
        """Return KL from a bent bell to another, from the moments of a normal: E a² = w², E a⁴ = 3 w⁴."""
        w, off, more = bell["wide"], bell["low"] - truth["low"], bell["bend"] - truth["bend"]
        return float((w**2 - 1) / 2 - np.log(w) + (off**2 + 2 * off * more * w**2 + 3 * more**2 * w**4) / (2 * thin**2))

    page = visit("/learn?lesson=bend-the-bell", ready=stands)
    before, first = told(page)
    wrong = answer_wrongly(page, "bend-the-bell", 0, "input[data-role=bend]")
    drag(page, "bend", 0.8)
    outputs, state = told(page)
    a = state["middle"]
    then, now = (density(bell, a, bell["low"] + bell["bend"] * a**2) for bell in (first, state))
    assert state["bend"] >= 0.4
    is_revealed(page, "bend-the-bell", 0, wrong, [now > 1.01 * then, now < 0.99 * then, np.isclose(now, then)])
    assert number(outputs["before"]) == number(outputs["after"]) == pytest.approx(now, abs=6e-4)
    for key in ("Home", "End"):
        press(page, "bend", key)
        outputs, state = told(page)
        assert number(outputs["area"]) == pytest.approx(0.36, abs=2e-3)
        assert number(outputs["density"]) == number(before["density"])

    next_question(page)
    _, straight = told(page)
    truth = straight["truth"]
    best = minimize(lambda at: gap({"wide": at[0], "low": at[1], "bend": 0}, truth), [1, 0], method="Nelder-Mead")
    wrong = answer_wrongly(page, "bend-the-bell", 1, "input[data-role=wide]")
    for name in ("wide", "low", "bend"):
        for key in ("Home", "End"):
            press(page, name, key)
            outputs, state = told(page)
            assert number(page.locator("[data-role=says] output").inner_text()) == pytest.approx(
                gap(state, truth), rel=2e-3, abs=6e-3
            )
    let_go(page)
    page.keyboard.press("Enter")
    outputs, state = told(page)
    least = minimize(
        lambda at: gap(dict(zip(("wide", "low", "bend"), at, strict=True)), truth), [0.8, 0, 0.3], method="Nelder-Mead"
    ).fun
    left = least / best.fun
    is_revealed(page, "bend-the-bell", 1, wrong, [left > 0.9, 0.3 < left < 0.7, left < 0.1])
    assert number(outputs["straightGap"]) == pytest.approx(best.fun, abs=0.01)
    assert number(outputs["bentGap"]) == pytest.approx(gap(state, truth), abs=6e-3)
    comes_again(page)
    looks_well(page)
