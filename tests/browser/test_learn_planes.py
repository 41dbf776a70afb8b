"""Lessons on the codes of real models tell the truth: all is computed anew from them, and so is the key."""

import base64
import json
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import KDTree
from scipy.spatial.distance import pdist
from scipy.stats import mode
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
from vae import open as open_model
from vae.data import load
from vae.home import bundled_folder

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def codes_of(model: str) -> tuple[np.ndarray, np.ndarray]:
    """Return where a model puts its test things, [n, d], and their classes, [n]."""
    folder = bundled_folder(model)
    assert folder
    kept = np.load(folder / "codes.npz")
    return kept["mean" if "mean" in kept else "centre"].astype(float), kept["labels"]


def decoded(model: str, z: np.ndarray) -> np.ndarray:
    return np.asarray(open_model(model).decode(np.asarray(z, np.float32)))[..., 0]


def test_a_copying_machine_knows_no_bell_to_draw_from_and_the_vae_fills_its_own_but_not_quite(visit: Visit) -> None:
    page = visit("/learn?lesson=invent", ready=stands)
    codes = {"ae": codes_of("mnist-ae-2d"), "vae": codes_of("mnist-2d")}

    # A place of the two planes, by a real pointer and by keys.
    plane = page.locator("[data-plane=vae] rect").first.bounding_box()
    assert plane
    page.mouse.move(plane["x"] + 0.4 * plane["width"], plane["y"] + 0.3 * plane["height"])
    outputs, state = told(page)
    assert state["place"] == pytest.approx([0.4, 0.7], abs=0.01)
    ends = {}
    for key in ("Home", "End"):
        for axis in "xy":
            press(page, axis, key)
        ends[key] = told(page)[1]["codes"]
    for (name, (all_, _)), model in zip(codes.items(), ("mnist-ae-2d", "mnist-2d"), strict=True):
        low, high = (np.array(ends[key][name]) for key in ("Home", "End"))
        shown = all_[::5]
        assert np.allclose((low + high) / 2, (shown.min(0) + shown.max(0)) / 2, atol=1e-3)
        assert np.allclose(high - low, np.ptp(shown, axis=0).max(), atol=1e-3)
        drawn = decoded(model, high[None])[0]
        assert np.abs(picture(page, f"{name}-here").astype(int) - drawn).max() <= 2

    wrong = answer_wrongly(page, "invent", 0, "[data-role=draw]")
    page.locator("[data-role=draw]").click()
    outputs, state = told(page)
    noise = normal(state["seed"], 2 * state["draws"]).reshape(-1, 2)
    trees = {name: KDTree(each) for name, (each, _) in codes.items()}
    limits = {name: np.quantile(trees[name].query(each, 2)[0][:, 1], 0.95) for name, (each, _) in codes.items()}
    own = codes["ae"][0]
    draws = {"ae": own.mean(0) + noise @ np.linalg.cholesky(np.cov(own.T)).T, "vae": noise}
    beside = {name: int((trees[name].query(each)[0] > limits[name]).sum()) for name, each in draws.items()}
    ae, vae = beside.values()
    is_revealed(
        page,
        "invent",
        0,
        wrong,
        [ae > 1.5 * vae > 0, vae > 1.5 * ae > 0, 0.5 * vae < ae < 1.5 * vae, ae == vae == 0],
    )
    for name, count in beside.items():
        assert abs(number(outputs[name]) - count) <= 1  # codes at the very limit

    next_question(page)
    wrong = answer_wrongly(page, "invent", 1, "[data-choice=prior]")
    page.locator("[data-choice=prior]").focus()
    page.keyboard.press("Enter")
    outputs, state = told(page)
    ones = {name: int((labels[trees[name].query(noise)[1]] == 1).sum()) for name, (_, labels) in codes.items()}
    often = {name: 14 <= count <= 30 for name, count in ones.items()}
    hardly = {name: count <= 4 for name, count in ones.items()}
    is_revealed(
        page,
        "invent",
        1,
        wrong,
        [often["ae"] and often["vae"], hardly["ae"] and often["vae"], often["ae"] and hardly["vae"]],
    )
    assert {name: number(outputs[name]) for name in ones} == ones
    share = (codes["vae"][1] == 1).mean()
    assert round(200 * share) in (22, 23)
    comes_again(page)
    looks_well(page)


