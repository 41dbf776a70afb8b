"""The Map page as a hand meets it: where a place of the map is on the screen, and what stands there."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.canvases import grey
from tests.tiny_model import LOG_VARIANCE, codes_of, random_codes, write_tiny_model
from vae.files import sha256
from vae.library.cards import write_card
from vae.library.codes import Codes, write_codes

CLASSES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def rings(n: int = 300, dims: int = 2, seed: int = 0) -> Codes:
    """Return codes in ten clusters on a circle of radius 3 in the first two dimensions, class by class in turn.

    They are multiples of 1/32, which half precision holds exactly, and so do the pictures of `expected_decode`.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 10
    angles = 2 * np.pi * labels / 10
    centres = np.zeros((n, dims))
    centres[:, 0], centres[:, 1] = 3 * np.cos(angles), 3 * np.sin(angles)
    mean = np.round((centres + 0.2 * rng.standard_normal((n, dims))).clip(-3.9, 3.9) * 32) / 32
    negative_elbo = (100 + 10 * rng.random(n)).astype(np.float32)
    return codes_of(mean.astype(np.float32), np.full((n, dims), LOG_VARIANCE, np.float32), negative_elbo, labels)


def spread(n: int, dims: int, seed: int = 0) -> Codes:
    """Return codes in ten clusters anywhere, as exact as those of `rings`."""
    codes = random_codes(n, dims, seed)
    return replace(codes, centre=np.round(codes.centre * 32) / 32)


def write_mapped(folder: Path, codes: Codes, classes: list[str] | None = None) -> None:
    """Write a tiny model with these test codes, whose classes have these names."""
    card = write_tiny_model(folder, codes.centre.shape[1])
    write_codes(folder / "codes.npz", codes)
    files = card.files | {"codes.npz": sha256(folder / "codes.npz")}
    data = replace(card.data, classes=CLASSES if classes is None else classes)
    write_card(replace(card, files=files, data=data), folder)


@dataclass(frozen=True)
class Map:
    """A map in a window; places are in map units, pixels are the window's."""

    page: Page

    @property
    def chart(self) -> Locator:
        return self.page.locator("[data-role=chart]")

    def box(self) -> dict[str, float]:
        """Return where the map lies in the window: x, y, width, height."""
        return self.chart.bounding_box()  # type: ignore[return-value]

    def camera(self) -> tuple[float, float, float]:
        """Return the centre and the width of what is in view, as the address has them."""
        x, y, width = map(float, (self.chart.get_attribute("data-camera") or "").split(","))
        return x, y, width

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place is in the window."""
        box, (cx, cy, width) = self.box(), self.camera()
        scale = box["width"] / width
        left, top = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        return left + (float(x) - cx) * scale, top - (float(y) - cy) * scale

    def place(self, px: float, py: float) -> tuple[float, float]:
        """Return the place that a pixel of the window shows."""
        box, (cx, cy, width) = self.box(), self.camera()
        scale = box["width"] / width
        return cx + (px - box["x"] - box["width"] / 2) / scale, cy - (py - box["y"] - box["height"] / 2) / scale

    def hover(self, x: float, y: float) -> None:
        self.page.mouse.move(*self.pixel(x, y))

    def said(self, words: str) -> None:
        """Wait until the panel says this of what is pointed at."""
        self.page.locator("[data-role=here-title]", has_text=words).wait_for()

    def colour(self, x: float, y: float) -> np.ndarray:
        """Return the mean colour of the 3 x 3 pixels around a place as one sees it, RGB."""
        px, py = self.pixel(x, y)
        clip = {"x": round(px) - 1, "y": round(py) - 1, "width": 3, "height": 3}
        image = Image.open(io.BytesIO(self.page.screenshot(clip=clip)))  # type: ignore[arg-type]
        return np.asarray(image.convert("RGB"), float).mean((0, 1))

    def shows_point(self, place: np.ndarray) -> bool:
        """Say whether a place has a colour, and not the paper's or the ink's grey."""
        return bool(np.ptp(self.colour(*place)) > 25)

    def shows(self, *places: np.ndarray) -> None:
        """Wait until there are points to be seen at all of these places."""
        eventually(lambda: all(self.shows_point(place) for place in places))

    def hides(self, *places: np.ndarray) -> None:
        """Wait until there is none to be seen at any of these places."""
        eventually(lambda: not any(self.shows_point(place) for place in places))


def drawn(page: Page) -> Map:
    """Wait until the points are on the screen and can be pointed at."""
    page.locator("[data-role=chart][data-drawn][data-camera]").wait_for()
    page.locator("[data-role=here-title]:not(:text-is('\u00a0'))").wait_for()
    return Map(page)


def only_points(page: Page) -> None:
    """Take away all that lies over points or under them."""
    page.locator("[data-layer=pictures]").uncheck()
    look = page.locator("[data-role=menu-layers] summary")
    look.click()
    for layer in ("thumbnails", "names", "prior"):
        page.locator(f"[data-layer={layer}]").uncheck()
    look.click()


def picture(page: Page, role: str = "picture") -> np.ndarray:
    """Return what a canvas shows, uint8 [H, W], read from its own memory."""
    return grey(page.locator(f"canvas[data-role={role}]"))


def wait_for_picture(page: Page, wanted: np.ndarray, role: str = "picture", within: int = 0) -> None:
    """Wait until a canvas shows these grey levels, uint8 [H, W], each at most `within` off."""
    page.locator(f"canvas[data-role={role}]").evaluate(
        """async (canvas, [wanted, within]) => {
          for (const until = performance.now() + 15000; performance.now() < until; ) {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const near = (grey, i) => Math.abs(data[4 * i] - grey) <= within;
            if (data.length === 4 * wanted.length && wanted.every(near)) return;
            await new Promise(requestAnimationFrame);
          }
          throw new Error(`the canvas ${canvas.dataset.role} never showed the picture`);
        }""",
        [wanted.ravel().tolist(), within],
    )


class Fingers:
    """Fingers on a touch screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.hand = page.context.new_cdp_session(page)
        self.down = False

    def at(self, *places: tuple[float, float]) -> None:
        """Put fingers down at these pixels of the window, or move those that are down."""
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
        kind = "touchMove" if self.down else "touchStart"
        self.hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.down = True
        self.page.wait_for_timeout(20)

    def lift(self) -> None:
        """Lift all fingers."""
        self.hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.down = False


def eventually(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so that only a look at the screen tells; fail where it never comes."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)
