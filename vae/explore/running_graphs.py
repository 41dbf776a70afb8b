"""A strange graph opened: it turns arrays into arrays, within limits of memory and time, and can do nothing else."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from vae.errors import InputError, first_line
from vae.explore.strange_graphs import Needs, Shapes, elsewhere, read_graph

ort.set_default_logger_severity(4)  # a damaged file is told in our own sentence, not on the server's console

MAX_PEAK_BYTES = 256 << 20
"""At one time, for one row: a residual network on 1,024 x 1,024 pixels takes 132 MiB."""

MAX_WORK = 50_000_000_000
"""Multiplications for one row, seconds on one core: a residual network on 1,024 x 1,024 pixels takes 9 billion."""

CHUNK_BYTES = 64 << 20
CHUNK_WORK = 5_000_000_000
MAX_ROWS = 1024
"""As many rows are run at once as keep within these three, a quarter of a second; more are run lot after lot."""

SECONDS = 10.0
"""One lot may take so long, forty times what it should: then the graph is ended and not run again."""

CALL_SECONDS = 120.0
"""All lots of one call may take so long; it is then given up, and the graph may be run again."""

NOWHERE = str(Path(__file__).resolve() / "nowhere")

Weigh = Callable[[Any], np.ndarray]
"""From a tensor whose data lie elsewhere to its data; a `ValueError` says why there are none."""


class Graph:
    """Run a graph on rows: [n, *row] of each input in, its outputs out. Safe to call from several threads at once."""

    def __init__(self, path: Path, rows: Shapes, weigh: Weigh, *, quick: bool = False) -> None:
        """Look at the graph at `path` and open it; a `ValueError`, or one of ONNX Runtime's own, says what is wrong.

        rows: what a row of each input is, by its name. weigh: gives the data of tensors that lie outside the graph.
        quick: opened in less time, and a little slower.
        """
        self._path, self._inputs, self._stamp = path, list(rows), _stamp(path)
        self._refuse_retired()
        proto = read_graph(path)
        given = {tensor.name: weigh(tensor) for tensor in elsewhere(proto)}
        self._needs, self._fits = Needs(proto, rows), set[int]()
        self.outputs = self._needs.outputs
        self.rows = self._rows_at_once()
        # As it was looked at: what this reader has passed over is not in it.
        raw = proto.SerializeToString()
        # ONNX Runtime may hold the weights twice, once in the order it multiplies them in.
        self.bytes = 2 * (len(raw) + sum(array.nbytes for array in given.values()))
        self._given = given  # the session may read them where they are
        self._session = _session(raw, given, quick, arranged=self._needs.taken_again() <= self.bytes)

    def run(self, *inputs: np.ndarray) -> list[np.ndarray]:
        """Return the graph's outputs for rows [n, ...] of each input, in the order of their names.

        `InputError` where it has taken too long, now or before.
        """
        self._refuse_retired()
        given_up = time.monotonic() + CALL_SECONDS
        lots = []
        for first in range(0, max(len(inputs[0]), 1), self.rows):
            if time.monotonic() > given_up:
                raise InputError(f"{self._path.parent.name} took longer than {CALL_SECONDS:g} s; ask for fewer rows.")
            lots.append(self._run([rows[first : first + self.rows] for rows in inputs]))
        return lots[0] if len(lots) == 1 else [np.concatenate(output) for output in zip(*lots, strict=True)]

    def _rows_at_once(self) -> int:
        """Return how many rows make a lot; refuse a graph of which one row takes too much."""
        peak, work = self._needs.of(1)
        if peak > MAX_PEAK_BYTES or work > MAX_WORK:
            raise ValueError(f"a row takes {peak >> 20:,} MiB and {work / 1e9:,.0f} billion multiplications, too much")
        self._fits.add(1)
        rows = min(MAX_ROWS, CHUNK_BYTES // max(peak, 1), CHUNK_WORK // max(work, 1)) or 1
        self._check(rows)
        return rows

    def _check(self, rows: int) -> None:
        """Refuse a number of rows that takes more than its share; each is looked at once, in a millisecond."""
        if rows not in self._fits:
            peak, work = self._needs.of(rows)
            if peak > 2 * CHUNK_BYTES or work > 2 * CHUNK_WORK:
                raise ValueError(f"{rows} rows take more than {rows} times what one takes; each must stand by itself")
            self._fits.add(rows)

    def _run(self, inputs: list[np.ndarray]) -> list[np.ndarray]:
        self._check(len(inputs[0]))
        fed = dict(zip(self._inputs, inputs, strict=True))
        options = ort.RunOptions()
        with _WATCH.ending(options, SECONDS):
            try:
                return [np.asarray(output) for output in self._session.run(None, fed, options)]
            except Exception:
                if not options.terminate:
                    raise
        _retire(self._path, self._stamp)
        raise _too_slow(self._path)

    def _refuse_retired(self) -> None:
        if _retired.get(self._path) == self._stamp:
            raise _too_slow(self._path)


# What takes too long


class _Watch:
    """End runs that take too long, from one thread for all of them."""

    def __init__(self) -> None:
        self._runs: dict[int, tuple[float, ort.RunOptions]] = {}
        self._lock, self._some = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def ending(self, options: ort.RunOptions, seconds: float) -> Iterator[None]:
        with self._lock:
            self._runs[id(options)] = time.monotonic() + seconds, options
            if self._thread is None or not self._thread.is_alive():  # the latter in a forked process
                self._thread = threading.Thread(target=self._look, name="graphs-in-time", daemon=True)
                self._thread.start()
        self._some.set()
        try:
            yield
        finally:
            with self._lock:
                del self._runs[id(options)]

    def _look(self) -> None:
        while True:
            self._some.wait()
            with self._lock:
                now = time.monotonic()
                for deadline, options in self._runs.values():
                    if now > deadline:
                        options.terminate = True
                if not self._runs:
                    self._some.clear()
            time.sleep(0.1)


_WATCH = _Watch()
_retired: dict[Path, object] = {}
"""Graphs that took too long, each with the state its file had then."""


def _retire(path: Path, stamp: object) -> None:
    while len(_retired) >= 1000:
        _retired.pop(next(iter(_retired)))
    _retired[path] = stamp


def _too_slow(path: Path) -> InputError:
    return InputError(
        f"{path} took longer than {SECONDS:g} s to answer, so it is not run again; replace it, or delete the model."
    )


def _stamp(path: Path) -> object:
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


# Opening


def _session(raw: bytes, given: dict[str, np.ndarray], quick: bool, arranged: bool) -> ort.InferenceSession:
    options = ort.SessionOptions()
    # One thread a call: a single row takes 0.1 ms, and calls of several visitors share the cores among themselves.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    # No file is to be opened in the course of it; if one were, then below a file, where none can be.
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", NOWHERE)
    if not arranged:  # weights that are taken a thousand times would be put in order a thousand times
        options.add_session_config_entry("session.disable_prepacking", "1")
    if quick:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    if given:
        values = [ort.OrtValue.ortvalue_from_numpy(array) for array in given.values()]
        options.add_external_initializers(list(given), values)
    # Without trying it a second time, which is announced on the console.
    return ort.InferenceSession(raw, options, providers=["CPUExecutionProvider"], enable_fallback=0)


def weights_beside(folder: Path) -> Weigh:
    """Give the data of tensors that lie in `folder`'s own weights.safetensors, and of no others.

    They are read, not mapped: a file that is cut short while it is mapped ends the whole process.
    """
    path = folder / "weights.safetensors"

    def weigh(tensor: Any) -> np.ndarray:
        said = {entry.key: entry.value for entry in tensor.external_data}
        if said.get("location") != path.name or path.is_symlink():
            raise ValueError(f"{tensor.name[:80]} lies in {said.get('location', '')[:80]!r}; only {path.name} is read")
        kind: Any = {1: np.dtype("<f4"), 10: np.dtype("<f2")}.get(tensor.data_type)
        if kind is None or min(tensor.dims, default=1) < 0:
            raise ValueError(f"{tensor.name[:80]} is not of float32 or float16")
        size = math.prod(tensor.dims) * kind.itemsize
        offset, length = int(said.get("offset", 0)), int(said.get("length", size))
        if offset < 0 or length != size or offset + length > path.stat().st_size:
            raise ValueError(f"{tensor.name[:80]} does not lie within {path.name}")
        with path.open("rb") as file:
            values = np.fromfile(file, kind, math.prod(tensor.dims), offset=offset)
        return values.reshape(tuple(tensor.dims))

    return weigh


def refusal(path: Path, error: Exception, what: str = "is not an ONNX graph that can be run") -> InputError:
    """Turn what opening a graph raised into a sentence."""
    return error if isinstance(error, InputError) else InputError(f"{path} {what} ({first_line(error)}).")
