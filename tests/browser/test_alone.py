"""A model as one HTML file, opened from a disk with the network off."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import until
from tests.browser.test_calm import violations
from vae.exchange.formats.formats import export
from vae.exchange.page import GLOSSARY, LIVE, page_of
from vae.explore.explorer import Explorer
from vae.library.shelf import find
from vae.maps.shelf import open_map

pytestmark = pytest.mark.browser

ASK = """async ([request, numbers]) => {
  const { house } = await import("live/shared/wire/house.js");
  const { LiveSocket } = await import("live/shared/wire/socket.js");
  const Type = request.op === "encode" && request.bytes ? Uint8Array : Float32Array;
  const socket = new LiveSocket("");
  return new Promise((resolve, reject) => socket.ask("picture", {
    ...request, payload: Type.from(numbers), onError: reject,
    onAnswer: ({ array, header }) => resolve({ array: Array.from(array), condition: header.condition ?? null }),
  }));
}"""

SAID = "JSON.parse(document.getElementById('model-said').textContent)"

Open = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Write a model as a file and open it; whatever it asks the network for, and whatever goes wrong, is a failure."""
    monkeypatch.setenv("LATENT_HOME", str(home))  # where sets that are made here are kept
    problems: list[str] = []
    contexts = []

    def open_file(model: str, **options: object) -> Page:
        path = export(find(model), "html", tmp_path / f"{model}.html").path
        context = chromium.new_context(offline=True, reduced_motion="reduce", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: _local(request.url, path, problems))
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.on("console", lambda message: message.type == "error" and problems.append(message.text))
        page.goto(path.as_uri())
        page.locator("[data-room=machine][data-open]").wait_for()
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert not problems


def _local(url: str, path: Path, problems: list[str]) -> None:
    if not url.startswith(("data:", "blob:")) and url.split("#")[0] != path.as_uri():
        problems.append(f"asked for {url}")


def ask(page: Page, op: str, array: np.ndarray, **more: object) -> dict[str, object]:
    request = {"op": op, "model": "", "shape": array.shape, "bytes": array.dtype == np.uint8} | more
    answer = page.evaluate(ASK, [request, array.ravel().tolist()])
    return answer | {"array": np.array(answer["array"])}


MODELS = [
    *("mnist-16d", "beats-8d", "tastes-8d", "mnist-ae-2d"),
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("shapes-8d", "fashion-16d", "mnist-vq")),
]


@pytest.mark.parametrize("name", MODELS)
def test_a_file_computes_what_the_server_computes(opened: Open, name: str) -> None:
    computes_what_the_server_computes(opened(name), name)


def computes_what_the_server_computes(page: Page, name: str) -> None:
    """Check a file that is open."""
    model = find(name)
    explorer = Explorer(model)
    codes, told = explorer.codes(), {"condition": 3} if model.card.told else {}
    assert codes is not None
    given = told.get("condition")
    z = np.concatenate([codes.centre[:6], 2 * np.random.default_rng(0).standard_normal((6, model.card.latent.dims))])
    z = z.astype(np.float32)

    theirs = explorer.decode(z, given).reshape(len(z), -1).astype(float)
    apart = 1 if explorer.kind.kept == np.uint8 else 1e-3 * np.abs(theirs).max()
    assert np.abs(ask(page, "decode", z, **told)["array"].reshape(len(z), -1) - theirs).max() <= apart

    said = page.evaluate(SAID)
    raw = np.frombuffer(base64.b64decode(said["images"]["pixels"]), explorer.kind.kept)
    things = raw.reshape(-1, *model.card.item.shape)[:4]
    answer = ask(page, "encode", things)  # without the class, which it has to guess
    belief = explorer.encode(things)
    parts = [part for part in (belief.centre, belief.spread, belief.nats) if part is not None]
    ours = answer["array"].reshape(len(parts), *belief.centre.shape)
    assert np.abs(ours[0] - belief.centre).max() <= 0.02
    if model.card.told:
        assert answer["condition"] == explorer.guess(explorer.kind.feed(things)).tolist()

    for id in [each["name"] for each in said["maps"]]:
        opened_map = open_map(model, id, codes)
        xy = np.concatenate([opened_map.points[:4], opened_map.points[4:8] + 0.3]).astype(np.float32)
        lifted = ask(page, "code_at", xy, map=id)["array"].reshape(len(xy), -1)
        assert np.abs(lifted - opened_map.code_at(xy)).max() <= 0.02
        placed = ask(page, "place", codes.centre[:3], map=id)["array"].reshape(3, 2)
        reach = np.ptp(opened_map.points, axis=0).max()
        assert np.abs(placed - opened_map.place(codes.centre[:3])).max() <= 0.01 * reach


