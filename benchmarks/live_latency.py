"""How long a picture takes to follow the hand: over the socket from Python, and in Chromium from pointer to paint.

    python benchmarks/live_latency.py [--model mnist-16d] [--requests 2000] [--rounds 5] [--no-browser]

The socket's requests alternate with those to a bare echo route of the same server software, and the drags on Explore
with releases on a page of Streamlit's own slider and image, so that whatever else the machine does meets both.
"""

import argparse
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import figure, latency, latency_heading
from benchmarks.serving import serving
from tests.chromium import LAUNCH, find_chromium
from tests.running import Server, running_server
from vae.library.shelf import find
from web.wire import frames

Times = list[float]
LIVE = "live"
MOVES = 90  # in one drag, a second and a half of them
RELEASES = 8  # on the stock page, in one round


def main() -> None:
    """Run both halves and print one table."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, running_server(Path(options.home or folder)) as server:
        latency_heading()
        over_socket(server, options.model, options.requests)
        if options.browser:
            in_chromium(server, options.model, options.rounds)


def over_socket(server: Server, model: str, requests: int) -> None:
    """Time one-row decodes from a Python client beside a bare echo of the same bytes."""
    dims = find(model).card.latent.dims
    rng = np.random.default_rng(0)
    ours: Times = []
    echoed: Times = []
    computing: Times = []
    with (
        serving("benchmarks.echo:app", "--ws", "websockets-sansio") as echo,
        connect(server.live, compression=None) as live,
        connect(f"ws://{echo}/echo", compression=None) as bare,
    ):
        for id in range(requests + 50):
            frame = frames.request(id, "decode", model, rng.standard_normal((1, dims)).astype(np.float32))
            ours.append(round_trip(live, frame))
            echoed.append(round_trip(bare, frame))
            live.send(frame)
            computing.append(frames.read_answer(bytes(live.recv()))[0]["seconds"])
    warm = slice(50, None)
    latency(f"socket, Python client: decode 1 row of {model}", ours[warm], 3, 10)
    latency("  of which computing", computing[warm])
    latency("  bare echo on the same server software", echoed[warm])


def round_trip(client: Any, frame: bytes) -> float:
    started = time.perf_counter()
    client.send(frame)
    client.recv()
    return time.perf_counter() - started


def in_chromium(server: Server, model: str, rounds: int) -> None:
    """Time real drags on Explore, and releases on the stock page, in turns in one browser."""
    path = find_chromium()
    if path is None:
        print("in Chromium: not measured, no Chromium found; install it, or run `playwright install chromium`")
        return
    from playwright.sync_api import sync_playwright

    moved: dict[str, Times] = {LIVE: [], "stock, as many sliders": [], "stock, one slider": []}
    released: dict[str, Times] = {name: [] for name in moved}
    with ExitStack() as stack:
        other = stack.enter_context(running_server(server.home, script="benchmarks/stock_page.py"))
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=path, args=LAUNCH)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(path=Path(__file__).with_name("in_page.js"))
        stock = f"{other.url}/?model={model}"
        addresses = [f"{server.url}/explore?model={model}", stock, f"{stock}&sliders=1"]
        pages = {name: opened(context, address) for name, address in zip(moved, addresses, strict=True)}
        for turn in range(rounds + 1):  # the first one warms up
            for name, page in pages.items():
                page.bring_to_front()
                page.evaluate("void (latencySamples.length = releaseSamples.length = 0)")
                drag(page, *(live_thumb if name == LIVE else _stock_thumb)(page))
                moved[name] += [ms / 1e3 for ms in page.evaluate("latencySamples")] if turn else []
                for _ in range(0 if name == LIVE else RELEASES):
                    release(page)
                released[name] += [ms / 1e3 for ms in page.evaluate("releaseSamples")] if turn else []
        browser.close()
    ours = moved[LIVE]
    latency(f"Chromium, a drag: pointer moved to painted ({len(ours)} moves)", ours, 20, 40)
    for name in list(moved)[1:]:
        latency(f"  {name}: the same drag ({len(moved[name])} moves)", moved[name])
        _times("    times ours, p50", moved[name], ours, 8)
        latency(f"  {name}: only from the release ({len(released[name])})", released[name])
        _times("    times ours, p50", released[name], ours)


def _times(what: str, theirs: Times, ours: Times, least: float | None = None) -> None:
    if ours and theirs:
        ratio = float(np.percentile(theirs, 50) / np.percentile(ours, 50))
        figure(what, f"{ratio:.1f}", *(() if least is None else (f">= {least:g}", ratio >= least)))


def opened(context: Any, address: str) -> Any:
    page = context.new_page()
    page.goto(address)
    page.locator("[data-testid=stImage] img, canvas[data-role=picture]").first.wait_for()
    page.wait_for_timeout(2000)  # come to rest
    return page


def live_thumb(page: Any) -> tuple[float, float, float]:
    """Find the first slider's thumb on Explore: its place, and the slider's width."""
    slider = page.locator("input[type=range][data-dim]").first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    share = slider.evaluate("slider => (slider.value - slider.min) / (slider.max - slider.min)")
    return box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2, box["width"]


def _stock_thumb(page: Any) -> tuple[float, float, float]:
    """Find the same on the stock page."""
    slider = page.locator("[data-testid=stSlider]").first
    slider.scroll_into_view_if_needed()
    box = slider.locator("[data-testid=stSliderThumbValue]").locator("xpath=..").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, slider.bounding_box()["width"]


def drag(page: Any, x: float, y: float, width: float) -> None:
    """Drag a thumb back and forth at about 60 moves a second, out of step with the screen's frames, and let go."""
    rng = random.Random(0)
    page.mouse.move(x, y)
    page.mouse.down()
    for move in range(MOVES):
        there_and_back = abs((move / 18 + 0.5) % 2 - 1) - 0.5
        page.mouse.move(x + 0.6 * width * there_and_back + rng.uniform(-4, 4), y)
        time.sleep(rng.uniform(0.004, 0.020))
    page.mouse.up()
    page.wait_for_timeout(600)  # the stock page has its only picture after this


def release(page: Any) -> None:
    """Move the first stock slider and let it go, each time somewhere else, and wait for its picture."""
    x, y, width = _stock_thumb(page)
    left = page.locator("[data-testid=stSlider]").first.bounding_box()["x"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(left + width * random.Random(time.monotonic_ns()).uniform(0.1, 0.9), y, steps=5)
    before = page.evaluate("releaseSamples.length")
    page.mouse.up()
    page.wait_for_function(f"releaseSamples.length > {before}", timeout=10_000)
    page.wait_for_timeout(150)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="mnist-16d")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5, help="of drags on Explore and releases on the stock page")
    parser.add_argument("--home", default="", help="the server's LATENT_HOME; an empty one if not given")
    parser.add_argument("--no-browser", dest="browser", action="store_false")
    return parser.parse_args()


if __name__ == "__main__":
    main()
