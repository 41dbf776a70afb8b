"""A model is a folder: list, open, describe and keep models on disk.

Nothing here imports torch: the web server reads the same folders.
"""

import sys
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import prod
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from vae.errors import InputError
from vae.families import FAMILIES, Ability
from vae.files import DAMAGED_JSON, replacing
from vae.home import NAME
from vae.kinds.kind import Item, Kind
from vae.kinds.kinds import KINDS, kind_of
from vae.library.origin import Origin
from vae.likelihoods import LIKELIHOODS
from vae.plans.networks import NETWORKS

FORMAT = 2
"""The card's version. A reader refuses a newer one by name; an older one is read."""

MAX_LATENT_DIMS = 512

MAX_CHOICES = 4096
"""Of what a conditional model is told: EMNIST has 47 classes, ImageNet 1,000."""

MAX_CARD_BYTES = 1 << 20
"""The card of a model with 512 dimensions takes a tenth of that; what is larger is something else."""

DEAD_KL, FAINT_KL = 0.01, 0.1
"""The three grades of a dimension, by its KL in nats, averaged over the test set: dead below the first, where it tells
nothing; faint between the two, where its slider hardly changes anything; above the second it carries something. The KL
bounds from above what the number tells. Burda et al. 2015, arXiv 1509.00519, count "active units" otherwise: those
whose mean varies by more than 0.01 over the data; a card has both."""

Grade = Literal["carries", "faint", "dead"]


@dataclass(frozen=True)
class DataInfo:
    """What a model was trained on. `classes` may be empty."""

    name: str
    title: str
    licence: str
    source: str
    classes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Axis:
    """One coordinate of the space that a hand moves in.

    kind: "real", or "choice", the share of one way of a choice; those of a choice stand together, in a group of their
    own. range: the 0.1 % and 99.9 % quantiles of the data along it; nats: what it carries, the mean over the test set
    of its KL to the prior, None where nothing measures that, as in an autoencoder; group: a heading that it stands
    under.
    """

    range: tuple[float, float]
    nats: float | None = None
    kind: Literal["real", "choice"] = "real"
    group: str = ""


@dataclass(frozen=True)
class Given:
    """What a model is told beside the code: its name, and what it may be."""

    name: str
    choices: list[str]


@dataclass(frozen=True)
class Latent:
    """The space that a hand moves in: its axes, how a draw is made, and what the networks are told beside the code.

    prior: "normal", N(0, I); "graph", what draw.onnx makes of `dice` standard normal numbers; "codes", one of the test
    codes; "none". grid: rows and columns that its choices lie in, in raster order, as places of a picture; None where
    they are a row.
    """

    axes: list[Axis]
    prior: Literal["normal", "graph", "codes", "none"] = "normal"
    given: list[Given] = field(default_factory=list)
    dice: int = 0
    grid: tuple[int, int] | None = None

    @property
    def dims(self) -> int:
        return len(self.axes)

    @property
    def nats(self) -> list[float | None]:
        """Return what each axis carries."""
        return [axis.nats for axis in self.axes]

    @property
    def choices(self) -> list[slice]:
        """Return the axes of each choice; none where all are real."""
        chosen = [(number, axis.group) for number, axis in enumerate(self.axes) if axis.kind == "choice"]
        runs = [[number for number, _ in run] for _, run in groupby(chosen, key=lambda each: each[1])]
        return [slice(run[0], run[-1] + 1) for run in runs]

    @property
    def carried(self) -> list[float | None]:
        """Return what each axis carries, and with it the others of its choice."""
        nats = self.nats
        for axes in self.choices:
            known = [each for each in nats[axes] if each is not None]
            nats[axes] = [sum(known) if known else None] * len(nats[axes])
        return nats

    @property
    def range(self) -> list[tuple[float, float]]:
        """Return where the data lies along each axis."""
        return [axis.range for axis in self.axes]


def grade_of(nats: float) -> Grade:
    """Return the grade of a dimension that carries so many nats."""
    return "dead" if nats < DEAD_KL else "faint" if nats < FAINT_KL else "carries"


