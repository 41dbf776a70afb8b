"""How soon a spoiled picture and what restores it follow the slider of the amount, in Chromium.

    python benchmarks/restore_latency.py [--rounds 5] [--models mnist-16d mnist-denoise-16d]

Real pointer moves along the slider at about 60 a second, out of step with the frames: from the event's time to the
first task after the frame that paints the corrupted and the restored picture of that move or a later one. Moves within
one step of the slider change nothing and are not counted. The models take turns, and so does a page with both large
beside each other. All other methods follow meanwhile, as they always do. Below: how long a request was on its way, and
how long the server computed for it.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.hand import free_port, hand_on
from benchmarks.report import latency, latency_heading, machine
from tests.chromium import LAUNCH, find_chromium
from tests.running import Server, running_server

MODELS = ["mnist-16d", "mnist-denoise-16d"]
SECONDS = 2.5  # of movement in a round
CORRUPTIONS = ["gaussian", "block"]
HERE = Path(__file__).parent
Samples = dict[str, list[float]]


def main() -> None:
    """Measure all pages in turns and print one table."""
    options = _options()
    path = find_chromium()
    if path is None:
        sys.exit("This needs Chromium: install it, or run `playwright install chromium`.")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(options.home or folder)) as server,
        sync_playwright() as playwright,
    ):
        port = free_port()
        browser = playwright.chromium.launch(executable_path=path, args=[*LAUNCH, f"--remote-debugging-port={port}"])
        print(f"{machine()}\nChromium {browser.version}")
        addresses = _addresses(server, options.models)
        pages = {name: _opened(browser, address) for name, address in addresses.items()}
        measured: dict[str, Samples] = {name: {"painted": [], "trips": [], "computing": []} for name in pages}
        for turn in range(options.rounds + 1):  # the first one warms up
            for name, page in pages.items():
                for kind, seconds in _drag(page, port, turn).items():
                    measured[name][kind] += seconds if turn else []
        browser.close()
    latency_heading()
    for name, samples in measured.items():
        latency(f"slider moved to painted: {name} ({len(samples['painted'])})", samples["painted"], 30, 60)
        latency("  asked to answered", samples["trips"])
        latency("    of which computing", samples["computing"])


def _addresses(server: Server, models: list[str]) -> dict[str, str]:
    """Name the pages to measure: each model with each corruption, and the first two models side by side."""
    pages = {
        f"{model}, {corruption}": f"{server.url}/restore?model={model}&corruption={corruption}"
        for corruption in CORRUPTIONS
        for model in models
    }
    if len(models) > 1:
        pages["both large"] = f"{server.url}/restore?model={models[1]}&beside={models[0]}"
    return pages


def _opened(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    for script in ("in_page.js", "in_restore.js"):
        context.add_init_script(path=HERE / script)
    page = context.new_page()
    page.goto(address)
    page.locator("[data-settled] input[data-role=amount]").wait_for(timeout=60_000)
    page.wait_for_timeout(1500)  # come to rest
    return page


def _drag(page: Page, port: int, seed: int) -> Samples:
    """Drag the slider to and fro; return what was measured, in seconds."""
    page.bring_to_front()
    page.evaluate("void (latencySamples.length = restoreSamples.trips.length = restoreSamples.computing.length = 0)")
    rng = random.Random(seed)
    slider = page.locator("input[data-role=amount]")
    box = slider.bounding_box()
    if box is None:
        raise RuntimeError("The slider is not on the page.")
    left, width, y = box["x"] + 10, box["width"] - 20, box["y"] + box["height"] / 2
    x = left + width * float(slider.input_value())

    def path(t: float) -> tuple[float, float]:
        return left + width * (0.5 + 0.4 * np.sin(2.5 * t)) + rng.uniform(-3, 3), y

    with hand_on(page, port) as hand:
        hand.move(x, y)
        hand.press(x, y)
        hand.follow(path, SECONDS, (rng.uniform(0.008, 0.025) for _ in range(10_000)))
        hand.release(*path(SECONDS))
    page.wait_for_timeout(900)
    measured = {"painted": page.evaluate("latencySamples"), **page.evaluate("restoreSamples")}
    return {kind: [ms / 1e3 for ms in milliseconds] for kind, milliseconds in measured.items()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="of movements that take turns")
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--home", default="", help="the server's LATENT_HOME; an empty one if not given")
    return parser.parse_args()


if __name__ == "__main__":
    main()
