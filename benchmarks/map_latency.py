"""The Map page in Chromium with software WebGL: how fast pictures follow the pointer, how it pans, how soon it stands.

    python benchmarks/map_latency.py [--rounds 5] [--opens 8]

- moved to painted: real pointer moves over the map at about 60 a second, out of step with the frames, from the event's
  time to the first task after the frame that paints the picture of that move or a later one. Two maps of 10,000 points
  take turns: the latent plane of mnist-2d and the t-SNE of mnist-16d.
- pan: a drag back and forth, and the frames in which points were drawn; with the layer of pictures underneath, which
  are decoded while the map moves, and without, in turns.
- first paint: from the start of navigation to the first task after the frame with the points, each time in a new
  context without a cache, on a server that has opened the model before. Switched: from the press to the same.
- 60,000 points: mnist-2d with made-up codes, its own 10,000 drawn 60,000 times with noise of 0.1 in each coordinate.
- plotly: the same 60,000 points in scattergl, in turns with ours: frames and first paint counted by the same hooks.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.hand import free_port, hand_on
from benchmarks.report import figure, latency, latency_heading, machine
from benchmarks.serving import serving
from tests.chromium import LAUNCH, find_chromium
from tests.running import Server, running_server
from vae.files import sha256
from vae.home import BUNDLED_MODELS
from vae.library.cards import read_card, write_card
from vae.library.codes import Codes, read_codes, write_codes

MANY = 60_000
SECONDS = 2.5  # of movement in a round
PLANE, TSNE = "mnist-2d, latent plane", "mnist-16d, t-SNE"
OURS, PEER = "ours", f"plotly {version('plotly')}"
HERE = Path(__file__).parent


def main() -> None:
    """Run all parts in one browser and print one table."""
    options = _options()
    path = find_chromium()
    if path is None:
        sys.exit("This needs Chromium: install it, or run `playwright install chromium`.")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        many = write_many(Path(folder) / "models" / "mnist-2d-60k")
        server = stack.enter_context(running_server(Path(folder)))
        peer = stack.enter_context(serving("benchmarks.plotly_page:app", POINTS=str(many)))
        port = free_port()
        arguments = [*LAUNCH, f"--remote-debugging-port={port}"]
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=path, args=arguments)
        print(f"{machine()}\nChromium {browser.version}, WebGL by {_renderer(browser)}")
        latency_heading()
        maps = {PLANE: _address(server, "mnist-2d", "identity"), TSNE: _address(server, "mnist-16d", "tsne")}
        follow(browser, port, maps, options.rounds)
        pan_with_pictures(browser, port, maps, options.rounds)
        first_paints(browser, maps, options.opens, 1500)
        switches(browser, server, options.opens)
        large = {OURS: _address(server, "mnist-2d-60k", "identity"), PEER: f"http://{peer}/?n={MANY}"}
        first_paints(browser, large, options.opens, 3000, f"{MANY:,} points: ")
        pan_beside(browser, port, large, options.rounds)
        browser.close()


def write_many(folder: Path) -> Path:
    """Write mnist-2d with made-up codes, as many as `MANY`; return the path of its codes."""
    shutil.copytree(BUNDLED_MODELS / "mnist-2d", folder, ignore=shutil.ignore_patterns("maps"))
    codes, card = read_codes(folder), read_card(folder)
    if codes is None:
        raise RuntimeError("mnist-2d has no codes.")
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(codes.centre), MANY)
    mean = codes.centre[drawn] + rng.normal(0, 0.1, (MANY, 2)).astype(np.float32)
    path = folder / "codes.npz"
    many = {name: None if array is None else array[drawn] for name, array in vars(codes).items()}
    write_codes(path, Codes(**many | {"centre": mean}))
    write_card(replace(card, name=folder.name, files=card.files | {path.name: sha256(path)}), folder)
    return path


def follow(browser: Browser, port: int, maps: dict[str, str], rounds: int) -> None:
    """Time pictures that follow the pointer, in turns on each map."""
    pages = {name: _opened(browser, address) for name, address in maps.items()}
    samples: dict[str, list[float]] = {name: [] for name in maps}
    for turn in range(rounds + 1):  # the first one warms up
        for name, page in pages.items():
            page.bring_to_front()
            page.evaluate("void (latencySamples.length = 0)")
            _wave(page, port, turn)
            if turn:
                samples[name] += [ms / 1e3 for ms in page.evaluate("latencySamples")]
    for name, seconds in samples.items():
        latency(f"pointer moved to painted: {name} ({len(seconds)} moves)", seconds, 25, 50)
    _close(pages)


def pan_with_pictures(browser: Browser, port: int, maps: dict[str, str], rounds: int) -> None:
    """Pan with pictures that are decoded meanwhile, and without, in turns."""
    kinds = [(name, pictures) for name in maps for pictures in (True, False)]
    pages = {kind: _opened(browser, maps[kind[0]]) for kind in kinds}
    for (_, pictures), page in pages.items():
        _zoom_in(page)
        if pictures:
            _lay_pictures(page)
    measured = _in_turns(pages, port, rounds)
    for (name, pictures), (per_second, delays, grids) in measured.items():
        what = f"pan {name}, {'pictures decoded underneath' if pictures else 'points alone'}"
        figure(what, f"{np.median(per_second):.0f} frames/s")
        latency("  pointer moved to painted", delays)
        if pictures:
            figure("  requests for pictures meanwhile", f"{grids}")
    _close(pages)


def pan_beside(browser: Browser, port: int, large: dict[str, str], rounds: int) -> None:
    """Pan many points beside the peer."""
    pages = {name: _opened(browser, address) for name, address in large.items()}
    measured = _in_turns(pages, port, rounds)
    for name, (per_second, delays, _) in measured.items():
        target = (">= 15", bool(np.median(per_second) >= 15)) if name == OURS else ()
        figure(f"{MANY:,} points: pan, {name}", f"{np.median(per_second):.1f} frames/s", *target)
        latency("  pointer moved to painted", delays)
    ratio = np.median(np.array(measured[OURS][0]) / np.array(measured[PEER][0]))
    figure("  times the peer's frames, median of rounds", f"{ratio:.1f}")
    _close(pages)


def _in_turns(pages: dict[Any, Page], port: int, rounds: int) -> dict[Any, tuple[list[float], list[float], int]]:
    """Pan each page once a round; return the frames a second, the moves' delays in seconds and requests for grids."""
    measured: dict[Any, tuple[list[float], list[float], int]] = {kind: ([], [], 0) for kind in pages}
    for turn in range(rounds + 1):
        for kind, page in pages.items():
            page.bring_to_front()
            page.evaluate("void (mapSamples.frames.length = mapSamples.panned.length = mapSamples.grids = 0)")
            frames = _pan(page, port, turn)
            got = page.evaluate("mapSamples")
            if turn:
                per_second, delays, grids = measured[kind]
                per_second.append(frames)
                measured[kind] = per_second, delays + [ms / 1e3 for ms in got["panned"]], grids + got["grids"]
    return measured


