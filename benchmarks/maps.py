"""Maps of latent spaces: how fast they stand, form and open, what they keep, and what is decoded from them.

    python benchmarks/maps.py [--rounds 5] [--no-forming] [--no-reference]

- t-SNE of 5,000 codes of mnist-16d: ours is `vae.maps.make` as `python -m vae map` runs it, with its frames written
  to disk for others to follow; openTSNE alone is its class `TSNE`, once with the same settings (exact neighbours,
  trees, all cores) and once with its defaults. They take turns in one process.
- the process: `python -m vae map mnist-16d --json` on all 10,000 codes, from its start to the first frame (the PCA map)
  and to the first that has moved.
- trustworthiness: scikit-learn's function on the map of its own `TSNE` and on ours, of the same 5,000 codes.
- decoded pictures: a code is left out of the t-SNE map, placed on it as a new one, and decoded there; the difference to
  its own reconstruction is compared with that of the point nearest to the place. Below it the same at the point where
  t-SNE, which knew the code, had put it.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import vae  # noqa: F401, I001 - before anything with OpenMP: it sets how its threads wait, for every side
import tyro

from benchmarks.report import in_turns, quartiles, row
from vae.maps import shelf
from vae.explore.explorer import Explorer
from vae.maps.quality import decode_errors, trustworthiness
from vae.library.codes import Codes, read_codes, write_codes
from vae.library.shelf import Model, find
from vae.maps.plane import Map
from vae.maps.projections import Settings, pca

ROOT = Path(__file__).resolve().parent.parent
NAME = "mnist-16d"
FORMED = 5_000


def main(rounds: int = 5, forming: bool = True, reference: bool = True) -> None:
    """Print the table.

    Args:
        rounds: Rounds that count, of everything that takes turns or is repeated.
        forming: Form t-SNE maps beside openTSNE: about half a minute a round.
        reference: Form scikit-learn's map too, for its trustworthiness: a minute.
    """
    packages = ", ".join(f"{name} {version(name)}" for name in ("openTSNE", "scikit-learn", "numpy", "scipy"))
    machine = f"{os.cpu_count()} logical cores, load {os.getloadavg()[0]:.1f} at the start"
    print(f"{machine}; Python {platform.python_version()}")
    print(f"{packages}; medians of {rounds} rounds (lower to upper quartile)")
    model = find(NAME)
    codes = read_codes(model.folder)
    assert codes is not None
    standing(model, codes, rounds)
    process(rounds)
    asking(model, codes)
    with tempfile.TemporaryDirectory() as folder:
        fewer = copy(model, codes, Path(folder))
        if forming:
            form(fewer, rounds)
        if reference:
            compare(fewer)
    decoded(model, codes)


def copy(model: Model, codes: Codes, folder: Path) -> Model:
    """Make a model with the first 5,000 codes."""
    target = folder / NAME
    shutil.copytree(model.folder, target, ignore=shutil.ignore_patterns("maps", "codes.npz"))
    first = {name: None if array is None else array[:FORMED] for name, array in vars(codes).items()}
    write_codes(target / "codes.npz", Codes(**first))
    return replace(model, folder=target, bundled=False)


def standing(model: Model, codes: Codes, rounds: int) -> None:
    """Time what a page waits for: a PCA map, and a finished t-SNE map from disk."""
    print("\nUntil a map stands")

    def project() -> None:
        plane = pca(codes.centre, Settings("pca"))
        plane.place(codes.centre)

    def reopen() -> None:
        again = read_codes(model.folder)
        assert again is not None
        shelf.open_map(model, "tsne", again)
        shelf.standing(model, "tsne")

    timed_row("  PCA of 10,000 x 16", project, 4 * rounds, at_most=1.0)
    timed_row("  finished t-SNE map of 10,000, with its codes", reopen, 4 * rounds, at_most=0.3)
    opened = shelf.open_map(model, "tsne", codes)

    def first_use() -> None:
        fresh = Map(opened.points, opened.codes, None, opened.scale)
        fresh.code_at(fresh.points[:1])
        fresh.place(fresh.codes[:1])

    timed_row("  its first place and picture (trees are built)", first_use, 4 * rounds)


def timed(call: Callable[[], object]) -> float:
    """Return the seconds that `call` takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def timed_row(what: str, call: Callable[[], None], times: int, at_most: float | None = None) -> None:
    """Print the median seconds of a call."""
    call()
    low, middle, high = quartiles([timed(call) for _ in range(times)])
    target = () if at_most is None else (f"<= {at_most} s", middle <= at_most)
    row(what, f"{middle * 1e3:.1f} ms ({low * 1e3:.1f} to {high * 1e3:.1f})", *target)


def process(rounds: int) -> None:
    """Time a process that forms a map, from its start to its first frames."""
    print("\nUntil a forming t-SNE map of 10,000 is seen, from the start of its process")
    seconds = np.array([first_frames() for _ in range(rounds + 1)][1:])
    for what, column, at_most in (("  first frame, the PCA map", 0, 2.0), ("  first frame that has moved", 1, None)):
        low, middle, high = quartiles(seconds[:, column])
        target = () if at_most is None else (f"<= {at_most} s", middle <= at_most)
        row(what, f"{middle:.2f} s ({low:.2f} to {high:.2f})", *target)


