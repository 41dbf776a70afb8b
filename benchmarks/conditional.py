"""Two uses of a conditional VAE, judged by what has no part in them, whatever it says.

`python benchmarks/kinds.py --kinds augmentation style` prints both.

augmentation  A classifier learns from few labelled digits: as they are; with each shifted by up to two pixels and made
              noisy, four times; with four draws for each by a conditional VAE that has seen these few alone; and, as no
              fair fourth, with draws of the bundled model, which has seen all 60,000 with their labels. Share of 2,000
              test digits whose class is found, over ten seeds, which choose the digits and train all that is trained.
style         A test digit's code is kept and its label changed. Content: how often a classifier of real digits sees the
              new label. Style: how far slant, width and ink of the new digit follow those of the old one, as the
              correlation within each new class; beside draws of the same labels, whose code is another digit's.
"""

from dataclasses import replace

import numpy as np

from benchmarks.report import row
from vae.data import load
from vae.datasets.dataset import Dataset
from vae.explore.explorer import Explorer, open_explorer

BUNDLED = "mnist-c-8d"
FEW, SEEDS, COPIES = (100, 300, 1_000), 10, 4
TESTED, CHANGED = 2_000, 1_000
SHIFT, NOISE = 2, 0.1
STEPS = 3_000
"""Of the VAE of few digits, whose passes over these are many."""

PASSES = 40
"""Of the classifier, over what it learns from."""


def augmentation(seed: int) -> None:
    """Print what few labelled digits are worth, with more made of them."""
    data, bundled = load("mnist"), open_explorer(BUNDLED)
    print(f"\n{data.title}: few labelled digits, {TESTED:,} test digits, share right over {SEEDS} seeds")
    for few in FEW:
        each = [_shares(data, bundled, few, number) for number in range(seed, seed + SEEDS)]
        for name in each[0]:
            shares = [found[name] for found in each]
            row(f"{few:,}, {name}", f"{np.mean(shares):.3f} ± {np.std(shares, ddof=1) / SEEDS**0.5:.3f}")


def _shares(data: Dataset, bundled: Explorer, few: int, seed: int) -> dict[str, float]:
    """Return how many test digits a classifier gets right that has learnt from `few`, and from more made of them."""
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(data.train))[:few]
    things, labels = np.asarray(data.train.things)[chosen], np.asarray(data.train.labels)[chosen]
    told = np.tile(labels, COPIES)
    noise = random.standard_normal((len(told), bundled.card.latent.dims))
    more = {
        "shifts and noise": moved(np.tile(things, (COPIES, 1, 1, 1)), random),
        "draws of a VAE of these alone": drawn(data, things, labels, told, seed),
        f"draws of {BUNDLED}": bundled.decode(noise, told),
    }
    found = {"as they are": _right(data, things, labels, seed)}
    for name, made in more.items():
        found[name] = _right(data, np.concatenate([things, made]), np.concatenate([labels, told]), seed)
    return found


def moved(things: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return digits, uint8 [n, 28, 28, 1], shifted by up to `SHIFT` pixels each way and with noise on them."""
    places = random.integers(-SHIFT, SHIFT + 1, (len(things), 2))
    shifted = np.stack([np.roll(thing, place, (0, 1)) for thing, place in zip(things, places, strict=True)])
    noisy = shifted + 255 * NOISE * random.standard_normal(things.shape)
    return np.asarray(noisy.clip(0, 255).astype(np.uint8))


def drawn(data: Dataset, things: np.ndarray, labels: np.ndarray, told: np.ndarray, seed: int) -> np.ndarray:
    """Return draws, uint8 [n, 28, 28, 1], under these labels, of a conditional VAE that learns from `things` alone."""
    import torch

    from vae.runs.recipes import recommended
    from vae.training.loop import begin, train

    settings = replace(recommended(data.name), family="conditional", network="dense", latent_dims=8, batch_size=50)
    config = replace(settings, epochs=max(1, STEPS * 50 // len(things)), seed=seed).settled()
    state = begin(config, data.item, len(data.classes))
    for _ in train(state, things, labels=labels):
        pass
    model = state.model.eval()
    noise = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        one_hot = torch.nn.functional.one_hot(torch.from_numpy(told), len(data.classes)).float()
        expected = model.decode(torch.randn(len(told), 8, generator=noise), one_hot).mean.numpy()
    return model.kind.show(expected)


def _right(data: Dataset, things: np.ndarray, labels: np.ndarray, seed: int) -> float:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    classifier = MLPClassifier(
        (128,), early_stopping=False, max_iter=40, tol=0, n_iter_no_change=1000, random_state=seed
    )
    flat = things.reshape(len(things), -1) / 255
    tested = np.asarray(data.test.things[:TESTED]).reshape(TESTED, -1) / 255
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so many passes are enough, and always as many
        classifier.fit(flat, labels)
    return float(classifier.score(tested, np.asarray(data.test.labels[:TESTED])))


def style(seed: int) -> None:
    """Print whether a digit keeps its style, and takes the class, where its label is changed."""
    from benchmarks.classifier import Classifier

    data, model = load("mnist"), open_explorer(BUNDLED)
    judge = Classifier(data, seed)
    random = np.random.default_rng(seed)
    things, labels = np.asarray(data.test.things[:CHANGED]), np.asarray(data.test.labels[:CHANGED])
    z = model.encode(things, labels).centre
    told = (labels + random.integers(1, 10, CHANGED)) % 10
    print(f"\n{data.title}: {CHANGED:,} test digits whose label is changed, by {BUNDLED}")
    row("the judge, of test digits as they are", f"{judge.accuracy:.3f}")
    before = features(things)
    for name, code in (("the code kept", z), ("another digit's code", z[random.permutation(CHANGED)])):
        made = _decode(model, code, told)
        _, seen = judge.look(made)
        after = features(made)
        row(f"{name}: the new class is seen", f"{(seen == told).mean():.3f}")
        for place, feature in enumerate(("slant", "width", "ink")):
            row(f"    {feature} follows", f"{_within(before[:, place], after[:, place], told, labels):.3f}")


def _decode(model: Explorer, z: np.ndarray, told: np.ndarray) -> np.ndarray:
    return np.concatenate([model.decode(z[i : i + 500], told[i : i + 500]) for i in range(0, len(z), 500)])


def features(things: np.ndarray) -> np.ndarray:
    """Return slant (how columns go with rows), width (the spread of columns) and ink of digits, float64 [n, 3]."""
    ink = things[..., 0] / 255.0
    y, x = np.mgrid[: ink.shape[1], : ink.shape[2]]
    total = ink.sum((1, 2)) + 1e-9
    middle = [(ink * axis).sum((1, 2)) / total for axis in (y, x)]
    dy, dx = y - middle[0][:, None, None], x - middle[1][:, None, None]
    across, along, both = ((ink * each).sum((1, 2)) / total for each in (dx * dx, dy * dy, dx * dy))
    return np.stack([both / along, np.sqrt(across), total], 1)


def _within(before: np.ndarray, after: np.ndarray, told: np.ndarray, labels: np.ndarray) -> float:
    """Return the correlation of two features where each is taken beside the mean of its own class."""
    old, new = before.copy(), after.copy()
    for number in range(10):
        old[labels == number] -= old[labels == number].mean()
        new[told == number] -= new[told == number].mean()
    return float(np.corrcoef(old, new)[0, 1])
