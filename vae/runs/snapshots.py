"""Moments of a training run, as its time machine shows them: read, kept and thinned out.

vae/runs/shelf.py names the files.

vae/training/album.py takes them.
"""

from pathlib import Path

import msgspec
import numpy as np

from vae.errors import InputError, first_line
from vae.files import DAMAGED_JSON
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS, kind_of

MOST = 64
"""Snapshots that a run keeps: enough for a film of any run, and bounded on disk."""

FEWEST = 8
MOST_BYTES = 256 << 20
"""Disk that a run's decoders may take; with large ones fewer moments are kept, but never less than `FEWEST`."""

Form = tuple[str, int]
"""The type of an array's numbers, "i" for whole ones, and its number of axes."""

THINGS: tuple[Form, ...] = tuple((kind.kept.str, 1 + len(kind.axes.split(","))) for kind in KINDS.values())
"""Of several things: as those of some kind are kept."""

SNAPSHOT: dict[str, tuple[Form, ...]] = {"points": (("f4", 2),), "centre": (("f4", 1),), "axes": (("f4", 2),)}
SNAPSHOT |= {"reconstructions": THINGS, "samples": THINGS}
PROBE: dict[str, tuple[Form, ...]] = {"numbers": (("i", 1),), "originals": THINGS, "noise": (("f4", 2),)}
"""What every snapshot and every probe holds, and in which forms."""

SNAPSHOT_MAY: dict[str, tuple[Form, ...]] = {"index": (("i", 0),), "held_out": (("f4", 1),), "told": (("i", 0),)}
PROBE_MAY: dict[str, tuple[Form, ...]] = {"labels": (("i", 1),), "trained": (("i", 1),)}
PROBE_MAY |= {"factors": (("f4", 2),), "data": (("u1", 1),), "item": (("u1", 1),)}


def snapshots(folder: Path) -> list[int]:
    """List the steps of which the run in `folder` keeps a snapshot, rising."""
    try:
        names = [path.stem for path in (folder / "snapshots").glob("*.npz")]
    except OSError:
        return []
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())


def read_snapshot(folder: Path, step: int) -> dict[str, np.ndarray]:
    """Read the snapshot of one step.

    points: float32 [P, 2], the probe images on the plane, or the draws where none is encoded; centre: float32 [d] and
    axes: float32 [d, 2], a place xy on the plane is the code centre + axes @ xy; reconstructions [R, *shape] and
    samples [S, *shape], things as their kind keeps them, images uint8 [n, H, W, C], series float32 [n, T, C]; index:
    int, its number among all that were taken; may hold held_out: float32 [2], reconstruction and KL in nats a thing;
    told: int, how many classes its decoder is told of, where it is a conditional model's.
    Raises `InputError` where there is none of that step, or it is damaged.
    """
    path = folder / "snapshots" / f"{step:08d}.npz"
    arrays = _read(path, f"The run {folder.name} keeps no snapshot of step {step}", SNAPSHOT | SNAPSHOT_MAY)
    if not SNAPSHOT.keys() <= arrays.keys():
        raise InputError(f"The snapshot of step {step} of {folder.name} is damaged; choose another moment.")
    return arrays


def read_probe(folder: Path) -> dict[str, np.ndarray]:
    """Read the things that a run is watched by.

    numbers: int32 [N], which of the test things are on its map, none without an encoder; trained: int32 [T], which of
    those it learns from come after them, where few are held out; labels: int64 [P] where there are classes, P = N + T;
    factors: float32 [P, F], what each was drawn from, where that is known; originals [R, *shape], those that are
    reconstructed, as their kind keeps them; noise: float32 [S, dice], what the draws from the prior are made of; data:
    uint8 [32], a checksum of the data set, and item: uint8, what one thing is, read by `item_of` (runs of before there
    were any have none).
    Raises `InputError` where there is no probe yet, or it is damaged.
    """
    arrays = _read(folder / "snapshots" / "probe.npz", f"The run {folder.name} has no probe yet", PROBE | PROBE_MAY)
    if not PROBE.keys() <= arrays.keys():
        raise InputError(f"The probe of {folder.name} is damaged; resume the run, or start it again.")
    return arrays


