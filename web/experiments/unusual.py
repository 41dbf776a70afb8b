"""What a model is tested on for unusual things: a normal side, an unusual side, and the sentence that says which.

Both are scored by vae/experiments/unusual.py. What can be found again is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from vae.data import describe, is_at_hand, is_ready, item_of, load
from vae.datasets.bundled import sample_of
from vae.datasets.prepared import folder_of
from vae.datasets.sources import DATASETS
from vae.errors import InputError, unknown
from vae.experiments.unusual import Reference, judge, refer
from vae.explore.explorer import Explorer
from vae.fresh import Fresh, file_stamp
from vae.kinds.corruptions import corrupt
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS
from vae.library.cards import Card

MOST = 1000
"""Things a side."""

MOST_BYTES = 4 * 2**20
"""Of the things of one side: of images larger than 64 x 64 in grey, fewer are taken."""

KEPT = 16
"""Sides that are kept, each with at most `MOST_BYTES` of things."""

STANDS_IN = {name: source.stands_in for name, source in DATASETS.items() if source.stands_in}
"""Data set -> another with things like its own that needs no network; neither is unusual to a model of the other."""

Protocol = Literal["choose", "class-kept", "class-held-out", "class-seen", "set", "spoiled", "yours"]
"""What is measured: nothing yet, one class kept in training, one held out of it, one that training has seen, another
data set, spoiled things, a person's own."""


@dataclass(frozen=True, eq=False)
class Side:
    """Things on one side of a test, and how unusual each is.

    pixels: as they are kept, [n, *shape], images uint8 [n, H, W, C]; labels: int32 [n], numbers of `classes`, -1 where
    there is none; scores: float32 [n], by the name of each score; parts: float32 [n] nats, the floor and the KL that
    −ELBO is made of, none where it has no such. note: a sentence where the things only stand in for those of the
    title, or nothing.
    """

    title: str
    pixels: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    scores: dict[str, np.ndarray]
    note: str = ""
    parts: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.pixels)

    def part(self, rows: np.ndarray) -> "Side":
        """Return the things of these numbers, or those that a mask shows."""
        scores, parts = ({name: values[rows] for name, values in some.items()} for some in (self.scores, self.parts))
        return replace(self, pixels=self.pixels[rows], labels=self.labels[rows], scores=scores, parts=parts)


@dataclass(frozen=True, eq=False)
class Pool:
    """Test things to take a side from. take: int64 [k], their numbers -> things [k, *shape]; the rest as in `Side`."""

    title: str
    take: Callable[[np.ndarray], np.ndarray]
    labels: np.ndarray
    classes: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Test:
    """Two sides, and the protocol with the sentences that say exactly what is measured."""

    protocol: Protocol
    sentence: str
    normal: Side
    unusual: Side


def against_nothing(model: Explorer) -> Test:
    """Return the normal side alone, for a page on which nothing is chosen yet."""
    normal = _normal(model)
    nothing = replace(normal.part(np.empty(0, np.int64)), title="", note="")
    return Test("choose", f"{_words(model, normal)} are normal. Choose what to test against.", normal, nothing)


def against_set(model: Explorer, name: str) -> Test:
    """Test against the test things of another data set; `InputError` where it cannot be had or does not fit."""
    rows = {row["name"]: row for row in sets(model.card)}
    if name not in rows:
        raise unknown("data set", name[:80], rows)
    if not rows[name]["ready"]:
        raise InputError(
            f"{rows[name]['title']} cannot be tested against, because {rows[name]['reason']}; choose another."
        )
    normal = _normal(model)
    unusual = _once(model, _scored_set, name, _stamp(name))
    both = (
        f"{_words(model, normal)} are normal, and {_count(model, unusual)} of another set ({unusual.title}) are unusual"
    )
    if len(only := model.card.data.classes) == 1:
        return Test("class-kept", f"One class kept: training saw {only[0]!r} alone. {both}.", normal, unusual)
    return Test("set", f"Another data set: {both}. Training has seen nothing of that set.", normal, unusual)


def against_class(model: Explorer, name: str) -> Test:
    """Test against the test things of one class of the model's own data; `InputError` where there are none."""
    if name not in model.card.data.classes:
        raise unknown("class", name[:80], model.card.data.classes)
    normal, unusual = _normal(model, name), _once(model, _scored_class, name)
    nouns = model.kind.nouns
    if not len(unusual) or not len(normal):
        raise InputError(
            f"A class is told from others, but there are {len(unusual):,} test {nouns} of {name!r} and {len(normal):,} "
            "of others here; choose another class, or another set."
        )
    both = f"{_words(model, normal, name)} are normal, and {_count(model, unusual)} of {name!r} are unusual"
    if name == left_out(model.card):
        return Test(
            "class-held-out", f"One class held out: {both}. Training has seen none of that class.", normal, unusual
        )
    unfair = f"Training has seen such {nouns} too, so this is no fair test of what is new to the model"
    return Test("class-seen", f"One class set apart: {both}. {unfair}.", normal, unusual)


