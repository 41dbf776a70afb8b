"""Add a person's own data from the command line: within bounds, with a progress bar or lines for a program to read."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from tqdm import tqdm

from vae.own.making import Making
from vae.own.own_sets import Added, add
from vae.own.preview import as_json, inspect, left_out_json, suggested_name


def run(path: Path, name: str | None, making: Making, json: bool, cancel: Path | None = None) -> None:
    """Make the data set, telling how far it is. cancel: a file that ends it, as Ctrl-C does, once it is there."""
    name = name or suggested_name(path)
    with closing(add(path, name, making)) as steps, tqdm(dynamic_ncols=True, delay=0.1, disable=json) as bar:
        for step in steps:
            if cancel and not isinstance(step, Added) and cancel.exists():
                raise KeyboardInterrupt
            if isinstance(step, Added):
                added = step
            elif json:
                _print(asdict(step))
            else:
                bar.set_postfix_str(step.stage)
                bar.total = step.total
                bar.update(step.done - bar.n)
    if json:
        _print({"added": added.name, "left_out": left_out_json(added.left_out)})
        return
    shape = "x".join(str(side) for side in added.image_shape)
    classes = f", {len(added.classes)} classes" if added.classes else ""
    print(f"Added {added.name}: {shape}, {added.sizes[0]:,} + {added.sizes[1]:,} images{classes}")
    if added.left_out.count:
        print(f"Left out {added.left_out.count:,}: {added.left_out.told()}")
    print(f"Train on it with: python -m vae train --dataset {added.name}")


def show(path: Path, making: Making, json: bool) -> None:
    """Say what a file or a folder holds."""
    preview = inspect(path, making)
    if json:
        _print(as_json(preview))
        return
    classes = ", ".join(f"{name} {count:,}" for name, count in list(preview.classes.items())[:20])
    sizes = ", ".join(f"{height} x {width} ({count:,})" for (height, width), count in preview.sizes.items())
    print(f"{preview.images:,} images of kind {preview.kind}, {preview.checked:,} opened")
    print(f"  classes     {classes or 'none'}{' …' if len(preview.classes) > 20 else ''}")
    print(f"  sizes       {sizes}")
    print(f"  left out    {preview.left_out.count:,}")
    for one in preview.left_out.shown:
        print(f"    {one.name}: {one.reason}")
    for note in preview.notes:
        print(f"  {note}")
    for name, known in preview.choices.items():
        print(f"  --{name}{' ' * (10 - len(name))}can be {', '.join(one for one in known if one)}")
    making = preview.suggested
    print(f"  suggested   {making.height} x {making.width}, {'colour' if making.colour else 'grey'}, as {preview.name}")


def _print(record: dict[str, Any]) -> None:
    print(msgspec.json.encode(record).decode(), flush=True)
