"""Read ECG5000: 5,000 heartbeats of one patient, from arrays."""

from pathlib import Path

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, needed
from vae.datasets.splits import in_two
from vae.errors import InputError

SAMPLES = 140

CLASSES = ("normal", "R-on-T PVC", "PVC", "supraventricular or ectopic", "unclassified")
"""In the order of the archive's labels, 1 to 5. PVC: a premature ventricular contraction."""

TESTS = 1_000
"""The archive's own split learns from 500 only."""


def read_ecg5000(folder: Path) -> Arrays:
    """Read the beats, float32 [5000, 140] of mean 0 and deviation 1, and their labels, 1 to 5."""
    path = needed(folder, "ecg5000.npz")
    with reading(path), np.load(path, allow_pickle=False) as arrays:
        beats, labels = np.asarray(arrays["beats"]), np.asarray(arrays["labels"])
    if beats.ndim != 2 or beats.shape[1] != SAMPLES or len(beats) <= 2 * TESTS or labels.shape != (len(beats),):
        raise InputError(
            f"{path} is damaged: it holds beats {list(beats.shape)} and labels {list(labels.shape)}, not [5000, 140] "
            "and [5000]; fetch it again."
        )
    things, classes = beats[..., None].astype(np.float32), labels.astype(np.int64) - 1
    return in_two("things", things, classes, TESTS)
