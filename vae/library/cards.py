"""A model is a folder: list, open, describe and keep models on disk.

Nothing here imports torch: the web server reads the same folders.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from vae.errors import InputError
from vae.files import DAMAGED_JSON, replacing
from vae.home import NAME

FORMAT = 1
"""The card's version. A reader refuses a newer one by name; an older one is read."""

MAX_LATENT_DIMS = 512

MAX_CARD_BYTES = 1 << 20
"""The card of a model with 512 dimensions takes a tenth of that; what is larger is something else."""

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


def write_card(card: Card, folder: Path) -> None:
    """Write `card.json` into `folder`, whole or not at all."""
    text = msgspec.json.format(msgspec.json.encode(card), indent=2)
    with replacing(folder / "card.json") as temporary:
        temporary.write_bytes(text + b"\n")
