"""Where the labels of pictures are found: in a folder, in the one above, in the files' own names; and light on dark."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vae.__main__ import main
from vae.data import load
from vae.errors import InputError
from vae.own import own_sets
from vae.own.images.files import label_in
from vae.own.making import NAMES, Making
from vae.own.readers import inspect

ANIMALS, PLACES, EACH = ("cat", "dog"), ("farm", "town", "sea"), 5


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    """Pictures of animals at places, each with a colour of its own: animal/place/beginning_number.png."""
    for a, animal in enumerate(ANIMALS):
        for p, place in enumerate(PLACES):
            folder = tmp_path / "photos" / animal / place
            folder.mkdir(parents=True)
            for i in range(EACH):
                grey = 20 + 100 * a + 30 * p + i
                image = Image.new("L", (12, 12), grey)
                image.putpixel((0, 0), 255 - grey)
                image.save(folder / f"{'ab'[i % 2]}_{i:03}.png")
    return tmp_path / "photos"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("cat_001.png", "cat"),
        ("cat001.png", "cat"),
        ("cat-12.old.png", "cat"),
        ("cat 7.jpg", "cat"),
        ("7_0012.png", "7"),
        ("7-x.png", "7"),
        ("0012.png", None),
        ("_x.png", None),
        ("katze.png", "katze"),
        ("a/b/ü12_3.png", "ü"),
    ],
)
def test_a_files_name_says_what_stands_before_its_number_or_separator(path: str, said: str | None) -> None:
    assert label_in(path.split("/"), "file") == said


@pytest.mark.parametrize(
    ("label", "classes"),
    [
        ("", {"cat": 15, "dog": 15}),
        ("grandparent", {"cat": 15, "dog": 15}),
        ("parent", {"farm": 10, "sea": 10, "town": 10}),
        ("file", {"a": 18, "b": 12}),
        ("none", {}),
    ],
)
def test_labels_come_from_where_it_is_said(label: str, classes: dict[str, int], nested: Path, tmp_path: Path) -> None:
    found = inspect(nested, Making(label=label))
    assert found.classes == classes
    assert set(found.choices["label"]) >= {"", "parent", "file", "none"}, "what else they may be is offered"
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for path in sorted(nested.rglob("*.png")):
            archive.write(path, path.relative_to(nested.parent).as_posix())
    assert inspect(tmp_path / "photos.zip", Making(label=label)).classes == classes


def test_each_picture_has_the_label_of_its_own_path(nested: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", str(nested), "--name", "places", "--label", "parent"]) == 0
    data = load("places")
    assert data.classes == ("farm", "sea", "town")
    for part in (data.train, data.test):
        assert part.labels is not None
        for image, label in zip(part.images, part.labels, strict=True):
            place = (int(image[5, 5, 0]) - 20) % 100 // 30
            assert data.classes[label] == PLACES[place]


def test_parts_stay_parts_and_a_table_beside_gives_way_to_what_is_said(nested: Path) -> None:
    for part in ("train", "test"):
        (nested.parent / "split" / part).mkdir(parents=True)
        for animal in ANIMALS:
            for path in sorted((nested / animal).rglob("*.png")):
                target = nested.parent / "split" / part / animal / path.parent.name / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    found = inspect(nested.parent / "split", Making(label="parent"))
    assert found.parts == {"train": 30, "test": 30}
    assert set(found.classes) == set(PLACES)
    rows = "".join(
        f"{path.relative_to(nested).as_posix()},z{i % 2}\n" for i, path in enumerate(sorted(nested.rglob("*.png")))
    )
    (nested / "metadata.csv").write_text("file_name,label\n" + rows)
    assert set(inspect(nested).classes) == {"z0", "z1"}
    assert set(inspect(nested, Making(label="parent")).classes) == set(PLACES)


def test_names_of_files_are_offered_where_no_folder_says_a_class(tmp_path: Path) -> None:
    for i in range(20):
        Image.new("L", (12, 12), i).save(tmp_path / f"{'cat' if i % 2 else 'dog'}.{i}.png")
    found = inspect(tmp_path)
    assert found.classes == {}
    assert any("names begin in 2 ways" in note for note in found.notes)
    assert inspect(tmp_path, Making(label="file")).classes == {"cat": 10, "dog": 10}


@pytest.mark.parametrize("label", [*NAMES, "first", "last"])
def test_a_table_has_columns_and_files_have_names(label: str, nested: Path, tmp_path: Path) -> None:
    rows = np.random.default_rng(0).integers(0, 256, (20, 64))
    np.savetxt(tmp_path / "a.csv", np.column_stack([np.arange(20) % 2, rows]), "%d", ",")
    (tmp_path / "b.csv").write_text((tmp_path / "a.csv").read_text())
    tables = [Making(label=label), Making(label=label, kind="series")]
    refused = [(tmp_path / "a.csv", each) for each in tables] if label in NAMES else [(nested, Making(label=label))]
    for path, making in refused:
        with pytest.raises(InputError, match="label is"):
            inspect(path, making)


def test_light_and_dark_are_exchanged(nested: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", str(nested), "--name", "as-it-is"]) == 0
    assert main(["add", str(nested), "--name", "exchanged", "--invert"]) == 0
    before, after = load("as-it-is"), load("exchanged")
    assert np.array_equal(before.train.images, 255 - np.asarray(after.train.images))
    assert np.array_equal(before.train.labels, after.train.labels)  # type: ignore[arg-type]
    assert own_sets.prepared.read_card(own_sets.prepared.folder_of("exchanged")).notes == [
        "Light and dark are exchanged."
    ]
    seen = inspect(nested), inspect(nested, Making(invert=True))
    assert np.array_equal(seen[0].thumbnails, 255 - seen[1].thumbnails), "the preview shows what will be"
