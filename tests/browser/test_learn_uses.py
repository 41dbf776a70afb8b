"""Lessons on what a VAE is good for tell the truth: all is computed anew, and so is the key."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy.ndimage import gaussian_filter, median_filter
from scipy.special import entr, xlogy
from sklearn.metrics import roc_auc_score

from tests.browser.conftest import wait_for_address
from tests.browser.learning import (
    answer_wrongly,
    comes_again,
    digits,
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

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    return float(-10 * np.log10(((one - other) ** 2).mean()))


def test_little_noise_is_best_left_alone_and_much_noise_is_for_who_has_seen_noise(visit: Visit) -> None:
    models = {name: open_model(f"mnist-{folder}16d") for name, folder in (("plain", ""), ("denoising", "denoise-"))}
    filters = [lambda x: median_filter(x, 3, mode="reflect")]
    filters += [lambda x, wide=wide: gaussian_filter(x, wide, mode="reflect") for wide in (0.5, 0.7, 1, 1.4, 2)]

    def tried(state: dict) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return the pictures that are made of what is noisy, in [0, 1], and the original."""
        original = digits()[state["digit"], ..., 0] / 255
        spoiled = np.clip(original + state["amount"] * normal(state["seed"], 784).reshape(28, 28), 0, 1)
        kept = np.round(255 * spoiled).astype(np.uint8)
        made = {"noisy": kept / 255}
        made["filter"] = max((each(kept / 255) for each in filters), key=lambda x: psnr(x, original))
        for name, model in models.items():
            restored = model.decode(model.encode(kept[None, ..., None]).centre)
            made[name] = np.asarray(restored)[0, ..., 0] / 255
        return made, original

    def is_so(page: Page, where: str) -> tuple[dict[str, float], dict]:
        """See that numbers and pictures are those that come out here; return how near each is, and the state."""
        _, state = told(page)
        made, original = tried(state)
        near = {name: psnr(each, original) for name, each in made.items()}
        place = page.locator(f"[data-role={where}]")
        for name, value in near.items():
            shown = place.locator(f"output[data-name={name}]").inner_text()
            assert number(shown) == pytest.approx(value, abs=0.11), (name, state)
            assert np.abs(picture(page, name).astype(int) - 255 * made[name]).max() <= 1.01, name
        return near, state

    page = visit("/learn?lesson=repair", ready=stands)
    assert page.locator("image[data-picture=denoising]").count() == 0  # what is asked of is not given away
    wrong = answer_wrongly(page, "repair", 0, "input[data-role=amount]")
    press(page, "amount", *["ArrowLeft"] * 3)
    near, state = is_so(page, "seen")
    assert state["amount"] == 0.05
    left_alone = max(near["noisy"], near["filter"])
    truths = [near["denoising"] > left_alone, near["plain"] > left_alone]
    is_revealed(page, "repair", 0, wrong, [*truths, left_alone > max(near["denoising"], near["plain"])])

    next_question(page)
    wrong = answer_wrongly(page, "repair", 1, "input[data-role=amount]")
    press(page, "amount", *["ArrowRight"] * 9)
    near, state = is_so(page, "seen")
    assert state["amount"] == 0.5
    best = max(near, key=lambda name: near[name])
    is_revealed(page, "repair", 1, wrong, [best == name for name in ("denoising", "plain", "filter")])
    page.locator("[data-choice='7']").click()
    expect(page.locator("[data-choice='7']")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-role=redraw]").click()
    wait_for_address(page, "seed=2")
    for key, amount in (("Home", 0.05), ("End", 0.8)):
        press(page, "amount", key)
        assert is_so(page, "says")[1]["amount"] == amount
    comes_again(page)
    looks_well(page)


