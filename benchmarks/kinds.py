"""What models of each kind of data reach, beside what they have to beat; whoever wins stands there.

    LATENT_DATA_DIR=… python benchmarks/kinds.py [--kinds series masks …]

series  ECG5000, real heartbeats. Unusual ones, learnt from the first class alone: area under the ROC curve, with
        Hanley & McNeil's standard error (1982, Radiology 143:29). A gap of 40 samples in a row, somewhere by the seed:
        the root mean square error within it, in the data's own unit; the standard error over the series. The test part
        is a hard draw for all that tell unusual beats, so that all beats are told in five folds as well.
tastes  MovieLens, what 601 people like. Where their hidden likes rank among all films: benchmarks/tastes.py.
text    First names, 2,000 of them held out, letter by letter. What a name costs in nats: n-grams of 1 to 5 letters, a
        decoder that writes all places at once, and one that writes letter by letter, which sees what it has written and
        lets its code collapse. How many names come back letter for letter from the middles of their codes.
molecules  QM9, small molecules, 10,000 of them held out: how many come back, and what is drawn from the prior, in
        symbols of SELFIES and in letters of SMILES: benchmarks/molecules.py.
masks   Hippocampus, slices of people who are held out, and made phantoms that three raters mark: how well the parts are
        found, how draws differ, and how sure they are, beside the same U-Net without a code: benchmarks/masks.py.
sounds  Spoken digits: how many come back so that they are understood, and what noise leaves of them, beside principal
        components and spectral gating: benchmarks/sounds.py.
pneumonia  Chest X-rays, small: what tells those with pneumonia from normal ones, models and two filters of a line each:
        benchmarks/pneumonia.py.
compression  Binarised digits as a pile of bits, beside ordinary formats: benchmarks/compression.py.
augmentation, style  A conditional VAE's draws beside few labelled digits; a digit's code under another label:
        benchmarks/conditional.py.

Models are trained here, with what suits the data and the seed that is asked for, but for those that are said to be of
dense layers and the bundled ones of names and of QM9; none has seen what it is tested on. Of heartbeats those that are
wanted are trained three times, and their settings and score were chosen on a fifth of the training beats that was held
out.
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tyro

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.compression import compression
from benchmarks.conditional import augmentation, style
from benchmarks.masks import masks
from benchmarks.molecules import molecules
from benchmarks.pneumonia import pneumonia
from benchmarks.report import machine, row
from benchmarks.series_baselines import DENSE, VAE, Components, error_of, flat, nearest
from benchmarks.sounds import sounds
from benchmarks.tastes import tastes
from vae.data import load
from vae.datasets.dataset import Dataset
from vae.experiments import examples
from vae.experiments.examples import Examples
from vae.experiments.ngrams import ORDER, NGrams
from vae.experiments.roc import auroc
from vae.kinds.corruptions import blanked
from vae.kinds.kinds import kind_of
from vae.library.shelf import find

if TYPE_CHECKING:
    from benchmarks.text_models import Told

BUNDLED = "names-32d"

GAP = 40
"""Samples in a row that are lost."""

SEEDS = 3
"""Trainings of what is wanted of series, each with a seed of its own; the mean of their figures counts."""

FOLDS = 5

OURS, TAUGHT = (
    "VAE, 8 dimensions, −ELBO",
    "VAE, 16 dimensions, told what is missing",
)


def main(kinds: tuple[str, ...] = (), seed: int = 0) -> None:
    """Print the figures of each kind.

    Args:
        kinds: Which; left out: all.
        seed: Of the training, and of what is spoiled.
    """
    if unknown := set(kinds) - KINDS.keys():
        sys.exit(f"There is no kind {min(unknown)!r} here; choose among: {', '.join(KINDS)}.")
    print(machine())
    for name, figures in KINDS.items():
        if not kinds or name in kinds:
            figures(seed)


def series(seed: int) -> None:
    """Print what unusual heartbeats and gaps come to."""
    data = load("ecg5000")
    unusual(data, seed)
    gap(data, seed)


def unusual(data: Dataset, seed: int) -> None:
    """Learn one class of heartbeats, and tell it from the others: of the test part, and of all in folds."""
    labels, tested = np.asarray(data.train.labels), np.asarray(data.test.labels)
    learnt, is_normal = np.asarray(data.train.things)[labels == 0], tested == 0
    print(f"\n{data.title}: {data.classes[0]} ({is_normal.sum():,}) and others ({(~is_normal).sum():,}), AUROC")
    for name, each in judged(data, learnt, data.test.things, range(seed, seed + SEEDS)).items():
        areas = [auroc(score[is_normal], score[~is_normal]) for score in each]
        for number, one in enumerate(areas if len(areas) > 1 else (), 1):
            row(f"    training {number}", f"{one:.4f}")
        _area(name, float(np.mean(areas)), error_of(float(np.mean(areas)), sum(~is_normal), sum(is_normal)))

    things, labels = np.concatenate([data.train.things, data.test.things]), np.concatenate([labels, tested])
    fold = np.random.default_rng(seed).permutation(len(things)) % FOLDS
    found: dict[str, list[float]] = {}
    for number in range(FOLDS):
        ours, is_normal = fold == number, labels[fold == number] == 0
        scores = judged(data, things[~ours & (labels == 0)], things[ours], [seed + number])
        for name, (score,) in scores.items():
            found.setdefault(name, []).append(auroc(score[is_normal], score[~is_normal]))
    print(f"\n{data.title}: all {len(things):,} in {FOLDS} folds, each judged by what has not seen it, AUROC")
    for name, areas in found.items():
        _area(name, float(np.mean(areas)), float(np.std(areas, ddof=1) / FOLDS**0.5))


def judged(data: Dataset, learnt: np.ndarray, things: np.ndarray, seeds: Iterable[int]) -> dict[str, list[np.ndarray]]:
    """Return how unusual things are by what has learnt from `learnt` alone, [n] each; a VAE's for each of its seeds."""
    models = [VAE(data, 8, things=learnt, **DENSE | {"seed": seed}) for seed in seeds]
    train, test = flat(learnt), flat(things)
    return {
        OURS: [model.negative_elbo(things) for model in models],
        "VAE, 8 dimensions, squared error": [np.square(model.error(things)).mean(1) for model in models],
        "8 principal components, squared error": [np.square(Components(train, 8).error(test)).mean(1)],
        "distance to the nearest training series": [nearest(train, test)],
        "distance to the mean series": [np.square(test - train.mean(0)).mean(1)],
    }


