"""Files that are replaced whole: written beside, then renamed; and what is said where that cannot be done."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import numpy as np

from vae.errors import InputError

DAMAGED_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises on bytes that are no JSON; the last two, text that is not UTF-8 and thousands of brackets, are
not its own."""

MAX_HEADER_BYTES = 1 << 20
"""Of a safetensors file; a hundred bytes a tensor, and a run of ours has some hundred. The format allows 100 MB."""


def check_header(path: Path) -> Path:
    """Return the path of a safetensors file whose header is small enough to parse; `InputError` where it is not."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
    if size > MAX_HEADER_BYTES:
        raise InputError(f"{path} is damaged (a header of {size:,} bytes); restore it, or train the model again.")
    return path


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def replacing(path: Path, within: Path | None = None) -> Iterator[Path]:
    """Give a temporary path beside `path`; when the block ends well it takes `path`'s place, otherwise it goes.

    Works for a file and for a folder. within: the folder above `path` that has to be there already; folders below it,
    or all where it is left out, are made. A full disk, an unwritable or a missing folder is an `InputError`, with
    nothing left behind.
    """
    made: list[Path] = []
    try:
        made = [parent for parent in path.parents if not parent.exists()]
        _make_parents(path, within)
        with tempfile.TemporaryDirectory(
            prefix=f".{path.name}-", dir=path.parent, ignore_cleanup_errors=True
        ) as holder:
            written = Path(holder, path.name)
            yield written
            if written.is_dir() and path.is_dir():
                path.replace(Path(holder, "old"))
            written.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()  # goes only where it stayed empty


def _make_parents(path: Path, within: Path | None) -> None:
    if within is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        return
    for parent in reversed([each for each in path.parents if each != within and each.is_relative_to(within)]):
        parent.mkdir(exist_ok=True)


class CannotWrite(InputError):
    """The disk is full, or may not be written to."""


def cannot_write(path: Path, error: OSError) -> CannotWrite:
    """Turn the system's refusal into a sentence that says what to do."""
    in_the_way = isinstance(error, FileExistsError | NotADirectoryError)
    return CannotWrite(
        f"Cannot write {path}: {'a file is in the way' if in_the_way else error.strerror or error}. "
        "Free some space, or choose another folder with --out or LATENT_HOME."
    )


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays to a file of numpy's, whole or not at all; raises OSError where the disk is full."""
    temporary = path.with_name(f".{path.name}")
    try:
        with temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)  # not compressed: they are small, and read while one waits
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
