"""A person's own series become a set: every file gives the series that are in it, and no file does harm."""

import json
from pathlib import Path

import numpy as np
import pytest

from vae import data
from vae.__main__ import main
from vae.datasets.dataset import Dataset, check_trainable
from vae.datasets.downloads import Progress
from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS
from vae.own.making import Making
from vae.own.own_sets import Added, add
from vae.own.preview import as_json
from vae.own.readers import inspect
from vae.own.series.preview import sketch

CLASSES = ("cat", "dog", "emu")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return tmp_path / "home"


def waves(n: int = 30, shape: tuple[int, ...] = (40,), seed: int = 0) -> np.ndarray:
    """Return float32 [n, T] or [n, T, C] of about mean 0 and deviation 1, no two the same."""
    return np.random.default_rng(seed).standard_normal((n, *shape)).astype(np.float32)


def labels(n: int = 30) -> list[str]:
    return [CLASSES[i % 3] for i in range(n)]


def table(
    path: Path,
    series: np.ndarray,
    names: list[str] | None = None,
    heading: str = "",
    comma: str = ",",
    last: bool = False,
) -> Path:
    rows = [[f"{value:.9g}" for value in row] for row in series]
    if names:
        rows = [[*row, name] if last else [name, *row] for name, row in zip(names, rows, strict=True)]
    path.write_text("\n".join([*([heading] if heading else []), *(comma.join(row) for row in rows)]) + "\n")
    return path


def made(path: Path, name: str = "mine", kind: str = "series", **making: object) -> tuple[Dataset, Added]:
    *steps, last = add(path, name, Making(kind=kind, **making))  # type: ignore[arg-type]
    assert all(isinstance(step, Progress) for step in steps) and isinstance(last, Added)
    return data.load(name), last


def in_some_order(*arrays: np.ndarray) -> list[bytes]:
    return sorted(series.tobytes() for array in arrays for series in array)


def comes_through(path: Path, series: np.ndarray, **making: object) -> Dataset:
    """Check that a set of these series is made, each unchanged; return it."""
    dataset, added = made(path, f"set-{len(data.describe())}", **making)  # type: ignore[arg-type]
    series = series[..., None] if series.ndim == 2 else series
    assert in_some_order(dataset.train.images, dataset.test.images) == in_some_order(series.astype(np.float32))
    assert dataset.item.kind == added.item.kind == "series" and dataset.item.shape == series.shape[1:]
    check_trainable(dataset)
    return dataset


TABLES = {
    "labels first": {"names": labels()},
    "labels last": {"names": labels(), "last": True},
    "labels with a heading": {"names": labels(), "heading": "label," + ",".join(f"v{i}" for i in range(40))},
    "no labels": {},
    "tabs": {"names": labels(), "comma": "\t"},
    "semicolons": {"comma": ";"},
    "white space": {"names": labels(), "comma": "  "},
}


@pytest.mark.parametrize("form", TABLES)
def test_a_row_of_a_table_is_a_series_with_its_label(form: str, tmp_path: Path) -> None:
    dataset = comes_through(table(tmp_path / "a.csv", waves(), **TABLES[form]), waves())  # type: ignore[arg-type]
    if "names" not in TABLES[form]:
        assert dataset.classes == () and dataset.train.labels is None
        return
    assert dataset.classes == CLASSES
    of = {series.tobytes(): number % 3 for number, series in enumerate(waves())}
    for split in (dataset.train, dataset.test):
        assert [of[series.tobytes()] for series in split.images] == split.labels.tolist()


ARRAYS = {
    "named series": {"series": waves()},
    "named as images are": {"x": waves()},
    "doubles": {"series": waves().astype(np.float64)},
    "columns first": {"series": np.asfortranarray(waves())},
    "several channels": {"series": waves(shape=(40, 3))},
    "whole numbers": {"series": np.random.default_rng(0).integers(-2, 3, (30, 40))},
}


@pytest.mark.parametrize("form", ARRAYS)
def test_arrays_come_through_with_their_labels(form: str, tmp_path: Path) -> None:
    (series,) = ARRAYS[form].values()
    np.savez(tmp_path / "a.npz", **ARRAYS[form], labels=np.array(labels()))
    assert comes_through(tmp_path / "a.npz", series).classes == CLASSES
    np.save(tmp_path / "a.npy", series)
    assert comes_through(tmp_path / "a.npy", series).classes == ()