CANVAS = """([room, role]) => {
  const canvas = document.querySelector(`[data-room=${room}]`).shadowRoot.querySelector(`canvas[data-role=${role}]`);
  return canvas && canvas.width > 1 ? canvas.toDataURL() : "";
}"""


def shown(page: Page, room: str, role: str = "picture", other_than: str = "") -> str:
    """Wait until a canvas of a room shows something, and something else than this; return it."""
    changed = f"([room, role, before]) => {{ const now = ({CANVAS})([room, role]); return now && now !== before; }}"
    page.wait_for_function(changed, arg=[room, role, other_than])
    return str(page.evaluate(CANVAS, [room, role]))


def terms_say_what_they_mean(page: Page) -> None:
    page.locator("[data-room=machine]").get_by_role("button", name="Encoder", exact=True).click()
    entry = page.locator("[data-room=machine] .gloss:popover-open")
    entry.wait_for()
    meaning = json.loads((LIVE / GLOSSARY).read_text("utf-8"))["encoder"]["text"]
    assert meaning in entry.inner_text() and entry.get_by_role("link").count() == 0
    page.keyboard.press("Escape")
    entry.wait_for(state="hidden")


def test_all_of_it_is_live_for_hand_and_keys_and_computes_what_the_server_computes(opened: Open) -> None:
    page = opened("mnist-2d", viewport={"width": 1280, "height": 800})
    computes_what_the_server_computes(page, "mnist-2d")
    terms_say_what_they_mean(page)
    before = shown(page, "machine")
    page.locator("[data-room=machine] [data-image]").first.click()
    before = shown(page, "machine", other_than=before)
    box = page.locator("[data-room=machine] canvas[data-role=cloud]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 150, steps=4)
    page.mouse.up()
    shown(page, "machine", other_than=before)

    page.locator("[data-room=machine] [data-role=explore-here]").click()  # to the very code among the sliders
    reached = shown(page, "numbers")
    state = page.locator("[data-room=machine] script[data-role=state]")
    sliders = page.locator("[data-room=numbers] input[type=range]")

    def there() -> bool:
        z = state.evaluate("state => JSON.parse(state.textContent).z")
        values = sliders.evaluate_all("all => all.map((one) => [one.dataset.dim, one.value])")
        return all(abs(float(value) - z[int(dim)]) <= 0.006 for dim, value in values)

    until(page, there)
    sliders.first.press("ArrowRight")
    shown(page, "numbers", other_than=reached)
    page.locator("[data-room=numbers] canvas[data-role=grid][data-complete]").wait_for()
    with page.expect_download() as saving:
        page.locator("[data-room=numbers] [data-role=save-picture]").click()
    assert saving.value.suggested_filename == "mnist-2d-picture.png"

    page.locator("nav a[href='#map']").click()
    chart = page.locator("[data-room=map] [data-role=chart]")
    chart.wait_for()
    before = shown(page, "map")
    chart.hover(position={"x": 200, "y": 260})
    shown(page, "map", other_than=before)
    assert violations(page) == []


def test_a_conditional_models_map_is_drawn_as_the_class_that_is_chosen_and_computes_as_the_server_does(
    opened: Open,
) -> None:
    page = opened("mnist-c-8d", viewport={"width": 1280, "height": 800})
    computes_what_the_server_computes(page, "mnist-c-8d")
    page.locator("nav a[href='#map']").click()
    before = shown(page, "map")
    page.locator("#map select").first.select_option("3")
    shown(page, "map", other_than=before)


def test_it_lives_in_a_frame_of_its_own_text(chromium: Browser) -> None:
    """As a notebook shows it: in `srcdoc`, and in a sandbox that has no origin."""
    context = chromium.new_context(offline=True)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.set_content("<iframe width=1100 height=700 sandbox='allow-scripts allow-downloads'></iframe>")
    page.locator("iframe").evaluate("(frame, text) => { frame.srcdoc = text; }", page_of(find("mnist-2d")))
    inside = page.frame_locator("iframe")
    inside.locator("[data-room=machine] canvas[data-role=picture]").wait_for()
    inside.locator("[data-room=machine] [data-role=explore-here]").click()
    inside.locator("[data-room=numbers] input[type=range]").first.press("ArrowRight")
    inside.locator("[data-room=map][data-open]").wait_for(state="attached")
    context.close()
    assert not problems