def against_spoiled(model: Explorer, name: str, amount: float, seed: int) -> Test:
    """Test each normal thing against a copy of itself, spoiled; `InputError` as `vae.kinds.corruptions` raises it."""
    if name == "brush":
        raise InputError("The brush hides what a hand has drawn over; choose another corruption.")
    normal, spoiled = _normal(model), _once(model, _scored_spoiled, name, amount, seed)
    how, nouns = f"{model.kind.corruptions[name].title}, amount {amount:g}, seed {seed}", model.kind.nouns
    both = f"{_words(model, normal)} are normal, and the same {nouns}, spoiled, are unusual"
    sentence = f"Spoiled {nouns}: {both} ({how})."
    return Test("spoiled", sentence, normal, spoiled)


def against_yours(model: Explorer, pixels: np.ndarray) -> Test:
    """Test against a person's own things, as they are kept, [n, *shape]."""
    normal, n, (one, several) = _normal(model), len(pixels), model.kind.seen
    yours = _scored(model, Side(f"Your {several}", pixels, np.full(n, -1, np.int32), (), {}))
    own = f"{n} {one if n == 1 else several} of your own count{'s' * (n == 1)} as unusual"
    return Test("yours", f"Your {several}: {_words(model, normal)} are normal, and {own}.", normal, yours)


def left_out(card: Card) -> str | None:
    """Return the class that the model was trained without, or None."""
    name = card.training.get("without")
    return name if name in card.data.classes else None


def sets(card: Card) -> list[dict[str, Any]]:
    """List the data sets to test against: name, title, ready, and why one is not, as half a sentence.

    None is resized to fit: a set that was enlarged would be told by its blur, and not by what it shows.
    """
    reasons = [(row, _why_not(card, row)) for row in describe()]
    return [{"name": row["name"], "title": row["title"], "ready": not why, "reason": why} for row, why in reasons]


def classes(card: Card) -> list[dict[str, Any]]:
    """List the classes of the model's data: name, and whether training left it out."""
    return [{"name": name, "left_out": name == left_out(card)} for name in card.data.classes]


def at_hand(card: Card) -> tuple[str | None, object]:
    """Tell one state of the things at hand from another: the set that they come from or None, and its files' state."""
    source = _source(card)
    return source, source and _stamp(source)


def _why_not(card: Card, row: dict[str, Any]) -> str:
    kin = next((pair for pair in STANDS_IN.items() if card.data.name in pair), (card.data.name,))
    kind, other = card.kind, KINDS[row["kind"]]
    if row["name"] in kin:
        return f"the model learnt from such {kind.nouns}"
    if row["where"] == "damaged":
        return "its files are damaged"
    if row["kind"] != card.item.kind:
        return f"it holds {other.nouns}, and the model takes {kind.nouns}"
    if tuple(row["shape"]) != tuple(card.item.shape):
        return f"its {kind.nouns} are {kind.sized(row['shape'])}, and the model takes {kind.sized(card.item.shape)}"
    return "" if is_ready(row["name"]) or sample_of(row["name"]) else f"it is not on this computer: {row['where']}"


def _words(model: Explorer, side: Side, without: str | None = None) -> str:
    names = dict.fromkeys(name for name in (left_out(model.card), without) if name is not None)
    title = model.card.data.title
    return f"{_count(model, side)} of {title}" + (f" without {' and '.join(map(repr, names))}" if names else "")


def _count(model: Explorer, side: Side) -> str:
    what = model.kind.noun if len(side) == 1 else model.kind.nouns
    return f"{len(side):,} {what if side.note else f'test {what}'}"


_kept: Fresh[Any, Any] = Fresh(lambda: KEPT)


def _once(model: Explorer, make: Callable[..., Any], *choices: Any) -> Any:
    """Return `make(model, *choices)`, from an earlier time where the model and its data are still the same."""
    state = model.card.created, *sorted(model.card.files.items()), *at_hand(model.card)
    return _kept.get((model.folder, state, make.__name__, *choices), lambda: make(model, *choices))


def _normal(model: Explorer, without: str | None = None) -> Side:
    side: Side = _once(model, _scored_normal)
    return side if without is None else side.part(~_of_class(side, without))


def _reference(model: Explorer) -> Reference:
    reference: Reference = _once(model, _refer)
    return reference


def _scored_normal(model: Explorer) -> Side:
    return _scored(model, _familiar(model))


