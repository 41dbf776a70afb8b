"""Filling holes: repeated encode-decode that keeps the known pixels, beside what it has to beat.

    LATENT_DATA_DIR=… python benchmarks/imputation.py [--model mnist-16d] [--images 1000] [--sweeps 32] [--draws 8]

PSNR counts the hole's pixels alone: a block whose sides are half the image's, somewhere by the seed.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tyro

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import machine, verdict
from vae.data import load
from vae.experiments.restoration import DRAWS, SWEEPS, impute, restore
from vae.explore.explorer import Explorer, open_explorer
from vae.kinds.corruptions import corrupt
from vae.kinds.images import IMAGES

ROWS = 50
ROUNDING = 1 / (12 * 255**2)
"""The mean squared error of rounding to 8 bits."""

ROW = "{:<44}{:>20}{:>16}"


def main(
    model: str = "mnist-16d",
    images: int = 1000,
    amount: float = 0.5,
    sweeps: int = SWEEPS,
    draws: int = DRAWS,
    seed: int = 0,
) -> None:
    """Print each way's mean PSNR in the hole with its standard error, its milliseconds an image, and the lead.

    Args:
        model: A model of the library; its data set has to be at hand.
        images: Test images.
        amount: Side of the block, as a share of the image's.
        sweeps: Times that the imputation encodes and decodes.
        draws: Chains that it averages over.
        seed: Of the blocks' places, and of the imputation's draws.
    """
    print(machine())
    explorer = open_explorer(model)
    dataset = load(explorer.card.data.name)
    clean = np.asarray(dataset.test.things[:images])
    images_spoiled, known = corrupt("block", clean, amount, seed)
    assert known is not None
    spoiled, hidden = IMAGES.keep(images_spoiled), ~known
    mean_image = np.asarray(dataset.train.things).mean(axis=0, dtype=np.float64) / 255
    print(f"{model} on {len(clean):,} test images of {dataset.title}, a block of {amount:g} of the side, seed {seed}")
    print(ROW.format("", "PSNR in the hole", "ms an image"))

    def row(what: str, fill: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
        started = time.perf_counter()
        parts = [slice(i, i + ROWS) for i in range(0, len(clean), ROWS)]
        filled = np.concatenate([fill(spoiled[part], known[part]) for part in parts])
        milliseconds = 1000 * (time.perf_counter() - started) / len(clean)
        decibels = decibels_in(hidden, clean / 255, filled)
        error = decibels.std(ddof=1) / len(decibels) ** 0.5
        print(ROW.format(what, f"{decibels.mean():.2f} ± {error:.2f} dB", f"{milliseconds:.2f}"), flush=True)
        return decibels

    others = [
        row("mean of the training images", lambda part, _: np.broadcast_to(mean_image, part.shape)),
        row("encode and decode once", lambda part, known: restore("vae", explorer, part, known)),
        row("biharmonic inpainting", lambda part, known: restore("biharmonic", explorer, part, known)),
    ]
    row("imputation, 1 draw", imputed(explorer, sweeps, 1, seed))
    ours = row(f"imputation, {draws} draws of {sweeps} sweeps", imputed(explorer, sweeps, draws, seed))
    lead = min((ours - other).mean() for other in others)
    print(ROW.format("ahead of the best of the others", f"{lead:+.2f} dB", verdict("> 0", lead > 0)))


def imputed(explorer: Explorer, sweeps: int, draws: int, seed: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return the imputation of some images, a function of them and of what is known."""

    def fill(images: np.ndarray, known: np.ndarray) -> np.ndarray:
        *_, last = impute(explorer, images, known, sweeps, draws, seed)
        return last.mean

    return fill


def decibels_in(hidden: np.ndarray, clean: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """Return the PSNR of each image, [n] dB, over its hidden pixels, at most what rounding to 8 bits leaves."""
    squared = np.square(clean - filled).mean(-1).sum(axis=(1, 2), where=hidden) / hidden.sum((1, 2))
    return -10 * np.log10(np.maximum(squared, ROUNDING))


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
