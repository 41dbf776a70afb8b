"""A person's own molecules become a data set: split, and spelt in the symbols that they have."""

from collections.abc import Generator
from pathlib import Path

from vae.datasets.downloads import Progress
from vae.own.making import Made, Making
from vae.own.molecules.files import open_molecules
from vae.own.preview import Preview
from vae.own.text.making import looked_at, written


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the molecules at `path` into `folder`, shared out into their parts; tell how far that is."""
    yield Progress("read", 0, 1)
    return (yield from written(open_molecules(path), making, folder))


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the molecules at `path`, all of them."""
    own = open_molecules(path)
    return looked_at(own, asked, f"They are spelt in {len(own.symbols)} symbols: {', '.join(own.symbols)}")