@dataclass(frozen=True)
class Card:
    """Describe a model: everything a reader has to know before it opens the graphs. Kept as `card.json`."""

    name: str
    family: str
    can: list[Ability]
    """What pages and ops may ask of it, whatever its family."""
    network: str
    likelihood: str
    """Its name; "none" where nobody has said what another's model was trained for."""
    beta: float
    item: Item
    """What one of the things is that it learnt."""
    data: DataInfo
    latent: Latent
    graphs: dict[str, str]
    """What a graph does -> its file, as in `GRAPHS`: "cost" and "sample" where what is expected does not tell all."""
    training: dict[str, Any]
    """The training configuration, field by field, and `command`, the line that trains it again."""
    versions: dict[str, str]
    metrics: dict[str, Any]
    """Measured figures and `conditions`, the sentence that says how."""
    files: dict[str, str]
    """File name -> SHA-256, so that a damaged file is named rather than believed."""
    scale: float | None = None
    """The standard deviation that a Gaussian likelihood has learnt, in a network's units; None where none is said."""
    plan: dict[str, Any] = field(default_factory=dict)
    """The layers of "encoder" and "decoder", in order."""
    origin: Origin | None = None
    """Where another's model comes from, and what was found out about it; None of one that was trained here."""
    seed: int = 0
    created: str = ""
    format: int = FORMAT

    @property
    def kind(self) -> Kind:
        """Return the kind of the things that it learnt."""
        return kind_of(self.item)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Return the shape of a thing as the networks take it, [C, H, W]."""
        return self.kind.input(self.item.shape)

    @property
    def measured_by(self) -> str:
        """Return the likelihood that says what a thing costs: "none" where nobody has said, and without an encoder.

        Of a generator `likelihood` only says what becomes of the decoder's numbers.
        """
        return self.likelihood if "encode" in self.can else "none"

    @property
    def predicts(self) -> str:
        """Name the attribute that a head tells by a code; "" where there is no head."""
        return str(self.training.get("predict") or "") if "predict" in self.graphs else ""

    @property
    def told(self) -> int:
        """Return how many numbers the networks are told beside the code."""
        return sum(len(given.choices) for given in self.latent.given)

    @property
    def part(self) -> tuple[int, int, int] | None:
        """Return the shape of the part of things that the decoder is told, [part, H, W]; None where it is told none."""
        part = self.kind.part if "complete" in self.can else 0
        return (part, *self.image_shape[1:]) if part else None

    @property
    def gaps(self) -> bool:
        """Say whether its encoder takes things of which something is missing, NaN in its place."""
        return self.network in NETWORKS and NETWORKS[self.network].gaps

    @property
    def codes(self) -> int:
        """Return how many codes the book has that the cells of a code share, by its plan; 0 where there is none."""
        first: dict[str, Any] = next(iter(self.plan.get("decoder", ())), {})
        ways = {run.stop - run.start for run in self.latent.choices}
        said = first.get("codes") if first.get("layer") == "Codebook" else None
        return said if isinstance(said, int) and ways == {said} else 0

    @property
    def grades(self) -> list[Grade | None]:
        """Say of each axis whether it carries something, is faint or dead; None where nothing measures it."""
        return [None if nats is None else grade_of(nats) for nats in self.latent.carried]

    @property
    def dead(self) -> list[bool]:
        """Say for each axis whether it has collapsed onto the prior."""
        return [grade == "dead" for grade in self.grades]

    @property
    def order(self) -> list[int]:
        """Return the axes with those that carry most first: by their nats, or else by how far the data reaches."""
        reach = [high - low for low, high in self.latent.range]
        carried = [length if nats is None else nats for nats, length in zip(self.latent.carried, reach, strict=True)]
        return sorted(range(self.latent.dims), key=lambda axis: -carried[axis])


@dataclass(frozen=True)
class _FirstLatent:
    """A latent space as the first format has it: kl [dims] nats; range [dims, 2]."""

    dims: int
    kl: list[float]
    range: list[tuple[float, float]]
    kind: Literal["normal"] = "normal"


@dataclass(frozen=True)
class _FirstCard:
    """A card of the first format: a VAE with a diagonal normal, on images [C, H, W]."""

    name: str
    family: str
    network: str
    likelihood: str
    beta: float
    image_shape: tuple[int, int, int]
    data: DataInfo
    latent: _FirstLatent
    training: dict[str, Any]
    versions: dict[str, str]
    metrics: dict[str, Any]
    files: dict[str, str]
    seed: int = 0
    created: str = ""
    format: int = 1

    def upgraded(self) -> Card:
        """Return the same in the present format; a `ValueError` where kl and range do not fit the dimensions."""
        latent, said = self.latent, vars(self) | {"format": FORMAT}
        if not len(latent.kl) == len(latent.range) == latent.dims:
            raise ValueError(f"kl and range must have one entry for each of the {latent.dims} dimensions")
        axes = [Axis(reach, nats) for reach, nats in zip(latent.range, latent.kl, strict=True)]
        channels, height, width = said.pop("image_shape")
        return Card(
            **said | {"latent": Latent(axes)},
            can=sorted(FAMILIES["gaussian"].can),
            item=Item("image", (height, width, channels)),
            graphs=PAIR,
        )


GRAPHS = {
    "encode": "encoder.onnx",
    "decode": "decoder.onnx",
    "draw": "draw.onnx",
    "cost": "cost.onnx",
    "sample": "sample.onnx",
    "predict": "predict.onnx",
}
"""What a model's graphs do, and where they lie."""

