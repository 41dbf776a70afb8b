"""The data sets: list them, download some, delete one of one's own."""

import sys

import msgspec
from tqdm import tqdm

from vae.commands.flags import Json, Switch
from vae.kinds.kinds import KINDS


def datasets(
    download: tuple[str, ...] = (), delete: str | None = None, layouts: Switch = False, json: Json = False
) -> int:
    """List the data sets, download some, or delete one of your own.

    Data that are on disk already are read where LATENT_DATA_DIR says; --layouts lists which files it may hold.

    Args:
        download: Names of data sets to download and prepare.
        delete: Name of a data set of your own to delete.
        layouts: List which files each set is read from below the folder LATENT_DATA_DIR, gzipped or not.
        json: Print the list as JSON, or a JSON line for each step of a download.
    """
    if delete is not None:
        _delete(delete)
    elif layouts:
        _tell_layouts(json)
    elif download:
        for name in download:
            _download(name, json)
    else:
        _list(json)
    return 0


def _delete(name: str) -> None:
    from vae.own import own_sets
    from vae.runs import shelf as runs

    own_sets.delete(name, runs.training_on)
    print(f"Deleted {name}", file=sys.stderr)


def _download(name: str, json: bool) -> None:
    from vae.datasets import prepared

    with tqdm(desc=name, unit_scale=True, dynamic_ncols=True, delay=0.1, disable=json or None) as bar:
        for progress in prepared.prepare(name, download=True):
            if json:
                print(msgspec.json.encode(progress).decode(), flush=True)
            bar.set_postfix_str(progress.stage)
            bar.total = progress.total
            bar.update(progress.done - bar.n)


def _tell_layouts(json: bool) -> None:
    """Say for each set that is not made here in which folders below LATENT_DATA_DIR which files are looked for."""
    from vae.datasets.sources import DATASETS

    found = {name: source.all_layouts for name, source in DATASETS.items() if not source.offline}
    if json:
        rows = [{"name": name, "folders": where, "files": what} for name, each in found.items() for what, where in each]
        print(msgspec.json.encode(rows).decode())
        return
    for name, each in found.items():
        for files, folders in each:
            where = " or ".join(
                "LATENT_DATA_DIR" if folder == "." else f"LATENT_DATA_DIR/{folder}" for folder in folders
            )
            print(f"{name:16} {', '.join(files)}\n{'':16} in {where}")


def _list(json: bool) -> None:
    from vae.data import describe

    rows = describe()
    if json:
        print(msgspec.json.encode(rows).decode())
        return
    for row in rows:
        shape = "x".join(str(side) for side in row["image_shape" if KINDS[row["kind"]].pixels else "shape"])
        nouns = KINDS[row["kind"]].nouns
        print(f"{row['name']:16} {shape:8} {row['sizes'][0]:7,} + {row['sizes'][1]:6,} {nouns:6}  {row['where']}")
