"""Write the digits that the Learn page's lessons need: `python benchmarks/water.py`. Same digits, same files.

For the water level: the mean of 5,000 digits, their 101 principal directions and variances, and ten digits by their
coordinates along these. For the tug of war: a few test digits, by their rows among the codes of its models. For what
is rare: what clothes and digits that come with the program cost a model of clothes. For the two floors: a small
classifier that reads digits, and how often it reads 1,000 others right, which is printed.
"""

import json
import sys
from base64 import b64encode
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vae.data import load
from vae.datasets.bundled import FOLDER as EXAMPLES
from vae.experiments.unusual import judge, refer
from vae.explore.explorer import Explorer
from vae.home import PROJECT
from vae.library.shelf import find

LESSONS = PROJECT / "assets" / "live" / "learn" / "lessons"
FILE = LESSONS / "water" / "digits.json"
TESTED = LESSONS / "tug" / "digits.json"
READER = LESSONS / "floors" / "reader.json"
SCORED = LESSONS / "rare" / "scores.json"
SORTS = {"clothes": "fashion-mnist", "digits": "mnist"}
EACH = 20  # of a class
SHOWN = (3, 8, 1, 5, 0)
DIRECTIONS = 101
MOST = 127  # of a signed byte


def principal(images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean [D], directions [101, D] of length 1, and their variances [101] of images [n, D] in 0 to 1."""
    mean = images.mean(0)
    _, singular, directions = np.linalg.svd(images - mean, full_matrices=False)
    return mean, directions[:DIRECTIONS], singular[:DIRECTIONS] ** 2 / len(images)


def in_bytes(values: np.ndarray) -> dict[str, object]:
    """Keep numbers in a byte each: what they are multiplied by, and the bytes as base64."""
    most = float(np.abs(values).max())
    return {"most": most / MOST, "bytes": b64encode(np.round(values / most * MOST).astype(np.int8).tobytes()).decode()}


def write_tested() -> None:
    """Write the first test digit of each class that is shown: its row, and its pixels."""
    test = load("mnist-5k").test
    rows = [int(np.flatnonzero(np.asarray(test.labels) == digit)[0]) for digit in SHOWN]
    pixels = b64encode(np.asarray(test.things)[rows].tobytes()).decode()
    TESTED.write_text(json.dumps({"rows": rows, "pixels": pixels}) + "\n", encoding="utf-8")


def write_reader() -> None:
    """Write logits' weights [10, 784] and biases [10] for pixels in 0 to 1, after 4,000 digits."""
    data = load("mnist-5k")
    x, tests = (np.asarray(part.things).reshape(-1, 784) / 255 for part in (data.train, data.test))
    fitted = LogisticRegression(C=0.1, max_iter=400).fit(x, data.train.labels)
    print(f"The reader is right on {fitted.score(tests, data.test.labels):.3f} of {len(tests)} others")
    kept = {"weights": in_bytes(fitted.coef_), "biases": [round(float(each), 4) for each in fitted.intercept_]}
    READER.write_text(json.dumps(kept) + "\n", encoding="utf-8")


def write_scored() -> None:
    """Write what the first few of each class cost fashion-16d, in nats and in error over ink, and a picture of each."""
    model = Explorer(find("fashion-16d"))
    shipped = {sort: np.load(EXAMPLES / f"{name}.npz") for sort, name in SORTS.items()}
    reference = refer(model, shipped["clothes"]["things"])
    kept = {}
    for sort, examples in shipped.items():
        rows = np.concatenate([np.flatnonzero(examples["labels"] == label)[:EACH] for label in range(10)])
        things = examples["things"][rows]
        scores, parts = judge(model, things, reference)
        error = scores["negative-elbo"] - parts["floor"] - parts["kl"]
        numbers = {"floor": parts["floor"], "error": error, "kl": parts["kl"], "relative": scores["relative-error"]}
        pixels = b64encode(things[::EACH].tobytes()).decode()
        kept[sort] = {name: [round(float(each), 4) for each in values] for name, values in numbers.items()}
        kept[sort] |= {"rows": rows.tolist(), "pixels": pixels}
    SCORED.write_text(json.dumps(kept) + "\n", encoding="utf-8")


def main() -> None:
    """Write the files, and print how many directions stand above some levels."""
    data = load("mnist-5k")
    images = np.concatenate([data.train.things, data.test.things]).reshape(-1, 784) / 255.0
    labels = np.concatenate([data.train.labels, data.test.labels])
    mean, directions, variances = principal(images)
    shown = [int(np.flatnonzero(labels == digit)[0]) for digit in range(10)]
    coordinates = (images[shown] - mean) @ directions.T
    kept = {
        "variances": [round(float(each), 6) for each in variances],
        "rest": round(float(images.var(0).sum() - variances.sum()), 6),
        "mean": in_bytes(mean),
        "directions": in_bytes(directions),
        "digits": [[round(float(each), 4) for each in row] for row in coordinates],
        "originals": b64encode(np.round(255 * images[shown]).astype(np.uint8).tobytes()).decode(),
    }
    FILE.write_text(json.dumps(kept) + "\n", encoding="utf-8")
    write_tested()
    write_scored()
    write_reader()
    print(f"{len(images)} digits, {FILE.stat().st_size / 1e3:.0f} kB")
    for level in (0.05, 0.1, 0.25, 0.5, 1, 2, 4):
        print(f"above {level}: {int((variances > level).sum())} directions")


if __name__ == "__main__":
    main()
