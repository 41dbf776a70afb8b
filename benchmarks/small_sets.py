"""What small sets give with settings that suit them: as they were, with the last weights, and as they are.

    LATENT_DATA_DIR=… python benchmarks/small_sets.py [NAME …] [--variants before after "conv 16"] [--complexity]

Each is a set of one's own here, whatever recipe its name has: 1,000 images of MNIST, Fashion-MNIST and CIFAR-10, the
Olivetti and Frey faces, 300 of dSprites. −ELBO is in nats an image, on test images that no setting and no moment was
chosen by (1,000 at most), beside its standard error; a gaussian's is of a density, and compares with a gaussian's only.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import machine
from benchmarks.serving import ROOT
from vae.data import load
from vae.datasets.dataset import DataCard
from vae.runs.recipes import COMPLEX, LOOKED_AT, complexity

SETS = {"mnist": 1000, "fashion-mnist": 1000, "cifar10": 1000, "olivetti": 360, "frey": 1769, "dsprites": 300}
"""Data set -> training images."""
TESTED = 1000

CONV = ["--network", "conv", "--latent-dims", "32", "--learning-rate", "0.002"]
LAST = ["--validation", "0"]
BEFORE: dict[str, list[str]] = {
    "mnist": ["--network", "dense", "--latent-dims", "8", "--learning-rate", "0.001", "--epochs", "375"],
    "fashion-mnist": ["--network", "dense", "--latent-dims", "8", "--learning-rate", "0.001", "--epochs", "375"],
    "cifar10": [*CONV, "--epochs", "375"],
    "olivetti": [*CONV, "--epochs", "400"],
    "frey": ["--network", "dense", "--latent-dims", "8", "--learning-rate", "0.001", "--epochs", "214"],
    "dsprites": [*CONV, "--epochs", "400"],
}
"""What vae/runs/recipes.py gave to one's own sets before: some 6,000 steps whatever the set, and the last weights."""

VARIANTS = ("before", "before, best kept", "after", "conv 16", "conv 32")
ROWS = "{:<15}{:<20}{:<44}{:>9}{:>14}{:>9}{:>9}{:>8}"


def main() -> None:
    """Train each set in each way, in processes of their own, and print one table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("names", nargs="*", default=list(SETS))
    options.add_argument("--variants", nargs="+", default=["before", "after"], choices=VARIANTS)
    options.add_argument("--complexity", action="store_true", help="only say in how many ways the images differ")
    asked = options.parse_args()
    if asked.complexity:
        for name in asked.names:
            print(f"{name:<15}{complexity(np.asarray(load(name).train.things[:LOOKED_AT])):>4} of at most {COMPLEX}")
        return
    print(machine())
    print(ROWS.format("", "", "settings", "seconds", "−ELBO nats", "±", "kept at", "active"))
    with tempfile.TemporaryDirectory() as scratch:
        for name in asked.names:
            folder = _cut(name, Path(scratch) / name)
            for variant in asked.variants:
                out = Path(scratch) / f"{name}-{VARIANTS.index(variant)}"
                print(ROWS.format(name, variant, *_trained(folder, _flags(name, variant), out)), flush=True)


def _flags(name: str, variant: str) -> list[str]:
    best = ["--validation", "0.1"]
    return {
        "before": [*BEFORE[name], *LAST],
        "before, best kept": [*BEFORE[name], *best],
        "after": [],
        "conv 16": ["--network", "conv", "--latent-dims", "16", "--learning-rate", "0.002", *best],
        "conv 32": [*CONV, *best],
    }[variant]


def _cut(name: str, folder: Path) -> Path:
    """Write the first images of a set, in an order that a seed decides, as a prepared set."""
    whole = load(name)
    sizes = min(SETS[name], len(whole.train)), min(TESTED, len(whole.test))
    for part, split, n in (("train", whole.train, sizes[0]), ("test", whole.test, sizes[1])):
        (folder / part).mkdir(parents=True)
        numbers = np.sort(np.random.default_rng(0).permutation(len(split))[:n])
        np.save(folder / part / "images.npy", np.asarray(split.things[numbers]))
    card = DataCard(name, whole.image_shape, sizes, whole.title, [])
    (folder / "card.json").write_bytes(msgspec.json.encode(card))
    return folder


def _trained(dataset: Path, flags: list[str], out: Path) -> list[str]:
    command = [sys.executable, "-m", "vae", "train", "--dataset", str(dataset), "--out", str(out), "--json", *flags]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, check=True)
    card = json.loads(done.stdout.splitlines()[-1])
    training, figures = card["training"], card["metrics"]
    steps = training["epochs"] * -(-training["images"] // training["batch_size"])
    return [
        "{network} {latent_dims}-D {likelihood} {epochs} epochs".format(**training),
        f"{training['seconds']:.0f}",
        f"{figures['negative_elbo']:.1f}",
        f"{figures['negative_elbo_standard_error']:.1f}",
        f"{training.get('best_step', training.get('kept_at_step', steps)) / steps:.0%}",
        f"{figures['active_units']}",
    ]


if __name__ == "__main__":
    main()
