"""Restoring by example: what other things of the same data say of one that is spoiled, without a model.

Things are floats in their own layout, [n, *shape], in a network's units; where elements are lost `known`, bool [n,
*shape but for the channels], says which are left. Channels count alike, whatever their units.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vae.experiments import recommenders
from vae.experiments.ngrams import NGrams
from vae.kinds.words.spelling import likeliest

NEAREST = 5

RIDGE = 0.005
"""Of the mean variance, added to each value's own: of few examples the covariance has no inverse."""

LEAST_SPREAD = 1e-6
"""Standard deviation of a channel whose values are all one."""


@dataclass(frozen=True, eq=False)
class Normal:
    """A normal distribution of vectors [d]: their mean and covariance."""

    mean: np.ndarray
    covariance: np.ndarray

    def of_components(self, d: int) -> "Normal":
        """Return the distribution of which the first `d` principal components are left, and white noise else.

        Tipping & Bishop 1999, "Probabilistic principal component analysis", J. R. Stat. Soc. B 61:611.
        """
        variances, axes = np.linalg.eigh(self.covariance)
        if d >= len(variances):
            return self
        noise = variances[:-d].mean()
        kept = axes[:, -d:] * (variances[-d:] - noise)
        return Normal(self.mean, kept @ axes[:, -d:].T + noise * np.eye(len(axes)))

    def given(self, y: np.ndarray, seen: np.ndarray) -> np.ndarray:
        """Return the mean given those of the values y, [d], that are `seen`, bool [d]."""
        within = np.linalg.solve(self.covariance[np.ix_(seen, seen)], (y - self.mean)[seen])
        return np.asarray(self.mean + self.covariance[:, seen] @ within)

    def behind(self, y: np.ndarray, noise: float) -> np.ndarray:
        """Return the mean given values with white noise upon them, of this standard deviation.

        Wiener 1949, "Extrapolation, interpolation and smoothing of stationary time series".
        """
        noisy = self.covariance + noise**2 * np.eye(len(y))
        return np.asarray(self.mean + self.covariance @ np.linalg.solve(noisy, y - self.mean))


@dataclass(frozen=True, eq=False)
class Examples:
    """Things of the data that a model was trained on, float32 [m, *shape] in a network's units.

    learnt: whether they are training things, and not what the model makes of those that it is tested on. Of these some
    are the very ones that are to be restored.
    """

    things: np.ndarray
    learnt: bool

    @cached_property
    def scale(self) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of each channel, float64 [C]."""
        channels = self.things.reshape(-1, self.things.shape[-1])
        return channels.mean(0, dtype=np.float64), np.maximum(channels.std(0, dtype=np.float64), LEAST_SPREAD)

    @cached_property
    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the values of all, counted from the mean of their channel in its deviations, and their squares."""
        rows = self.scaled(self.things)
        return rows, np.square(rows)

    def scaled(self, things: np.ndarray) -> np.ndarray:
        """Return the values of things, float32 [n, values], counted as `rows` are."""
        middle, spread = self.scale
        return _flat(((things - middle) / spread).astype(np.float32))

    @cached_property
    def mean(self) -> np.ndarray:
        """Return the mean thing, float64 [*shape]."""
        return np.asarray(self.things.mean(0, dtype=np.float64))

    @cached_property
    def ngrams(self) -> NGrams:
        """Return what follows what in them, where they are words [m, L, V]."""
        return NGrams(likeliest(self.things), self.things.shape[2])

    @cached_property
    def normals(self) -> list[Normal]:
        """Return the normal distribution of each channel's values, [m, values]."""
        return [_normal(_flat(self.things[..., channel])) for channel in range(self.things.shape[-1])]

    @cached_property
    def likes(self) -> np.ndarray:
        """Return who likes what of tastes, [m, N]."""
        return np.asarray(self.things[..., 0])

    @cached_property
    def alike(self) -> np.ndarray:
        """Return how alike the items of tastes are, as `recommenders.neighbours_of` has it."""
        return recommenders.neighbours_of(self.likes)

    @cached_property
    def linear(self) -> np.ndarray:
        """Return what each item of tastes says of every other, as `recommenders.ease_of` has it."""
        return recommenders.ease_of(self.likes)


def mean_of(examples: Examples, things: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Put the mean of all examples where elements are lost."""
    return _held(np.broadcast_to(examples.mean, things.shape), things, known)


def nearest(examples: Examples, things: np.ndarray, known: np.ndarray | None, k: int = NEAREST) -> np.ndarray:
    """Take the mean of the `k` examples nearest to each thing, by what is known of it; what is known stays.

    Where nothing says what is lost, it is their mean alone.
    """
    rows, squares = examples.rows
    seen = np.ones_like(things) if known is None else np.broadcast_to(known[..., None], things.shape)
    mask = _flat(seen).astype(np.float32)
    squared = mask @ squares.T - 2 * (examples.scaled(things) * mask) @ rows.T  # but for what is the same for all
    near = np.argsort(squared, axis=1, kind="stable")[:, :k]
    return _held(examples.things[near].mean(1, dtype=np.float64), things, known)


def expected(
    examples: Examples, things: np.ndarray, known: np.ndarray | None, noise: np.ndarray, components: int | None = None
) -> np.ndarray:
    """Take things for draws of one normal distribution, the examples' own, and return what is expected of each.

    Each channel by itself. Where elements are lost that is the mean given the known ones, which stay; elsewhere the
    mean given the thing with white noise upon it, of standard deviation `noise`, [n, C]. components: how many
    principal ones the distribution has, what they leave being white; left out: all that the examples tell.
    """
    normals = examples.normals
    if components is not None:
        normals = [normal.of_components(components) for normal in normals]
    filled = np.empty(things.shape)
    for channel, normal in enumerate(normals):
        for i, one in enumerate(things[..., channel]):
            y = one.ravel()
            best = normal.behind(y, float(noise[i, channel])) if known is None else normal.given(y, known[i].ravel())
            filled[i, ..., channel] = best.reshape(one.shape)
    return _held(filled, things, known)


def _normal(rows: np.ndarray) -> Normal:
    covariance = np.atleast_2d(np.cov(rows, rowvar=False, bias=True, dtype=np.float64))
    ridge = max(RIDGE * np.trace(covariance) / len(covariance), LEAST_SPREAD**2)
    return Normal(rows.mean(0, dtype=np.float64), covariance + ridge * np.eye(len(covariance)))


def _flat(things: np.ndarray) -> np.ndarray:
    return things.reshape(len(things), -1)


def _held(filled: np.ndarray, things: np.ndarray, known: np.ndarray | None) -> np.ndarray:
    """Return what was found as float32; where it is said what is known, with that as it was."""
    found = filled if known is None else np.where(known[..., None], things, filled)
    return np.ascontiguousarray(found, dtype=np.float32)