def first_paints(browser: Browser, addresses: dict[str, str], opens: int, most: float, prefix: str = "") -> None:
    """Open each page anew, in turns."""
    samples: dict[str, list[float]] = {name: [] for name in addresses}
    for turn in range(opens + 1):
        for name, address in addresses.items():
            page = _context(browser).new_page()
            page.goto(address)
            page.wait_for_function("mapSamples.firstPoints !== null", timeout=60_000)
            if turn:
                samples[name].append(page.evaluate("mapSamples.firstPoints"))
            page.context.close()
    for name, milliseconds in samples.items():
        middle, worst = np.median(milliseconds), max(milliseconds)
        target = () if name == PEER else (f"<= {most:.0f}", bool(worst <= most))
        figure(f"{prefix}first paint, {name} (median, most of {opens})", f"{middle:.0f}, {worst:.0f} ms", *target)


def switches(browser: Browser, server: Server, times: int) -> None:
    """Go from one finished map of mnist-16d to another and back."""
    page = _opened(browser, _address(server, "mnist-16d", "tsne"))
    for turn in range(2 * times + 2):
        before = page.evaluate("mapSamples.switched.length")
        page.locator(f".map-tools input[value={'tsne' if turn % 2 else 'pca'}]").locator("xpath=..").click()
        page.wait_for_function(f"mapSamples.switched.length > {before}", timeout=20_000)
        page.wait_for_timeout(600)  # the flight to its points, the pictures
    seconds = [ms / 1e3 for ms in page.evaluate("mapSamples.switched")[2:]]
    latency(f"a finished map reopened: pressed to painted ({len(seconds)})", seconds, 300, 300)
    figure("  the slowest", f"{1e3 * max(seconds):.0f} ms")
    page.context.close()


