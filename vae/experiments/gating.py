"""Taking noise out of sounds without a model: what is no louder than the noise alone is closed off, as by a gate.

Sounds are float32 [n, F, T, 1] in [0, 1], levels as vae/kinds/sounds/spectra.py has them. SciPy is loaded when it is
first used.
"""

import numpy as np

from vae.kinds.sounds.spectra import RANGE

QUIETEST = 0.15
"""Share of the times, the quietest, that are taken for noise alone."""

ABOVE = 1.5
"""Standard deviations that a level must lie above the noise's mean to be let through, as is usual."""

SMOOTH = (3, 3)
"""Frequencies and times over which the gate opens and closes: sharp edges ring."""

CLOSED = 40.0
"""Decibels by which a closed gate lowers a level."""


def gated(sounds: np.ndarray) -> np.ndarray:
    """Lower each level that is no louder than the noise of its frequency, which the quietest times tell.

    As noisereduce does where the noise stays the same, https://github.com/timsainb/noisereduce, but that the noise is
    not told; the idea is of Boll 1979, doi 10.1109/TASSP.1979.1163209. Where nothing is quiet it takes sound for noise.
    """
    from scipy.ndimage import uniform_filter  # type: ignore[import-untyped]

    levels = sounds[..., 0].astype(np.float64)
    times = max(2, round(QUIETEST * levels.shape[2]))
    quietest = np.argsort(_energy(levels), axis=1, kind="stable")[:, :times]
    noise = np.take_along_axis(levels, quietest[:, None], 2)
    floor = noise.mean(2, keepdims=True) + ABOVE * noise.std(2, keepdims=True)
    opened = uniform_filter((levels > floor).astype(np.float64), (1, *SMOOTH))
    lowered = levels - (1 - opened) * CLOSED / RANGE
    return np.asarray(lowered.clip(0, 1)[..., None], np.float32)


def _energy(levels: np.ndarray) -> np.ndarray:
    """Return how loud each time is, [n, T]."""
    return np.power(10, levels * RANGE / 10).sum(1)
