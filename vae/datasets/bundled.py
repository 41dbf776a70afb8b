"""Test things that come with the program, so that a fresh install starts from real ones: 500 of a data set.

`assets/examples/<name>.npz` holds things, labels and numbers, their rows in the test part; `card.json` beside them says
their licence and the files' checksums. `python benchmarks/shipped_images.py` writes both.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from vae.datasets.dataset import Split
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.files import replacing, sha256
from vae.home import PROJECT

FOLDER = PROJECT / "assets" / "examples"
MANY = 500
SEED = 0


@dataclass(frozen=True)
class Sample:
    """Some things of a data set's test part, in their order there.

    numbers: int64 [n], their rows in it; things: as they are kept, [n, *shape]; labels: int64 [n].
    """

    numbers: np.ndarray
    things: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.numbers)

    def rows(self, numbers: np.ndarray) -> np.ndarray:
        """Return where things of these numbers stand in the sample, int64 [n]; -1 for those that it has not."""
        at = np.searchsorted(self.numbers, numbers).clip(max=len(self) - 1)
        return np.where(self.numbers[at] == numbers, at, -1)


class Shipped(msgspec.Struct):
    """What is known of one file: whose things, under which licence, and its checksum."""

    title: str
    source: str
    licence: str
    sentence: str
    """The licence and where it is said, for a reader."""
    sha256: str


def shipped(folder: Path | None = None) -> dict[str, Shipped]:
    """Return what comes with the program, by the data set's name."""
    card = (folder or FOLDER) / "card.json"
    return msgspec.json.decode(card.read_bytes(), type=dict[str, Shipped]) if card.exists() else {}


def sample_of(name: str) -> Sample | None:
    """Return the test things of data set `name` that come with the program; None where none do.

    Raises `InputError` where the file is not the one that came.
    """
    return _open(FOLDER, name)


@lru_cache(maxsize=8)
def _open(folder: Path, name: str) -> Sample | None:
    known = shipped(folder).get(name)
    if known is None:
        return None
    file = folder / f"{name}.npz"
    if not file.exists() or sha256(file) != known.sha256:
        raise InputError(
            f"{file} is not the file that came with the program; fetch it again, or delete card.json there."
        )
    with np.load(file, allow_pickle=False) as arrays:
        return Sample(arrays["numbers"].astype(np.int64), arrays["things"], arrays["labels"].astype(np.int64))


def draw(test: Split, first: int = 0, many: int = MANY) -> np.ndarray:
    """Draw the rows of `many` things, as many of each class, from row `first` on; int64, in order, always the same."""
    assert test.labels is not None
    order = np.random.default_rng(SEED).permutation(np.arange(first, len(test)))
    classes = np.unique(test.labels)
    of_each = many // len(classes)
    return np.sort(np.concatenate([order[test.labels[order] == label][:of_each] for label in classes]))


def write(name: str, test: Split, numbers: np.ndarray, sentence: str, folder: Path | None = None) -> Path:
    """Keep these things of data set `name`, and what is known of them; returns the file."""
    folder, source = folder or FOLDER, DATASETS[name]
    assert test.labels is not None
    file = folder / f"{name}.npz"
    things, labels = np.ascontiguousarray(test.things[numbers]), test.labels[numbers].astype(np.uint8)
    with replacing(file) as new:
        np.savez_compressed(new, things=things, labels=labels, numbers=numbers.astype(np.int32))
    told = shipped(folder) | {name: Shipped(source.title, source.source, source.licence, sentence, sha256(file))}
    with replacing(folder / "card.json") as new:
        new.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2))
    return file
