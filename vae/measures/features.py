"""A small classifier of our own, whose hidden layer gives the features in which draws are compared with the data.

What is measured in it is no FID, which is measured in Inception's features (Heusel et al. 2017, arXiv 1706.08500), and
compares with no figure of others: only with those of other models of the same data, measured by the same classifier.
"""

import math
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.files import CannotWrite, replacing
from vae.kinds.kinds import kind_of

HIDDEN = (128, 64)
"""Units of its two hidden layers: 64 numbers are what a covariance of some hundred things can still be had of."""

EPOCHS, SEED = 12, 0
MOST_LEARNT, MOST_VALUES = 20_000, 1 << 24
"""Things that it learns from, and numbers in them: a quarter of a minute on one core."""

VERSION = "1"
"""Part of the file's name: another way to make them does not read what an earlier one kept."""

ROWS = 1000


@dataclass(frozen=True, eq=False)
class Features:
    """Dense layers with ReLU between: the last hidden one's numbers are the features, the last one's the classes.

    weights: matrices [into, out] and biases [out] in turn; told: what they are, in words; knows_classes: whether it was
    taught any; accuracy: the share of the test things that it takes for their own class, None where nothing says.
    """

    weights: tuple[np.ndarray, ...]
    told: str
    knows_classes: bool = False
    accuracy: float | None = None

    def of(self, fed: np.ndarray) -> np.ndarray:
        """Return the features of things as networks take them, float32 [n, C, H, W] -> float64 [n, features]."""
        return self._hidden(fed).astype(np.float64)

    def sure(self, fed: np.ndarray) -> np.ndarray:
        """Return how sure it is of the class of each thing, the largest softmax probability; float64 [n] in [0, 1]."""
        if not self.knows_classes:
            raise InputError("The data has no classes, so that nothing can be taken for one; choose another measure.")
        logits = self._logits(fed)
        logits -= logits.max(1, keepdims=True)
        return np.asarray(1 / np.exp(logits).sum(1))

    def classes(self, fed: np.ndarray) -> np.ndarray:
        """Return the place, among the classes that it was taught, of the likeliest one of each thing; int [n]."""
        return np.asarray(self._logits(fed).argmax(1))

    @property
    def taught(self) -> int:
        """Return how many classes it knows."""
        return max(2, self.weights[-1].size) if self.knows_classes else 0

    def _logits(self, fed: np.ndarray) -> np.ndarray:
        matrix, bias = self.weights[-2:]
        logits = np.asarray(self.of(fed) @ matrix + bias)
        # Of two classes scikit-learn keeps one logistic unit.
        return logits if logits.shape[1] > 1 else np.concatenate([np.zeros_like(logits), logits], axis=1)

    def _hidden(self, fed: np.ndarray) -> np.ndarray:
        layers = self.weights[: -2 if self.knows_classes else None]
        parts = [np.empty((0, layers[-1].size), np.float32)]
        for first in range(0, len(fed), ROWS):
            rows = fed[first : first + ROWS].reshape(len(fed[first : first + ROWS]), -1)
            for matrix, bias in zip(layers[::2], layers[1::2], strict=True):
                rows = np.maximum(rows @ matrix + bias, 0)
            parts.append(rows.astype(np.float32))
        return np.concatenate(parts)


def features_of(data: Dataset, folder: Path | None = None) -> Features:
    """Return the features of a data set, from its folder where they are kept there, or else taught now and kept.

    folder: of the prepared set; None where there is none. Nothing is kept where it cannot be written.
    """
    path = folder and folder / f"features-{VERSION}.npz"
    if path and (kept := _read(path, data)) is not None:
        return kept
    made = taught(data) if _has_classes(data) else projected(data)
    if path and folder and folder.is_dir():
        with suppress(CannotWrite), replacing(path, folder) as new, new.open("wb") as file:
            _write(file, made)
    return made


def taught(data: Dataset) -> Features:
    """Teach a small classifier the classes of a data set's training things; the same data, the same numbers."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    labels = data.train.labels
    assert labels is not None
    rows = _rows(data)
    kind = kind_of(data.item)
    network = MLPClassifier(HIDDEN, batch_size=min(128, len(rows)), max_iter=EPOCHS, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so many passes are enough, and always as many
        network.fit(_flat(kind.feed(np.asarray(data.train.things[rows]))), np.asarray(labels)[rows])
    layers = zip(network.coefs_, network.intercepts_, strict=True)
    weights = tuple(each.astype(np.float32) for layer in layers for each in layer)
    accuracy = None
    if data.test.labels is not None and len(data.test):
        seen = slice(0, max(1, min(len(data.test), MOST_VALUES // math.prod(data.image_shape))))
        fed = _flat(kind.feed(np.asarray(data.test.things[seen])))
        accuracy = float((network.predict(fed) == np.asarray(data.test.labels)[seen]).mean())
    right = "" if accuracy is None else f", {100 * accuracy:.1f} % of the test {kind.nouns} right"
    told = (
        f"a small classifier of our own ({' and '.join(map(str, HIDDEN))} hidden units, taught by {len(rows):,} "
        f"training {kind.nouns} of {data.title}{right})"
    )
    return Features(weights, told, True, accuracy)


def projected(data: Dataset, why: str = "it has no classes that a classifier could learn") -> Features:
    """Return random features, where nothing can teach classes: one layer with ReLU, drawn from N(0, 1 / inputs)."""
    inputs = math.prod(data.image_shape)
    random = np.random.default_rng(SEED)
    matrix = random.standard_normal((inputs, HIDDEN[-1]), np.float32) / np.float32(math.sqrt(inputs))
    told = f"{HIDDEN[-1]} random projections of {data.title} with a ReLU, no classifier's, as {why}"
    return Features((matrix, np.zeros(HIDDEN[-1], np.float32)), told)


def _has_classes(data: Dataset) -> bool:
    return data.train.labels is not None and len(np.unique(np.asarray(data.train.labels))) > 1


def _rows(data: Dataset) -> np.ndarray:
    """Return the numbers of the training things that are learnt from, int64 [n]: drawn at random, always the same."""
    most = max(2, min(MOST_LEARNT, MOST_VALUES // math.prod(data.image_shape)))
    return np.sort(np.random.default_rng(SEED).permutation(len(data.train))[:most])


def _flat(fed: np.ndarray) -> np.ndarray:
    return fed.reshape(len(fed), -1)


def _write(file: Any, made: Features) -> None:
    arrays: dict[str, Any] = {f"weights{number:02}": array for number, array in enumerate(made.weights)}
    arrays |= {"told": made.told, "knows_classes": made.knows_classes}
    arrays["accuracy"] = math.nan if made.accuracy is None else made.accuracy
    np.savez(file, **arrays)


def _read(path: Path, data: Dataset) -> Features | None:
    """Return what is kept; None where nothing is, or something that does not fit."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            weights = tuple(arrays[name] for name in sorted(arrays.files) if name.startswith("weights"))
            told, knows, accuracy = str(arrays["told"]), bool(arrays["knows_classes"]), float(arrays["accuracy"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if not weights or weights[0].shape[0] != math.prod(data.image_shape):
        return None
    return Features(weights, told, knows, None if math.isnan(accuracy) else accuracy)
