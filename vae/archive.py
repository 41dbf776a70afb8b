"""A model as one zip file, to hand on and to take in."""

import shutil
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from vae.errors import InputError
from vae.explorer import Explorer
from vae.library import Card, Model, check_name, models_folder, read_card, replacing, write_card

FILES = {"card.json", "encoder.onnx", "decoder.onnx", "weights.safetensors", "codes.npz", "config.json", "metrics.jsonl"}
MAX_BYTES = 1 << 30
"""What a model may unpack to: well above any model that explores live, well below a laptop's disk."""


def pack(model: Model, path: Path) -> Path:
    """Write the model as a zip file at `path`, whole or not at all; returns `path`."""
    if path.exists():
        raise InputError(f"{path} exists already; choose another --out.")
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
    if target.exists():
        raise InputError(f"The library has a model {card.name!r} already; choose another --name.")
    with replacing(target) as folder:
        folder.mkdir()
        (_copy_folder if source.is_dir() else _copy_zip)(source, folder)
        write_card(card, folder)
        try_out(Explorer(Model(card, folder, bundled=False)))
    return Model(card, target, bundled=False)


def try_out(explorer: Explorer) -> None:
    """Run both graphs on two rows and compare what comes out with the card."""
    card = explorer.card
    channels, height, width = card.image_shape
    expected = {"mean": (2, card.latent.dims), "log_variance": (2, card.latent.dims), "expected": (2, *card.image_shape)}
    try:
        mean, log_variance = explorer.encode(np.zeros((2, height, width, channels), np.uint8))
        got = {"mean": mean.shape, "log_variance": log_variance.shape}
        got["expected"] = explorer.expect(np.zeros((2, card.latent.dims), np.float32)).shape
    except Exception as error:  # onnxruntime raises classes of its own
        first = str(error).strip().splitlines()[0][:200]
        raise InputError(f"{explorer.folder}: the graphs do not run on what the card says ({first}).") from None
    if got != expected:
        raise InputError(f"{explorer.folder}: the graphs give {got}, but the card says {expected}.")


def _card_in_zip(source: Path) -> Card:
    with tempfile.TemporaryDirectory() as folder:
        _copy_zip(source, Path(folder), only={"card.json"})
        return read_card(Path(folder))


def _copy_folder(source: Path, folder: Path) -> None:
    for name in FILES:
        path = source / name
        if path.is_file() and not path.is_symlink():
            shutil.copyfile(path, folder / name)


def _copy_zip(source: Path, folder: Path, only: set[str] = FILES) -> None:
    """Unpack a model's own files, whatever folder they lie in, and nothing else; the size is bounded as it unpacks."""
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist():
                name = PurePosixPath(entry.filename).name
                if entry.is_dir() or name not in only or (folder / name).exists():
                    continue
                with archive.open(entry) as file, (folder / name).open("wb") as out:
                    while chunk := file.read(1 << 20):
                        left -= len(chunk)
                        if left < 0:
                            raise InputError(f"{source} unpacks to more than {MAX_BYTES >> 20} MiB; that is no model.")
                        out.write(chunk)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError(f"{source} is not a zip file that can be read ({error}).") from None
