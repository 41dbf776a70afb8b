"""Ours beside what was published: log-likelihoods of models of the same kind on the same data.

    python benchmarks/published.py                                   print what was measured, and how to do it again
    LATENT_DATA_DIR=… python benchmarks/published.py --train vae     train one row, measure it, keep the result

A row is trained by the printed command, by no hand and with no look at the test images: where a share of the training
images is set aside, the best moment on it is kept. A run that was cut off goes on when it is asked for again. Results
lie in benchmarks/published/, one file each with its date, seed and time; the newest of a row is printed.

What is published is −log p(x) in nats a test image by importance sampling, and so is ours, with as many samples; where
a row says so, it is the −ELBO.
"""

import json
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import tyro

from benchmarks.report import machine
from benchmarks.serving import ROOT
from vae.commands.measure import measured
from vae.home import home
from vae.library.shelf import find

RESULTS = ROOT / "benchmarks" / "published"

DENSE = "--network dense --width 400 --depth 1 --latent-dims 40 --epochs 500 --batch-size 100"
CONV = "--network conv --latent-dims 40 --epochs 100 --batch-size 100"
FIXED = "--dataset binarized-mnist --validation 0.02"
DYNAMIC = "--dataset mnist --targets binarized --validation 0.02"
BURDA = "--network dense --width 200 --depth 2 --latent-dims 50 --epochs 500 --batch-size 100"


@dataclass(frozen=True)
class Row:
    """A model that was published with its figure.

    value: −log p(x) in nats, or their range as it is printed; reach: the most that ours may be; samples: importance
    samples of each test image, ours as theirs; settings: flags of `python -m vae train`; bound: whether what was
    published is the −ELBO.
    """

    title: str
    value: str
    source: str
    reach: float
    samples: int
    settings: str
    bound: bool = False


ROWS = {
    "vae": Row(
        "VAE, dense 784-400-40, fixed binarisation",
        "89.78",
        "pythae's reproduction, https://huggingface.co/clementchadebec/reproduced_vae, 89.78 ± 0.01, 200 samples; "
        "89.9 in Rezende & Mohamed 2015, arXiv 1505.05770",
        89.8,
        200,
        f"{FIXED} {DENSE}",
    ),
    "iwae": Row(
        "IWAE, k = 50, dense 784-200-200-50, fixed binarisation",
        "86.82",
        "pythae's reproduction, https://huggingface.co/clementchadebec/reproduced_iwae, 5,000 samples; 87.1 in Burda, "
        "Grosse & Salakhutdinov 2015, arXiv 1509.00519",
        87.32,
        5000,
        f"{FIXED} {BURDA} --objective iwae --importance-samples 50",
    ),
    "vae-dynamic": Row(
        "VAE, dense 784-200-200-50, dynamic binarisation",
        "86.76",
        "Burda, Grosse & Salakhutdinov 2015, arXiv 1509.00519, table 1, 5,000 samples",
        87.26,
        5000,
        f"{DYNAMIC} {BURDA}",
    ),
    "iwae-dynamic": Row(
        "IWAE, k = 50, of the same",
        "84.78",
        "Burda, Grosse & Salakhutdinov 2015, arXiv 1509.00519, table 1, 5,000 samples",
        85.28,
        5000,
        f"{DYNAMIC} {BURDA} --objective iwae --importance-samples 50",
    ),
    "conv-vae": Row(
        "VAE, convolutions, 40 dimensions, fixed binarisation",
        "82.95",
        "a ResNet VAE, 1,000 samples; the paper was not found again",
        83.0,
        1000,
        f"{FIXED} {CONV}",
    ),
    "flow": Row(
        "the same with a flow as its prior",
        "79.99 to 80.97",
        "flows as priors or posteriors of such a VAE; the paper was not found again",
        81.0,
        1000,
        f"{FIXED} {CONV} --family flow --prior-steps 8",
    ),
    "ladder": Row(
        "ladder VAE of 3 floors, fixed binarisation",
        "79.24",
        "3 layers, 1,000 samples; the paper was not found again",
        79.5,
        1000,
        f"{FIXED} {CONV} --family ladder --floors 3",
    ),
    "discrete": Row(
        "discrete VAE, 20 choices of 10 ways, 200 hidden (−ELBO)",
        "101.5",
        "Gumbel-softmax, Jang, Gu & Poole 2017, arXiv 1611.01144; its table was not looked up again",
        102.0,
        200,
        f"{FIXED} --family discrete --latent-dims 200 --ways 10 --network dense --width 200 --depth 1 --epochs 300 "
        "--batch-size 100",
        bound=True,
    ),
}


