"""A person's own data: every kind of file gives the pictures that are in it, and no file does harm."""

import gzip
import io
import json
import os
import re
import resource
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.running import ROOT
from vae import data
from vae.datasets import dataset as datasets_dataset
from vae.datasets import prepared
from vae.datasets.downloads import Progress
from vae.errors import InputError
from vae.files import sha256
from vae.own import archives, collection, own_sets
from vae.own import making as own_making
from vae.own.images import files as image_files
from vae.own.images import gathered
from vae.own.images.opening import open_own
from vae.own.making import VALUES, Making
from vae.own.own_sets import Added, add, delete
from vae.own.preview import as_json, suggested_name
from vae.own.readers import inspect
from vae.runs.recipes import recommended
from vae.runs.shelf import training_on


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return tmp_path / "home"


def picture(number, shape=(12, 12), colour=False):
    """Draw a picture whose pixels say its number."""
    return np.random.default_rng(number).integers(0, 256, (*shape, 3) if colour else shape, dtype=np.uint8)


def png(pixels, kind="PNG", **options):
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(file, kind, **options)
    return file.getvalue()


def zipped(path, files, packed=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def foldered(root, files):
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def made(path, name="mine", **making):
    """Make a data set; return it and what was said at its end."""
    *steps, last = add(path, name, Making(**making))
    assert all(isinstance(step, Progress) for step in steps) and isinstance(last, Added)
    return data.load(name), last


def multiset(*arrays):
    return sorted(image.tobytes() for array in arrays for image in array)


def nothing_left(home):
    """Say whether no data set, no part of one and nothing outside of their folder has come to be."""
    files = [path.name for path in home.rglob("*")] if home.exists() else []
    return all(name == "datasets" or name.endswith(".lock") for name in files)


def refused(home, path, match, **making):
    """Expect one sentence, from a look and from the making of it, and nothing left."""
    with pytest.raises(InputError, match=match):
        inspect(path, Making(**making))
    with pytest.raises(InputError, match=match) as caught:
        list(add(path, "mine", Making(**making)))
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 700
    assert nothing_left(home)
    return str(caught.value)


CLASSES = ("cat", "dog", "emu")


def class_files(n=30, prefix="", classes=CLASSES, shape=(12, 12)):
    return {f"{prefix}{classes[i % len(classes)]}/{i}.png": png(picture(i, shape)) for i in range(n)}


# What is in a file is what is in the set


@pytest.mark.parametrize("pack", ["zip", "folder"])
def test_folders_become_classes_and_every_picture_comes_through_unchanged(pack, tmp_path):
    files = class_files(prefix="all my pictures/")
    path = zipped(tmp_path / "a.zip", files) if pack == "zip" else foldered(tmp_path / "a", files)
    dataset, added = made(path)
    assert (dataset.classes, added.classes) == (CLASSES, list(CLASSES))
    assert dataset.image_shape == (1, 12, 12)
    assert (len(dataset.train), len(dataset.test)) == (27, 3)
    assert multiset(dataset.train.images, dataset.test.images) == sorted(picture(i).tobytes() for i in range(30))
    of = {picture(i).tobytes(): i % 3 for i in range(30)}
    for part in (dataset.train, dataset.test):
        assert [of[image.tobytes()] for image in part.images] == part.labels.tolist()
    assert np.bincount(dataset.test.labels).tolist() == [1, 1, 1]


def array_file(path, images, labels, packed=True, **more):
    (np.savez_compressed if packed else np.savez)(path, images=images, labels=labels, **more)
    return path


def csv_file(path, images, labels, heading=True, white=255, last=False):
    rows = [",".join(f"{float(value) * white / 255:g}" for value in image.ravel()) for image in images]
    lines = [f"{row},{label}" if last else f"{label},{row}" for row, label in zip(rows, labels, strict=True)]
    named = [f"pixel{i}" for i in range(images[0].size)]
    path.write_text(
        "\n".join(([",".join([*named, "label"] if last else ["label", *named])] if heading else []) + lines)
    )
    return path


TABLES = {
    "npz": lambda path, x, y: array_file(path / "a.npz", x, y),
    "npz, not packed": lambda path, x, y: array_file(path / "a.npz", x, y, packed=False),
    "npz of floats": lambda path, x, y: array_file(path / "a.npz", x.astype(np.float32) / 255, y),
    "npz of flat rows": lambda path, x, y: array_file(path / "a.npz", x.reshape(len(x), -1), y[:, None]),
    "npz, channels first": lambda path, x, y: array_file(path / "a.npz", x[:, None], np.eye(3)[y]),
    "npz, column by column": lambda path, x, y: array_file(path / "a.npz", np.asfortranarray(x), y),
    "csv with a heading": lambda path, x, y: csv_file(path / "a.csv", x, y),
    "csv without": lambda path, x, y: csv_file(path / "a.csv", x, y, heading=False),
    "csv, label last": lambda path, x, y: csv_file(path / "a.csv", x, y, heading=False, last=True),
    "csv in 0 to 1": lambda path, x, y: csv_file(path / "a.csv", x, y, white=1),
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_pixels_come_through_unchanged(kind, tmp_path):
    images, labels = np.stack([picture(i, (9, 9)) for i in range(40)]), np.arange(40) % 3
    dataset, _ = made(TABLES[kind](tmp_path, images, labels))
    assert dataset.image_shape == (1, 9, 9)
    assert dataset.classes == ("0", "1", "2")
    of = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    for part in (dataset.train, dataset.test):
        assert [of[image.tobytes()] for image in part.images] == part.labels.tolist()
    assert len(dataset.train) + len(dataset.test) == 40


def test_a_csv_without_labels_and_one_that_is_not_square_do(tmp_path):
    images = np.stack([picture(i, (9, 9)) for i in range(20)])
    path = tmp_path / "a.csv"
    path.write_text("\n".join(";".join(map(str, image.ravel())) for image in images))
    assert made(path)[0].train.labels is None
    oblong = np.stack([picture(i, (11, 9)) for i in range(20)])
    path.write_text("\n".join(" ".join(map(str, image.ravel())) for image in oblong))
    refused_sentence = "99 values in a row.*--height and --width"
    with pytest.raises(InputError, match=refused_sentence):
        inspect(path)
    dataset, _ = made(path, "oblong", height=11, width=9)
    assert multiset(dataset.train.images, dataset.test.images) == multiset(oblong)


def test_words_can_be_labels_and_classes_are_in_the_order_people_sort(tmp_path):
    names = ["a10", "a2", "B1"]
    images = np.stack([picture(i, (9, 9)) for i in range(12)])
    dataset, _ = made(csv_file(tmp_path / "a.csv", images, [names[i % 3] for i in range(12)], heading=False))
    assert dataset.classes == ("a2", "a10", "B1")


def test_colour_is_kept_by_choice_and_suggested_where_there_is_any(tmp_path):
    coloured = {f"{i}.png": png(picture(i, colour=True)) for i in range(8)}
    grey = {f"{i}.png": png(np.repeat(picture(i)[..., None], 3, axis=2)) for i in range(8)}
    a, b = zipped(tmp_path / "a.zip", coloured), zipped(tmp_path / "b.zip", grey)
    assert inspect(a).suggested.colour and not inspect(b).suggested.colour
    dataset, _ = made(a)
    expected = [picture(i, colour=True) for i in range(8)]
    assert multiset(dataset.train.images, dataset.test.images) == multiset(expected)
    as_grey, _ = made(a, "grey", colour=False)
    converted = [np.asarray(Image.fromarray(image).convert("L")) for image in expected]
    assert multiset(as_grey.train.images, as_grey.test.images) == multiset(converted)


def test_parts_that_the_data_comes_with_are_kept(tmp_path):
    train = {f"set/train/{i % 2}/{i}.png": png(picture(i)) for i in range(10)}
    test = {f"set/test/{i % 2}/{i}.png": png(picture(100 + i)) for i in range(4)}
    path = zipped(tmp_path / "a.zip", train | test)
    assert inspect(path).parts == {"train": 10, "test": 4}
    dataset, _ = made(path)
    assert multiset(dataset.train.images) == sorted(picture(i).tobytes() for i in range(10))
    assert multiset(dataset.test.images) == sorted(picture(100 + i).tobytes() for i in range(4))
    assert dataset.classes == ("0", "1")


@pytest.mark.parametrize(
    "spelling", ["x_train y_train x_test y_test", "train_images train_labels test_images test_labels"]
)
def test_arrays_for_two_parts_are_kept_apart(spelling, tmp_path):
    x, y = np.stack([picture(i) for i in range(14)]), np.arange(14) % 2
    arrays = dict(zip(spelling.split(), (x[:10], y[:10], x[10:], y[10:]), strict=True))
    np.savez(tmp_path / "a.npz", **arrays)
    dataset, _ = made(tmp_path / "a.npz")
    assert multiset(dataset.train.images) == multiset(x[:10])
    assert multiset(dataset.test.images) == multiset(x[10:])


@pytest.mark.parametrize("table", ["metadata.csv", "metadata.jsonl"])
def test_a_table_beside_the_pictures_says_their_labels(table, tmp_path):
    rows = [{"file_name": f"{i}.png", "label": "odd" if i % 2 else "even"} for i in range(12)]
    text = "file_name,label\n" + "\n".join(",".join(row.values()) for row in rows)
    if table.endswith("jsonl"):
        text = "\n".join(map(json.dumps, rows))
    files = {f"{i}.png": png(picture(i)) for i in range(12)}
    dataset, _ = made(foldered(tmp_path / "a", files | {table: text.encode()}))
    assert dataset.classes == ("even", "odd")
    of = {picture(i).tobytes(): i % 2 for i in range(12)}
    assert [of[image.tobytes()] for image in dataset.train.images] == dataset.train.labels.tolist()


# How pictures are brought to one size


def test_pictures_of_all_sizes_and_modes_make_one_set(tmp_path):
    modes = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F"]
    files = {}
    for i, mode in enumerate(modes):
        image = Image.fromarray(picture(i, (20 + i, 30 - i), colour=True)).convert("L" if mode in "IF" else "RGB")
        files[f"{i}.tif"] = png(image.convert(mode), "TIFF")
    path = zipped(tmp_path / "a.zip", files | {f"j{i}.jpg": png(picture(i, (64, 48)), "JPEG") for i in range(3)})
    preview = inspect(path)
    assert preview.images == preview.checked == 12 and preview.left_out.count == 0
    assert (
        len(preview.modes) == 8
        and set(preview.modes) <= set(modes)
        and any("different sizes" in note for note in preview.notes)
    )
    dataset, _ = made(path, height=16, width=24)
    assert dataset.train.images.shape[1:3] == (16, 24)


def test_a_picture_is_cropped_about_its_middle_or_kept_whole_as_chosen(tmp_path):
    pixels = np.full((40, 60), 200, np.uint8)
    pixels[:, :8] = pixels[:, -8:] = 50  # outside of the middle square
    path = zipped(tmp_path / "a.zip", {f"{i}.png": png(pixels) for i in range(5)})
    cropped, _ = made(path, "cropped", height=20)
    padded, _ = made(path, "padded", height=20, fit="pad")
    assert (abs(cropped.train.images.astype(int) - 200) < 9).all()  # the resampling rings a little at the cut
    first = padded.train.images[0, ..., 0]
    assert first[10, 1] < 80 and first[10, 18] < 80 and first[10, 10] == 200  # both sides are there


def test_a_telephone_s_pictures_stand_upright(tmp_path):
    pixels = picture(1, (12, 16))
    turned = Image.Exif()
    turned[0x0112] = 6
    files = {f"{i}.png": png(pixels, exif=turned) for i in range(5)}
    dataset, _ = made(zipped(tmp_path / "a.zip", files), colour=False)
    assert (dataset.train.images[0, ..., 0] == np.rot90(pixels, -1)).all()


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0)])
def test_drawings_on_nothing_are_laid_on_a_ground_that_shows_them(ink, ground, tmp_path):
    pixels = np.full((12, 12, 4), (ink, ink, ink, 0), np.uint8)
    pixels[4:8, 4:8, 3] = 255
    dataset, _ = made(zipped(tmp_path / "a.zip", {f"{i}.png": png(pixels) for i in range(5)}))
    first = dataset.train.images[0, ..., 0]
    assert first[0, 0] == ground and first[6, 6] == ink


