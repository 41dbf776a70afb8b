"""The maps of a model: made once, kept with it, followed while they form.

    <root>/<id>.npz          a map; see vae/maps/file.py
    <root>/.forming-<id>/    while a process makes it: frame.npz of the same layout, replaced as a whole each time

A root is the model's own folder `maps`; for a bundled model, which is read-only, new maps go to `maps/<name>` in a
person's own folder. The bundled models' own maps are made by
`python -m vae map mnist-16d --projection tsne --out assets/models/mnist-16d/maps`, and so on.
Nothing here imports torch or scikit-learn.
"""

import shutil
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from filelock import Timeout

from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.home import home
from vae.library.codes import Codes, read_codes
from vae.library.shelf import Model
from vae.locks import lock
from vae.maps.file import Standing, key, read, write
from vae.maps.ids import parse_id
from vae.maps.plane import Map
from vae.maps.projections import PROJECTIONS, Settings
from vae.maps.quality import measure
from vae.maps.tsne import Frame, possible_perplexity

SECONDS_BETWEEN_LOOKS = 0.25


def map_roots(model: Model) -> list[Path]:
    """Return the folders where the model's maps are looked for, in this order; new ones are written to the last."""
    own = model.folder / "maps"
    return [own, home() / "maps" / model.name] if model.bundled else [own]


def open_map(model: Model, id: str, codes: Codes | np.ndarray | None = None) -> Map:
    """Open the map `id` of the model's test codes: linear ones are computed, others read from their file.

    codes: as `read_codes` gives them; with the means alone, float32 [N, d], `place` counts all dimensions alike; left
    out, they are read, once it is known that there is a map of them.
    A stopped map opens too. `InputError` where the map is not made yet, or cannot be.
    """
    settings = parse_id(id, model.card.latent.dims)
    linear = PROJECTIONS[settings.projection].linear
    points = None if linear else _points(model, settings)
    if codes is None:
        codes = usable_codes(model)
    else:
        _check_codes(codes, model)
    mean, scale = (codes.centre, posterior_scale(codes)) if isinstance(codes, Codes) else (codes, None)
    if linear is not None:
        plane = linear(mean, settings)
        return Map(plane.place(mean).astype(np.float32), mean, plane, scale)
    assert points is not None
    if len(points) != len(mean):
        raise InputError(f"The map {id} of {model.name} is of {len(points):,} codes, not of {len(mean):,}.")
    return Map(points, mean, None, scale)


def _points(model: Model, settings: Settings) -> np.ndarray:
    """Read the points of a map that has a file."""
    found = _kept(model, settings.id)
    if found.points is not None:
        return found.points
    if not (model.folder / "codes.npz").exists():
        raise _no_codes(model)
    raise InputError(
        found.message or f"The map {settings.id} of {model.name} is not made yet; {_cure(model, settings)}"
    )


def posterior_scale(codes: Codes) -> np.ndarray | None:
    """Return one over the posteriors' standard deviation along each dimension, the mean over the codes; [d].

    None where codes are points.
    """
    if codes.spread is None:
        return None
    # Beyond e^10 of the prior's own a deviation is a slip of the training, and its inverse would drown the others.
    return (1 / codes.spread.astype(np.float64).clip(np.exp(-10), np.exp(10))).mean(axis=0)


def standing(model: Model, id: str) -> Standing:
    """Say how the map `id` of a model stands: a finished or stopped one, the newest frame of one that forms, or absent.

    A linear map is always "done". One that forms again after it was stopped is "forming". One whose process was killed
    is kept as "stopped", as far as it got. `InputError` for a bad id.
    """
    parse_id(id, model.card.latent.dims)
    if (forming := _forming(model, id, map_roots(model)[-1])) is not None:
        return forming
    return _kept(model, id)


def make(model: Model, id: str, root: Path | None = None) -> Generator[Frame]:
    """Make the map `id` and keep it, yielding each frame after it is written for others to follow.

    Close the generator to stop: what is there is kept as a stopped map, unless an earlier one got further. Where
    another process makes the same map, its frames are passed on, and the map is not computed twice. A map that is made
    already, or linear, yields nothing. root: where to keep it, in place of the model's own place.
    """
    settings = parse_id(id, model.card.latent.dims)
    folder = root or map_roots(model)[-1]
    codes = usable_codes(model)
    seen = -1
    while True:
        try:
            with lock(folder / id, SECONDS_BETWEEN_LOOKS):
                if _kept(model, id, root).state != "done":
                    yield from _form(model, settings, codes, folder)
                return
        except Timeout:
            frame = _frame(_forming(model, id, folder))
        if frame is not None and frame.iteration > seen:
            seen = frame.iteration
            yield frame


def complete(model: Model, id: str, root: Path | None = None, wait: bool = True) -> Standing:
    """Measure what the map `id` keeps and write it down, unless that is done or there is no map; say how it stands.

    Where another process is at it, wait for that one, or do not and leave it to it.
    """
    parse_id(id, model.card.latent.dims)
    folder = root or map_roots(model)[-1]
    try:
        with lock(folder / id, -1 if wait else SECONDS_BETWEEN_LOOKS):
            return _complete(model, id, root, folder)
    except Timeout:
        return _kept(model, id, root)


def _complete(model: Model, id: str, root: Path | None, folder: Path) -> Standing:
    named, found = key(model, id), _kept(model, id, root)
    if found.keeps is not None or found.state == "absent":
        return found
    codes = usable_codes(model)
    if found.points is None:
        opened = open_map(model, id, codes)
    else:
        opened = Map(found.points, codes.centre, None, posterior_scale(codes))
    explorer = Explorer(model)  # a conditional model's codes are compared under its first class
    keeps = measure(opened, codes.labels, lambda z: explorer.kind.unlay(explorer.expect(z, 0)), explorer.kind)
    found = replace(found, keeps=keeps)
    _write(model, folder / f"{id}.npz", id, found, named)
    return found


