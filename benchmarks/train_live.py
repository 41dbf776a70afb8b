"""What watching a training run costs the run, and what a run costs those who explore meanwhile.

    python benchmarks/train_live.py [--rounds 4]

One server, one browser and real runs on mnist-5k. Start to the first map that has moved, and to a useful one; the
trainer's speed with its page open and without, in turns within one run; the live socket and a drag on Explore with the
run training and paused, in turns too.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.live_latency import drag, live_thumb, opened, round_trip
from benchmarks.report import LATENCY_WIDTH, figure, latency, latency_heading, machine
from tests.chromium import LAUNCH, find_chromium
from tests.running import Server, running_server
from vae.config import TrainConfig
from vae.library.shelf import find
from vae.maps.quality import vote_accuracy
from vae.runs import launch, shelf, snapshots
from web.wire import frames

WINDOW = 8.0
"""Seconds of each measurement of the trainer's speed."""

REST = 3.0
"""Seconds for a page to load, or a process to settle, before that."""

REQUESTS = 400
"""On the socket in one round, one every 16 to 20 ms as a hand sends them."""

USEFUL = 0.65
"""10-NN accuracy of a two-dimensional map that one can read."""

LONG = TrainConfig(dataset="mnist-5k", epochs=10_000)
SHORT = TrainConfig(dataset="mnist-5k")


def main() -> None:
    """Measure one thing after the other and print one table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--rounds", type=int, default=4)
    rounds = options.parse_args().rounds
    print(machine())
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as home, running_server(Path(home)) as server, sync_playwright() as playwright:
        os.environ["LATENT_HOME"] = home
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=LAUNCH)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        latency_heading()
        for _ in range(2):  # the first one meets a cold disk, and is shown too
            from_start(server, context)
        with training(LONG) as run:
            cost_of_watching(server, context, run, rounds)
            latency_meanwhile(server, context, run, rounds)
        browser.close()


@contextmanager
def training(config: TrainConfig) -> Any:
    """Train until the block ends."""
    run = launch.launch(config)
    try:
        _wait(lambda: shelf.status(run.folder).state == "training")
        yield run
    finally:
        launch.ask(run.name, wish="discard")
        _wait(lambda: not run.folder.exists())


def from_start(server: Server, context: Any) -> None:
    """Press Start, and wait for the second moment's points to be there; then see when the map was useful."""
    page = context.new_page()
    arrived: dict[str, float] = {}
    page.on("response", lambda r: arrived.setdefault(r.url, time.time()) if "/api/snapshot" in r.url and r.ok else None)
    page.goto(f"{server.url}/train")
    start = page.get_by_role("button", name="Start", exact=True)
    start.wait_for()
    page.wait_for_timeout(1500)  # come to rest
    pressed = time.time()
    start.click()
    while len(arrived) < 2:
        page.wait_for_timeout(50)
        if time.time() - pressed > 120:
            raise RuntimeError("No moving map after two minutes.")
    page.evaluate("new Promise(requestAnimationFrame)")
    moving = time.time() - pressed
    run = shelf.list_runs()[0]
    _wait(lambda: not shelf.status(run.folder).live, 180)
    labels = snapshots.read_probe(run.folder)["labels"]
    at = {step: (run.folder / "snapshots" / f"{step:08d}.npz").stat().st_mtime - pressed for step in _moments(run)}
    votes = {step: vote_accuracy(snapshots.read_snapshot(run.folder, step)["points"], labels) or 0.0 for step in at}
    useful = min((at[step] for step in at if votes[step] >= USEFUL), default=float("inf"))
    figure("Start pressed to the first map that has moved", f"{moving:.1f} s", "<= 6 s", moving <= 6)
    figure(f"  to a map with 10-NN accuracy >= {USEFUL}", f"{useful:.1f} s", "<= 60 s", useful <= 60)
    figure("  10-NN accuracy at the end of the run", f"{votes[max(at)]:.3f} at {at[max(at)]:.1f} s")
    page.close()
    shelf.delete(run.name)


def cost_of_watching(server: Server, context: Any, run: shelf.Run, rounds: int) -> None:
    """Measure the trainer's steps a second with its page open and without, in turns."""
    page = context.new_page()
    speed: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * rounds):
        watched = turn % 2 == 0
        page.goto(f"{server.url}/train?run={run.name}" if watched else "about:blank")
        page.wait_for_timeout(REST * 1e3)
        speed[watched].append(_steps_a_second(run, page))
    page.close()
    alone, seen = (float(np.median(speed[watched])) for watched in (False, True))
    cost = 1 - seen / alone
    figure("the trainer alone, images a second", f"{alone * LONG.batch_size:,.0f}")
    figure("  with its page open", f"{seen * LONG.batch_size:,.0f}")
    figure("  what the page costs it", f"{cost:.1%}", "< 10 %", cost < 0.1)


def _steps_a_second(run: shelf.Run, page: Any) -> float:
    def at() -> tuple[float, int]:
        seen = shelf.status(run.folder)
        return seen.heartbeat, seen.step

    (began, first), _ = at(), page.wait_for_timeout(WINDOW * 1e3)
    ended, last = at()
    return (last - first) / (ended - began)


def latency_meanwhile(server: Server, context: Any, run: shelf.Run, rounds: int, model: str = "mnist-16d") -> None:
    """Measure the socket and a drag on Explore while the run trains and while it is paused, in turns."""
    socket: dict[str, list[float]] = {"training": [], "paused": []}
    dragged: dict[str, list[float]] = {"training": [], "paused": []}
    context.add_init_script(path=Path(__file__).with_name("in_page.js"))
    page = opened(context, f"{server.url}/explore?model={model}")
    for turn in range(2 * rounds):
        state = ("training", "paused")[turn % 2]
        launch.ask(run.name, wish="run" if state == "training" else "pause")
        _wait(lambda state=state: shelf.status(run.folder).state == state)
        time.sleep(1)
        socket[state] += _over_socket(server, model)
        page.evaluate("void (latencySamples.length = 0)")
        drag(page, *live_thumb(page))
        dragged[state] += [ms / 1e3 for ms in page.evaluate("latencySamples")]
    launch.ask(run.name, wish="run")
    page.close()
    for state in socket:
        latency(f"socket: decode 1 row of {model}, run {state}", socket[state], p95=25)
    for state in dragged:
        latency(f"Chromium: pointer moved to painted, run {state} ({len(dragged[state])} moves)", dragged[state])
    ratio = np.percentile(dragged["training"], 95) / np.percentile(dragged["paused"], 95)
    print(f"{'  p95 training / paused':<{LATENCY_WIDTH}}{ratio:>18.2f}")


def _over_socket(server: Server, model: str) -> list[float]:
    rng, hand = np.random.default_rng(0), random.Random(0)
    dims = find(model).card.latent.dims
    seconds = []
    with connect(server.live, compression=None) as live:
        for id in range(REQUESTS):
            frame = frames.request(id, "decode", model, rng.standard_normal((1, dims)).astype(np.float32))
            seconds.append(round_trip(live, frame))
            time.sleep(hand.uniform(0.016, 0.020))
    return seconds[20:]


def _moments(run: shelf.Run) -> list[int]:
    return snapshots.snapshots(run.folder)


def _wait(until: Any, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            raise RuntimeError(f"This did not happen within {seconds:g} s.")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
