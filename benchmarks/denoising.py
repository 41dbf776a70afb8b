"""Denoising test images: the models beside the filters that people use, in PSNR and SSIM.

    LATENT_DATA_DIR=… python benchmarks/denoising.py [--amount 0.5] [--strengths]

Every filter has the strength that suits this noise best, found on training images: once for PSNR and once for SSIM. It
also gets what it lacks, for clipping makes black noise brighter and white noise darker: its grey levels are stretched,
a + b y, by the a and b of least squares on training images, in a third row that is tuned for PSNR. The models know
nothing of the noise.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import machine, verdict
from vae.data import load
from vae.errors import InputError
from vae.experiments.fidelity import psnr, ssim
from vae.experiments.filters import FILTERS, filtered, noise_of
from vae.experiments.restoration import restore
from vae.explore.explorer import open_explorer
from vae.kinds.corruptions import corrupt
from vae.kinds.images import IMAGES

PLAIN = {"mnist": "mnist-16d", "fashion-mnist": "fashion-16d"}
"""The data sets, and of each the model that has seen clean images only."""

STRENGTHS: dict[str, tuple[float, ...]] = {
    "median": (1, 3, 5, 7),
    "gaussian": (0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6, 2.0),
    "total-variation": (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0),
    "non-local-means": (0.02, 0.03, 0.05, 0.07, 0.1, 0.12, 0.15, 0.17, 0.2, 0.23, 0.27, 0.3, 0.35, 0.4, 0.5),
}
"""What is tried of each filter."""

LEVELS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
TUNING = 500
ROWS = 1000
DECIBELS, SIMILARITY = 2.5, 0.15


@dataclass(frozen=True)
class Scores:
    """PSNR in dB and SSIM of each image, [n]."""

    psnr: np.ndarray
    ssim: np.ndarray

    def __str__(self) -> str:
        return f"{_mean(self.psnr, 2):>18}{_mean(self.ssim, 4):>20}"


def main(
    amount: float = 0.5,
    images: int = 10_000,
    seed: int = 0,
    mnist: str = "mnist-denoise-16d",
    fashion: str = "fashion-denoise-16d",
    strengths: bool = False,
) -> None:
    """Print each row's mean over the test images with its standard error, and the denoiser's lead.

    Args:
        amount: Standard deviation of the Gaussian noise on [0, 1]; the sum is clipped.
        images: Test images of each data set.
        seed: Of the noise. The training images that the filters are tuned on have the next one's.
        mnist: The denoising model of MNIST, by name or as ./FOLDER; empty: leave MNIST out.
        fashion: That of Fashion-MNIST.
        strengths: Print what vae/experiments/filters.py knows instead: the best strength at each level of noise.
    """
    print(machine())
    if strengths:
        print_strengths(seed)
        return
    for name, denoiser in zip(PLAIN, (mnist, fashion), strict=True):
        if not denoiser:
            continue
        started = time.perf_counter()
        dataset = load(name)
        clean = np.asarray(dataset.test.things[:images])
        print(f"\n{dataset.title}: {len(clean):,} test images, Gaussian noise of {amount:g}, clipped, seed {seed}")
        print(f"{'':<58}{'PSNR dB':>18}{'SSIM':>20}")
        noisy = spoil(clean, amount, seed)
        _print("noisy", scores(clean, noisy / np.float32(255)))
        training = np.asarray(dataset.train.things[:TUNING])
        rows = dict(filter_rows(clean, noisy, training, spoil(training, amount, seed + 1)))
        for title, model in (("VAE", PLAIN[name]), ("denoising VAE", denoiser)):
            if (restored := model_row(model, clean, noisy)) is not None:
                rows[title] = restored
                _print(f"{title}, {model}", restored)
        if "denoising VAE" in rows:
            print_lead(rows)
        print(f"{time.perf_counter() - started:.0f} s")


def spoil(images: np.ndarray, amount: float, seed: int) -> np.ndarray:
    """Return noisy images as a file has them, uint8."""
    parts = [images[i : i + ROWS] for i in range(0, len(images), ROWS)]
    random = np.random.default_rng(seed)
    return np.concatenate([IMAGES.keep(corrupt("gaussian", part, amount, random).images) for part in parts])


def scores(clean: np.ndarray, restored: np.ndarray) -> Scores:
    """Score restored images, floats in [0, 1], against the clean ones, uint8."""
    parts = [(clean[i : i + ROWS] / 255, restored[i : i + ROWS]) for i in range(0, len(clean), ROWS)]
    return Scores(np.concatenate([psnr(*part) for part in parts]), np.concatenate([ssim(*part) for part in parts]))


def model_row(model: str, clean: np.ndarray, noisy: np.ndarray) -> Scores | None:
    """Score a model; None, and a sentence, where there is none of this name."""
    try:
        explorer = open_explorer(model)
    except InputError as error:
        print(error)
        return None
    restored = [restore("vae", explorer, noisy[i : i + ROWS]) for i in range(0, len(noisy), ROWS)]
    return scores(clean, np.concatenate(restored))


def filter_rows(
    clean: np.ndarray, noisy: np.ndarray, training: np.ndarray, noisy_training: np.ndarray
) -> Iterator[tuple[str, Scores]]:
    """Tune each filter on the training images; yield and print what it does to the test images."""
    for name, tried in STRENGTHS.items():
        found = {s: filtered(name, noisy_training / np.float32(255), s) for s in tried}
        scored = {s: scores(training, restored) for s, restored in found.items()}
        lines = {s: stretch(training, restored) for s, restored in found.items()}
        stretched = {s: scores(training, np.clip(a + b * found[s], 0, 1)) for s, (a, b) in lines.items()}
        best = max(tried, key=lambda s: scored[s].psnr.mean())
        alike = max(tried, key=lambda s: scored[s].ssim.mean())
        ready = max(tried, key=lambda s: stretched[s].psnr.mean())
        restored = {s: filtered(name, noisy / np.float32(255), s) for s in {best, alike, ready}}
        a, b = lines[ready]
        for title, result in (
            (f"{name}, best for PSNR: {best:g}", restored[best]),
            (f"{name}, best for SSIM: {alike:g}", restored[alike]),
            (f"{name} {ready:g}, stretched: {a:+.2f} {b:+.2f} y", np.clip(a + b * restored[ready], 0, 1)),
        ):
            row = scores(clean, result)
            _print(title, row)
            yield title, row


def stretch(clean: np.ndarray, restored: np.ndarray) -> tuple[float, float]:
    """Return the a and b of a + b y that come nearest to the clean images, uint8, in squared error."""
    x, y = clean.ravel() / 255, restored.ravel().astype(np.float64)
    b = np.cov(x, y)[0, 1] / y.var(ddof=1)
    return float(x.mean() - b * y.mean()), float(b)


def print_lead(rows: dict[str, Scores]) -> None:
    """Print how far the denoiser is ahead of the best filter, in each figure of the one that is best in it."""
    ours = rows["denoising VAE"]
    used = {title: row for title, row in rows.items() if "VAE" not in title and "stretched" not in title}
    stretched = {title: row for title, row in rows.items() if "VAE" not in title}
    target = f">= {DECIBELS:g} dB and {SIMILARITY:g}"
    for what, others in (("the best filter", used), ("the best, stretched ones too", stretched)):
        decibels = min((ours.psnr - row.psnr).mean() for row in others.values())
        similarity = min((ours.ssim - row.ssim).mean() for row in others.values())
        met = verdict(target, decibels >= DECIBELS and similarity >= SIMILARITY) if others is used else ""
        print(f"{'denoising VAE, ahead of ' + what:<58}{decibels:>+18.2f}{similarity:>+20.4f}  {met}".rstrip())


def print_strengths(seed: int) -> None:
    """Print what the noise's estimate says at each level, and the strength that is best there in mean PSNR."""
    clean = np.concatenate([np.asarray(load(name).train.things[: TUNING // 2]) for name in PLAIN])
    print(f"{len(clean)} training images of {' and '.join(PLAIN)}, seed {seed}")
    print(f"{'noise':<10}{'estimated':>12}" + "".join(f"{name:>18}" for name in STRENGTHS))
    print(f"{0:<10}{np.mean([noise_of(image / np.float32(255)) for image in clean]):>12.3f}")
    for level in LEVELS:
        noisy = spoil(clean, level, seed) / np.float32(255)
        means = {
            name: {s: psnr(clean / 255, filtered(name, noisy, s)).mean() for s in tried}
            for name, tried in STRENGTHS.items()
        }
        best = [max(found, key=lambda s: found[s]) for found in means.values()]
        estimated = np.mean([noise_of(image) for image in noisy])
        print(f"{level:<10g}{estimated:>12.3f}" + "".join(f"{strength:>18g}" for strength in best), flush=True)
    assert set(STRENGTHS) == set(FILTERS)


def _print(what: str, row: Scores) -> None:
    print(f"{what:<58}{row}", flush=True)


def _mean(values: np.ndarray, digits: int) -> str:
    error = values.std(ddof=1) / len(values) ** 0.5
    return f"{values.mean():.{digits}f} ± {error:.{digits}f}"


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
