"""Paths through latent space: how fast they are found and filmed, and how much the pictures along them are like images.

    LATENT_DATA_DIR=… python benchmarks/paths.py [--rounds 20] [--pairs 100] [--no-typical]

- the neighbour graph of the 10,000 test codes, a way through it, and the density along a path of 64;
- on the server: 64 pictures decoded over the live socket, and POST /api/strip from the request to its last byte;
- what the pictures along a path are like: for random pairs of test codes (seed 0), 33 codes each, ends left out.
  "nearest": RMS difference of each picture to the nearest training image, in grey levels; no path passes through the
  code of a training image. "-ELBO": how well the model itself explains the picture, less the entropy of its grey
  levels. "change": what the pictures change from one to the next, RMS in grey levels, summed over the path; "uneven":
  the greatest step over the mean one. "scaled": the same graph in units of the posteriors' spread. The last row is the
  test images' own reconstructions.

The last part needs the training images (MNIST, Fashion-MNIST) and is left out where they are not at hand.
"""

import platform
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import vae  # noqa: F401, I001 - before anything with OpenMP: it sets how its threads wait
import tyro
from websockets.sync.client import connect

from benchmarks.report import machine, row
from tests.running import running_server
from vae.data import is_at_hand, load
from vae.explore.explorer import Explorer
from vae.library.codes import Codes
from vae.library.shelf import find
from vae.maps.shelf import posterior_scale
from vae.explore.code_graph import NeighbourGraph
from vae.explore.ways import PATHS, walk
from web.wire import frames

NAME = "mnist-16d"
MODELS = ("mnist-16d", "fashion-16d", "mnist-2d")
STRIP, ALONG = 64, 33


def main(rounds: int = 20, pairs: int = 100, typical: bool = True) -> None:
    """Print the tables.

    Args:
        rounds: Times that everything timed is repeated; the graph a quarter as often.
        pairs: Pairs of test codes that paths are walked between.
        typical: Compare the pictures with the training images: about a minute.
    """
    print(f"{machine()}; Python {platform.python_version()}")
    print(f"numpy {version('numpy')}, scipy {version('scipy')}, pillow {version('pillow')}, av {version('av')}")
    for name in MODELS:
        finding(name, rounds)
    serving(rounds)
    for name in MODELS if typical else ():
        data = find(name).card.data
        if is_at_hand(data.name, data.source):
            likeness(name, pairs)
        else:
            print(f"\nThe images of {data.title} are not at hand, so what the paths of {name} are like is left out.")


def median_ms(call: Callable[[], object], times: int) -> float:
    """Return the median of the milliseconds that a call takes; one more call is made before, and dropped."""
    seconds = []
    for _ in range(times + 1):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds[1:])) * 1e3


def codes_of(name: str) -> Codes:
    codes = Explorer(find(name)).codes()
    assert codes is not None
    return codes


def finding(name: str, rounds: int) -> None:
    """Time the graph and what is asked of it."""
    mean = codes_of(name).centre
    print(f"\nFinding paths, {len(mean):,} codes of {name}")
    made = median_ms(lambda: NeighbourGraph(mean).edges, max(1, rounds // 4))
    row("  neighbour graph made", f"{made:.0f} ms", "<= 1000", made <= 1000)
    graph = NeighbourGraph(mean)
    pairs = iter(np.random.default_rng(0).choice(len(mean), (rounds + 1, 2), replace=False))
    found = median_ms(lambda: graph.route(*mean[next(pairs)].astype(np.float64)), rounds)
    row("  cheapest way between two codes", f"{found:.1f} ms", "<= 30", found <= 30)
    path = walk("straight", mean[:2], STRIP).codes
    row(f"  density at {STRIP} codes", f"{median_ms(lambda: graph.log_density(path), rounds):.1f} ms")


def serving(rounds: int) -> None:
    """Time what a page asks of a server."""
    mean = codes_of(NAME).centre
    anchors = mean[:3]
    strip = walk("straight", anchors, STRIP).codes
    body = frames.join({"shape": strip.shape}, strip.tobytes())
    print(f"\nAsked of a server, {NAME}")
    with tempfile.TemporaryDirectory() as home, running_server(Path(home)) as server:
        with connect(server.live, max_size=None) as socket:

            def ask(op: str, codes: np.ndarray, **more: object) -> None:
                socket.send(frames.request(1, op, NAME, codes, **more))
                header, _ = frames.read_answer(socket.recv())
                assert "error" not in header, header

            decoded = median_ms(lambda: ask("decode", strip), rounds)
            row(f"  {STRIP} pictures decoded", f"{decoded:.1f} ms", "<= 60", decoded <= 60)
            for kind in PATHS:
                asked = {"kind": kind, "n": STRIP}
                took = median_ms(lambda asked=asked: ask("path", anchors, path=asked), rounds)
                row(f"  path through 3 anchors, {kind}", f"{took:.1f} ms")
        for kind, at_most in (("gif", 1000.0), ("mp4", None)):
            url = f"{server.url}/api/strip?model={NAME}&kind={kind}&seconds=6.3"
            took = median_ms(lambda url=url: posted(url, body), rounds)
            size = f"{took:.0f} ms, {len(posted(url, body)) / 1024:.0f} KB"
            if at_most is None:
                row(f"  film of {STRIP}, there and back, {kind}", size)
            else:
                row(f"  film of {STRIP}, there and back, {kind}", size, f"<= {at_most:g}", took <= at_most)


def posted(url: str, body: bytes) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, body)) as answer:
        return answer.read()


