"""The Compare page, used by hand: one pointer over two maps, a loop that stands out on both, the keys, the address."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.canvases import grey
from tests.browser.conftest import wait_for_address
from tests.browser.on_map import eventually, rings, spread, write_mapped
from tests.running import Server
from tests.tiny_model import expected_decode

pytestmark = pytest.mark.browser

CODES = {"compare-2d": rings(120), "compare-4d": spread(120, 4)}
ADDRESS = f"/compare?models={','.join(CODES)}"


@pytest.fixture(scope="module", autouse=True)
def models(server: Server) -> None:
    """Two models of the same made-up things, tested on as many of the same classes, with known weights."""
    for name, codes in CODES.items():
        write_mapped(server.home / "models" / name, codes)


def stands(page: Page) -> None:
    for number in (0, 1):
        page.locator("[data-role=map][data-drawn]").nth(number).wait_for()


def shown(page: Page, number: int) -> np.ndarray:
    """Return what the picture of a model shows, uint8 [H, W]."""
    return grey(page.locator("canvas[data-role=picture]").nth(number))


def is_point(page: Page, number: int, point: int) -> bool:
    """Say whether a model shows what it makes of a test thing."""
    codes = list(CODES.values())[number]
    wanted = expected_decode(codes.centre[point : point + 1])[0, ..., 0]
    got = shown(page, number)
    return got.shape == wanted.shape and bool(np.abs(got.astype(int) - wanted).max() <= 1)


def pixel(chart: Locator, xy: np.ndarray, place: np.ndarray) -> tuple[float, float]:
    """Return where a place is in the window, on a map that shows all points [n, 2] within its margins."""
    box = chart.bounding_box()
    assert box is not None
    (left, bottom), (right, top) = xy.min(0), xy.max(0)
    scale = min((box["width"] - 56) / (right - left), (box["height"] - 56) / (top - bottom))
    x, y = place - (xy.max(0) + xy.min(0)) / 2
    return float(box["x"] + box["width"] / 2 + x * scale), float(box["y"] + box["height"] / 2 - y * scale)


@pytest.fixture(scope="module")
def alone() -> int:
    """The number of a point with none near it on the plane, so that a pointer there means no other."""
    xy = CODES["compare-2d"].centre
    apart = np.linalg.norm(xy[:, None] - xy[None], axis=2) + 1e9 * np.eye(len(xy))
    return int(apart.min(1).argmax())


def test_one_hand_moves_over_both_maps_by_pointer_keys_and_address(visit: Callable[..., Page], alone: int) -> None:
    page = visit(ADDRESS, ready=stands)
    plane = page.locator("[data-role=map]").first
    xy = CODES["compare-2d"].centre

    # A point of one map is the same thing on the other, and the address has it.
    page.mouse.move(*pixel(plane, xy, xy[alone]))
    eventually(lambda: is_point(page, 0, alone) and is_point(page, 1, alone))
    wait_for_address(page, f"image={alone}")

    # Where there is no point both decode a place.
    page.mouse.move(*pixel(plane, xy, np.zeros(2)))
    wait_for_address(page, "at=0:")
    eventually(lambda: not is_point(page, 1, alone))

    # A loop round one class stands out on both maps, and Escape takes it back.
    ring = np.array([3.0, 0.0]) + 0.9 * np.array([[np.cos(t), np.sin(t)] for t in np.linspace(0, 2 * np.pi, 24)])
    page.mouse.move(*pixel(plane, xy, ring[0]))
    page.mouse.down()
    for corner in ring:
        page.mouse.move(*pixel(plane, xy, corner))
    page.mouse.up()
    page.locator("[data-role=chosen]", has_text="12 images stand out on each map: 12 of zero").wait_for()
    wait_for_address(page, "lasso=0:")
    plane.focus()
    page.keyboard.press("Escape")
    page.locator("[data-role=clear]").wait_for(state="hidden")

    # The keys move the hand.
    before = page.url
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("before => location.href !== before", arg=before)

    # One seed for both, and a class that stands out: all of it is in the address.
    page.locator("[data-role=draw]").click()
    for number in (0, 1):
        page.locator("canvas[data-role=draws][data-seed='2']").nth(number).wait_for()
    page.locator("[data-role=lit]").select_option("3")
    page.locator("[data-role=dim]").nth(1).select_option("2")
    wait_for_address(page, "lit=3")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    stands(page)
    page.locator("[data-role=chosen]", has_text="12 of three").wait_for()
    assert page.locator("[data-role=seed]").inner_text() == "2"
    assert page.locator("[data-role=dim]").nth(1).input_value() == "2"

    # A click on a figure sorts, and says so.
    sort = page.locator("[data-figure=dims] button")
    sort.click()
    assert page.locator("[data-figure=dims] button").get_attribute("aria-pressed") == "true"

    # What dimensions tell of known factors stands below once it is measured, each with a walk from where the hand is.
    told = {"compare-2d": [[0.9, 0], [0.01, 0]], "compare-4d": [[0, 0.25, 0, 0.5], [0.125, 0, 0, 0]]}
    measured = {
        "state": "done",
        "figures": [{"model": name, "mig": 0.5} for name in CODES],
        "why": {name: {} for name in CODES},
        "factors": {name: {"names": ["size", "x"], "told": shares} for name, shares in told.items()},
        "findings": ["compare-2d's draws lie nearest to the data."],
        "conditions": "as this test says",
    }
    page.route("**/api/compare?*", lambda route: route.fulfill(body=json.dumps(measured)))
    page.goto("about:blank")
    page.goto(address)
    page.locator("[data-role=factor-walk][data-drawn]").nth(2).wait_for()
    page.unroute("**/api/compare?*")
    assert page.locator(".figures .findings li").all_inner_texts() == measured["findings"]
    rows = page.locator(".told tr[data-factor=size] td")
    assert sorted(rows.all_inner_texts()) == ["0", "0", "0", "25", "50", "90"]
    assert sorted(page.locator(".told .most").all_inner_texts()) == ["13", "50", "90"]
    page.get_by_text("No dimension alone tells of it.").wait_for()
    page.get_by_role("img", name="compare-4d along z₄, which tells most of size").wait_for()


def test_the_image_in_hand_is_marked_and_what_is_not_measured_has_no_row_of_dashes(visit: Callable[..., Page]) -> None:
    page = visit("/compare", ready=stands)
    images = page.locator("[data-image]")
    expect(images.first).to_have_attribute("aria-pressed", "true")
    images.nth(3).click()
    expect(images.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(images.first).to_have_attribute("aria-pressed", "false")
    assert page.locator("[data-figure=negative_elbo]").count() == 1
    assert page.locator("tr.computed").count() == 0, "nothing was asked for yet"
    expect(page.get_by_role("list", name="What stands out")).to_contain_text("mnist-ae-2d has no −ELBO")

    # What each is stands beside its name, and the same of both in the same lines under their pictures.
    assert page.locator(".pane h2 small").all_inner_texts() == [
        "VAE, 2 latent dimensions",
        "Autoencoder, 2 latent dimensions",
    ]
    for number, last in enumerate(("−ELBO ", "no −ELBO")):
        lines = page.locator("[data-role=made]").nth(number).locator("span")
        expect(lines).to_have_count(3)
        for line, words in enumerate(("error ", "reconstruction ", last)):
            expect(lines.nth(line)).to_contain_text(words)