def test_animated_pictures_give_their_first(tmp_path):
    frames = [Image.fromarray(picture(i)) for i in range(3)]
    gif = png(frames[0], "GIF", save_all=True, append_images=frames[1:])
    path = zipped(tmp_path / "a.zip", {f"{i}.gif": gif for i in range(5)})
    assert any("5 pictures are animated" in note for note in inspect(path).notes)
    dataset, _ = made(path, colour=False)
    assert (dataset.train.images[0, ..., 0] == picture(0)).all()


# The split


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=60),
    st.floats(0.01, 0.5),
    st.integers(0, 2**31 - 1),
)
def test_a_split_shares_out_every_picture_once_each_class_in_proportion(labels, held_out, seed):
    own = _Labelled([str(label) for label in labels])
    kept = list(range(len(labels)))
    parts, _ = own_making.split(own, kept, Making(held_out=held_out, seed=seed))
    again, _ = own_making.split(own, kept, Making(held_out=held_out, seed=seed))
    assert sorted([*parts["train"], *parts["test"]]) == kept
    assert min(len(part) for part in parts.values()) >= 2
    assert all((parts[part] == again[part]).all() for part in parts)
    share = len(parts["test"]) / len(labels)
    for label in set(labels):
        members = [i for i in kept if labels[i] == label]
        assert abs(len(set(members) & set(parts["test"].tolist())) - share * len(members)) <= 1


