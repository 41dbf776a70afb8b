"""A map of codes on a plane: where a new code lies, and the code at a place."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

NEIGHBOURS_ON_MAP, NEIGHBOURS_ON_PLANE, RIDGE = 10, 40, 0.02
"""Chosen by leave-one-out on mnist-16d; a plane lays codes that are far apart on one another, so more are averaged."""

STARTS, WALKS, STEPS = 20, 5, 8
"""`Map.place` looks at the points of so many nearest codes, and walks so many steps from the best few: about
1 ms a row. Twice as many of each gain nothing."""

COMPASS = np.array([(np.cos(a), np.sin(a)) for a in np.arange(8) * np.pi / 4])

ROWS = 64
"""Rows placed in one pass, so that 1,024 codes of 512 dimensions fit into a laptop's memory."""

TINY = 1e-12


@dataclass(frozen=True)
class Linear:
    """A plane in latent space: `origin` [d], where the map's (0, 0) lies, and orthonormal `axes` [d, 2]."""

    origin: np.ndarray
    axes: np.ndarray

    @property
    def is_all(self) -> bool:
        """Say whether the plane is all of the space, so that nothing is lost on it."""
        return len(self.origin) == 2

    def place(self, z: np.ndarray) -> np.ndarray:
        """Return the coordinates of codes [n, d] on the plane, [n, 2]."""
        return (z - self.origin) @ self.axes

    def lift(self, xy: np.ndarray) -> np.ndarray:
        """Return the codes of places [n, 2] on the plane, [n, d]."""
        return xy @ self.axes.T + self.origin


