"""Lessons of rivals and of floors tell the truth: islands and digits are counted anew, and a GAN learns on in numpy."""

import base64
import json
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy.special import expit
from sklearn.neighbors import KNeighborsClassifier

from tests.browser.learning import (
    LESSONS,
    answer_wrongly,
    comes_again,
    is_revealed,
    looks_well,
    next_question,
    normal,
    number,
    picture,
    press,
    stands,
    told,
)
from tests.running import ROOT
from vae import open as open_model
from web.words import glossary

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

FILMS = LESSONS / "lessons" / "cover" / "films"
CARD = "assets/models/mnist-ladder/card.json"
DRAWER, JUDGE = (2, 24, 24, 2), (2, 48, 48, 1)
MIDDLES = np.stack([f(np.arange(8) * np.pi / 4) for f in (np.cos, np.sin)], 1)

Layers = list[tuple[np.ndarray, np.ndarray]]


@cache
def film(seed: int) -> dict:
    return dict(json.loads((FILMS / f"{seed}.json").read_text("utf-8")))


def layers(kept: dict, widths: tuple[int, ...]) -> Layers:
    """Return the weights and biases that a film keeps."""
    values = np.frombuffer(base64.b64decode(kept["bytes"]), "<i2") * kept["most"]
    found = []
    for ins, outs in pairwise(widths):
        found.append((values[: ins * outs].reshape(outs, ins).copy(), values[ins * outs : (ins + 1) * outs].copy()))
        values = values[(ins + 1) * outs :]
    assert not len(values)
    return found


def through(net: Layers, x: np.ndarray) -> list[np.ndarray]:
    """Return the input and what each layer makes of it."""
    trail = [x]
    for k, (weight, bias) in enumerate(net):
        x = x @ weight.T + bias
        trail.append(x if k == len(net) - 1 else np.tanh(x))
        x = trail[-1]
    return trail


