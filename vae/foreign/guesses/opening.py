"""Two graphs opened: with the shapes of rows that they claim, that the data have, or that their weights say."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.foreign.findings import Finding, Layout, Option, Said
from vae.foreign.graphs.preparing import only_input, plain, row_of
from vae.foreign.graphs.reading import Raw
from vae.foreign.graphs.trying import Trial
from vae.foreign.guesses import guesses
from vae.foreign.guesses.guesses import Input, Row
from vae.kinds.kind import Item, Kind
from vae.kinds.kinds import image, kind_of
from vae.kinds.series import MOST_CHANNELS
from vae.library.cards import MAX_LATENT_DIMS

TRIED, TRIED_NUMBERS = 256, 1 << 20
"""Test things that alternatives are compared on, and numbers in them all."""

SHOWN = 8
"""Things that are shown beside what the model makes of them."""


@dataclass(frozen=True, eq=False)
class Opened:
    """Two graphs that run, and what they are run on.

    x: test things as our networks take them, float32 [n, C, H, W], None where there is no data; encoders: the encoder
    with each layout that it takes, none for a decoder alone; findings: what was settled on the way.
    """

    raws: tuple[Raw | None, Raw]
    said: Said
    of: str
    item: Item
    x: np.ndarray | None
    encoders: tuple[tuple[Layout, Trial], ...]
    decoder: Trial
    findings: tuple[Finding, ...]

    @property
    def kind(self) -> Kind:
        return kind_of(self.item)

    @property
    def shape(self) -> Input:
        """Return the shape of a thing as our networks take it, [C, H, W]."""
        return self.kind.input(self.item.shape)

    @property
    def dims(self) -> int:
        return math.prod(self.decoder.row)

    @property
    def a_thing(self) -> str:
        """Name one of the things, in a sentence."""
        return _a_thing(self.kind, self.of)

    def decode(self, codes: np.ndarray) -> dict[str, np.ndarray]:
        """Return what the decoder gives for codes [n, d], by the names of its outputs."""
        return self.decoder.run(codes.reshape(-1, *self.decoder.row))

    @property
    def of_the_mean(self) -> np.ndarray:
        """Return the mean of the things, [1, C, H, W]: of shares, those of all their choices together."""
        assert self.x is not None
        mean = self.x.mean(0, keepdims=True)
        axis = self.kind.shares
        return mean if axis is None else mean / np.maximum(mean.sum(axis + 1, keepdims=True), 1e-9)

    def missed(self, expected: np.ndarray) -> float:
        """Return by how much expected things [n, C, H, W], or one for all, miss the things: a root mean square."""
        assert self.x is not None
        with np.errstate(over="ignore", invalid="ignore"):
            away = self.kind.beside(expected, self.x) - self.x
            return float(np.sqrt(np.square(away, dtype=np.float64).mean()))

    def trial(self, layout: Layout) -> Trial:
        """Return the encoder as it is opened with a layout."""
        return next(trial for each, trial in self.encoders if each is layout)


def _a_thing(kind: Kind, of: str) -> str:
    return f"{'an' if kind.noun[0] in 'aeiou' else 'a'} {kind.noun}{f' of {of}' if of else ''}"


def opened(raws: tuple[Raw | None, Raw], data: Dataset | None, said: Said) -> Opened:
    """Open two graphs; `InputError` where they do not fit the data, or each other, or do not run."""
    claimed = [None if raw is None else row_of(only_input(plain(raw), raw)) for raw in raws]
    findings: list[Finding] = []
    if data is None:
        item = _guessed(raws, claimed, said)
        options = (Option(str(list(item.shape))),)
        findings.append(Finding("thing", options[0].value, "by shape", options, flag="--dataset NAME"))
    else:
        item = data.item
    kind, of = kind_of(item), "" if data is None else data.name
    shape = kind.input(item.shape)
    _refuse_swapped(raws, claimed, math.prod(shape), _a_thing(kind, of))
    x = None
    if data is not None:
        x = kind.feed(data.test.things[: max(SHOWN, min(TRIED, TRIED_NUMBERS // math.prod(shape)))])
    encoders = () if raws[0] is None else _encoders(raws[0], claimed[0], kind, shape, said, _a_thing(kind, of))
    decoder = _decoder(raws[1], claimed[1], encoders)
    if not 1 <= math.prod(decoder.row) <= MAX_LATENT_DIMS:
        raise InputError(
            f"{raws[1].name} takes codes of {math.prod(decoder.row):,} numbers; at most {MAX_LATENT_DIMS} are explored."
        )
    return Opened(raws, said, of, item, x, tuple(encoders), decoder, tuple(findings))


def _known(row: Row | None) -> tuple[int, ...] | None:
    """Return a row's shape where all of it is known."""
    if row is None or None in row:
        return None
    return tuple(size for size in row if size is not None)


