"""Restoring without a model: the filters that people use, each as strong as the noise asks for.

scikit-image and SciPy are loaded when a filter is first used.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vae.errors import unknown

PATCH, REACH = 5, 6
"""Pixels along a side of the patches that non-local means compares, and how far apart they may lie: the best of 3 and
5, 5 and 6, 7 and 11 on training images of 28 x 28 pixels."""

LAPLACIAN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)[..., None]

NOISE = (0.029, 0.051, 0.078, 0.132, 0.185, 0.275, 0.355)
"""What `noise_of` says of clean images and of Gaussian noise of 0.05, 0.1, 0.2, 0.3, 0.5 and 0.8, clipped."""


@dataclass(frozen=True)
class Filter:
    """A filter with one setting, its strength; at 0 it leaves a picture as it is, the median at 1.

    strengths: the best at each level of `NOISE`, in mean PSNR on training images of MNIST and Fashion-MNIST
    (`benchmarks/denoising.py --strengths`). whole: the strength is an odd number of pixels.
    """

    apply: Callable[[np.ndarray, float], np.ndarray]
    strengths: tuple[float, ...]
    whole: bool = False

    def strength_for(self, noise: float) -> float:
        """Return the best strength for noise of this standard deviation, as `noise_of` tells it."""
        strength = float(np.interp(noise, NOISE, self.strengths))
        return 2 * round((strength - 1) / 2) + 1 if self.whole else strength


def filtered(name: str, images: np.ndarray, strength: float | None = None) -> np.ndarray:
    """Restore images, float32 [n, H, W, C] in [0, 1], by a filter; return them so.

    strength: of the filter, the same for all; None: what the noise of each image asks for.
    """
    if name not in FILTERS:
        raise unknown("filter", name, FILTERS)
    chosen = FILTERS[name]
    strengths = [chosen.strength_for(noise_of(image)) if strength is None else strength for image in images]
    restored = [chosen.apply(image, s) if s else image for image, s in zip(images, strengths, strict=True)]
    return np.stack(restored).astype(np.float32, copy=False)


def noise_of(image: np.ndarray) -> float:
    """Estimate the standard deviation of the noise of an image, [H, W, C], by what differs from all planes.

    Immerkær 1996, "Fast noise variance estimation". Edges count as noise, and noise that was clipped counts for less.
    """
    from scipy.ndimage import convolve  # type: ignore[import-untyped]

    return float(np.sqrt(np.pi / 2) / 6 * np.abs(convolve(image, LAPLACIAN)).mean())


def median(image: np.ndarray, side: float) -> np.ndarray:
    """Replace each pixel by the median of a square of `side` x `side` pixels around it."""
    from scipy.ndimage import median_filter

    return median_filter(image, (round(side), round(side), 1))


def gaussian(image: np.ndarray, deviation: float) -> np.ndarray:
    """Blur with a Gaussian of this standard deviation, in pixels."""
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(image, (deviation, deviation, 0))


def total_variation(image: np.ndarray, weight: float) -> np.ndarray:
    """Take the picture of least total variation near this one: flat areas with sharp edges. Chambolle 2004."""
    from skimage.restoration import denoise_tv_chambolle

    return denoise_tv_chambolle(image, weight, channel_axis=-1)


def non_local_means(image: np.ndarray, cutoff: float) -> np.ndarray:
    """Average each pixel with those whose surroundings look alike. Buades, Coll & Morel 2005."""
    from skimage.restoration import denoise_nl_means

    restored = denoise_nl_means(image, PATCH, REACH, cutoff, channel_axis=-1)
    return restored.reshape(image.shape)  # scikit-image takes the one channel of a grey image away


def biharmonic(images: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Fill the holes of images, float32 [n, H, W, C], as smoothly as a bent thin plate; `known`: bool [n, H, W].

    Where nothing is known there is nothing to bend, and the image comes back as it is.
    Damelin & Hoang 2018, "On surface completion and image inpainting by biharmonic functions".
    """
    from skimage.restoration import inpaint_biharmonic

    restored = images.copy()
    for image, hidden in zip(restored, ~known, strict=True):
        if hidden.any() and not hidden.all():
            image[:] = inpaint_biharmonic(image, hidden, channel_axis=-1)
    return restored


FILTERS: dict[str, Filter] = {
    "median": Filter(median, (1, 1, 1, 3, 3, 5, 7), whole=True),
    "gaussian": Filter(gaussian, (0, 0.35, 0.45, 0.6, 0.7, 0.9, 1.2)),
    "total-variation": Filter(total_variation, (0, 0.02, 0.03, 0.07, 0.15, 0.2, 0.25)),
    "non-local-means": Filter(non_local_means, (0, 0.05, 0.1, 0.15, 0.17, 0.2, 0.27)),
}
