"""A model's test codes and its maps over HTTP.

    GET  /api/codes?model=M                         the test codes, for drawing
    GET  /api/map?model=M&map=ID[&after=N][&visitor=V]   how a map stands and where its points lie
    POST /api/map?model=M&map=ID&action=A&visitor=V      A is form or stop, V a word of the page's own; the same answer

A map is stopped only where no other visitor follows it, that is, has asked how it stands in the last 30 s.

Each answers a frame (web/wire/frames.py) whose header lists its arrays, or refuses (web/door/answers.py): 400
bad-request, 403 origin, 404 unknown-model or unknown-map, 409 not-forming or others, 422 bad-codes, 503 busy.
"""

import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.explore.likelihood import NO_LIKELIHOOD
from vae.explore.originals import sample_for
from vae.fresh import Fresh
from vae.library.cards import Card
from vae.library.codes import Codes
from vae.library.shelf import Model
from vae.maps.ids import parse_id
from vae.maps.projections import Settings
from web.door.answers import answered, kept_by_browser, known_model, passing, refusing
from web.door.hidden import hidden
from web.door.origins import Origins
from web.door.query import bad, one_of
from web.door.visitors import address_of
from web.opened.factors import described, factor_names, factors_of
from web.opened.maps import NotMade, drawable_codes, opened_map
from web.opened.originals import has_originals
from web.wire import frames
from web.work import forming
from web.work.forming import Busy, Others, Stands

ACTIONS = ("form", "stop")

MOST_PERPLEXITY = 100
"""Of a map that a page asks for. A command line may ask for 1000, with which 10,000 codes take 2 GB and minutes."""

LONGEST_WORD = 64
BAD_VISITOR = f"`visitor` is a word of 1 to {LONGEST_WORD} characters that the page chooses."

NO_POINTS = np.empty((0, 2), np.float32)


KEPT_BYTES = 128 << 20
"""Of frames of codes. The largest has 101 MB, one of 10,000 codes in 16 dimensions 2.0."""


class Sent(NamedTuple):
    """A frame of a model's codes, and what it says of their images."""

    n: int
    originals: bool
    frame: bytes


_frames: Fresh[Path, Sent] = Fresh(most_bytes=lambda: KEPT_BYTES, size=lambda one: len(one.frame))
_making = threading.Lock()


def codes(request: Request) -> Response:
    """Answer with a model's test codes, or with none and a message where it keeps none.

    Header: model, n, dims, classes, labels, originals (whether all images are at hand), shipped (the numbers of those
    that come with the program), factors (of each its name, and whether it is an angle), squared (whether a cost is a
    mean squared error, and no nats), message. Arrays, all float32: centre [n, d], cost [n], spread and nats [n, d]
    where the model has them, or what `_sure` returns; factors [n, F] where it is known what the things were drawn
    from; and labels int32 [n] where there are any.
    """
    return kept_by_browser(request, _codes(known_model(request)))


def _codes(model: Model) -> bytes:
    """Return the frame, made once for all who ask until the model's files change; one is made at a time."""
    kept = _frames.find(model.folder)
    if kept is not None and kept.originals != has_originals(model.card, kept.n):
        _frames.forget(model.folder)  # whether the images are at hand changes without the model's files
    files = [model.folder / name for name in ("card.json", "codes.npz")]
    return _frames.get(model.folder, lambda: _make_alone(model), lambda: files).frame


def _make_alone(model: Model) -> Sent:
    with _making:
        return _make(model)


def _no_codes(model: Model) -> str:
    """Say why a model has no map, and what would bring one."""
    if "encode" not in model.card.can:
        return f"{model.name} has no encoder: nothing says where a thing lies, so it has no map."
    if model.card.origin is None:
        return f"{model.name} keeps no test codes, so it has no map; train or export it again."
    return f"{model.name} came without data, so it has no map; import it again with --dataset NAME."


def _make(model: Model) -> Sent:
    with refusing(422, "bad-codes"):
        kept = drawable_codes(model)
    n = 0 if kept is None else len(kept.centre)
    shipped, factors = sample_for(model.card, n), factors_of(model.card, n)
    header: dict[str, Any] = {
        "model": model.name,
        "n": n,
        "dims": model.card.latent.dims,
        "classes": list(model.card.data.classes),
        "labels": kept is not None and kept.labels is not None,
        "originals": kept is not None and has_originals(model.card, n),
        "shipped": [] if shipped is None else shipped.numbers.tolist(),
        "squared": model.card.measured_by == NO_LIKELIHOOD,
        "factors": described(factor_names(model.card)) if factors is not None else [],
        "message": "" if kept else _no_codes(model),
    }
    arrays = {}
    if kept is not None:
        given = _sure(kept, model.card) or {name: getattr(kept, name) for name in ("centre", "spread", "nats")}
        given |= {"cost": kept.cost, "floor": kept.floor}
        arrays = {name: array for name, array in given.items() if array is not None}
        if kept.labels is not None:
            arrays["labels"] = kept.labels.astype(np.int32)
        if factors is not None:
            arrays["factors"] = factors
    return Sent(n, header["originals"], frames.join_arrays(header, arrays))


