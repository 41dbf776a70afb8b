"""Expected training times beside real ones: python benchmarks/pace.py

Each configuration trains for a second or two, which is scaled up to all of its epochs. With --fit the constants of
vae/runs/pace.py are printed that suit this machine best, in place of the table.
"""

import argparse
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
from scipy.optimize import nnls  # type: ignore[import-untyped]

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vae.config import TrainConfig
from vae.kinds.kinds import image
from vae.plans.networks import NETWORKS
from vae.runs.pace import PASSES, UNSURE, UPDATE_SECONDS, count, estimate, in_words, machine_speed
from vae.training.loop import begin, train

SHAPES = {"28 x 28 grey": (1, 28, 28), "32 x 32 colour": (3, 32, 32), "64 x 64 grey": (1, 64, 64)}
IMAGES = 5000
SECONDS = 1.5


def configurations(network: str) -> list[TrainConfig]:
    """Return settings that differ in what costs time."""
    dims = 64 if NETWORKS[network].cells else 16  # 64 share out over the cells of all these shapes
    first = TrainConfig(network=network, latent_dims=dims, precision="float32")
    narrow = replace(first, width=NETWORKS[network].width // 2)
    return [first, replace(first, batch_size=256), narrow, replace(first, precision="bfloat16")]


def measure(config: TrainConfig, shape: tuple[int, int, int]) -> float:
    """Train for a moment on one core and return the seconds of it that a step takes, whatever else the machine does."""
    images = np.random.default_rng(0).integers(0, 256, (IMAGES, *shape[1:], shape[0]), np.uint8)
    state = begin(config.settled(), image(shape))
    began, first = 0.0, 0
    for _ in train(state, images, every=5):
        if not first:  # the first steps make room in memory
            began, first = time.process_time(), state.step
        elif time.process_time() - began > SECONDS:
            break
    return (time.process_time() - began) / (state.step - first)


def table() -> None:
    """Print what is expected and what it takes, for all the epochs of the default settings."""
    print(f"numpy: {machine_speed() / 1e9:.1f} billion multiply-adds a second on one core\n")
    print(f"{'network':9} {'images':15} {'width':>5} {'batch':>5} {'precision':9} {'expected':>9} {'real':>9}  ratio")
    for network in NETWORKS:
        for title, shape in SHAPES.items():
            for config in configurations(network):
                settled = config.settled()
                steps = -(-IMAGES // config.batch_size) * config.epochs
                real, expected = measure(config, shape) * steps, estimate(config, shape, IMAGES)
                said = in_words(UNSURE[0] * expected, UNSURE[1] * expected)
                print(
                    f"{network:9} {title:15} {settled.width:5} {config.batch_size:5} {settled.precision:9} "
                    f"{expected:7.1f} s {real:7.1f} s  {real / expected:5.2f}  {said}",
                    flush=True,
                )


def fit() -> None:
    """Print the constants that suit this machine: seconds a step, and the share of numpy's speed."""
    print(f"REFERENCE = {machine_speed():.3g}")
    for network in NETWORKS:
        rows, faster = [], []
        for shape in SHAPES.values():
            *plain, rounded = configurations(network)
            seconds = [measure(config, shape) for config in plain]
            faster.append(seconds[0] / measure(rounded, shape))
            for config, real in zip(plain, seconds, strict=True):
                work = count(config, shape)
                left = real - UPDATE_SECONDS * work.parameters
                ideal = PASSES * work.multiply_adds * config.batch_size / machine_speed()
                # Relative errors count: a small network's second matters as much as a large one's minute.
                rows.append([1 / left, ideal / left])
        (step, slower), _ = nnls(np.array(rows), np.ones(len(rows)))
        print(
            f"{network}: step={step:.2g}, reached={1 / slower if slower else 0:.2g}; fitted over measured "
            f"{np.round(np.array(rows) @ [step, slower], 2).tolist()} "
            f"(a step in bfloat16 takes {1 / np.median(faster):.2f} times as long)",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    (fit if parser.parse_args().fit else table)()
