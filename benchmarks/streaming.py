"""Memory of a training that streams a folder of PNG files, all its processes together, and its images a second.

    python benchmarks/streaming.py [--images 100000] [--side 64] [--processes 1] [--folder SCRATCH]

Makes the pictures in a scratch folder (some 400 MB; deleted afterwards unless --folder names one), then runs
`python -m vae train --dataset SCRATCH/pictures …` as people do, to its end: an epoch, the snapshots of the time
machine, the measurement on 10,000 held-out images and the export. Memory is PSS, where a page that several processes
share counts once: of the trainer, its loaders, what it starts besides and, with --processes 2, the launcher and both
trainers.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import psutil
import tyro
from PIL import Image

from benchmarks.report import machine, row

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 1.5e9
CLASSES = 10
CHUNK = 1000
SPARE = 2 << 30
"""Bytes that the disk is left with."""


def main(images: int = 100_000, side: int = 64, processes: int = 1, folder: Path | None = None) -> None:
    """Make the pictures, train on them and print what it took.

    Args:
        images: How many PNG files.
        side: Their height and width.
        processes: How many processes train, started by accelerate where there are several.
        folder: Where the pictures are made, or were made before; left out: a temporary folder.
    """
    with contextlib.ExitStack() as cleaned:
        scratch = Path(cleaned.enter_context(tempfile.TemporaryDirectory()))
        pictures = (folder or scratch) / "pictures"
        if shutil.disk_usage(pictures.parent if folder else scratch).free < images * 8192 + SPARE:
            raise SystemExit("There is too little room on the disk for the pictures.")
        began = time.perf_counter()
        if not pictures.exists():
            make_all(pictures, images, side)
        print(f"{machine()}; {images:,} PNG files of {side} x {side} x 3, made in {time.perf_counter() - began:.0f} s")
        report(train(pictures, scratch, processes), images * side * side * 3)


def make_all(folder: Path, images: int, side: int) -> None:
    """Draw the pictures, a class a folder, on every core."""
    for label in range(CLASSES):
        (folder / f"class-{label}").mkdir(parents=True)
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(make_some, folder, images, side), range(0, images, CHUNK)))


def make_some(folder: Path, images: int, side: int, first: int) -> None:
    """Draw coloured blobs of another size, place and colour each."""
    draw = np.random.default_rng(first)
    y, x = np.mgrid[:side, :side].astype(np.float32) / side
    for number in range(first, min(first + CHUNK, images)):
        at, size, colour = draw.uniform(0.2, 0.8, 2), draw.uniform(0.05, 0.2), draw.uniform(60, 255, 3)
        inside = (y - at[0]) ** 2 + (x - at[1]) ** 2 < size**2
        pixels = np.where(inside[..., None], colour, 20).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"class-{number % CLASSES}" / f"{number:07}.png", compress_level=1)


@dataclass
class Taken:
    """What a run took: seconds in all, the largest PSS in bytes with what made it up, and its records."""

    seconds: float = 0.0
    peak: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    records: list[dict] = field(default_factory=list)


def train(pictures: Path, scratch: Path, processes: int) -> Taken:
    """Run the training command and watch its memory five times a second."""
    run = scratch / "run"
    flags = ["--dataset", str(pictures), "--network", "dense", "--width", "128", "--latent-dims", "16"]
    flags += ["--batch-size", "256", "--epochs", "1", "--threads", "1", "--json", "--out", str(run)]
    launcher: list[str] = []
    if processes > 1:
        launcher = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", str(processes)]
        launcher += ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
    command = [sys.executable, *launcher, "-m", "vae", "train", *flags]
    environment = os.environ | {"LATENT_HOME": str(scratch / "home"), "PYTHONPATH": str(ROOT)}
    taken, began = Taken(), time.perf_counter()
    with (scratch / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        while process.poll() is None:
            watch(process.pid, taken)
            time.sleep(0.2)
    taken.seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit((scratch / "log.txt").read_text()[-2000:])
    taken.records = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return taken


def watch(pid: int, taken: Taken) -> None:
    """Add up the PSS of a process and all below it, and remember the most."""
    parts: dict[str, float] = {}
    with contextlib.suppress(psutil.NoSuchProcess):
        trainer = psutil.Process(pid)
        for process in [trainer, *trainer.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                parts[f"{process.pid} {process.name()}"] = process.memory_full_info().pss
    if sum(parts.values()) > taken.peak:
        taken.peak, taken.parts = sum(parts.values()), parts


def report(taken: Taken, raw: int) -> None:
    """Print what a run took."""
    row("  the images in memory would be", f"{raw / 1e9:.2f} GB")
    made_up = " + ".join(f"{size / 1e6:.0f}" for size in sorted(taken.parts.values(), reverse=True))
    row("  most memory, all processes (PSS)", f"{taken.peak / 1e9:.2f} GB", "< 1.5 GB", taken.peak < LIMIT)
    print(f"  made up of {made_up} MB")
    speeds = [record["images_per_second"] for record in taken.records]
    row("  while it trains", f"{np.median(speeds):,.0f} images/s")
    row("  the whole command", f"{taken.seconds:.0f} s")
    row("  -ELBO, first and last record", " -> ".join(f"{elbo(taken.records[at]):,.0f}" for at in (0, -1)))


def elbo(record: dict) -> float:
    """Return -ELBO of a record, nats an image."""
    return record["reconstruction"] + sum(record["kl"])


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
