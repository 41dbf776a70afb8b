"""What a look at a person's own data tells: what is in it, what suits it, and how some of it would come out."""

import base64
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vae.datasets.prepared import own_names
from vae.datasets.sources import DATASETS
from vae.own.collection import LeftOut, printable
from vae.own.making import Making

COLUMNS = 8
THUMBNAILS = 24


@dataclass(frozen=True)
class Preview:
    """What a person's own data holds.

    images: how many were found, less those that cannot be read; checked: how many of them were opened; classes: name ->
    images, in the order of the labels; parts: images given for training and testing, or None; sizes: [H, W] -> images
    checked; choices: settings of `Making` that are to be said, and what each can be; thumbnails: uint8 [k, H, W, C]
    made as `suggested` says, and their classes; things: their kind. Series count as images do: sizes are [T, C], and
    thumbnails are drawn. name: one for the set that is not taken.
    """

    kind: str
    images: int
    checked: int
    classes: dict[str, int]
    parts: dict[str, int] | None
    sizes: dict[tuple[int, int], int]
    modes: dict[str, int]
    left_out: LeftOut
    notes: list[str]
    suggested: Making
    choices: dict[str, tuple[str, ...]]
    thumbnails: np.ndarray
    thumbnail_classes: list[str | None]
    things: str = "image"
    name: str = ""


def suggested_name(path: Path) -> str:
    """Make a name for a data set of a file's, one that is not taken."""
    stem = re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._")[:60] or "my-pictures"
    taken = {*DATASETS, *own_names()}
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def as_json(preview: Preview) -> dict[str, Any]:
    """Return a preview for a page: lists and numbers, and the thumbnails as one sheet of PNG in an address."""
    making = preview.suggested
    return {
        "kind": preview.kind,
        "things": preview.things,
        "images": preview.images,
        "checked": preview.checked,
        "classes": [{"name": name, "count": count} for name, count in preview.classes.items()],
        "parts": preview.parts,
        "sizes": [{"height": size[0], "width": size[1], "count": count} for size, count in preview.sizes.items()],
        "modes": [{"mode": mode, "count": count} for mode, count in preview.modes.items()],
        "left_out": left_out_json(preview.left_out),
        "notes": preview.notes,
        "suggested": {
            "name": preview.name,
            "height": making.height,
            "width": making.width,
            "colour": making.colour,
            "fit": making.fit,
            "held_out": making.held_out,
            "seed": making.seed,
            "values": making.values,
            "label": making.label,
            "invert": making.invert,
            "kind": preview.things,
            "scale": making.scale,
        },
        "choices": preview.choices,
        "thumbnails": _sheet(preview) if len(preview.thumbnails) else None,
    }


def left_out_json(left_out: LeftOut) -> dict[str, Any]:
    """Return what was left out for a page."""
    shown = [{"name": printable(one.name), "reason": one.reason} for one in left_out.shown]
    return {"count": left_out.count, "shown": shown}


def _sheet(preview: Preview) -> dict[str, Any]:
    count, height, width, channels = preview.thumbnails.shape
    rows = -(-count // COLUMNS)
    sheet = np.zeros((rows * COLUMNS, height, width, channels), np.uint8)
    sheet[:count] = preview.thumbnails
    sheet = sheet.reshape(rows, COLUMNS, height, width, channels).swapaxes(1, 2)
    sheet = sheet.reshape(rows * height, COLUMNS * width, channels)
    file = io.BytesIO()
    Image.fromarray(sheet[..., 0] if channels == 1 else sheet).save(file, "PNG")
    return {
        "count": count,
        "height": height,
        "width": width,
        "columns": COLUMNS,
        "labels": preview.thumbnail_classes,
        "src": "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii"),
    }
