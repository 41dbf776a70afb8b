"""X-rays as published: read whole, refused where they are damaged; and what sharpness is."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.pneumonia import sharpness
from vae.datasets.pneumonia import FILE, read_pneumonia
from vae.datasets.sources import DATASETS
from vae.errors import InputError


def written(folder: Path, **changes: np.ndarray) -> Path:
    random = np.random.default_rng(0)
    arrays = {}
    for part, n in (("train", 6), ("val", 3), ("test", 4)):
        arrays[f"{part}_images"] = random.integers(0, 256, (n, 28, 28)).astype(np.uint8)
        arrays[f"{part}_labels"] = (np.arange(n) % 2).astype(np.uint8)[:, None]
    np.savez(folder / FILE, **(arrays | changes))
    return folder


def test_images_and_classes_are_read_as_they_are_without_those_for_validation(tmp_path: Path) -> None:
    arrays = read_pneumonia(written(tmp_path))
    with np.load(tmp_path / FILE) as kept:
        for part in ("train", "test"):
            np.testing.assert_array_equal(arrays[f"{part}/images"][..., 0], kept[f"{part}_images"])
            np.testing.assert_array_equal(arrays[f"{part}/labels"], kept[f"{part}_labels"].ravel())
    assert set(arrays) == {"train/images", "train/labels", "test/images", "test/labels"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"train_images": np.zeros((6, 27, 28), np.uint8)}, "train images"),
        ({"test_images": np.zeros((4, 28, 28))}, "float64"),
        ({"test_labels": np.zeros(3, np.uint8)}, "with 3 labels"),
        ({"test_labels": np.full(4, 2, np.uint8)}, "a label 2"),
    ],
    ids=str,
)
def test_a_damaged_file_is_told_in_a_sentence(tmp_path: Path, changes: dict[str, np.ndarray], why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_pneumonia(written(tmp_path, **changes))


def test_it_says_that_it_is_not_for_diagnosis() -> None:
    source = DATASETS["pneumonia"]
    assert "ot for diagnosis" in source.source and "ot for diagnosis" in source.note


def test_sharpness_counts_what_lies_above_one_another() -> None:
    rows = np.tile(np.array([0, 10, 0, 10], np.uint8)[:, None], (1, 3))  # changes downwards alone
    assert sharpness(rows[None, :, :, None]) == 3 * 3 * 100
    flat = np.tile(np.array([0, 200, 0], np.uint8), (4, 1))  # changes sideways alone
    assert sharpness(flat[None, :, :, None]) == 0
