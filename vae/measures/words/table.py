"""Figures as a table: in words for a terminal, and as CSV."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vae.files import replacing
from vae.measures.figures import FIGURES, Measured, Value, rows

NONE = "–"


def said(name: str, value: Value | str) -> str:
    """Write a figure as it is read: as many decimals as tell something, a dash where there is none."""
    if value is None:
        return NONE
    if isinstance(value, str | int):
        return str(value)
    if name in ("beta", "seed"):
        return f"{value:g}"
    return f"{value:.2f}" if abs(value) >= 10 else f"{value:.3f}"


def beside(models: Sequence[Measured], asked: str | None = None) -> str:
    """Return models beside each other, a line a figure; below them why there are dashes.

    asked: a figure that has its line even where no model can have it.
    """
    names = [name for name in FIGURES if name == asked or any(name in model.values for model in models)]
    table = [["", *(model.name for model in models)]]
    table += [[_titled(name), *(said(name, model.values.get(name)) for model in models)] for name in names]
    lines = aligned(table)
    reasons: dict[tuple[str, str], list[str]] = {}
    for model in models:
        for name in names:
            if model.values.get(name) is None and name in model.why:
                reasons.setdefault((model.name, model.why[name]), []).append(FIGURES[name].title)
    if reasons:
        lines += ["", *(f"{NONE} {model}: {why} ({', '.join(titles)})" for (model, why), titles in reasons.items())]
    return "\n".join(lines)


def _titled(name: str) -> str:
    figure = FIGURES[name]
    return f"{figure.title} ({figure.unit})" if figure.unit else figure.title


def aligned(table: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Return the lines of a table; the first `left` columns begin at the left, the others end at the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            f"{cell:{'<' if place < left else '>'}{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def as_csv(models: Sequence[Measured], beside: dict[str, dict[str, Any]] | None = None) -> str:
    """Return a line a model, its figures under their names, an empty cell where there is none.

    beside: more columns by the model's name, which stand before the figures.
    """
    more = beside or {}
    table = [{"model": row["model"]} | more.get(row["model"], {}) | row for row in rows(models)]
    file = io.StringIO()
    writer = csv.DictWriter(file, list(dict.fromkeys(name for row in table for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return file.getvalue()


def write_csv(path: Path, text: str) -> None:
    """Write a table, whole or not at all; "-" is the standard output."""
    if str(path) == "-":
        print(text, end="")
        return
    with replacing(path) as new:
        new.write_text(text, encoding="utf-8")
