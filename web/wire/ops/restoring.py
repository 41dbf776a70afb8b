"""Things spoiled and restored, and holes filled in."""

import time
from base64 import b64encode
from collections.abc import Iterator

import numpy as np

from vae.experiments import restoration
from vae.experiments.fidelity import measures_of
from vae.experiments.restoration import METHODS, Imputation
from vae.explore.explorer import Explorer
from vae.kinds.corruptions import corrupt
from vae.kinds.kind import Kind
from web.opened.examples import examples_of
from web.wire.frames import FrameError, Request
from web.wire.ops.checks import Answer, bytes_of, check_reply, guessed, refusing, things_in

LONGEST = 8.0
"""Seconds that a restoration may take; after 15 without an answer a browser takes the connection for dead."""


def reconstruct(model: Explorer, request: Request, payload: memoryview) -> Answer:
    """Return the things given, spoiled where asked, and the same restored by the model, [2, n, *shape].

    A conditional model is told the class `condition`; without one it takes each thing for what it is likeliest to be,
    and the header says so in `condition`, a number for each.
    """
    things = things_in(model, request, payload)
    check_reply(2 * len(things), bytes_of(model))
    spoiled, _ = _spoil(model.kind, request, things, None)
    given, header = guessed(model, request, spoiled)
    return Answer(np.stack([spoiled, model.reconstruct(spoiled, given)]), header)


def restore(model: Explorer, request: Request, payload: memoryview) -> Answer:
    """Spoil one thing and restore it by each of `methods`: the spoiled one and theirs, [1 + m, *shape].

    The payload is the clean thing, [1, *shape]; for "brush" [2, *shape], with a second one whose high values are
    hidden. The header gets, by its name, each figure that is measured of such things, [1 + m], of what is answered
    against the clean one: of images `psnr`, in dB and null where infinite, and `ssim`, of series `rmse`, in their own
    unit, of tastes `ndcg` and `recall`. Where it is known what is lost it gets `lost`: a bit for each element, one
    after the other, in base64;
    and `condition`, the class that a conditional model takes the thing for, where it restores it. A method named twice
    is answered once. Imputation makes as many `sweeps` and `draws` as the header says, and fewer sweeps where a slow
    model leaves it less than 8 s; with `spread` its spread follows as one more thing, as `impute` has it.
    """
    started = time.perf_counter()
    clean, spoiled, known = _one_spoiled(model, request, payload)
    names = ["vae"] if request.methods is None else list(dict.fromkeys(request.methods))
    check_reply(2 + len(names), bytes_of(model))
    for name in names:
        _check_suited(name, model, known)
    given, taken = guessed(model, request, spoiled) if "vae" in names else (None, {})
    restored, spread = {}, []
    for name in sorted(names, key="impute".__eq__):  # last: it can do with the time that is left
        if time.perf_counter() - started > LONGEST:
            raise FrameError("too-slow", f"After {LONGEST:g} s not all methods were done; ask for fewer at once.")
        if name == "impute":
            assert known is not None
            last = _sweeps(started, restoration.impute(model, spoiled, known, *_effort(request)))[-1]
            restored[name], spread = model.kind.keep(last.mean), [_shown_spread(model.kind, last)]
            taken = {"condition": last.given.tolist()} if last.given is not None and not taken else taken
        else:
            others = examples_of(model) if METHODS[name].looks else None
            with refusing("unsuited"):
                restored[name] = model.kind.keep(restoration.restore(name, model, spoiled, known, given, others))
    shown = np.concatenate([spoiled, *(restored[name] for name in names)])
    header = _figures(model, clean, shown) | taken
    if known is not None and known.size <= restoration.MAX_ELEMENTS:  # a header has no room for those of larger ones
        header["lost"] = b64encode(np.packbits(~known).tobytes()).decode()
    return Answer(np.concatenate([shown, *spread]) if request.spread else shown, header)


def impute(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Fill the holes of one thing sweep after sweep: [sweeps + 2, *shape].

    The payload is that of `restore`. The first thing is the start, then comes one after each sweep, and last the spread
    over the draws: a standard deviation, in the thing's own unit; of images in bytes, where 255 is one of 0.5. A slow
    model makes fewer sweeps than it was asked for: what there is after 8 s is answered.
    """
    started = time.perf_counter()
    _, spoiled, known = _one_spoiled(model, request, payload)
    _check_suited("impute", model, known)
    assert known is not None
    sweeps, draws = _effort(request)
    check_reply(sweeps + 2, bytes_of(model))
    steps = _sweeps(started, restoration.impute(model, spoiled, known, sweeps, draws))
    return np.concatenate([*(model.kind.keep(step.mean) for step in steps), _shown_spread(model.kind, steps[-1])])


def _effort(request: Request) -> tuple[int, int]:
    return request.sweeps or restoration.SWEEPS, request.draws or restoration.DRAWS


def _shown_spread(kind: Kind, step: Imputation) -> np.ndarray:
    """Return the spread as things are kept. What is bounded spreads by half of its range at most, and is sent as that
    share of it: bytes have no room for less."""
    return kind.keep(step.spread if kind.bounds is None else 2 * step.spread)


def _figures(model: Explorer, clean: np.ndarray, shown: np.ndarray) -> dict[str, list[float | None]]:
    measures = measures_of(model.card.item)
    found = {name: measure.of(model.kind, clean, shown, shown[:1]).tolist() for name, measure in measures.items()}
    return {name: [value if np.isfinite(value) else None for value in values] for name, values in found.items()}


def _sweeps(started: float, imputation: Iterator[Imputation]) -> list[Imputation]:
    """Return the start and the sweeps that are made within the time that a restoration may take, at least one."""
    steps = []
    for step in imputation:
        steps.append(step)
        if step.sweep and time.perf_counter() - started > LONGEST:
            break
    return steps


def _one_spoiled(
    model: Explorer, request: Request, payload: memoryview
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return a thing, [1, *shape], the same spoiled, and what is known of it, [1, *shape but for the channels]."""
    things, kind = things_in(model, request, payload), model.kind
    brush = request.corruption is not None and request.corruption.name == "brush"
    if len(things) != 1 + brush:
        one = kind.seen[0]
        takes = f"a {one} and a second one whose high values are hidden" if brush else f"one {one}"
        raise FrameError("bad-shape", f"{request.op} takes {takes} here; got {len(things)} rows.")
    clean = things[:1]
    return clean, *_spoil(kind, request, clean, things[1:].max(-1) > kind.levels / 2 if brush else None)


def _spoil(
    kind: Kind, request: Request, things: np.ndarray, hidden: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None]:
    if (asked := request.corruption) is None:
        return things, None
    with refusing("bad-corruption"):
        spoiled, known = corrupt(asked.name[:80], things, asked.amount, asked.seed, hidden, kind)
    return kind.keep(spoiled), known


def _check_suited(name: str, model: Explorer, known: np.ndarray | None) -> None:
    with refusing("unsuited" if name in METHODS else "unknown-method"):
        restoration.check_suited(name[:80], model.card.item, known is not None)
