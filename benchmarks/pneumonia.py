"""What tells chest X-rays with pneumonia from normal ones: scores of models, and how sharp a picture is.

`LATENT_DATA_DIR=… python benchmarks/kinds.py --kinds pneumonia` prints it: the area under the ROC curve on the test
images, with Hanley & McNeil's standard error. Models learn the normal training images alone, as for a hunt for unusual
ones. Sharpness is a filter of one line: the sum of the squared differences of pixels above one another; contrast is the
standard deviation of a picture's pixels. Both count the less the more unusual. The supervised one is told the classes.
It is a worked example of what a score measures, and nothing for diagnosis.
"""

from collections.abc import Iterable

import numpy as np

from benchmarks.report import row
from benchmarks.series_baselines import VAE, Components, error_of, flat, nearest
from vae.data import load
from vae.experiments.roc import auroc

DIMS = 16
SEEDS = 3
"""Trainings of the VAE, each with a seed of its own; each is printed."""


def pneumonia(seed: int) -> None:
    """Print what tells X-rays with pneumonia from normal ones."""
    data = load("pneumonia")
    things, labels = np.asarray(data.train.things), np.asarray(data.train.labels)
    tested, is_normal = np.asarray(data.test.things), np.asarray(data.test.labels) == 0
    normal = things[labels == 0]
    print(
        f"\n{data.title}: learnt from {len(normal):,} normal ones; {is_normal.sum():,} normal and {sum(~is_normal):,} "
        "with pneumonia to be told apart, AUROC"
    )
    for name, score in [*_of_models(data.name, normal, tested, seed), *_of_pictures(things, labels, tested)]:
        area = auroc(score[is_normal], score[~is_normal])
        row(name, f"{area:.3f} ± {error_of(area, int(sum(~is_normal)), int(is_normal.sum())):.3f}")


def _of_models(name: str, normal: np.ndarray, tested: np.ndarray, seed: int) -> Iterable[tuple[str, np.ndarray]]:
    """Give the scores of what has learnt the normal ones."""
    data = load(name)
    for number in range(SEEDS):
        model = VAE(data, DIMS, things=normal, seed=seed + number)
        told = f"VAE, {DIMS} dimensions, seed {seed + number}"
        yield f"{told}: squared error", np.square(model.error(tested)).mean(1)
        yield "    its KL", model.kl(tested)
        yield "    its −ELBO", model.negative_elbo(tested)
    learnt, asked = flat(normal), flat(tested)
    yield f"{DIMS} principal components: squared error", np.square(Components(learnt, DIMS).error(asked)).mean(1)
    yield "distance to the nearest normal one", nearest(learnt, asked)
    yield "distance to the mean normal one", np.square(asked - learnt.mean(0)).mean(1)


def _of_pictures(things: np.ndarray, labels: np.ndarray, tested: np.ndarray) -> Iterable[tuple[str, np.ndarray]]:
    """Give the scores that take no model, and what a supervised one says."""
    from sklearn.linear_model import LogisticRegression

    yield "a filter: low contrast", -flat(tested).std(1)
    yield "a filter: little sharpness", -sharpness(tested)
    taught = LogisticRegression(max_iter=2_000, C=0.01).fit(flat(things) / 255, labels)
    yield "told the classes: logistic regression", taught.decision_function(flat(tested) / 255)


def sharpness(images: np.ndarray) -> np.ndarray:
    """Return the squared differences of pixels above one another, summed, [n], of images uint8 [n, H, W, C]."""
    return np.asarray(np.square(np.diff(np.asarray(images, np.float64), axis=1)).sum((1, 2, 3)))
