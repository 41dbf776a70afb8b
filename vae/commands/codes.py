"""Between things and codes from the command line: encode, decode, draw, traverse, into a picture, arrays or a table."""

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from PIL import Image

from vae.errors import InputError, first_line
from vae.explore.draws import draw_codes, walk_codes
from vae.explore.explorer import Explorer, open_explorer
from vae.explore.things import as_codes, as_kept, as_told
from vae.files import replacing
from vae.kinds.kind import Paper
from vae.library.cards import Card
from vae.own.tables import is_number

SIDE = 128
"""Pixels of a picture of what has none of its own, as a series."""

MOST_BYTES = 1 << 30
"""Of a file of things or codes."""


def encode(
    model: tyro.conf.Positional[str],
    files: tyro.conf.Positional[tuple[Path, ...]] = (),
    *,
    out: Path,
    dataset: str | None = None,
    first: int = 1000,
    given: str | None = None,
) -> int:
    """Write where things lie in a model's latent space, how sure that is and what it costs: .npz or .csv.

    Args:
        model: Name in the library, or a folder.
        files: Pictures, or tables of a series each, or arrays of things (.npy, .npz); left out: things of a data set.
        out: The file to write: .npz (centre, spread, nats [n, d], labels [n]) or .csv (a row for each thing).
        dataset: Data set whose test things are encoded; left out: the one that the model was trained on.
        first: How many of them, from the first on; 0: all.
        given: Class that a conditional model is told; left out: the likeliest of each thing.
    """
    explorer = open_explorer(model)
    write = _writer(out, ENCODED)
    things, labels = _read_things(explorer, files) if files else _of_dataset(explorer.card, dataset, first)
    belief = explorer.encode(things, as_told(explorer.card, given))
    arrays = {"centre": belief.centre, "spread": belief.spread, "nats": belief.nats, "labels": labels}
    write(explorer, {name: array for name, array in arrays.items() if array is not None}, out)
    return 0


def decode(
    model: tyro.conf.Positional[str],
    codes: tyro.conf.Positional[Path | None] = None,
    *,
    out: Path,
    z: tuple[float, ...] = (),
    given: str | None = None,
    zoom: int = 1,
) -> int:
    """Write the things that a model makes of codes: .png, .npz or .csv.

    Args:
        model: Name in the library, or a folder.
        codes: Codes as `encode` writes them, .npz or .csv, or a .npy [n, d].
        out: The file to write: .png (pictures side by side), .npz (things, codes) or .csv (a row for each thing).
        z: One code, number by number, in place of a file.
        given: Class that a conditional model is told.
        zoom: Of a .png: pixels along a side for one of a picture's.
    """
    explorer = open_explorer(model)
    if (codes is None) == (not z):
        raise InputError("Give a file of codes, or one code by --z, and not both.")
    return _made(explorer, as_codes(explorer.card, list(z) if codes is None else _read_codes(codes)), out, given, zoom)


def draw(
    model: tyro.conf.Positional[str],
    *,
    out: Path,
    count: int = 16,
    seed: int = 0,
    given: str | None = None,
    zoom: int = 1,
) -> int:
    """Write things that are drawn from a model's prior: .png, .npz or .csv.

    Args:
        model: Name in the library, or a folder.
        out: The file to write: .png (pictures side by side), .npz (things, codes) or .csv (a row for each thing).
        count: How many.
        seed: The same seed draws the same.
        given: Class that a conditional model is told.
        zoom: Of a .png: pixels along a side for one of a picture's.
    """
    explorer = open_explorer(model)
    return _made(explorer, draw_codes(explorer, count, seed), out, given, zoom)


def traverse(
    model: tyro.conf.Positional[str],
    *,
    out: Path,
    dim: int | None = None,
    steps: int = 9,
    z: tuple[float, ...] = (),
    given: str | None = None,
    zoom: int = 1,
) -> int:
    """Write what changes along one dimension of a latent space, evenly over where the data lies: .png, .npz or .csv.

    Args:
        model: Name in the library, or a folder.
        out: The file to write: .png (pictures in a row), .npz (things, codes) or .csv (a row for each thing).
        dim: The dimension, counted from 0; left out: the one that carries most.
        steps: How many things.
        z: The code to walk from, number by number; left out: zeros.
        given: Class that a conditional model is told.
        zoom: Of a .png: pixels along a side for one of a picture's.
    """
    explorer = open_explorer(model)
    start = as_codes(explorer.card, list(z))[0] if z else None
    codes = walk_codes(explorer, explorer.card.order[0] if dim is None else dim, steps, start)
    return _made(explorer, codes, out, given, zoom, columns=steps)


def _made(
    explorer: Explorer, codes: np.ndarray, out: Path, given: str | None, zoom: int, columns: int | None = None
) -> int:
    """Decode codes and write what comes of it."""
    write = _writer(out, MADE)
    if not 1 <= zoom <= 64:
        raise InputError(f"--zoom is from 1 to 64; got {zoom}.")
    things = explorer.decode(codes, as_told(explorer.card, given))
    write(explorer, {"things": things, "codes": codes, "zoom": zoom, "columns": columns}, out)
    return 0


# What is read


