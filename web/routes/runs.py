"""Training runs over HTTP: how they stand, what they have written down, and what is to be done with them.

    GET  /api/runs                                   all runs, the newest first
    GET  /api/run?run=N[&metrics=OFFSET&held_out=OFFSET]   one run, with its records from these offsets on
    GET  /api/probe?run=N                            the things that its snapshots are of
    GET  /api/snapshot?run=N&step=S                  one moment of it
    POST /api/run?run=N&action=A                     A is pause, resume, stop, keep, discard, change (with beta= or
                                                     learning_rate=), rename (with to=) or delete

Lists and runs are JSON, probe and snapshots frames (web/wire/frames.py). Refused (web/door/answers.py) are: 400
bad-request, 403 origin, 404 unknown-run, gone (there was one) or no-snapshot, 409 refused (it cannot be had of this run
now).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.data import card_of
from vae.datasets.prepared import is_own
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.families import family
from vae.files import CannotWrite, cannot_write
from vae.home import check_name
from vae.kinds.images import IMAGES
from vae.kinds.kind import Kind
from vae.kinds.kinds import kind_of
from vae.library.cards import read_card
from vae.library.shelf import models_folder
from vae.objectives import objective
from vae.runs import launch, recipes, shelf, snapshots
from vae.runs.shelf import Run
from vae.runs.status import Wish
from web.door import changes
from web.door.answers import Refused, answered, as_json, kept_by_browser, refusing
from web.door.origins import Origins
from web.door.query import bad, number, one_of, whole
from web.door.visitors import address_of
from web.opened import runs
from web.opened.factors import described
from web.opened.runs import KINDS, Seen
from web.wire import frames

NARROWED = {"int64": np.int32, "float16": np.float32, "float64": np.float32}
"""What frames cannot carry, and what it is sent as."""


def list_(_: Request) -> Response:
    """List all runs, the newest first: how each stands, with a small curve."""
    return as_json({"runs": [_row(run) for run in shelf.list_runs()]})


def run_(request: Request) -> Response:
    """Answer how a run stands, with what it has written down since the offsets that the page was given last.

    JSON: name, status, config, family (its title), can, noun and nouns of its things, command, place, model, probe,
    snapshots, changes, findings, steps and held_out (the new records alone; from the first one's step on they replace
    what a page has), offsets (to ask with the next time).
    """
    offsets = {kind: whole(request, kind, 0) for kind in KINDS}
    seen = _seen(request, known=any(offsets.values()))
    run = seen.run
    kind = _kind(run)
    read = {kind: shelf.read_records(run.folder, offset, kind) for kind, offset in offsets.items()}
    return as_json(
        _of_family(run)
        | {
            "name": run.name,
            "status": run.status,
            "config": _config(run),
            "command": recipes.command(run.config),
            "place": seen.place,
            "model": run.model,
            "weights": seen.weights,
            "probe": seen.probe,
            "snapshots": seen.snapshots,
            "changes": seen.changes,
            "findings": seen.findings,
            "noun": kind.noun,
            "nouns": kind.nouns,
            "steps": read["metrics"][0],
            "held_out": read["held_out"][0],
            "offsets": {kind: offset for kind, (_, offset) in read.items()},
        }
    )


def probe(request: Request) -> Response:
    """Answer with the things that a run's snapshots are of: those on its map, and some that are shown.

    Header: run, classes, item (what one thing is: kind, shape, meaning), factors (the name of each, and whether it is
    round as an angle is). Arrays: numbers int32 [N] among the test things, trained int32 [T] among those it learns from
    where few are held out, labels int32 [N + T] where there are any, factors float32 [N + T, F] where they are known,
    originals [R, *shape] as their kind keeps them, images uint8 and series float32, noise float32 [S, d].
    """
    run = _seen(request).run
    with refusing(404, "no-snapshot"):
        arrays = snapshots.read_probe(run.folder)
        item = snapshots.item_of(arrays)
    arrays.pop("item", None)
    header = {"run": run.name, "classes": _classes(run), "item": asdict(item), "factors": _factors(run, arrays)}
    return _frame(request, header, arrays)


def snapshot(request: Request) -> Response:
    """Answer with one moment of a run.

    Header: run, step. Arrays: points float32 [P, 2], centre float32 [d], axes float32 [d, 2], reconstructions
    [R, *shape], samples [S, *shape]; where it was measured then, held_out float32 [2]: reconstruction and KL.
    """
    step, run = whole(request, "step"), _seen(request).run
    with refusing(404, "no-snapshot"):
        arrays = snapshots.read_snapshot(run.folder, step)
    return _frame(request, {"run": run.name, "step": step}, arrays)


def _frame(request: Request, header: dict[str, Any], arrays: dict[str, np.ndarray]) -> Response:
    narrow = {name: array.astype(NARROWED.get(array.dtype.name, array.dtype)) for name, array in arrays.items()}
    return kept_by_browser(request, frames.join_arrays(header, narrow))


def _factors(run: Run, arrays: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """Name what a run's things were drawn from; nothing, and no such array, where it does not go with its data."""
    names = DATASETS[run.config.dataset].factors if run.config.dataset in DATASETS else ()
    known = "factors" in arrays and arrays["factors"].shape == (arrays["numbers"].size + _trained(arrays), len(names))
    if not known:
        arrays.pop("factors", None)
        return []
    return described(names)


