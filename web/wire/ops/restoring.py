"""Images spoiled and restored, and holes filled in."""

import time
from base64 import b64encode
from collections.abc import Iterator

import numpy as np

from vae.experiments import restoration
from vae.experiments.fidelity import psnr, ssim
from vae.experiments.restoration import Imputation, as_bytes
from vae.explore.explorer import Explorer
from vae.kinds.corruptions import corrupt
from web.wire.frames import FrameError, Request
from web.wire.ops.checks import Answer, check_reply, refusing, things_in, told

LONGEST = 8.0
"""Seconds that a restoration may take; after 15 without an answer a browser takes the connection for dead."""


def reconstruct(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Return the images given, spoiled where asked, and the same restored by the model, uint8 [2, n, H, W, C]."""
    images = things_in(model, request, payload)
    check_reply(2 * len(images), images[0].size)
    spoiled, _ = _spoil(request, images, None)
    return np.stack([spoiled, model.reconstruct(spoiled, told(request))])


def restore(model: Explorer, request: Request, payload: memoryview) -> Answer:
    """Spoil one picture and restore it by each of `methods`: the spoiled one and theirs, uint8 [1 + m, H, W, C].

    The payload is the clean picture, uint8 [1, H, W, C]; for "brush" [2, H, W, C], with a second one whose bright
    pixels are hidden. The header gets `psnr`, in dB and null where infinite, and `ssim`, each [1 + m], of the pictures
    as they are answered, against the clean one; and, where it is known which pixels are lost, `lost`: a bit for each,
    row after row, in base64. A method named twice is answered once. Imputation makes as many `sweeps` and `draws`
    as the header says, and fewer sweeps where a slow model leaves it less than 8 s.
    """
    started = time.perf_counter()
    clean, spoiled, known = _one_spoiled(model, request, payload)
    names = ["vae"] if request.methods is None else list(dict.fromkeys(request.methods))
    effort = request.sweeps or restoration.SWEEPS, request.draws or restoration.DRAWS
    check_reply(1 + len(names), clean.size)
    for name in names:
        _check_suited(name, model, known)
    restored = {}
    for name in sorted(names, key="impute".__eq__):  # last: it can do with the time that is left
        if time.perf_counter() - started > LONGEST:
            raise FrameError("too-slow", f"After {LONGEST:g} s not all methods were done; ask for fewer at once.")
        if name == "impute":
            assert known is not None
            restored[name] = as_bytes(_sweeps(started, restoration.impute(model, spoiled, known, *effort))[-1].mean)
        else:
            restored[name] = as_bytes(restoration.restore(name, model, spoiled, known))
    pictures = np.concatenate([spoiled, *(restored[name] for name in names)])
    seen, meant = pictures / 255, clean / 255
    decibels = [float(value) if np.isfinite(value) else None for value in psnr(meant, seen)]
    figures = {"psnr": decibels, "ssim": ssim(np.broadcast_to(meant, seen.shape), seen).tolist()}
    if known is not None and known.size <= restoration.MAX_PIXELS:  # a header has no room for those of larger ones
        figures["lost"] = b64encode(np.packbits(~known).tobytes()).decode()
    return Answer(pictures, figures)


def impute(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Fill the holes of one picture sweep after sweep: uint8 [sweeps + 2, H, W, C].

    The payload is that of `restore`. The first picture is the start, then comes one after each sweep, and last the
    spread over the draws, the same in each channel, where 255 is a standard deviation of 0.5. A slow model makes fewer
    sweeps than it was asked for: what there is after 8 s is answered.
    """
    started = time.perf_counter()
    _, spoiled, known = _one_spoiled(model, request, payload)
    _check_suited("impute", model, known)
    assert known is not None
    sweeps, draws = request.sweeps or restoration.SWEEPS, request.draws or restoration.DRAWS
    check_reply(sweeps + 2, spoiled.size)
    steps = _sweeps(started, restoration.impute(model, spoiled, known, sweeps, draws))
    spread = np.repeat(2 * steps[-1].spread[..., None], spoiled.shape[-1], -1)
    return as_bytes(np.concatenate([*(step.mean for step in steps), spread]))


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
    """Return a picture, [1, H, W, C], the same spoiled, and which of its pixels are known, [1, H, W] or None."""
    images = things_in(model, request, payload)
    brush = request.corruption is not None and request.corruption.name == "brush"
    if len(images) != 1 + brush:
        takes = "a picture and a second one whose bright pixels are hidden" if brush else "one picture"
        raise FrameError("bad-shape", f"{request.op} takes {takes} here; got {len(images)} rows.")
    clean = images[:1]
    return clean, *_spoil(request, clean, images[1:].max(-1) > 127 if brush else None)


def _spoil(request: Request, images: np.ndarray, hidden: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    if (asked := request.corruption) is None:
        return images, None
    with refusing("bad-corruption"):
        spoiled, known = corrupt(asked.name[:80], images, asked.amount, asked.seed, hidden)
    return as_bytes(spoiled), known


def _check_suited(name: str, model: Explorer, known: np.ndarray | None) -> None:
    with refusing("unsuited" if name in restoration.METHODS else "unknown-method"):
        restoration.check_suited(name[:80], model.card.image_shape[1:], known is not None)