def _area(name: str, area: float, error: float) -> None:
    wanted = name == OURS
    row(name, f"{area:.4f} ± {error:.4f}", "≥ 0.99" if wanted else "", area >= 0.99 if wanted else None)


def gap(data: Dataset, seed: int) -> None:
    """Lose a stretch of each test series, and fill it in."""
    kind, clean = kind_of(data.item), np.asarray(data.test.things)
    length = clean.shape[1]
    first = np.random.default_rng(seed).integers(0, length - GAP + 1, len(clean))[:, None]
    known = (np.arange(length) < first) | (np.arange(length) >= first + GAP)
    spoiled, others = kind.hide(clean, known), Examples(np.asarray(data.train.things, np.float32), learnt=True)
    none, gaps = np.zeros((len(clean), 1)), {"beta": 0.5, "corruption": "gap", "corruption_amount": 0.6}
    ways: dict[str, Callable[[], Iterable[np.ndarray]]] = {
        "straight line": lambda: [straight(clean, known)],
        "mean series": lambda: [np.broadcast_to(others.mean, clean.shape)],
        "5 nearest series": lambda: [examples.nearest(others, spoiled, known)],
        "joint normal distribution": lambda: [examples.expected(others, spoiled, known, none)],
        "16 principal components, and white noise": lambda: [examples.expected(others, spoiled, known, none, 16)],
        TAUGHT: lambda: (VAE(data, 16, seed=each).redrawn(blanked(clean, known)) for each in range(seed, seed + SEEDS)),
        "VAE of dense layers, encode and decode": lambda: [VAE(data, 16, **DENSE | {"seed": seed}).redrawn(spoiled)],
        "VAE of dense layers, taught with gaps": lambda: [
            VAE(data, 16, **DENSE | gaps | {"seed": seed}).redrawn(spoiled)
        ],
    }
    print(f"\n{data.title}: a gap of {GAP} of {length} samples, RMSE within it")
    for name, way in ways.items():
        found, wanted = [], name == TAUGHT
        for filled in way():
            found.append(within(~known, filled - clean))
            if wanted:
                row(f"    training {len(found)}", f"{found[-1][0]:.3f} ± {found[-1][1]:.3f}")
        rmse, error = np.mean(found, 0)
        row(name, f"{rmse:.3f} ± {error:.3f}", "≤ 0.19" if wanted else "", bool(rmse <= 0.19) if wanted else None)


