"""What a stranger's zip may hold: how many files of which sizes, with what in them."""

import zipfile
from dataclasses import fields
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from vae.config import TrainConfig
from vae.errors import InputError, first_line
from vae.explore.running_graphs import refusal
from vae.explore.strange_graphs import read_graph
from vae.files import DAMAGED_JSON
from vae.own.archives import open_zip, refused_entry
from vae.runs.moments import Moment
from vae.runs.records import Change, Step
from vae.runs.snapshots import MOST, item_of, read_probe, read_snapshot, snapshots

MAX_BYTES = 1 << 30
"""What a model may unpack to: well above any model that explores live, well below a laptop's disk."""

MAX_SNAPSHOTS = 4 * MOST
"""Members under snapshots/; a run keeps `MOST` moments of two files each, the newest of them beside."""

MAX_FILE_BYTES = {
    "card.json": 1 << 20,
    "config.json": 1 << 20,
    "status.json": 1 << 20,
    "changes.jsonl": 1 << 20,
    "names.json": 1 << 20,
    "metrics.jsonl": 16 << 20,
    "held_out.jsonl": 16 << 20,
}
"""What is read as a whole must not fill the memory: a run of a million steps in 16 dimensions writes some 8 MB."""

MAX_RECORDS = 50_000
"""In one file: what a page still draws; a run of a million steps writes 20,000."""

LARGEST: dict[type, float] = {int: 1 << 53, float: 1e100}
"""Numbers in a record are below: a browser counts no further, and sums of them stay finite."""

MAX_ENTRIES = 2000
"""In a zip file, the arrays within its members included where those are not packed: a kilobyte of memory each."""

MAX_SNAPSHOT_BYTES = 64 << 20
"""What the arrays of one snapshot may unpack to: 26 colour pictures of 512 x 512 pixels take 20 MB."""


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a zip file; `InputError` where it is none."""
    try:
        return open_zip(path, MAX_ENTRIES)
    except InputError as error:
        raise InputError(str(error).replace(path.name, str(path), 1)) from None
    except Exception as error:  # struct has a class of its own for a damaged directory
        raise no_zip(path, error) from None


def no_zip(source: Path, error: Exception) -> InputError:
    """Say that a file is no zip, or a damaged one."""
    return InputError(f"{source} is not a zip file that can be read ({first_line(error)}).")


# What is looked at before it appears


def check_sizes(source: Path, sizes: dict[str, int]) -> None:
    """Refuse what would fill the disk or the memory, before a byte of it is unpacked."""
    if sum(sizes.values()) > MAX_BYTES:
        raise InputError(f"{source} unpacks to more than {MAX_BYTES >> 20} MiB; that is no model.")
    if sum(name.startswith("snapshots/") for name in sizes) > MAX_SNAPSHOTS:
        raise InputError(f"{source} has more than {MAX_SNAPSHOTS} snapshots' files; that is no run of ours.")
    for name, size in sizes.items():
        if size > (most := MAX_FILE_BYTES.get(name, MAX_BYTES)):
            raise InputError(f"{source}/{name} is damaged (larger than {most >> 20} MiB); pack the run again.")


def check_arrays(folder: Path) -> None:
    """Refuse arrays that unpack to more than they should: an .npz is a zip, and can be a bomb in its turn."""
    for path in sorted(folder.rglob("*.npz")):
        most = MAX_SNAPSHOT_BYTES if path.parent != folder else MAX_BYTES
        try:
            with open_archive(path) as arrays:
                entries = arrays.infolist()
        except InputError as error:
            raise InputError(f"{path} is damaged; it{str(error).removeprefix(str(path))}") from None
        # numpy unpacks whatever method a member names, and but for these two one may take gigabytes at once.
        if reason := next(filter(None, map(refused_entry, entries)), None):
            raise InputError(f"{path} is not read. {reason}")
        if sum(entry.file_size for entry in entries) > most:
            raise InputError(f"{path} is damaged (its arrays take more than {most >> 20} MiB); pack the model again.")


def check_history(folder: Path) -> None:
    """Read each record and each snapshot once, so that a page never meets a damaged one."""
    for name, kind in RECORDS.items():
        if (folder / name).exists():
            _check_records(folder / name, kind)
    if not (folder / "snapshots").is_dir():
        return
    probe = read_probe(folder)
    item_of(probe)
    images = len(probe["numbers"]) + len(probe.get("trained", ()))
    draws, originals = len(probe["noise"]), probe["originals"].shape
    shapes = {"points": (images or draws, 2), "reconstructions": originals, "samples": (draws, *originals[1:])}
    for step in snapshots(folder):
        arrays = read_snapshot(folder, step)
        dims = shapes.setdefault("centre", arrays["centre"].shape)
        shapes["axes"] = (*dims, 2)
        if any(arrays[name].shape != shape for name, shape in shapes.items()):
            raise InputError(f"The snapshots in {folder} do not belong together; pack the run again.")
        if not all(np.isfinite(arrays[name]).all() for name in ("points", "centre", "axes")):
            raise InputError(f"The snapshot of step {step} in {folder} is damaged (NaN or infinity); pack it again.")


def try_decoder(folder: Path) -> None:
    """Run the decoder of a run's moments once, on the newest that has weights; a graph without any is read."""
    graph = folder / "snapshots" / "decoder.onnx"
    if not graph.exists():
        return
    given = [step for step in snapshots(folder) if (folder / "snapshots" / f"{step:08d}.safetensors").exists()]
    if given:
        Moment(folder, given[-1])
        return
    try:
        read_graph(graph)
    except Exception as error:  # protobuf raises a class of its own
        raise refusal(graph, error) from None


class _HeldOut(msgspec.Struct):
    """A `HeldOut` as it may stand in a file: null where a run that diverges has no number."""

    step: int
    images: int
    reconstruction: float | None
    kl: tuple[float | None, ...]
    floor: float | None = None


RECORDS: dict[str, Any] = {"metrics.jsonl": Step, "held_out.jsonl": _HeldOut, "changes.jsonl": Change}


def _check_records(path: Path, kind: Any) -> None:
    """Refuse a file of records in which one is no record, or holds a number that no run writes.

    What follows the last end of a line is passed over, as by all who read it: the run was at work.
    """
    *lines, _ = path.read_bytes().split(b"\n")
    if len(lines) > MAX_RECORDS:
        raise InputError(f"{path} holds {len(lines):,} records; at most {MAX_RECORDS:,} are taken.")
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(lines, 1):
        try:
            record = decoder.decode(line)
        except DAMAGED_JSON as error:
            raise InputError(f"{path} is damaged in line {number} ({first_line(error)}); pack the run again.") from None
        values = msgspec.to_builtins(record).values()
        numbers = chain.from_iterable(map(_listed, values))
        if not all(one is None or abs(one) < LARGEST[type(one)] for one in numbers):
            raise InputError(f"{path} is damaged in line {number} (a number out of range); pack the run again.")


def _listed(value: Any) -> list[Any]:
    return (
        list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list | tuple) else [value]
    )


def check_settings(path: Path) -> None:
    """Refuse settings of something else: every program has a config.json, and all of our own keys have defaults."""
    try:
        given = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except DAMAGED_JSON:
        return  # read_config says so
    if not given.keys() & {each.name for each in fields(TrainConfig)} - {"width", "depth", "seed", "options"}:
        looks = ", ".join(sorted(given)[:4])[:120] or "nothing"
        raise InputError(f"{path} is of no training run of ours (it holds {looks}); choose a run's folder or zip.")
