"""What people call the dimensions of a model: kept beside it where it is their own, in their room where it is not."""

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from filelock import Timeout

from vae.errors import InputError
from vae.files import DAMAGED_JSON, replacing
from vae.home import home
from vae.library.shelf import Model
from vae.locks import lock

FILE = "names.json"
"""In a model's folder, and in its zip."""

LONGEST = 24
"""Characters of a name; it stands beside a slider."""

MAX_BYTES = 1 << 17
"""What 512 names take, four bytes a character and written as JSON; what is larger is something else."""

PATIENCE = 5.0
"""Seconds that another one's change of the same names may take."""


def names_of(model: Model) -> list[str]:
    """Return what each dimension is called, in their order; empty for one that has no name."""
    named = _read(_file(model))
    return [_kept(named.get(_key(dim), "")) for dim in range(model.card.latent.dims)]


def name_dimension(model: Model, dim: int, name: str) -> list[str]:
    """Call a dimension, counted from 0, `name`, or nothing where that is empty; return all names as `names_of` does.

    Raises `InputError` where there is no such dimension, or the name is too long or is no text.
    """
    if not 0 <= dim < model.card.latent.dims:
        raise InputError(f"{model.name} has the dimensions 0 to {model.card.latent.dims - 1}; got {dim}.")
    name, path = check_dimension(name), _file(model)
    try:
        with lock(path, PATIENCE):
            named = {key: said for key, said in _read(path).items() if key != _key(dim)}
            if name:
                named[_key(dim)] = name
            with replacing(path) as temporary:
                temporary.write_bytes(_written(named))
    except Timeout:
        raise InputError(f"The names of {model.name} are being changed at this moment; try again.") from None
    return names_of(model)


def file_of(names: Sequence[str]) -> bytes:
    """Return names, one a dimension in their order, as the file that travels with a model."""
    return _written({_key(dim): name for dim, name in enumerate(names) if name})


def check_dimension(name: str) -> str:
    """Return a name without the space around it; `InputError` where it is too long, or holds what cannot be seen."""
    name = unicodedata.normalize("NFC", name).strip()
    if len(name) > LONGEST:
        raise InputError(f"A dimension's name has at most {LONGEST} characters; got {len(name)}.")
    if not _is_seen(name):
        raise InputError("A dimension's name is plain text, without line breaks and control characters.")
    return name


def _is_seen(name: str) -> bool:
    """Say whether a text has nothing that hides or turns what stands beside it: control, format, surrogate."""
    return not any(unicodedata.category(character)[0] == "C" for character in name)


def _kept(name: object) -> str:
    """Return a name as a file has it, or nothing where it could not have been given."""
    return name if isinstance(name, str) and len(name) <= LONGEST and _is_seen(name) else ""


def _key(dim: int) -> str:
    return f"z{dim + 1}"


def _file(model: Model) -> Path:
    return home() / "names" / f"{model.name}.json" if model.bundled else model.folder / FILE


def _written(named: Mapping[str, object]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(named), indent=2)


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        return msgspec.json.decode(raw, type=dict[str, object]) if len(raw) <= MAX_BYTES else {}
    except (OSError, *DAMAGED_JSON):
        return {}
