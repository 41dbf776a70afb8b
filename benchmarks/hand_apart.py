"""What a frame under the hand is made of, on every page, beside the bare page: where its time goes.

    python benchmarks/hand_apart.py [--rounds 3] [--pages home explore … file-line file-slider file-map]

The pages, the hand and the turns of benchmarks/hand_latency.py, which prints how long a movement takes to be painted.
This one says why. Printed for each page, in milliseconds a frame, and how much more that is than on the bare page:

- the main thread's own time, by what it does: scripts, style, layout, paint (with layers and what is handed to the
  compositor), garbage, and the rest, which is the browser's own tasks around a frame;
- the scripts by whose they are, from Chromium's profiler in rounds of their own: the decoder, drawing, canvas and DOM
  calls (the browser's own code, called by a script), all other modules;
- the threads behind it: the compositor, and the graphics process, which rasters, here without a card.

Main thread and threads are thread time (`tdur`), in which what else the machine does takes no part. The scripts' owners
are the profiler's samples by the clock, which it slows itself: shares, rather than parts of the first table's sum.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Page

from benchmarks.hand_latency import BARE, Subject, frames_of, measuring, move, opened, options_of, traced

Event = dict[str, Any]
Table = dict[str, dict[str, float]]

KINDS = {
    "style": ("UpdateLayoutTree", "ScheduleStyleRecalculation", "InvalidateLayout"),
    "layout": ("Layout",),
    "paint": ("PrePaint", "Paint", "Layerize", "Commit", "UpdateLayer"),
    "garbage": ("MinorGC", "MajorGC", "V8.GC_", "BlinkGC"),
    "scripts": ("FunctionCall", "FireAnimationFrame", "EventDispatch", "TimerFire", "RunMicrotasks", "Evaluate", "v8."),
}
"""What the names of events in Chromium's trace begin with; what is none of these is the browser's own."""

REST = "browser"
THREADS = {
    "Compositor": "compositor",
    "CrGpuMain": "graphics",
    "VizCompositorThread": "graphics",
}
SAMPLED_US = 200
OWNERS = {
    "/shared/net/": "decoder",
    "/shared/draw/": "drawing",
    "/shared/views/": "drawing",
    "/shared/line/": "drawing",
}


def main() -> None:
    """Measure all pages in turns and print one table of a frame, and one of its scripts."""
    options = options_of(__doc__, 3)
    with measuring(options.pages) as (browser, port, chosen):
        frames, scripts = measured(browser, port, chosen, options.rounds)
    columns = ["scripts", "style", "layout", "paint", "garbage", REST, "compositor", "graphics"]
    show("a frame, ms", columns, frames)
    show("its scripts, ms", ["decoder", "drawing", "canvas and DOM", "other modules", "not ours"], scripts)


def measured(browser: Browser, port: int, chosen: dict[str, Subject], rounds: int) -> tuple[Table, Table]:
    """Return for each page the ms a frame of each part, and those of its scripts: medians of the rounds."""
    pages = {name: opened(browser, subject, hooked=False) for name, subject in chosen.items()}
    frames: dict[str, list[Counter[str]]] = {name: [] for name in chosen}
    scripts: dict[str, list[Counter[str]]] = {name: [] for name in chosen}
    for turn in range(rounds + 1):  # the first one warms up
        for name, page in pages.items():
            trace = traced(browser, page, port, chosen[name], turn)
            profile = profiled(page, port, chosen[name], turn)
            if turn:
                _, mine, n = frames_of(trace)
                frames[name].append(_each(parts(mine) + behind(trace, mine), n))
                scripts[name].append(_each(owners(profile), n))
    for page in pages.values():
        page.context.close()
    return _medians(frames), _medians(scripts)


def profiled(page: Page, port: int, subject: Subject, turn: int) -> dict[str, Any]:
    """Move the hand for a round, as `traced` does, and return the profile of the page's scripts."""
    profiler = page.context.new_cdp_session(page)
    profiler.send("Profiler.enable")
    profiler.send("Profiler.setSamplingInterval", {"interval": SAMPLED_US})
    profiler.send("Profiler.start")
    move(page, port, subject, turn)
    profile: dict[str, Any] = profiler.send("Profiler.stop")["profile"]
    profiler.detach()
    return profile


def parts(events: Iterable[Event]) -> Counter[str]:
    """Return the ms of one thread's complete events by what they are, each event's own: without those within it."""
    spent: Counter[str] = Counter()
    within: list[tuple[float, str]] = []  # where the events around this one end, and what they are
    for event in sorted(
        (each for each in events if each["ph"] == "X"), key=lambda each: (each["ts"], -each.get("dur", 0))
    ):
        while within and within[-1][0] <= event["ts"]:
            within.pop()
        kind, own = _kind(event["name"]), event.get("tdur", 0) / 1e3
        spent[kind] += own
        if within:
            spent[within[-1][1]] -= own
        within.append((event["ts"] + event.get("dur", 0), kind))
    return spent


def behind(trace: list[Event], mine: list[Event]) -> Counter[str]:
    """Return the ms in tasks of the threads that work for a page while its main thread's events `mine` are made."""
    began, ended = (end(event["ts"] for event in mine) for end in (min, max))
    names = {
        (event["pid"], event["tid"]): THREADS[name]
        for event in trace
        if event.get("name") == "thread_name"
        for name in THREADS
        if event["args"]["name"].startswith(name)
    }
    spent: Counter[str] = Counter()
    for event in trace:
        thread = (event["pid"], event["tid"])
        if thread in names and event["name"] == "RunTask" and event["ph"] == "X" and began <= event["ts"] <= ended:
            spent[names[thread]] += event.get("tdur", 0) / 1e3
    return spent


def owners(profile: dict[str, Any]) -> Counter[str]:
    """Return the ms of a profile's samples by whose the function is that runs."""
    nodes = {node["id"]: _owner(node["callFrame"]) for node in profile["nodes"]}
    spent: Counter[str] = Counter()
    for node, us in zip(profile["samples"], profile["timeDeltas"], strict=True):
        spent[nodes[node]] += us / 1e3
    return spent


def _owner(frame: dict[str, Any]) -> str:
    path, name = urlsplit(frame["url"]).path, frame["functionName"]
    if not path:
        return "outside" if name.startswith("(") else "canvas and DOM"
    if "/live/" not in path and not path.endswith(".html"):
        return "not ours"
    return next((owner for part, owner in OWNERS.items() if part in path), "other modules")


def _kind(name: str) -> str:
    return next((kind for kind, starts in KINDS.items() if name.startswith(starts)), REST)


def _each(spent: Counter[str], frames: int) -> Counter[str]:
    return Counter({name: ms / frames for name, ms in spent.items()})


def _medians(rounds: dict[str, list[Counter[str]]]) -> Table:
    return {
        page: {part: float(np.median([each[part] for each in counted])) for part in {p for c in counted for p in c}}
        for page, counted in rounds.items()
    }


def show(title: str, columns: list[str], table: Table) -> None:
    """Print ms a frame by page, and beneath each how much more than on the bare page."""
    print(f"\n{title:<16}" + "".join(f"{column:>15}" for column in columns))
    for page, spent in table.items():
        print(f"{page:<16}" + "".join(f"{spent.get(column, 0):>15.2f}" for column in columns))
        if page != BARE:
            more = (spent.get(column, 0) - table[BARE].get(column, 0) for column in columns)
            print(f"{'  beyond bare':<16}" + "".join(f"{each:>+15.2f}" for each in more))


if __name__ == "__main__":
    main()
