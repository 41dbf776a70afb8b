"""A training run at one of its moments: the decoder of a snapshot, opened for serving. ONNX Runtime, no torch.

The graph is kept once for the whole run, without weights; each moment brings its own, in half precision.
"""

from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from vae.errors import InputError, first_line
from vae.explore.running_graphs import Graph, refusal
from vae.explore.strange_graphs import Shapes
from vae.files import check_header
from vae.fresh import Fresh, file_stamp
from vae.home import bundled_folder, check_name
from vae.kinds.kind import Item
from vae.kinds.kinds import image, kind_of
from vae.library.cards import MAX_CHOICES
from vae.library.shelf import models_folder
from vae.runs.snapshots import item_of, read_probe

# A dense decoder has 3 MB of weights and is opened in 3 ms, so a hand that goes back and forth over a whole run needs
# no more than the moments around it; ONNX Runtime may hold the weights twice, once in the order it multiplies them in.
KEPT_BYTES = 48 << 20


class NotKept(InputError):
    """Say that a run has no such moment: it has gone since, or its decoder is yet to come."""


class Moment:
    """Serve the decoder of one snapshot: places on its map, float32 [n, 2], become things, [n, *item.shape].

    Safe to call from several threads at once.
    """

    def __init__(self, folder: Path, step: int) -> None:
        """Open the moment of the run in `folder` after `step` training steps."""
        self.step = step
        plane, weights, graph = _files(folder, step)
        self.centre, self.axes, self.told, self.part = _read_plane(plane)
        rows: Shapes = {"z": (len(self.centre),)}
        if self.told:
            rows["given"] = (self.told,)
        if self.part is not None:
            rows["part"] = self.part.shape
        self._graph = _open_graph(graph, rows, _read_weights(weights))
        self.bytes = self._graph.bytes
        self.item = self._check(_item(folder))
        self.kind = kind_of(self.item)

    def code_at(self, xy: np.ndarray) -> np.ndarray:
        """Return the codes, float32 [n, d], at places [n, 2] on this moment's map: centre + axes @ xy."""
        with np.errstate(over="ignore", invalid="ignore"):  # a place out at 1e38 has no code
            return np.asarray(self.centre + xy @ self.axes.T, np.float32)

    def decode(self, xy: np.ndarray, given: int | None = None) -> np.ndarray:
        """Return the expected things at places [n, 2] as their kind keeps them, images uint8 [n, H, W, C].

        What is not a number is 0, of images black. given: the number of the class that a conditional model is told,
        below `told`; left out, the first.
        """
        return self.kind.show(np.nan_to_num(self._run(self.code_at(xy), given)))

    def _run(self, z: np.ndarray, given: int | None = None) -> np.ndarray:
        told = (np.eye(self.told, dtype=np.float32)[np.full(len(z), given or 0)],) if self.told else ()
        if self.part is not None:
            told = (np.repeat(self.part[None], len(z), 0),)
        return self._graph.run(np.ascontiguousarray(z), *told)[0]

    def _check(self, item: Item | None) -> Item:
        """Try the graph on two rows, because it may be one of another model; return what one thing of it is.

        item: what the run says, None of runs that say nothing: theirs are images.
        """
        try:
            expected = self._run(self.code_at(np.zeros((2, 2), np.float32)))
        except InputError:
            raise
        except Exception as error:  # onnxruntime raises classes of its own
            raise InputError(
                f"The decoder of step {self.step} does not run on its plane of {len(self.centre)} dimensions "
                f"({first_line(error)}); choose another moment, or train again."
            ) from None
        said = f"The decoder of step {self.step} gives {expected.dtype} {list(expected.shape)}, not float32 "
        if expected.ndim != 4 or len(expected) != 2 or expected.dtype != np.float32:
            raise InputError(f"{said}images [n, 1 or 3, height, width]; train again.")
        if item is None:
            if expected.shape[1] not in (1, 3):
                raise InputError(f"{said}images [n, 1 or 3, height, width]; train again.")
            return image(expected.shape[1:])
        if expected.shape[1:] != (shape := kind_of(item).input(item.shape)):
            raise InputError(f"{said}[n, {', '.join(map(str, shape))}] as the run's {item.kind}; train again.")
        return item


