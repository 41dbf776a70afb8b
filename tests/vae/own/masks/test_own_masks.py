"""A person's own masks: which image goes with which mask, what is left out and why, and one for a model."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vae.data import load
from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.masks.layout import labels_of
from vae.own.making import Making
from vae.own.masks.files import claims, open_masks, pairs_of
from vae.own.masks.one import read_mask
from vae.own.own_sets import add
from vae.own.readers import inspect

ITEM = Item("masks", (12, 16, 4), {"labels": ["background", "a", "b"]})


def png(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def grey(seed: int = 0, size: tuple[int, int] = (12, 16)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, size)


def marks(seed: int = 0, size: tuple[int, int] = (12, 16)) -> np.ndarray:
    return np.random.default_rng(seed + 100).choice([0, 128, 255], size)


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def pairs(n: int) -> dict[str, bytes]:
    images = {f"scans/{i:02}.png": png(grey(i)) for i in range(n)}
    return images | {f"scans/{i:02}_mask.png": png(marks(i)) for i in range(n)}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("a.png", "a_mask.png"),
        ("images/a.png", "masks/a.png"),
        ("x/img/a.tif", "x/labels/a.png"),
        ("a.jpg", "a-seg.png"),
    ],
)
def test_an_image_is_paired_with_its_mask_by_name_or_folder(image: str, mask: str) -> None:
    assert pairs_of([image, mask, "alone.png", "notes.txt"]) == {image: mask}


def test_masks_become_a_set_with_a_label_for_each_value(tmp_path: Path) -> None:
    path = zipped(tmp_path / "mine.zip", pairs(12))
    assert claims(path)
    for _ in add(path, "mine", Making()):
        pass
    data = load("mine")
    assert (data.item.kind, data.item.shape) == ("masks", (12, 16, 4))
    assert data.item.meaning["labels"] == ["background", "value 128", "value 255"]
    things = np.concatenate([np.asarray(split.things) for split in (data.train, data.test)])
    got = {things[i, ..., 0].tobytes(): labels_of(things[i : i + 1])[0] for i in range(len(things))}
    for number in range(12):
        wanted = np.searchsorted([0, 128, 255], marks(number))
        np.testing.assert_array_equal(got[grey(number).astype(np.uint8).tobytes()], wanted)


def test_what_does_not_fit_is_left_out_by_name_and_the_rest_is_taken(tmp_path: Path) -> None:
    files = pairs(6) | {
        "scans/03_mask.png": png(marks(3, (10, 16))),
        "scans/04.png": b"no picture",
        "scans/alone.png": png(grey()),
        "scans/large.png": png(grey(9, (20, 20))),
        "scans/large_mask.png": png(marks(9, (20, 20))),
    }
    seen = inspect(zipped(tmp_path / "mine.zip", files))
    assert (seen.things, seen.images) == ("masks", 4)
    reasons = {one.name: one.reason for one in seen.left_out.shown}
    assert reasons["scans/03_mask.png"].startswith("It is 16 x 10 pixels, and its image 16 x 12")
    assert "no picture" in reasons["scans/04.png"]
    assert "no partner" in reasons["scans/alone.png"]
    assert reasons["scans/large.png"] == "It is 20 x 20 pixels, and most are 16 x 12."


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.png": png(grey())}, "holds no image with a mask"),
        ({"a.png": png(grey()), "a_mask.png": png(np.zeros((12, 16)))}, "mark nothing"),
        ({"a.png": png(grey()), "a_mask.png": png(grey(5))}, "different values"),
        ({"a.png": png(grey()), "a_mask.png": png(marks(0, (5, 5)))}, "can be read. Left out: a_mask.png"),
    ],
)
def test_a_file_that_makes_no_set_is_one_sentence(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    with pytest.raises(InputError, match=said):
        open_masks(zipped(tmp_path / "mine.zip", files))


def test_a_folder_is_read_as_a_zip_file_is(tmp_path: Path) -> None:
    for name, data in pairs(5).items():
        (tmp_path / "some" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "some" / name).write_bytes(data)
    np.testing.assert_array_equal(
        open_masks(tmp_path / "some").things, open_masks(zipped(tmp_path / "mine.zip", pairs(5))).things
    )


def test_an_image_alone_has_no_label_that_is_known() -> None:
    one = read_mask(png(grey()), ITEM)
    np.testing.assert_array_equal(one.thing[..., 0], grey())
    assert not one.thing[..., 1:].any() and "without a mask" in one.note
    assert "16 x 12" in read_mask(png(grey(0, (24, 32))), ITEM).note


def test_an_image_comes_with_its_mask_in_a_zip_file(tmp_path: Path) -> None:
    data = zipped(tmp_path / "one.zip", {"a.png": png(grey()), "a_mask.png": png(marks())}).read_bytes()
    thing = read_mask(data, ITEM).thing
    np.testing.assert_array_equal(labels_of(thing[None])[0], np.searchsorted([0, 128, 255], marks()))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"a.png": png(grey()), "a_mask.png": png(marks(0, (5, 5)))},
            "The mask is 5 x 5 pixels, and its image 16 x 12",
        ),
        ({"a.png": png(grey(0, (5, 5))), "a_mask.png": png(marks(0, (5, 5)))}, "the model's are 16 x 12"),
        ({"a.png": png(grey()), "a_mask.png": png(grey(5))}, "the model knows 3 labels"),
        ({"a.png": png(grey())}, "holds 0 images with masks"),
    ],
)
def test_one_that_does_not_fit_the_model_is_one_sentence(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_mask(zipped(tmp_path / "one.zip", files).read_bytes(), ITEM)