def _trained(arrays: dict[str, np.ndarray]) -> int:
    return arrays["trained"].size if "trained" in arrays else 0


def _classes(run: Run) -> list[str]:
    """Name the classes of a run's data; none where the data are no longer here. A path is not followed: the settings
    may have come from elsewhere in a zip."""
    with suppress(InputError):
        if run.model:
            return list(read_card(run.folder).data.classes)
        if run.config.dataset in DATASETS:
            return list(DATASETS[run.config.dataset].classes)
        if is_own(run.config.dataset):
            return list(card_of(run.config.dataset).classes)
    return []


def _kind(run: Run) -> Kind:
    """Return of what kind the things are that a run learns from, as `_classes`; images where nothing says it."""
    with suppress(InputError):
        if run.model:
            return kind_of(read_card(run.folder).item)
        if run.config.dataset in DATASETS:
            return kind_of(DATASETS[run.config.dataset].item)
        if is_own(run.config.dataset):
            return kind_of(card_of(run.config.dataset).item)
    return IMAGES


def ask_run(request: Request) -> Response:
    """Do with a run what a visitor wants, and answer how it stands then; {name, deleted} where it is gone."""
    name, action = request.query_params.get("run", ""), one_of(request, "action", ACTIONS)
    _seen(request)
    try:
        with refusing(409, "refused", {CannotWrite: (507, "disk-full")}):
            after = ACTIONS[action](name, request)
            changes.note(address_of(request), f"run: {action}", name)
    except OSError as error:
        raise cannot_write(models_folder() / name[:80], error) from None
    finally:
        runs.forget(name)
    try:
        return as_json(_row(shelf.find_run(after)))
    except InputError:
        return as_json({"name": name, "deleted": True})


def _rename(name: str, request: Request) -> str:
    return shelf.rename(name, request.query_params.get("to", ""))


def _change(name: str, request: Request) -> str:
    given = request.query_params
    beta = number(request, "beta") if "beta" in given else None
    learning_rate = number(request, "learning_rate") if "learning_rate" in given else None
    if beta is None and learning_rate is None:
        raise bad("`change` takes beta, learning_rate, or both.")
    return launch.ask(name, beta=beta, learning_rate=learning_rate).name


def _delete(name: str, _: Request) -> str:
    shelf.delete(name)
    return name


def _resume(name: str, _: Request) -> str:
    return launch.resume(name).name


def _wish(wish: Wish) -> Callable[[str, Request], str]:
    return lambda name, _: launch.ask(name, wish=wish).name


def _row(run: Run) -> dict[str, Any]:
    """Describe a run for the list: its status field by field, its settings, and a small curve."""
    held_out, curve = runs.curve(run.folder)
    return (
        asdict(run.status)
        | _of_family(run)
        | {
            "name": run.name,
            "config": _config(run),
            "command": recipes.command(run.config),
            "place": shelf.place(run.name) if run.status.state == "queued" else 0,
            "model": run.model,
            "held_out": held_out,
            "measured": runs.measured(run),
            "curve": curve,
        }
    )


def _config(run: Run) -> dict[str, Any]:
    """Return a run's settings for people: an unusual objective by its title, and own settings that somebody chose."""
    config = run.config
    usual = config.objective in (None, family(config.family).objectives[0])
    aim = None if usual else objective(str(config.objective)).title
    return asdict(config) | {"objective": aim, "options": config.chosen}


def _of_family(run: Run) -> dict[str, Any]:
    """Say what a run's family is called and what it can: by that a page knows what its losses are and what to show."""
    known = family(run.config.family)
    return {"family": known.title, "can": sorted(known.can), "prior": known.prior}


def _seen(request: Request, known: bool = False) -> Seen:
    """Return how the run stands that the address names. known: whether the page has seen it before."""
    name = request.query_params.get("run", "")
    try:
        return runs.look(check_name(name))
    except InputError as error:
        if runs.forget(name) or known:
            raise Refused(404, "gone", f"The run {name[:80]!r} is no longer here; it was deleted or renamed.") from None
        raise Refused(404, "unknown-run", str(error)) from None


def run_routes(base: str, origins: Origins) -> list[Route]:
    """Return the routes of training runs under the server's base path."""
    return [
        Route(f"{base}/api/runs", answered(list_), methods=["GET"]),
        Route(f"{base}/api/run", answered(run_), methods=["GET"]),
        Route(f"{base}/api/run", answered(ask_run, origins), methods=["POST"]),
        Route(f"{base}/api/probe", answered(probe)),
        Route(f"{base}/api/snapshot", answered(snapshot)),
    ]


ACTIONS: dict[str, Callable[[str, Request], str]] = {
    "pause": _wish("pause"),
    "resume": _resume,
    "stop": _wish("stop"),
    "keep": _wish("keep"),
    "discard": _wish("discard"),
    "change": _change,
    "rename": _rename,
    "delete": _delete,
}
"""What a visitor can have done with a run: a function of its name and the request, which returns its name after it."""
