"""Sets that have to be brought along: each layout that they are found in gives the same things."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from vae import data
from vae.datasets.dsprites import GRID, PACKED, PUBLISHED, read_dsprites, read_dsprites_grid
from vae.datasets.faces import read_frey, read_olivetti
from vae.datasets.published import read_binarized_mnist, read_cifar10
from vae.datasets.series.bikes import read_bikes
from vae.datasets.series.ecg5000 import read_ecg5000
from vae.datasets.sources import DATASETS
from vae.errors import InputError

RNG = np.random.default_rng(0)
OLIVETTI = RNG.integers(256, size=(400, 64, 64), dtype=np.uint8)
FREY = RNG.integers(256, size=(500, 28, 20), dtype=np.uint8)


def in_some_order(images: np.ndarray) -> list[bytes]:
    return sorted(image.tobytes() for image in images)


def both_parts(arrays: dict[str, np.ndarray]) -> np.ndarray:
    return np.concatenate([arrays["train/images"], arrays["test/images"]])


def test_both_files_of_the_olivetti_faces_give_the_same_upright_images(tmp_path: Path) -> None:
    for folder in ("arrays", "matlab"):
        (tmp_path / folder).mkdir()
    np.savez(tmp_path / "arrays" / "olivetti_faces.npz", images=OLIVETTI)
    columns = np.stack([image.flatten(order="F") for image in OLIVETTI], axis=1)  # as MATLAB writes an image down
    savemat(tmp_path / "matlab" / "olivettifaces.mat", {"faces": columns.astype(np.float64)})
    ours, published = read_olivetti(tmp_path / "arrays"), read_olivetti(tmp_path / "matlab")
    for name in ours:
        np.testing.assert_array_equal(ours[name], published[name])
    assert in_some_order(both_parts(ours)) == in_some_order(OLIVETTI)


def test_one_image_of_each_person_is_held_out(tmp_path: Path) -> None:
    np.savez(tmp_path / "olivetti_faces.npz", images=OLIVETTI)
    arrays = read_olivetti(tmp_path)
    np.testing.assert_array_equal(np.bincount(arrays["test/labels"]), 1)
    np.testing.assert_array_equal(np.bincount(arrays["train/labels"]), 9)
    first = arrays["train/images"][0].tobytes()
    number = [image.tobytes() for image in OLIVETTI].index(first)
    assert arrays["train/labels"][0] == number // 10


def test_both_files_of_the_frey_faces_give_the_same_images(tmp_path: Path) -> None:
    for folder in ("arrays", "matlab"):
        (tmp_path / folder).mkdir()
    np.savez(tmp_path / "arrays" / "frey_faces.npz", images=FREY)
    savemat(tmp_path / "matlab" / "frey_rawface.mat", {"ff": FREY.reshape(len(FREY), -1).T})
    ours, published = read_frey(tmp_path / "arrays"), read_frey(tmp_path / "matlab")
    for name in ours:
        np.testing.assert_array_equal(ours[name], published[name])
    assert in_some_order(both_parts(ours)) == in_some_order(FREY)
    assert len(ours["test/images"]) == 196


def sprites(folder: Path, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Write `n` sprites in both layouts; return what they are."""
    images = RNG.integers(2, size=(n, 64, 64), dtype=np.uint8)
    values = np.column_stack([np.arange(n) % 3 + 1, *RNG.random((4, n))])
    for name in ("packed", "published"):
        (folder / name).mkdir()
    np.savez_compressed(
        folder / "packed" / PACKED, imgs_packed=np.packbits(images.reshape(n, -1), axis=1), latents_values=values
    )
    with_colour = np.column_stack([np.ones(n), values])
    np.savez_compressed(folder / "published" / PUBLISHED, imgs=images, latents_values=with_colour)
    return images, values


def test_both_files_of_dsprites_give_white_shapes_with_their_factors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae.datasets.dsprites.TESTS", 30)
    images, values = sprites(tmp_path, 90)
    ours, published = read_dsprites(tmp_path / "packed"), read_dsprites(tmp_path / "published")
    for name in ours:
        np.testing.assert_array_equal(ours[name], published[name])
    assert in_some_order(both_parts(ours)) == in_some_order(images * np.uint8(255))
    which = [image.tobytes() for image in images * np.uint8(255)].index(ours["test/images"][0].tobytes())
    np.testing.assert_allclose(ours["test/factors"][0], values[which], rtol=1e-6)
    np.testing.assert_array_equal(np.bincount(ours["test/labels"]), 10)


