"""What other packages saved, and what they themselves made of the same things and codes."""

from pathlib import Path

import numpy as np

from vae.explore.explorer import Explorer

FIXTURES = Path(__file__).parent / "fixtures"

SAVED = {
    "pythae-vae": {},
    "diffusers-kl": {"dataset": "digits"},
    "diffusers-plain": {"range": (-1.0, 1.0)},
    "skl2onnx-pca": {"dataset": "digits"},
    "keras-vae": {"dataset": "digits"},
    "jax2onnx-vae": {"dataset": "digits"},
}
"""Each folder, and what has to be said of it: where its data are not at hand, what looking cannot settle."""


def oracle(name: str) -> dict[str, np.ndarray]:
    """Return what a package said: x, mean, log_variance, z, and `drawn`, in 0 to 1."""
    with np.load(FIXTURES / name / "oracle.npz", allow_pickle=False) as arrays:
        return dict(arrays)


def check_pictures(opened: Explorer, said: dict[str, np.ndarray]) -> None:
    """Compare what is drawn with what the package itself drew, [n, ...] in 0 to 1, to a grey level."""
    expected = np.floor(255 * said["drawn"].reshape(len(said["z"]), -1).clip(0, 1) + 0.5)
    made = opened.decode(said["z"]).reshape(len(said["z"]), -1)
    assert np.abs(made - expected).max() <= 1