def _address(server: Server, model: str, map: str) -> str:
    return f"{server.url}/map?model={model}&map={map}"


def _context(browser: Browser) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    for script in ("in_page.js", "in_map.js"):
        context.add_init_script(path=HERE / script)
    return context


def _opened(browser: Browser, address: str) -> Page:
    page = _context(browser).new_page()
    page.goto(address)
    page.wait_for_function("mapSamples.firstPoints !== null", timeout=60_000)
    page.wait_for_timeout(2000)  # come to rest
    return page


def _close(pages: dict[Any, Page]) -> None:
    for page in pages.values():
        page.context.close()


def _renderer(browser: Browser) -> str:
    page = browser.new_page()
    name = page.evaluate(
        """() => {
          const gl = document.createElement("canvas").getContext("webgl2");
          const named = gl?.getExtension("WEBGL_debug_renderer_info");
          return gl?.getParameter(named?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER) ?? "nothing";
        }"""
    )
    page.close()
    return str(name)


def _box(page: Page) -> tuple[float, float, float, float]:
    box = page.locator("[data-role=chart], #plot").bounding_box()
    if box is None:
        raise RuntimeError("The map is not on the page.")
    return box["x"], box["y"], box["width"], box["height"]


def _wave(page: Page, port: int, seed: int) -> None:
    """Move the pointer all over the map, at about 60 moves a second out of step with the screen's frames."""
    rng = random.Random(seed)
    left, top, width, height = _box(page)

    def path(t: float) -> tuple[float, float]:
        x, y = 0.42 * np.sin(2.3 * (t + seed)), 0.42 * np.sin(3.1 * (t + seed))
        return left + width * (0.5 + x) + rng.uniform(-3, 3), top + height * (0.5 + y) + rng.uniform(-3, 3)

    with hand_on(page, port) as hand:
        hand.follow(path, SECONDS, (rng.uniform(0.008, 0.025) for _ in range(10_000)))
        hand.move(5, 5)
        hand.wait()
    page.wait_for_timeout(300)


def _pan(page: Page, port: int, seed: int) -> float:
    """Drag the map about with the button held, at 125 moves a second; return how many seconds it took."""
    rng = random.Random(seed)
    left, top, width, height = _box(page)
    x, y = left + width / 2, top + height / 2
    with hand_on(page, port) as hand:
        hand.move(x, y)
        hand.press(x, y)
        started = time.perf_counter()
        hand.follow(
            lambda t: (x + 0.35 * width * np.sin(4 * t), y + 0.35 * height * np.sin(2.7 * t)),
            SECONDS,
            (rng.uniform(0.006, 0.010) for _ in range(10_000)),
        )
        seconds = time.perf_counter() - started
        frames = page.evaluate("mapSamples.frames.length")
        hand.release(x, y)
        hand.move(5, 5)
    page.wait_for_timeout(400)
    return float(frames / seconds)


def _zoom_in(page: Page) -> None:
    """Come so near that a drag brings into view what was not."""
    left, top, width, height = _box(page)
    page.mouse.move(left + width / 2, top + height / 2)
    page.keyboard.down("Control")
    for _ in range(3):
        page.mouse.wheel(0, -500)
    page.keyboard.up("Control")
    page.mouse.move(5, 5)


def _lay_pictures(page: Page) -> None:
    page.locator("[data-layer=pictures]").check()
    page.wait_for_timeout(1500)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="of movements that take turns")
    parser.add_argument("--opens", type=int, default=8, help="of each page, and switches there and back")
    return parser.parse_args()


if __name__ == "__main__":
    main()