def test_of_the_published_dsprites_only_as_many_are_read_as_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae.datasets.dsprites.TESTS", 6)
    monkeypatch.setattr("vae.datasets.dsprites.TAKEN", 24)
    images, values = sprites(tmp_path, 90)
    arrays = read_dsprites(tmp_path / "published")
    known = {image.tobytes(): row for image, row in zip(images * np.uint8(255), values, strict=True)}
    taken = both_parts(arrays)
    assert len(taken) == 24
    factors = np.concatenate([arrays["train/factors"], arrays["test/factors"]])
    np.testing.assert_allclose(factors, [known[image.tobytes()] for image in taken], rtol=1e-6)


def test_the_grid_of_the_published_dsprites_is_every_fourth_orientation_and_every_other_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae.datasets.dsprites.TESTS", 6)
    counts, steps = np.array([3, 1, 5, 3, 2]), np.array([1, 1, 4, 2, 2])
    number = np.indices(counts).reshape(5, -1).T
    images = RNG.integers(2, size=(len(number), 64, 64), dtype=np.uint8)
    values = np.column_stack([number[:, 0] + 1, number[:, 1:] / counts[1:]])
    on_grid = (number % steps == 0).all(1)
    for name in ("packed", "published"):
        (tmp_path / name).mkdir()
    packed = np.packbits(images[on_grid].reshape(on_grid.sum(), -1), axis=1)
    np.savez_compressed(tmp_path / "packed" / GRID, imgs_packed=packed, latents_values=values[on_grid])
    with_colour = np.column_stack([np.ones(len(values)), values])
    np.savez_compressed(tmp_path / "published" / PUBLISHED, imgs=images, latents_values=with_colour)
    ours, published = read_dsprites_grid(tmp_path / "packed"), read_dsprites_grid(tmp_path / "published")
    for name in ours:
        np.testing.assert_array_equal(ours[name], published[name])
    assert in_some_order(both_parts(ours)) == in_some_order(images[on_grid] * np.uint8(255))
    assert len(both_parts(ours)) == 3 * 1 * 2 * 2 * 1


def test_sheets_of_cifar_give_the_images_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "tiles").mkdir()
    images = RNG.integers(256, size=(1120, 32, 32, 3), dtype=np.uint8)
    for name, part in {"train_00": images[:1000], "train_01": images[1000:1080], "test_00": images[1080:]}.items():
        rows = len(part) // 40
        sheet = part.reshape(rows, 40, 32, 32, 3).transpose(0, 2, 1, 3, 4).reshape(rows * 32, 40 * 32, 3)
        Image.fromarray(sheet).save(tmp_path / "tiles" / f"{name}.webp", lossless=True)
    np.savez(tmp_path / "labels.npz", train=np.arange(5000) % 10, test=np.arange(40) % 10)
    arrays = read_cifar10(tmp_path)
    np.testing.assert_array_equal(arrays["train/images"], images[:1080])
    np.testing.assert_array_equal(arrays["test/images"], images[1080:])
    np.testing.assert_array_equal(arrays["train/labels"], np.arange(1080) % 10)


def test_the_beats_of_ecg5000_come_through_with_every_class_in_proportion(tmp_path: Path) -> None:
    labels = np.repeat([1, 2, 3, 4, 5], [1800, 700, 240, 240, 20]).astype(np.uint8)
    beats = RNG.standard_normal((3000, 140)).astype(np.float32)
    np.savez(tmp_path / "ecg5000.npz", beats=beats, labels=labels)
    arrays = read_ecg5000(tmp_path)
    both = np.concatenate([arrays["train/things"], arrays["test/things"]])
    assert both.dtype == np.float32 and in_some_order(both[..., 0]) == in_some_order(beats)
    np.testing.assert_array_equal(np.bincount(arrays["train/labels"]), [1200, 467, 160, 160, 13])
    np.testing.assert_array_equal(np.bincount(arrays["test/labels"]), [600, 233, 80, 80, 7])
    place = [beat.tobytes() for beat in beats].index(arrays["test/things"][0].tobytes())
    assert arrays["test/labels"][0] == labels[place] - 1


def test_beats_of_another_length_are_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "ecg5000.npz", beats=np.zeros((3000, 100), np.float32), labels=np.ones(3000, np.uint8))
    with pytest.raises(InputError, match=r"ecg5000.npz is damaged: it holds beats \[3000, 100\]"):
        read_ecg5000(tmp_path)


