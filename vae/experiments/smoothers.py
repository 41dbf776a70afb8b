"""Restoring series without a model: smoothing as much as the noise asks for, and straight lines over what is lost.

Series are float32 [n, T, C]; a channel counts by itself. SciPy is loaded when one is first used.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vae.errors import unknown

WINDOWS = (1, 3, 5, 7, 9, 11, 15, 21, 31, 41, 61, 81)
"""Samples that are looked at together; 1 leaves a series as it is. Those longer than a third of it are not tried."""

CURVED = 3
"""Degree of the polynomials that Savitzky and Golay fit: peaks keep their height."""

NORMAL = 0.6745
"""The median of the absolute values of a standard normal."""


@dataclass(frozen=True)
class Smoother:
    """A way to smooth with one setting, the samples that it looks at together.

    apply: a channel [T], a window -> smoothed [T]. bends: the smoothed channel and the one that it was made of, a
    window -> the mean of how far each smoothed sample follows its own, the derivative of the one by the other. least:
    the shortest window that smooths.
    """

    apply: Callable[[np.ndarray, int], np.ndarray]
    bends: Callable[[np.ndarray, np.ndarray, int], float]
    least: int


def smoothed(name: str, series: np.ndarray, window: int | None = None) -> np.ndarray:
    """Smooth series by `name`, with the same window for all; None: with what the noise of each channel asks for."""
    if name not in SMOOTHERS:
        raise unknown("smoother", name, SMOOTHERS)
    smoother = SMOOTHERS[name]
    channels = [channel for one in series for channel in one.T]
    done = [_best(smoother, channel) if window is None else _by(smoother, channel, window) for channel in channels]
    n, length, width = series.shape
    return np.ascontiguousarray(np.reshape(done, (n, width, length)).swapaxes(1, 2), dtype=np.float32)


def noise_of(channel: np.ndarray) -> float:
    """Estimate the standard deviation of a channel's white noise, [T], by what differs from all straight lines.

    The median of |x[i - 1] - 2 x[i] + x[i + 1]|, whose standard deviation is √6 times the noise's; steep parts, if they
    are few, count for nothing. Hampel 1974, "The influence curve and its role in robust estimation", and Gasser, Sroka
    & Jennen-Steinmetz 1986, "Residual variance and residual pattern in nonlinear regression".
    """
    return float(np.median(np.abs(np.diff(channel, 2))) / NORMAL / 6**0.5)


def interpolated(series: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Lay a straight line over lost samples; `known`: bool [n, T]. At the ends the nearest known value goes on.

    A series of which nothing is known comes back as it is.
    """
    filled = series.copy()
    places = np.arange(series.shape[1])
    for one, kept in zip(filled, known, strict=True):
        if kept.any():
            for channel in one.T:
                channel[~kept] = np.interp(places[~kept], places[kept], channel[kept])
    return filled


def _by(smoother: Smoother, channel: np.ndarray, window: int) -> np.ndarray:
    return channel if window < smoother.least else smoother.apply(channel, window)


def _best(smoother: Smoother, channel: np.ndarray) -> np.ndarray:
    """Smooth with the window of the least estimated risk.

    |y - f(y)|² / T + 2 noise² df/dy is, but for a constant, the mean squared error to what the noise was added to:
    Stein 1981, "Estimation of the mean of a multivariate normal distribution".
    """
    noise = noise_of(channel)
    tried = {window: _by(smoother, channel, window) for window in WINDOWS if window == 1 or window <= len(channel) / 3}

    def risk(window: int) -> float:
        away = float(np.square(tried[window] - channel).mean())
        follows = 1.0 if window < smoother.least else smoother.bends(tried[window], channel, window)
        return away + 2 * noise**2 * follows

    return tried[min(tried, key=risk)]


def moving_median(channel: np.ndarray, window: int) -> np.ndarray:
    """Replace each sample by the median of those around it."""
    from scipy.ndimage import median_filter  # type: ignore[import-untyped]

    return median_filter(channel, window, mode="nearest")


def savitzky_golay(channel: np.ndarray, window: int) -> np.ndarray:
    """Fit a cubic to the samples around each, and take its value there.

    Savitzky & Golay 1964, "Smoothing and differentiation of data by simplified least squares procedures".
    """
    from scipy.signal import savgol_filter  # type: ignore[import-untyped]

    return savgol_filter(channel, window, CURVED, mode="interp")


def _middle(window: int) -> float:
    from scipy.signal import savgol_coeffs

    return float(savgol_coeffs(window, CURVED)[window // 2])


SMOOTHERS: dict[str, Smoother] = {
    # A median is one of the samples: it follows its own where it is that one, and nowhere else.
    "moving-median": Smoother(moving_median, lambda after, before, _: float((after == before).mean()), 3),
    "savitzky-golay": Smoother(savitzky_golay, lambda after, before, window: _middle(window), CURVED + 2),
}
