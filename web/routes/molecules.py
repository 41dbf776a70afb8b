"""GET /api/molecules: what chemistry says of molecules, for pages that show them.

of=SELFIES, up to 24 times: JSON {"molecules": [{smiles, formula, logp, qed, rings, atoms, bonds} or null, …]}, null for
what is no molecule; vae/kinds/molecules/sketch.py says how they are laid out. smiles=SMILES: {"symbols": [symbols of
SELFIES, …]}, or {"problem": why it has none}. between=SMILES, up to 24 times: {"alike": [[Tanimoto similarity to the
first, to the last], …]}. Refused are 400 bad-request and bad-molecule (web/door/answers.py), 503 busy.

Drawings are kept, so that one that comes again costs nothing.
"""

import asyncio
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.errors import InputError
from vae.kinds.molecules.chemistry import sketch_of, tanimoto
from vae.kinds.text import MOST_PLACES
from vae.own.molecules.files import MOST_LETTERS
from vae.own.molecules.one import symbols_of_typed
from web.door.answers import answered, as_json, refusing
from web.door.places import Places, turn_of
from web.door.query import bad

TOGETHER = 24
"""Molecules of one question, some 2 ms each the first time."""

LONGEST = 20 * MOST_PLACES
"""Letters of one SELFIES."""

AT_ONCE, WAITING = 2, 64


def molecules_route(base: str) -> Route:
    """Return the route under the server's base path."""
    turns = asyncio.Semaphore(AT_ONCE)
    places = Places(WAITING, "Too many molecules are being drawn; ask again in a moment.")

    async def molecules(request: Request) -> Response:
        answer = _answer_to(request)
        with places.one():
            async with turn_of(request, turns):
                return as_json(await run_in_threadpool(answer))

    return Route(f"{base}/api/molecules", answered(molecules))


def _answer_to(request: Request) -> Any:
    """Return what computes the answer to a question; refuse what is none."""
    asked = request.query_params
    if (smiles := asked.get("smiles")) is not None:
        return lambda: _spelled(smiles)
    if between := _some(request, "between", MOST_LETTERS):
        return lambda: {"alike": _alike(between)}
    if not (those := _some(request, "of", LONGEST)):
        raise bad("Name molecules: `of` as SELFIES, `smiles`, or `between`.")
    return lambda: {"molecules": [sketch_of(one) for one in those]}


def _some(request: Request, name: str, longest: int) -> list[str]:
    some = request.query_params.getlist(name)
    if len(some) > TOGETHER or any(len(one) > longest for one in some):
        raise bad(f"`{name}` is there at most {TOGETHER} times, with at most {longest:,} letters each.")
    return some


def _spelled(smiles: str) -> dict[str, list[str] | str]:
    try:
        return {"symbols": symbols_of_typed(smiles)}
    except InputError as error:  # an answer too: people type what is none
        return {"problem": str(error)}


def _alike(smiles: list[str]) -> list[tuple[float, float]]:
    with refusing(400, "bad-molecule"):
        return [(round(tanimoto(one, smiles[0]), 3), round(tanimoto(one, smiles[-1]), 3)) for one in smiles]
