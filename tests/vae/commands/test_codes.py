"""Encode, decode, draw and traverse: what is written is what Python gives, and every mistake is one line."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import vae
from tests.tiny_kinds import BEATS, write_tiny_kind
from tests.tiny_model import expected_decode, write_tiny_model
from vae.__main__ import main

DIMS = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_tiny_model(folder / "tiny", DIMS)
    write_tiny_kind(folder / "series", item=BEATS, data="beats")
    return folder


def run(folder: Path, *words: object) -> int:
    command, name, *rest = map(str, words)
    return main([command, str(folder / name), *rest])


def arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as opened:
        return dict(opened)


def test_there_and_back_through_files_is_what_the_model_does(folder: Path, tmp_path: Path) -> None:
    model, images = vae.open(folder / "tiny"), np.random.default_rng(0).integers(0, 256, (7, 28, 28, 1), np.uint8)
    np.save(tmp_path / "images.npy", images)
    for ending in ("npz", "csv"):
        codes, things = tmp_path / f"codes.{ending}", tmp_path / "things.npz"
        assert run(folder, "encode", "tiny", tmp_path / "images.npy", "--out", codes) == 0
        assert run(folder, "decode", "tiny", codes, "--out", things) == 0
        made = arrays(things)
        np.testing.assert_allclose(made["codes"], model.encode(images).centre, rtol=1e-6)
        np.testing.assert_array_equal(made["things"], model.reconstruct(images))


def test_a_table_of_codes_says_what_each_number_is(folder: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "images.npy", np.zeros((2, 28, 28), np.uint8))
    run(folder, "encode", "tiny", tmp_path / "images.npy", "--out", tmp_path / "codes.csv")
    head, *rows = (tmp_path / "codes.csv").read_text().splitlines()
    assert head.split(",") == [f"{name}{number}" for name in ("z", "spread", "nats") for number in (1, 2, 3)]
    assert len(rows) == 2 and rows[0] == rows[1]


def test_test_things_are_encoded_with_their_classes(tmp_path: Path) -> None:
    assert main(["encode", "mnist-2d", "--dataset", "mnist-5k", "--first", "5", "--out", str(tmp_path / "c.npz")]) == 0
    test, codes = vae.data.load("mnist-5k").test, arrays(tmp_path / "c.npz")
    np.testing.assert_array_equal(codes["labels"], test.labels[:5])
    np.testing.assert_array_equal(codes["centre"], vae.open("mnist-2d").encode(test.images[:5]).centre)


def test_a_picture_file_is_read_as_the_pages_read_it(folder: Path, tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    Image.fromarray(image).save(tmp_path / "one.png")
    run(folder, "encode", "tiny", tmp_path / "one.png", "--out", tmp_path / "c.npz")
    centre = vae.open(folder / "tiny").encode(image).centre
    np.testing.assert_allclose(arrays(tmp_path / "c.npz")["centre"], centre, atol=1e-5)


def test_draws_are_tiled_row_by_row(folder: Path, tmp_path: Path) -> None:
    run(folder, "draw", "tiny", "--count", 5, "--seed", 2, "--out", tmp_path / "x.png", "--zoom", 2)
    things = vae.open(folder / "tiny").draw(5, seed=2)[..., 0]
    sheet = np.asarray(Image.open(tmp_path / "x.png"))[::2, ::2]
    assert sheet.shape == (2 * 28, 3 * 28)
    np.testing.assert_array_equal(sheet[:28, 28:56], things[1])
    np.testing.assert_array_equal(sheet[28:, :28], things[3])
    assert not sheet[28:, 56:].any()


def test_a_walk_stands_in_one_row(folder: Path, tmp_path: Path) -> None:
    run(folder, "traverse", "tiny", "--dim", 1, "--steps", 4, "--out", tmp_path / "x.png")
    things = vae.open(folder / "tiny").traverse(1, steps=4)[..., 0]
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "x.png")), np.hstack(list(things)))


def test_one_code_is_given_by_its_numbers(folder: Path, tmp_path: Path) -> None:
    run(folder, "decode", "tiny", "--z", 0.5, -1, 2, "--out", tmp_path / "x.csv")
    row = np.loadtxt(tmp_path / "x.csv", delimiter=",", skiprows=1)
    np.testing.assert_array_equal(row[:3], [0.5, -1, 2])
    assert np.abs(row[3:] - expected_decode(np.array([[0.5, -1, 2]])).ravel()).max() <= 1


def test_series_are_drawn_as_curves_and_kept_as_numbers(folder: Path, tmp_path: Path) -> None:
    for ending in ("png", "npz", "csv"):
        assert run(folder, "draw", "series", "--count", 4, "--out", tmp_path / f"x.{ending}") == 0
    with Image.open(tmp_path / "x.png") as image:
        assert image.width > 2 * 100
    assert arrays(tmp_path / "x.npz")["things"].dtype == np.float32


WRONG = {
    "another ending": (["draw", "tiny", "--out", "x.gif"], "--out ends in .png, .npz, .csv; got 'x.gif'"),
    "pictures of codes": (["encode", "tiny", "--out", "x.png"], "--out ends in .npz, .csv"),
    "no folder": (["draw", "tiny", "--out", "no/x.png"], "is no folder"),
    "no codes": (["decode", "tiny", "--out", "x.png"], "Give a file of codes, or one code by --z"),
    "a code too short": (["decode", "tiny", "--z", "1", "--out", "x.png"], "codes of shape [n, 3]"),
    "no file": (["decode", "tiny", "no.csv", "--out", "x.png"], "no.csv cannot be read"),
    "no table": (["decode", "tiny", "words.csv", "--out", "x.png"], "is no table of codes"),
    "no array": (["decode", "tiny", "words.npy", "--out", "x.png"], "is damaged, or no array"),
    "no picture": (["encode", "tiny", "words.png", "--out", "x.npz"], "words.png"),
    "no dimension": (["traverse", "tiny", "--dim", "9", "--out", "x.png"], "has the dimensions 0 to 2"),
    "a large zoom": (["draw", "tiny", "--zoom", "65", "--out", "x.png"], "--zoom is from 1 to 64"),
    "a large picture": (["draw", "tiny", "--count", "9999", "--zoom", "64", "--out", "x.png"], "too large to open"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_one_line_and_leaves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    words, sentence = WRONG[case]
    monkeypatch.chdir(tmp_path)
    for ending in ("csv", "npy", "png"):
        (tmp_path / f"words.{ending}").write_text("one,two\nthree,four\n")
    before = sorted(tmp_path.iterdir())
    assert run(folder, *words) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and sentence in err
    assert sorted(tmp_path.iterdir()) == before
