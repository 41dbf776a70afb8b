"""Phantoms and the hippocampus: what raters mark of what is known, and whom a half holds."""

from pathlib import Path

import numpy as np
import pytest

from vae.datasets.masks.hippocampus import read_hippocampus
from vae.datasets.masks.phantoms import FACTORS, RANGES, RATERS, rated, render, sample_factors
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.kinds.masks.layout import labels_of


def drawn(n: int = 60, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    factors = sample_factors(n, generator)
    return factors, render(factors, generator)


def test_a_phantom_is_marked_by_the_rater_that_its_factors_name() -> None:
    factors, things = drawn()
    all_three, rater = rated(factors), factors[:, 0].astype(int)
    np.testing.assert_array_equal(labels_of(things), all_three[rater, np.arange(len(things))])
    assert set(rater) == set(range(len(RATERS)))


def test_a_generous_rater_marks_all_that_a_stricter_one_does() -> None:
    strict, middle, generous = rated(drawn()[0]) > 0
    assert (strict <= middle).all() and (middle <= generous).all()
    assert strict.sum() < middle.sum() < generous.sum()


def test_raters_differ_more_where_edges_are_softer() -> None:
    factors, _ = drawn(400)
    strict, _, generous = (rated(factors) > 0).reshape(3, len(factors), -1).sum(2)
    softness = factors[:, FACTORS.index("softness")]
    assert np.corrcoef(softness, (generous - strict) / generous)[0, 1] > 0.9


def test_the_middle_of_what_is_marked_lies_where_the_factors_say() -> None:
    factors, _ = drawn(100)
    marked = rated(factors)[1] > 0
    at = np.arange(32) - 15.5
    for axis, name in ((2, "x"), (1, "y")):
        middle = (marked * at.reshape((1, 1, -1) if axis == 2 else (1, -1, 1))).sum((1, 2)) / marked.sum((1, 2))
        np.testing.assert_allclose(middle, factors[:, FACTORS.index(name)], atol=0.35)


def test_factors_keep_to_their_ranges_and_a_seed_draws_the_same_again() -> None:
    factors, things = drawn()
    for column, name in enumerate(FACTORS[1:], 1):
        low, high = RANGES[name]
        assert low <= factors[:, column].min() and factors[:, column].max() <= np.float32(high)
    np.testing.assert_array_equal(things, drawn()[1])
    assert (things[..., 1:].sum(-1, dtype=int) == 255).all()


def written(folder: Path, **changes: np.ndarray) -> Path:
    random = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for part, people in (("train", [1, 1, 2]), ("test", [3, 4])):
        n = len(people)
        arrays[f"{part}_images"] = random.integers(0, 256, (n, 48, 64)).astype(np.uint8)
        arrays[f"{part}_masks"] = random.integers(0, 3, (n, 48, 64)).astype(np.uint8)
        arrays[f"{part}_patient"] = np.array(people, np.int16)
    np.savez(folder / "hippocampus_slices.npz", **arrays | changes)
    return folder


def test_slices_are_read_with_their_labels(tmp_path: Path) -> None:
    read = read_hippocampus(written(tmp_path))
    with np.load(tmp_path / "hippocampus_slices.npz") as arrays:
        np.testing.assert_array_equal(read["train/things"][..., 0], arrays["train_images"])
        np.testing.assert_array_equal(labels_of(read["test/things"]), arrays["test_masks"])
    assert read["train/labels"].tolist() == [0, 0, 0]


def test_a_person_in_both_halves_and_labels_that_are_unknown_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the same person is in both halves"):
        read_hippocampus(written(tmp_path, test_patient=np.array([2, 4], np.int16)))
    with pytest.raises(InputError, match=r"not \[n, 48, 64\] with labels 0 to 2"):
        read_hippocampus(written(tmp_path, test_masks=np.full((2, 48, 64), 3, np.uint8)))


def test_the_licence_of_the_hippocampus_and_what_it_is_not_for_are_said() -> None:
    source = DATASETS["hippocampus"]
    assert source.licence == "CC BY-SA 4.0" and "not for diagnosis" in source.source
    assert source.item.meaning["note"] == "Not for diagnosis."