_opened: Fresh[tuple[Path, int], Moment] = Fresh(most_bytes=lambda: KEPT_BYTES, size=lambda one: one.bytes)


def open_moment(run: str, step: int) -> Moment:
    """Return the opened moment of the run of this name, opening it where it is new or its files have changed.

    Names only, never paths. Keeps those used last. Raises `NotKept` where the run has no such moment, or no decoder
    yet, and `InputError` where the run is unknown or a file is damaged.
    """
    folder = _folder(run)
    return _opened.get((folder, step), lambda: Moment(folder, step), lambda: _present(folder, step))


def _present(folder: Path, step: int) -> tuple[Path, Path, Path]:
    """Return a moment's files; `NotKept` says which of them is not there."""
    absent = [
        f"The run {folder.name!r} keeps no moment at step {step:,}; ask for one that it lists.",
        f"The run {folder.name!r} has not kept the decoder of step {step:,}.",
        f"The run {folder.name!r} has not written its decoder yet; it comes soon after the first moments.",
    ]
    files = _files(folder, step)
    for file, sentence in zip(files, absent, strict=True):
        if file_stamp(file) is None:
            raise NotKept(sentence)
    return files


def _files(folder: Path, step: int) -> tuple[Path, Path, Path]:
    """Return where a moment's places, its weights and the graph of all moments lie."""
    kept = folder / "snapshots"
    return kept / f"{step:08d}.npz", kept / f"{step:08d}.safetensors", kept / "decoder.onnx"


def _item(folder: Path) -> Item | None:
    """Return what one thing of a run is; None where no probe says it."""
    return item_of(read_probe(folder)) if file_stamp(folder / "snapshots" / "probe.npz") else None


def _folder(run: str) -> Path:
    check_name(run)
    for folder in (bundled_folder(run), models_folder() / run):
        if folder and (folder / "snapshots").is_dir():
            return folder
    if (models_folder() / run).is_dir():
        raise NotKept(f"The run {run!r} has kept no moments yet; the first comes when its training begins.")
    raise InputError(f"Unknown run {run[:80]!r}; choose one of the runs on the Train page.")


def _read_plane(path: Path) -> tuple[np.ndarray, np.ndarray, int, np.ndarray | None]:
    """Read where the map lies in latent space: its centre, float32 [d], and its axes, float32 [d, 2].

    And of how many classes the decoder is told, 0 where it is told none, and the part of a thing that it is told,
    float32 [part, H, W], or None.
    """
    try:
        # Opened here, because numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            centre, axes = (np.asarray(arrays[name], np.float32) for name in ("centre", "axes"))
            told = int(arrays["told"]) if "told" in arrays else 0
            part = np.asarray(arrays["part"], np.float32) if "part" in arrays else None
        if centre.ndim != 1 or axes.shape != (len(centre), 2):
            raise ValueError("its plane has another shape")
        if not 0 <= told <= MAX_CHOICES:
            raise ValueError(f"a model is told of at most {MAX_CHOICES:,} classes")
    except Exception as error:  # numpy, zipfile and zlib complain each in classes of their own
        raise InputError(f"{path} is damaged ({first_line(error)}); choose another moment, or train again.") from None
    return centre, axes, told, part


def _read_weights(path: Path) -> dict[str, np.ndarray]:
    try:
        return {name: np.ascontiguousarray(array, np.float32) for name, array in load_file(check_header(path)).items()}
    except Exception as error:  # safetensors raises a class of its own
        raise InputError(f"{path} is damaged ({first_line(error)}); choose another moment, or train again.") from None


def _open_graph(path: Path, rows: Shapes, weights: dict[str, np.ndarray]) -> Graph:
    def weigh(tensor: Any) -> np.ndarray:
        if tensor.name not in weights:
            raise ValueError(f"the moment has no {tensor.name[:80]}")
        return weights[tensor.name]

    try:
        # Quickly: what further rewritings win on a row they lose ten times over when a moment is opened.
        return Graph(path, rows, weigh, quick=True)
    except Exception as error:  # onnxruntime and protobuf raise classes of their own
        raise refusal(path, error, "is not a graph that takes this moment's weights") from None
