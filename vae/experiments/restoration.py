"""Restoring spoiled things: with a model, and beside it as people do without one.

Things are as their kind keeps them, [n, *shape], images uint8 [n, H, W, C] and series float32 [n, T, C]; restored ones
are float32 in the same layout and in a network's units: images in [0, 1]. Where elements are lost, `known`, bool [n,
*shape but for the channels], says which are left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import Literal

import numpy as np

from vae.errors import InputError, unknown
from vae.experiments import examples, filters, gating, ngrams, recommenders, smoothers
from vae.experiments.examples import Examples
from vae.explore.explorer import Explorer, Told
from vae.kinds.corruptions import blanked
from vae.kinds.kind import Item
from vae.kinds.kinds import kind_of

SWEEPS, DRAWS = 32, 8
"""On holes of 14 x 14 pixels in MNIST twice as many of either gain less than 0.05 dB."""

MAX_ELEMENTS = 2**16
"""Pixels or samples of a thing that is restored in another way than by the model: a hole of that size takes the
biharmonic filling half a second of a core and 240 MB."""

MAX_TOGETHER = 2**10
"""Samples of a series whose covariance with one another is taken: 8 MB, and 50 ms of a core to solve for a channel."""

STRAY = 4.0
"""Standard deviations of the prior that a draw may lie farther out than twice as far as the test codes reach. Where
nothing bounds what a decoder expects, a chain that has left all codes behind would go on for ever."""

Holes = Literal["only", "also", "never"]


@dataclass(frozen=True, eq=False)
class Task:
    """Things to restore.

    floats: float32 [n, *shape], as a network counts; known: None where nothing says what is lost; given: the class of
    each that a conditional model is told, int [n]; examples: others of the same data, where they are at hand.
    """

    explorer: Explorer
    floats: np.ndarray
    known: np.ndarray | None
    given: Told
    examples: Examples | None


@dataclass(frozen=True)
class Method:
    """One way to restore things, and what a person must know of it.

    holes: "only", it fills holes and needs to know where they are; "also", it may be tried on them, though a filter
    does not know where they are; "never", it is for noise and leaves a hole as it is. by_name: whether it is only for
    kinds that name it among their `methods`, and not for all. looks: whether it looks at others of the same data, "at
    any", what the model makes of them too, or "at learnt", training things alone. most: elements of a thing at most,
    None for any number.
    """

    title: str
    sentence: str
    holes: Holes
    run: Callable[[Task], np.ndarray]
    by_name: bool = False
    looks: Literal["", "at any", "at learnt"] = ""
    most: int | None = MAX_ELEMENTS


@dataclass(frozen=True)
class Imputation:
    """What is thought of the lost elements after so many sweeps; at 0, the start, they are what their kind hides by.

    mean: float32 [n, *shape], over draws and sweeps, later sweeps counting for more; known elements are as they were.
    spread: float32 [n, *shape], the standard deviation over the same, 0 where an element is known. given: the class
    that most draws of each thing are taken for, int [n]; None for a model that is told none.
    """

    sweep: int
    mean: np.ndarray
    spread: np.ndarray
    given: np.ndarray | None = None


def methods_of(item: Item) -> dict[str, Method]:
    """Return the methods for things like this, by name in the order to show them, in words of their kind."""
    kind = kind_of(item)
    return {
        name: replace(method, title=kind.say(method.title), sentence=kind.say(method.sentence))
        for name, method in METHODS.items()
        if not method.by_name or name in kind.methods
    }


def restore(
    name: str,
    explorer: Explorer,
    things: np.ndarray,
    known: np.ndarray | None = None,
    given: Told = None,
    others: Examples | None = None,
) -> np.ndarray:
    """Restore things by the method `name`.

    given: what a conditional model is told, left out the class under which each is likeliest as it is, spoiled; others:
    things of the same data. The same things, the same answer. Raises `InputError` for an unknown method and for one
    that does not suit.
    """
    check_suited(name, explorer.card.item, known is not None)
    method = methods_of(explorer.card.item)[name]
    if not has_examples(method, others):
        raise InputError(
            f"{method.title} looks at the {explorer.kind.nouns} that {explorer.card.name} was trained on, and they are "
            "not on this computer; leave it out."
        )
    return method.run(Task(explorer, explorer.kind.floats(things), known, given, others))


def check_suited(name: str, item: Item, holes: bool) -> None:
    """Raise `InputError` where a method is unknown, or not for things like this, with holes or without."""
    kind, known = kind_of(item), methods_of(item)
    if name not in known:
        raise unknown("method", name, known)
    method = known[name]
    if not holes and method.holes == "only":
        raise InputError(f"{method.title} fills holes, and here no {kind.elements} are known to be lost; leave it out.")
    if holes and method.holes == "never":
        raise InputError(f"{method.title} is for noise and does not fill holes; leave it out.")
    if not fits(method, item):
        got = " x ".join(map(str, item.shape[:-1]))
        raise InputError(f"{method.title} takes {kind.nouns} of at most {method.most:,} {kind.elements}; got {got}.")


def fits(method: Method, item: Item) -> bool:
    """Say whether a method takes things of this size."""
    return method.most is None or prod(item.shape[:-1]) <= method.most


def has_examples(method: Method, others: Examples | None) -> bool:
    """Say whether a method has the examples that it looks at, or looks at none."""
    return not method.looks or (others is not None and (others.learnt or method.looks == "at any"))


def impute(
    explorer: Explorer,
    things: np.ndarray,
    known: np.ndarray,
    sweeps: int = SWEEPS,
    draws: int = DRAWS,
    seed: int = 0,
) -> Iterator[Imputation]:
    """Yield what is thought of the lost elements at the start and after each sweep.

    A sweep draws z ~ q(z|x), decodes it, and puts the expected thing where elements are lost; the known ones are held.
    `draws` chains run side by side from what the kind hides by, and are averaged from the first sweep on, with weights
    that grow as its number: a running mean that forgets the start and needs no burn-in to be chosen. What the things
    show where elements are lost counts for nothing. A conditional model takes each chain, in each sweep, for the class
    under which it is then likeliest. An encoder that takes gaps sees what is known alone, in every sweep. Where codes
    are points there is one chain, and no spread. After Rezende, Mohamed &
    Wierstra 2014, arXiv 1401.4082. The chain is approximate twice: q stands for the true posterior, and the expected
    thing is put back in place of a draw, so that the spread is too small. Mattei & Frellsen 2018, arXiv 1802.04826,
    correct the first.
    """
    kind = explorer.kind
    held = known[..., None]
    start = kind.hide(kind.floats(things), known)
    yield Imputation(0, start, np.zeros_like(start))
    random = np.random.default_rng(seed)
    chains = np.broadcast_to(start, (draws, *start.shape))
    mean = square = np.zeros_like(start)
    for sweep in range(1, sweeps + 1):
        drawn, given, drew = _again(explorer, chains, known, random)
        chains = np.where(held, start, drawn)[: draws if drew else 1]
        share = 2 / (sweep + 1)
        mean = mean + share * (chains.mean(0) - mean)
        square = square + share * (np.square(chains).mean(0) - square)
        variance = np.maximum(square - np.square(mean), 0) if drew else np.zeros_like(square)
        taken = None if given is None or given.ndim > 1 else _commonest(given.reshape(-1, len(things)))
        yield Imputation(sweep, np.where(held, start, mean), np.where(held, 0, np.sqrt(variance)), taken)


def _again(
    explorer: Explorer, chains: np.ndarray, known: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray | None, bool]:
    """Encode things, float32 [draws, n, *shape], draw codes, and return what is expected there, and the classes.

    Last whether there was anything to draw: where a code is a point all chains are the same.
    """
    filled = chains.reshape(-1, *chains.shape[2:])
    given = explorer.guess(explorer.kind.laid(filled))
    left = _left(explorer, filled, np.concatenate([known] * len(chains)))
    belief = explorer.encode_fed(explorer.kind.laid(left), given)
    z = _within_reach(explorer, belief.at(random.standard_normal(belief.centre.shape, np.float32)))
    return _expected(explorer, z, given).reshape(chains.shape), given, belief.spread is not None


def _left(explorer: Explorer, floats: np.ndarray, known: np.ndarray | None) -> np.ndarray:
    """Return what the encoder is to see of things of which something is lost.

    One that takes gaps gets NaN there, and another what the kind hides it by.
    """
    return floats if known is None or not explorer.card.gaps else blanked(floats, known)


def _within_reach(explorer: Explorer, z: np.ndarray) -> np.ndarray:
    low, high = np.array(explorer.card.latent.range, np.float32).T
    return z.clip(low - (high - low) - STRAY, high + (high - low) + STRAY)


def _commonest(given: np.ndarray) -> np.ndarray:
    """Return the number that is most often in each column, [draws, n] -> [n]; of equally many the lowest."""
    return np.array([np.bincount(column).argmax() for column in given.T])


def _expected(explorer: Explorer, z: np.ndarray, given: Told) -> np.ndarray:
    """Return what is expected of codes, float32 [n, *shape], within bounds."""
    floats, bounds = explorer.kind.unlay(explorer.expect(z, given)), explorer.kind.bounds
    return np.asarray(floats if bounds is None else floats.clip(*bounds))


def _encode_decode(task: Task) -> np.ndarray:
    explorer = task.explorer
    given = task.given
    if given is None:
        given = explorer.guess(explorer.kind.laid(task.floats))
    x = explorer.kind.laid(_left(explorer, task.floats, task.known))
    return _expected(explorer, explorer.encode_fed(x, given).centre, given)


def _impute(task: Task) -> np.ndarray:
    *_, last = impute(task.explorer, task.explorer.kind.keep(task.floats), _holes(task))
    return last.mean


def _holes(task: Task) -> np.ndarray:
    assert task.known is not None  # what fills holes alone is not run without: see `suited`
    return task.known


def _biharmonic(task: Task) -> np.ndarray:
    return filters.biharmonic(task.floats, _holes(task))


def _filter(name: str, task: Task) -> np.ndarray:
    return filters.filtered(name, task.floats)


def _interpolate(task: Task) -> np.ndarray:
    return smoothers.interpolated(task.floats, _holes(task))


def _smooth(name: str, task: Task) -> np.ndarray:
    return smoothers.smoothed(name, task.floats)


def _gate(task: Task) -> np.ndarray:
    return gating.gated(task.floats)


def _mean(task: Task) -> np.ndarray:
    return examples.mean_of(_others(task), task.floats, _holes(task))


def _ngram(task: Task) -> np.ndarray:
    return ngrams.filled(_others(task).ngrams, task.floats, _holes(task))


def _nearest(task: Task) -> np.ndarray:
    return examples.nearest(_others(task), task.floats, task.known)


def _normal(task: Task) -> np.ndarray:
    return _expected_of_all(task, None)


def _components(task: Task) -> np.ndarray:
    return _expected_of_all(task, task.explorer.card.latent.dims)


def _expected_of_all(task: Task, components: int | None) -> np.ndarray:
    noise = np.array([[smoothers.noise_of(channel) for channel in one.T] for one in task.floats])
    return examples.expected(_others(task), task.floats, task.known, noise, components)


def _popularity(task: Task) -> np.ndarray:
    return recommenders.as_shares(np.repeat(_others(task).likes.sum(0, dtype=np.float64)[None], len(task.floats), 0))


def _neighbours(task: Task) -> np.ndarray:
    return recommenders.as_shares(task.floats[..., 0] @ _others(task).alike)


def _ease(task: Task) -> np.ndarray:
    return recommenders.as_shares(task.floats[..., 0] @ _others(task).linear)


def _others(task: Task) -> Examples:
    assert task.examples is not None
    return task.examples


BY_NAME = True
"""Only for the kinds that name it."""

METHODS: dict[str, Method] = {
    "vae": Method(
        "This model", "Encodes the {noun} and decodes it at the middle of its code.", "also", _encode_decode, most=None
    ),
    "impute": Method(
        "Imputation",
        f"Encodes and decodes {SWEEPS} times and keeps the known {{elements}} each time; the mean of {DRAWS} draws.",
        "only",
        _impute,
    ),
    "median": Method(
        "Median filter",
        "Each pixel becomes the median of those around it.",
        "also",
        partial(_filter, "median"),
        BY_NAME,
    ),
    "gaussian": Method("Gaussian filter", "Blurs the picture.", "never", partial(_filter, "gaussian"), BY_NAME),
    "total-variation": Method(
        "Total variation",
        "Looks for a picture near this one with flat areas and sharp edges.",
        "never",
        partial(_filter, "total-variation"),
        BY_NAME,
    ),
    "non-local-means": Method(
        "Non-local means",
        "Averages each pixel with those whose surroundings look alike.",
        "never",
        partial(_filter, "non-local-means"),
        BY_NAME,
    ),
    "biharmonic": Method(
        "Biharmonic filling", "Fills the gap as smoothly as a thin plate bends.", "only", _biharmonic, BY_NAME
    ),
    "linear": Method(
        "Straight lines", "Joins the known samples on both sides of a gap.", "only", _interpolate, BY_NAME
    ),
    "moving-median": Method(
        "Moving median",
        "Each sample becomes the median of those around it, of as many as the noise asks for.",
        "never",
        partial(_smooth, "moving-median"),
        BY_NAME,
    ),
    "savitzky-golay": Method(
        "Savitzky–Golay",
        "Fits a cubic around each sample, over as many as the noise asks for.",
        "never",
        partial(_smooth, "savitzky-golay"),
        BY_NAME,
    ),
    "gating": Method(
        "Spectral gating",
        "Closes off what is no louder than the noise, by frequency: the quietest times tell how loud that is.",
        "never",
        _gate,
        BY_NAME,
    ),
    "mean": Method(
        "Mean series",
        "Puts the mean of all series of the data where samples are lost.",
        "only",
        _mean,
        BY_NAME,
        "at any",
    ),
    "nearest": Method(
        "Nearest {noun}",
        f"The mean of the {examples.NEAREST} training {{nouns}} that are nearest, by what is known of this one.",
        "also",
        _nearest,
        BY_NAME,
        "at learnt",
    ),
    "n-gram": Method(
        f"{ngrams.ORDER}-gram",
        f"The likeliest letters by how often each follows the {ngrams.ORDER - 1} before it in the training words.",
        "only",
        _ngram,
        BY_NAME,
        "at learnt",
    ),
    "symbol-n-gram": Method(
        f"{ngrams.ORDER}-gram",
        f"The likeliest symbols by how often each follows the {ngrams.ORDER - 1} before it in the training molecules.",
        "only",
        _ngram,
        BY_NAME,
        "at learnt",
    ),
    "normal": Method(
        "Normal distribution",
        "What is expected if all training series were drawn from one normal distribution: the best linear estimate.",
        "also",
        _normal,
        BY_NAME,
        "at learnt",
        MAX_TOGETHER,
    ),
    "components": Method(
        "Principal components",
        "The same with as many principal components as the model has dimensions: what a linear model can do.",
        "also",
        _components,
        BY_NAME,
        "at learnt",
        MAX_TOGETHER,
    ),
    "popularity": Method(
        "Popularity", "What most like, the same list for everybody.", "also", _popularity, BY_NAME, "at any"
    ),
    "item-neighbours": Method(
        "Nearest items",
        f"What is liked by the same people: each item beside the {recommenders.NEIGHBOURS} nearest, by the cosine.",
        "also",
        _neighbours,
        BY_NAME,
        "at learnt",
    ),
    "ease": Method(
        "EASE",
        "What each like says of every other item, by least squares: a linear model that is hard to beat.",
        "also",
        _ease,
        BY_NAME,
        "at learnt",
    ),
}
"""The methods, in the order to show them."""