def first_frames() -> tuple[float, float]:
    """Start a process and return the seconds to its first frame and to the first that has moved."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "vae", "map", NAME, "--json", "--out", out]
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
            assert running.stdout is not None
            iterations = (json.loads(line)["iteration"] for line in running.stdout)
            first = next(time.perf_counter() - started for iteration in iterations if iteration == 0)
            moved = next(time.perf_counter() - started for iteration in iterations if iteration > 0)
            running.kill()
    return first, moved


def asking(model: Model, codes: Codes) -> None:
    """Time what runs on every move of a pointer."""
    print("\nA row, on the t-SNE map of 10,000")
    opened = shelf.open_map(model, "tsne", codes)
    random = np.random.default_rng(0)
    low, high = opened.points.min(0), opened.points.max(0)
    places = random.uniform(low, high, (200, 1, 2))
    new = codes.centre[:200, None] + 0.3 * random.standard_normal((200, 1, 16))
    for what, ask, rows, at_most in (
        ("  code_at: a place's code", opened.code_at, places, 1.0),
        ("  place: a new code's place", opened.place, new, 20.0),
    ):
        ask(rows[0])
        each = np.array([timed(lambda one=one, ask=ask: ask(one)) for one in rows]) * 1e3
        p50, p95 = np.percentile(each, [50, 95])
        row(what, f"p50 {p50:.2f}, p95 {p95:.2f} ms", f"p50 <= {at_most:g} ms", p50 <= at_most)


def form(model: Model, rounds: int) -> None:
    """Form t-SNE maps in turns: ours, kept and followed, and openTSNE alone."""
    from openTSNE import TSNE

    codes = shelf.usable_codes(model).centre

    def ours() -> float:
        shutil.rmtree(model.folder / "maps", ignore_errors=True)
        frames.clear()
        return timed(lambda: frames.extend(frame.iteration for frame in shelf.make(model, "tsne")))

    def alone(**settings: str) -> Callable[[], float]:
        return lambda: timed(
            lambda: TSNE(perplexity=30, initialization="pca", random_state=0, n_jobs=-1, **settings).fit(codes)
        )

    frames: list[int] = []
    same = {"neighbors": "exact", "negative_gradient_method": "bh"}
    print(f"\nt-SNE of {FORMED:,} x 16")
    contestants = {"ours": ours, "openTSNE alone": alone(**same), "openTSNE alone, its defaults": alone()}
    seconds = in_turns(contestants, rounds)
    for name, each in seconds.items():
        low, middle, high = quartiles(each)
        row(f"  {name}", f"{middle:.1f} s ({low:.1f} to {high:.1f})")
    for name in list(contestants)[1:]:
        low, ratio, high = quartiles(seconds["ours"] / seconds[name])
        row(f"  ours / {name}", f"{ratio:.3f}x ({low:.3f} to {high:.3f})", "<= 1.10", ratio <= 1.10)
    row("  frames written in one of ours", f"{len(frames)}")


def compare(model: Model) -> None:
    """Compare what ours keeps of the neighbourhoods with scikit-learn's t-SNE on the same codes."""
    from sklearn.manifold import TSNE
    from sklearn.manifold import trustworthiness as judge

    codes = shelf.usable_codes(model).centre
    for _ in shelf.make(model, "tsne"):
        pass
    points = shelf.open_map(model, "tsne", codes).points
    theirs = TSNE(perplexity=30, init="pca", random_state=0, n_jobs=-1).fit_transform(codes)
    ours_trust, their_trust = (judge(codes, each, n_neighbors=15) for each in (points, theirs))
    print(f"\nTrustworthiness at 15 neighbours, t-SNE of {FORMED:,} x 16, by scikit-learn's function")
    row("  ours", f"{ours_trust:.4f}")
    row("  scikit-learn's TSNE", f"{their_trust:.4f}")
    row("  ours - scikit-learn's", f"{ours_trust - their_trust:+.4f}", ">= -0.005", ours_trust - their_trust >= -0.005)
    own = trustworthiness(codes, points)
    assert own is not None
    row("  our function - scikit-learn's, on our map", f"{own - ours_trust:+.1e}")


def decoded(model: Model, codes: Codes) -> None:
    """Print what the finished map keeps, and how good the pictures decoded from it are."""
    print(f"\nWhat the t-SNE map of {NAME} keeps, 10,000 codes")
    opened = shelf.open_map(model, "tsne", codes)
    keeps = shelf.standing(model, "tsne").keeps
    assert keeps is not None
    row("  trustworthiness at 15 neighbours", f"{keeps.trustworthiness:.4f}")
    row("  10-NN accuracy on the map / in latent space", f"{keeps.map_accuracy:.4f} / {keeps.latent_accuracy:.4f}")
    expect = Explorer(model).expect
    print("\nRMS difference to a code's own reconstruction in grey levels, medians over 2,000 codes left out")
    own, neighbour, by_chance = decode_errors(opened, expect, 2_000)
    assert own is not None and neighbour is not None
    row("  decoded at its place", f"{own:.1f}")
    row("  the nearest point's", f"{neighbour:.1f}")
    row("  a random one's", f"{by_chance:.1f}")
    row("  better than the nearest point's", f"{1 - own / neighbour:.1%}", ">= 25%", own <= 0.75 * neighbour)
    chosen = np.random.default_rng(0).choice(len(codes.centre), 2_000, replace=False)
    own, neighbour = at_points(opened, expect, chosen)
    row("  decoded at its point as t-SNE had put it", f"{own:.1f}")
    row("  the nearest point's there", f"{neighbour:.1f}")


def at_points(opened: Map, expect: Callable[[np.ndarray], np.ndarray], chosen: np.ndarray) -> tuple[float, float]:
    """Return the same errors where codes are not placed anew: t-SNE, which knew them, has put them there."""
    points, truth = opened.points[chosen], expect(opened.codes[chosen])
    nearest = opened.nearest(points, 1, without=chosen)[1][:, 0]
    guesses = opened.code_at(points, without=chosen), opened.codes[nearest]
    differences = [np.sqrt(np.square(expect(z) - truth).reshape(len(truth), -1).mean(1)) for z in guesses]
    own, neighbour = (float(np.median(each)) * 255 for each in differences)
    return own, neighbour


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
