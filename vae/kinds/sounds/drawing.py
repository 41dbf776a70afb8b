"""Sounds as pictures where there is no browser: how loud each frequency is at each time, low ones at the bottom.

The colours are those of assets/live/shared/views/sounds/colouring.js.
"""

import numpy as np

from vae.colours import rgb
from vae.kinds.kind import Item, Paper
from vae.kinds.sounds.spectra import STEPS

SCALE = {
    "light": ("ffffff", "fbdcb4", "f0834a", "b5337c", "3a1b66"),
    "dark": ("111218", "3d2a78", "b5337c", "f0834a", "fff3bf"),
}
"""From silence to the loudest, at even steps: nearer to the ink the louder."""

PROPORTIONS = 112, 84
"""Width and height of one, whatever it is made of."""


def draw_sounds(sounds: np.ndarray, item: Item, paper: Paper) -> np.ndarray:
    """Draw sounds, uint8 [n, F, T, 1]; returns uint8 [n, H, W, 3], `paper.side` wide."""
    wide, high = paper.side, max(1, round(paper.side * PROPORTIONS[1] / PROPORTIONS[0]))
    rows, columns = (
        (np.arange(drawn) * there // drawn) for drawn, there in ((high, sounds.shape[1]), (wide, sounds.shape[2]))
    )
    return np.asarray(_table(paper.theme.name)[sounds[:, rows][:, :, columns, 0]])


def _table(theme: str) -> np.ndarray:
    """Return the colour of each level, uint8 [256, 3]."""
    stops = np.array([rgb(text) for text in SCALE[theme]], np.float64)
    at = np.linspace(0, len(stops) - 1, STEPS + 1)
    channels = [np.interp(at, np.arange(len(stops)), channel) for channel in stops.T]
    return np.floor(np.stack(channels, 1) + 0.5).astype(np.uint8)