class _Labelled(gathered.Gathered):
    kind = "test"

    def __init__(self, labels):
        super().__init__()
        self.labels, self.parts = labels, [None] * len(labels)

    def name_of(self, number):
        return str(number)

    def read(self, numbers):
        return iter(())

    def close(self):
        pass


def test_the_same_seed_gives_the_same_files_and_another_others(tmp_path):
    path = zipped(tmp_path / "a.zip", class_files(60))
    sums = {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        made(path, name, seed=seed)
        sums[name] = data.card_of(name).files
    assert sums["a"] == sums["b"] != sums["c"]


# What a set of one's own is


def test_a_set_of_one_s_own_is_a_set_like_the_others(tmp_path, home):
    assert not data.is_known("mine")
    dataset, _ = made(zipped(tmp_path / "a.zip", class_files()))
    datasets_dataset.check_trainable(dataset)
    assert data.is_ready("mine") and prepared.is_own("mine") and prepared.own_names() == ["mine"]
    assert data.image_shape_of("mine") == (1, 12, 12) and data.training_images_of("mine") == 27
    assert recommended("mine").dataset == "mine"
    row = next(row for row in data.describe() if row["name"] == "mine")
    assert (row["own"], row["classes"], row["sizes"], row["where"]) == (True, 3, [27, 3], "ready")
    assert isinstance(dataset.train.images, np.memmap) and not dataset.train.images.flags.writeable
    card = data.card_of("mine")
    assert {name: sha256(home / "datasets/mine" / name) for name in card.files} == card.files
    assert list(prepared.prepare("mine")) == [Progress("ready", 1, 1)]


def test_it_can_be_deleted_and_then_its_name_is_free(tmp_path, home):
    path = zipped(tmp_path / "a.zip", class_files())
    made(path)
    with pytest.raises(InputError, match="There is a data set 'mine' already"):
        next(add(path, "mine"))
    delete("mine", training_on)
    assert nothing_left(home)
    with pytest.raises(InputError, match="Unknown data set 'mine'"):
        data.load("mine")
    made(path)


@pytest.mark.parametrize("name", ["", "A", "a/b", "../x", "é", "🙂", "a" * 65, "a" * 300, ".x", "a\n", "-x"])
def test_a_name_that_is_none_is_one_sentence(name, tmp_path, home):
    with pytest.raises(InputError, match="A data set's name is 1 to 64") as caught:
        next(add(zipped(tmp_path / "a.zip", class_files()), name))
    assert len(str(caught.value)) < 300 and nothing_left(home)


def test_the_explorer_s_own_sets_can_be_neither_replaced_nor_deleted(tmp_path, home):
    with pytest.raises(InputError, match="belongs to a data set that comes with the explorer"):
        next(add(zipped(tmp_path / "a.zip", class_files()), "mnist"))
    with pytest.raises(InputError, match="cannot be deleted"):
        delete("digits", training_on)
    with pytest.raises(InputError, match=r"There is no data set '\.\./x' of your own"):
        delete("../x", training_on)


def test_of_two_that_add_the_same_name_one_is_told_to_wait(tmp_path):
    path = zipped(tmp_path / "a.zip", class_files())
    first = add(path, "mine")
    next(first)
    with pytest.raises(own_sets.Busy, match="being added at this moment"):
        next(add(path, "mine"))
    *_, last = first
    assert isinstance(last, Added)


def test_given_up_half_way_leaves_nothing(tmp_path, home):
    steps = add(zipped(tmp_path / "a.zip", class_files()), "mine")
    next(steps)
    steps.close()
    assert nothing_left(home)


def test_what_a_killed_process_left_goes_with_the_next(tmp_path, home):
    path = zipped(tmp_path / "a.zip", class_files())
    for left in (".mine.adding", ".other.adding", ".third.deleted"):
        foldered(home / "datasets" / left, {"all": b"x"})
    made(path)
    assert sorted(p.name for p in (home / "datasets").iterdir() if p.is_dir()) == ["mine"]


def test_a_name_is_suggested_that_is_free(tmp_path):
    assert suggested_name(Path("My Photos (1).zip")) == "my-photos-1"
    assert suggested_name(Path("mnist.npz")) == "mnist-2"
    assert suggested_name(Path("🙂.zip")) == "my-pictures"
    made(zipped(tmp_path / "a.zip", class_files()), "photos")
    assert suggested_name(Path("photos.zip")) == "photos-2"


def test_a_preview_shows_some_of_every_class_as_they_would_come_out(tmp_path):
    path = zipped(tmp_path / "a.zip", class_files(300))
    preview = inspect(path)
    assert preview.classes == dict.fromkeys(CLASSES, 100)
    assert preview.thumbnails.shape == (24, 12, 12, 1) and preview.thumbnails.dtype == np.uint8
    assert [preview.thumbnail_classes.count(name) for name in CLASSES] == [8, 8, 8]
    of = {picture(i).tobytes(): CLASSES[i % 3] for i in range(300)}
    assert [of[image.tobytes()] for image in preview.thumbnails] == preview.thumbnail_classes
    told = json.loads(json.dumps(as_json(preview)))
    assert told["thumbnails"]["columns"] == 8 and told["suggested"]["height"] == 12


# Some of it is no picture: named, counted, left out


def test_one_broken_picture_among_a_thousand_is_named_and_left_out(tmp_path):
    files = class_files(1000, shape=(8, 8))
    files["cat/999.png"] = files.pop("cat/999.png")[:60]
    path = zipped(tmp_path / "a.zip", files)
    preview = inspect(path)
    assert (preview.images, preview.checked, preview.left_out.count) == (999, 999, 1)
    assert preview.left_out.shown[0].name == "cat/999.png"
    dataset, added = made(path)
    assert len(dataset.train) + len(dataset.test) == 999
    assert added.left_out.count == data.card_of("mine").left_out == 1


def link(name):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_paths_that_lead_out_and_links_are_left_out_and_nothing_is_written_anywhere_else(tmp_path, home):
    path = tmp_path / "in" / "a.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in class_files().items():
            archive.writestr(name, content)
        for name in ("../up.png", "/root.png", "a/../../b.png", "C:/x.png", "..\\win.png"):
            archive.writestr(name, png(picture(1)))
        archive.writestr(link("cat/link.png"), "/etc/passwd")
        archive.writestr("inner.zip", b"PK")
        archive.writestr("notes.txt", b"hello")
        archive.writestr("__MACOSX/cat/._1.png", b"junk")
        archive.writestr("cat/.DS_Store", b"junk")
    before = {p for p in tmp_path.rglob("*") if home not in p.parents and p != home}
    _, added = made(path)
    reasons = {one.name: one.reason for one in added.left_out.shown}
    assert added.left_out.count == len(reasons) == 8
    assert all("leads out" in reasons[name] for name in ("../up.png", "/root.png", "C:/x.png", "../win.png"))
    assert "link" in reasons["cat/link.png"] and "archive within" in reasons["inner.zip"].lower()
    assert {p for p in tmp_path.rglob("*") if home not in p.parents and p != home} == before


def test_links_in_a_folder_are_not_followed(tmp_path):
    secret = foldered(tmp_path / "secret", {"s.png": png(picture(700))})
    root = foldered(tmp_path / "a", class_files())
    (root / "cat/link.png").symlink_to(secret / "s.png")
    (root / "linked").symlink_to(secret)
    os.mkfifo(root / "cat/pipe.png")
    dataset, added = made(root)
    assert {one.name for one in added.left_out.shown} >= {"cat/link.png", "cat/pipe.png"}
    assert picture(700).tobytes() not in multiset(dataset.train.images, dataset.test.images)


def test_pictures_without_a_label_become_a_class_of_their_own_and_it_is_said(tmp_path):
    path = zipped(tmp_path / "a.zip", class_files() | {f"{i}.png": png(picture(100 + i)) for i in range(5)})
    preview = inspect(path)
    assert preview.classes == {"cat": 10, "dog": 10, "emu": 10, "unlabelled": 5}
    assert any("5 pictures have no label" in note for note in preview.notes)
    images, labels = np.stack([picture(i, (9, 9)) for i in range(12)]), ["a", "b", "", "a"] * 3
    assert inspect(csv_file(tmp_path / "a.csv", images, labels)).classes == {"a": 6, "b": 3, "unlabelled": 3}


def test_what_cannot_be_read_makes_no_class_of_what_it_lacks(tmp_path):
    files = {f"cat/{i}.png": png(picture(i)) for i in range(10)} | {"fake.png": b"no picture"}
    preview = inspect(zipped(tmp_path / "a.zip", files))
    assert (preview.images, preview.classes, preview.left_out.count) == (10, {}, 1)
    assert not any("unlabelled" in note for note in preview.notes)


def test_empty_classes_are_none_and_a_class_may_have_one_picture(tmp_path):
    root = foldered(tmp_path / "a", class_files() | {"lone/1.png": png(picture(99))})
    (root / "empty").mkdir()
    assert any("no classes: empty" in note for note in inspect(root).notes)
    dataset, _ = made(root)
    assert dataset.classes == (*CLASSES, "lone")


def test_labels_that_are_all_different_are_no_classes(tmp_path, monkeypatch):
    monkeypatch.setattr(collection, "MOST_CLASSES", 5)
    preview = inspect(zipped(tmp_path / "a.zip", {f"{i}/x.png": png(picture(i)) for i in range(8)}))
    assert preview.classes == {} and any("8 different labels" in note for note in preview.notes)


def test_ragged_rows_and_words_among_pixels_are_named_by_row(tmp_path):
    images = np.stack([picture(i, (9, 9)) for i in range(20)])
    path = csv_file(tmp_path / "a.csv", images, np.arange(20) % 2)
    lines = path.read_text().splitlines()
    lines[4] += ",7"
    lines[9] = lines[9].replace(",", ",abc,", 1).rsplit(",", 1)[0]
    lines[12] = lines[12].rsplit(",", 1)[0] + ",nan"
    lines[15] = lines[15].rsplit(",", 1)[0] + ",300"
    path.write_text("\n".join(lines))
    dataset, added = made(path)
    reasons = {one.name: one.reason for one in added.left_out.shown}
    assert reasons["row 5"] == "83 values where 82 are expected."
    assert reasons["row 10"] == "Column 2 holds 'abc' and no number."
    assert "NaN" in reasons["row 13"] and "to 300" in reasons["row 16"]
    assert len(dataset.train) + len(dataset.test) == 16


# Hostile and hopeless files: one sentence, nothing left


def test_text_files_and_empty_archives_are_one_sentence(tmp_path, home):
    text = {f"notes/{i}.txt": b"hello" for i in range(12)}
    refused(home, zipped(tmp_path / "a.zip", text), r"a.zip holds no pictures.*among its 12 files.*notes/0.txt")
    refused(home, zipped(tmp_path / "b.zip", {}), "holds no pictures.*it is empty")
    refused(home, zipped(tmp_path / "c.zip", {"train.csv": b"1,2"}), "unpack it, and bring the table")
    (tmp_path / "d").mkdir()
    refused(home, tmp_path / "d", "holds no pictures")
    liars = {f"{i}.png": b"I am no picture" for i in range(9)}
    refused(home, zipped(tmp_path / "e.zip", liars), r"at least 4 pictures; 0 of these.*9\.png|at least 4 pictures")


@pytest.mark.parametrize("n", [0, 1, 3])
def test_fewer_than_four_pictures_are_one_sentence(n, tmp_path, home):
    files = {f"{i}.png": png(picture(i)) for i in range(n)} | {"broken.png": b"x"}
    refused(home, zipped(tmp_path / "a.zip", files), f"at least 4 pictures; {n} of these")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + b"\0" * 10, b"no archive", os.urandom(5000)])