@dataclass(frozen=True, eq=False)
class Map:
    """A map of codes: `points` float32 [N, 2] where they lie, `codes` float32 [N, d], posterior means.

    linear: the plane of a linear map; None for one that has no formula.
    scale: [d], one over the posteriors' standard deviations, or None for ones. Distances between codes are taken in
    these units: a step of one standard deviation changes the picture about as much in every dimension.
    Safe to use from several threads at once: the two trees are built when first asked for, at worst twice.
    """

    points: np.ndarray
    codes: np.ndarray
    linear: Linear | None = None
    scale: np.ndarray | None = None

    def place(self, z: np.ndarray, without: np.ndarray | None = None) -> np.ndarray:
        """Return where codes [n, d] lie on this map, float32 [n, 2].

        Exact on linear maps. On others it starts at the points of the nearest codes and walks, with steps that are
        halved, to the place whose code (`code_at`) is nearest to z: what is placed is where the map shows it.
        without: [n], for each row the number of a code to do without, as if the map had never seen it.
        """
        z = np.asarray(z, dtype=np.float64).reshape(-1, self.codes.shape[1])
        if self.linear is not None:
            return self.linear.place(z).astype(np.float32)
        rows = [slice(first, first + ROWS) for first in range(0, len(z), ROWS)]
        walked = [self._walk(z[part], None if without is None else without[part]) for part in rows]
        return np.concatenate([np.empty((0, 2)), *walked]).astype(np.float32)

    def code_at(self, xy: np.ndarray, without: np.ndarray | None = None) -> np.ndarray:
        """Return the code for places [n, 2], float32 [n, d]: exact where the map is all of a 2-D space.

        Otherwise a linear regression of the nearest points' codes on their places, weighted so that a point fades
        out before it is left behind: continuous in `xy`. On linear maps the result lies exactly at `xy`.
        without: as for `place`. In the manner of Cleveland 1979, "Robust locally weighted regression", with bisquare
        weights in place of tricube ones, and a ridge.
        """
        xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        if self.linear is None:
            return self._regress(xy, without)[0].astype(np.float32)
        if self.linear.is_all:
            return self.linear.lift(xy).astype(np.float32)
        z = self._regress(xy, without)[0]
        return (z + (xy - self.linear.place(z)) @ self.linear.axes.T).astype(np.float32)

    def decode_point(self, xy: np.ndarray, decode: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Return the pictures at places [n, 2]: `decode` of their codes."""
        return decode(self.code_at(xy))

    def nearest(self, xy: np.ndarray, k: int = 1, without: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the distances on the map to the k nearest points and their numbers, [n, k] each, nearest first.

        Fewer than k where there are fewer. without: as for `place`.
        """
        return neighbours(self._on_map, xy, k, without)

    @cached_property
    def _on_map(self) -> cKDTree:
        return cKDTree(self.points)

    @cached_property
    def _units(self) -> np.ndarray:
        return np.ones(self.codes.shape[1]) if self.scale is None else self.scale.astype(np.float64)

    @cached_property
    def _in_latent(self) -> cKDTree:
        return cKDTree(self.codes * self._units)

    def _regress(self, xy: np.ndarray, without: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Return the codes at places, [n, d], and how far the regression reaches there, [n]."""
        k = NEIGHBOURS_ON_MAP if self.linear is None else NEIGHBOURS_ON_PLANE
        distances, numbers = self.nearest(xy, k, without)
        # With fewer codes than neighbours the farthest would fade out although there is none behind it.
        reach = distances[:, -1] * (1.0 if distances.shape[1] == k else 1.5) + TINY
        weights = (1 - np.square(distances / reach[:, None])).clip(0) ** 2 + TINY
        weights /= weights.sum(1, keepdims=True)
        codes, offsets = self.codes[numbers], self.points[numbers] - xy[:, None]
        code, offset = (weights[:, None] @ codes)[:, 0], (weights[:, None] @ offsets)[:, 0]
        offsets = offsets - offset[:, None]
        weighted = (offsets * weights[..., None]).transpose(0, 2, 1)
        spread = weighted @ offsets + (RIDGE * reach**2)[:, None, None] * np.eye(2)
        slope = np.linalg.solve(spread, weighted @ codes)
        return code - (offset[:, None] @ slope)[:, 0], reach

    def _walk(self, z: np.ndarray, without: np.ndarray | None) -> np.ndarray:
        """Return for codes [n, d] the places, [n, 2], whose codes are nearest to them."""
        rows = np.arange(len(z))
        _, numbers = neighbours(self._in_latent, z * self._units, STARTS, without)
        starts = self.points[numbers].astype(np.float64)
        miss, reach = self._misses(starts, z, without)
        best = np.argsort(miss, axis=1, kind="stable")[:, :WALKS]
        here, miss, reach = starts[rows[:, None], best], *(np.take_along_axis(a, best, 1) for a in (miss, reach))
        step = reach / 2
        for _ in range(STEPS):
            there = here[:, :, None] + step[..., None, None] * COMPASS
            missed, _ = self._misses(there.reshape(len(z), -1, 2), z, without)
            missed = missed.reshape(*miss.shape, len(COMPASS))
            way = missed.argmin(-1)[..., None]
            nearer = np.take_along_axis(missed, way, -1)[..., 0] < miss
            here = np.where(nearer[..., None], np.take_along_axis(there, way[..., None], 2)[:, :, 0], here)
            miss = np.where(nearer, missed.min(-1), miss)
            step = np.where(nearer, step, step / 2)
        return here[rows, miss.argmin(1)]

    def _misses(self, xy: np.ndarray, z: np.ndarray, without: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Return how far the codes at places [n, m, 2] are from codes [n, d], and the regressions' reach; [n, m]."""
        left_out = None if without is None else np.repeat(without, xy.shape[1])
        code, reach = self._regress(xy.reshape(-1, 2), left_out)
        miss = np.linalg.norm((code.reshape(*xy.shape[:2], -1) - z[:, None]) * self._units, axis=-1)
        return miss, reach.reshape(miss.shape)


def neighbours(tree: cKDTree, at: np.ndarray, k: int, without: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return distances and numbers of the k nearest, or of all if fewer; leave-one-out by `without`, [n]."""
    rows = min(k, tree.n - (without is not None))
    if without is None:
        return tree.query(at, k=np.arange(1, rows + 1))
    distances, numbers = tree.query(at, k=np.arange(1, rows + 2))
    # A stable sort moves the one to leave out, or else the farthest, to the end.
    order = np.argsort(numbers == without[:, None], axis=1, kind="stable")[:, :rows]
    return np.take_along_axis(distances, order, 1), np.take_along_axis(numbers, order, 1)
