"""What a page without a server carries of a model: what it is told, and its numbers, small where they can be."""

import base64
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from vae.data import is_at_hand, load
from vae.errors import InputError
from vae.explore import hand
from vae.explore.draws import few_draws
from vae.explore.explorer import Explorer
from vae.explore.originals import pick, sample_for
from vae.explore.plain import Plain, plain_decoder, plain_encoder
from vae.explore.running_graphs import Graph, weights_beside
from vae.explore.strange_graphs import Shapes
from vae.library.cards import Card
from vae.library.codes import Codes
from vae.library.names import names_of
from vae.library.shelf import Model
from vae.maps.projections import PROJECTIONS, Settings
from vae.maps.shelf import open_map, posterior_scale, standing
from vae.own.images.picture import manner_of

TENS = 3
"""Ten things each to begin with."""

THING_BYTES = 1 << 16
"""What all of them may weigh: of large things there are ten."""

SPREADS = 50_000
"""Numbers up to which the spreads of all test codes are carried, for their ellipses: of a latent plane, not of more."""

PROBES = 64
"""Codes of which both precisions of the weights are decoded, and compared."""

LEVEL, SHARE = 1 / 255, 1e-3
"""How far they may be apart: a grey level; of other things, a share of the largest number in them."""

STEPS = 32_767


@dataclass
class Numbers:
    """Arrays one after the other, each from a multiple of four bytes on, and where each lies."""

    listed: list[dict[str, Any]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, name: str, array: np.ndarray, **more: Any) -> str:
        """Take an array in: float16, float32, uint8, int16 or int32; returns its name."""
        raw = np.ascontiguousarray(array).tobytes()
        self.listed.append({"name": name, "dtype": array.dtype.name, "shape": array.shape, "offset": self.size} | more)
        self.parts.append(raw + bytes(-len(raw) % 4))
        self.size += len(self.parts[-1])
        return name

    def add_stepped(self, name: str, array: np.ndarray) -> None:
        """Take real numbers in as int16, in equal steps up to the largest."""
        step = float(np.abs(array).max(initial=0)) / STEPS or 1.0
        self.add(name, np.rint(array / step).astype(np.int16), step=step)


class Carried(NamedTuple):
    """What a page is told of a model, as JSON has it, and its numbers."""

    said: dict[str, Any]
    numbers: bytes


def carried(model: Model) -> Carried:
    """Gather what a page needs to run a model by itself; `InputError` where a browser cannot run its decoder."""
    decoder = _plain(model)
    explorer, numbers = Explorer(model), Numbers()
    card, codes = model.card, explorer.codes()
    try:
        encoder = plain_encoder(model)
    except InputError:
        encoder, card = None, replace(card, can=[one for one in card.can if one in ("draw", "condition")])
    kept = {"shape": card.image_shape, "levels": card.kind.levels}
    small = np.float16 if _is_enough(explorer, decoder) else np.float32
    facts = _facts(model, card, explorer)
    said = facts | {
        "decoder": kept
        | {"dtype": card.kind.kept.name, "bounds": card.kind.bounds, "told": card.told}
        | _network(decoder, "decoder", small, numbers),
        "encoder": encoder
        and kept | {"choices": facts["latent"]["choices"]} | _network(encoder, "encoder", small, numbers),
        "images": _things(explorer, codes),
        "codes": _codes(card, codes, numbers),
        "maps": [] if codes is None else _maps(model, codes, numbers),
    }
    return Carried(said | {"numbers": numbers.listed}, b"".join(numbers.parts))


def _plain(model: Model) -> Plain:
    try:
        return plain_decoder(model)
    except InputError as error:
        raise InputError(
            f"{error} So a page cannot run it without a server; choose another --format: zip, onnx or hub."
        ) from None


def _facts(model: Model, card: Card, explorer: Explorer) -> dict[str, Any]:
    """Say of a model what the app's pages are told by their server."""
    told = card.latent.given[0] if card.told else None
    return {
        "model": model.name,
        "checksum": card.files.get("decoder.onnx", card.created),
        "item": asdict(card.item),
        "can": card.can,
        "given": told and {"name": told.name, "choices": told.choices, "chosen": 0},
        "latent": hand.space(card) | {"draws": few_draws(explorer), "names": names_of(model)},
        "likelihood": card.measured_by,
        "scale": card.scale,
        "ground": manner_of(card).fit,
        "originals": False,
        "download": "",
    }


def _network(plain: Plain, part: str, small: type, numbers: Numbers) -> dict[str, Any]:
    names = [numbers.add(f"{part}{i}", tensor.astype(small)) for i, tensor in enumerate(plain.tensors)]
    if plain.pictures is not None:
        numbers.add("pictures", plain.pictures.astype(small))
    return {"layers": plain.layers, "output": plain.output, "tensors": names}


def _is_enough(explorer: Explorer, decoder: Plain) -> bool:
    """Say whether a decoder draws the same with weights of half the bytes: it is run with both."""
    if not all(np.isfinite(tensor.astype(np.float16)).all() for tensor in decoder.tensors):
        return False
    card, kept = explorer.card, weights_beside(explorer.folder)
    rows: Shapes = {"z": (card.latent.dims,)}
    if card.told:
        rows = rows | {"given": (card.told,)}
    halved = Graph(
        explorer.folder / card.graphs["decode"], rows, lambda tensor: kept(tensor).astype(np.float16).astype(np.float32)
    )
    z = np.random.default_rng(0).standard_normal((PROBES, card.latent.dims)).astype(np.float32)
    reach = np.abs(np.asarray(card.latent.range, np.float32)).max(1)
    z = z * np.maximum(reach / 3, 1.0) if card.latent.prior == "none" else z
    told = (np.eye(card.told, dtype=np.float32)[np.arange(PROBES) % card.told],) if card.told else ()
    whole = explorer.expect(z, np.arange(PROBES) % card.told if card.told else None)
    most = LEVEL if card.kind.bounds is not None else SHARE * float(np.abs(whole).max())
    return bool(np.abs(halved.run(z, *told)[0] - whole).max() <= most / 2)


