"""From the hand to the painted picture, on every page, beside a bare page that paints the pointer's place.

    python benchmarks/hand_latency.py [--rounds 5] [--pages home explore … file-line file-slider file-map series …]

One run, one browser, pages in turns, the same free hand: a mouse that moves at about 60 moves a second whatever the
page does (benchmarks/hand.py). Printed for each page:

- moved to painted: from the movement's own time to the first task after the frame that paints the picture of that
  movement or a later one; and the ratio of the medians to the bare page's (target: at most 1.3);
- the pages called by a kind of data are Explore with a model of that kind (target: p50 at most 20 ms, p95 at most 40;
  molecules 30 and 60, for their symbols: a drawing follows once the server has made it);
- the pages called file-… are models as one HTML file, opened from the disk with nobody to ask (vae/exchange/page.py);
- main thread: its own time in tasks, a frame (target: at most 3 ms), how many layouts and style passes there were a
  frame, and how many frames a second, from Chromium's own trace, in windows of their own without the hooks of the
  first part.
"""

import argparse
import json
import math
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.hand import free_port, hand_on
from benchmarks.interpolate_latency import ends
from benchmarks.report import figure, latency, latency_heading, machine
from tests.chromium import LAUNCH, find_chromium
from tests.running import Server, running_server
from vae.exchange.formats.formats import export
from vae.library.shelf import find

SECONDS = 2.5  # of movement in a round
BARE = "bare"
SLIDER = "input[type=range][data-dim]"
PAGES = ["home", "explore", "map", "interpolate", "restore", "compare", "file-line", "file-slider", "file-map"]
KINDS = {
    "series": "beats-8d",
    "text": "names-32d",
    "tastes": "tastes-8d",
    "molecules": "qm9-32d",
    "sounds": "vowels-16d",
    "masks": "phantoms-6d",
}
"""The bundled model of each kind of data that is no image."""

WITHIN = dict.fromkeys(KINDS, (20, 40)) | {"molecules": (30, 60)}
"""What p50 and p95 must be at most, in ms, whatever a bare page takes."""

HERE = Path(__file__).parent
Place = tuple[float, float]
Box = dict[str, float]
TRACED = ["disabled-by-default-devtools.timeline", "devtools.timeline", "toplevel"]


@dataclass(frozen=True)
class Subject:
    """A page to measure: its address, what makes it ready, what the hand moves on and how.

    hook: a script that knows which movement a request is of; path: t in seconds and the element's box to a place;
    held: whether the button is held meanwhile; prepare: what is done once before.
    """

    address: str
    element: str
    hook: str = ""
    held: bool = True
    prepare: Callable[[Page], None] = lambda page: None
    path: Callable[[float, Box], Place] = lambda t, box: (
        box["x"] + box["width"] * (0.5 + 0.4 * math.sin(2.3 * t)),
        box["y"] + box["height"] / 2,
    )


def _wave(t: float, box: Box) -> Place:
    x, y = 0.4 * math.sin(2.3 * t), 0.4 * math.sin(3.1 * t)
    return box["x"] + box["width"] * (0.5 + x), box["y"] + box["height"] * (0.5 + y)