PAIR = {does: GRAPHS[does] for does in ("encode", "decode")}
"""The graphs of a model whose prior is N(0, I)."""


def read_card(folder: Path) -> Card:
    """Read and check `card.json` in `folder`; raise `InputError` where it is missing, damaged or newer."""
    path = folder / "card.json"
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_CARD_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"No model in {folder}: {path.name} cannot be read ({error.strerror}); choose a model's folder."
        ) from None
    if len(raw) > MAX_CARD_BYTES:
        raise InputError(f"{path} is damaged (larger than 1 MiB); restore it, or train the model again.")
    try:
        version = msgspec.json.decode(raw, type=dict[str, Any]).get("format")
        if isinstance(version, int) and version > FORMAT:
            raise InputError(
                f"{path} has format {version}, newer than the {FORMAT} this version reads; update the explorer."
            )
        first = not isinstance(version, int) or version < 2
        card = msgspec.json.decode(raw, type=_FirstCard).upgraded() if first else msgspec.json.decode(raw, type=Card)
    except (*DAMAGED_JSON, ValueError) as error:
        raise InputError(f"{path} is damaged ({error}); restore it, or train the model again.") from None
    _check_card(card, path)
    if "bound" in card.can and "spread" not in card.can:  # as earlier versions wrote it, where one went with the other
        card = replace(card, can=sorted([*card.can, "spread"]))
    return card


def _check_card(card: Card, path: Path) -> None:
    if not NAME.fullmatch(card.name):  # one that Windows cannot have was given by an earlier version, and is read
        said = "A model's name is 1 to 64 of a-z, 0-9, '.', '_' and '-'"
        raise InputError(f"{path} is damaged: {_short(card.name)} cannot be used. {said}.")
    dims = card.latent.dims
    if not 1 <= dims <= MAX_LATENT_DIMS:
        raise InputError(f"{path} is damaged: latent dims {dims} is not in 1 to {MAX_LATENT_DIMS}.")
    known = [nats for nats in card.latent.nats if nats is not None]
    if not np.isfinite(known).all() or not np.isfinite(card.latent.range).all():
        raise InputError(f"{path} is damaged: nats and range must be finite numbers.")
    if not all(low <= high for low, high in card.latent.range):
        raise InputError(f"{path} is damaged: each range must go from a lower to a higher number.")
    _check_choices(card, path)
    _check_item(card, path)
    _check_abilities(card, path)
    _check_said(card, path)


