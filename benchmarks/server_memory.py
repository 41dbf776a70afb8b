"""What the server holds in memory after every page was used, with a browser still on them.

python benchmarks/server_memory.py [--model mnist-16d]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.chromium import LAUNCH, find_chromium
from tests.running import Server, running_server
from vae.library.shelf import find
from web.wire import frames

LIMIT = 350  # MB, of the idle server


def main() -> None:
    """Use the app as a visitor does and print the resident memory after each step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="mnist-16d")
    parser.add_argument("--home", default="", help="the server's LATENT_HOME; an empty one if not given")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_server(Path(options.home or folder)) as server:
        report("started", server)
        fill_the_socket(server, options.model)
        report("1,024 pictures decoded at once over the socket", server)
        resident = visit(server, options.model)
    print(f"idle server below {LIMIT} MB: {'yes' if resident < LIMIT else 'NO'}")


def fill_the_socket(server: Server, model: str) -> None:
    """Ask for as many rows as one frame may."""
    z = np.zeros((frames.MAX_ROWS, find(model).card.latent.dims), np.float32)
    with connect(server.live, max_size=None) as live:
        live.send(frames.request(1, "decode", model, z))
        live.recv()


def visit(server: Server, model: str) -> float:
    """Open each page in Chromium, and return the MB held when all has come to rest."""
    path = find_chromium()
    if path is None:
        print("pages: not visited, no Chromium found")
        return report("idle", server)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=path, args=LAUNCH).new_page()
        pages = {"Home": "", "Explore": f"explore?model={model}", "Map": f"map?model={model}", "Home again": ""}
        for title, address in pages.items():
            page.goto(f"{server.url}/{address}")
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(2000)
            if title == "Map":
                sweep(page)
            report(title, server)
        page.wait_for_timeout(3000)
        return report("idle", server)


def sweep(page: Any) -> None:
    """Point all over the map, so that places of it are decoded."""
    box = page.locator("[data-role=chart]").bounding_box()
    for i in range(60):
        page.mouse.move(box["x"] + box["width"] * (0.2 + 0.01 * i), box["y"] + box["height"] * (0.3 + 0.4 * (i % 2)))
        page.wait_for_timeout(20)


def report(step: str, server: Server) -> float:
    """Print and return the resident memory of the server and its children, in MB."""
    time.sleep(0.5)
    process = psutil.Process(server.process.pid)
    resident = sum(p.memory_info().rss for p in (process, *process.children(recursive=True))) / 1e6
    print(f"{step:<50}{resident:>8.0f} MB", flush=True)
    return resident


if __name__ == "__main__":
    main()
