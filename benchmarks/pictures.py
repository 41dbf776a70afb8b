"""Draw the pictures and films of README from the running app, with the hand that they show.

python benchmarks/pictures.py [explore line over-map]
"""

import io
import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import LAUNCH, find_chromium
from tests.running import ROOT, running_server

WIDTH, HEIGHT = 1280, 800
FRAMES, PACE = 56, 80  # of a film, and ms each
FILM_WIDTH, COLOURS = 880, 224
ASSETS = ROOT / "assets"
Point = tuple[float, float]


def main(*names: str) -> None:
    """Draw those that are named, or all."""
    drawn = {name: DRAWN[name] for name in names or DRAWN}
    path = find_chromium()
    if path is None:
        sys.exit("This needs Chromium: install it, or run `playwright install chromium`.")
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=LAUNCH)
        for name, draw in drawn.items():
            file = draw(browser, server.url)
            print(f"{name}: {file.relative_to(ROOT)}, {file.stat().st_size / 1024:.0f} kB", flush=True)
        browser.close()


def _opened(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.locator("canvas[data-role=picture], [data-role=chart]").first.wait_for()
    page.wait_for_timeout(5000)
    return page


def _still(address: str, name: str, before: Callable[[Page], None] = lambda page: None) -> Callable[..., Path]:
    def draw(browser: Browser, url: str) -> Path:
        page = _opened(browser, url + address)
        before(page)
        file = ASSETS / f"{name}.png"
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.convert("RGB").quantize(256).save(file, optimize=True)
        page.context.close()
        return file

    return draw


def _film(address: str, name: str, element: str, path: Callable[[Page], Iterator[None]]) -> Callable[..., Path]:
    """Film an element while the hand goes its way, a picture after each of its steps."""

    def draw(browser: Browser, url: str) -> Path:
        page = _opened(browser, url + address)
        box = page.locator(element).first.bounding_box()
        if box is None:
            raise RuntimeError(f"{element} is not on the page.")
        frames = []
        for _ in path(page):
            page.wait_for_timeout(60)
            frame = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")
            frames.append(
                frame.resize((FILM_WIDTH, round(frame.height * FILM_WIDTH / frame.width)), Image.Resampling.LANCZOS)
            )
        palette = frames[len(frames) // 2].quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
        flat = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
        file = ASSETS / f"{name}.gif"
        flat[0].save(file, save_all=True, append_images=flat[1:], duration=PACE, loop=0, optimize=True)
        page.context.close()
        return file

    return draw


def _along_the_line(page: Page) -> Iterator[None]:
    """Drag the cloud over the plane, then draw a few times, then put other digits in."""
    box = page.locator("canvas[data-role=cloud]").bounding_box()
    assert box is not None
    for frame in range(FRAMES // 2):
        t = 2 * math.pi * frame / (FRAMES // 2)
        x, y = 0.5 + 0.3 * math.sin(t), 0.5 + 0.3 * math.cos(2 * t)
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        if not frame:
            page.mouse.down()
        yield
    page.mouse.up()
    again = page.get_by_role("button", name="Draw again")
    for frame in range(FRAMES // 4):
        if frame % 3 == 0:
            again.click()
        yield
    choices = page.locator(".choices .film button")
    for frame in range(FRAMES // 4):
        if frame % 4 == 0:
            choices.nth(2 + frame // 4).click()
        yield


def _over_the_map(page: Page) -> Iterator[None]:
    """Move the pointer over the map, where pictures are decoded under it."""
    box = page.locator("[data-role=chart]").bounding_box()
    assert box is not None
    for frame in range(FRAMES):
        t = 2 * math.pi * frame / FRAMES
        x, y = 0.5 + 0.3 * math.sin(t), 0.5 + 0.32 * math.sin(2 * t)
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        yield


DRAWN: dict[str, Callable[[Browser, str], Path]] = {
    "explore": _still("/explore?model=mnist-16d&image=17", "explore"),
    "line": _film("/?model=mnist-2d", "line", ".hero", _along_the_line),
    "over-map": _film("/map?model=mnist-2d&map=identity", "over-map", ".latent-map", _over_the_map),
}


if __name__ == "__main__":
    main(*sys.argv[1:])
