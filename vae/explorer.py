"""An opened model for serving: two ONNX graphs, numpy in, numpy out, no torch."""

from pathlib import Path

import numpy as np
import onnxruntime as ort

from vae.errors import InputError, first_line
from vae.library import Card, Codes, Model, check_files, find, read_codes

ort.set_default_logger_severity(4)  # a damaged file is told in our own sentence, not on the server's console


class Explorer:
    """Serve one model: `encode` images, `decode` codes.

    Images are uint8 [n, H, W, C] here, as files, canvases and sockets have them; codes are float32 [n, d].
    Safe to call from several threads at once.
    """

    def __init__(self, model: Model) -> None:
        self.card: Card = model.card
        self.folder: Path = model.folder
        check_files(model.card, model.folder)
        self._encoder = _open_graph(model.folder / "encoder.onnx")
        self._decoder = _open_graph(model.folder / "decoder.onnx")

    def encode(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the posterior's mean and log variance, float32 [n, d] each, of uint8 images [n, H, W, C]."""
        x = np.ascontiguousarray(images.transpose(0, 3, 1, 2), dtype=np.float32) / np.float32(255)
        mean, log_variance = self._encoder.run(None, {"x": x})
        return np.asarray(mean), np.asarray(log_variance)

    def expect(self, z: np.ndarray) -> np.ndarray:
        """Return the expected images, float32 [n, C, H, W] in [0, 1], of codes [n, d]."""
        return np.asarray(self._decoder.run(None, {"z": np.ascontiguousarray(z, dtype=np.float32)})[0])

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


def _try_graphs(explorer: Explorer, rows: int) -> None:
    channels, height, width = explorer.card.image_shape
    dims = explorer.card.latent.dims
    shapes = {"mean": (rows, dims), "log_variance": (rows, dims), "expected": (rows, channels, height, width)}
    try:
        mean, log_variance = explorer.encode(np.zeros((rows, height, width, channels), np.uint8))
        expected = explorer.expect(np.zeros((rows, dims), np.float32))
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


def _open_graph(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    # One thread a call: a single row takes 0.1 ms, and calls of several visitors share the cores among themselves.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    try:
        return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a class of its own for each status, with no common base
        raise InputError(f"{path} is not an ONNX graph that can be run ({first_line(error)}).") from None
