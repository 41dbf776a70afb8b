"""How long a training will take on this machine: counted, scaled by a measurement, corrected by runs it has done.

What other programs leave of the machine at this moment is told beside it: a run gives way to all of them.

A network's multiply-adds are counted from its plan, which torch builds too; a matrix product of numpy says how fast
this machine is; and what a training reaches of that was measured once: `python benchmarks/pace.py` prints what is
expected beside what it takes. No torch here, so that a form can say it while one chooses.
"""

import os
import platform
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from math import ceil, exp, prod
from pathlib import Path
from statistics import median

import numpy as np

from vae.config import TrainConfig
from vae.data import classes_of, image_shape_of, item_of
from vae.errors import InputError
from vae.families import family
from vae.kinds.kinds import kind_of
from vae.likelihoods import likelihood
from vae.plans.images import ImageShape
from vae.plans.layers import Work, work_of
from vae.plans.networks import network, work_of_pair
from vae.runs import shelf
from vae.runs.queue import allowed
from vae.runs.status import Status

PASSES = 3
"""Forward, and backward to the inputs and to the weights: each as many products."""

UPDATE_SECONDS = 1.5e-9
"""For each parameter and step: Adam reads and writes four numbers of each."""

SNAPSHOTS = 1.1
"""The snapshots of the time machine take a tenth of the time, at most."""

REFERENCE = 5.4e10
"""Numpy's multiply-adds a second on the machine where the constants were measured."""

UNSURE, SURE = (0.6, 1.8), (0.8, 1.3)
"""The range around what is expected, by arithmetic alone and with runs of this machine to go by: another program takes
its share of the machine, too."""

YIELDING = 0.1
"""A run is niced by 10: where all cores are taken, this is its share of one (110 of 1,024 + 110 in Linux's weights)."""

MINUTE = 60.0
"""The system's load is an average that forgets over a minute."""

RUNS_TO_GO_BY = 5
FEWEST_SECONDS = 2.0
"""A shorter run says little about a longer one."""


@dataclass(frozen=True)
class Expected:
    """How long a training is expected to take: seconds, between low and high; basis: how that is known.

    slowed: how many times longer it may take where other programs keep the machine as busy as it is now, at least 1.
    """

    seconds: float
    low: float
    high: float
    basis: str
    slowed: float = 1.0

    def __str__(self) -> str:
        """Say it as a person would: "about 20 s", "2 to 4 minutes"."""
        return in_words(self.low, self.high)


def expect(config: TrainConfig, image_shape: ImageShape, images: int) -> Expected:
    """Say how long it takes to train on `images` images of `image_shape` [C, H, W], from the first step to the last.

    Takes 30 ms the first time in a process, for a measurement. Runs of the same network that this machine has finished
    correct what is counted. Raises `InputError` for an unknown network and an image of no pixels.
    """
    return expect_all([config], image_shape, images)


def expect_all(configs: Sequence[TrainConfig], image_shape: ImageShape, images: int) -> Expected:
    """Say how long trainings take one after the other, at least one of them; as `expect`.

    Where `LATENT_MAX_RUNS` lets several train at a time, their sum is shared out among so many.
    """
    ratios = {name: _ratios(name) for name in dict.fromkeys(config.network for config in configs)}
    seconds = low = high = 0.0
    counted: dict[str, float] = {}
    for config in configs:
        alike = str(replace(config, seed=0))  # another seed takes as long
        if alike not in counted:
            counted[alike] = estimate(config, image_shape, images)
        known = ratios[config.network]
        least, most = SURE if known else UNSURE
        one = counted[alike] * (median(known) if known else 1.0)
        seconds, low, high = seconds + one, low + least * one, high + most * one
    abreast = min(allowed(), len(configs)) if len(configs) > 1 else 1
    threads = max(config.settled().threads for config in configs)
    return Expected(seconds / abreast, low / abreast, high / abreast, _basis(ratios), slowed(threads))


def _basis(ratios: Mapping[str, Sequence[float]]) -> str:
    """Say how the time of these networks is known, by how many of their runs."""
    if not all(ratios.values()):
        return "Counted from the network's multiply-adds and a quick measurement of this machine."
    runs = sum(map(len, ratios.values()))
    n = "a run" if runs == 1 else f"{runs} runs"
    return f"From {n} with a {' or a '.join(ratios)} network that this machine has finished."


def slowed(threads: int) -> float:
    """Return how many times longer a run takes, at least 1, where other programs keep this machine as busy as it is."""
    cores = os.cpu_count() or 1
    wanted = min(threads, cores)
    left = cores - max(0.0, _load() - _load_of_runs(time.time()))
    return wanted / max(YIELDING, min(wanted, left))


def _load() -> float:
    """Return how many threads have wanted a core in the last minute; 0 where the system does not say."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):  # Windows
        return 0.0


def _load_of_runs(now: float) -> float:
    """Return what this machine's own runs have put into its load: they end, or the next one waits for them."""
    load = 0.0
    for run in shelf.list_runs():
        status = run.status
        if status.started_at is None or status.host != platform.node():
            continue
        ended = now if status.live else status.ended_at or now
        # Only one run at a time uses the cores; its load rises and falls as the system's average does.
        since_end, since_start = max(0.0, now - ended), max(0.0, now - status.started_at)
        load += run.config.settled().threads * (exp(-since_end / MINUTE) - exp(-since_start / MINUTE))
    return load