def _sure(kept: Codes, card: Card) -> dict[str, np.ndarray | None] | None:
    """Return in short what codes of choices are that are sure, as a VQ-VAE's; None where codes are others.

    chosen: int32 [n, choices], the coordinates that are 1, all others being 0; nats: float32 [n]. 10,000 codes of 16
    choices of 32 ways are so 0.7 MB in place of 61.
    """
    choices = card.latent.choices
    if not choices or kept.spread is None or kept.spread.any():
        return None
    chosen = np.stack([ways.start + kept.centre[:, ways].argmax(1) for ways in choices], 1).astype(np.int32)
    nats = None if kept.nats is None else kept.nats.sum(1, dtype=np.float32)
    return {"chosen": chosen, "nats": nats}


def map_(request: Request) -> Response:
    """Answer how a map stands, and with its points where there are newer ones than those of iteration `after`.

    Header: state ("waiting", "forming", "done", "stopped", "absent", "failed"), iteration, total, message, keeps
    (vae/maps/quality.py, or null), measuring (whether its figures come yet), kl_divergence, shape [n, 2]. One array:
    points float32 [n, 2]; none (n = 0) where there are none, or none newer.
    """
    model, id = known_model(request), _known_map(request).id
    after = request.query_params.get("after", "-1")
    if not after.removeprefix("-").isdecimal() or len(after) > 9:
        raise bad(f"`after` is the number of an iteration; got {after[:20]!r}.")
    visitor = request.query_params.get("visitor", "")
    if len(visitor) > LONGEST_WORD:
        raise bad(BAD_VISITOR)
    told, body = _stands(model, id, visitor, int(after))
    return kept_by_browser(request, body) if told.state in ("done", "stopped") else passing(body)


def ask_map(request: Request) -> Response:
    """Form a map for a visitor, or take the visitor off it."""
    model, settings = known_model(request), _known_map(request)
    visitor = request.query_params.get("visitor", "")
    if not 1 <= len(visitor) <= LONGEST_WORD:
        raise bad(BAD_VISITOR)
    action = one_of(request, "action", ACTIONS)
    if action == "form" and settings.perplexity > MOST_PERPLEXITY:
        raise bad(
            f"A page may ask for a perplexity of at most {MOST_PERPLEXITY}; got {settings.perplexity:g}. "
            "Make such a map with `python -m vae map` on the server's command line."
        )
    with refusing(409, "not-forming", {Busy: (503, "busy"), Others: (409, "others")}):
        if action == "form":
            forming.form(model, settings.id, visitor, address_of(request))
        else:
            forming.stop(model, settings.id, visitor)
    return passing(_stands(model, settings.id, visitor)[1])


def _stands(model: Model, id: str, visitor: str, after: int = -1) -> tuple[Stands, bytes]:
    told = forming.stands(model, id, visitor)
    points = NO_POINTS if told.points is None else np.asarray(told.points, np.float32)
    if told.state == "done" and told.points is None:  # a linear map, computed when it is opened
        try:
            points = opened_map(model.name, id).points
        except NotMade as error:
            told = forming.failed(str(error))
    if told.state == "forming" and told.iteration <= after:
        points = NO_POINTS
    header = {
        "state": told.state,
        "iteration": told.iteration,
        "total": told.total,
        "message": hidden(told.message),
        "keeps": asdict(told.keeps) if told.keeps else None,
        "kl_divergence": told.kl_divergence,
        "measuring": told.measuring,
        "shape": points.shape,
    }
    return told, frames.join_arrays(header, {"points": points})


def _known_map(request: Request) -> Settings:
    model = known_model(request)
    with refusing(404, "unknown-map"):
        return parse_id(request.query_params.get("map", ""), model.card.latent.dims)


def map_routes(base: str, origins: Origins) -> list[Route]:
    """Return the routes of codes and maps under the server's base path."""
    return [
        Route(f"{base}/api/codes", answered(codes)),
        Route(f"{base}/api/map", answered(map_), methods=["GET"]),
        Route(f"{base}/api/map", answered(ask_map, origins), methods=["POST"]),
    ]
