"""The files of a zip file or a folder, by their names, each read when it is asked for."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from vae.errors import InputError
from vae.own.archives import open_zip, refused_entry
from vae.own.collection import MOST_FILES
from vae.own.images.files import JUNK

Fetch = Callable[[str], bytes]


@contextmanager
def listed(path: Path, most_bytes: int) -> Iterator[tuple[list[str], Fetch]]:
    """Give the names of the files in a zip file or a folder, and what reads one, up to a byte beyond `most_bytes`."""
    if path.is_dir():
        files = [each for each in sorted(path.rglob("*"))[:MOST_FILES] if each.is_file() and not each.is_symlink()]
        yield _seen([each.relative_to(path).as_posix() for each in files]), lambda name: _begun(path / name, most_bytes)
        return
    with closing(open_zip(path)) as archive:
        entries = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist() if not entry.is_dir()}

        def fetch(name: str) -> bytes:
            if why := refused_entry(entries[name]):
                raise InputError(why)
            with archive.open(entries[name]) as file:
                return file.read(most_bytes + 1)

        yield _seen(list(entries)), fetch


def _begun(path: Path, most_bytes: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most_bytes + 1)


def _seen(names: list[str]) -> list[str]:
    """Leave out what computers put beside files by themselves."""
    return [
        name
        for name in names
        if not any(piece.startswith(".") or piece.casefold() in JUNK for piece in name.split("/"))
    ]
