"""A VAE of series beside what it has to beat: principal components, nearest neighbours and the mean series.

    LATENT_DATA_DIR=… python benchmarks/series_baselines.py [--dataset ecg5000] [--dims 2 8] [--normal normal]

1. Reconstruction: the root mean square error of d principal components on the test series, in the data's own unit, and
   how many of those their ten nearest neighbours among the training codes put into the right class.
2. Unusual series: all are learnt from one class alone, and told from the others by the area under the ROC curve.
   Standard errors of AUROC are Hanley & McNeil's (1982, Radiology 143:29).

The VAE is trained here, of dense layers, on series as they are and with seed 0, on the same ones as the others; it
redraws a series from its posterior's mean, and is asked for its squared error, its KL and its −ELBO.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tyro

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import machine, row
from vae.data import load
from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.experiments.roc import auroc
from vae.kinds.kinds import kind_of
from vae.runs.recipes import recommended

NEIGHBOURS = 10

DENSE: dict[str, Any] = {
    "network": "dense",
    "beta": 1.0,
    "epochs": 60,
    "batch_size": 64,
    "learning_rate": 1e-3,
    "corruption": None,
}
"""Settings of a VAE that has nothing of its own for series."""

DRAWS = 16
"""Of a code, that a −ELBO is averaged over."""

ROWS = 500
"""Test series that are compared with all training series at once."""


def main(
    dataset: str = "ecg5000",
    dims: tuple[int, ...] = (2, 8),
    normal: str = "",
    tests: int | None = None,
    epochs: int = 60,
) -> None:
    """Print the baselines of a data set of series.

    Args:
        dataset: A data set of series, or its folder.
        dims: Numbers of principal components.
        normal: The class that is learnt from when unusual series are to be found; left out: the first.
        tests: Test series at most; left out: all of them.
        epochs: Of the VAE's training.
    """
    settings = DENSE | {"epochs": epochs}
    data = load(dataset)
    kind = kind_of(data.item)
    if data.item.kind != "series":
        raise InputError(f"{dataset!r} holds {kind.nouns}; choose a data set of series.")
    unit = data.item.meaning.get("unit", "its own unit")
    train, test = (flat(split.things) for split in (data.train, data.test))
    test = test[:tests]
    labels = [None if split.labels is None else np.asarray(split.labels) for split in (data.train, data.test)]
    print(f"{machine()}")
    print(
        f"{data.title}: {len(train):,} series of {data.item.shape} to learn from, {len(test):,} to test on, in {unit}"
    )

    print("\n1. Reconstruction, and classes of the codes")
    row("mean series: RMSE", f"{_rmse(test - train.mean(0)):.3f}")
    for d in dims:
        components = Components(train, d)
        row(f"PCA-{d}: RMSE", f"{_rmse(components.error(test)):.3f}")
        if labels[0] is not None and labels[1] is not None:
            found = neighbours_class(components.codes(train), labels[0], components.codes(test))
            row(f"PCA-{d}: {NEIGHBOURS}-NN class accuracy", _share(found == labels[1][: len(test)]))
        model = VAE(data, d, **settings)
        row(f"VAE-{d}: RMSE", f"{_rmse(model.error(data.test.things[:tests])):.3f}")
        if labels[0] is not None and labels[1] is not None:
            found = neighbours_class(model.codes(data.train.things), labels[0], model.codes(data.test.things[:tests]))
            row(f"VAE-{d}: {NEIGHBOURS}-NN class accuracy", _share(found == labels[1][: len(test)]))
    if labels[0] is None or labels[1] is None or not data.classes:
        return
    row(
        f"raw series: {NEIGHBOURS}-NN class accuracy",
        _share(neighbours_class(train, labels[0], test) == labels[1][:tests]),
    )

    normal = normal or data.classes[0]
    if normal not in data.classes:
        raise InputError(f"{dataset!r} has no class {normal!r}; it has: {', '.join(data.classes)}.")
    kept, is_normal = train[labels[0] == data.classes.index(normal)], labels[1][:tests] == data.classes.index(normal)
    print(f"\n2. Unusual series: AUROC of {is_normal.sum():,} {normal} and {(~is_normal).sum():,} others, learnt from")
    print(f"   {len(kept):,} {normal} alone")
    scores = {f"PCA-{d}: squared error": np.square(Components(kept, d).error(test)).mean(1) for d in dims}
    for d in dims:
        model = VAE(data, d, data.train.things[labels[0] == data.classes.index(normal)], **settings)
        scores[f"VAE-{d}: squared error"] = np.square(model.error(data.test.things[:tests])).mean(1)
        scores[f"VAE-{d}: KL"] = model.kl(data.test.things[:tests])
        scores[f"VAE-{d}: −ELBO"] = model.negative_elbo(data.test.things[:tests])
    scores["distance to the nearest training series"] = nearest(kept, test)
    scores["distance to the mean series"] = np.square(test - kept.mean(0)).mean(1)
    for what, score in scores.items():
        area = auroc(score[is_normal], score[~is_normal])
        row(what, f"{area:.3f} ± {error_of(area, int((~is_normal).sum()), int(is_normal.sum())):.3f}")


class Components:
    """The first d principal components of series [n, values]."""

    def __init__(self, series: np.ndarray, d: int) -> None:
        self.mean = series.mean(0)
        _, vectors = np.linalg.eigh(np.cov(series.T))
        self.axes = vectors[:, ::-1][:, :d]

    def codes(self, series: np.ndarray) -> np.ndarray:
        """Return where series lie along the components, [n, d]."""
        return np.asarray((series - self.mean) @ self.axes)

    def error(self, series: np.ndarray) -> np.ndarray:
        """Return what the components leave of series, [n, values]."""
        away = series - self.mean
        return np.asarray(away - away @ self.axes @ self.axes.T)


class VAE:
    """A VAE of d dimensions, trained on series like those of a data set: its training part, or others."""

    def __init__(self, data: Dataset, d: int, things: np.ndarray | None = None, **changes: object) -> None:
        """things: as they are kept; changes: of the settings that suit the data."""
        from vae.training.loop import begin, train

        config = replace(recommended(data.name), latent_dims=d, **changes).settled()  # type: ignore[arg-type]
        state = begin(config, data.item, len(data.classes))
        for _ in train(state, data.train.things if things is None else things):
            pass
        self.model = state.model.eval()

    def _believe(self, series: np.ndarray) -> Any:
        import torch

        with torch.no_grad():
            return self.model.encode(torch.from_numpy(self.model.kind.feed(series)))

    def codes(self, series: np.ndarray) -> np.ndarray:
        """Return the posterior means of series as they are kept, [n, d]."""
        return np.asarray(self._believe(series).centre.numpy(), np.float64)

    def kl(self, series: np.ndarray) -> np.ndarray:
        """Return what each code costs, [n] nats."""
        return np.asarray(self._believe(series).nats().sum(1).numpy(), np.float64)

    def negative_elbo(self, series: np.ndarray, seed: int = 0) -> np.ndarray:
        """Return what each series costs, [n] nats: the reconstruction over some draws of its code, and the KL."""
        import torch

        x, noise = torch.from_numpy(self.model.kind.feed(series)), torch.Generator().manual_seed(seed)
        belief, costs = self._believe(series), torch.zeros(len(series))
        with torch.no_grad():
            for _ in range(DRAWS):
                code = belief.draw(torch.randn(belief.centre.shape, generator=noise)).code
                costs -= self.model.decode(code).log_prob(x) / DRAWS
        return np.asarray(costs.numpy(), np.float64) + self.kl(series)

    def redrawn(self, series: np.ndarray) -> np.ndarray:
        """Return what series become, as they are kept, decoded at the middles of their codes.

        What is missing of them is NaN, where the network takes that.
        """
        import torch

        with torch.no_grad():
            expected = self.model.decode(self._believe(series).centre).mean.numpy()
        return self.model.kind.show(expected)

    def error(self, series: np.ndarray) -> np.ndarray:
        """Return what the model leaves of series as they are kept, [n, values]."""
        return flat(series) - flat(self.redrawn(series))


def neighbours_class(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Return the class that most of the ten nearest training rows have, [n]; of equally many the lowest number."""
    votes = np.zeros((len(test), labels.max() + 1))
    for first in range(0, len(test), ROWS):
        some = slice(first, first + ROWS)
        near = np.argpartition(_squared(test[some], train), NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        np.add.at(votes[some], (np.arange(len(near))[:, None], labels[near]), 1)
    return votes.argmax(1)


def nearest(train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Return the squared distance of each test row to the nearest training row, [n]."""
    parts = [test[first : first + ROWS] for first in range(0, len(test), ROWS)]
    return np.concatenate([_squared(part, train).min(1) for part in parts])


def flat(things: np.ndarray) -> np.ndarray:
    return np.asarray(things, np.float64).reshape(len(things), -1)


def _squared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the squared distances between rows, [n, m]."""
    return np.asarray(np.square(a).sum(1)[:, None] - 2 * a @ b.T + np.square(b).sum(1)).clip(0)


def _rmse(away: np.ndarray) -> float:
    return float(np.sqrt(np.square(away).mean()))


def _share(right: np.ndarray) -> str:
    share = right.mean()
    return f"{share:.3f} ± {(share * (1 - share) / len(right)) ** 0.5:.3f}"


def error_of(area: float, unusual: int, normal: int) -> float:
    """Return the standard error of an AUROC. Hanley & McNeil 1982, equation 1, with their exponential scores."""
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (unusual - 1) * (q1 - area**2) + (normal - 1) * (q2 - area**2)
    return float((variance / (unusual * normal)) ** 0.5)


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
