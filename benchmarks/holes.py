"""What lies between the codes: the share of draws for which a classifier of real images finds no class.

    LATENT_DATA_DIR=… python benchmarks/holes.py [--models mnist-2d mnist-ae-2d] [--draws 10000]
    LATENT_DATA_DIR=… python benchmarks/holes.py --conditional mnist-c-8d

It finds no class where it is less sure than of 99 % of the real test images. A VAE is drawn from by its prior, N(0, I).
An autoencoder has none, so its codes are drawn in three ways, and the VAE's too: from N(0, I), from a normal fitted to
the test codes, and evenly from the box that holds them (between their 0.1 % and 99.9 % quantiles).

With --conditional: the share of draws, as many of each class, that the classifier takes for the class asked for.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import vae  # noqa: F401, I001 - before torch: it sets how OpenMP's threads wait
import tyro

from benchmarks.classifier import Classifier
from benchmarks.report import machine
from vae.data import load
from vae.explore.explorer import Explorer, open_explorer

QUANTILE = 0.01
"""Of the real test images that the classifier is so unsure of."""

SEED = 0


def ways(explorer: Explorer, n: int) -> dict[str, np.ndarray]:
    """Return codes [n, d] by how they are drawn."""
    random, codes, dims = np.random.default_rng(SEED), explorer.codes(), explorer.card.latent.dims
    assert codes is not None
    low, high = np.array(explorer.card.latent.range).T
    mean, covariance = codes.centre.mean(0), np.atleast_2d(np.cov(codes.centre, rowvar=False))
    return {
        "N(0, I)": random.standard_normal((n, dims)),
        "a normal fitted to the codes": random.multivariate_normal(mean, covariance, n),
        "evenly in the box of the codes": random.uniform(low, high, (n, dims)),
        "the test codes themselves": codes.centre[random.permutation(len(codes.centre))[:n]],
    }


def share(classifier: Classifier, decode: Callable[[np.ndarray], np.ndarray], z: np.ndarray, least: float) -> str:
    """Say for how many codes no class is found, in percent and with its standard error."""
    sure, _ = classifier.look(np.concatenate([decode(part) for part in np.array_split(z, -(-len(z) // 1000))]))
    p = float((sure < least).mean())
    return f"{100 * p:5.1f} ± {100 * np.sqrt(p * (1 - p) / len(z)):.1f} %"


def holes(names: tuple[str, ...], n: int) -> None:
    """Print a row for each model and way to draw."""
    explorers = [open_explorer(name) for name in names]
    dataset = load(explorers[0].card.data.name)
    classifier = Classifier(dataset)
    least = float(np.quantile(classifier.sure, QUANTILE))
    right = f"{100 * classifier.accuracy:.2f} % of the test images right"
    print(f"classifier taught by {len(dataset.train):,} images: {right}")
    print(
        f"no class: less sure than {least:.3f}, as of {100 * QUANTILE:.0f} % of the {len(dataset.test):,} test images\n"
    )
    print("| codes drawn from | " + " | ".join(f"`{name}`" for name in names) + " |")
    print("|---" * (1 + len(names)) + "|")
    drawn = [ways(explorer, n) for explorer in explorers]
    for way in drawn[0]:
        cells = [share(classifier, each.decode, z[way], least) for each, z in zip(explorers, drawn, strict=True)]
        print(f"| {way} | " + " | ".join(cells) + " |")


def faithful(name: str, n: int) -> None:
    """Print how many draws are of the class that was asked for, in all and class by class."""
    explorer = open_explorer(name)
    classifier = Classifier(load(explorer.card.data.name))
    told = explorer.card.told
    asked = np.arange(n) % told
    z = np.random.default_rng(SEED).standard_normal((n, explorer.card.latent.dims))
    _, said = classifier.look(explorer.decode(z, asked))
    right = said == asked
    error = np.sqrt(right.mean() * (1 - right.mean()) / n)
    print(f"classifier: {100 * classifier.accuracy:.2f} % of the test images right")
    print(f"{n:,} draws: {100 * right.mean():.1f} ± {100 * error:.1f} % are of the class asked for")
    choices = explorer.card.latent.given[0].choices
    print(", ".join(f"{choice} {100 * right[asked == i].mean():.0f} %" for i, choice in enumerate(choices)))


def main(
    models: tuple[str, ...] = ("mnist-2d", "mnist-ae-2d"), draws: int = 10_000, conditional: str | None = None
) -> None:
    """Print the table, or with --conditional how often such a model draws the class that it is told."""
    print(machine())
    if conditional:
        faithful(conditional, min(draws, 1000))
    else:
        holes(models, draws)


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
