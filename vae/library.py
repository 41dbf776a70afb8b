"""A model is a folder: list, open, describe and keep models on disk.

Nothing here imports torch: the web server reads the same folders.
"""

import hashlib
import math
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from vae.errors import InputError, first_line
from vae.home import BUNDLED_MODELS, home

FORMAT = 1
"""The card's version. A reader refuses a newer one by name; an older one is read."""

MAX_LATENT_DIMS = 512

MAX_CARD_BYTES = 1 << 20
"""The card of a model with 512 dimensions takes a tenth of that; what is larger is something else."""

DAMAGED_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises on bytes that are no JSON; the last two, text that is not UTF-8 and thousands of brackets, are
not its own."""

MAX_HEADER_BYTES = 1 << 20
"""Of a safetensors file; a hundred bytes a tensor, and a run of ours has some hundred. The format allows 100 MB."""

MAX_CODES = 250_000
MAX_CODE_VALUES = 1 << 22
"""Test images in codes.npz, and numbers in one of its arrays: a quarter of a million codes of 16 dimensions, or 32,768
of 128. A page is sent two such arrays."""

RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])([.].*)?|.*[.]")
"""Names that Windows cannot give to a folder."""

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

# Below this KL (nats, averaged over the test set) a dimension carries nothing: Burda et al. 2015's "inactive unit" in
# terms of information. https://arxiv.org/abs/1509.00519
DEAD_KL = 0.01


@dataclass(frozen=True)
class DataInfo:
    """What a model was trained on. `classes` may be empty."""

    name: str
    title: str
    licence: str
    source: str
    classes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Latent:
    """A latent space: its size, what each dimension carries, and where the data lies in it.

    kl: [dims] nats, the mean over the test set of each dimension's KL to the prior.
    range: [dims, 2], the 0.1 % and 99.9 % quantiles of the aggregate posterior along each dimension.
    """

    dims: int
    kl: list[float]
    range: list[tuple[float, float]]
    kind: Literal["normal"] = "normal"


@dataclass(frozen=True)
class Card:
    """Describe a model: everything a reader has to know before it opens the graphs. Kept as `card.json`."""

    name: str
    family: str
    network: str
    likelihood: str
    beta: float
    image_shape: tuple[int, int, int]
    """[C, H, W]"""
    data: DataInfo
    latent: Latent
    training: dict[str, Any]
    """The training configuration, field by field, and `command`, the line that trains it again."""
    versions: dict[str, str]
    metrics: dict[str, Any]
    """Measured figures and `conditions`, the sentence that says how."""
    files: dict[str, str]
    """File name -> SHA-256, so that a damaged file is named rather than believed."""
    seed: int = 0
    created: str = ""
    format: int = FORMAT

    @property
    def dead(self) -> list[bool]:
        """Say for each latent dimension whether it has collapsed onto the prior."""
        return [kl < DEAD_KL for kl in self.latent.kl]

    @property
    def order(self) -> list[int]:
        """Return the dimensions with those that carry most first."""
        return sorted(range(self.latent.dims), key=lambda dim: -self.latent.kl[dim])


@dataclass(frozen=True)
class Model:
    """A model in the library: its card and the folder that holds it."""

    card: Card
    folder: Path
    bundled: bool

    @property
    def name(self) -> str:
        return self.card.name


@dataclass(frozen=True)
class Broken:
    """A folder in the library that cannot be opened, and the sentence that says why."""

    name: str
    folder: Path
    reason: str


@dataclass(frozen=True)
class Codes:
    """The test set as the model sees it.

    mean, log_variance: float32 [N, d]; labels: int64 [N] or None; negative_elbo: float32 [N], nats.
    """

    mean: np.ndarray
    log_variance: np.ndarray
    labels: np.ndarray | None
    negative_elbo: np.ndarray


def models_folder() -> Path:
    """Return the folder of a person's own models."""
    return home() / "models"


def check_name(name: str) -> str:
    """Return `name` if it can name a model's folder; otherwise say what a name is."""
    if not NAME.fullmatch(name):
        raise InputError(
            f"A model's name is 1 to 64 lower-case letters, digits, '.', '_' or '-', starting with a letter or digit; "
            f"got {name[:80]!r}."
        )
    if RESERVED.fullmatch(name):
        raise InputError(f"A model cannot be called {name!r}, because Windows can have no such folder; choose another.")
    return name