def _scored_class(model: Explorer, name: str) -> Side:
    pool = _pool(model)
    return _scored(model, replace(_side(pool, _of_class(pool, name)), title=name))


def _scored_set(model: Explorer, name: str, stamp: object) -> Side:
    """The stamp only tells one state of the set from another."""
    pool = _test_images(name)
    return _scored(model, _side(pool, np.ones(len(pool.labels), bool)))


def _scored_spoiled(model: Explorer, name: str, amount: float, seed: int) -> Side:
    normal, kind = _normal(model), model.kind
    spoiled = kind.keep(corrupt(name, normal.pixels, amount, seed, kind=kind).images)
    return _scored(model, replace(normal, title=kind.corruptions[name].title, pixels=spoiled))


def _scored(model: Explorer, side: Side) -> Side:
    scores, parts = judge(model, side.pixels, _reference(model))
    return replace(side, scores=scores, parts=parts)


def _refer(model: Explorer) -> Reference:
    codes, keep = model.codes(), None
    if codes is not None and codes.labels is not None and (name := left_out(model.card)) is not None:
        keep = codes.labels != model.card.data.classes.index(name)
    return refer(model, None if _source(model.card) is None else _familiar(model).pixels, keep)


def _familiar(model: Explorer) -> Side:
    """Return test things of the classes that training has seen, not scored."""
    pool = _pool(model)
    return _side(pool, ~_of_class(pool, left_out(model.card)))


def _side(pool: Pool, among: np.ndarray) -> Side:
    """Take things from a pool, those that the mask `among` shows: drawn at random, the same every time."""
    numbers = np.flatnonzero(among)
    most = max(1, min(MOST, MOST_BYTES // max(1, pool.take(numbers[:1]).nbytes)))
    chosen = np.sort(np.random.default_rng(0).permutation(numbers)[:most])
    pixels = np.ascontiguousarray(pool.take(chosen))
    return Side(pool.title, pixels, pool.labels[chosen].astype(np.int32), pool.classes, {}, pool.note)


def _of_class(images: Pool | Side, name: str | None) -> np.ndarray:
    """Return a mask of the things of a class, bool [n]: of none where there is no such class."""
    return images.labels == (images.classes.index(name) if name in images.classes else -2)


def _pool(model: Explorer) -> Pool:
    """Return the test things of a model's data, or what is at hand in their place."""
    data, name, nouns = model.card.data, _source(model.card), model.kind.nouns
    if name == data.name:
        return _test_images(name)
    if name is not None:
        pool = _test_images(name)
        note = (
            f"The test {nouns} of {data.title} are not on this computer. These are from {pool.title}: "
            f"training {nouns}, which the model has seen. Expect worse figures on new {nouns}."
        )
        return replace(pool, note=note)
    codes = model.codes()
    if codes is None:
        raise InputError(
            f"Neither the {nouns} of {data.title} nor codes of them are on this computer, so nothing says what is "
            f"normal for {model.card.name}; choose another model, or download the data."
        )
    note = (
        f"The {nouns} of {data.title} are not on this computer, so the model's reconstructions of them stand in. "
        f"A model redraws its own best: expect worse figures on real {nouns}."
    )
    labels = np.full(len(codes.centre), -1) if codes.labels is None else codes.labels
    return Pool(data.title, lambda rows: model.redraw(codes, rows), labels, tuple(data.classes), note)


def _test_images(name: str) -> Pool:
    """Return a set's test things: all, or those that come with the program where it is not on this computer."""
    if not is_ready(name) and (sample := sample_of(name)) is not None:
        return Pool(DATASETS[name].title, sample.things.__getitem__, sample.labels, DATASETS[name].classes)
    dataset = load(name)
    images, labels = dataset.test.things, dataset.test.labels
    numbers = np.full(len(images), -1) if labels is None else np.asarray(labels)
    return Pool(dataset.title, images.__getitem__, numbers, dataset.classes)


def _stamp(name: str) -> object:
    """Tell one state of a data set from another, as after a person's own was deleted and made anew."""
    return file_stamp(folder_of(name) / "card.json")


def _source(card: Card) -> str | None:
    """Name the data set that the normal things come from, or None where only the codes are at hand."""
    for name in (card.data.name, STANDS_IN.get(card.data.name)):
        here = name is not None and (is_at_hand(name, card.data.source) or sample_of(name) is not None)
        if name is not None and here and _is_alike(item_of(name), card.item):
            return name
    return None


def _is_alike(item: Item, other: Item) -> bool:
    """Say whether two things are of one kind and shape; what their numbers mean is another matter."""
    return (item.kind, tuple(item.shape)) == (other.kind, tuple(other.shape))
