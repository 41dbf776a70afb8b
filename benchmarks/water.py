"""Write what the Learn page's lesson of the water level needs: `python benchmarks/water.py`. Same digits, same file.

The mean of 5,000 digits, their 101 principal directions and variances, and ten digits by their coordinates along these.
"""

import json
from base64 import b64encode

import numpy as np

from vae.data import load
from vae.home import PROJECT

FILE = PROJECT / "assets" / "live" / "learn" / "lessons" / "water" / "digits.json"
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


def main() -> None:
    """Write the file, and print how many directions stand above some levels."""
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
    print(f"{len(images)} digits, {FILE.stat().st_size / 1e3:.0f} kB")
    for level in (0.05, 0.1, 0.25, 0.5, 1, 2, 4):
        print(f"above {level}: {int((variances > level).sum())} directions")


if __name__ == "__main__":
    main()
