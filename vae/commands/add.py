"""Add a person's own data: within bounds, with a progress bar or lines for a program to read."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import tyro
from tqdm import tqdm

from vae.commands.flags import Json, Switch
from vae.commands.limits import bounded
from vae.errors import InputError
from vae.kinds.kinds import KINDS
from vae.python_files import address_of

if TYPE_CHECKING:
    from vae.own.own_sets import Added
    from vae.own.preview import Preview


def add(
    path: tyro.conf.Positional[Path],
    name: str | None = None,
    side: int | None = None,
    height: int | None = None,
    width: int | None = None,
    colour: Switch = False,
    grey: Switch = False,
    fit: str = "crop",
    held_out: float = 0.1,
    seed: int = 0,
    values: str = "",
    label: str = "",
    invert: Switch = False,
    kind: str = "",
    scale: str = "",
    inspect: Switch = False,
    memory_mb: int | None = None,
    cpu_seconds: int | None = None,
    cancel: Path | None = None,
    json: Json = False,
) -> int:
    """Make a data set of pictures of your own: a folder, a zip file, a .npz (images, labels), .npy, idx or .csv file.

    Folders are classes; train/ and test/ above them are the two parts. What is no picture is left out and named.
    Or of series: a .csv with a series a row, a .npz (series, labels) or a .npy of [N, samples] or [N, samples,
    channels], with --kind series. Or of words: a .txt with one a line. Or of what a function of yours returns:
    FILE.py:FUNCTION.

    Args:
        path: The folder or file; or FILE.py:FUNCTION, which is called without arguments and returns an array of things,
            or (things, labels), or a dict of arrays as a .npz file names them.
        name: Name of the data set; left out: made of the file's.
        side: Pixels of a square picture, 8 to 256; left out: what suits the pictures.
        height: Pixels from top to bottom, in place of --side.
        width: Pixels from left to right, in place of --side.
        colour: Keep the colours; left out: where the pictures have any.
        grey: Keep grey levels only.
        fit: crop (cut about the middle) or pad (the whole picture, with bars).
        held_out: Share of the pictures for testing, where the data has no part for it.
        seed: Seed of the split.
        values: How the numbers of an array or a table become grey: found (the least is black, the greatest white), type
            (the range of their type), 0..1, -1..1 or 0..255; left out: what suits them.
        label: Where the labels are. Which column of a .csv has them: first, last or none; left out: what its heading
            says. Of picture files: file (the beginning of its name, up to the first digits or separator: cat_001.png is
            a cat), parent (the folder that it lies in), grandparent (the one above) or none; left out: the topmost
            folder, or a table metadata.csv beside the pictures.
        invert: Exchange light and dark, as for dark strokes on white paper that are to lie on black.
        kind: image, series or text; left out: series where an array is called so or columns are called t0, t1 and so
            on, words where a .txt holds no table, or else images.
        scale: How the values of series are changed: none, all (counted from the mean of all in standard deviations,
            for each channel) or each (for each series by itself); left out: all where they are far from 1.
        inspect: Say what is in it, and add nothing.
        memory_mb: Memory that may be used at most, where the system can say so.
        cpu_seconds: Seconds of a processor that may be used at most, where the system can say so.
        cancel: A file that ends it, with nothing left behind, once it is there.
        json: Print a JSON line for each step, in place of the progress bar.
    """
    from vae.own import own_sets, readers
    from vae.own.making import Making
    from vae.own.preview import suggested_name

    if (colour and grey) or (side and (height or width)):
        raise InputError("Give --colour or --grey, and --side or --height and --width, and not both.")
    kept = True if colour else False if grey else None
    making = Making(side or height, side or width, kept, fit, held_out, seed, values, label, invert, kind, scale)
    with bounded(memory_mb, cpu_seconds), _file_of(path, memory_mb) as (file, source):
        if inspect:
            _tell_found(readers.inspect(file, making), json)
        else:
            steps = own_sets.add(file, name or suggested_name(file), making, source)
            _tell_added(_carried_out(steps, cancel, json), json)
    return 0


@contextmanager
def _file_of(path: Path, memory_mb: int | None) -> Iterator[tuple[Path, str]]:
    """Give the file or folder that is meant, and what it is from where its name does not say it.

    Where memory is bounded a page asks, and what a page brings is never run.
    """
    address = None if path.exists() or memory_mb is not None else address_of(str(path))
    if address is None:
        yield path, ""
        return
    from vae.own.functions import made_by

    with made_by(address) as made:
        yield made


def _carried_out(steps: Generator[Any], cancel: Path | None, json: bool) -> "Added":
    """Make the data set, telling how far it is. cancel: a file that ends it, as Ctrl-C does, once it is there."""
    from vae.own.own_sets import Added

    with closing(steps), tqdm(dynamic_ncols=True, delay=0.1, disable=json or None) as bar:
        for step in steps:
            if isinstance(step, Added):
                added = step
            elif cancel and cancel.exists():
                raise KeyboardInterrupt
            elif json:
                _print(asdict(step))
            else:
                bar.set_postfix_str(step.stage)
                bar.total = step.total
                bar.update(step.done - bar.n)
    return added


def _tell_added(added: "Added", json: bool) -> None:
    """Say what was made, what was left out, and how to train on it."""
    from vae.own.preview import left_out_json

    if json:
        _print({"added": added.name, "left_out": left_out_json(added.left_out)})
        return
    shape = "x".join(str(side) for side in (added.image_shape if KINDS[added.item.kind].pixels else added.item.shape))
    classes = f", {len(added.classes)} classes" if added.classes else ""
    nouns = KINDS[added.item.kind].nouns
    print(f"Added {added.name}: {shape}, {added.sizes[0]:,} + {added.sizes[1]:,} {nouns}{classes}")
    if added.left_out.count:
        print(f"Left out {added.left_out.count:,}: {added.left_out.told()}")
    print(f"Train on it with: python -m vae train --dataset {added.name}")


def _tell_found(preview: "Preview", json: bool) -> None:
    """Say what a file or a folder holds."""
    from vae.own.preview import as_json

    if json:
        _print(as_json(preview))
        return
    classes = ", ".join(f"{name} {count:,}" for name, count in list(preview.classes.items())[:20])
    sizes = ", ".join(f"{height} x {width} ({count:,})" for (height, width), count in preview.sizes.items())
    print(f"{preview.images:,} {KINDS[preview.things].nouns} of kind {preview.kind}, {preview.checked:,} opened")
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
    how = f"{making.height} x {making.width}, {'colour' if making.colour else 'grey'}, "
    print(f"  suggested   {how if KINDS[preview.things].pixels else ''}as {preview.name}")


def _print(record: dict[str, Any]) -> None:
    print(msgspec.json.encode(record).decode(), flush=True)
