"""A function in a Python file of a person's own, named on the command line as FILE.py:FUNCTION.

In a run's settings it is NAME.py:FUNCTION@SHA256: the file's copy lies in the run's folder, and runs only while it is
what the run began with. Only who types a command names a file: no page and no request does, and what comes in from
elsewhere has none.
"""

import hashlib
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.abc import SourceLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

from vae.errors import InputError, first_line

ADDRESS = re.compile(r"(?P<path>.+\.py):(?P<function>[A-Za-z_]\w*)(@(?P<sha256>[0-9a-f]{64}))?")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}\.py")

MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Address:
    """Where a function stands. sha256: of its file, "" where that has not been read yet."""

    path: Path
    function: str
    sha256: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.function}" + (f"@{self.sha256}" if self.sha256 else "")

    @property
    def title(self) -> str:
        """Return what a person calls it."""
        return f"{self.path.name}:{self.function}"


def address_of(name: str | None) -> Address | None:
    """Read FILE.py:FUNCTION, with or without a hash; None where a name is of a registry, and not of a file."""
    found = ADDRESS.fullmatch(name or "")
    return Address(Path(found["path"]), found["function"], found["sha256"] or "") if found else None


def title_of(name: str) -> str:
    """Return the name of a network or an objective as it is told to people: of a file, without folder and hash."""
    address = address_of(name)
    return address.title if address else name


def seen(address: Address) -> tuple[Address, bytes]:
    """Read the file of an address, and return that with its whole path and hash.

    `InputError` where it cannot be read, or is not the one whose hash the address has.
    """
    path = address.path.expanduser().resolve()
    if not NAME.fullmatch(path.name):
        raise InputError(
            f"{path.name} cannot be copied into a run; take letters, digits, dots, dashes and underscores."
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a Python file as FILE.py:FUNCTION.") from None
    if len(raw) > MOST_BYTES:
        raise InputError(f"{path} has {len(raw):,} bytes, and the most is {MOST_BYTES:,}; give a Python file.")
    found = hashlib.sha256(raw).hexdigest()
    if address.sha256 not in ("", found):
        raise InputError(
            f"{path} is not the file that was trained with: it has been changed. Put the old one back, or start a new "
            f"run with --network or --objective {address.title}."
        )
    return replace(address, path=path, sha256=found), raw


def located(name: str | None, folder: Path) -> str | None:
    """Return a name of a run's settings as that of the copy in the run's folder; other names as they are."""
    address = address_of(name)
    return str(replace(address, path=folder.resolve() / address.path.name)) if address else name


class _Loader(SourceLoader):
    """Bytes that have been read already as a module; nothing is compiled into a folder of the person's."""

    def __init__(self, path: Path, raw: bytes) -> None:
        self.path, self.raw = path, raw

    def get_filename(self, fullname: str) -> str:
        return str(self.path)

    def get_data(self, path: str | bytes) -> bytes:
        return self.raw


def function_at(name: str) -> Callable[..., Any]:
    """Run a file and return the function in it that is named; its address is whole, with a hash.

    `InputError` says what the file raises, and where there is no such function.
    """
    address = address_of(name)
    assert address is not None
    if not (address.path.is_absolute() and address.sha256):
        raise InputError(f"{address.title} is a file of another machine or folder, and is not run here.")
    address, raw = seen(address)
    module_name = f"_own_{address.sha256[:16]}"
    spec = spec_from_loader(module_name, _Loader(address.path, raw))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    before = sys.modules.get(module_name)
    sys.modules[module_name] = module  # dataclasses look themselves up there
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever a person's own code raises
        if before is None:
            del sys.modules[module_name]
        raise InputError(f"{address.path.name} does not run: {told(error)}.") from None
    found = getattr(module, address.function, None)
    if not callable(found):
        raise InputError(f"{address.path.name} has no function {address.function!r}; name it as FILE.py:FUNCTION.")
    return found


def told(error: Exception) -> str:
    """Return what a person's own code has raised, in one line."""
    return f"{type(error).__name__}: {first_line(error)}".rstrip(".")
