"""The test things that come with the program are those that they say they are."""

from pathlib import Path

import numpy as np
import pytest

from vae.datasets import bundled
from vae.datasets.bundled import MANY, draw, sample_of, shipped, write
from vae.datasets.dataset import Split
from vae.datasets.sources import DATASETS, stand_in
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.library.shelf import Model, list_models

NAMES = sorted(shipped())
BUNDLED = [
    model.name for model in list_models() if isinstance(model, Model) and model.bundled and "encode" in model.card.can
]


def test_the_sets_of_the_bundled_models_come_along_or_are_made_here() -> None:
    assert NAMES == ["fashion-mnist", "mnist", "names", "qm9"]
    for model in list_models():
        if isinstance(model, Model) and model.bundled:
            assert model.card.data.name in NAMES or DATASETS[model.card.data.name].offline


@pytest.mark.parametrize("name", NAMES)
def test_there_are_as_many_of_each_class(name: str) -> None:
    sample, source = sample_of(name), DATASETS[name]
    assert sample is not None and len(sample) == MANY
    assert sample.things.shape == (MANY, *source.item.shape) and sample.things.dtype == np.uint8
    assert np.bincount(sample.labels).tolist() == [MANY // len(source.classes)] * len(source.classes)
    assert (np.diff(sample.numbers) > 0).all() and sample.numbers[-1] < source.sizes[1]


@pytest.mark.parametrize("name", NAMES)
def test_numbers_leave_those_of_the_stand_in_alone(name: str) -> None:
    sample = sample_of(name)
    assert sample is not None
    if instead := stand_in(name):
        assert sample.numbers[0] >= DATASETS[instead].sizes[1]  # an address that has one of these means the stand-in's


@pytest.mark.parametrize("name", BUNDLED)
def test_a_models_codes_have_the_same_rows(name: str) -> None:
    """The encoder is the witness: what it makes of the things is what is kept under their numbers."""
    model = next(model for model in list_models() if model.name == name)
    assert isinstance(model, Model)
    sample = sample_of(model.card.data.name)
    if sample is None:
        return
    opened = Explorer(model)
    codes = opened.codes()
    assert codes is not None and codes.labels is not None
    few = slice(0, MANY, 10)
    numbers, labels = sample.numbers[few], sample.labels[few]
    assert (codes.labels[numbers] == labels).all()
    centre = opened.encode(sample.things[few], labels if model.card.told else None).centre
    assert np.abs(centre - codes.centre[numbers]).max() < 0.02  # they are kept in half precision


@pytest.mark.parametrize("name", NAMES)
def test_the_licence_is_said_on_the_file_and_in_the_folder(name: str) -> None:
    told, read_me = shipped()[name], (bundled.FOLDER / "README.md").read_text("utf-8")
    assert told.licence == DATASETS[name].licence and told.sentence and told.source
    assert f"{name}.npz" in read_me
    said = {
        "mnist": "Attribution-Share Alike 3.0",
        "fashion-mnist": "Permission is hereby granted",
        "names": "in the public domain",
        "qm9": "Apache License 2.0",
    }
    assert said[name] in read_me


@pytest.fixture
def part() -> Split:
    labels = np.arange(200) % 10
    return Split(np.arange(200, dtype=np.uint8)[:, None, None, None] * np.ones((1, 28, 28, 1), np.uint8), labels)


def test_what_is_written_is_read_again(part: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    numbers = draw(part, first=50, many=40)
    write("mnist", part, numbers, "Free.")
    sample = sample_of("mnist")
    assert sample is not None and sample.numbers.tolist() == numbers.tolist() and numbers[0] >= 50
    assert (sample.things[:, 0, 0, 0] == numbers).all() and (sample.labels == numbers % 10).all()
    assert sample.rows(np.array([numbers[3], 0, numbers[-1], 199_999])).tolist() == [3, -1, 39, -1]
    assert sample_of("fashion-mnist") is None


def test_another_file_in_its_place_is_refused(part: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    file = write("mnist", part, draw(part, many=20), "Free.")
    file.write_bytes(file.read_bytes() + b"more")
    with pytest.raises(InputError, match="is not the file that came"):
        sample_of("mnist")
