"""The lossy twin: only the code is sent, rounded to a grid, and the decoder draws the rest.

What it takes is −log2 of the prior's share of each cell, which an entropy coder comes to but for a few bits a file; as
in Ballé, Laparra & Simoncelli 2016, End-to-end optimized image compression, arXiv 1611.01704. The wider the grid, the
fewer bits, and the farther the picture from the original.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr  # type: ignore[import-untyped]

from vae.experiments.fidelity import psnr
from vae.explore.explorer import Explorer

STEPS = (4.0, 3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.125)
"""Widths of a cell, in standard deviations of the prior, from the coarsest."""


@dataclass(frozen=True)
class Rate:
    """What pictures come to, on average: bits each, and how near they are, in dB; setting: the step or the quality."""

    setting: float
    bits: float
    psnr: float


def rounded(z: np.ndarray, step: float) -> np.ndarray:
    """Return codes at the middles of the cells that they lie in, float32 of the same shape."""
    return (np.round(z / step) * step).astype(np.float32)


def bits_of(z: np.ndarray, step: float) -> np.ndarray:
    """Return −log2 of the standard normal's share of the cells that codes [n, d] lie in, [n] bits."""
    middle = np.abs(np.round(z / step)) * step  # both tails are alike, and this one is exact far out
    share = ndtr(step / 2 - middle) - ndtr(-step / 2 - middle)
    return np.asarray(-np.log2(np.maximum(share, np.finfo(np.float64).tiny)).sum(1))


def rates(explorer: Explorer, things: np.ndarray) -> list[Rate]:
    """Return what pictures, uint8 [n, H, W, C], come to at each of `STEPS`."""
    centre, levels = explorer.encode(things).centre, explorer.kind.levels
    clean = things / levels
    found = []
    for step in STEPS:
        near = psnr(clean, explorer.decode(rounded(centre, step)) / levels)
        found.append(Rate(step, float(bits_of(centre, step).mean()), float(near.mean())))
    return found
