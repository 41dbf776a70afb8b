"""A stranger's graph run as it is, where it can be ended: what it gives for rows, and whether each stands by itself."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from vae.errors import InputError, first_line
from vae.explore.running_graphs import Graph
from vae.foreign.graphs.preparing import (
    RANDOM,
    barred,
    fixed_rows,
    freed,
    only_input,
    plain,
    pruned,
    still,
    tainted,
    unfixed,
)
from vae.foreign.graphs.reading import Raw
from vae.foreign.graphs.wrapping import bare, parted

DYNAMIC = "export it with a free first axis: dynamic_shapes=({0: torch.export.Dim('n')},) of torch.onnx.export"

ALIKE = 1e-3
"""How far a row may differ that is run alone and among others, of the largest number: float16 rounds to that."""


class Trial:
    """A graph opened with rows of one shape: `run` gives its outputs by name, float32.

    proto: the graph for any number of rows, its noise still in it; noisy: the outputs that noise goes into; left_out:
    those that need operators which are not run here; type: of its input, ONNX's number for it.
    """

    def __init__(self, raw: Raw, row: tuple[int, ...]) -> None:
        self.raw, self.row = raw, row
        whole = plain(raw)
        value = only_input(whole, raw)
        self.type: int = value.type.tensor_type.elem_type
        shut = barred(whole)
        names = [each.name for each in whole.graph.output if each.name not in shut]
        if not names:
            raise InputError(
                f"{raw.name} is made of operators that are not run here ({next(iter(shut.values()))}); only those of "
                "feed-forward networks are, without loops, branches, and files of their own."
            )
        whole = pruned(whole, names)
        self.left_out = tuple(shut)
        self.noisy = tainted(whole, RANDOM)
        self.fixed = fixed_rows(value)
        self._open(whole, value.name)

    def _open(self, whole: Any, port: str) -> None:
        """Open the graph for any number of rows; where it was made for one, its reshapes are freed, too."""
        tried: list[Exception] = []
        for way in (lambda proto: proto, unfixed):
            proto = freed(way(whole), port, self.row)
            try:
                self._graph = _graph(still(proto, 0.0), self.row)
                self.proto = proto
                self._names = [each.name for each in proto.graph.output]
                self._check_rows()
                return
            except Exception as error:  # onnxruntime and protobuf raise classes of their own
                tried.append(error)
        raise self._refusal(tried)

    def _check_rows(self) -> None:
        """Run one row, two and three, and compare: each must be what it is alone."""
        some = self.example(3)
        together = self._run(some)
        for first, last in ((0, 1), (1, 3)):
            apart = self._run(some[first:last])
            for name, array in together.items():
                if array.shape[:1] != (3,) or apart[name].shape != (last - first, *array.shape[1:]):
                    raise _Tied("its outputs have another number of rows than its input")
                most = float(np.abs(array[np.isfinite(array)]).max(initial=1e-6))
                if not np.allclose(apart[name], array[first:last], rtol=ALIKE, atol=ALIKE * most, equal_nan=True):
                    raise _Tied("a row comes out otherwise beside others")

    def example(self, rows: int) -> np.ndarray:
        """Return rows to try it with, the same each time, between 0 and 1."""
        drawn = np.random.default_rng(0).random((rows, *self.row), np.float32)
        return np.round(255 * drawn) if self.is_whole else drawn

    @property
    def is_whole(self) -> bool:
        """Say whether it takes whole numbers."""
        return self.type not in (0, 1, 10, 11, 16)

    def _refusal(self, tried: list[Exception]) -> InputError:
        for error in tried:
            if isinstance(error, InputError):
                return error
        name, last = self.raw.name, first_line(tried[-1])
        if self.fixed is not None:
            rows = "one row" if self.fixed == 1 else f"{self.fixed} rows"
            return InputError(f"{name} is made for {rows} at a time and runs with no other number ({last}); {DYNAMIC}.")
        if isinstance(tried[-1], _Tied):
            return InputError(f"The rows of {name} do not stand alone ({last}); {DYNAMIC}, in .eval() mode.")
        return InputError(f"{name} cannot be run here on rows of {list(self.row)} ({first_line(tried[0])}).")

    def run(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return what it gives for rows [n, *row], float32, by the names of its outputs."""
        try:
            return self._run(rows)
        except InputError:
            raise InputError(f"{self.raw.name} took too long to answer; a smaller model explores live.") from None
        except Exception as error:  # onnxruntime raises classes of its own
            raise InputError(f"{self.raw.name} does not run ({first_line(error)}); export it again.") from None

    def _run(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        arrays = self._graph.run(np.ascontiguousarray(rows, np.float32))
        return dict(zip(self._names, arrays, strict=True))

    def run_moved(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return the same where each draw of noise is 1 standard deviation above its mean."""
        graph = _graph(still(self.proto, 1.0), self.row)
        return dict(zip(self._names, graph.run(np.ascontiguousarray(rows, np.float32)), strict=True))


class _Tied(ValueError):
    """A row's output depends on the others, or on their number."""


def _graph(proto: Any, row: tuple[int, ...]) -> Graph:
    """Open a graph by way of a file that is then gone: it is looked at as any stranger's is."""
    ready, weights = parted(bare(proto, "rows", row))
    with tempfile.TemporaryDirectory(prefix="latent-") as folder:
        path = Path(folder, "graph.onnx")
        path.write_bytes(ready.SerializeToString())
        return Graph(path, {"rows": row}, lambda tensor: weights[tensor.name])