def subjects(server: Server, folder: Path) -> dict[str, Subject]:
    """Return the pages to measure by name, the bare one first; files that need no server are written to `folder`."""
    plane, many = (
        export(find(name), "html", folder / f"{name}.html").path.as_uri() for name in ("mnist-2d", "mnist-16d")
    )
    codes = ";".join("z:" + ",".join(f"{value:g}" for value in z) for z in ends("mnist-16d"))
    return {
        BARE: Subject(f"{server.url}/bare", "#bare", held=False, path=_wave),
        "home": Subject(
            f"{server.url}/?model=mnist-2d", "canvas[data-role=cloud]", "in_line.js", prepare=_quiet, path=_wave
        ),
        "explore": Subject(f"{server.url}/explore?model=mnist-16d", SLIDER),
        "map": Subject(
            f"{server.url}/map?model=mnist-2d&map=identity", "[data-role=chart]", "in_map.js", False, path=_wave
        ),
        "interpolate": Subject(
            f"{server.url}/interpolate?model=mnist-16d&path=straight&anchors={codes}",
            "[data-role=along]",
            "in_path.js",
        ),
        "restore": Subject(
            f"{server.url}/restore?model=mnist-denoise-16d&corruption=gaussian",
            "input[data-role=amount]",
            "in_restore.js",
        ),
        "compare": Subject(
            f"{server.url}/compare?models=mnist-2d,mnist-ae-2d", "[data-role=map]", "in_compare.js", False, path=_wave
        ),
        "file-line": Subject(
            plane, "[data-room=machine] canvas[data-role=cloud]", "in_line.js", prepare=_quiet, path=_wave
        ),
        "file-slider": Subject(many, f"[data-room=numbers] {SLIDER}"),
        "file-map": Subject(f"{plane}#map", "[data-room=map] [data-role=chart]", "in_map.js", False, path=_wave),
        **{kind: Subject(f"{server.url}/explore?model={KINDS[kind]}", SLIDER) for kind in KINDS},
    }