def item_bytes(item: Item) -> np.ndarray:
    """Return what a thing is as a probe keeps it, uint8 [bytes of JSON]."""
    return np.frombuffer(msgspec.json.encode(item), np.uint8)


def item_of(probe: dict[str, np.ndarray]) -> Item:
    """Return what one thing of a probe is, as it says; one that says nothing is told by its originals.

    Raises `InputError` where that is not what its originals are.
    """
    originals = probe["originals"]
    shape = originals.shape[1:]
    if "item" not in probe:
        form = originals.dtype.str, originals.ndim
        kind = next(kind for known, kind in zip(THINGS, KINDS, strict=True) if known == form)
        return Item(kind, shape, KINDS[kind].measure(originals))
    try:
        item = msgspec.json.decode(probe["item"].tobytes(), type=Item)
    except DAMAGED_JSON:
        raise InputError("The probe of this run does not say what its things are; start the run again.") from None
    edges = [item.meaning.get(end, 0) for end in ("low", "high")]
    drawn = all(type(edge) in (int, float) and np.isfinite(edge) for edge in edges)
    if item.shape != shape or kind_of(item).kept != originals.dtype or not drawn:
        raise InputError(
            f"The probe of this run holds {originals.dtype} {list(shape)}, which is no {item.kind[:40]} of "
            f"{list(item.shape)}; start the run again."
        )
    return item


def _read(path: Path, missing: str, known: dict[str, tuple[Form, ...]]) -> dict[str, np.ndarray]:
    """Read the known arrays of a file, each of its own type; others in it are passed over."""
    try:
        # Opened here, because numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files if name in known}
        for name, array in found.items():
            _check(name, array, known[name])
        return found
    except FileNotFoundError:
        raise InputError(f"{missing}; choose another moment.") from None
    except Exception as error:  # numpy, zipfile and zlib complain each in classes of their own
        raise InputError(f"{path} is damaged ({first_line(error)}); choose another moment.") from None


def _check(name: str, array: np.ndarray, forms: tuple[Form, ...]) -> None:
    """Raise a `ValueError` where an array is not what it must be; pages and frames know these types alone."""
    whole = array.dtype.kind == "i" and array.dtype.itemsize >= 4
    if not any(array.ndim == axes and (whole if kind == "i" else array.dtype == kind) for kind, axes in forms):
        raise ValueError(f"{name} is {array.dtype} with {array.ndim} axes")


def drop(folder: Path, step: int) -> None:
    """Forget the snapshot of one step: first what lists it, then its decoder."""
    for ending in ("npz", "safetensors"):
        (folder / "snapshots" / f"{step:08d}.{ending}").unlink(missing_ok=True)


def drop_after(folder: Path, step: int) -> None:
    """Forget the snapshots that a resumed run is about to take again."""
    for taken in snapshots(folder):
        if taken > step:
            drop(folder, taken)


def most(bytes_of_a_decoder: int) -> int:
    """Say how many snapshots a run may keep."""
    return max(FEWEST, min(MOST, MOST_BYTES // max(1, bytes_of_a_decoder)))


class Thinner:
    """Keep the number of snapshots bounded: every second one goes when there are too many, then every fourth, …

    The first and the newest always stay. Those that are kept lie evenly among all that were taken: their indices are
    multiples of a stride that doubles.
    """

    def __init__(self, folder: Path, indices: dict[int, int], most: int) -> None:
        self.folder, self.indices, self.most, self.stride = folder, dict(indices), most, 1

    def add(self, step: int, index: int) -> None:
        """Count in the snapshot of `step`, the newest, and drop what is one too many."""
        self.indices[step] = index
        self._thin(step)
        while len(self.indices) > self.most:
            self.stride *= 2
            self._thin(step)

    def _thin(self, newest: int) -> None:
        for step in [step for step, index in self.indices.items() if index % self.stride and step != newest]:
            drop(self.folder, step)
            del self.indices[step]