@pytest.mark.parametrize("name", ["a.zip", "a.npz"])
def test_what_is_no_archive_is_one_sentence(name, content, tmp_path, home):
    (tmp_path / name).write_bytes(content)
    refused(home, tmp_path / name, f"{name} (is not a zip file that can be read|is empty)")


def test_a_truncated_archive_is_one_sentence(tmp_path, home):
    path = zipped(tmp_path / "a.zip", class_files())
    path.write_bytes(path.read_bytes()[:-40])
    refused(home, path, "is not a zip file that can be read")


def test_an_archive_with_a_password_is_one_sentence(tmp_path, home):
    path = zipped(tmp_path / "a.zip", class_files(5))
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + offset] |= 1
    path.write_bytes(content)
    refused(home, path, "locked with a password")


def test_as_many_files_as_are_allowed_are_taken_and_one_more_is_a_sentence(tmp_path, home, monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 50)
    monkeypatch.setattr(image_files.ImageFiles, "most_files", 50)
    made(zipped(tmp_path / "a.zip", class_files(50, shape=(8, 8))))
    delete("mine", training_on)
    refused(home, zipped(tmp_path / "b.zip", class_files(51, shape=(8, 8))), "more than 50 files")
    refused(home, foldered(tmp_path / "c", class_files(51, shape=(8, 8))), "more than 50 files")


