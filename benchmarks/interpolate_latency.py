"""The Interpolate page: how soon the picture follows the slider, how long a strip takes, how long a film.

    python benchmarks/interpolate_latency.py [--model mnist-16d] [--rounds 5] [--repeats 30]

- moved to painted: real pointer moves on the slider at about 60 a second, out of step with the frames, from the event's
  time to the first task after the frame that paints the picture of that move or a later one, in Chromium.
- strip: 64 codes of a path decoded over the live socket, from a Python client, and the path itself before that.
- film: the same 64 codes as a GIF, from the request to its last byte.
"""

import argparse
import math
import random
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.hand import free_port, hand_on
from benchmarks.report import latency, latency_heading, machine
from tests.chromium import LAUNCH, find_chromium
from tests.running import Server, running_server
from vae.explore.ways import PATHS
from vae.library.shelf import find
from web.wire import frames

PICTURES = 64
SECONDS = 2.5  # of movement in a round
HERE = Path(__file__).parent


def main() -> None:
    """Run all parts on one server and print one table."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        print(machine())
        latency_heading()
        anchors = ends(options.model)
        follow(server, options.model, anchors, options.rounds)
        strips(server, options.model, anchors, options.repeats)
        films(server, options.model, anchors, max(3, options.repeats // 3))


def ends(model: str) -> np.ndarray:
    """Return two codes to go between, float32 [2, d], each of the length that draws from the prior have."""
    dims = find(model).card.latent.dims
    drawn = np.random.default_rng(0).standard_normal((2, dims))
    return (drawn * math.sqrt(dims) / np.linalg.norm(drawn, axis=1, keepdims=True)).round(3).astype(np.float32)


def follow(server: Server, model: str, anchors: np.ndarray, rounds: int) -> None:
    """Time the picture that follows a drag of the slider."""
    path = find_chromium()
    if path is None:
        print("in Chromium: not measured, no Chromium found; install it, or run `playwright install chromium`")
        return
    from playwright.sync_api import sync_playwright

    samples: list[float] = []
    with sync_playwright() as playwright:
        port = free_port()
        flags = [*LAUNCH, f"--remote-debugging-port={port}"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        for script in ("in_page.js", "in_path.js"):
            context.add_init_script(path=HERE / script)
        page = context.new_page()
        codes = ";".join("z:" + ",".join(f"{value:g}" for value in z) for z in anchors)
        page.goto(f"{server.url}/interpolate?model={model}&path=straight&anchors={codes}")
        page.locator("canvas[data-role=strip][data-n]").wait_for()
        page.wait_for_timeout(4000)  # the other paths are measured, and the page comes to rest
        for turn in range(rounds + 1):  # the first one warms up
            page.evaluate("void (latencySamples.length = 0)")
            _wave(page, port, turn)
            page.wait_for_timeout(300)
            samples += [ms / 1e3 for ms in page.evaluate("latencySamples")] if turn else []
        browser.close()
    latency(f"slider moved to painted picture, {model} ({len(samples)} moves)", samples, 20)


def _wave(page: Any, port: int, seed: int) -> None:
    """Drag the slider to and fro."""
    box = page.locator("[data-role=along]").bounding_box()
    middle, reach = box["x"] + box["width"] / 2, 0.4 * box["width"]
    y = box["y"] + box["height"] / 2
    with hand_on(page, port) as hand:
        hand.move(middle, y)
        hand.press(middle, y)
        hand.follow(lambda t: (middle + reach * math.sin(2.2 * t), y), SECONDS, _pauses(seed))
        hand.release(middle, y)


def _pauses(seed: int) -> Iterator[float]:
    rng = random.Random(seed)
    while True:
        yield rng.uniform(0.008, 0.024)


def strips(server: Server, model: str, anchors: np.ndarray, repeats: int) -> None:
    """Time paths of each kind, and the decoding of their pictures."""
    walked: dict[str, list[float]] = {kind: [] for kind in PATHS}
    decoded: list[float] = []
    computing: list[float] = []
    with connect(server.live, compression=None, max_size=None) as live:
        for turn in range(repeats + 1):
            for kind, seconds in walked.items():
                started = time.perf_counter()
                wanted = {"kind": kind, "n": PICTURES}
                _, codes = _asked(live, frames.request(turn, "path", model, anchors, path=wanted))
                ended = time.perf_counter()
                header, _ = _asked(live, frames.request(turn, "decode", model, codes))
                if turn:
                    seconds.append(ended - started)
                    decoded.append(time.perf_counter() - ended)
                    computing.append(header["seconds"])
    for kind, seconds in walked.items():
        latency(f"path of {PICTURES} codes: {PATHS[kind].title.lower()}", seconds)
    latency(f"strip: {PICTURES} pictures, there and back over the socket", decoded, 60)
    latency("  of which on the server", computing, 60)


def _asked(live: Any, frame: bytes) -> tuple[dict[str, Any], np.ndarray]:
    live.send(frame)
    header, array = frames.read_answer(bytes(live.recv()))
    if array is None:
        raise RuntimeError(header["error"]["message"])
    return header, array


def films(server: Server, model: str, anchors: np.ndarray, repeats: int) -> None:
    """Time films of as many pictures."""
    share = np.linspace(0, 1, PICTURES, dtype=np.float32)[:, None]
    codes = (1 - share) * anchors[0] + share * anchors[1]
    body = frames.join({"shape": codes.shape}, codes.astype(np.float32).tobytes())
    for kind, most in (("gif", 1000.0), ("mp4", None)):
        seconds = []
        for _ in range(repeats + 1):
            started = time.perf_counter()
            address = f"{server.url}/api/strip?model={model}&kind={kind}"
            with urllib.request.urlopen(urllib.request.Request(address, body, method="POST"), timeout=60) as answer:
                size = len(answer.read())
            seconds.append(time.perf_counter() - started)
        latency(f"{kind.upper()} of {PICTURES} pictures, {size / 1024:.0f} kB", seconds[1:], most)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="mnist-16d")
    parser.add_argument("--rounds", type=int, default=5, help="of drags, each of 2.5 s")
    parser.add_argument("--repeats", type=int, default=30, help="of strips; a third as many films")
    return parser.parse_args()


if __name__ == "__main__":
    main()