def estimate(config: TrainConfig, image_shape: ImageShape, images: int) -> float:
    """Return the seconds that a training takes by arithmetic alone."""
    config = config.settled()
    work, reached = count(config, image_shape), network(config.network).efficiency
    speed = machine_speed()
    slower = REFERENCE / speed
    rounded = config.precision == "bfloat16" and multiplies_bfloat16()
    faster = (reached.bfloat16 if rounded else 1.0) * config.threads**reached.threads
    an_image = PASSES * work.multiply_adds / (speed * reached.reached * faster)
    a_step = slower * (reached.step + UPDATE_SECONDS * work.parameters)
    steps = ceil(images / config.batch_size) * config.epochs
    return SNAPSHOTS * (steps * a_step + images * config.epochs * an_image)


def _ratios(network: str) -> list[float]:
    """Return how many times longer than counted the last runs of this network on this machine took."""
    found: list[float] = []
    for run in shelf.list_runs():
        status = run.status
        if run.config.network != network or status.state != "done" or not _is_of_here(status):
            continue
        try:
            shape = image_shape_of(run.config.dataset)
        except InputError:  # its data are no longer here
            continue
        trained = status.step * run.config.batch_size
        one_epoch = estimate(run.config, shape, trained) / run.config.epochs
        found.append(status.seconds / one_epoch)
        if len(found) == RUNS_TO_GO_BY:
            break
    return found


def _is_of_here(status: Status) -> bool:
    return status.host == platform.node() and status.seconds >= FEWEST_SECONDS and status.step > 0


@cache
def multiplies_bfloat16() -> bool:
    """Say whether this machine's processor multiplies bfloat16; torch keeps to float32 where it does not.

    Only Linux says so; elsewhere the answer is no, and the first run that is finished corrects it.
    """
    try:
        return bool(re.search(r"\b(amx_bf16|avx512_bf16|bf16)\b", Path("/proc/cpuinfo").read_text()))
    except OSError:
        return False


@cache
def machine_speed() -> float:
    """Measure this machine once: multiply-adds a second of one core in numpy's single precision products.

    Of matrices of 64 x 64, which numpy's library never spreads over several cores; the best of ten tries, because
    another program may have the core for some of them.
    """
    a = np.random.default_rng(0).standard_normal((32, 64, 64), np.float32)
    out = np.empty_like(a)
    seconds = []
    for _ in range(10):
        began = time.perf_counter()
        for _ in range(8):
            np.matmul(a, a, out=out)
        seconds.append(time.perf_counter() - began)
    return 8 * len(a) * 64**3 / min(seconds)


def in_words(low: float, high: float) -> str:
    """Say a range of seconds in words: "about 20 s" where its ends are near, otherwise "2 to 4 minutes"."""
    if high < 5:
        return "a few seconds"
    middle = (low * high) ** 0.5
    for size, unit in ((1.0, "s"), (60.0, "minutes"), (3600.0, "hours")):
        if middle < 90 * size or unit == "hours":
            break
    first, last = (_rounded(value / size) for value in (low, high))
    if last <= 1.7 * first:
        return f"about {_rounded(middle / size)} {unit}"
    return f"{first} to {last} {unit}"


def _rounded(value: float) -> int:
    """Round to what a person would say: 7, 20, 150."""
    size = 1 if value < 10 else 5 if value < 50 else 10
    return max(1, round(value / size) * size)


def count(config: TrainConfig, image_shape: ImageShape) -> Work:
    """Count what an image costs the network of these settings; biases and activations are left out of the products."""
    if min(image_shape) < 1:
        raise InputError(f"Images must have at least one pixel; got [C, H, W] = {list(image_shape)}.")
    dims, chosen = config.latent_dims, family(config.family)
    told = len(classes_of(config.dataset)) if "condition" in chosen.can else 0
    says = likelihood(config.likelihood)
    numbers = says.numbers(image_shape[0] - kind_of(item_of(config.dataset)).part, says.own(config.options))
    lay_out = partial(
        network(config.network).plans, image_shape, width=config.width, depth=config.depth, numbers=numbers
    )
    own = chosen.own(config.options)
    pair = chosen.around(dims, own, lay_out(dims + told, chosen.heads * dims or 1))
    scale = Work(0, 1 if says.scale and "encode" in chosen.can else 0)  # its learnt spread
    pictures = told * prod(image_shape)  # of the classes, which the encoder adds to its input
    more = chosen.more(own)
    learnt = Work(round(more / config.batch_size * work_of(pair[0]).multiply_adds), round(more * prod(image_shape)))
    beside = chosen.beside(dims, own, lay_out)
    return sum((work_of(plan) for plan in beside), work_of_pair(pair) + scale + Work(pictures, pictures) + learnt)
