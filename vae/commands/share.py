"""Hand a model on as one file, and take one in."""

from pathlib import Path

import msgspec
import tyro

from vae.commands.flags import Json, Switch
from vae.commands.limits import bounded
from vae.library.shelf import Model, find


def export(model: tyro.conf.Positional[str], out: Path | None = None) -> int:
    """Write a model as one zip file, with its card, graphs, weights, codes and the history of its training.

    Args:
        model: Name in the library, or a folder; a run that is not finished, too.
        out: The file to write; left out: NAME.zip here.
    """
    from vae.exchange.pack import pack
    from vae.runs.shelf import find_run, list_runs

    unfinished = {run.name for run in list_runs() if not run.model}
    found = find_run(model) if model in unfinished else find(model)
    print(pack(found, out or Path(f"{found.name}.zip")))
    return 0


def take_in(
    source: tyro.conf.Positional[Path],
    name: str | None = None,
    numbered: Switch = False,
    scratch: Path | None = None,
    memory_mb: int | None = None,
    cpu_seconds: int | None = None,
    json: Json = False,
) -> int:
    """Take a model's zip file or folder into the library, after trying it out.

    Args:
        source: The zip file or folder.
        name: Name in the library; left out: the one on its card.
        numbered: Put a number behind the name where it is taken.
        scratch: Folder to unpack in, on the library's disk; left out: one beside the model's.
        memory_mb: Memory that may be used at most, where the system can say so.
        cpu_seconds: Seconds of a processor that may be used at most, where the system can say so.
        json: Print the name, and whether it is a model, as JSON.
    """
    from vae.exchange.unpack import unpack

    with bounded(memory_mb, cpu_seconds, "it is no model that explores live"):
        taken = unpack(source, name, numbered=numbered, scratch=scratch)
    if json:
        print(msgspec.json.encode({"name": taken.name, "model": isinstance(taken, Model)}).decode())
    else:
        print(taken.folder)
    return 0
