"""Unusual images told from normal ones: one class kept, one class held out, another data set.

    LATENT_DATA_DIR=… python benchmarks/detection.py [--out FOLDER] [--at-once 2]

Every figure is the area under the ROC curve of one of vae/experiments/unusual.py's scores, on the whole test sets of
MNIST and Fashion-MNIST.

1. One class kept: ten models, each trained on one digit's images alone. Normal are that digit's test images, unusual
   all others.
2. One class held out: ten models, each trained on the nine other digits. Normal are the nine's test images, unusual the
   held-out one's.
3. Another data set: the bundled fashion-16d against MNIST, and mnist-16d against Fashion-MNIST.

The models of 1 and 2 are kept in FOLDER as they are done, so that a second call goes on where the first was stopped.
Each trains on one thread, `--at-once` of them side by side; nothing is chosen per digit.
"""

import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import vae  # noqa: F401, I001 - before anything with OpenMP: it sets how its threads wait
import numpy as np
import tyro

from benchmarks.report import machine, verdict
from vae.experiments.roc import auroc
from vae.experiments.unusual import refer, score, scores_of
from vae.config import TrainConfig
from vae.data import load
from vae.datasets.dataset import Split
from vae.explore.explorer import Explorer, open_explorer
from vae.library.shelf import find

OUT = Path(tempfile.gettempdir(), "detection")
EPOCHS_KEPT, EPOCHS_HELD = 40, 5
"""Over some 6,000 images of one digit, and 54,000 of nine."""

DIGITS = range(10)
COLUMN = 7
SCORES = scores_of(find("mnist-16d").card)
NAMES = max(map(len, (said.title for said in SCORES.values()))) + 2

Areas = dict[str, float]
"""The score's name -> AUROC."""


def main(out: Path = OUT, at_once: int = 2) -> None:
    """Print the table.

    Args:
        out: Where the models are kept.
        at_once: Models that are trained at the same time, each on one thread.
    """
    began = time.process_time()
    print(f"{machine()}; seed 0, four draws of q an image")
    mnist = load("mnist")
    kept = [out / f"only-{digit}" for digit in DIGITS]
    held = [out / f"without-{digit}" for digit in DIGITS]
    _train_all(kept, held, at_once)
    images, labels = np.asarray(mnist.test.things), np.asarray(mnist.test.labels)

    print("\n1. One class kept: trained on one digit alone, told from the nine others")
    mean = _table([_areas(open_explorer(str(kept[k])), images, labels != k) for k in DIGITS])
    best = max(mean, key=lambda name: mean[name])
    print(verdict(f"best mean >= 0.96 ({SCORES[best].title}, {mean[best]:.4f})", mean[best] >= 0.96))

    print("\n2. One class held out: trained on nine digits, told from the tenth")
    _table([_areas(open_explorer(str(held[k])), images, labels == k) for k in DIGITS])
    _why_ones_are_cheap(open_explorer(str(held[1])), images, labels)

    print("\n3. Another data set")
    fashion = np.asarray(load("fashion-mnist").test.things)
    pairs = {"fashion-16d, MNIST": (fashion, images), "mnist-16d, Fashion": (images, fashion)}
    print(" " * NAMES + "".join(f"{title:>22}" for title in pairs))
    found = {title: _against(title.partition(",")[0], *sides) for title, sides in pairs.items()}
    for name, said in SCORES.items():
        print(f"{said.title:<{NAMES}}" + "".join(f"{areas[name]:>22.4f}" for areas in found.values()))
    for title, areas in found.items():
        print(verdict(f"{title}: {SCORES[best].title} >= 0.98", areas[best] >= 0.98))
    minutes = (sum(map(_seconds, [*kept, *held])) + time.process_time() - began) / 60
    print(f"\n{verdict(f'{minutes:.1f} minutes of processor time in all, < 30', minutes < 30)}")