def test_binarized_mnist_comes_through_from_bits_and_from_text(tmp_path: Path) -> None:
    bits = {"train": RNG.integers(0, 2, (7, 784), np.uint8), "test": RNG.integers(0, 2, (1, 784), np.uint8)}
    for part, rows in bits.items():
        np.savetxt(tmp_path / f"binarized_mnist_{part}.amat", rows, fmt="%d")
    text = read_binarized_mnist(tmp_path)
    np.savez(tmp_path / "binarized_mnist_packed.npz", **{part: np.packbits(rows, 1) for part, rows in bits.items()})
    packed = read_binarized_mnist(tmp_path)
    for part, rows in bits.items():
        for arrays in (text, packed):
            assert arrays.keys() == {"train/images", "test/images"}
            np.testing.assert_array_equal(arrays[f"{part}/images"].reshape(len(rows), 784), 255 * rows)


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"train": np.zeros((3, 97), np.uint8), "test": np.zeros((3, 97), np.uint8)}, r"\[3, 776\], not rows of 784"),
        ({"train": np.zeros((3, 98), np.uint8)}, "cannot be read"),
    ],
)
def test_binarized_mnist_that_is_damaged_is_told(tmp_path: Path, arrays: dict, says: str) -> None:
    np.savez(tmp_path / "binarized_mnist_packed.npz", **arrays)
    with pytest.raises(InputError, match=f"{says}.*fetch"):
        read_binarized_mnist(tmp_path)


@pytest.mark.parametrize(
    "name", ["olivetti", "frey", "dsprites", "dsprites-grid", "cifar10", "ecg5000", "binarized-mnist"]
)
def test_a_damaged_file_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LATENT_DATA_DIR", str(tmp_path))
    files, folders = DATASETS[name].layouts[-1] if name == "cifar10" else (DATASETS[name].files, DATASETS[name].folders)
    for file in files:
        path = tmp_path / folders[0] / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match=r"cannot be read .*; fetch it again\."):
        data.load(name)


def write_hours(folder: Path, days: int, lost: dict[int, set[int]]) -> np.ndarray:
    """Write a table of rentals, the later hours of a day first, without the `lost` ones; return them, [days, 24]."""
    rentals = RNG.integers(1, 900, (days, 24))
    rows = ["dteday,hr,workingday,cnt"]
    for day, hours in enumerate(rentals):
        date = np.datetime64("2011-01-01") + day
        rows += [f"{date},{hour},{day % 3 // 2},{hours[hour]}" for hour in range(24) if hour not in lost.get(day, ())][
            ::-1
        ]
    (folder / "hour.csv").write_text("\r\n".join(rows) + "\r\n")
    return rentals


def test_days_of_bikes_come_through_with_hours_that_nobody_rented_in(tmp_path: Path) -> None:
    rentals = write_hours(tmp_path, 300, {7: {3, 4}, 9: set(range(18, 24))})
    arrays = read_bikes(tmp_path)
    both = np.concatenate([arrays["train/things"], arrays["test/things"]])
    rentals[7, [3, 4]] = 0
    expected = np.log(1.0 + np.delete(rentals, 9, axis=0)).astype(np.float32)
    assert both.dtype == np.float32 and both.shape == (299, 24, 1)
    order = [np.lexsort(days.T) for days in (np.exp(both[..., 0]), np.exp(expected))]
    np.testing.assert_allclose(both[order[0], :, 0], expected[order[1]], rtol=1e-6)
    assert np.bincount(arrays["test/labels"]).tolist() == [87, 43]


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            lambda text: text[: text.rindex("\n", 0, 4000)],
            r"\d+ of its days have the hours 0 to 23, and more than 260 are needed; fetch it",
        ),
        (lambda text: text.replace(",cnt", ",count"), r"hour\.csv cannot be read"),
        (lambda text: text.replace("2011-01-05,12,", "2011-01-05,24,"), r"have the hours 0 to 23"),
    ],
)
def test_a_damaged_table_of_bikes_is_one_sentence(tmp_path: Path, damage: Any, sentence: str) -> None:
    write_hours(tmp_path, 300, {})
    (tmp_path / "hour.csv").write_text(damage((tmp_path / "hour.csv").read_text()))
    with pytest.raises(InputError, match=sentence):
        read_bikes(tmp_path)
