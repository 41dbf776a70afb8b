"""What a drag meets after the hand has rested: whether the first pictures come late, and where their time goes.

    python benchmarks/idle.py [--model mnist-16d] [--idle 10] [--rounds 21]

Explore in Chromium and a client in Python rest together, then move. Drags after a long rest alternate with drags after
a short one, so that whatever else the machine does meets both. The worst of each drag is shown in its parts: from the
pointer's move to the request, on the way and in the server, computing in the model, and from the answer to the paint;
and the longest time between two frames of the page, in which nothing else was asked of it.

Before that: the slowest decode of one visitor while another one opens a page, with the collection of garbage that
Streamlit makes after each run of a page and without, as this app has it.
"""

import argparse
import gc
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.live_latency import drag, live_thumb, opened, round_trip
from tests.chromium import LAUNCH, find_chromium
from tests.running import Server, running_server
from vae.library.shelf import find
from web.wire import frames

SHORT = 0.5  # seconds of the rest that the long one is compared with
VISITS = 4  # to each of two pages
SECONDS_OF_A_VISIT = 2.0
STALL = 0.2  # seconds: a hand notices
IN_PAGE = """(() => {
  const seen = (globalThis.idleSeen = { sent: [], gaps: [], tasks: [] });
  const since = new Map();
  let moved = 0;
  addEventListener("pointerrawupdate", ({ timeStamp }) => (moved = timeStamp), true);
  const open = (frame) => {
    const header = new Uint8Array(frame, 4, new DataView(frame).getUint32(0, true));
    return JSON.parse(new TextDecoder().decode(header));
  };
  const Original = globalThis.WebSocket;
  globalThis.WebSocket = class extends Original {
    constructor(...all) {
      super(...all);
      this.live = String(all[0]).includes("/api/live");
      if (!this.live) return;
      this.addEventListener("message", ({ data }) => {
        const header = open(data);
        const one = since.get(header.id);
        if (!one) return;
        since.delete(header.id);
        one.trip = performance.now() - one.at;
        one.computing = 1000 * (header.seconds ?? 0);
        requestAnimationFrame(() => (one.drawing = performance.now() - one.at - one.trip));
      });
    }
    send(data) {
      if (this.live) {
        const header = open(data.buffer ?? data);
        const one = { at: performance.now(), waited: performance.now() - moved, op: header.op };
        since.set(header.id, one);
        seen.sent.push(one);
      }
      return super.send(data);
    }
  };
  let last = performance.now();
  const tick = (now) => {
    seen.gaps.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  const told = (list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration));
  new PerformanceObserver(told).observe({ type: "longtask" });
})()"""


def main() -> None:
    """Rest, move, and print a line for each drag and what they come to."""
    options = _options()
    beside_a_visitor(options.model)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(running_server(Path(options.home or folder)))
        page = _page(_chromium(stack), server, options.model)
        live = stack.enter_context(connect(server.live, compression=None))
        gc.disable()  # of this client: it is not what is measured
        worst: dict[float, list[dict[str, float]]] = {SHORT: [], options.idle: []}
        for turn in range(2 * options.rounds):
            rest = (SHORT, options.idle)[turn % 2]
            time.sleep(rest)
            python = _from_python(live, options.model)
            time.sleep(rest)
            found = _worst(page) | {"python": python}
            worst[rest].append(found)
            print(
                f"after {rest:4.1f} s: " + ", ".join(f"{name} {value:.0f}" for name, value in found.items()), flush=True
            )
    for rest, drags in worst.items():
        for name in drags[0]:
            values = np.array([one[name] for one in drags])
            late = (values > 1000 * STALL).sum()
            print(
                f"after {rest:4.1f} s, the worst of a drag, {name}: p50 {np.median(values):.0f} ms, "
                f"max {values.max():.0f} ms, over {1000 * STALL:.0f} ms in {late} of {len(values)}"
            )


def beside_a_visitor(model: str) -> None:
    """Ask for pictures while a page is opened beside, on a server that collects after each run and on one without."""
    worst: dict[str, list[float]] = {"true": [], "false": []}
    with ExitStack() as stack:
        servers = {
            flag: stack.enter_context(
                running_server(Path(stack.enter_context(tempfile.TemporaryDirectory())), "--runner.postScriptGC", flag)
            )
            for flag in worst
        }
        browser = _chromium(stack)
        pages = {flag: _page(browser, server, model) for flag, server in servers.items()}
        for turn in range(2 * VISITS):
            for flag, server in servers.items():
                with ThreadPoolExecutor(1) as pool, connect(server.live, compression=None) as live:
                    asking = pool.submit(_ask_for, SECONDS_OF_A_VISIT, live, model)
                    pages[flag].locator(".st-key-pages").get_by_text(("Map", "Explore")[turn % 2], exact=True).click()
                    worst[flag].append(asking.result())
    for flag, values in worst.items():
        print(
            f"beside a page that is opened, postScriptGC {flag}: slowest decode p50 {np.median(values):.0f} ms, "
            f"max {max(values):.0f} ms, of {len(values)}",
            flush=True,
        )


def _ask_for(seconds: float, live: Any, model: str) -> float:
    end, slowest = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        slowest = max(slowest, _from_python(live, model, 1))
        time.sleep(0.005)
    return slowest


def _chromium(stack: ExitStack) -> Any:
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        sys.exit("No Chromium found; install it, or run `playwright install chromium`.")
    return stack.enter_context(sync_playwright()).chromium.launch(executable_path=path, args=LAUNCH)


def _page(browser: Any, server: Server, model: str) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(IN_PAGE)
    return opened(context, f"{server.url}/explore?model={model}")


def _from_python(live: Any, model: str, requests: int = 20) -> float:
    """Ask for so many pictures and return the slowest answer, in ms."""
    dims = find(model).card.latent.dims
    z = np.zeros((1, dims), np.float32)
    return 1000 * max(round_trip(live, frames.request(i, "decode", model, z)) for i in range(requests))


def _worst(page: Any) -> dict[str, float]:
    """Drag a slider and return the worst of each part, in ms."""
    page.evaluate("void (idleSeen.sent.length = idleSeen.gaps.length = idleSeen.tasks.length = 0)")
    drag(page, *live_thumb(page))
    seen = page.evaluate("idleSeen")
    asked = [one for one in seen["sent"] if one["op"] == "decode" and "trip" in one]
    return {
        "to the request": max(one["waited"] for one in asked),
        "answer": max(one["trip"] for one in asked),
        "of which computing": max(one["computing"] for one in asked),
        "to the paint": max(one.get("drawing", 0) for one in asked),
        "between frames": max(seen["gaps"], default=0),
        "longest task": max(seen["tasks"], default=0),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="mnist-16d")
    parser.add_argument("--idle", type=float, default=10.0, help="seconds of the long rest")
    parser.add_argument("--rounds", type=int, default=21, help="drags after each rest")
    parser.add_argument("--home", help="a home to use in place of a new empty one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