def _refuse_swapped(raws: tuple[Raw | None, Raw], claimed: list[Row | None], size: int, thing: str) -> None:
    into, out = (None if (row := _known(each)) is None else math.prod(row) for each in claimed)
    if raws[0] is not None and out == size and into not in (size, None):
        raise InputError(
            f"{raws[0].name} takes {into} numbers and {raws[1].name} takes {out}, as many as {thing} has: encoder and "
            "decoder look swapped; give them the other way round."
        )


# What a thing is where there is no data


def _guessed(raws: tuple[Raw | None, Raw], claimed: list[Row | None], said: Said) -> Item:
    """Return what one thing is by the shapes of the graphs."""
    for row in (claimed[0], row_of(raws[1].proto.graph.output[0])):
        if (whole := _known(row)) and (item := _item_of(whole, said)) is not None:
            return item
    raise InputError(
        f"What a thing is cannot be told from the shapes in {raws[1].name}; say with --dataset NAME what the model was "
        "trained on."
    )


def _item_of(row: tuple[int, ...], said: Said) -> Item | None:
    if len(row) == 3 and row[1] == 1 and row[0] <= MOST_CHANNELS < row[2]:
        return Item("series", (row[2], row[0]))  # [channels, 1, samples]: no image is one pixel high
    if len(row) == 3:
        inner = said.layout == "NHWC" or (said.layout is None and row[0] not in (1, 3))
        shape = row if inner else (row[1], row[2], row[0])
        return Item("image", shape) if shape[2] in (1, 3) else None
    if len(row) == 2:
        lies_in_plane = row[0] == row[1] or min(row) > 8
        return image((1, *row)) if lies_in_plane else Item("series", (max(row), min(row)))
    if len(row) == 1 and (sides := guesses.square(row[0])) is not None:
        return image(sides)
    return Item("series", (row[0], 1)) if len(row) == 1 and row[0] >= 4 else None


# The encoder, the decoder


def _encoders(
    raw: Raw, row: Row | None, kind: Kind, shape: Input, said: Said, thing: str
) -> list[tuple[Layout, Trial]]:
    """Open the encoder with each layout that it may take."""
    fits = guesses.fitting(guesses.layouts(kind, shape), row)
    some = [layout for layout in fits if said.layout in (None, layout.name)]
    taken = shown(["n", *("?" if size is None else size for size in row or ())])
    if fits and not some:
        raise InputError(
            f"{raw.name} takes {taken}, which is {fits[0].name} and not {said.layout}; leave --layout out, or export "
            "it again."
        )
    if not some:
        raise InputError(
            f"{raw.name} takes {taken}, which is no layout of {thing}, [C, H, W] = {list(shape)}; choose the --dataset "
            "that it was trained on, or export it for such things."
        )
    found, refused = [], []
    by_row: dict[tuple[int, ...], Trial] = {}
    for layout in some:
        try:
            by_row[layout.row] = by_row.get(layout.row) or Trial(raw, layout.row)
            found.append((layout, by_row[layout.row]))
        except InputError as error:
            refused.append(error)
    if not found:
        raise refused[0]
    return found


def _decoder(raw: Raw, row: Row | None, encoders: Any) -> Trial:
    """Open the decoder with the shape of codes that it claims to take, or that its weights or the encoder have."""
    if (whole := _known(row)) is not None:
        return Trial(raw, whole)
    sizes: list[tuple[int, ...]] = []
    if (taken := guesses.taken_size(plain(raw))) is not None:
        sizes.append((taken,))
    for _, trial in encoders:
        made = trial.run(trial.example(2))
        sizes += sorted({array.shape[1:] for array in made.values()}, key=math.prod)
    for shape in dict.fromkeys(sizes):
        if guesses.fitting([Layout("", (0, 1, 2), shape)], row):
            try:
                return Trial(raw, shape)
            except InputError:
                continue
    raise InputError(
        f"How many numbers a code of {raw.name} has is not in it; export it with only its first axis free."
    )


def shown(row: list[Any]) -> str:
    """Write a shape down."""
    return f"[{', '.join(map(str, row))}]"
