"""What each data set gives with no setting changed: `python -m vae train --dataset NAME`, and what comes of it.

    LATENT_DATA_DIR=… python benchmarks/recipes.py olivetti frey dsprites cifar10 [--pictures FOLDER]

PSNR is of the reconstruction at the posterior's mean, beside that of the mean of all training images, on the test
images. The pictures show twelve test images, their reconstructions, and twelve draws from the prior.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import machine
from benchmarks.serving import ROOT
from vae.data import load
from vae.explore.explorer import Explorer
from vae.library.shelf import find

SHOWN = 12
ROWS = "{:<14}{:<32}{:>9}{:>12}{:>10}{:>8}{:>9}{:>7}{:>12}"


def main() -> None:
    """Train each data set in a process of its own and print one table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("datasets", nargs="+")
    options.add_argument("--pictures", type=Path)
    asked = options.parse_args()
    print(machine())
    print(ROWS.format("", "settings", "seconds", "−ELBO nats", "± ", "KL", "active", "PSNR", "mean image"))
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.datasets:
            print(ROWS.format(name, *_trained(name, Path(folder) / name, asked.pictures)), flush=True)


def _trained(name: str, out: Path, pictures: Path | None) -> list[str]:
    command = [sys.executable, "-m", "vae", "train", "--dataset", name, "--out", str(out), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, check=True)
    card = json.loads(done.stdout.splitlines()[-1])
    model, dataset = Explorer(find(str(out))), load(name)
    images = dataset.test.things
    restored = np.concatenate([model.reconstruct(part) for part in np.array_split(images, -(-len(images) // 100))])
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        _sheet(model, images[:SHOWN], restored[:SHOWN]).save(pictures / f"{name}.png")
    training, figures = card["training"], card["metrics"]
    settings = "{network} {latent_dims}-D {likelihood} {epochs} epochs".format(**training)
    mean = dataset.train.things.mean(axis=0)
    return [
        settings,
        f"{training['seconds']:.0f}",
        f"{figures['negative_elbo']:.1f}",
        f"{figures['negative_elbo_standard_error']:.1f}",
        f"{figures['kl']:.1f}",
        f"{figures['active_units']}",
        f"{_psnr(images, restored):.1f}",
        f"{_psnr(images, mean):.1f} dB",
    ]


def _psnr(images: np.ndarray, restored: np.ndarray) -> float:
    squared = np.square(images.astype(np.float32) - restored).mean(axis=(1, 2, 3))
    return float((10 * np.log10(255**2 / squared)).mean())


def _sheet(model: Explorer, images: np.ndarray, restored: np.ndarray) -> Image.Image:
    z = np.random.default_rng(0).standard_normal((SHOWN, model.card.latent.dims)).astype(np.float32)
    rows = np.stack([images, restored, model.decode(z)])
    sheet = rows.transpose(0, 2, 1, 3, 4).reshape(-1, SHOWN * images.shape[2], images.shape[3])
    image = Image.fromarray(sheet.squeeze(-1) if sheet.shape[-1] == 1 else sheet)
    return image.resize((image.width * 2, image.height * 2), Image.Resampling.NEAREST)


if __name__ == "__main__":
    main()
