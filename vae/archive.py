"""A model as one zip file, to hand on and to take in."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from vae.errors import InputError, first_line
from vae.explorer import Explorer, try_out
from vae.library import (
    Card,
    Model,
    check_files,
    check_name,
    is_taken,
    models_folder,
    read_card,
    replacing,
    write_card,
)

GRAPHS = {"encoder.onnx", "decoder.onnx", "weights.safetensors"}
FILES = GRAPHS | {"card.json", "codes.npz", "config.json", "metrics.jsonl"}
MAX_BYTES = 1 << 30
"""What a model may unpack to: well above any model that explores live, well below a laptop's disk."""


def pack(model: Model, path: Path) -> Path:
    """Write the model as a zip file at `path`, whole or not at all; returns `path`."""
    if path.exists():
        raise InputError(f"{path} exists already; choose another --out.")
    check_files(model.card, model.folder)
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(FILES):
            if (model.folder / name).exists():
                archive.write(model.folder / name, f"{model.name}/{name}")
    return path


def unpack(source: Path, name: str | None = None) -> Model:
    """Take a zip file or a folder into the library, under `name` or the name on its card.

    Only a model's own files are taken; the graphs must run and fit the card before the model appears.
    """
    if not source.exists():
        raise InputError(f"There is no {source}; give a zip file or a folder that holds a model.")
    card = read_card(source) if source.is_dir() else _card_in_zip(source)
    card = replace(card, name=check_name(name or card.name))
    target = models_folder() / card.name
    if is_taken(card.name):
        raise InputError(f"The library has a model {card.name!r} already; choose another --name.")
    with replacing(target) as folder:
        folder.mkdir()
        (_copy_folder if source.is_dir() else _copy_zip)(source, folder)
        write_card(card, folder)
        with _naming(source, folder):
            try_out(Explorer(Model(card, folder, bundled=False)))
    return Model(card, target, bundled=False)


@contextmanager
def _naming(source: Path, folder: Path) -> Iterator[None]:
    """Let an error name the source in place of the folder that it was unpacked to, which will be gone."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error).replace(str(folder), str(source))) from None


def _card_in_zip(source: Path) -> Card:
    with tempfile.TemporaryDirectory() as folder, _naming(source, Path(folder)):
        _copy_zip(source, Path(folder), only={"card.json"})
        return read_card(Path(folder))


def _copy_folder(source: Path, folder: Path) -> None:
    for name in FILES:
        path = source / name
        if path.is_file() and not path.is_symlink():
            shutil.copyfile(path, folder / name)


def _copy_zip(source: Path, folder: Path, only: set[str] = FILES) -> None:
    """Unpack a model's own files, whatever folder they lie in, and nothing else."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = {PurePosixPath(e.filename).name: e for e in archive.infolist() if not e.is_dir()}
            entries = {name: entry for name, entry in entries.items() if name in only}
            # No entry unpacks to more than the size it declares: zipfile stops there.
            if sum(entry.file_size for entry in entries.values()) > MAX_BYTES:
                raise InputError(f"{source} unpacks to more than {MAX_BYTES >> 20} MiB; that is no model.")
            for name, entry in entries.items():
                with archive.open(entry) as file, (folder / name).open("wb") as out:
                    shutil.copyfileobj(file, out, 1 << 20)
    except (InputError, OSError):
        raise
    except Exception as error:  # zipfile, zlib, lzma and struct raise classes of their own
        raise InputError(f"{source} is not a zip file that can be read ({first_line(error)}).") from None