def main() -> None:
    """Measure all pages in turns and print one table."""
    options = options_of(__doc__, 5)
    with measuring(options.pages) as (browser, port, chosen):
        painted = times(browser, port, chosen, options.rounds)
        threads = loads(browser, port, chosen, max(1, options.rounds // 2))
    latency_heading()
    for name in chosen:
        within = WITHIN.get(name, (None, None))
        latency(f"{name}: pointer moved to painted ({len(painted[name])} moves)", painted[name], *within)
        if name not in (BARE, *KINDS) and painted[name]:
            ratio = float(np.median(painted[name]) / np.median(painted[BARE]))
            figure("  times the bare page's, p50", f"{ratio:.2f}", "<= 1.3", ratio <= 1.3)
        busy, layouts, styles, rate = np.median(threads[name], 0)
        figure("  main thread a frame", f"{busy:.2f} ms", "<= 3 ms", bool(busy <= 3))
        figure("  layouts, style passes a frame", f"{layouts:.2f}, {styles:.2f}")
        figure("  frames a second", f"{rate:.1f}")


@contextmanager
def measuring(names: list[str]) -> Iterator[tuple[Browser, int, dict[str, Subject]]]:
    """Open a browser beside a server of its own; yield it, its port and the pages to measure, the bare one first."""
    path = find_chromium()
    if path is None:
        sys.exit("This needs Chromium: install it, or run `playwright install chromium`.")
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server, sync_playwright() as running:
        port = free_port()
        browser = running.chromium.launch(executable_path=path, args=[*LAUNCH, f"--remote-debugging-port={port}"])
        print(f"{machine()}\nChromium {browser.version}")
        yield (
            browser,
            port,
            {name: each for name, each in subjects(server, Path(folder)).items() if name in (BARE, *names)},
        )
        browser.close()


def times(browser: Browser, port: int, chosen: dict[str, Subject], rounds: int) -> dict[str, list[float]]:
    """Return for each page how long every movement took to be painted, in seconds."""
    pages = {name: opened(browser, subject, hooked=True) for name, subject in chosen.items()}
    samples: dict[str, list[float]] = {name: [] for name in chosen}
    for turn in range(rounds + 1):  # the first one warms up
        for name, page in pages.items():
            page.evaluate("void (latencySamples.length = 0)")
            move(page, port, chosen[name], turn)
            samples[name] += [ms / 1e3 for ms in page.evaluate("latencySamples")] if turn else []
    for page in pages.values():
        page.context.close()
    return samples


def loads(browser: Browser, port: int, chosen: dict[str, Subject], rounds: int) -> dict[str, list[tuple[float, ...]]]:
    """Return for each page and round what `a_frame` returns."""
    pages = {name: opened(browser, subject, hooked=False) for name, subject in chosen.items()}
    measured: dict[str, list[tuple[float, ...]]] = {name: [] for name in chosen}
    for turn in range(rounds + 1):
        for name, page in pages.items():
            trace = traced(browser, page, port, chosen[name], turn)
            if turn:
                measured[name].append(a_frame(trace))
    for page in pages.values():
        page.context.close()
    return measured


def traced(browser: Browser, page: Page, port: int, subject: Subject, turn: int) -> list[dict[str, Any]]:
    """Move the hand for a round and return the events of Chromium's trace of it."""
    page.bring_to_front()
    browser.start_tracing(page=page, categories=TRACED)
    move(page, port, subject, turn)
    events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    return events


def a_frame(events: list[dict[str, Any]]) -> tuple[float, float, float, float]:
    """Return the busiest main thread's ms in tasks, layouts and style passes a frame, and its frames a second."""
    seconds, mine, n = frames_of(events)
    held = sum(event.get("tdur", 0) for event in mine if event["name"] == "RunTask" and event["ph"] == "X")
    counts = [
        sum(event["name"] == name and event["ph"] in "XB" for event in mine) for name in ("Layout", "UpdateLayoutTree")
    ]
    return held / 1e3 / n, counts[0] / n, counts[1] / n, (n - 1) / seconds


def frames_of(events: list[dict[str, Any]]) -> tuple[float, list[dict[str, Any]], int]:
    """Return the seconds of the frames of the busiest main thread, its events meanwhile, and how many frames."""
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    frames = [event for event in events if event["name"] == "FireAnimationFrame" and _thread(event) in mains]
    main = max({_thread(event) for event in frames}, key=[_thread(event) for event in frames].count)
    began, ended = (end(event["ts"] for event in frames if _thread(event) == main) for end in (min, max))
    mine = [event for event in events if _thread(event) == main and began <= event.get("ts", 0) <= ended]
    n = len({event["ts"] // 4000 for event in mine if event["name"] == "FireAnimationFrame"})
    return (ended - began) / 1e6, mine, n


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]


def opened(browser: Browser, subject: Subject, hooked: bool) -> Page:
    """Open a page in a window of its own and let it come to rest."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    for script in ("in_page.js", subject.hook) if hooked else ():
        if script:
            context.add_init_script(path=HERE / script)
    page = context.new_page()
    bare = (HERE / "bare_page.html").read_text("utf-8")
    page.route("**/bare", lambda route: route.fulfill(body=bare, content_type="text/html"))
    page.goto(subject.address)
    page.locator(subject.element).first.wait_for(timeout=60_000)
    page.wait_for_timeout(4000)
    subject.prepare(page)
    return page


def _quiet(page: Page) -> None:
    page.get_by_label("noise", exact=True).first.uncheck()


def move(page: Page, port: int, subject: Subject, seed: int) -> None:
    """Move the hand for a round, out of step with the screen's frames."""
    page.bring_to_front()
    rng = random.Random(seed)
    element = page.locator(subject.element).first
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    if box is None:
        raise RuntimeError(f"{subject.element} is not on the page.")

    def path(t: float) -> Place:
        x, y = subject.path(t + seed, box)
        return x + rng.uniform(-2, 2), y

    with hand_on(page, port) as hand:
        hand.move(*path(0))
        if subject.held:
            hand.press(*path(0))
        hand.follow(path, SECONDS, (rng.uniform(0.008, 0.025) for _ in range(10_000)))
        if subject.held:
            hand.release(*path(SECONDS))
        else:
            hand.wait()
    page.wait_for_timeout(400)


def options_of(said: str | None, rounds: int) -> argparse.Namespace:
    """Read how many rounds, and of which pages, from the command line of a benchmark that says this of itself."""
    parser = argparse.ArgumentParser(description=(said or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=rounds, help="of movements that take turns")
    parser.add_argument(
        "--pages", nargs="+", default=PAGES, choices=[*PAGES, *KINDS], help="to measure beside the bare one"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
