"""Linear strangers of any kind of data: its principal components, with shares as logits or as they are."""

from dataclasses import dataclass

import numpy as np

from tests.foreign.strangers import Graph
from vae.datasets.dataset import Dataset
from vae.kinds.kinds import kind_of

SHARP = 3.0
"""By which a linear reconstruction is multiplied where it stands for logits."""


@dataclass(frozen=True, eq=False)
class Components:
    """What a linear model is made of. w: [dims, C*H*W]; middle, base: [C*H*W]; shape: [C, H, W]; shares: its axis.

    middle: taken away before a thing becomes a code; base: what the code 0 stands for, of shares as logits.
    """

    w: np.ndarray
    middle: np.ndarray
    base: np.ndarray
    shape: tuple[int, int, int]
    shares: int | None

    @property
    def steep(self) -> float:
        return 1.0 if self.shares is None else SHARP

    def mean(self, x: np.ndarray) -> np.ndarray:
        """Return the codes of things [n, C, H, W]."""
        return (x.reshape(len(x), -1) - self.middle) @ self.w.T

    def expect(self, z: np.ndarray) -> np.ndarray:
        """Return what codes stand for, [n, C, H, W]: of shares a softmax."""
        made = (z.astype(np.float64) @ self.w * self.steep + self.base).reshape(-1, *self.shape)
        if self.shares is None:
            return made
        powers = np.exp(made)
        return powers / powers.sum(self.shares + 1, keepdims=True)

    def graphs(self, axes: tuple[int, ...], row: tuple[int, ...], end: str = "") -> tuple[bytes, bytes]:
        """Write both halves down for things that lie in the order `axes` of [C, H, W], as rows of this shape.

        end: "" where shares are given as logits, Softmax as they are, Sigmoid by itself each.
        """
        into, out = Graph(), Graph()
        laid = [self.shape[axis] for axis in axes]
        back = [axes.index(axis) for axis in range(3)]
        x = into.add("Reshape", "x", into.constant([-1, *laid], np.int64))
        x = into.add("Transpose", x, perm=[0, *(1 + axis for axis in back)])
        x = into.add("Reshape", x, into.constant([-1, self.w.shape[1]], np.int64))
        into.add("MatMul", into.add("Sub", x, into.constant(self.middle)), into.constant(self.w.T), name="code")
        made = out.add("Add", out.add("MatMul", "z", out.constant(self.w * self.steep)), out.constant(self.base))
        made = out.add("Reshape", made, out.constant([-1, *self.shape], np.int64))
        if end:
            made = out.add(end, made, **({"axis": (self.shares or 0) + 1} if end == "Softmax" else {}))
        made = out.add("Transpose", made, perm=[0, *(1 + axis for axis in axes)])
        out.add("Reshape", made, out.constant([-1, *row], np.int64), name="thing")
        dims = len(self.w)
        return (
            into.model({"x": ["n", *row]}, {"code": ["n", dims]}).SerializeToString(),
            out.model({"z": ["n", dims]}, {"thing": ["n", *row]}).SerializeToString(),
        )


def components(data: Dataset, dims: int) -> Components:
    """Fit the leading directions of the training things."""
    kind = kind_of(data.item)
    x = kind.feed(data.train.things[:2000])
    flat = x.reshape(len(x), -1)
    middle = flat.mean(0)
    base = middle if kind.shares is None else np.log(np.maximum(middle, 1e-3))
    w = np.linalg.svd(flat - middle, full_matrices=False)[2][:dims]
    return Components(w, middle, base, kind.input(data.item.shape), kind.shares)
