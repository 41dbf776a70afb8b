"""The six pictures that the Train page shows before the first run: python benchmarks/storyboard.py RUN

RUN is a finished run of this machine with classes, by its name or its folder; the pictures on show are of
`python -m vae train --dataset mnist-5k --latent-dims 2`. They are drawn from its snapshots, in the colours of the map,
for light and for dark, and lie in assets/forming with what is written below each.
"""

import argparse
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vae.colours import NO_CLASS, THEMES, Theme
from vae.films.film import Reel, folder_of, read_reel
from vae.films.sheet import SUPERSAMPLED
from vae.home import PROJECT
from vae.runs.shelf import read_config, read_records, status

FORMING = PROJECT / "assets" / "forming"
MOMENTS = (0.0, 0.1, 0.2, 0.35, 0.6, 1.0)
"""Shares of the time that the run took: most happens at the beginning."""

WIDTH, MAP, GAP, SHOWN = 400, 320, 8, 8
"""Pixels of a picture, of the map in it, between the map and the row below it; reconstructions in that row."""


def seconds_at(folder: Path, step: int) -> float:
    """Return the seconds that the run had trained for at `step`, by the speeds it has written down."""
    batch = read_config(folder).batch_size
    records = [{"step": 0}, *(record for record in read_records(folder, 0)[0] if record["step"] <= step)]
    return sum((b["step"] - a["step"]) * batch / b["images_per_second"] for a, b in pairwise(records))


def draw(reel: Reel, moment: int, theme: Theme) -> Image.Image:
    """Draw one moment: the map, and below it what the decoder gives back."""
    side = (WIDTH - (SHOWN - 1) * GAP / 2) / SHOWN
    size = (WIDTH * SUPERSAMPLED, round(MAP + GAP + side) * SUPERSAMPLED)
    image = Image.new("RGBA", size)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, size[0] - 1, MAP * SUPERSAMPLED), 12 * SUPERSAMPLED, theme.wash)
    labels, classes = reel.still.labels, len(reel.still.classes)
    middle, half = np.array([WIDTH, MAP]) / 2, MAP / 2
    places = middle + reel.points[moment] * np.array([half, -half])
    inside = (places > 4).all(1) & (places < np.array([WIDTH, MAP]) - 4).all(1)
    radius = 3.2 * SUPERSAMPLED
    for i in np.flatnonzero(inside).tolist():
        x, y = places[i] * SUPERSAMPLED
        fill = NO_CLASS if labels is None else theme.of_class(int(labels[i]), classes)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill)
    for i, pixels in enumerate(reel.reconstructions[moment][:SHOWN]):
        made = Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels).convert("RGB")
        made = made.resize((round(side * SUPERSAMPLED),) * 2, Image.Resampling.NEAREST)
        image.paste(made, (round(i * (side + GAP / 2) * SUPERSAMPLED), (MAP + GAP) * SUPERSAMPLED))
    return image.reduce(SUPERSAMPLED)


def main() -> None:
    """Draw the pictures of the run that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", metavar="RUN")
    folder = folder_of(parser.parse_args().run)
    reel = read_reel(folder)
    seconds = np.array([seconds_at(folder, step) for step in reel.steps])
    seconds *= status(folder).seconds / seconds[-1]  # snapshots took their time, too
    moments = [int(np.abs(seconds - share * seconds[-1]).argmin()) for share in MOMENTS]
    FORMING.mkdir(exist_ok=True)
    for name, theme in THEMES.items():
        for n, moment in enumerate(moments):
            picture = draw(reel, moment, theme).quantize(128, Image.Quantize.FASTOCTREE)
            picture.save(FORMING / f"{name}-{n}.png", optimize=True)
    said = ["before the first step", *(f"{max(1, round(seconds[moment]))} s" for moment in moments[1:])]
    (FORMING / "captions.txt").write_text("\n".join(said) + "\n", "utf-8")


if __name__ == "__main__":
    main()
