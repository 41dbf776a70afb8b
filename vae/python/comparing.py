"""Two models beside each other: their figures, and how alike their spaces are."""

from dataclasses import dataclass

import numpy as np

from vae.data import load
from vae.errors import InputError
from vae.python.opening import Opened
from vae.python.opening import open as open_model

COMPARED = 1_000
"""Test things that are encoded by both where other data than their own is asked for."""

FIGURES = ("negative_elbo", "reconstruction", "kl", "log_likelihood", "active_units", "knn_accuracy")


@dataclass(frozen=True)
class Comparison:
    """Two models beside each other; print it for a table.

    figures: by name, of the first and of the second, None where a card does not say; nats a thing where they are
    costs. similarity: linear CKA of their codes of the same things, in [0, 1], None where they have none in common; 1
    where one space is the other turned, mirrored and scaled. errors: root mean square error of both reconstructions of
    these things, in the kind's unit, None where no data was named.
    """

    names: tuple[str, str]
    figures: dict[str, tuple[float | None, float | None]]
    similarity: float | None
    errors: tuple[float, float] | None = None

    def __str__(self) -> str:
        rows: list[tuple[str, ...]] = [("", *self.names)]
        rows += [(name.replace("_", " "), *map(_said, pair)) for name, pair in self.figures.items()]
        if self.errors:
            rows.append(("error of reconstructions", *map(_said, self.errors)))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = [f"{row[0]:{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}" for row in rows]
        if self.similarity is not None:
            lines.append(f"similarity of the codes (linear CKA): {self.similarity:.3f}")
        return "\n".join(lines)

    __repr__ = __str__


def compare(a: Opened | str, b: Opened | str, data: str | None = None) -> Comparison:
    """Put two models beside each other, by what their cards say and by their codes of the same things.

    a, b: opened models, or names. data: a data set whose first 1,000 test things both encode and redraw; left out, the
    test codes that they keep are compared, where both are of the same things. Raises `InputError` for unknown names,
    and for data that one of them does not take.

    >>> import vae
    >>> both = vae.compare("mnist-2d", "mnist-16d")
    >>> 0 < both.similarity < 1, both.figures["active_units"]
    (True, (2, 16))
    """
    first, second = (each if isinstance(each, Opened) else open_model(each) for each in (a, b))
    figures = {name: (_figure(first, name), _figure(second, name)) for name in ("dimensions", *FIGURES)}
    names, kept = (first.name, second.name), _kept_codes(first, second)
    if data is None:
        return Comparison(names, figures, None if kept is None else cka(*kept))
    things = load(data).test.things[:COMPARED]
    centres, errors = zip(*(_seen(each, things) for each in (first, second)), strict=True)
    return Comparison(names, figures, cka(*centres), errors)


def _seen(model: Opened, things: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the centres of things, [n, d], and the root mean square error of what is made of them."""
    centre = model.encode(things).centre
    return centre, float(np.sqrt(np.square(model.card.kind.apart(things, model.reconstruct(things))).mean()))


def _kept_codes(first: Opened, second: Opened) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the test codes of both, where they are of the same things."""
    one, other = first.codes, second.codes
    if one is None or other is None or first.card.data.source != second.card.data.source:
        return None
    if len(one.centre) != len(other.centre):
        return None
    labels = [codes.labels for codes in (one, other) if codes.labels is not None]
    if len(labels) == 2 and (labels[0] != labels[1]).any():
        return None
    return one.centre, other.centre


def _figure(model: Opened, name: str) -> float | None:
    return model.card.latent.dims if name == "dimensions" else model.card.metrics.get(name)


def _said(value: float | None) -> str:
    return "–" if value is None else f"{value}" if isinstance(value, int) else f"{value:.3f}"


def cka(a: np.ndarray, b: np.ndarray) -> float:
    """Return the linear CKA of two representations of the same n things, [n, d] and [n, e]: a number in [0, 1].

    |B'A|^2 / (|A'A| |B'B|) of centred columns, with Frobenius norms: 1 where one is the other turned, mirrored, moved
    and scaled. Kornblith et al. 2019, arXiv 1905.00414, equation 4. Raises `InputError` where one is the same for all.
    """
    a, b = (each.astype(np.float64) - each.mean(0, dtype=np.float64) for each in (a, b))
    within = np.linalg.norm(a.T @ a) * np.linalg.norm(b.T @ b)
    if within == 0:
        raise InputError("One of the models gives all things the same code, so that there is nothing to compare.")
    return float(np.square(np.linalg.norm(b.T @ a)) / within)
