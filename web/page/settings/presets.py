"""Three ways to begin a training run, each with one press: two numbers, sixteen numbers, one's own data."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from vae.config import TrainConfig
from vae.datasets.prepared import folder_of
from vae.errors import InputError
from vae.fresh import file_stamp
from vae.runs.recipes import recommended

Rows = Iterable[dict[str, Any]]
"""Data sets as `vae.data.describe` lists them."""


@dataclass(frozen=True)
class Preset:
    """A way to begin. settings: data sets -> what is filled in; None where there are no data for it yet."""

    title: str
    sentence: str
    settings: Callable[[Rows], TrainConfig | None]


def newest_own(rows: Rows) -> str | None:
    """Name the data set that a person has added last, or None."""
    own = [row["name"] for row in rows if row["own"] and row["where"] == "ready"]
    return max(own, key=lambda name: file_stamp(folder_of(name) / "card.json") or (0, 0, 0), default=None)


def _own(rows: Rows) -> TrainConfig | None:
    try:
        return recommended(name) if (name := newest_own(rows)) else None
    except InputError:  # damaged, which is told beside it
        return None


PRESETS: dict[str, Preset] = {
    "two": Preset(
        "Two numbers",
        "Every digit becomes a point on a plane. You watch the map form.",
        lambda _: recommended(TrainConfig.dataset),
    ),
    "sixteen": Preset(
        "Sixteen numbers",
        "More numbers for each digit: the pictures come back sharper.",
        lambda _: replace(recommended(TrainConfig.dataset), latent_dims=16),
    ),
    "own": Preset(
        "Your own data",
        "Add images or series of your own, as a zip file or a folder, and learn from them.",
        _own,
    ),
}