def test_clothes_cost_a_model_of_clothes_more_than_digits_do_and_it_cannot_redraw_a_digit(visit: Visit) -> None:
    model = open_model("fashion-16d")
    random = np.random.default_rng(5)
    costs, relative, parts, first = {}, {}, {}, {}
    for sort, name in (("clothes", "fashion-mnist"), ("digits", "mnist")):
        with np.load(ROOT / "assets" / "examples" / f"{name}.npz") as shipped:
            labels = shipped["labels"]
            things = shipped["things"][np.concatenate([np.flatnonzero(labels == label)[:20] for label in range(10)])]
        first[sort] = things[::20, ..., 0]
        x = things[..., 0] / 255
        belief = model.encode(things)
        mean, spread = belief.centre.astype(float), belief.spread.astype(float)
        kl = (mean**2 + spread**2 - 2 * np.log(spread) - 1).sum(1) / 2
        floor = (entr(x) + entr(1 - x)).sum((1, 2))
        reconstruction = np.zeros(len(x))
        for _ in range(4):
            noise = random.standard_normal(mean.shape)
            for side in (1, -1):
                drawn = np.asarray(model.decode((mean + side * spread * noise).astype(np.float32)))[..., 0] / 255
                p = drawn.clip(0.25 / 255, 1 - 0.25 / 255)  # it was rounded to a byte
                reconstruction -= (xlogy(x, p) + xlogy(1 - x, 1 - p)).sum((1, 2)) / 8
        redrawn = np.asarray(model.decode(belief.centre))[..., 0] / 255
        costs[sort] = reconstruction + kl
        relative[sort] = ((x - redrawn) ** 2).sum((1, 2)) / (1 + x.sum((1, 2)))
        parts[sort] = floor.mean(), (reconstruction - floor).mean(), kl.mean()

    def area(scores: dict[str, np.ndarray]) -> float:
        return float(roc_auc_score(np.arange(400) >= 200, np.concatenate([scores["clothes"], scores["digits"]])))

    page = visit("/learn?lesson=rare", ready=stands)
    for sort in first:
        assert (picture(page, f"{sort}-7") == first[sort][7]).all()
    wrong = answer_wrongly(page, "rare", 0, "[data-role=drop]")
    page.locator("[data-role=drop]").click()
    outputs, _ = told(page)
    digits_cost, clothes_cost = costs["digits"].mean(), costs["clothes"].mean()
    apart = abs(clothes_cost / digits_cost - 1) > 0.05
    is_revealed(
        page,
        "rare",
        0,
        wrong,
        [apart and digits_cost > clothes_cost, apart and digits_cost < clothes_cost, not apart],
    )
    for sort in costs:
        assert number(outputs[sort]) == pytest.approx(costs[sort].mean(), abs=2.5)
        assert number(outputs[f"{sort}Floor"]) == pytest.approx(parts[sort][0], abs=0.51)
        bar = [page.locator(f"[data-part={sort}-{name}]").get_attribute("width") for name in ("floor", "error", "kl")]
        wide = np.array(bar, float)
        assert wide / wide.sum() == pytest.approx(np.array(parts[sort]) / sum(parts[sort]), abs=0.02)
    for key, share in (("Home", 0), ("End", 50)):
        press(page, "false", key)
        outputs, state = told(page)
        limit = np.sort(costs["clothes"])[::-1][int(2 * share)]
        assert state["limit"] == pytest.approx(limit, abs=5)
        assert number(page.locator("[data-role=says] output[data-name=false]").inner_text()) == share
        caught = 100 * (costs["digits"] > limit).mean()
        assert number(outputs["caught"]) == pytest.approx(caught, abs=4)
    assert number(outputs["auroc"]) == pytest.approx(area(costs), abs=0.02)

    next_question(page)
    wrong = answer_wrongly(page, "rare", 1, "[data-choice=relative]")
    page.locator("[data-choice=relative]").click()
    outputs, state = told(page)
    nearest = np.argmin(np.abs(area(relative) - np.array([0.5, 0.7, 1])))
    is_revealed(page, "rare", 1, wrong, [nearest == i for i in range(3)])
    assert number(outputs["relative"]) == pytest.approx(area(relative), abs=0.006)
    assert number(outputs["elbo"]) == pytest.approx(area(costs), abs=0.02)
    assert number(outputs["elbo"]) < 0.5 < number(outputs["relative"])
    comes_again(page)
    looks_well(page)