def main(train: str | None = None, seed: int = 0, images: int = 10_000) -> None:
    """Print the table, or train and measure one row.

    Args:
        train: Which row, by its name; left out: none, and the table is printed.
        seed: Of the run.
        images: Test images for log p(x); the published figures are of all 10,000.
    """
    if train is None:
        table()
    elif train in ROWS:
        keep(train, seed, images)
    else:
        sys.exit(f"There is no row {train!r}; choose one of: {', '.join(ROWS)}.")


def command(name: str, seed: int) -> list[str]:
    """Return the words that train a row."""
    return ["python", "-m", "vae", "train", *shlex.split(ROWS[name].settings), "--seed", str(seed)]


def keep(name: str, seed: int, images: int) -> None:
    """Train a row, or go on with it, measure it on the test images and write the result down."""
    row, folder = ROWS[name], home() / "runs" / f"published-{name}-{seed}"
    print(machine(), flush=True)
    if not (folder / "card.json").exists():
        begin = [*command(name, seed)[1:], "--out", str(folder)]
        words = ["-m", "vae", "train", "--resume", str(folder)] if folder.exists() else begin
        subprocess.run([sys.executable, *words], cwd=ROOT, check=True)
    found, started = find(str(folder)), time.process_time()
    draws = {"elbo_samples": 1, "importance_samples": row.samples, "importance_images": images, "seed": 0}
    figures = measured(found, None, draws)
    result = {
        "row": name,
        "date": datetime.now(UTC).date().isoformat(),
        "seed": seed,
        "command": shlex.join(command(name, seed)),
        "training": {key: found.card.training.get(key) for key in ("seconds", "device")},
        "measuring_seconds": round(time.process_time() - started, 1),
        "machine": machine(),
        "figures": figures,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{result['date']}-{name}-{seed}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    table([name])


def newest(name: str) -> dict[str, Any] | None:
    """Return the newest result of a row, or None."""
    results = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    return next((result for result in reversed(results) if result["row"] == name), None)


def table(names: list[str] | None = None) -> None:
    """Print rows: what was published, ours, whether it reaches, and how it is done again."""
    print(f"{'−log p(x), nats':<56}{'published':>16}{'ours':>18}{'−ELBO':>9}  reach")
    for name in names or list(ROWS):
        row, result = ROWS[name], newest(name)
        print(f"{row.title:<56}{row.value:>16}", end="")
        if result is None:
            print(f"{'not measured':>18}{'':>9}  <= {row.reach:g}")
        else:
            figures = result["figures"]
            nll, error = -figures["log_likelihood"], figures["log_likelihood_standard_error"]
            met = "yes" if (figures["negative_elbo"] if row.bound else nll) <= row.reach else "NO"
            ours, minutes = f"{nll:.2f} ± {error:.2f}", (result["training"]["seconds"] or 0) / 60
            print(f"{ours:>18}{figures['negative_elbo']:>9.2f}  <= {row.reach:g}: {met}")
            print(f"    {figures['conditions']}")
            print(f"    seed {result['seed']}, {result['date']}, {minutes:.0f} min to train")
        print(f"    published: {row.source}")
        print(f"    {shlex.join(command(name, 0))}")


if __name__ == "__main__":
    tyro.cli(main)
