"""Each lesson tells the truth: what it shows is computed anew from seeds and sliders, and so is the key to its answers.

A wrong answer first; then the reveal by keys or by mouse, both ends of what is moved, and the look of it all.
"""

import base64
import json
from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import chi

from tests.browser.conftest import heeded, wait_for_address
from tests.browser.learning import (
    LESSONS,
    answer_wrongly,
    chance,
    digits,
    drag,
    is_revealed,
    kl,
    normal,
    number,
    picture,
    press,
    reconstruction,
    stands,
    told,
)
from tests.browser.test_calm import COLOURS, SMALL, violations
from vae import open as open_model
from vae.home import BUNDLED_MODELS
from web.words import lessons

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def next_question(page: Page) -> None:
    page.locator("[data-role=next-question]").click()
    expect(page.locator("[data-role=ask]")).to_have_attribute("data-question", "1")


def let_go(page: Page) -> None:
    """Click where nothing takes keys, so that they mean the lesson."""
    page.locator(".lesson > .lead").click()


def looks_well(page: Page) -> None:
    """See that axe finds nothing, all letters are large enough and all fits: in both widths, light and dark."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(300)
        assert violations(page) == []
        assert page.evaluate(SMALL) == []
        assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= width
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(600)
    assert violations(page, COLOURS) == []
    page.emulate_media(color_scheme="light")


def comes_again(page: Page) -> None:
    """See that the address brings the same state back, with less motion asked for too."""
    outputs, state = told(page)
    page.wait_for_timeout(500)  # until the address has followed
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    stands(page)
    again, kept = told(page)
    assert kept == state
    assert again == outputs
    assert page.locator("[data-role=ask]").get_attribute("data-state") == "revealed"


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


def test_a_one_has_the_widest_cloud_and_wide_is_cheap(visit: Visit) -> None:
    page = visit("/learn?lesson=wide-cloud", ready=stands)
    wrong = answer_wrongly(page, "wide-cloud", 0, "[data-choice='8']")
    for digit in (8, 3, 1):
        page.locator(f"[data-choice='{digit}']").click()
    outputs, state = told(page)
    codes = np.load(BUNDLED_MODELS / "mnist-2d" / "codes.npz")
    spread = np.exp(codes["log_variance"].astype(float) / 2)
    medians = [np.median(spread[codes["labels"] == digit]) for digit in range(10)]
    widest = max((8, 3, 1), key=lambda digit: medians[digit])
    is_revealed(page, "wide-cloud", 0, wrong, [widest == digit for digit in (8, 3, 1)])
    for digit in (8, 3, 1):
        assert number(outputs[f"of{digit}"]) == pytest.approx(medians[digit], abs=6e-4)
    model, originals = open_model("mnist-2d"), digits()
    belief = model.encode(originals)
    assert np.allclose(state["mean"], belief.centre[1], atol=1e-3)
    assert np.allclose(state["sigma"], belief.spread[1], rtol=1e-2)

    def change(mean: np.ndarray, away: np.ndarray) -> np.ndarray:
        """Return by how much pictures change `away` from their codes, [n], a share: the mean over sides of axes."""
        draw = lambda z: np.asarray(model.decode(z.astype(np.float32)), float) / 255  # noqa: E731
        sides = [side * away * axis for axis in np.eye(2) for side in (-1, 1)]
        return np.mean([np.sqrt(((draw(mean + each) - draw(mean)) ** 2).mean((1, 2, 3))) for each in sides], axis=0)

    # Why a 1 may be placed carelessly: as far away it changes less, and two spreads away all change alike.
    some = {digit: np.flatnonzero(codes["labels"] == digit)[:80] for digit in (8, 3, 1)}
    near = {digit: np.median(change(codes["mean"][rows], np.full((80, 2), 0.05))) for digit, rows in some.items()}
    far = {digit: np.median(change(codes["mean"][rows], 2 * spread[rows])) for digit, rows in some.items()}
    assert near[1] < 0.6 * min(near[3], near[8]) and max(far.values()) < 1.3 * min(far.values())
    for key, steps in (("Home", 0), ("End", 6)):
        press(page, "k", key)
        outputs, state = told(page)
        mean, sigma = (np.array(state[name]) for name in ("mean", "sigma"))
        assert number(outputs["change"]) == pytest.approx(100 * change(mean[None], steps * sigma)[0], abs=0.3)
        drawn = np.asarray(model.decode((mean + steps * sigma * [1, -1])[None].astype(np.float32)))[0, ..., 0]
        assert np.abs(picture(page, "1,1").astype(int) - drawn).max() <= 2

    next_question(page)
    _, before = told(page)
    wrong = answer_wrongly(page, "wide-cloud", 1, "input[data-role=power]")
    press(page, "power", *["ArrowRight"] * 4)
    outputs, state = told(page)
    assert np.allclose(np.array(state["sigma"]), 2 * np.array(before["sigma"]))
    cost = lambda said: sum(kl(*each) for each in zip(said["mean"], said["sigma"], strict=True))  # noqa: E731
    one, two = cost(before), cost(state)
    is_revealed(page, "wide-cloud", 1, wrong, [two > one, two < one, two == one])
    assert number(outputs["one"]) == pytest.approx(one, abs=6e-3)
    assert number(outputs["saved"]) == pytest.approx(one - two, abs=6e-3)
    for key in ("Home", "End"):
        press(page, "power", key)
        outputs, state = told(page)
        assert number(outputs["kl"]) == pytest.approx(cost(state), abs=6e-3)
    comes_again(page)
    looks_well(page)


def test_a_lesson_whose_model_cannot_be_had_says_so_and_shows_the_others(visit: Visit) -> None:
    def refuse(page: Page) -> None:
        page.route("**/api/decoder?*", lambda route: route.fulfill(status=409, body="{}"))

    page = visit("/learn?lesson=wide-cloud", before=refuse, ready=lambda page: page.locator(".note").wait_for())
    expect(page.locator(".note")).to_have_text(lessons.book("en").frame["lacks"])
    assert page.locator("[data-lesson]").count() == len(lessons.book("en").lessons)


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


def test_draws_of_many_dimensions_lie_in_a_shell_and_a_straight_line_cuts_through_it(visit: Visit) -> None:
    page = visit("/learn?lesson=between", ready=stands)
    wrong = answer_wrongly(page, "between", 0, "input[data-role=d]")
    press(page, "d", *["ArrowRight"] * 14)
    outputs, state = told(page)
    draws = normal(state["seed"], 6400).reshape(100, 64)
    far = lambda dims: np.linalg.norm(draws[:, :dims], axis=1)  # noqa: E731
    near = int((far(16) < 2).sum())
    is_revealed(page, "between", 0, wrong, [abs(near - each) < 8 for each in (95, 68, 20)] + [near <= 1])
    assert number(outputs["near"]) == near
    assert number(outputs["mean"]) == pytest.approx(far(16).mean(), abs=6e-3)
    bins = np.histogram(far(16), [0, 3, 3.5, 4, 4.5, 5, 9])[0] / 100
    share = np.diff(chi.cdf([0, 3, 3.5, 4, 4.5, 5, 9], 16))
    assert (np.abs(bins - share) < 4 * np.sqrt(share * (1 - share) / 100)).all()
    counts = []
    for key in ("Home", "End"):
        press(page, "d", key)
        outputs, state = told(page)
        counts.append(int((far(state["dims"]) < 2).sum()))
        assert state["dims"] == (1 if key == "Home" else 64)
    assert counts[0] > 80 and counts[1] == 0

    next_question(page)
    wrong = answer_wrongly(page, "between", 1, "input[data-role=t]")
    drag(page, "t", 0.55)
    outputs, state = told(page)
    a, b = np.array(state["ends"])
    assert state["pictures"]
    originals = digits()
    model = open_model("mnist-16d")
    assert np.allclose(model.encode(originals[[3, 8]]).centre, [a, b], atol=1e-3)
    middle, ends = np.linalg.norm((a + b) / 2), [np.linalg.norm(each) for each in (a, b)]
    is_revealed(page, "between", 1, wrong, [middle > 0.98 * max(ends), middle < min(ends), middle > 1.02 * max(ends)])
    t = state["t"]
    straight = (1 - t) * a + t * b
    says = page.locator("[data-role=says]")
    assert number(says.locator("output[data-name=straight]").inner_text()) == pytest.approx(
        np.linalg.norm(straight), abs=6e-3
    )
    assert number(says.locator("output[data-name=circle]").inner_text()) == pytest.approx(
        (1 - t) * ends[0] + t * ends[1], abs=6e-3
    )
    drawn = np.asarray(model.decode(straight[None].astype(np.float32)))[0, ..., 0]
    assert np.abs(picture(page, "straight").astype(int) - drawn).max() <= 2
    for key, at in (("Home", 0), ("End", 1)):
        press(page, "t", key)
        assert told(page)[1]["t"] == at
        fade = (1 - at) * originals[3] + at * originals[8]
        assert np.abs(picture(page, "fade").astype(int) - fade[..., 0]).max() <= 1
    comes_again(page)
    looks_well(page)


def test_from_home_to_the_first_reveal_by_hand_and_on_to_the_next_lesson(visit: Visit) -> None:
    page = visit("/?model=mnist-2d")
    page.get_by_role("link", name="Learn").last.click()
    begin = page.locator("[data-role=begin]")
    begin.wait_for()
    assert page.locator("[data-lesson]").count() == len(lessons.book("en").lessons)
    begin.click()
    stands(page)
    expect(page.locator(".views")).to_be_hidden()
    page.locator("[data-option='2']").click()
    for digit in (3, 8, 1):
        page.locator(f"[data-choice='{digit}']").click()
    expect(page.locator("[data-option='2']")).to_have_attribute("data-verdict", "right")
    page.locator("[data-role=all]").click()
    page.locator("[data-lesson=frozen-noise]").click()
    page.locator("[data-lesson=frozen-noise] [data-option='1']").click()
    wait_for_address(page, "said=b")
    drag(page, "sigma", 0.6)
    expect(page.locator("[data-option='1']")).to_have_attribute("data-verdict", "right")
    expect(page.locator(".views math").first).to_be_visible()

    # A symbol lights its like in drawing, formula and code.
    page.locator("button.symbol[data-symbol=sigma]").hover()
    expect(page.locator(".lesson")).to_have_attribute("data-lit", "sigma")
    page.locator("[data-tab=numpy]").click()
    assert "np." in page.locator("pre:visible").inner_text()

    # Shown without a guess, and on in German.
    next_question(page)
    page.locator("[data-role=skip]").click()
    page.locator("[data-role=estimate]").click()
    wait_for_address(page, "said=b,-")
    expect(page.locator("[data-role=line]")).to_have_count(0)
    expect(page.locator("[data-role=next-lesson]")).to_be_visible()
    page.get_by_role("link", name="Deutsch").click()
    german = lessons.book("de")
    expect(page.get_by_role("heading", level=1)).to_have_text(german.lessons["frozen-noise"].title)
    stands(page)
    heeded(page)
    assert "," in told(page)[0]["z"]
    expect(page.locator(".lesson")).to_have_attribute("lang", "de")