def _check_choices(card: Card, path: Path) -> None:
    """Check that each choice has at least two ways, which stand together under a group that no other has."""
    choices, axes = card.latent.choices, card.latent.axes
    whole = all(
        run.stop - run.start > 1 and {axis.kind for axis in axes[run]} == {"choice"} and axes[run.start].group
        for run in choices
    )
    if not whole or len({axes[run.start].group for run in choices}) < len(choices):
        raise InputError(f"{path} is damaged: the ways of a choice, two or more, must stand together in a group of it.")
    if card.latent.grid is not None and (min(card.latent.grid) < 1 or prod(card.latent.grid) != len(choices)):
        raise InputError(
            f"{path} is damaged: a grid of {list(card.latent.grid)} has no place for {len(choices)} choices."
        )


def _check_item(card: Card, path: Path) -> None:
    if card.item.kind not in KINDS:
        raise InputError(
            f"{path} is of a kind of data that this version does not know, {_short(card.item.kind)}; it knows "
            f"{', '.join(KINDS)}. Update the explorer."
        )
    try:
        card.kind.check(card.item.shape)
    except InputError as error:
        raise InputError(f"{path} is damaged: {error}") from None


def _check_abilities(card: Card, path: Path) -> None:
    """Check that a card claims no more than its graphs and its space can hold."""
    if "decode" not in card.graphs or ("encode" in card.can) != ("encode" in card.graphs):
        raise InputError(
            f"{path} is damaged: it must name the graph that decodes, and one that encodes where it says it can."
        )
    if not set(card.graphs.items()) <= set(GRAPHS.items()):
        raise InputError(f"{path} is damaged: it names other graphs than {', '.join(GRAPHS.values())}.")
    says = LIKELIHOODS.get(card.likelihood)
    if says is not None and not says.told and not {"cost", "sample"} <= card.graphs.keys():
        raise InputError(
            f"{path} is damaged: with the likelihood {card.likelihood!r} it must name the graphs that say what things "
            "cost and that draw them."
        )
    if {"spread", "bound", "density"} & set(card.can) and "encode" not in card.can:
        raise InputError(f"{path} is damaged: only where things are encoded can be said what a code costs.")
    prior = card.latent.prior
    by_graph = prior == "graph"
    if (
        ("draw" in card.can) != (prior != "none")
        or by_graph != ("draw" in card.graphs)
        or by_graph != bool(card.latent.dice)
    ):
        raise InputError(
            f"{path} is damaged: it must say how codes are drawn where it says they can be, and only then."
        )
    told = card.latent.given
    if ("condition" in card.can) != bool(told) or len(told) > 1:
        raise InputError(f"{path} is damaged: it must say what a conditional model is told, one thing, and only then.")
    if any(not 1 <= len(given.choices) <= MAX_CHOICES for given in told):
        raise InputError(f"{path} is damaged: what the model is told must have 1 to {MAX_CHOICES:,} choices.")
    if card.scale is not None and not (_is_finite(card.scale) and card.scale > 0):
        raise InputError(f"{path} is damaged: the likelihood's scale must be a number above 0.")


def _check_said(card: Card, path: Path) -> None:
    """Check what is kept under free keys, before a page formats it."""
    for key, value in card.metrics.items():
        if key == "conditions":
            if not isinstance(value, str | None):
                raise InputError(f"{path} is damaged: the metrics' conditions must be a sentence; got {_short(value)}.")
        elif value is not None and not _is_finite(value):
            raise InputError(
                f"{path} is damaged: the metric {_short(key)} must be a finite number or null; got {_short(value)}."
            )
    for key in ("dataset", "command"):
        if not isinstance(value := card.training.get(key, ""), str):
            raise InputError(f"{path} is damaged: the training's {key} must be text; got {_short(value)}.")


def _is_finite(value: object) -> bool:
    # Compared rather than converted: a whole number of 400 digits does not fit into a float.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _short(value: object) -> str:
    return repr(value)[:80]


def write_card(card: Card, folder: Path) -> None:
    """Write `card.json` into `folder`, whole or not at all."""
    text = msgspec.json.format(msgspec.json.encode(card), indent=2)
    with replacing(folder / "card.json") as temporary:
        temporary.write_bytes(text + b"\n")