def read_card(folder: Path) -> Card:
    """Read and check `card.json` in `folder`; raise `InputError` where it is missing, damaged or newer."""
    path = folder / "card.json"
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_CARD_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"No model in {folder}: {path.name} cannot be read ({error.strerror}); choose a model's folder."
        ) from None
    if len(raw) > MAX_CARD_BYTES:
        raise InputError(f"{path} is damaged (larger than 1 MiB); restore it, or train the model again.")
    try:
        version = msgspec.json.decode(raw, type=dict[str, Any]).get("format")
        if isinstance(version, int) and version > FORMAT:
            raise InputError(
                f"{path} has format {version}, newer than the {FORMAT} this version reads; update the explorer."
            )
        card = msgspec.json.decode(raw, type=Card)
    except DAMAGED_JSON as error:
        raise InputError(f"{path} is damaged ({error}); restore it, or train the model again.") from None
    _check_card(card, path)
    return card


def _check_card(card: Card, path: Path) -> None:
    if not NAME.fullmatch(card.name):  # one that Windows cannot have was given by an earlier version, and is read
        said = "A model's name is 1 to 64 of a-z, 0-9, '.', '_' and '-'"
        raise InputError(f"{path} is damaged: {_short(card.name)} cannot be used. {said}.")
    dims = card.latent.dims
    if not 1 <= dims <= MAX_LATENT_DIMS:
        raise InputError(f"{path} is damaged: latent dims {dims} is not in 1 to {MAX_LATENT_DIMS}.")
    if len(card.latent.kl) != dims or len(card.latent.range) != dims:
        raise InputError(f"{path} is damaged: kl and range must have one entry for each of the {dims} dimensions.")
    channels, height, width = card.image_shape
    if channels not in (1, 3) or not (1 <= height <= 1024 and 1 <= width <= 1024):
        raise InputError(f"{path} is damaged: image shape {list(card.image_shape)} is not [1 or 3, height, width].")
    if not np.isfinite(card.latent.kl).all() or not np.isfinite(card.latent.range).all():
        raise InputError(f"{path} is damaged: kl and range must be finite numbers.")
    if not all(low <= high for low, high in card.latent.range):
        raise InputError(f"{path} is damaged: each range must go from a lower to a higher number.")
    _check_said(card, path)


def _check_said(card: Card, path: Path) -> None:
    """Check what is kept under free keys, before a page formats it."""
    for key, value in card.metrics.items():
        if key == "conditions":
            if not isinstance(value, str | None):
                raise InputError(f"{path} is damaged: the metrics' conditions must be a sentence; got {_short(value)}.")
        elif value is not None and not _is_finite(value):
            raise InputError(
                f"{path} is damaged: the metric {_short(key)} must be a finite number or null; got {_short(value)}."
            )
    for key in ("dataset", "command"):
        if not isinstance(value := card.training.get(key, ""), str):
            raise InputError(f"{path} is damaged: the training's {key} must be text; got {_short(value)}.")


def _is_finite(value: object) -> bool:
    # Compared rather than converted: a whole number of 400 digits does not fit into a float.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _short(value: object) -> str:
    return repr(value)[:80]


def check_files(card: Card, folder: Path) -> None:
    """Compare each file the card lists with its checksum, and name the first that is missing or damaged."""
    for name, expected in card.files.items():
        path = folder / name
        if path.resolve().parent != folder.resolve():
            raise InputError(f"{folder / 'card.json'} is damaged: it lists {name!r}, which is not a file of the model.")
        if not path.is_file():
            raise InputError(f"{path} is missing; restore it, or train the model again: {_again(card)}")
        if sha256(path) != expected:
            raise InputError(
                f"{path} is damaged (wrong checksum); restore it, or train the model again: {_again(card)}"
            )


def _again(card: Card) -> str:
    return str(card.training.get("command", f"python -m vae train --dataset {card.data.name}"))


