"""Words as pictures where there is no browser: a box for each letter, the fuller the surer it is.

Proportions are those of assets/live/shared/views/text/boxes.js.
"""

import numpy as np

from vae.colours import mix
from vae.kinds.kind import Item, Paper
from vae.kinds.words.spelling import length_of, likeliest, symbols_of

PROPORTIONS = 192, 42
MOST_BOX = 0.74
"""Of a picture's height: short words have no larger boxes."""
SHADE = 0.3
"""Of the accent behind a letter that is sure."""
FAINT = 0.35
"""How much of the ink a letter has at least."""


def draw_letters(words: np.ndarray, item: Item, paper: Paper) -> np.ndarray:
    """Draw words, uint8 [n, L, V], as letters in boxes; returns uint8 [n, H, W, 3], `paper.side` wide."""
    from PIL import Image, ImageDraw, ImageFont  # only here: every command imports the kinds

    width, height = paper.side, round(paper.side * PROPORTIONS[1] / PROPORTIONS[0])
    symbols, numbers = symbols_of(item), likeliest(words)
    pictures = np.empty((len(words), height, width, 3), np.uint8)
    for word, row, end, picture in zip(words, numbers, length_of(numbers), pictures, strict=True):
        image = Image.new("RGB", (width, height), paper.theme.paper)
        pen = ImageDraw.Draw(image)
        box = min(MOST_BOX * height, (width - 4) / max(1, int(end)))
        left, top = (width - box * int(end)) / 2, (height - box) / 2
        font = ImageFont.load_default(max(6.0, 0.62 * box))
        for place, number in enumerate(row[: int(end)]):
            sure = float(word[place, number]) / 255 if number > 0 else 0.0
            x = left + box * place
            edges = (x + 0.05 * box, top + 0.05 * box, x + 0.95 * box, top + 0.95 * box)
            shade = mix(paper.theme.paper, paper.theme.accent, SHADE * sure)
            pen.rectangle(edges, shade, paper.theme.line)
            ink = mix(paper.theme.paper, paper.theme.ink, FAINT + (1 - FAINT) * sure)
            letter = symbols[number - 1] if number > 0 else "?"
            pen.text((x + box / 2, top + box / 2), letter, ink, font, "mm")
        picture[:] = np.asarray(image)
    return pictures
