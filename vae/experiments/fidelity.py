"""How near a restored picture is to the clean one: PSNR and SSIM, of many pictures at once."""

import numpy as np
from scipy.ndimage import uniform_filter  # type: ignore[import-untyped]

WINDOW = 7
"""Pixels along a side of SSIM's window, as in scikit-image; in a smaller picture the largest odd number that fits."""

LUMINANCE, CONTRAST = 0.01**2, 0.03**2
"""C1 and C2 of Wang et al. 2004, for values in [0, 1]."""


def psnr(clean: np.ndarray, restored: np.ndarray) -> np.ndarray:
    """Return the peak signal-to-noise ratio, -10 log10 of the mean squared error, in dB; infinite where they are equal.

    clean, restored: floats [n, H, W, C] in [0, 1]; returns float64 [n].
    """
    squared = np.square(np.subtract(clean, restored, dtype=np.float64)).mean(axis=(1, 2, 3))
    with np.errstate(divide="ignore"):
        return -10 * np.log10(squared)


def ssim(clean: np.ndarray, restored: np.ndarray) -> np.ndarray:
    """Return the mean structural similarity: 1 where two pictures are equal, about 0 where they have nothing in common.

    clean, restored: floats [n, H, W, C] in [0, 1]; returns float64 [n]. Each window of 7 x 7 pixels that lies within
    the picture counts the same, and each channel. Wang, Bovik, Sheikh & Simoncelli 2004, "Image quality assessment".
    """
    x, y = np.asarray(clean, np.float64), np.asarray(restored, np.float64)
    side = window_of(x.shape[1], x.shape[2])
    x_mean, y_mean = _means(x, side), _means(y, side)
    unbiased = side**2 / max(side**2 - 1, 1)
    x_variance = unbiased * (_means(x * x, side) - x_mean * x_mean)
    y_variance = unbiased * (_means(y * y, side) - y_mean * y_mean)
    covariance = unbiased * (_means(x * y, side) - x_mean * y_mean)
    similar = (2 * x_mean * y_mean + LUMINANCE) * (2 * covariance + CONTRAST)
    similar /= (x_mean * x_mean + y_mean * y_mean + LUMINANCE) * (x_variance + y_variance + CONTRAST)
    return similar.mean(axis=(1, 2, 3))


def window_of(height: int, width: int) -> int:
    """Return how many pixels along a side SSIM's window has in pictures of this size."""
    smaller = min(height, width)
    return min(WINDOW, smaller - 1 + smaller % 2)


def _means(images: np.ndarray, side: int) -> np.ndarray:
    """Return the means of all windows that lie within the images."""
    edge = side // 2
    inner = slice(edge, -edge or None)
    return uniform_filter(images, (1, side, side, 1))[:, inner, inner]
