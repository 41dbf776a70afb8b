"""An opened model for serving: two ONNX graphs, numpy in, numpy out, no torch."""

import math
from pathlib import Path

import numpy as np

from vae.errors import InputError, first_line
from vae.explore.belief import Belief, normal
from vae.explore.running_graphs import Graph, refusal, weights_beside
from vae.library.cards import Card
from vae.library.codes import Codes, read_codes
from vae.library.shelf import Model, check_files, find

DRAWS = 64
DRAWN_VALUES = 1 << 22
OUTSIDE = 0.25
"""How far expected images may leave [0, 1] before they are told to be in other units, by up to 64 codes of the prior
or as many as make four million numbers. Logits go to +-5 and beyond, tanh to -1; a mean that was fitted to images in
[0, 1] goes a little beyond them."""


class Explorer:
    """Serve one model: `encode` images, `decode` codes.

    Images are uint8 [n, H, W, C] here, as files, canvases and sockets have them; codes are float32 [n, d].
    Safe to call from several threads at once.
    """

    def __init__(self, model: Model) -> None:
        self.card: Card = model.card
        self.folder: Path = model.folder
        check_files(model.card, model.folder)
        self._encoder = self._open("encoder.onnx", "x", self.card.image_shape)
        self._decoder = self._open("decoder.onnx", "z", (self.card.latent.dims,))
        self.bytes: int = self._encoder.bytes + self._decoder.bytes

    def _open(self, name: str, input: str, row: tuple[int, ...]) -> Graph:
        path = self.folder / name
        try:
            return Graph(path, input, row, weights_beside(self.folder))
        except Exception as error:  # onnxruntime and protobuf raise classes of their own, with no common base
            raise refusal(path, error) from None

    def encode(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the posterior's mean and log variance, float32 [n, d] each, of uint8 images [n, H, W, C]."""
        x = np.ascontiguousarray(images.transpose(0, 3, 1, 2), dtype=np.float32) / np.float32(255)
        mean, log_variance = self._encoder.run(x)
        return np.asarray(mean), np.asarray(log_variance)

    def believe(self, images: np.ndarray) -> Belief:
        """Return where uint8 images [n, H, W, C] lie, how sure that is and what it costs."""
        return normal(*self.encode(images))

    def expect(self, z: np.ndarray) -> np.ndarray:
        """Return the expected images, float32 [n, C, H, W] in [0, 1], of codes [n, d]."""
        return np.asarray(self._decoder.run(np.ascontiguousarray(z, dtype=np.float32))[0])

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Return the expected images of codes [n, d] as uint8 [n, H, W, C]."""
        expected = self.expect(z).transpose(0, 2, 3, 1)
        return np.ascontiguousarray((expected.clip(0, 1) * 255 + 0.5).astype(np.uint8))

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Return the images decoded at the means of their own posteriors, uint8 [n, H, W, C]."""
        return self.decode(self.encode(images)[0])

    def codes(self) -> Codes | None:
        """Return the test codes kept with the model, or None."""
        return read_codes(self.folder)


def open_explorer(name_or_path: str) -> Explorer:
    """Open a model by its name in the library or by its folder's path; `InputError` says what is wrong with it."""
    return Explorer(find(name_or_path))


def try_out(explorer: Explorer) -> None:
    """Run both graphs, read the codes, and compare what comes out with the card; `InputError` says what differs.

    One row and then two, so that a graph made for a fixed number of rows is found out.
    """
    for rows in (1, 2):
        _try_graphs(explorer, rows)
    dims, codes = explorer.card.latent.dims, explorer.codes()
    if codes is not None and codes.mean.shape[1] != dims:
        raise InputError(
            f"{explorer.folder}: codes.npz has {codes.mean.shape[1]} dimensions, but the card says {dims}; "
            "export the model again."
        )


def check_range(explorer: Explorer) -> None:
    """Refuse a decoder whose images are not in [0, 1], as one that gives logits: clipped, they would only look bad."""
    rows = max(1, min(DRAWS, DRAWN_VALUES // math.prod(explorer.card.image_shape)))
    z = np.random.default_rng(0).standard_normal((rows, explorer.card.latent.dims))
    expected = explorer.expect(z)
    seen = expected[~np.isnan(expected)]
    if seen.size and not -OUTSIDE <= seen.min() <= seen.max() <= 1 + OUTSIDE:
        raise InputError(
            f"{explorer.folder}: the decoder gives images from {seen.min():.3g} to {seen.max():.3g}, but brightness "
            "goes from 0 to 1; put a sigmoid behind it where it gives logits, or rescale what it gives, and export "
            "it again."
        )


def _try_graphs(explorer: Explorer, rows: int) -> None:
    channels, height, width = explorer.card.image_shape
    dims = explorer.card.latent.dims
    shapes = {"mean": (rows, dims), "log_variance": (rows, dims), "expected": (rows, channels, height, width)}
    try:
        mean, log_variance = explorer.encode(np.zeros((rows, height, width, channels), np.uint8))
        expected = explorer.expect(np.zeros((rows, dims), np.float32))
    except InputError:
        raise
    except Exception as error:  # onnxruntime raises classes of its own
        raise InputError(
            f"{explorer.folder}: the graphs do not run on what the card says ({first_line(error)}); export them again."
        ) from None
    outputs = {"mean": mean, "log_variance": log_variance, "expected": expected}
    got = {name: array.shape for name, array in outputs.items()}
    if got != shapes:
        raise InputError(f"{explorer.folder}: the graphs give {got}, but the card says {shapes}; export them again.")
    for name, array in outputs.items():
        if array.dtype != np.float32:
            raise InputError(f"{explorer.folder}: the graphs give {name} as {array.dtype}, not float32; export again.")
