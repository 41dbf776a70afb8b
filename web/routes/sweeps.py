"""Sweeps over HTTP: how they stand, what has become of their runs, and what is to be done with them.

    GET  /api/sweeps                     all sweeps, the newest first
    GET  /api/sweep?sweep=N              one sweep, its runs in their order
    GET  /api/sweep.csv?sweep=N          its runs that are models by now, as a table
    POST /api/sweep?sweep=N&action=A     A is stop, resume or forget (its runs stay)

JSON, but for the table. Refused (web/door/answers.py) are: 400 bad-request, 403 origin, 404 unknown-sweep, 409 refused.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.errors import InputError
from vae.files import CannotWrite
from vae.library.shelf import models_folder
from vae.measures.alike import MOST_SHOWN
from vae.measures.figures import FIGURES
from vae.runs import shelf as runs
from vae.sweeps import shelf, work
from vae.sweeps.plan import Planned, choices
from vae.sweeps.shelf import Sweep
from vae.sweeps.spread import TOLD, Figures, abreast, measured, runs_csv, spread
from web.door import changes
from web.door.answers import answered, as_json, passing, refusing
from web.door.origins import Origins
from web.door.query import one_of
from web.door.visitors import address_of


def list_(_: Request) -> Response:
    """List all sweeps, the newest first: the name of each, its state, and how many of its runs are done."""
    return as_json({"sweeps": [_row(sweep) for sweep in shelf.list_sweeps()]})


def sweep_(request: Request) -> Response:
    """Answer how a sweep stands.

    JSON: name, state, message, done and runs (numbers), settings (the names of those that have several values), figures
    (name, whether they are whole, title, unit, better, sentence), choices (each with its values in the order of
    settings, the spread of each figure [mean, deviation or null] or null, and its rows: name, seed, state, step, steps,
    place, message, values or null), compare (the names of models to put beside each other).
    """
    sweep = _asked(request)
    found = measured(sweep.runs)
    names = [name for name in TOLD if any(one.values.get(name) is not None for one in found.values())]
    return as_json(
        _row(sweep)
        | {
            "settings": list(sweep.runs[0].choice),
            "figures": [
                {"name": name, "whole": _are_counts(name, found)} | asdict(FIGURES[name]) for name in names or TOLD[:4]
            ],
            "choices": [
                {
                    "values": list(choice.values()),
                    "spread": {name: spread(name, planned, found) for name in names},
                    "rows": [_run(each, found) for each in planned],
                }
                for choice, planned in choices(sweep.runs)
            ],
            "compare": abreast(sweep.runs, found.keys(), MOST_SHOWN),
        }
    )


def _are_counts(name: str, found: Figures) -> bool:
    return all(isinstance(one.values.get(name), int | None) for one in found.values())


def _row(sweep: Sweep) -> dict[str, Any]:
    stands = shelf.stands(sweep)
    done = sum((models_folder() / each.name / "card.json").exists() for each in sweep.runs)
    return {
        "name": sweep.name,
        "state": stands.state if stands.live or done < len(sweep.runs) else "done",
        "live": stands.live,
        "message": "" if done == len(sweep.runs) else stands.message,
        "done": done,
        "runs": len(sweep.runs),
    }


def _run(each: Planned, found: Figures) -> dict[str, Any]:
    told: dict[str, Any] = {"name": each.name, "seed": each.apart["seed"], "state": "absent", "values": None}
    with suppress(InputError):
        status = runs.find_run(each.name).status
        told |= {"state": status.state, "step": status.step, "steps": status.steps, "message": status.message}
        told |= {"place": runs.place(each.name) if status.state == "queued" else 0}
    if each.name in found:
        told["values"] = {name: found[each.name].values.get(name) for name in TOLD}
    return told


def csv(request: Request) -> Response:
    """Answer with a line for each run that is a model by now: its name, what sets it apart, its figures."""
    sweep = _asked(request)
    answer = passing(runs_csv(sweep.runs, measured(sweep.runs)).encode(), "text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{sweep.name}.csv"'
    return answer


def ask_sweep(request: Request) -> Response:
    """Do with a sweep what a visitor wants, and answer how it stands then; {name, forgotten} where it is gone."""
    sweep, action = _asked(request), one_of(request, "action", ACTIONS)
    with refusing(409, "refused", {CannotWrite: (507, "disk-full")}):
        ACTIONS[action](sweep.name)
    changes.note(address_of(request), f"sweep: {action}", sweep.name)
    if action == "forget":
        return as_json({"name": sweep.name, "forgotten": True})
    return as_json(_row(sweep))


def _asked(request: Request) -> Sweep:
    with refusing(404, "unknown-sweep"):
        return shelf.find_sweep(request.query_params.get("sweep", ""))


def sweep_routes(base: str, origins: Origins) -> list[Route]:
    """Return the routes of sweeps under the server's base path."""
    return [
        Route(f"{base}/api/sweeps", answered(list_), methods=["GET"]),
        Route(f"{base}/api/sweep", answered(sweep_), methods=["GET"]),
        Route(f"{base}/api/sweep.csv", answered(csv), methods=["GET"]),
        Route(f"{base}/api/sweep", answered(ask_sweep, origins), methods=["POST"]),
    ]


ACTIONS: dict[str, Callable[[str], None]] = {"stop": work.stop, "resume": work.resume, "forget": shelf.forget}
"""What a visitor can have done with a sweep."""