@dataclass(frozen=True)
class Walked:
    """The codes of all pairs' paths, [pairs, n, d], and the mean of their lengths and of the test codes they pass."""

    codes: np.ndarray
    length: float
    nodes: float


def walked(kind: str, anchors: np.ndarray, graph: NeighbourGraph, unit: np.ndarray) -> Walked:
    """Walk between all pairs of anchors, [pairs, 2, d], in a space whose coordinates are multiplied by `unit`, [d]."""
    paths = [walk(kind, pair * unit, ALONG, graph) for pair in anchors]
    codes = np.stack([path.codes / unit for path in paths]).astype(np.float32)
    lengths = np.linalg.norm(np.diff(codes, axis=1), axis=2).sum(1)
    return Walked(codes, float(lengths.mean()), float(np.mean([len(path.nodes) for path in paths])))


def likeness(name: str, pairs: int) -> None:
    """Print how much the pictures along each kind of path are like images."""
    model, codes = Explorer(find(name)), codes_of(name)
    train = load(model.card.data.name).train.things
    train = train.reshape(len(train), -1).astype(np.float32)
    mean, unit = codes.centre, posterior_scale(codes)
    ends = np.random.default_rng(0).choice(len(mean), (pairs, 2), replace=False)
    plain = NeighbourGraph(mean)
    ones = np.ones_like(unit)
    kinds = {kind: (kind, plain, ones) for kind in PATHS}
    kinds["density, scaled"] = ("density", NeighbourGraph((mean * unit).astype(np.float32)), unit)
    print(f"\nWhat the pictures along {pairs} paths are like, {name}; {len(train):,} training images")
    print(
        f"{'':<20}{'nearest':>9}{'half way':>9}{'-ELBO':>8}{'log density':>13}{'length':>8}{'change':>8}{'uneven':>8}"
    )
    for title, (kind, graph, units) in kinds.items():
        found = walked(kind, mean[ends], graph, units)
        pictures = np.stack([model.decode(path) for path in found.codes])
        inner = pictures[:, 1:-1]
        nearest = distances(inner.reshape(-1, *inner.shape[2:]), train).reshape(pairs, -1)
        steps = np.sqrt(np.square(np.diff(pictures.astype(np.float32), axis=1)).mean((2, 3, 4)))
        print(
            f"{title:<20}{nearest.mean():>9.1f}{nearest[:, ALONG // 2 - 1].mean():>9.1f}"
            f"{explained(model, inner.reshape(-1, *inner.shape[2:])):>8.1f}"
            f"{plain.log_density(found.codes[:, 1:-1].reshape(-1, mean.shape[1])).mean():>13.1f}"
            f"{found.length:>8.1f}{steps.sum(1).mean():>8.0f}{(steps.max(1) / steps.mean(1)).mean():>8.2f}",
            flush=True,
        )
    own = np.concatenate([model.decode(mean[part]) for part in np.split(ends.ravel(), pairs // 10)])
    print(
        f"{'their ends':<20}{distances(own, train).mean():>9.1f}{'':>9}{explained(model, own):>8.1f}"
        f"{plain.log_density(mean[ends.ravel()]).mean():>13.1f}"
    )


def distances(pictures: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Return the RMS difference of pictures, uint8 [n, H, W, C], to the nearest of flat training images, [n]."""
    x = pictures.reshape(len(pictures), -1).astype(np.float32)
    norms = np.square(train).sum(1)
    parts = [x[i : i + 256] for i in range(0, len(x), 256)]
    squares = [(norms - 2 * part @ train.T).min(1) + np.square(part).sum(1) for part in parts]
    return np.sqrt(np.concatenate(squares).clip(0) / x.shape[1])


def explained(model: Explorer, pictures: np.ndarray) -> float:
    """Return the mean -ELBO of pictures, at the posterior's mean, less the entropy of their grey levels; nats."""
    total = 0.0
    for i in range(0, len(pictures), 1000):
        x = (pictures[i : i + 1000].transpose(0, 3, 1, 2) / 255).clip(1e-6, 1 - 1e-6)
        belief = model.encode(pictures[i : i + 1000])
        p = model.expect(belief.centre).clip(1e-6, 1 - 1e-6)
        total += float((x * np.log(x / p) + (1 - x) * np.log((1 - x) / (1 - p))).sum() + belief.cost.sum())
    return total / len(pictures)


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
