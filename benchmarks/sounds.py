"""How well spoken digits come back, and what noise leaves of them: a VAE beside principal components and a gate.

`python benchmarks/kinds.py --kinds sounds` prints it. Error: the root mean square of the levels of a sound, in dB below
its loudest, 60 of them, the mean over the held-out sounds with its standard error. Heard: as what is shown becomes a
wave by Griffin and Lim's way and levels again, because only what is heard counts. A judge, a support vector machine on
means of 4 x 4 levels, has learnt the digits from the real training sounds. All voices are in both halves.

The VAE is the one of the name `OURS` where `python -m vae train --dataset fsdd --name fsdd-32d` has made it, which
takes the same settings and the seed 0, and is otherwise trained here.
"""

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.report import row
from benchmarks.series_baselines import NEIGHBOURS, VAE, neighbours_class
from vae.data import load
from vae.datasets.dataset import Dataset
from vae.datasets.sounds.spoken import SPEAKERS
from vae.errors import InputError
from vae.experiments.gating import gated
from vae.kinds.corruptions import corrupt
from vae.kinds.sounds.sounds import SOUNDS
from vae.kinds.sounds.spectra import heard, levels_of
from vae.library.shelf import find

if TYPE_CHECKING:
    from sklearn.svm import SVC

OURS = "fsdd-32d"
DIMENSIONS = 32
POOLED = 4
"""Levels along a side whose mean the judge sees."""

NOISE = 0.3
"""Amount of white noise: 30 dB below the loudest of a sound."""

UNDERSTOOD = 0.9


def sounds(seed: int) -> None:
    """Print what spoken digits come to."""
    data = load("fsdd")
    train, test = (np.asarray(split.things) for split in (data.train, data.test))
    labels, digits = (np.asarray(split.labels) for split in (data.train, data.test))
    ours = _ours(data, seed)
    print(f"\n{data.title}: {len(train):,} to learn from, {len(test):,} held out; error in dB, and who understands it")
    judge = _judge(train, labels, seed)
    _said("the sounds themselves", test, test, digits, judge)
    _said("the mean sound", np.repeat(train.mean(0, keepdims=True), len(test), 0), test, digits, judge)
    least = _said(f"{DIMENSIONS} principal components", _components(train, test, DIMENSIONS, seed), test, digits, judge)
    _said(f"VAE, {DIMENSIONS} dimensions", ours.redrawn(test), test, digits, judge, most=least)
    _neighbours(data, ours)
    print("\nWhite noise, 30 dB below the loudest of each sound, that nobody was trained to undo")
    spoiled = SOUNDS.keep(corrupt("noise", test, NOISE, seed, kind=SOUNDS).images)
    _said("nothing done", spoiled, test, digits, judge)
    _said("spectral gating", SOUNDS.keep(gated(SOUNDS.floats(spoiled))), test, digits, judge)
    _said(f"VAE, {DIMENSIONS} dimensions", ours.redrawn(spoiled), test, digits, judge)


def _ours(data: Dataset, seed: int) -> VAE:
    """Return the model that was trained before, or train it."""
    from vae.training.graphs import load_model

    try:
        found = find(OURS)
    except InputError:
        return VAE(data, DIMENSIONS, seed=seed)
    ours = VAE.__new__(VAE)
    ours.model = load_model(found.card, found.folder)
    return ours


def _judge(train: np.ndarray, labels: np.ndarray, seed: int) -> "SVC":
    from sklearn.svm import SVC

    return SVC(C=10, random_state=seed).fit(_pooled(SOUNDS.floats(train)), labels)


def _pooled(levels: np.ndarray) -> np.ndarray:
    n, frequencies, times = levels.shape[:3]
    cut = levels.reshape(n, frequencies // POOLED, POOLED, times // POOLED, POOLED)
    return np.asarray(cut.mean((2, 4)).reshape(n, -1))


def _components(train: np.ndarray, test: np.ndarray, d: int, seed: int) -> np.ndarray:
    from sklearn.decomposition import PCA

    found = PCA(d, svd_solver="randomized", random_state=seed).fit(SOUNDS.floats(train).reshape(len(train), -1))
    codes = found.transform(SOUNDS.floats(test).reshape(len(test), -1))
    return SOUNDS.keep(found.inverse_transform(codes).reshape(test.shape))


def _said(
    name: str, made: np.ndarray, test: np.ndarray, digits: np.ndarray, judge: "SVC", most: float | None = None
) -> float:
    """Print how far sounds are from the real ones and how many the judge understands; return the error."""
    away = SOUNDS.apart(made, test)
    again = levels_of(heard(SOUNDS.floats(made)[..., 0]), test.shape[1])
    right = judge.predict(_pooled(again[..., None])) == digits
    share, error = float(right.mean()), float(away.mean())
    figures = f"{error:.2f} ± {away.std() / len(away) ** 0.5:.2f} dB"
    row(name, figures, "" if most is None else f"< {most:.2f}", None if most is None else error < most)
    sure = (share * (1 - share) / len(right)) ** 0.5
    target, met = ("", None) if most is None else (f">= {UNDERSTOOD:g}", share >= UNDERSTOOD)
    row("    heard, understood", f"{share:.3f} ± {sure:.3f}", target, met)
    return error


def _neighbours(data: Dataset, ours: VAE) -> None:
    """Print what the codes say of the digit and of who said it."""
    train, test = (ours.codes(np.asarray(split.things)) for split in (data.train, data.test))
    for column, what in ((0, "digit"), (1, f"one of {len(SPEAKERS)} voices")):
        known = [np.asarray(split.factors)[:, column].astype(int) for split in (data.train, data.test)]
        share = float((neighbours_class(train, known[0], test) == known[1]).mean())
        row(f"    {NEIGHBOURS} nearest codes, {what}", f"{share:.3f}")
