"""Data that a function of a person's own makes, FILE.py:FUNCTION, as a file of arrays that is read as any other.

The function is called once, without arguments, and what it returns is written down: nothing of it runs when a model is
trained, opened or explained, and the set is there for every page as others are.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from vae.errors import InputError
from vae.files import cannot_write
from vae.python_files import Address, function_at, seen, told

THINGS, LABELS = "x", "y"
"""What the arrays are called in the file; see `vae.own.stored`."""

WANTED = "return an array of things, or (things, labels), or a dict of arrays as a .npz file names them"


@contextmanager
def made_by(address: Address) -> Iterator[tuple[Path, str]]:
    """Call a function, and give a .npz of what it returns, gone after the block, and what that is from in words.

    What it may return: an array of things, [N, H, W] or [N, H, W, C] of pictures, [N, T] or [N, T, C] of series, bool,
    whole numbers or floats; or a pair of that and N labels, whole numbers or text; or a dict of arrays as a .npz file
    names them (x_train, y_train, x_test, y_test and class_names, say). Raises `InputError` where the file does not run,
    and for anything else.
    """
    whole, _ = seen(address)
    arrays = _arrays(address, _called(whole))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as holder:
        path = Path(holder, f"{address.path.stem}.{address.function}.npz")
        try:
            with path.open("wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
        except OSError as error:
            raise cannot_write(path, error) from None
        yield path, f"{address.title}, SHA-256 {whole.sha256[:16]}"


def _called(address: Address) -> Any:
    function = function_at(str(address))
    try:
        return function()
    except Exception as error:  # whatever a person's own code raises
        raise InputError(f"{address.title} does not run without arguments: {told(error)}.") from None


def _arrays(address: Address, made: Any) -> dict[str, np.ndarray]:
    if made is None:
        raise InputError(f"{address.title} returns nothing; {WANTED}.")
    if isinstance(made, Mapping):
        named: dict[str, Any] = {str(name): values for name, values in made.items()}
    elif isinstance(made, tuple) and len(made) == 2:
        named = {THINGS: made[0], LABELS: made[1]}
    else:
        named = {THINGS: made}
    return {name: _array(address, name, values) for name, values in named.items() if values is not None}


def _array(address: Address, name: str, values: Any) -> np.ndarray:
    try:
        array = np.asarray(values)
    except Exception as error:  # of rows of different lengths, or of a tensor that is not in this machine's memory
        raise InputError(f"{address.title} gives {name!r}, which is no array ({told(error)}); {WANTED}.") from None
    if array.dtype.kind not in "buifUS":
        raise InputError(f"{address.title} gives {name!r} as {array.dtype}, not numbers or text; {WANTED}.")
    if name == THINGS and array.ndim < 2:
        raise InputError(f"{address.title} gives things of shape {list(array.shape)}; {WANTED}.")
    return array