def test_a_price_that_is_too_high_silences_the_code_and_none_at_all_lets_it_run_away(visit: Visit) -> None:
    betas = (0, 0.1, 0.3, 1, 3, 10, 30)
    names = [f"mnist-beta-{beta:g}" for beta in betas]
    codes = [codes_of(name)[0] for name in names]
    turns = [np.eye(2)] * 7
    for way in (range(4, 7), range(2, -1, -1)):  # each is turned to the one before, from beta = 1 on
        for i in way:
            before = i - 1 if i > 3 else i + 1
            turns[i] = orthogonal_procrustes(codes[i], codes[before] @ turns[before])[0]

    def costs(i: int) -> tuple[float, float]:
        """Return the error above the floor and the KL, nats."""
        kept = np.load((bundled_folder(names[i]) or "") / "codes.npz")
        kl = kept["nats"].astype(float).sum(1).mean()
        return float(kept["cost"].astype(float).mean() - kept["floor"].astype(float).mean() - kl), float(kl)

    def draws(i: int, seed: int) -> np.ndarray:
        return decoded(names[i], normal(seed, 120).reshape(60, 2) @ turns[i].T).reshape(60, 784)

    def apart(i: int, seed: int) -> float:
        """Return by how much two draws differ, percent."""
        return float(100 * pdist(draws(i, seed) / 255.0).mean() / 28)

    page = visit("/learn?lesson=tug-of-war", ready=stands)
    wrong = answer_wrongly(page, "tug-of-war", 0, "input[data-role=rung]")
    press(page, "rung", "End")
    outputs, state = told(page)
    assert state["beta"] == 30
    (error, _), (dear, _) = costs(3), costs(6)
    mixed, alike = apart(3, state["seed"]), apart(6, state["seed"])
    is_revealed(
        page,
        "tug-of-war",
        0,
        wrong,
        [
            dear < error and alike > mixed,
            dear > error and alike > mixed,
            dear > error and alike < 0.1 * mixed,
            dear == error,
        ],
    )
    for name, value in {"errorOne": error, "errorDear": dear, "apartOne": mixed, "apartDear": alike}.items():
        assert number(outputs[name]) == pytest.approx(value, abs=0.12), name
    shown = json.loads((LESSONS / "lessons" / "tug" / "digits.json").read_text("utf-8"))
    originals = np.frombuffer(base64.b64decode(shown["pixels"]), np.uint8).reshape(-1, 28, 28, 1)
    assert np.abs(picture(page, "original-0").astype(int) - originals[0, ..., 0]).max() <= 1
    assert np.allclose(
        open_model(names[6]).encode(originals).centre, state["means"], atol=4e-3
    )  # kept in half precision

    next_question(page)
    wrong = answer_wrongly(page, "tug-of-war", 1, "input[data-role=rung]")
    for i in range(6, -1, -1):
        outputs, state = told(page)
        assert state["rung"] == i
        says = page.locator("[data-role=says]")
        told_now = {each: number(says.locator(f"output[data-name={each}]").inner_text()) for each in ("error", "kl")}
        assert told_now == pytest.approx(dict(zip(("error", "kl"), costs(i), strict=True)), abs=0.06)
        assert np.abs(picture(page, "draw-0").ravel().astype(int) - draws(i, state["seed"])[0]).max() <= 2
        if i:
            press(page, "rung", "ArrowLeft")
    outputs, state = told(page)
    free = apart(0, state["seed"])
    is_revealed(
        page, "tug-of-war", 1, wrong, [free > 1.1 * mixed, free < 0.9 * mixed, 0.9 * mixed < free < 1.1 * mixed]
    )
    seen = page.locator("[data-role=seen]")
    outside = 100 * (np.linalg.norm(codes[0], axis=1) > 3).mean()
    assert number(seen.locator("output[data-name=outside]").inner_text()) == pytest.approx(outside, abs=0.6)
    assert number(outputs["apartFree"]) == pytest.approx(free, abs=0.12)
    comes_again(page)
    looks_well(page)


