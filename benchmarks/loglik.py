"""Importance-sampled log-likelihood: ours beside pythae's `VAE.get_nll`, with the same weights on the same images.

    pip install --no-deps -r benchmarks/requirements.txt
    python benchmarks/loglik.py [--network dense] [--images 50] [--rounds 7]
    python benchmarks/loglik.py --plane mnist-2d [--images 100]

With `--plane` a model of two dimensions is taken from the library instead, and what importance sampling finds is put
beside the integral over its plane (vae/experiments/quadrature.py), on the same images: by how much is it too low?

A model is trained for a few seconds; pythae's VAE holds the very same modules. Then each estimates log p(x) of the same
test images in turn, in one process, every round with another seed:

- ours: `vae.training.metrics.log_likelihood` with the decoder `Served(model)`, as `python -m vae evaluate` runs it.
  Making it is paid once a model and has a row of its own; `ours, in torch` does without;
- pythae: `get_nll` under `torch.no_grad()`, which it leaves to the caller, once with its default batch_size of 100 and
  once with as many as there are samples, which is kinder to it. The target counts against the faster of the two.

Both compute the same estimate, log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x). What to know of pythae's: despite its name it
returns the mean of +log p(x); it uses max(n_samples, batch_size) samples, and rounds down to whole batches, so that
sample counts here are whole numbers of batches; it encodes each image once a sample; and its cross entropy works on
probabilities with the logarithm cut off at -100, where ours works on logits.
"""

import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import vae  # noqa: F401, I001 - before torch: it sets how OpenMP's threads wait, for both sides
import torch
import tyro

from benchmarks.report import conditions, in_turns, quartiles, row
from vae.kinds.kinds import image
from vae.config import TrainConfig
from vae.data import is_ready, load
from vae.experiments.quadrature import log_evidence
from vae.experiments.worth import standard_error
from vae.library.shelf import find
from vae.training.graphs import load_model
from vae.training.metrics import log_likelihood, measure
from vae.models.model import Model
from vae.training.fast_decoder import Served
from vae.training.loop import as_tensor, begin, fed, train

TRAINING_IMAGES = 20_000
SAMPLED = 500  # as the README's table has it
SAMPLES = (200, 1000)  # whole numbers of pythae's batches of 100


def main(network: str = "dense", images: int = 50, rounds: int = 7, plane: str | None = None) -> None:
    """Print milliseconds an image of each, our ratio to the faster of pythae's two, and the estimates.

    Args:
        network: Kind of encoder and decoder: dense (784-512-16), conv or residual.
        images: Test images in a round.
        rounds: Rounds that count, each with another seed; one more warms up.
        plane: A model of two dimensions whose ELBO and importance sampling are compared with quadrature instead.
    """
    if plane:
        on_the_plane(plane, images)
        return
    dataset = load("mnist" if is_ready("mnist") else "mnist-5k")
    config = TrainConfig(network=network, latent_dims=16, depth=1 if network == "dense" else None, epochs=3)
    model = trained(config, np.asarray(dataset.train.things[:TRAINING_IMAGES]))
    started = time.perf_counter()
    served = Served(model)
    making = time.perf_counter() - started
    tested = np.asarray(dataset.test.things[:images])
    print(
        conditions(
            f"{network}, 16 dimensions, {len(tested)} test images of {dataset.title}; medians of {rounds} rounds"
        )
    )
    row("Served(model), once a model", f"{making:.2f} s")
    for samples in SAMPLES:
        compare(model, served, tested, samples, rounds)


