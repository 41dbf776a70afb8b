"""What a canvas shows, read from its own memory."""

import base64

import numpy as np
from playwright.sync_api import Locator

# As text: Playwright carries a list number by number, and a map has a million.
GREY = """(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let red = "";
  for (let i = 0; i < data.length; i += 4) red += String.fromCharCode(data[i]);
  return [height, width, btoa(red)];
}"""


def grey(canvas: Locator) -> np.ndarray:
    """Return the grey levels of a canvas, uint8 [H, W]: of one with colours, its red."""
    return _levels(*canvas.evaluate(GREY))


def all_grey(canvases: Locator) -> list[np.ndarray]:
    """Return the grey levels of each of these, all of one moment."""
    return [_levels(*each) for each in canvases.evaluate_all(f"all => all.map({GREY})")]


def _levels(height: int, width: int, text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width)
