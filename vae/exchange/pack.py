"""A model or a run as one zip file, out."""

import re
import zipfile
from contextlib import suppress
from pathlib import Path

import msgspec

from vae.errors import InputError
from vae.exchange.formats.words import readme
from vae.files import replacing
from vae.library.cards import GRAPHS as FILES_OF
from vae.library.learnt import FILE as LEARNT
from vae.library.names import FILE as NAMES
from vae.library.names import file_of, names_of
from vae.library.shelf import Model, check_files
from vae.runs.shelf import Run

GRAPHS = {*FILES_OF.values(), "weights.safetensors"}
FILES = GRAPHS | {"card.json", "codes.npz", LEARNT, "config.json", "metrics.jsonl"}
"""What a model consists of."""

HISTORY = {"config.json", "metrics.jsonl", "held_out.jsonl", "changes.jsonl", "status.json"}
MODEL_FILES = FILES | HISTORY | {NAMES}
"""All that may come along with a model: its training, and what its owner calls its dimensions."""

RUN_FILES = HISTORY | {"checkpoint.safetensors", "best.safetensors"}
SNAPSHOT = re.compile(r"snapshots/([0-9]{8,12}\.(npz|safetensors)|probe\.npz|decoder\.onnx)")


def pack(source: Model | Run, path: Path) -> Path:
    """Write a model, or a run, as a zip file at `path`, whole or not at all; returns `path`.

    Of a run that is at work the zip holds what it has written by now. A README says how to decode without this
    program.
    """
    if path.exists():
        raise InputError(f"{path} exists already; choose another --out.")
    if isinstance(source, Model):
        check_files(source.card, source.folder)
    wanted = FILES | HISTORY if isinstance(source, Model) else RUN_FILES
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{source.name}/README.md", readme(source))
        for name in members(source.folder, wanted):
            # Weights hardly shrink, however long one tries.
            level = 1 if name.startswith("snapshots/") else None
            if name == "card.json" and isinstance(source, Model):
                # With the name it has in the library: a renamed model's card on disk still says the old one.
                archive.writestr(
                    f"{source.name}/{name}", msgspec.json.format(msgspec.json.encode(source.card), indent=2)
                )
                continue
            with suppress(FileNotFoundError):  # a run at work has thinned out its snapshots
                archive.write(source.folder / name, f"{source.name}/{name}", compresslevel=level)
        # Those of a bundled model lie in their owner's room.
        if isinstance(source, Model) and any(names := names_of(source)):
            archive.writestr(f"{source.name}/{NAMES}", file_of(names))
    return path


def members(folder: Path, wanted: set[str]) -> list[str]:
    """List the files of a model or run in `folder` that are its own, links left out."""
    inside = folder / "snapshots"
    names = [*sorted(wanted)]
    if inside.is_dir() and not inside.is_symlink():
        names += sorted(f"snapshots/{file.name}" for file in inside.iterdir())
    known = [name for name in names if name in wanted or SNAPSHOT.fullmatch(name)]
    return [name for name in known if (folder / name).is_file() and not (folder / name).is_symlink()]