def on_the_plane(name: str, images: int) -> None:
    """Print ELBO, importance sampling and quadrature of the same images, and the gaps between them, image by image."""
    found = find(name)
    model = load_model(found.card, found.folder).eval()
    dataset = load(found.card.training["dataset"])
    things = np.asarray(dataset.test.things[:images])
    x = fed(as_tensor(things), model.kind).flatten(1)

    @torch.no_grad()
    def log_p(z: np.ndarray, rows: np.ndarray) -> np.ndarray:
        logits = model.decoder(torch.from_numpy(z)).flatten(1)
        return (logits @ x[rows].T - torch.nn.functional.softplus(logits).sum(1, keepdim=True)).numpy()

    started = time.perf_counter()
    exact = log_evidence(log_p, len(things))
    seconds = time.perf_counter() - started
    lower = -measure(model, things, samples=50).negative_elbo
    sampled = log_likelihood(model, things, SAMPLED, decoder=Served(model))
    print(f"{name}, {len(things)} test images of {dataset.title}; quadrature took {seconds:.0f} s")
    for title, values in (
        ("ELBO, 50 draws", lower),
        (f"log p(x), at least: {SAMPLED} importance samples", sampled),
        ("log p(x) by quadrature", exact),
        ("paired: importance samples above the ELBO", sampled - lower),
        ("paired: quadrature above importance samples", exact - sampled),
        ("paired: quadrature above the ELBO", exact - lower),
    ):
        row(title, f"{values.mean():.2f} ± {standard_error(values):.2f} nats")
    short = exact - sampled
    row("  median shortfall of importance samples", f"{np.median(short):.2f} nats")
    row("  images that miss more than 3 nats; the most", f"{(short > 3).sum()} of {len(short)}; {short.max():.1f} nats")


def trained(config: TrainConfig, images: np.ndarray) -> Model:
    """Train a model well enough that its weights are no special case."""
    height, width, channels = images.shape[1:]
    state = begin(config, image((channels, height, width)))
    for _ in train(state, images):
        pass
    return state.model.eval()


def compare(model: Model, served: Served, images: np.ndarray, samples: int, rounds: int) -> None:
    """Estimate in turns and print the rows for one number of samples."""
    contestants = {
        "ours": lambda seed: float(log_likelihood(model, images, samples, seed, decoder=served).mean()),
        "ours, in torch": lambda seed: float(log_likelihood(model, images, samples, seed).mean()),
        "pythae, batch_size 100": pythae(model, images, samples, 100),
        f"pythae, batch_size {samples}": pythae(model, images, samples, samples),
    }
    values: dict[str, list[float]] = {name: [] for name in contestants}
    seconds = in_turns({name: timed(f, values[name]) for name, f in contestants.items()}, rounds)
    print(f"\n{samples} samples an image")
    for name, each in seconds.items():
        row(f"  {name}", f"{1000 * np.median(each) / len(images):,.2f} ms an image")
    peers = [name for name in contestants if name.startswith("pythae")]
    best = min(peers, key=lambda name: float(np.median(seconds[name])))
    for name, target in (("ours", 4.0), ("ours, in torch", None)):
        low, ratio, high = quartiles(seconds[best] / seconds[name])
        figure = f"{ratio:.2f}x ({low:.2f} to {high:.2f})"
        row(f"  {name} / {best}", figure, *(() if target is None else (f">= {target}", ratio >= target)))
    report_values(values["ours"], values[best], best)


def report_values(ours: list[float], theirs: list[float], best: str) -> None:
    """Print both means over the seeds and whether they differ by more than their spread explains."""
    difference = float(np.mean(ours) - np.mean(theirs))
    error = math.hypot(standard_error(np.array(ours)), standard_error(np.array(theirs)))
    row("  mean log p(x), ours", f"{np.mean(ours):.3f} nats")
    row(f"  mean log p(x), {best}", f"{np.mean(theirs):.3f} nats")
    row(
        "  difference",
        f"{difference:+.3f} ± {error:.3f} nats",
        "within 3 standard errors",
        abs(difference) <= 3 * error,
    )


def pythae(model: Model, images: np.ndarray, samples: int, batch_size: int) -> Callable[[int], float]:
    """Return pythae's estimate as a function of the seed."""
    from benchmarks.peer import wrap  # pythae, which --plane does without

    peer, x = wrap(model).eval(), as_tensor(images).float() / 255

    def estimate(seed: int) -> float:
        torch.manual_seed(1000 + seed)  # with the same seed both draw the same noise, and agree to the third decimal
        with torch.no_grad():
            return float(peer.get_nll(x, n_samples=samples, batch_size=batch_size))

    return estimate


def timed(estimate: Callable[[int], float], values: list[float]) -> Callable[[], float]:
    """Return a function that estimates with the next seed, keeps the value and returns the seconds it took."""

    def run() -> float:
        started = time.perf_counter()
        values.append(estimate(len(values)))
        return time.perf_counter() - started

    return run


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
