"""Tastes that models have not learnt from: where their hidden likes rank, beside what needs no network.

`python benchmarks/kinds.py --kinds tastes` prints it. Every person is held out once, in five folds; 80 % of their likes
are given, and the rest is looked for among all items: NDCG@100, Recall@20 and Recall@50, with the standard errors over
the people. A VAE has learnt from the other folds by what suits the data set.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from benchmarks.report import row
from benchmarks.series_baselines import VAE
from vae.data import load
from vae.datasets.dataset import Dataset, Split
from vae.experiments.fidelity import ndcg, recall
from vae.experiments.recommenders import ease_of, neighbours_of
from vae.kinds.corruptions import corrupt
from vae.kinds.kinds import kind_of

FOLDS, HIDDEN = 5, 0.2

FIGURES = {"NDCG@100": ndcg, "Recall@20": partial(recall, first=20), "Recall@50": partial(recall, first=50)}


def tastes(seed: int) -> None:
    """Print where hidden likes rank."""
    data = load("movielens-small")
    kind, things = kind_of(data.item), np.concatenate([data.train.things, data.test.things])
    given = kind.keep(corrupt("hidden-likes", things, HIDDEN, seed, kind=kind).images)
    found: dict[str, list[np.ndarray]] = {}
    folds = np.random.default_rng(seed).permutation(len(things)) % FOLDS
    for fold in range(FOLDS):
        out = folds == fold
        for name, scores in _scores(data, things[~out], given[out], seed).items():
            found.setdefault(name, []).append(_figures(things[out], scores, given[out]))
    print(f"\n{data.title}: {len(things):,} people in {FOLDS} folds, {data.item.shape[0]:,} items, all of them ranked")
    for name, parts in found.items():
        each = np.concatenate(parts)
        error = each.std(0, ddof=1) / np.sqrt(len(each))
        for column, figure in enumerate(FIGURES):
            mean = each[:, column].mean()
            asked = name == "VAE, 16 dimensions" and figure == "NDCG@100"
            said = f"{mean:.3f} ± {error[column]:.3f}"
            row(f"{name}: {figure}", said, "≥ 0.345" if asked else "", mean >= 0.345 if asked else None)


def _scores(data: Dataset, learnt: np.ndarray, given: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    likes, known = learnt[..., 0], given[..., 0]
    part = replace(data, train=Split(learnt))
    return {
        "popularity": np.broadcast_to(likes.sum(0), known.shape),
        "50 nearest items, cosine": known @ neighbours_of(likes),
        "EASE, ridge 200": known @ ease_of(likes),
        "VAE, 16 dimensions": VAE(part, 16, seed=seed).redrawn(given)[..., 0],
    }


def _figures(things: np.ndarray, scores: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Return the figures of each taste, [n, figures]."""
    return np.stack([of(things[..., 0], scores, given[..., 0]) for of in FIGURES.values()], 1)