def _of_dataset(card: Card, dataset: str | None, first: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Return test things of a data set, and their classes."""
    from vae.data import load

    test = load(dataset or card.training.get("dataset") or card.data.name).test
    rows = slice(0, first or None)
    return as_kept(card, test.things[rows]), None if test.labels is None else test.labels[rows]


def _read_things(explorer: Explorer, files: tuple[Path, ...]) -> tuple[np.ndarray, None]:
    return np.concatenate([_read_thing(explorer, path) for path in files]), None


def _read_thing(explorer: Explorer, path: Path) -> np.ndarray:
    """Return what a file holds as the model takes it: an array of things, or one as a person has it."""
    card = explorer.card
    if path.suffix.lower() in (".npy", ".npz"):
        return as_kept(card, _array(path, ("things", "images", "series", "x")))
    from vae.own.readers import READERS, Manners

    raw = _bytes(path)
    try:
        return READERS[card.item.kind].one(raw, card, Manners()).thing[None]
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _read_codes(path: Path) -> np.ndarray:
    """Return the codes in a file, float32 [n, d]: of a table the columns z1, z2 and so on, or all where none is so."""
    if path.suffix.lower() in (".npy", ".npz"):
        return _array(path, ("centre", "codes", "z"))
    try:
        rows = list(csv.reader(io.StringIO(_bytes(path).decode("utf-8-sig"))))
        head = rows[0] if rows and not is_number(rows[0][0]) else []
        chosen = [place for place, name in enumerate(head) if name[:1] == "z" and name[1:].isdigit()]
        numbers = [[float(row[place]) for place in chosen or range(len(row))] for row in rows[bool(head) :] if row]
        return np.array(numbers, np.float32)
    except (ValueError, IndexError, csv.Error) as error:
        raise InputError(
            f"{path} is no table of codes ({first_line(error)}); write one with `python -m vae encode`."
        ) from None


def _bytes(path: Path) -> bytes:
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path} is larger than 1 GiB; bring it in parts.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from None


def _array(path: Path, names: tuple[str, ...]) -> np.ndarray:
    """Return the array of a .npy file, or the one of these names, or the only one, of a .npz file."""
    try:
        opened: Any = np.load(io.BytesIO(_bytes(path)), allow_pickle=False)
        if isinstance(opened, np.ndarray):
            return opened
        name = next((name for name in names if name in opened), opened.files[0] if len(opened.files) == 1 else "")
        if name:
            return np.asarray(opened[name])
    except InputError:
        raise
    except Exception as error:  # numpy, zipfile and zlib complain each in classes of their own
        raise InputError(f"{path} is damaged, or no array of numbers ({first_line(error)}).") from None
    raise InputError(f"{path} holds {', '.join(opened.files)[:200]}; name one of them {' or '.join(names)}.")


# What is written

Write = Callable[[Explorer, dict[str, Any], Path], None]


def _writer(out: Path, writers: dict[str, Write]) -> Write:
    """Return what writes a file of this ending; `InputError` before anything is computed where nothing does."""
    ending = out.suffix.lower()
    if ending not in writers:
        raise InputError(f"--out ends in {', '.join(writers)}; got {out.name!r}.")
    if not out.parent.is_dir():
        raise InputError(f"{out.parent} is no folder; make it first, or choose another --out.")
    return writers[ending]


def _write_npz(explorer: Explorer, made: dict[str, Any], out: Path) -> None:
    with replacing(out) as path, path.open("wb") as file:
        arrays: dict[str, Any] = {name: array for name, array in made.items() if isinstance(array, np.ndarray)}
        np.savez_compressed(file, **arrays)


def _write_belief(explorer: Explorer, made: dict[str, Any], out: Path) -> None:
    names = {"centre": "z", "spread": "spread", "nats": "nats"}
    _write_table(out, [(names[key], made[key]) for key in names if key in made], made.get("labels"))


def _write_things(explorer: Explorer, made: dict[str, Any], out: Path) -> None:
    things = made["things"]
    _write_table(out, [("z", made["codes"]), ("value", things.reshape(len(things), -1))], None)


def _write_table(out: Path, parts: list[tuple[str, np.ndarray]], labels: np.ndarray | None) -> None:
    """Write a table: columns z1, z2, …, and beside them whatever else there is; a row for each thing."""
    head = [f"{name}{number}" for name, array in parts for number in range(1, array.shape[1] + 1)]
    columns = [array for _, array in parts] + ([] if labels is None else [labels[:, None]])
    with replacing(out) as path, path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head + ([] if labels is None else ["label"]))
        for rows in zip(*columns, strict=True):
            writer.writerow(
                [f"{value:.9g}" if value.dtype.kind == "f" else int(value) for row in rows for value in row]
            )


def _write_png(explorer: Explorer, made: dict[str, Any], out: Path) -> None:
    """Write pictures side by side, row by row: as many as were asked for, or about as many as there are rows."""
    pictures = explorer.kind.draw(made["things"], explorer.card.item, Paper(SIDE))
    count, height, width, channels = pictures.shape
    columns = min(count, made["columns"] or math.ceil(math.sqrt(count)))
    rows = math.ceil(count / columns)
    if rows * height * columns * width * made["zoom"] ** 2 > Image.MAX_IMAGE_PIXELS:
        raise InputError("So many pictures make a .png too large to open; ask for fewer, or for a .npz.")
    sheet = np.zeros((rows * columns, height, width, channels), np.uint8)
    sheet[:count] = pictures
    whole = sheet.reshape(rows, columns, height, width, channels).swapaxes(1, 2).reshape(rows * height, -1, channels)
    whole = whole.repeat(made["zoom"], 0).repeat(made["zoom"], 1)
    with replacing(out) as path:
        Image.fromarray(whole[..., 0] if channels == 1 else whole).save(path, "PNG")


ENCODED: dict[str, Write] = {".npz": _write_npz, ".csv": _write_belief}
MADE: dict[str, Write] = {".png": _write_png, ".npz": _write_npz, ".csv": _write_things}