def back(net: Layers, trail: list[np.ndarray], slope: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the slopes of weights and biases in turn, and that at the input."""
    slopes: list[np.ndarray] = []
    for k in reversed(range(len(net))):
        slope = slope if k == len(net) - 1 else slope * (1 - trail[k + 1] ** 2)
        slopes = [slope.T @ trail[k], slope.sum(0), *slopes]
        slope = slope @ net[k][0]
    return slopes, slope


class Adam:
    """Kingma & Ba 2014, with a short memory of slopes."""

    def __init__(self, net: Layers, rate: float) -> None:
        self.arrays = [array for layer in net for array in layer]
        self.first, self.second = ([np.zeros_like(each) for each in self.arrays] for _ in range(2))
        self.rate, self.steps = rate, 0

    def move(self, slopes: list[np.ndarray]) -> None:
        self.steps += 1
        for array, slope, first, second in zip(self.arrays, slopes, self.first, self.second, strict=True):
            first += 0.5 * (slope - first)
            second += 0.001 * (slope**2 - second)
            away = np.sqrt(second / (1 - 0.999**self.steps)) + 1e-8
            array -= self.rate * first / (1 - 0.5**self.steps) / away


def gone_on(seed: int, steps: int) -> Layers:
    """Let a film's GAN learn on, with other points and noise than the page's; return what draws."""
    random = np.random.default_rng(4)
    drawer, judge = layers(film(seed)["gan"][-1], DRAWER), layers(film(seed)["judge"], JUDGE)
    draws, judges = Adam(drawer, 0.002), Adam(judge, 0.004)
    for _ in range(steps):
        real = MIDDLES[random.integers(8, size=32)] + 0.05 * random.standard_normal((32, 2))
        both = np.concatenate([real, through(drawer, random.standard_normal((32, 2)))[-1]])
        trail = through(judge, both)
        judges.move(back(judge, trail, (expit(trail[-1]) - (np.arange(64) < 32)[:, None]) / 32)[0])
        made = through(drawer, random.standard_normal((32, 2)))
        trail = through(judge, made[-1])
        draws.move(back(drawer, made, back(judge, trail, (expit(trail[-1]) - 1) / 32)[1])[0])
    return drawer


def noise(seed: int) -> np.ndarray:
    """Return what a run draws from, [400, 2]."""
    return normal(seed + 1000, 800).reshape(400, 2)


def landed(drawer: Layers, z: np.ndarray) -> tuple[list[bool], float]:
    """Return which islands have one in fifty of the draws, and the share of draws on any."""
    points = through(drawer, z)[-1]
    on = np.linalg.norm(points[:, None] - MIDDLES, axis=2) <= 0.15
    return [bool(each) for each in on.mean(0) >= 0.02], float(on.any(1).mean())


def counted(seed: int, stop: int) -> dict[str, tuple[list[bool], float]]:
    return {name: landed(layers(film(seed)[name][stop], DRAWER), noise(seed)) for name in ("vae", "gan")}


def test_a_vae_covers_all_islands_and_a_gan_leaves_some_out_and_does_not_find_them(visit: Visit) -> None:
    def is_so(page: Page) -> dict:
        """See that what is told and drawn of the run and the stop of now comes out here, too; return the state."""
        outputs, state = told(page)
        for name, (reached, on) in counted(state["seed"], state["stop"]).items():
            assert number(outputs[name]) == sum(reached)
            assert number(outputs[f"{name}On"]) == pytest.approx(100 * on, abs=0.51)
            shown = [page.locator(f"[data-island={name}-{k}]").get_attribute("data-reached") for k in range(8)]
            assert shown == [str(each).lower() for each in reached]
        return state

    page = visit("/learn?lesson=cover-or-imitate", ready=stands)
    assert is_so(page)["steps"] == 0
    assert not page.locator("[data-tally]").count()  # what is asked of is not given away
    wrong = answer_wrongly(page, "cover-or-imitate", 0, "input[data-role=stop]")
    press(page, "stop", "ArrowRight", "ArrowRight")
    assert is_so(page)["steps"] == 80
    press(page, "stop", "End")
    assert is_so(page)["steps"] == 2000
    ends = [counted(seed, -1) for seed in range(1, 11)]
    full = {name: sum(all(run[name][0]) for run in ends) for name in ("vae", "gan")}
    on = {name: float(np.median([run[name][1] for run in ends])) for name in ("vae", "gan")}
    vae_between, gan_between = on["vae"] < 0.7, on["gan"] < 0.7
    is_revealed(
        page,
        "cover-or-imitate",
        0,
        wrong,
        [
            full["vae"] < 10 and vae_between,
            full["gan"] < 10 and gan_between,
            full["vae"] == 10 and full["gan"] <= 7 and vae_between and not gan_between,
            full["gan"] == 10 and not vae_between,
        ],
    )
    outputs, _ = told(page)
    for name in full:
        assert number(outputs[f"{name}All"]) == full[name]
        assert number(outputs[f"{name}Share"]) == pytest.approx(100 * on[name], abs=0.51)
        tallies = [page.locator(f"[data-tally={name}-{seed}] text").text_content() for seed in range(1, 11)]
        assert tallies == [str(sum(run[name][0])) for run in ends]
    press(page, "run", "End")
    assert is_so(page)["seed"] == 10
    press(page, "stop", "Home")
    assert is_so(page)["steps"] == 0

    next_question(page)
    assert told(page)[1]["seed"] == 1
    wrong = answer_wrongly(page, "cover-or-imitate", 1, "input[data-role=more]")
    press(page, "more", "End")
    expect(page.locator("[data-role=ask]")).to_have_attribute("data-state", "revealed")
    outputs, state = told(page)
    assert (state["more"], state["who"]) == (200, "both")
    after = sum(landed(gone_on(1, 200), noise(1))[0])
    is_revealed(page, "cover-or-imitate", 1, wrong, [after == 8, after == 7, after == 6])
    assert number(outputs["before"]) == sum(ends[0]["gan"][0])
    assert number(outputs["after"]) == number(outputs["gan"]) == after
    page.locator("[data-choice=judge]").click()
    press(page, "more", "End")
    outputs, state = told(page)
    assert state["who"] == "judge"
    assert number(outputs["ganOn"]) == pytest.approx(100 * ends[0]["gan"][1], abs=0.51)  # who draws has not moved
    comes_again(page)
    looks_well(page)


def test_the_lower_floor_of_a_ladder_holds_half_of_the_class_in_half_of_its_numbers(visit: Visit) -> None:
    model = open_model("mnist-ladder")
    coder = open_model("mnist-16d")
    with np.load(ROOT / "assets" / "models" / "mnist-16d" / "codes.npz") as codes:
        judge = KNeighborsClassifier(10).fit(codes["mean"], codes["labels"])

    def drawn(z: np.ndarray) -> np.ndarray:
        return np.asarray(model.decode(z.astype(np.float32)))

    def read(images: np.ndarray) -> np.ndarray:
        return np.asarray(judge.predict(np.asarray(coder.encode(images).centre)))

    # Many draws, by neighbours in another model: how often the digit stays.
    random = np.random.default_rng(2)
    z = random.standard_normal((600, 16))
    anew = z.copy()
    anew[:, 8:] = random.standard_normal((600, 8))
    same = float((read(drawn(z)) == read(drawn(anew))).mean())

    first = normal(1, 640).reshape(40, 16)
    page = visit("/learn?lesson=two-floors", ready=stands)
    assert not page.locator("image[data-picture='anew-0']").count()  # what is asked of is not given away
    assert np.abs(picture(page, "first-7").astype(int) - drawn(first)[7, ..., 0]).max() <= 1
    wrong = answer_wrongly(page, "two-floors", 0, "[data-role=redraw]")
    page.locator("[data-role=redraw]").click()
    expect(page.locator("[data-role=ask]")).to_have_attribute("data-state", "revealed")
    outputs, state = told(page)
    is_revealed(page, "two-floors", 0, wrong, [same > 0.9, 0.35 < same < 0.65, same < 0.1])
    other = normal(100 + state["seed"], 640).reshape(40, 16)
    mixed = np.where(np.arange(16) >= 8, other, first)
    assert np.abs(picture(page, "anew-3").astype(int) - drawn(mixed)[3, ..., 0]).max() <= 1
    framed = page.locator("[data-other]").count()
    assert number(outputs["same"]) == number(outputs["lower"]) == pytest.approx(100 - framed / 0.4, abs=0.51)
    assert number(outputs["lower"]) == pytest.approx(100 * same, abs=25)  # three standard errors of 40
    assert number(outputs["upper"]) < number(outputs["lower"])
    page.locator("[data-choice=upper]").click()
    outputs, state = told(page)
    assert state["floor"] == "upper" and outputs["same"] == outputs["upper"]

    next_question(page)
    wrong = answer_wrongly(page, "two-floors", 1, "input[data-role=number]")
    change = np.empty(16)
    for k in range(16):
        single = np.where(np.arange(16) == k, other, first)
        change[k] = np.sqrt(((drawn(single) / 255 - drawn(first) / 255) ** 2).mean())
    press(page, "number", "ArrowRight")
    assert number(told(page)[0]["change"]) == pytest.approx(100 * change[0], abs=0.06)
    press(page, "number", "End")
    expect(page.locator("[data-role=ask]")).to_have_attribute("data-state", "revealed")
    outputs, _ = told(page)
    nats = np.array([axis["nats"] for axis in json.loads((ROOT / CARD).read_text("utf-8"))["latent"]["axes"]])
    used = int((nats[8:] > 0.1).sum())
    is_revealed(page, "two-floors", 1, wrong, [used == 8, 3 <= used <= 5, used == 0])
    assert number(outputs["lowerUsed"]) == used == (change[8:] > 0.005).sum()
    assert number(outputs["upperUsed"]) == (nats[:8] > 0.1).sum() == (change[:8] > 0.005).sum()
    comes_again(page)
    looks_well(page)


def test_the_list_of_lessons_has_every_term_in_its_language(visit: Visit) -> None:
    page = visit("/learn?lang=de", ready=lambda page: page.locator("[data-role=terms]").wait_for())
    terms = page.locator("[data-role=terms]")
    assert not terms.locator("dt").count()  # nothing is asked for before it is opened
    terms.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(terms.locator("dt")).to_have_count(len(glossary.entries("de")))
    assert set(terms.locator("dt").all_inner_texts()) == {entry.name for entry in glossary.entries("de").values()}
    expect(terms).to_contain_text(glossary.entries("de")["cloud"].text)
    looks_well(page)
