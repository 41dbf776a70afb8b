"""A data set of series is kept, described and checked as one of images is, and says that it is one."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from vae import data
from vae.datasets import prepared
from vae.datasets.dataset import FORMAT, FORMAT_OF_KINDS, DataCard, Dataset, Split, check_trainable, learnt
from vae.errors import InputError
from vae.kinds.kind import Item

IMAGE_CARD = (
    "name image_shape sizes title classes licence source split left_out files format notes"  # as there have always been
)
MEANING = {"channels": ["a", "b"], "unit": "V", "rate": 50.0, "low": -1.5, "high": 2.0}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return tmp_path / "home"


def folder_of_series(folder: Path, n: int = 6, shape: tuple[int, int] = (16, 2)) -> Path:
    """Write a prepared set of series; return its folder."""
    for part in ("train", "test"):
        (folder / part).mkdir(parents=True)
        series = np.random.default_rng(len(part)).standard_normal((n, *shape)).astype(np.float32)
        np.save(folder / part / "things.npy", series)
        np.save(folder / part / "labels.npy", np.arange(n) % 2)
    item = Item("series", shape, MEANING)
    card = DataCard(folder.name, (shape[1], 1, shape[0]), (n, n), classes=["x", "y"], format=FORMAT_OF_KINDS, item=item)
    prepared.write_card(folder, card)
    return folder


def test_a_card_of_images_is_what_it_was_before_there_were_other_kinds(home: Path) -> None:
    data.load("digits")
    path = home / "datasets" / "digits" / "card.json"
    told = json.loads(path.read_text())
    assert list(told) == IMAGE_CARD.split() and told["format"] == FORMAT == 1
    card = prepared.read_card(path.parent)
    assert card.item == Item("image", (8, 8, 1)) and card.image_shape == (1, 8, 8)


def test_a_card_of_series_says_kind_shape_and_meaning_and_is_not_for_older_readers(tmp_path: Path) -> None:
    folder = folder_of_series(tmp_path / "own")
    told = json.loads((folder / "card.json").read_text())
    assert told["item"] == {"kind": "series", "shape": [16, 2], "meaning": MEANING}
    assert told["format"] == 2
    assert data.card_of(str(folder)).item == Item("series", (16, 2), MEANING) == data.item_of(str(folder))
    assert data.image_shape_of(str(folder)) == (2, 1, 16)


def test_a_set_of_series_opens_as_what_it_is(tmp_path: Path) -> None:
    dataset = data.load(str(folder_of_series(tmp_path / "own")))
    assert dataset.item == Item("series", (16, 2), MEANING)
    assert dataset.image_shape == (2, 1, 16)
    assert dataset.train.images.shape == (6, 16, 2) and dataset.train.images.dtype == np.float32
    check_trainable(dataset)
    assert learnt(dataset, "x") is not None


def test_a_card_written_whole_is_read_too(tmp_path: Path) -> None:
    card = DataCard("mine", (3, 4, 5), (2, 2))
    (tmp_path / "card.json").write_bytes(msgspec.json.encode(card))
    assert prepared.read_card(tmp_path) == card
    assert card.item == Item("image", (4, 5, 3))


def test_a_set_that_cannot_be_kept_has_the_same_meaning(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = data.load("beats")
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "file" / "home"))
    in_memory = data.load("beats")
    assert in_memory.item == kept.item
    assert np.array_equal(in_memory.train.images, kept.train.images)
    assert "low" not in data.item_of("beats").meaning  # it is not prepared there


def spoil_card(folder: Path, **changed: object) -> None:
    told = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(told | changed))


def spoil(folder: Path, array: np.ndarray) -> None:
    np.save(folder / "test" / "things.npy", array)


DAMAGES = {
    "NaN": (lambda f: spoil(f, np.full((6, 16, 2), np.nan, np.float32)), "series with NaN or infinity"),
    "infinity": (lambda f: spoil(f, np.full((6, 16, 2), np.inf, np.float32)), "series with NaN or infinity"),
    "doubles": (lambda f: spoil(f, np.zeros((6, 16, 2))), r"series float64 .* not float32 \[N, T, C\]"),
    "another length": (lambda f: spoil(f, np.zeros((6, 15, 2), np.float32)), "not what its card says"),
    "too short": (lambda f: spoil(f, np.zeros((6, 3, 2), np.float32)), "4 to 4,096 samples"),
    "no channel": (lambda f: spoil(f, np.zeros((6, 16), np.float32)), r"series float32 \[6, 16\]"),
    "images.npy": (lambda f: (f / "test" / "things.npy").rename(f / "test" / "images.npy"), "cannot be read"),
    "another shape": (lambda f: spoil_card(f, image_shape=[1, 1, 16]), "another shape"),
    "no shape": (lambda f: spoil_card(f, item={"kind": "series", "shape": [16], "meaning": {}}), "A series is"),
    "no item": (lambda f: spoil_card(f, item=3), "damaged"),
    "a kind to come": (lambda f: spoil_card(f, item={"kind": "smell", "shape": [1]}), "'smell'.*update the explorer"),
    "a newer card": (lambda f: spoil_card(f, format=3), "newer than the 2"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_one_sentence(damage: str, tmp_path: Path) -> None:
    spoiled, reason = DAMAGES[damage]
    folder = folder_of_series(tmp_path / "own")
    spoiled(folder)
    with pytest.raises(InputError, match=reason) as caught:
        data.load(str(folder))
    assert "\n" not in str(caught.value)


def test_rows_of_the_list_say_the_kind(home: Path) -> None:
    folder_of_series(home / "datasets" / "mine")
    rows = {row["name"]: row for row in data.describe()}
    assert (rows["mine"]["kind"], rows["mine"]["shape"], rows["mine"]["image_shape"]) == ("series", [16, 2], [2, 1, 16])
    assert (rows["digits"]["kind"], rows["digits"]["shape"]) == ("image", [8, 8, 1])


def test_too_few_series_are_told_in_their_own_words() -> None:
    parts = [Split(np.zeros((n, 8, 1), np.float32)) for n in (1, 3)]
    dataset = Dataset("mine", "", (), "", "", *parts, kind="series")
    with pytest.raises(InputError, match=r"has 1 train series; a model needs at least 2 .* Add series\."):
        check_trainable(dataset)
    with pytest.raises(InputError, match="training and test series of different shapes"):
        check_trainable(replace(dataset, train=Split(np.zeros((3, 9, 1), np.float32))))