def _table(columns: list[Areas]) -> Areas:
    """Print the areas of each score, a digit a column, and return their means."""
    print(" " * NAMES + "".join(f"{digit:>{COLUMN}}" for digit in DIGITS) + f"{'mean':>{COLUMN}}")
    means = {name: float(np.mean([areas[name] for areas in columns])) for name in SCORES}
    for name, said in SCORES.items():
        figures = [*(areas[name] for areas in columns), means[name]]
        print(f"{said.title:<{NAMES}}" + "".join(f"{figure:>{COLUMN}.3f}" for figure in figures))
    return means


def _areas(model: Explorer, images: np.ndarray, unusual: np.ndarray) -> Areas:
    """Tell the images that the mask `unusual` shows from the others; what is normal is known from training images."""
    # The model's test codes are of all digits where it learnt from nine; those of the held-out one do not count.
    codes = model.codes()
    assert codes is not None
    keep = None if len(codes.centre) < len(images) else ~unusual
    scores = score(model, images, refer(model, images[~unusual], keep))
    return {name: auroc(values[~unusual], values[unusual]) for name, values in scores.items()}


def _against(name: str, normal: np.ndarray, unusual: np.ndarray) -> Areas:
    model = open_explorer(name)
    reference = refer(model, normal)
    sides = [score(model, images, reference) for images in (normal, unusual)]
    return {name: auroc(sides[0][name], sides[1][name]) for name in SCORES}


def _why_ones_are_cheap(model: Explorer, images: np.ndarray, labels: np.ndarray) -> None:
    """Print what the digits cost a model that has never seen a one."""
    scores = score(model, images, refer(model, images, labels != 1))
    ink = images.reshape(len(images), -1).sum(1) / 255
    print("\nWhat each digit costs the model that was trained without ones, in the mean")
    print(" " * NAMES + "".join(f"{digit:>{COLUMN}}" for digit in DIGITS))
    rows = {"ink, pixels": ink} | {SCORES[name].title: scores[name] for name in ("negative-elbo", "relative-error")}
    for title, values in rows.items():
        means = [values[labels == digit].mean() for digit in DIGITS]
        print(f"{title:<{NAMES}}" + "".join(f"{mean:>{COLUMN}.3g}" for mean in means))


def _train_all(kept: list[Path], held: list[Path], at_once: int) -> None:
    """Train what is not there yet."""
    wanted = [(folder, digit, False) for digit, folder in enumerate(kept)]
    wanted += [(folder, digit, True) for digit, folder in enumerate(held)]
    missing = [each for each in wanted if not (each[0] / "card.json").exists()]
    print(f"{len(wanted) - len(missing)} of {len(wanted)} models are there; training the others", flush=True)
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        for folder in pool.map(_train, *zip(*missing, strict=True)) if missing else ():
            print(f"  {folder.name}: {_seconds(folder):.0f} s of processor time", flush=True)


def _seconds(folder: Path) -> float:
    """Return the processor time that training a model has taken, measured when it was."""
    return float(find(str(folder)).card.training["seconds"])


def _train(folder: Path, digit: int, without: bool) -> Path:
    """Train a model on one digit alone, or on all others, in the process that this is called in."""
    import torch

    from vae.training.finish import finish
    from vae.training.loop import begin, train

    torch.set_num_threads(1)
    began = time.process_time()
    mnist = load("mnist")
    chosen = without != (np.asarray(mnist.train.labels) == digit)
    shown = np.ones(len(mnist.test), bool) if without else np.asarray(mnist.test.labels) == digit
    data = replace(mnist, train=_part(mnist.train, chosen), test=_part(mnist.test, shown))
    epochs = EPOCHS_HELD if without else EPOCHS_KEPT
    config = TrainConfig("mnist", latent_dims=16, epochs=epochs).settled()
    state = begin(config, data.item)
    for _ in train(state, data.train.things):
        pass
    folder.mkdir(parents=True, exist_ok=True)
    finish(state, data, folder, time.process_time() - began)
    return folder


def _part(split: Split, rows: np.ndarray) -> Split:
    assert split.labels is not None
    return Split(np.asarray(split.things)[rows], np.asarray(split.labels)[rows])


if __name__ == "__main__":
    tyro.cli(main)