def test_a_model_that_is_told_the_class_keeps_the_style_in_its_code_and_nothing_else(visit: Visit) -> None:
    model = open_model("mnist-c-8d")
    row, column = np.mgrid[:28, :28]

    def written(state: dict) -> np.ndarray:
        z = np.zeros((10, 8), np.float32)
        z[:, state["axes"]] = state["lean"], state["weight"]
        return np.asarray(model.decode(z, np.arange(10)))[..., 0] / 255.0

    def lean(image: np.ndarray) -> float:
        """Return the slope of the columns by the rows, weighted by ink, as degrees to the right."""
        weights = image.ravel()
        slope = np.polyfit(row.ravel(), column.ravel(), 1, w=np.sqrt(weights))[0]
        return float(np.degrees(np.arctan(-slope)))

    page = visit("/learn?lesson=draw-a-seven", ready=stands)
    _, first = told(page)
    wrong = answer_wrongly(page, "draw-a-seven", 0, "input[data-role=lean]")
    press(page, "lean", *["ArrowRight"] * 4)
    outputs, state = told(page)
    assert state["lean"] == 2
    before, after = ([lean(each) for each in written(at)] for at in (first, state))
    changes = np.subtract(after, before)
    digits_5k = load("mnist-5k")
    real = digits_5k.train.things.reshape(-1, 784), digits_5k.train.labels
    classes = KNeighborsClassifier(10).fit(*real).predict(255 * written(state).reshape(10, 784))
    alike = max((changes > 5).sum(), (changes < -5).sum())
    others = int((classes != np.arange(10)).sum())
    is_revealed(page, "draw-a-seven", 0, wrong, [alike == 10 and others <= 1, alike == 1, others > 5])
    assert number(outputs["alike"]) == alike
    assert number(outputs["before"]) == pytest.approx(np.mean(before), abs=0.15)
    assert number(outputs["after"]) == pytest.approx(np.mean(after), abs=0.15)
    for name in ("lean", "weight"):
        for key in ("Home", "End"):
            press(page, name, key)
            outputs, state = told(page)
            drawn = written(state)
            says = page.locator("[data-role=says]")
            shown = {
                each: number(says.locator(f"output[data-name={each}]").inner_text()) for each in ("degrees", "ink")
            }
            assert shown["degrees"] == pytest.approx(np.mean([lean(each) for each in drawn]), abs=0.15)
            assert shown["ink"] == pytest.approx(drawn.sum((1, 2)).mean(), abs=1)
            assert np.abs(picture(page, "mine-7").astype(int) - 255 * drawn[7]).max() <= 2

    next_question(page)
    wrong = answer_wrongly(page, "draw-a-seven", 1, "[data-role=colour]")
    page.locator("[data-role=colour]").click()
    outputs, state = told(page)
    shares = {}
    for name, folder in (("told", "mnist-c-8d"), ("plain", "mnist-16d")):
        codes, labels = (each[:: state["votes"]] for each in codes_of(folder))
        near = KDTree(codes).query(codes, 11)[1][:, 1:]
        shares[name] = float((mode(labels[near], axis=1).mode == labels).mean())
        assert number(outputs[name]) == pytest.approx(100 * shares[name], abs=1)
    here = shares["told"]
    assert shares["plain"] > 0.8
    is_revealed(page, "draw-a-seven", 1, wrong, [here > 0.8, here < 0.4, 0.4 <= here <= 0.6])
    comes_again(page)
    looks_well(page)