def test_a_picture_of_a_hundred_megapixels_is_left_out_unread(tmp_path):
    files = class_files() | {"cat/huge.png": big_png(10_000, 10_000)}
    path = zipped(tmp_path / "a.zip", files)
    with _memory(400 << 20):
        preview = inspect(path)
    (one,) = preview.left_out.shown
    assert one.name == "cat/huge.png" and "megapixels" in one.reason


def big_png(width, height):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class _memory:
    """Let this process take so many more bytes of address space and no more."""

    def __init__(self, more):
        self.more = more

    def __enter__(self):
        self.before = resource.getrlimit(resource.RLIMIT_AS)
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + self.more, self.before[1]))

    def __exit__(self, *_):
        resource.setrlimit(resource.RLIMIT_AS, self.before)


def bomb(path, megabytes, name="cat/bomb.png", declared=None):
    """Write a zip file with a member of so many megabytes of zeros, which may say that it has another size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in class_files().items():
            archive.writestr(file, content)
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(megabytes):
                member.write(bytes(1 << 20))
    if declared is not None:
        content = path.read_bytes()
        path.write_bytes(content.replace(struct.pack("<Q", megabytes << 20), struct.pack("<Q", declared)))
    return path


@pytest.mark.parametrize("declared", [None, 1000, 2**40])
def test_a_bomb_in_a_zip_is_left_out_whatever_size_it_says_it_has(declared, tmp_path):
    path = bomb(tmp_path / "a.zip", 600, declared=declared)
    assert path.stat().st_size < 2 << 20
    with _memory(300 << 20):
        preview = inspect(path)
        dataset, added = made(path)
    assert (preview.images, len(dataset.train) + len(dataset.test)) == (30, 30)
    assert [one.name for one in added.left_out.shown] == ["cat/bomb.png"]


def test_an_archive_that_unpacks_to_more_than_is_allowed_in_all_is_refused(tmp_path, home, monkeypatch):
    monkeypatch.setattr(image_files.ImageFiles, "most_read", 3 << 20)
    files = {f"{i}.bmp": png(np.zeros((512, 512), np.uint8), "BMP") for i in range(20)}
    refused(home, zipped(tmp_path / "a.zip", files), "It unpacks to more than")


def test_an_archive_of_more_pixels_than_is_allowed_in_all_is_refused(tmp_path, home, monkeypatch):
    monkeypatch.setattr(image_files.ImageFiles, "most_pixels", 3 << 20, raising=False)
    plain = png(np.zeros((1024, 1024), np.uint8))
    refused(home, zipped(tmp_path / "a.zip", {f"{i}.png": plain for i in range(5)}), "Its pictures have more than")


def test_an_array_that_says_it_is_huge_is_one_sentence(tmp_path, home):
    for number, (shape, reason) in enumerate(
        {
            (10**9, 28, 28): "says it holds 1,000,000,000 pictures",
            (100, 10**6, 10**6): "at most 4096 a side",
            (1000, 4096, 4096): "GB of them",
            (10, 4096, 4096, 3): None,
        }.items()
    ):
        header = io.BytesIO()
        np.lib.format.write_array_header_2_0(header, {"descr": "<f8", "fortran_order": False, "shape": shape})
        path = zipped(tmp_path / f"{number}.npz", {"images.npy": header.getvalue() + bytes(1 << 20)})
        with _memory(400 << 20):
            refused(home, path, reason or "MB each")


def test_pickles_in_an_npz_are_never_opened(tmp_path, home):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "sprung",)

    np.savez(tmp_path / "a.npz", images=np.array([Trap()] * 5, dtype=object), labels=np.arange(5))
    refused(home, tmp_path / "a.npz", "Python objects.*never opened")
    np.savez(tmp_path / "b.npz", images=np.zeros((5, 8, 8), np.uint8), labels=np.array([Trap()] * 5, dtype=object))
    refused(home, tmp_path / "b.npz", "Python objects.*never opened")
    assert not (tmp_path / "sprung").exists()


BAD_ARRAYS = {
    "no pictures": ({"weights": np.zeros(5)}, "no array of pictures.*weights"),
    "another number of labels": ({"images": np.zeros((9, 8, 8)), "labels": np.zeros(8)}, "9 pictures but labels"),
    "a shape that is none": ({"images": np.zeros((9, 8, 8, 2))}, "Pictures are"),
    "all out of range": ({"images": np.full((9, 8, 8), 1000)}, "at least 4 pictures; 0 of these.*outside 0 to 255"),
    "all NaN": ({"images": np.full((9, 8, 8), np.nan)}, "at least 4 pictures; 0 of these.*NaN"),
    "complex": ({"images": np.zeros((9, 8, 8), complex)}, "holds complex128"),
}


@pytest.mark.parametrize("case", BAD_ARRAYS)
def test_arrays_that_are_no_pictures_are_one_sentence(case, tmp_path, home):
    arrays, reason = BAD_ARRAYS[case]
    np.savez(tmp_path / "a.npz", **arrays)
    refused(home, tmp_path / "a.npz", reason)


def test_a_damaged_array_is_one_sentence(tmp_path, home):
    path = array_file(tmp_path / "a.npz", np.stack([picture(i) for i in range(50)]), np.arange(50), packed=False)
    content = bytearray(path.read_bytes())
    content[3000] ^= 255
    path.write_bytes(content)
    refused(home, path, r"a.npz: images.npy is damaged \(Bad CRC-32")


BAD_TABLES = {
    "measurements": ("a,b,c,d,class\n" + "\n".join(["0.1,0.2,0.3,0.4,x"] * 9), "4 values in a row"),
    "prose": ("Dear reader,\nthis is a letter.\n", "no square picture|no row of pixels"),
    "a heading alone": ("label," + ",".join(f"pixel{i}" for i in range(81)), "no row of pixels"),
    "every row ragged": ("label," + ",".join(f"p{i}" for i in range(81)) + "\n1,2\n3,4\n", "row 2: 2 values where 82"),
    "all words": ("\n".join(",".join(["abc"] * 81) for _ in range(9)), "at least 4 pictures; 0|no row of pixels"),
    "bytes": ("1,2\0,3", "row 1 is no text"),
    "a row without an end": ("1," * (3 << 20), "row 1 is longer than 4 MB"),
    "blank": ("\n\n  \n", "is empty"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_tables_that_hold_no_pictures_are_one_sentence(case, tmp_path, home):
    text, reason = BAD_TABLES[case]
    (tmp_path / "a.csv").write_text(text)
    refused(home, tmp_path / "a.csv", reason)


def test_files_of_other_kinds_and_no_files_are_one_sentence(tmp_path, home):
    (tmp_path / "a.tar").write_bytes(b"x" * 600)
    refused(home, tmp_path / "a.tar", "of no kind that is read")
    refused(home, tmp_path / "nowhere.zip", "There is no")


@pytest.mark.parametrize(
    "making",
    [{"height": 7}, {"width": 300}, {"fit": "squash"}, {"held_out": 0.9}, {"held_out": float("nan")}, {"seed": -1}],
)
def test_settings_out_of_range_are_one_sentence(making):
    with pytest.raises(InputError, match="got"):
        Making(**making)


def test_every_file_is_closed_again(tmp_path):
    for path in (
        zipped(tmp_path / "a.zip", class_files()),
        TABLES["csv without"](tmp_path, np.zeros((9, 9, 9), int) + 7, np.arange(9)),
    ):
        with open_own(path, Making()):
            pass
        path.unlink()


# Real processes


def command(home, *words, **options):
    environment = os.environ | {"LATENT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "vae", *words], env=environment, cwd=ROOT, capture_output=True, text=True, **options
    )


def test_the_command_line_looks_adds_lists_and_deletes(tmp_path, home):
    path = zipped(tmp_path / "birds.zip", class_files() | {"cat/broken.png": b"x"})
    looked = command(home, "add", str(path), "--inspect", "--json")
    assert json.loads(looked.stdout)["left_out"]["count"] == 1 and nothing_left(home)
    added = command(home, "add", str(path), "--side", "16", "--colour", "--held-out", "0.2", "--seed", "3")
    assert added.returncode == 0, added.stderr
    assert "Added birds: 3x16x16, 24 + 6 images, 3 classes" in added.stdout and "cat/broken.png" in added.stdout
    assert json.loads(command(home, "datasets", "--json").stdout)[-1]["name"] == "birds"
    again = command(home, "add", str(path), "--name", "birds")
    assert again.returncode == 2 and again.stderr.startswith("error: There is a data set 'birds' already")
    assert command(home, "datasets", "--delete", "birds").returncode == 0 and prepared.own_names() == []
    assert command(home, "datasets", "--delete", "mnist").returncode == 2


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, home):
    path = zipped(tmp_path / "a.zip", class_files(60, shape=(64, 64)))
    code = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
from vae.__main__ import main
sys.exit(main(["add", {str(path)!r}, "--name", "mine"]))
"""
    environment = os.environ | {"LATENT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert ended.returncode == 2 and "Cannot write" in ended.stderr and "Traceback" not in ended.stderr
    assert nothing_left(home)


def test_a_limit_of_time_is_one_sentence_and_leaves_nothing(tmp_path, home):
    plain = big_png(5000, 5000)  # half a second each
    path = zipped(tmp_path / "a.zip", {f"{i}.png": plain for i in range(40)}, packed=zipfile.ZIP_STORED)
    ended = command(home, "add", str(path), "--cpu-seconds", "2")
    assert ended.returncode == 2 and "more than 2 s of a processor; bring fewer" in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr and nothing_left(home)


def test_too_little_room_is_said_before_anything_is_read(tmp_path, home, monkeypatch):
    usage = own_sets.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(own_sets.shutil, "disk_usage", lambda _: usage._replace(free=1 << 20))
    with pytest.raises(InputError, match=r"need .* MB while they are added, and 1 MB are free"):
        list(add(zipped(tmp_path / "a.zip", class_files()), "mine"))
    assert nothing_left(home)


def test_looking_and_adding_load_neither_torch_nor_scikit_learn():
    modules = "vae.commands.add, vae.own.own_sets, vae.own.preview"
    code = f"import sys, {modules}; print({{'torch', 'sklearn', 'streamlit', 'starlette'}} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout.strip() == "set()", ended.stderr


# What a file does not say by itself is said, and can be chosen


def greys(n=60, shape=(20, 20)):
    """Make pictures of which each has black, white and all between, and their labels 0 to 2."""
    ramp = np.linspace(0, 255, shape[0] * shape[1]).round().astype(np.uint8)
    return np.stack([np.roll(ramp, 7 * i).reshape(shape) for i in range(n)]), np.arange(n) % 3


def notes_of(path, **making):
    return " ".join(inspect(path, Making(**making)).notes)


def card_notes(home, name="mine"):
    return " ".join(json.loads((home / "datasets" / name / "card.json").read_text())["notes"])


def comes_through(path, images, name="mine", **making):
    """Say whether the set made of a file has just these pictures."""
    dataset, _ = made(path, name, **making)
    return multiset(dataset.train.images, dataset.test.images) == sorted(image.tobytes() for image in images)


TYPES = {
    "float from -1 to 1": (lambda x: (x / 127.5 - 1).astype(np.float32), "from -1 to 1: taken as -1 .black. to 1"),
    "half precision": (lambda x: (x / 127.5 - 1).astype(np.float16), "taken as -1 .black. to 1"),
    "uint16": (
        lambda x: x.astype(np.uint16) * 257,
        "from 0 to 65535: taken as 0 .black. to 65535 .white., the range of",
    ),
    "uint16 of 12 bits": (
        lambda x: (x.astype(np.uint16) * 4095.0 / 255).round().astype(np.uint16),
        "0 to 4095: the least",
    ),
    "int16 of a scanner": (lambda x: x.astype(np.int16) * 12 - 1024, "from -1024 to 2036: the least is black"),
    "int8": (lambda x: (x.astype(np.int16) - 128).astype(np.int8), "from -128 to 127: the least is black"),
    "big-endian int32": (lambda x: x.astype(">i4") * 1000, "from 0 to 255000: the least is black"),
    "standardised": (lambda x: ((x - 100.0) / 40).astype(np.float64), "from -2.5 to 3.875: the least is black"),
}


@pytest.mark.parametrize("kind", TYPES)
def test_numbers_of_every_range_become_the_same_greys_and_it_is_said(kind, tmp_path, home):
    images, labels = greys()
    stored, said = TYPES[kind]
    path = array_file(tmp_path / "a.npz", stored(images), labels)
    assert re.search(said, notes_of(path))
    assert inspect(path).choices["values"][1:] == VALUES
    if kind == "half precision":
        assert made(path)[0].classes == ("0", "1", "2")
    else:
        assert comes_through(path, images)
    assert re.search(said, card_notes(home))


def test_one_picture_that_never_goes_below_0_is_read_as_the_others_of_its_set(tmp_path):
    images, labels = greys()
    images[0] = np.maximum(images[0], 200)
    stored = (images / 127.5 - 1).astype(np.float32)
    assert stored[0].min() > 0
    assert comes_through(array_file(tmp_path / "a.npz", stored, labels), images)


def test_fractions_and_bytes_are_what_they_were_and_a_stray_changes_nothing(tmp_path, home):
    images, labels = greys()
    for name, stored in {"f": (images / 255).astype(np.float32), "b": images, "i": images.astype(np.int64)}.items():
        path = array_file(tmp_path / f"{name}.npz", stored, labels)
        assert notes_of(path) == "" and comes_through(path, images, name)
    stray = (images / 255).astype(np.float32)
    stray[3, 0, 0] = -0.5
    preview = inspect(array_file(tmp_path / "stray.npz", stray, labels))
    assert preview.images == 59 and "outside 0 to 1" in preview.left_out.shown[0].reason


def test_how_numbers_become_grey_can_be_chosen(tmp_path):
    images, labels = greys()
    path = array_file(tmp_path / "a.npz", (images.astype(np.uint16) * 129), labels)  # to half of what the type has
    found, by_type = (made(path, values, values=values)[0].train.images for values in ("found", "type"))
    assert (found.max(), by_type.max()) == (255, 128)
    with pytest.raises(InputError, match="values is one of: found, type"):
        Making(values="guess")


def test_a_plain_array_is_images_without_labels(tmp_path):
    images, _ = greys()
    np.save(tmp_path / "plain.npy", images)
    (tmp_path / "packed.npy.gz").write_bytes(gzip.compress((tmp_path / "plain.npy").read_bytes()))
    for name in ("plain.npy", "packed.npy.gz"):
        assert inspect(tmp_path / name).classes == {}
        assert comes_through(tmp_path / name, images, name.split(".")[0])


def test_a_plain_array_of_objects_is_never_opened(tmp_path, home):
    np.save(tmp_path / "a.npy", np.array([{}, []], object), allow_pickle=True)
    refused(home, tmp_path / "a.npy", "Python objects")


def idx(array, kind=8):
    return bytes((0, 0, kind, array.ndim)) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("pack", ["beside", "folder", "zip"])
def test_mnists_own_files_are_read_with_their_labels(pack, end, tmp_path):
    images, labels = greys()
    contents = dict(zip(IDX, (idx(images), idx(labels.astype(np.uint8))), strict=True))
    files = {name + end: gzip.compress(content) if end else content for name, content in contents.items()}
    path = zipped(tmp_path / "a.zip", files) if pack == "zip" else foldered(tmp_path / "a", files)
    path = path / (IDX[0] + end) if pack == "beside" else path
    assert inspect(path).classes == {"0": 20, "1": 20, "2": 20}
    assert comes_through(path, images)


def test_mnists_four_files_are_two_parts(tmp_path):
    images, labels = greys()
    files = {}
    for part, rows in {"train": slice(0, 40), "t10k": slice(40, 60)}.items():
        files[f"{part}-images-idx3-ubyte"] = idx(images[rows])
        files[f"{part}-labels-idx1-ubyte"] = idx(labels[rows].astype(np.uint8))
    dataset, _ = made(zipped(tmp_path / "a.zip", files))
    assert (len(dataset.train), len(dataset.test)) == (40, 20)
    assert multiset(dataset.test.images) == sorted(image.tobytes() for image in images[40:])


def test_one_of_mnists_files_alone_is_read_under_any_name_and_says_what_it_lacks(tmp_path):
    images, _ = greys()
    (tmp_path / "digits.bin").write_bytes(idx(images.astype(">i2"), 11))
    assert "No labels: put this file" in notes_of(tmp_path / "digits.bin")
    assert comes_through(tmp_path / "digits.bin", images)


def test_damaged_idx_files_are_one_sentence(tmp_path, home):
    images, labels = greys()
    whole = idx(images)
    for name, content, match in (
        ("cut", whole[:-1], "cut short|at least 4"),
        ("huge", bytes((0, 0, 8, 3)) + b"\x7f\xff\xff\xff" * 3, "at most"),
        ("labels", idx(labels.astype(np.uint8)), "no array of pictures"),
        ("packed", gzip.compress(whole)[:-400], "damaged|no kind"),
    ):
        (tmp_path / name).write_bytes(content)
        refused(home, tmp_path / name, match)


def test_a_table_whose_label_may_be_a_pixel_says_so_and_both_can_be_had(tmp_path):
    rows = np.concatenate([(np.arange(60) % 3)[:, None], greys(60, (19, 21))[0].reshape(60, -1)], axis=1)
    path = tmp_path / "a.csv"
    np.savetxt(path, rows, fmt="%d", delimiter=",")
    preview = inspect(path)
    assert "400 columns are 20 x 20 without a label" in (said := " ".join(preview.notes))
    assert "the first has only 3 values: is it the label?" in said
    assert preview.classes == {} and preview.choices["label"] == ("", "first", "last", "none")
    labelled = inspect(path, Making(label="first"))
    assert labelled.classes == {"0": 20, "1": 20, "2": 20}
    assert "399 pixels make no square: taken as 19 x 21" in " ".join(labelled.notes)
    assert comes_through(path, greys(60, (19, 21))[0], label="first")
    assert made(path, "none", label="none")[0].image_shape == (1, 20, 20)
    assert inspect(path, Making(21, 19, label="first")).sizes == {(21, 19): 60}


def test_a_label_that_is_guessed_is_said_and_one_with_a_heading_is_not(tmp_path):
    images, labels = greys(40, (9, 9))
    for last in (False, True):
        path = csv_file(tmp_path / "a.csv", images, labels, heading=False, last=last)
        assert f"82 columns are 9 x 9 and a label: the {'last' if last else 'first'} is taken" in notes_of(path)
        assert notes_of(csv_file(tmp_path / "b.csv", images, labels, last=last)) == ""
    other = made(path, label="last")[0]
    assert other.classes == ("0", "1", "2")


def test_long_pictures_keep_their_shape_and_what_is_lost_is_said(tmp_path):
    rows = np.arange(60 * 3 * 200).reshape(60, 3, 200).astype(np.uint8)
    path = array_file(tmp_path / "a.npz", rows, np.arange(60) % 3)
    assert "3 x 200 (rows x columns): in 8 x 200 each is kept whole, with bars above and below" in notes_of(path)
    dataset, _ = made(path)
    assert dataset.image_shape == (1, 8, 200)
    known = {row.tobytes() for row in rows}
    assert all(image[2:5].tobytes() in known for image in dataset.train.images)
    assert "7.1 times smaller" in notes_of(path, height=28, width=28)
    tall = array_file(tmp_path / "b.npz", np.zeros((60, 400, 300), np.uint8), np.arange(60) % 3)
    assert "25% is cut off above and below" in notes_of(tall)