def test_two_parts_stay_two(tmp_path: Path) -> None:
    train, test = waves(20), waves(10, seed=1)
    np.savez(
        tmp_path / "a.npz", series_train=train, series_test=test, y_train=np.arange(20) % 2, y_test=np.arange(10) % 2
    )
    dataset, _ = made(tmp_path / "a.npz", kind="")
    assert in_some_order(dataset.test.images) == in_some_order(test[..., None])
    assert dataset.classes == ("0", "1")


def test_channels_that_come_first_are_put_last_and_said(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", waves(shape=(3, 40)))
    dataset = comes_through(tmp_path / "a.npy", waves(shape=(3, 40)).swapaxes(1, 2))
    assert data.card_of(dataset.name).notes == ["Taken as 3 channels of 40 samples each."]
    assert dataset.item.meaning["channels"] == ["channel 1", "channel 2", "channel 3"]
    assert dataset.image_shape == (3, 1, 40)


# Which files are series


def test_what_is_named_so_is_series_and_all_else_is_pictures_until_it_is_said(tmp_path: Path) -> None:
    greys = np.random.default_rng(0).random((30, 64)).astype(np.float32)
    np.savez(tmp_path / "plain.npz", x=greys)
    np.savez(tmp_path / "named.npz", signals=greys)
    times = ",".join(f"t{i}" for i in range(64))
    table(tmp_path / "plain.csv", greys)
    table(tmp_path / "named.csv", greys, labels(), heading=f"label,{times}")
    for end in ("npz", "csv"):
        assert inspect(tmp_path / f"plain.{end}").things == "image"
        assert inspect(tmp_path / f"plain.{end}", Making(kind="series")).things == "series"
        assert inspect(tmp_path / f"named.{end}").things == "series"
        assert inspect(tmp_path / f"named.{end}", Making(kind="image")).things == "image"
    assert made(tmp_path / "named.csv", kind="")[0].item.shape == (64, 1)


def test_a_table_that_makes_no_picture_is_told_how_to_be_series(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", waves())
    with pytest.raises(InputError, match=r"make no square picture .* where each row is a series, say --kind series"):
        inspect(path)


# Labels and columns that are none


def test_a_column_of_few_whole_numbers_is_taken_for_the_label_and_said(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", waves(), [f"{1 + i % 5}.0000e+00" for i in range(30)])  # as the UCR archive has it
    assert comes_through(path, waves()).classes == ("1", "2", "3", "4", "5")
    preview = inspect(path, Making(kind="series"))
    assert "The first column has only 5 values and is taken for the label" in preview.notes[0]
    assert preview.choices["label"] == ("", "first", "last", "none")
    dataset, _ = made(path, "as-sample", label="none", scale="none")
    assert dataset.item.shape == (41, 1) and dataset.classes == ()


def test_series_of_whole_numbers_keep_their_first_sample(tmp_path: Path) -> None:
    steps = np.random.default_rng(0).integers(-2, 3, (30, 20)).astype(np.float32)
    assert comes_through(table(tmp_path / "a.csv", steps), steps).item.shape == (20, 1)


def test_numbers_of_the_rows_are_no_samples(tmp_path: Path) -> None:
    heading = ",".join(["id", "label", *(f"v{i}" for i in range(40))])
    names = [f"{number},{name}" for number, name in enumerate(labels())]
    assert comes_through(table(tmp_path / "a.csv", waves(), names, heading), waves()).classes == CLASSES


# Scale


def test_values_far_from_one_are_counted_from_the_mean_in_deviations_and_said(tmp_path: Path) -> None:
    hectopascals = 1000 + 20 * waves(200, (40, 2)) * [1, 3]
    np.save(tmp_path / "a.npy", hectopascals)
    dataset, _ = made(tmp_path / "a.npy")
    train, meaning = dataset.train.images, dataset.item.meaning
    assert np.abs(train.mean((0, 1))).max() < 1e-4 and np.abs(train.std((0, 1)) - 1).max() < 1e-4
    back = np.concatenate([train, dataset.test.images]) * meaning["scale"] + meaning["offset"]
    ours, theirs = (np.sort(each.ravel()) for each in (back, hectopascals))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    assert meaning["unit"] == "standard deviations" and meaning["low"] == pytest.approx(-3.1, abs=0.4)
    assert "Values of about 1 are learnt best, and these are not (mean 1000" in data.card_of("mine").notes[0]
    kept, _ = made(tmp_path / "a.npy", "kept", scale="none")
    assert kept.train.images.max() > 1050 and data.card_of("kept").notes == []


def test_each_series_is_normalised_where_it_is_asked_for(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", waves() * np.arange(1, 31)[:, None] + 5)
    dataset, _ = made(tmp_path / "a.npy", scale="each")
    for split in (dataset.train, dataset.test):
        assert np.abs(split.images.mean(1)).max() < 1e-5 and np.abs(split.images.std(1) - 1).max() < 1e-4
    assert dataset.item.meaning["normalised"] is True
    flat = waves()
    flat[7] = 2
    np.save(tmp_path / "flat.npy", flat)
    with pytest.raises(InputError, match="Series 7 is constant"):
        made(tmp_path / "flat.npy", "flat", scale="each")
    assert len(made(tmp_path / "flat.npy", "flat")[0].train) == 27


# What is refused


def with_value(value: float, at: tuple[int, int] = (6, 3)) -> np.ndarray:
    series = waves()
    series[at] = value
    return series


BAD_TABLES = {
    "another length": ("1,2,3,4,5\n6,7,8,9,1\n2,3,4,5\n6,7,8,9,2", "row 3 has 4 values where row 1 has 5"),
    "an empty cell": ("1,2,3,4,5\n6,7,,9,1\n2,3,4,5,6\n6,7,8,9,2", "Row 2 holds NaN, .* at sample 3; what is missing"),
    "NaN": ("1,2,3,4,5\n6,7,8,9,1\n2,3,4,nan,6\n6,7,8,9,2", "Row 3 holds NaN, .* at sample 4"),
    "too large a number": ("1,2,3,4,5\n6,7,8,9,1\n2,3,4,1e300,6\n6,7,8,9,2", "Row 3 holds NaN, infinity"),
    "a word": ("1,2,3,4,5\n6,7,x,9,1\n2,3,4,5,6\n6,7,8,9,2", "row 2, column 3 holds 'x' and no number"),
    "constant": ("1,1,1,1,1\n1,1,1,1,1\n2,2,2,2,2\n3,3,3,3,3", "All series are constant"),
    "one value": ("\n".join(map(str, range(100))), "at least 4 samples; these have 1 each.*cut a long one into pieces"),
    "three values": ("1,2,3\n4,5,6\n7,8,9\n1,3,2\n", "at least 4 samples; these have 3 each"),
    "three series": ("1,2,3,4,5\n6,7,8,9,1\n2,3,4,5,6", "needs at least 4 series; 3 of these can be read"),
    "a heading alone": ("t0,t1,t2,t3,t4", "heading and no row"),
    "no text": ("1,2,3,4\x00,5\n", "row 1 is no text"),
    "nothing": ("\n\n", "is empty"),
    "too long": (",".join(["1", "2"] * 2049) + "\n", "at most 4,096 samples"),
}


def refused(home: Path, path: Path, reason: str, **making: object) -> None:
    """Expect one sentence, from a look and from the making of it, and nothing left."""
    for attempt in (
        lambda: inspect(path, Making(kind="series", **making)),  # type: ignore[arg-type]
        lambda: list(add(path, "mine", Making(kind="series", **making))),  # type: ignore[arg-type]
    ):
        with pytest.raises(InputError, match=reason) as caught:
            attempt()
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    left = [each.name for each in home.rglob("*")] if home.exists() else []
    assert all(name == "datasets" or name.endswith(".lock") for name in left)


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_table_that_is_no_set_of_series_is_one_sentence(case: str, home: Path, tmp_path: Path) -> None:
    content, reason = BAD_TABLES[case]
    (tmp_path / "a.csv").write_text(content)
    refused(home, tmp_path / "a.csv", reason)


BAD_ARRAYS = {
    "NaN": (with_value(np.nan), "Series 6 holds NaN, infinity or no number at sample 4"),
    "infinity": (with_value(-np.inf), "Series 6 holds NaN, infinity"),
    "constant": (np.ones((30, 40)), "All series are constant"),
    "one series": (waves(1), "needs at least 4 series; 1 of these"),
    "too many channels": (waves(shape=(40, 9)), "8 channels; these have 40 and 9"),
    "too short": (waves(shape=(3,)), "at least 4 samples; these have 3"),
    "four axes": (waves(shape=(4, 4, 4)), r"\[N, samples\] or \[N, samples, channels\]"),
    "one axis": (np.zeros(30), "no array of series; name it series"),
    "words": (np.array([["a"] * 5] * 5), "no array of series"),
    "objects": (np.array([[{}] * 5] * 5, object), "Python objects"),
}


@pytest.mark.parametrize("case", BAD_ARRAYS)
def test_an_array_that_is_no_set_of_series_is_one_sentence(case: str, home: Path, tmp_path: Path) -> None:
    array, reason = BAD_ARRAYS[case]
    np.save(tmp_path / "a.npy", array, allow_pickle=array.dtype.hasobject)
    refused(home, tmp_path / "a.npy", reason)
    np.savez(tmp_path / "a.npz", series=array)
    refused(home, tmp_path / "a.npz", reason)


def test_other_files_and_damaged_ones_are_one_sentence(home: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", series=waves(), labels=np.arange(29))
    refused(home, tmp_path / "a.npz", "30 series but labels")
    np.savez(tmp_path / "b.npz", series_train=waves(), series_test=waves(shape=(41,)))
    refused(home, tmp_path / "b.npz", "different shapes")
    whole = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "c.npz").write_bytes(whole[:-200])
    refused(home, tmp_path / "c.npz", "cannot be read|damaged|no zip")
    np.save(tmp_path / "d.npy", waves())
    (tmp_path / "d.npy").write_bytes((tmp_path / "d.npy").read_bytes()[:-8])
    refused(home, tmp_path / "d.npy", "damaged")
    (tmp_path / "e.png").write_bytes(b"\x89PNG")
    for path in (tmp_path / "e.png", tmp_path, tmp_path / "not-there.csv"):
        refused(home, path, "no file of series; choose a .csv")


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ({"kind": "smell"}, f"Unknown kind of data 'smell'; choose one of: {', '.join(sorted(KINDS))}"),
        ({"scale": "big"}, "scale is one of"),
    ],
)
def test_settings_that_are_none_are_told(setting: dict[str, str], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        Making(**setting)  # type: ignore[arg-type]


# A look, and the command


def test_a_look_shows_some_of_each_class_as_lines(tmp_path: Path) -> None:
    preview = inspect(table(tmp_path / "my beats.csv", waves(), labels()), Making(kind="series"))
    assert (preview.images, preview.checked, preview.name) == (30, 30, "my-beats")
    assert preview.classes == {"cat": 10, "dog": 10, "emu": 10} and preview.sizes == {(40, 1): 30}
    assert preview.thumbnails.shape == (24, 32, 64, 1) and set(preview.thumbnail_classes) == set(CLASSES)
    told = json.loads(json.dumps(as_json(preview)))
    assert told["things"] == "series" and told["thumbnails"]["count"] == 24


def test_a_sketch_is_a_line_without_gaps_between_low_and_high() -> None:
    ramp = np.linspace(-1, 1, 100)[None, :, None]
    (picture,) = sketch(ramp, -1, 1)[..., 0]
    assert picture.any(axis=0).all() and picture.any(axis=1).all()
    assert picture[-1, 0] == picture[0, -1] == 255 and picture[0, 0] == 0
    heights = picture.argmax(axis=0)
    assert (np.diff(heights) <= 0).all()


def test_the_command_adds_series_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(table(tmp_path / "a.csv", 50 + waves(), labels()))
    assert main(["add", path, "--kind", "series", "--inspect"]) == 0
    said = capsys.readouterr().out
    assert "30 series of kind csv" in said and "--scale     can be none, all, each" in said and "None" not in said
    assert main(["add", path, "--kind", "series", "--name", "mine"]) == 0
    assert "Added mine: 40x1, 27 + 3 series, 3 classes" in capsys.readouterr().out
    assert data.item_of("mine") == Item("series", (40, 1), data.load("mine").item.meaning)
    assert main(["datasets"]) == 0
    assert "27 +      3 series  ready" in capsys.readouterr().out
    assert main(["add", path, "--name", "other"]) == 2
    assert "say --kind series" in capsys.readouterr().err


def test_the_same_seed_holds_out_the_same_series(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", waves(100))
    first, again, other = (made(tmp_path / "a.npy", f"s{n}", seed=seed)[0] for n, seed in enumerate((3, 3, 4)))
    assert np.array_equal(first.test.images, again.test.images)
    assert not np.array_equal(first.test.images, other.test.images)
