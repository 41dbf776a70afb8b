"""The data sets: list them, download some, delete one of one's own."""

import sys

import msgspec
from tqdm import tqdm

from vae.commands.flags import Json
from vae.kinds.kinds import KINDS


def datasets(download: tuple[str, ...] = (), delete: str | None = None, json: Json = False) -> int:
    """List the data sets, download some, or delete one of your own.

    Args:
        download: Names of data sets to download and prepare.
        delete: Name of a data set of your own to delete.
        json: Print the list as JSON, or a JSON line for each step of a download.
    """
    if delete is not None:
        _delete(delete)
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

    with tqdm(desc=name, unit_scale=True, dynamic_ncols=True, delay=0.1, disable=json) as bar:
        for progress in prepared.prepare(name, download=True):
            if json:
                print(msgspec.json.encode(progress).decode(), flush=True)
            bar.set_postfix_str(progress.stage)
            bar.total = progress.total
            bar.update(progress.done - bar.n)


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
