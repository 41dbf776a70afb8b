"""Ways to spoil a series, each by an amount from 0 (as it was) to 1, as sensors, amplifiers and lines do it.

Amounts count in the series' own spread, so that a series is spoiled alike in whatever unit it is measured.
"""

import numpy as np

from vae.kinds.kind import Corruption

HIGHEST_WANDER = 2.0
"""Height of the strongest slow wave, in standard deviations of the series: as high as most series themselves."""

TURNS = (0.5, 1.5)
"""Waves of the wander along a series: slower than what the series tells, and no mere shift."""


# Each draws what it needs for all series, whatever they show. series: [n, T, C]; a channel counts by itself.


def _each(amount: np.ndarray) -> np.ndarray:
    return amount[:, None, None]


def _spread(series: np.ndarray) -> np.ndarray:
    """Return the standard deviation of each channel of each series, [n, 1, C]."""
    return series.std(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)


def noise(series: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Add white noise of standard deviation `amount` times the channel's own."""
    drawn = random.standard_normal(series.shape, np.float32)
    drawn *= _each(amount) * _spread(series)
    return np.add(drawn, series, out=drawn)


def wander(series: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Add a slow sine of height 2 * amount * the channel's own standard deviation; each channel has its own phase."""
    n, length, channels = series.shape
    turns = random.uniform(*TURNS, (n, 1, 1)).astype(np.float32)
    phases = random.random((n, 1, channels), np.float32)
    wave = np.sin(2 * np.pi * (turns * np.linspace(0, 1, length, dtype=np.float32)[:, None] + phases))
    return series + HIGHEST_WANDER * _each(amount) * _spread(series) * wave


def saturation(series: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Cut what lies beyond the middle 1 - `amount` of each channel's range, as an amplifier at its limits does."""
    low, high = series.min(axis=1, keepdims=True), series.max(axis=1, keepdims=True)
    cut = _each(amount) * (high - low) / 2
    return np.clip(series, low + cut, high - cut)


def gap(series: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Lose a stretch of a share `amount` of the series, somewhere within it."""
    n, length, _ = series.shape
    lost = np.rint(amount * length)
    first = np.floor(random.random(n) * (length - lost + 1))[:, None]
    return (np.arange(length) < first) | (np.arange(length) >= first + lost[:, None])


def dropouts(series: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Lose a share `amount` of the samples, here and there."""
    n, length, _ = series.shape
    rank = random.random((n, length)).argsort(1).argsort(1)
    return rank >= np.rint(amount * length)[:, None]


CORRUPTIONS: dict[str, Corruption] = {
    "noise": Corruption(
        "White noise",
        "Standard deviation of the noise, as a share of the series' own",
        "Random values on every sample, as an amplifier has and a weak signal shows.",
        0.3,
        noise,
    ),
    "wander": Corruption(
        "Baseline wander",
        "Height of the slow wave, in twice the standard deviation of the series",
        "The whole line rises and sinks slowly, as by breathing, warming or a loose electrode.",
        0.5,
        wander,
    ),
    "saturation": Corruption(
        "Saturation",
        "Share of the range that is cut off, half of it above and half below",
        "Peaks are cut flat, where a sensor or an amplifier has come to its limits.",
        0.5,
        saturation,
        chance="none",
    ),
    "gap": Corruption(
        "Gap",
        "Length of the gap, as a share of the whole series",
        "A stretch is lost: a cable that fell off, a battery that was changed.",
        0.3,
        gap,
        hides=True,
        chance="place",
    ),
    "dropouts": Corruption(
        "Dropouts",
        "Share of the samples that are lost",
        "Samples are lost here and there, as over a bad radio link.",
        0.5,
        dropouts,
        hides=True,
        chance="place",
    ),
    "brush": Corruption(
        "Brush",
        "The samples under the brush are lost",
        "What you mark on the corrupted series is lost.",
        1.0,
        None,
        hides=True,
        chance="none",
    ),
}
"""The corruptions of series, in the order to show them."""
