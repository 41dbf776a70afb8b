"""Folders of pictures train as arrays do: the same images in the same order, whoever reads them, and few at a time."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import vae.own.images.folders
from tests.models import SMALL, made_images
from tests.vae.training.test_loop import run, weights, without_speed
from vae import data
from vae.datasets import dataset as datasets_dataset
from vae.errors import InputError
from vae.experiments.worth import MOST_READ
from vae.kinds.kinds import image
from vae.own.images.folders import Stream, open_stream
from vae.training.loop import as_tensor, begin, train
from vae.training.metrics import centres, evaluate
from vae.training.read_ahead import count_loaders, read_ahead


def write_pictures(folder: Path, n: int = 40, shape: tuple[int, int, int] = (1, 8, 8), kind: str = "png") -> np.ndarray:
    """Write n pictures in two classes, by turns: a/00000.png, b/00001.png, …; return them, [n, H, W, C]."""
    images = made_images(n, shape)
    for number, picture in enumerate(images):
        path = folder / "ab"[number % 2] / f"{number:05}.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture[..., 0] if shape[0] == 1 else picture).save(path)
    return images


def rows(images: np.ndarray) -> set[bytes]:
    return {image.tobytes() for image in images}


def test_a_folder_is_a_data_set_with_a_part_held_out(tmp_path: Path) -> None:
    images = write_pictures(tmp_path / "pets")
    dataset = data.load(f"{tmp_path}/pets")
    assert (dataset.name, dataset.classes, dataset.image_shape) == ("pets", ("a", "b"), (1, 8, 8))
    assert (len(dataset.train), len(dataset.test)) == (36, 4)
    train_images, test_images = np.asarray(dataset.train.images), np.asarray(dataset.test.images)
    assert not rows(train_images) & rows(test_images)
    assert rows(train_images) | rows(test_images) == rows(images)
    classes = {image.tobytes(): number % 2 for number, image in enumerate(images)}
    for split in (dataset.train, dataset.test):
        assert split.labels is not None
        assert [classes[image.tobytes()] for image in np.asarray(split.images)] == split.labels.tolist()
    datasets_dataset.check_trainable(dataset)


def test_a_folder_answers_what_is_asked_of_data_sets(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pets")
    name = f"{tmp_path}/pets"
    assert data.is_ready(name)
    assert data.image_shape_of(name) == (1, 8, 8)
    assert data.training_images_of(name) == 36
    assert data.card_of(name).classes == ["a", "b"]
    assert not data.is_ready(f"{tmp_path}/other")


def test_the_parts_may_be_given(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pets" / "train", 12)
    held = write_pictures(tmp_path / "pets" / "test", 6)
    dataset = data.load(f"{tmp_path}/pets")
    assert (len(dataset.train), len(dataset.test), dataset.classes) == (12, 6, ("a", "b"))
    assert rows(np.asarray(dataset.test.images)) == rows(held)


def test_a_table_names_the_classes_as_in_hugging_faces_image_folders(tmp_path: Path) -> None:
    images = made_images(20)
    (tmp_path / "pets").mkdir()
    lines = ["file_name,label"]
    for number, picture in enumerate(images):
        Image.fromarray(picture[..., 0]).save(tmp_path / "pets" / f"{number}.png")
        lines.append(f"{number}.png,{'cat' if number < 5 else 'dog'}")
    (tmp_path / "pets" / "metadata.csv").write_text("\n".join(lines))
    dataset = data.load(f"{tmp_path}/pets")
    assert dataset.classes == ("cat", "dog")
    assert sorted([*dataset.train.labels, *dataset.test.labels]) == [0] * 5 + [1] * 15  # type: ignore[misc]


@pytest.mark.parametrize(
    ("told", "shape"), [("", (3, 20, 20)), (":8", (3, 8, 8)), (":8:grey", (1, 8, 8)), (":16:colour", (3, 16, 16))]
)
def test_size_and_colour_are_told_behind_a_colon(tmp_path: Path, told: str, shape: tuple[int, int, int]) -> None:
    write_pictures(tmp_path / "pets", 12, (3, 20, 20))
    red = np.zeros((20, 20, 3), np.uint8)
    red[..., 0] = 200
    Image.fromarray(red).save(tmp_path / "pets" / "a" / "red.png")
    dataset = data.load(f"{tmp_path}/pets{told}")
    assert dataset.image_shape == shape
    assert dataset.name == "pets"
    assert dataset.train.images[0].shape == shape[1:] + shape[:1]


def test_a_colon_may_be_part_of_a_folders_name(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pets:16", 12)
    assert data.load(f"{tmp_path}/pets:16").image_shape == (1, 8, 8)


@pytest.mark.parametrize("told", [":4", ":999", ":0:grey"])
def test_sides_that_are_no_good_are_refused(tmp_path: Path, told: str) -> None:
    write_pictures(tmp_path / "pets", 12)
    with pytest.raises(InputError, match="must be from 8 to 256 pixels"):
        data.load(f"{tmp_path}/pets{told}")


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    (tmp_path / "pets" / "notes.txt").write_text("no picture")
    with pytest.raises(InputError, match="holds no pictures"):
        data.load(f"{tmp_path}/pets")


def test_a_stream_is_indexed_as_an_array_is(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pets")
    stream = open_stream(str(tmp_path / "pets")).train
    array = np.asarray(stream)
    assert (array.shape, array.dtype, array.nbytes) == (stream.shape, stream.dtype, stream.nbytes)
    for where in (3, -1, slice(2, 30, 7), np.array([5, 5, 0]), slice(0, 0), array[:, 0, 0, 0] > 20):
        assert np.array_equal(stream[where], array[where])
    assert torch.equal(as_tensor(stream), as_tensor(array))  # type: ignore[arg-type]
    assert np.array_equal(np.asarray(stream.first(7)), array[:7])


@pytest.mark.filterwarnings("ignore:This DataLoader will create 3 worker processes")  # more than there may be cores
@pytest.mark.parametrize("loaders", [0, 1, 3])
def test_batches_come_in_the_order_they_are_asked_for(tmp_path: Path, loaders: int) -> None:
    write_pictures(tmp_path / "pets", shape=(3, 8, 8))
    stream = open_stream(str(tmp_path / "pets")).train
    order = torch.randperm(len(stream), generator=torch.Generator().manual_seed(1)).split(5)
    before = torch.get_rng_state()
    batches = list(read_ahead(stream, iter(order), loaders))
    assert torch.equal(before, torch.get_rng_state())
    assert len(batches) == len(order) == 8
    for batch, numbers in zip(batches, order, strict=True):
        assert torch.equal(batch, as_tensor(stream[numbers.numpy()]))


def test_a_stream_trains_as_its_array_does_and_is_resumed_in_the_middle_of_an_epoch(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pets", 60)
    stream = open_stream(str(tmp_path / "pets")).train
    expected, records = run(SMALL, np.asarray(stream), every=2)
    state, found = begin(SMALL, image((1, 8, 8))), []
    for stop in (6, 12):  # 4 steps an epoch
        for step in train(state, stream, every=2):
            found += [step] if step else []
            if state.step == stop:
                break
    assert without_speed(found) == without_speed(records)
    assert np.array_equal(weights(state), weights(expected))


def test_a_picture_that_cannot_be_read_is_named_and_its_neighbour_stands_in(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_pictures(tmp_path / "pets")
    dataset = data.load(f"{tmp_path}/pets")
    stream = dataset.train.images
    broken = next(path for path in (tmp_path / "pets").rglob("*.png") if np.array_equal(picture(path), stream[7]))
    broken.write_bytes(broken.read_bytes()[:40])
    read = list(read_ahead(stream, [torch.tensor([6, 7, 8])] * 3, 1))  # type: ignore[attr-defined]
    assert all(torch.equal(batch, as_tensor(stream[[6, 8, 8]])) for batch in read)
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("Left out")]
    assert len(said) == 1
    assert broken.name in said[0]


def picture(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))[..., None]


def test_pictures_that_are_gone_end_the_training_with_a_sentence(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pets")
    stream = open_stream(str(tmp_path / "pets")).train
    for path in (tmp_path / "pets").rglob("*.png"):
        path.unlink()
    with pytest.raises(InputError, match=r"^17 pictures in a row cannot be read, the last for this reason: [^\n]*$"):
        list(train(begin(SMALL, image((1, 8, 8))), stream))


def test_a_stream_is_measured_a_pass_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pictures(tmp_path / "pets", 60)
    dataset, model = data.load(f"{tmp_path}/pets"), begin(SMALL, image((1, 8, 8))).model
    arrays = [np.asarray(split.images) for split in (dataset.train, dataset.test)]
    monkeypatch.setattr("vae.training.metrics.ROWS", 16)
    monkeypatch.setattr(Stream, "__array__", None)  # nobody asks for all of it
    np.testing.assert_array_equal(centres(model, dataset.train.images), centres(model, arrays[0]))
    settings = {"title": "pets"}
    found, _ = evaluate(
        model, dataset.test.images, dataset.test.labels, dataset.train.images, dataset.train.labels, **settings
    )
    expected, _ = evaluate(model, arrays[1], dataset.test.labels, arrays[0], dataset.train.labels, **settings)
    assert found == expected
    assert MOST_READ > 0


def test_of_many_training_images_only_some_are_read_as_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pictures(tmp_path / "pets", 60)
    dataset = data.load(f"{tmp_path}/pets")
    monkeypatch.setattr("vae.experiments.worth.MOST_READ", 20)
    model = begin(SMALL, image((1, 8, 8))).model
    found, _ = evaluate(
        model, dataset.test.images, dataset.test.labels, dataset.train.images, dataset.train.labels, title="pets"
    )
    assert "10-NN among 20 training codes" in found.conditions


def test_large_sets_are_measured_on_some_of_their_test_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pictures(tmp_path / "pets" / "train", 12)
    write_pictures(tmp_path / "pets" / "test", 30)
    monkeypatch.setattr(vae.own.images.folders, "MOST_TESTS", 10)
    dataset = data.load(f"{tmp_path}/pets")
    assert len(dataset.test) == 10
    assert dataset.test.labels is not None
    assert len(dataset.test.labels) == 10


def test_a_folder_that_has_changed_is_listed_again(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pets" / "one", 12)
    assert len(data.load(f"{tmp_path}/pets").train) == 10
    write_pictures(tmp_path / "pets" / "two", 12)
    assert len(data.load(f"{tmp_path}/pets").train) > 10


def test_loaders_leave_the_cores_that_train(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(16)), raising=False)
    assert count_loaders() == 8
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    assert count_loaders() == 3
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1}, raising=False)
    assert count_loaders() == 1
