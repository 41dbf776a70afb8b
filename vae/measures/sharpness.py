"""How sharp things are."""

import numpy as np


def sharpness(fed: np.ndarray) -> np.ndarray:
    """Return the variance of the Laplacian of each thing, float32 [n, C, H, W] -> float64 [n]: 0 where nothing changes.

    The sum of the second differences along rows and columns, or along time, by channel; higher is sharper, and noise is
    sharpest of all, so that it says something beside the data's alone. Pech-Pacheco et al. 2000, "Diatom autofocusing
    in brightfield microscopy", section 2.
    """
    fed = np.asarray(fed, np.float64)
    inner = tuple(slice(1, -1) if size > 2 else slice(None) for size in fed.shape[2:])
    bent = np.zeros_like(fed[:, :, inner[0], inner[1]])
    for axis, size in enumerate(fed.shape[2:], start=2):
        if size > 2:
            second = np.diff(fed, 2, axis)
            other = 5 - axis
            cut = [slice(None)] * 4
            cut[other] = inner[other - 2]
            bent += second[tuple(cut)]
    return np.asarray(bent.reshape(len(fed), -1).var(axis=1))