def list_models() -> list[Model | Broken]:
    """List every model, the bundled ones first, each root by name; what cannot be opened is listed with its reason."""
    found: dict[str, Model | Broken] = {}
    for root, bundled in ((BUNDLED_MODELS, True), (models_folder(), False)):
        for folder in sorted(root.iterdir()) if root.is_dir() else []:
            if folder.name in found or not NAME.fullmatch(folder.name) or not (folder / "card.json").exists():
                continue
            try:
                found[folder.name] = _open(folder, bundled)
            except InputError as error:
                found[folder.name] = Broken(folder.name, folder, str(error))
    return list(found.values())


def find(name_or_path: str) -> Model:
    """Find a model by its name in the library, or by the path of its folder."""
    given = Path(name_or_path)
    if given.is_absolute() or os.sep in name_or_path:
        return Model(read_card(given), given, bundled=False)
    if NAME.fullmatch(name_or_path):
        for root, bundled in ((BUNDLED_MODELS, True), (models_folder(), False)):
            if (root / name_or_path / "card.json").exists():
                return _open(root / name_or_path, bundled)
    known = ", ".join(m.name for m in list_models() if isinstance(m, Model)) or "none yet"
    raise InputError(f"Unknown model {name_or_path[:80]!r}; the library has: {known}. A folder is given as ./FOLDER.")


def _open(folder: Path, bundled: bool) -> Model:
    """Open a model in the library, where a model is called what its folder is called, a renamed copy too."""
    return Model(replace(read_card(folder), name=folder.name), folder, bundled)


def is_taken(name: str) -> bool:
    """Say whether the library has a folder of this name already, bundled or a person's own."""
    return any((root / name).exists() for root in (BUNDLED_MODELS, models_folder()))


def read_codes(folder: Path) -> Codes | None:
    """Read the test codes of a model, or None where it has none."""
    path = folder / "codes.npz"
    if not path.exists():
        return None
    try:
        # Opened here, because numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            check_codes_size(arrays.zip)
            codes = Codes(
                mean=arrays["mean"].astype(np.float32),
                log_variance=arrays["log_variance"].astype(np.float32),
                labels=arrays["labels"].astype(np.int64) if "labels" in arrays else None,
                negative_elbo=arrays["negative_elbo"].astype(np.float32),
            )
        rows = {len(array) for array in (codes.mean, codes.negative_elbo, codes.labels) if array is not None}
        if codes.mean.ndim != 2 or codes.mean.shape != codes.log_variance.shape or len(rows) != 1:
            raise ValueError("its arrays do not belong together")
    except Exception as error:  # numpy, zipfile and zlib complain each in classes of their own
        raise InputError(f"{path} is damaged ({first_line(error)}); restore it, or train the model again.") from None
    return codes


def check_codes_size(archive: zipfile.ZipFile) -> None:
    """Raise a `ValueError` where the arrays of codes.npz are too large, by their headers, before they are unpacked."""
    for name in archive.namelist():
        with archive.open(name) as file:
            if np.lib.format.read_magic(file) != (1, 0):  # a later one's header may take gigabytes
                raise ValueError(f"{name[:80]} is of another format")
            shape, _, _ = np.lib.format.read_array_header_1_0(file)
        if shape and (shape[0] > MAX_CODES or math.prod(shape) > MAX_CODE_VALUES):
            raise ValueError(f"{name[:80]} has shape {shape}; at most {MAX_CODES:,} codes are read")


def check_header(path: Path) -> Path:
    """Return the path of a safetensors file whose header is small enough to parse; `InputError` where it is not."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
    if size > MAX_HEADER_BYTES:
        raise InputError(f"{path} is damaged (a header of {size:,} bytes); restore it, or train the model again.")
    return path


def write_codes(path: Path, codes: Codes) -> None:
    """Write test codes small: half precision is enough for maps, ranges and densities."""
    arrays: dict[str, Any] = {
        "mean": codes.mean.astype(np.float16),
        "log_variance": codes.log_variance.astype(np.float16),
        "negative_elbo": codes.negative_elbo.astype(np.float32),
    }
    if codes.labels is not None:
        arrays["labels"] = codes.labels.astype(np.uint8 if codes.labels.max() < 256 else np.int64)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def write_card(card: Card, folder: Path) -> None:
    """Write `card.json` into `folder`, whole or not at all."""
    text = msgspec.json.format(msgspec.json.encode(card), indent=2)
    with replacing(folder / "card.json") as temporary:
        temporary.write_bytes(text + b"\n")


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