def straight(things: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Join the known samples on both sides of a gap, and go on level at the ends."""
    at = np.arange(things.shape[1])
    rows = zip(things[..., 0], known, strict=True)
    return np.stack([np.interp(at, at[seen], one[seen]) for one, seen in rows])[..., None]


def within(lost: np.ndarray, away: np.ndarray) -> tuple[float, float]:
    """Return the root mean square of errors [n, T, 1] where samples are lost, and its standard error."""
    each = np.square(away[..., 0]).sum(1, where=lost) / lost.sum(1)
    rmse = float(np.sqrt(each.mean()))
    return rmse, float(each.std(ddof=1) / np.sqrt(len(each)) / (2 * rmse))


def text(seed: int) -> None:
    """Print what names cost, and how many of them come back."""
    from benchmarks.text_models import numbers_of, tell, tell_letter_by_letter, train_letter_by_letter
    from vae.training.graphs import load_model

    data = load("names")
    train, test = (numbers_of(np.asarray(split.things)) for split in (data.train, data.test))
    symbols = data.item.shape[1]
    print(f"\n{data.title}: {len(train):,} to learn from, {len(test):,} held out, nats a name")
    for order in range(1, ORDER + 1):
        costs = NGrams(train, symbols, order).cost(test)
        row(f"{order}-gram", f"{costs.mean():.2f} ± {costs.std(ddof=1) / np.sqrt(len(costs)):.2f}")
    gru = tell_letter_by_letter(train_letter_by_letter(train, symbols, seed), test)
    _tell("letter by letter (GRU), 16 dimensions, β 1", gru, collapsed=True)
    plain = VAE(data, 16, seed=seed, beta=1.0, width=256, epochs=20).model
    _tell("all at once, 16 dimensions, β 1", tell(plain, data.test.things))
    bundled = find(BUNDLED)
    ours = tell(load_model(bundled.card, bundled.folder), data.test.things)
    _tell(f"all at once, {BUNDLED}, 32 dimensions, β 0.2", ours, exact=True)


def _tell(name: str, told: "Told", collapsed: bool = False, exact: bool = False) -> None:
    row(f"{name}: −ELBO", f"{told.negative_elbo:.2f} ± {told.error:.2f}")
    row("    KL", f"{told.kl:.2f}", "< 0.5" if collapsed else "", told.kl < 0.5 if collapsed else None)
    row("    letter for letter", f"{told.exact:.3f}", "≥ 0.80" if exact else "", told.exact >= 0.8 if exact else None)


KINDS: dict[str, Callable[[int], None]] = {
    "series": series,
    "tastes": tastes,
    "text": text,
    "molecules": molecules,
    "pneumonia": pneumonia,
    "masks": masks,
    "sounds": sounds,
    "compression": compression,
    "augmentation": augmentation,
    "style": style,
}
"""The figures of each kind, in the order to print them."""


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