def usable_codes(model: Model) -> Codes:
    """Read the codes that maps are made of; `InputError` where there are none that can be used."""
    codes = read_codes(model.folder)
    if codes is None:
        raise _no_codes(model)
    _check_codes(codes, model)
    return codes


def _no_codes(model: Model) -> InputError:
    return InputError(f"{model.name} keeps no test codes, so it has no maps; train or export it again.")


def _check_codes(codes: Codes | np.ndarray, model: Model) -> None:
    mean, *beside = (codes.centre, codes.spread, codes.nats) if isinstance(codes, Codes) else (codes,)
    dims = model.card.latent.dims
    again = "train or export the model again."
    if mean.ndim != 2 or mean.shape[1] != dims:
        raise InputError(
            f"The test codes of {model.name} are {list(mean.shape)}, not [N, {dims}] as on its card; {again}"
        )
    if not len(mean):
        raise InputError(f"The test codes of {model.name} are none at all; {again}")
    if not all(np.isfinite(array).all() for array in (mean, *beside) if array is not None):
        raise InputError(f"The test codes of {model.name} hold NaN or infinity; {again}")


def _form(model: Model, settings: Settings, codes: Codes, folder: Path) -> Generator[Frame]:
    """Form a map with its lock held; leave the finished one, or a stopped one, and nothing else."""
    form = PROJECTIONS[settings.projection].form
    if form is None:
        return
    _rescue(model, settings.id, folder)
    named = key(model, settings.id)
    try:
        for frame in form(codes.centre, settings):
            now = Standing(
                "forming", frame.iteration, frame.total, _note(settings, codes), frame.points, None, frame.kl_divergence
            )
            _write(model, _frame_file(folder, settings.id), settings.id, now, named)
            yield frame
        _write(model, folder / f"{settings.id}.npz", settings.id, replace(now, state="done"), named)
    finally:
        _rescue(model, settings.id, folder)


def _write(model: Model, path: Path, id: str, standing: Standing, named: str) -> None:
    """Write a map's file under the key that it was begun with.

    Raises `InputError` where the model was deleted or renamed meanwhile: neither its folder nor a map comes back.
    """
    own = model.folder if path.is_relative_to(model.folder) else None
    gone = InputError(f"The model {model.name} was deleted or renamed while its map {id} was made; it is not kept.")
    if key(model, id) != named:
        raise gone
    try:
        write(path, named, standing, own)
    except InputError:
        if model.folder.exists():
            raise
        raise gone from None


def _note(settings: Settings, codes: Codes) -> str:
    used = possible_perplexity(settings.perplexity, len(codes.centre))
    if used == settings.perplexity:
        return ""
    return f"A perplexity of {settings.perplexity:g} needs more than {len(codes.centre)} codes; {used:.1f} was used."


def _rescue(model: Model, id: str, folder: Path) -> None:
    """Keep the newest frame as a stopped map, unless it is only the PCA map or an earlier one got further, and sweep.

    Call with the lock held. Where the frame cannot be written down it stays, and `InputError` says why.
    """
    left, named = None, key(model, id)
    with suppress(InputError):  # a damaged frame
        left = read(_frame_file(folder, id), named)
    if left is not None:
        earlier = _kept(model, id, folder)
        if earlier.state != "done" and left.iteration > earlier.iteration:
            _write(model, folder / f"{id}.npz", id, replace(left, state="stopped"), named)
    _sweep(folder, id)


def _sweep(folder: Path, id: str) -> None:
    """Remove what a process that was killed left behind, and what is no longer needed. Call with the lock held."""
    for left in [_frame_file(folder, id).parent, *folder.glob(f".{id}.npz-*")]:
        shutil.rmtree(left, ignore_errors=True)
    with suppress(OSError):
        folder.rmdir()  # goes only where it stayed empty


def _frame_file(folder: Path, id: str) -> Path:
    return folder / f".forming-{id}" / "frame.npz"


def _forming(model: Model, id: str, folder: Path) -> Standing | None:
    """Return the newest frame of the map, if a process makes it in `folder` now; keep what a killed one left."""
    path = _frame_file(folder, id)
    if not path.exists():
        return None
    with suppress(InputError):  # it is damaged, or the disk is full
        try:
            with lock(folder / id):
                _rescue(model, id, folder)
        except Timeout:
            return read(path, key(model, id))
    return None


def _frame(forming: Standing | None) -> Frame | None:
    if forming is None or forming.points is None:
        return None
    return Frame(forming.iteration, forming.total, forming.points, forming.kl_divergence)


def _kept(model: Model, id: str, root: Path | None = None) -> Standing:
    """Return the map on disk, looked for in `root` or in the model's places; a linear one is always done."""
    settings = parse_id(id, model.card.latent.dims)
    linear = PROJECTIONS[settings.projection].linear is not None
    message = ""
    for folder in [root] if root else map_roots(model):
        path = folder / f"{id}.npz"
        try:
            # The key is made of all codes: only where there is a file to be compared with it.
            if not path.exists() or (found := read(path, key(model, id))) is None:
                continue
            if found.state != "forming" and (linear or found.points is not None):
                return found
        except InputError as error:
            message = f"{error} {_cure(model, settings)}"
    return Standing("done" if linear else "absent", message=message)


def _cure(model: Model, settings: Settings) -> str:
    flags = f" --perplexity {settings.perplexity:g} --seed {settings.seed}" if settings.id != "tsne" else ""
    return f"make it with: python -m vae map {model.name}{flags}"