def _things(explorer: Explorer, codes: Codes | None) -> dict[str, Any] | None:
    """Choose things to begin with: test things where they are at hand, or what the model makes of their codes."""
    if codes is None:
        return None
    card = explorer.card
    noun = card.kind.noun
    tens = max(1, min(TENS, THING_BYTES // (10 * card.kind.kept.itemsize * int(np.prod(card.item.shape)))))
    if (sample := sample_for(card, len(codes.centre))) is not None:
        rows = pick(sample.labels, len(sample), tens)
        return _told(card, sample.numbers[rows].tolist(), sample.things[rows], sample.labels[rows], None)
    if is_at_hand(card.data.name, card.data.source):
        dataset = load(card.data.name)
        if dataset.item.shape == card.item.shape and len(dataset.test) == len(codes.centre):
            rows = pick(dataset.test.labels, len(dataset.test), tens)
            labels = None if dataset.test.labels is None else dataset.test.labels[rows]
            return _told(card, rows, dataset.test.things[rows], labels, None)
    rows = pick(codes.labels, len(codes.centre), tens)
    labels = None if codes.labels is None else codes.labels[rows]
    things = explorer.redraw(codes, np.asarray(rows))
    return _told(card, rows, things, labels, codes.centre[rows]) | {
        "title": f"Start from the code of a test {noun}",
        "sentence": f"The {card.kind.nouns} of {card.data.title} are not in this file: these are the model's "
        "reconstructions of them.",
    }


def _told(
    card: Card, numbers: list[int], things: np.ndarray, labels: np.ndarray | None, codes: np.ndarray | None
) -> dict[str, Any]:
    classes = card.data.classes
    named = (
        [] if labels is None else [classes[i] if 0 <= i < len(classes) else str(i) if i >= 0 else "" for i in labels]
    )
    noun = card.kind.noun
    return {
        "title": f"Start from a test {noun}",
        "noun": f"Test {noun}",
        "sentence": "",
        "download": "",
        "index": numbers,
        "label": named or [""] * len(numbers),
        "pixels": base64_of(things),
        "codes": None if codes is None else np.round(codes.astype(float), 3).tolist(),
    }


def _codes(card: Card, codes: Codes | None, numbers: Numbers) -> dict[str, Any]:
    """Carry the test codes: each as exactly as it is kept, and of what it costs the whole."""
    said = {"classes": card.data.classes, "message": f"{card.name} keeps no test codes, so it has no map."}
    if codes is None:
        return said | {"n": 0, "labels": False, "scale": None}
    if card.codes:  # of a book each cell has one code, for sure
        cells = codes.centre.reshape(len(codes.centre), -1, card.codes)
        numbers.add("centre", cells.argmax(2).astype(np.int16), ways=card.codes)
    else:
        numbers.add("centre", _half(codes.centre))
    if codes.spread is not None and codes.spread.size <= SPREADS:
        numbers.add("spread", _half(codes.spread))
    if codes.nats is not None and "bound" in card.can:
        numbers.add("nats", _half(codes.nats.sum(1)))
    numbers.add("cost", _half(codes.cost))
    if codes.floor is not None:
        numbers.add("floor", _half(codes.floor))
    if codes.labels is not None:
        numbers.add(
            "labels", codes.labels.astype(np.int32 if codes.labels.max(initial=0) > STEPS else np.int16), step=1
        )
    scale = posterior_scale(codes)
    return said | {
        "n": len(codes.centre),
        "labels": codes.labels is not None,
        "scale": None if scale is None else scale.tolist(),
    }


def _half(array: np.ndarray) -> np.ndarray:
    """Return float16, or float32 where that has numbers too large for it."""
    with np.errstate(over="ignore"):
        half = array.astype(np.float16)
    return half if np.isfinite(half).all() else array.astype(np.float32)


def _maps(model: Model, codes: Codes, numbers: Numbers) -> list[dict[str, Any]]:
    """Carry the maps that stand at once: planes by their axes, and those that are made by their points."""
    dims, found = model.card.latent.dims, []
    for name, each in PROJECTIONS.items():
        if not each.suits(dims) or not each.offered(dims) or each.has_settings:
            continue
        stands = standing(model, name)
        if each.linear is None and stands.state not in ("done", "stopped"):
            continue
        said = {"name": name, "title": each.title, "sentence": each.sentence, "offered": True, "plane": None}
        said["keeps"] = None if stands.keeps is None else asdict(stands.keeps)
        if each.linear is not None:
            plane = each.linear(codes.centre, Settings(name))
            said["plane"] = {"origin": plane.origin.tolist(), "axes": plane.axes.tolist()}
        else:
            numbers.add_stepped(name, open_map(model, name, codes).points)
        found.append(said)
    return found


def base64_of(things: np.ndarray) -> str:
    """Return the bytes of things as they are kept as base64."""
    return base64.b64encode(np.ascontiguousarray(things).tobytes()).decode("ascii")
