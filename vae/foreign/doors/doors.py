"""The doors for other packages' folders: each says whether a folder is its package's, and runs nothing of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.foreign.doors import diffusers, networks, pythae
from vae.foreign.doors.halves import Halves
from vae.foreign.doors.networks import Named
from vae.foreign.graphs.reading import refuse_by_name


@dataclass(frozen=True)
class Door:
    """A package's own way of saving.

    title: its name; is_here: of a folder; read: the folder, and the data if known. beside: a file that is called as
    pickles are and read without its pickle, and the file that lies beside it; "" each where there is none.
    """

    title: str
    is_here: Callable[[Path], bool]
    read: Callable[[Path, Dataset | None], Halves]
    beside: tuple[str, str] = ("", "")


def is_read_without_its_pickle(name: str, others: Collection[str]) -> bool:
    """Say whether a door reads a file of this name, which is called as pickles are, where the others lie beside it."""
    return any(name == door.beside[0] and door.beside[1] in others for door in DOORS.values())


def halves_of(source: Path, data: Dataset | None, named: Named | None, likelihood: str | None = None) -> Halves | None:
    """Read a model of another package, or weights of a network of ours, which may be `named`; None where it is neither.

    Raises `InputError` for what is a pickle, or another package's file that is not read.
    """
    if source.is_dir():
        door = next((door for door in DOORS.values() if door.is_here(source)), None)
        return None if door is None else door.read(source, data)
    if source.suffix.lower() == ".safetensors":
        return networks.read(source, named, data, likelihood)
    if named is not None:
        raise InputError(f"With --network, give weights as a .safetensors file; got {source.name}.")
    if source.suffix.lower() == ".onnx":
        raise InputError(f"{source.name} is one graph; give it with --decoder, and the encoder's with --encoder.")
    if source.suffix.lower() != ".zip":
        refuse_by_name(source)
    return None


DOORS: dict[str, Door] = {
    "diffusers": Door("diffusers", diffusers.is_here, diffusers.read),
    "pythae": Door(
        "pythae", pythae.is_here, lambda folder, data: pythae.read(folder), (pythae.WEIGHTS, pythae.SETTINGS)
    ),
}
"""A new one is a file here and a line."""
