"""Maps of latent spaces: two coordinates for every code, a place for new codes, and a code for every place.

`PROJECTIONS` at the foot lists them. Linear ones are computed at once; t-SNE forms in frames (vae/maps/tsne.py). Only
numpy and SciPy are imported here, so that the web server can place and decode.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from vae.errors import InputError, unknown
from vae.maps.plane import Linear
from vae.maps.tsne import Frame, check_formable, form


@dataclass(frozen=True)
class Settings:
    """Say which map is meant. `dimensions` count from 0; `perplexity` and `seed` belong to t-SNE alone."""

    projection: str
    dimensions: tuple[int, int] = (0, 1)
    perplexity: float = 30.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.projection not in PROJECTIONS:
            raise unknown("projection", self.projection, PROJECTIONS)
        if not 1 <= self.perplexity <= 1000:
            raise InputError(f"The perplexity must be from 1 to 1000; got {self.perplexity}.")
        if round(self.perplexity, 2) != self.perplexity:
            raise InputError(f"The perplexity must have at most two decimals; got {self.perplexity}.")
        if not 0 <= self.seed < 2**31:
            raise InputError(f"The seed must be from 0 to 2147483647; got {self.seed}.")

    @property
    def id(self) -> str:
        """Return the map's id, as it stands in the address, on the socket and in the file's name."""
        if self.projection == "dimensions":
            return "dimensions-{}-{}".format(*self.dimensions)
        if self.projection == "tsne" and (self.perplexity, self.seed) != (30.0, 0):
            return f"tsne-p{self.perplexity:g}-s{self.seed}"
        return self.projection


def identity(codes: np.ndarray, settings: Settings) -> Linear:
    """Show a 2-D space as it is."""
    if codes.shape[1] != 2:
        raise InputError(
            f"Only a 2-D space is its own map; this one has {codes.shape[1]} dimensions: choose pca or tsne."
        )
    return Linear(np.zeros(2), np.eye(2))


def dimensions(codes: np.ndarray, settings: Settings) -> Linear:
    """Show two chosen dimensions, seen straight from above."""
    dims = codes.shape[1]
    if len(set(settings.dimensions)) != 2 or not all(0 <= dim < dims for dim in settings.dimensions):
        raise InputError(
            "Two different dimensions from 0 to {} make a map; got {} and {}.".format(dims - 1, *settings.dimensions)
        )
    return Linear(np.zeros(dims), np.eye(dims)[:, list(settings.dimensions)])


def pca(codes: np.ndarray, settings: Settings) -> Linear:
    """Show the plane along which the codes vary most, through their mean.

    The largest entry of each axis is positive, so that the same codes give the same map on every machine.
    Pearson 1901; a 1-D space is given an empty second axis.
    """
    mean = codes.mean(axis=0, dtype=np.float64)
    centred = codes - mean
    axes = np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    return Linear(mean, np.pad(axes, ((0, 0), (0, 2 - axes.shape[1]))))


def tsne(codes: np.ndarray, settings: Settings) -> Generator[Frame]:
    """Form a t-SNE map of codes [N, d], from the PCA map on; see vae/maps/tsne.py."""
    check_formable(codes)
    yield from form(codes, pca(codes, settings).place(codes), settings.perplexity, settings.seed)


@dataclass(frozen=True)
class Projection:
    """A way to lay codes out: `linear` gives a plane at once, `form` yields frames; one of the two is there.

    sentence: for people who see such a map for the first time. suits, offered: whether a space of so many dimensions
    has such a map, and whether the Map page offers it there. has_settings: its id alone is no map.
    """

    title: str
    sentence: str
    linear: Callable[[np.ndarray, Settings], Linear] | None = None
    form: Callable[[np.ndarray, Settings], Generator[Frame]] | None = None
    suits: Callable[[int], bool] = lambda dims: True
    offered: Callable[[int], bool] = lambda dims: True
    has_settings: bool = False


PROJECTIONS: dict[str, Projection] = {
    "identity": Projection(
        "Latent plane",
        "The latent plane itself: both coordinates of the code, at true scale.",
        linear=identity,
        suits=lambda dims: dims == 2,
    ),
    "pca": Projection(
        "PCA",
        "The plane through the codes along which they spread most. Distances are true within it; what sticks out of it "
        "is lost.",
        linear=pca,
        offered=lambda dims: dims != 2,
    ),
    "tsne": Projection(
        "t-SNE",
        "t-SNE keeps neighbours together. Distances between groups, and the groups' sizes, mean little.",
        form=tsne,
    ),
    "dimensions": Projection(
        "Two dimensions",
        "Two of the code's coordinates, at true scale; all others are not seen here.",
        linear=dimensions,
        suits=lambda dims: dims > 1,
        offered=lambda dims: dims > 2,
        has_settings=True,
    ),
}
"""In the order in which the Map page offers them."""
