"""Lessons on real models tell the truth, as those in test_learn_exact.py do; and the way there from Home."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy.stats import chi

from tests.browser.conftest import heeded, wait_for_address
from tests.browser.learning import (
    answer_wrongly,
    comes_again,
    digits,
    drag,
    is_revealed,
    kl,
    looks_well,
    next_question,
    normal,
    number,
    picture,
    press,
    stands,
    told,
)
from vae import open as open_model
from vae.home import BUNDLED_MODELS
from web.words import lessons

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


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


def test_one_picture_for_many_costs_least_as_their_mean_and_drawn_pixels_are_speckled(visit: Visit) -> None:
    page = visit("/learn?lesson=blurry", ready=stands)
    outputs, _ = told(page)
    wrong = answer_wrongly(page, "blurry", 0, "input[data-role=left]")
    press(page, "left", *["ArrowLeft"] * 15)
    drag(page, "right", 0.375)
    outputs, state = told(page)
    errors = {
        "entropy": lambda share, grey: -share * np.log(grey) - (1 - share) * np.log1p(-grey),
        "squared": lambda share, grey: share * (1 - grey) ** 2 + (1 - share) * grey**2,
        "absolute": lambda share, grey: share * (1 - grey) + (1 - share) * grey,
    }
    greys = np.linspace(0.001, 0.999, 999)
    shares = np.array(state["shares"])
    assert (8 * shares).tolist() == [5, 3]

    def cost(name: str, *pair: float) -> float:
        return float(np.mean([errors[name](share, grey) for share, grey in zip(shares, pair, strict=True)]))

    best = {name: [greys[error(share, greys).argmin()] for share in shares] for name, error in errors.items()}
    assert best["entropy"] == pytest.approx(shares, abs=1e-3) and best["squared"] == pytest.approx(shares, abs=1e-3)
    assert best["absolute"] == pytest.approx([1, 0], abs=2e-3)  # the median
    left, right = best["entropy"]
    is_revealed(
        page, "blurry", 0, wrong, [left > 0.9 and right < 0.1, 0.2 < right < left < 0.8, max(left, right) < 0.1]
    )
    assert number(outputs["foot"]) == pytest.approx(cost("entropy", *shares), abs=6e-4)
    assert number(outputs["alone"]) == pytest.approx(cost("entropy", 0.999, 0.001), abs=6e-4)
    for name in errors:
        page.locator(f"[data-choice={name}]").click()
        for key, grey in (("Home", 0.001), ("End", 0.999)):
            press(page, "left", key)
            outputs, state = told(page)
            assert state["loss"] == name and state["right"] == pytest.approx(0.375, abs=0.051)
            assert number(outputs["cost"]) == pytest.approx(cost(name, grey, state["right"]), abs=2e-3)

    next_question(page)
    wrong = answer_wrongly(page, "blurry", 1, "[data-choice=drawn]")
    means = {name: picture(page, name) for name in ("few", "many")}
    page.locator("[data-choice=drawn]").click()
    outputs, state = told(page)
    original = digits()[state["digit"], ..., 0]
    for name, model in (("few", "mnist-2d"), ("many", "mnist-16d")):
        opened = open_model(model)
        rebuilt = np.asarray(opened.decode(opened.encode(digits()[[state["digit"]]]).centre))[0, ..., 0]
        assert np.abs(means[name].astype(int) - rebuilt).max() <= 2
        differs = 100 * np.sqrt(((rebuilt / 255 - original / 255) ** 2).mean())
        assert number(outputs[name]) == pytest.approx(differs, abs=0.12)
    assert number(outputs["many"]) < number(outputs["few"])

    def edges(grey: np.ndarray) -> int:
        white = np.asarray(grey) > 127.5
        return int((white[1:] != white[:-1]).sum() + (white[:, 1:] != white[:, :-1]).sum())

    real, mean, drawn = edges(original), edges(means["few"]), edges(picture(page, "few"))
    assert set(np.unique(picture(page, "few"))) == {0, 255}
    is_revealed(page, "blurry", 1, wrong, [drawn < 1.2 * real, drawn > 1.4 * real, drawn == mean])
    told_edges = [number(outputs[name]) for name in ("edgesOriginal", "edgesMean", "edgesDrawn")]
    assert told_edges == pytest.approx([real, mean, drawn], abs=1)
    comes_again(page)
    looks_well(page)


def test_from_the_list_to_a_lesson_its_views_the_next_one_and_the_other_language(visit: Visit) -> None:
    page = visit("/learn?lesson=invent", ready=stands)
    expect(page.locator(".views")).to_be_hidden()
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

    # What is done is marked in the list, in this browser; and what one may have read leads to where it is seen.
    page.locator("[data-role=all]").click()
    expect(page.locator("[data-lesson=frozen-noise]")).to_have_attribute("data-done", "true")
    expect(page.locator("[data-lesson=frozen-noise] .done")).to_have_text(german.frame["done"])
    assert page.locator("[data-done=true]").count() == 1
    expect(page.locator("[data-role=begin]")).to_have_text(german.frame["begin"])
    expect(page.locator(".myths ul")).to_be_hidden()
    page.locator("[data-role=myths] summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".myths .read")).to_have_count(len(german.corrections))
    looks_well(page)
    first = german.corrections[0].lesson
    page.locator(f"[data-seen-in={first}]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(german.lessons[first].title)
