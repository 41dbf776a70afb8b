"""One series from outside comes to the model's length and scale, says what was done, and is refused in a sentence."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.errors import InputError
from vae.kinds.kind import Item
from vae.own.series.one import MOST_BYTES, read_series, resampled

ITEM = Item("series", (50, 1), {"low": -3.0, "high": 3.0})
PAIR = Item("series", (50, 2))
NORMALISED = Item("series", (50, 1), {"normalised": True})
SCALED = Item("series", (50, 1), {"offset": [1000.0], "scale": [20.0]})


def wave(n: int = 50, channels: int = 1) -> np.ndarray:
    """Return a slow wave of mean 0.3 in each channel, [n, C]."""
    at = np.linspace(0, 1, n)[:, None]
    return 0.3 + np.sin(2 * np.pi * (at + 0.1 * np.arange(channels)))


def text(table: np.ndarray, comma: str = ",", heading: str = "") -> bytes:
    file = io.StringIO()
    np.savetxt(file, table, fmt="%.9g", delimiter=comma)
    return (heading + file.getvalue()).encode()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=array.dtype.hasobject)
    return file.getvalue()


FORMS = {
    "a value a line": text(wave()),
    "one row": text(wave().T),
    "one row of semicolons": text(wave().T, ";"),
    "one row of tabs": text(wave().T, "\t"),
    "white space": text(wave().T, "  "),
    "a heading": text(wave(), heading="mV\n"),
    "Windows": text(wave()).replace(b"\n", b"\r\n"),
    "a mark of order": b"\xef\xbb\xbf" + text(wave()),
    "blank lines": b"\n\n" + text(wave()) + b"\n",
    "an array": npy(wave()[:, 0]),
    "an array of float32 in a column": npy(wave().astype(np.float32)),
    "an array in a row": npy(wave().T),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_the_same_series_with_nothing_done_to_it(form: str) -> None:
    read = read_series(FORMS[form], ITEM)
    assert read.values.dtype == np.float32 and read.note == ""
    np.testing.assert_allclose(read.values, wave(), atol=1e-6)


@pytest.mark.parametrize("heading", ["", "seconds,left,right\n"])
def test_channels_are_columns_or_rows_and_times_before_them_are_left_out(heading: str) -> None:
    timed = np.column_stack([np.arange(50) / 10, wave(channels=2)])
    for table, said in ((wave(channels=2), ""), (wave(channels=2).T, ""), (timed, "time")):
        read = read_series(text(table, heading=heading), PAIR)
        np.testing.assert_allclose(read.values, wave(channels=2), atol=1e-6)
        assert (said in read.note) and bool(read.note) == bool(said)
    one = read_series(text(timed[:, :2], heading="t,x\n"), ITEM)
    np.testing.assert_allclose(one.values, wave(), atol=1e-6)
    assert one.note == "Its first column rises all the way: it was taken for the time and left out."


@pytest.mark.parametrize("n", [20, 49, 51, 137, 5000])
def test_another_length_is_brought_to_the_model_s_and_said(n: int) -> None:
    read = read_series(text(wave(n)), ITEM)
    assert read.note == f"Its {n:,} samples were brought to the model's 50, over its whole length."
    np.testing.assert_allclose(read.values, wave(), atol=0.02)


@given(n=st.integers(4, 300), length=st.integers(4, 300), slope=st.floats(-5, 5), start=st.floats(-5, 5))
def test_a_straight_line_stays_one_at_every_length(n: int, length: int, slope: float, start: float) -> None:
    line = resampled((start + slope * np.linspace(0, 1, n))[:, None], length)
    np.testing.assert_allclose(line[:, 0], start + slope * np.linspace(0, 1, length), atol=1e-9)


def test_what_is_too_fast_for_a_shorter_series_is_averaged_and_does_not_come_out_slow() -> None:
    fast = np.sin(2 * np.pi * 400 * np.linspace(0, 1, 4001))[:, None]
    assert np.abs(resampled(fast, 42)[1:-1]).max() < 0.15
    picked = fast[np.rint(np.linspace(0, 4000, 42)).astype(int)]
    assert np.abs(picked).max() > 0.9  # as it would be by picking samples


def test_a_series_for_a_model_of_normalised_ones_is_normalised_and_said() -> None:
    read = read_series(text(7 + 3 * wave()), NORMALISED)
    assert read.values.mean() == pytest.approx(0, abs=1e-6) and read.values.std() == pytest.approx(1, abs=1e-6)
    assert read.note == "It was brought to mean 0 and standard deviation 1, as the model's series are."
    assert read_series(text(read.values), NORMALISED).note == ""


def test_a_series_for_a_model_of_scaled_ones_is_counted_in_their_deviations() -> None:
    read = read_series(text(1000 + 20 * wave()), SCALED)
    np.testing.assert_allclose(read.values, wave(), atol=1e-5)
    assert "standard deviations" in read.note


def huge() -> bytes:
    """Return the head of an array that says it has 10^12 values."""
    data = npy(np.zeros(10))
    return data.replace(b"(10,), }" + b" " * 12, b"(1000000000000,), }" + b" ")


REFUSED = {
    "empty": (b"", "empty"),
    "no text": (b"\x00\x01\x02", "no series that can be read"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "no series that can be read"),
    "words": (b"1\n2\nthree\n4\n", "Row 3 holds 'three' and no number"),
    "a heading alone": (b"mV\n", "heading and no values"),
    "NaN": (b"1\n2\nnan\n4\n5", "NaN, infinity or no number at sample 3"),
    "infinity": (b"1,2,3,inf,4", "at sample 4"),
    "an empty cell": (b"1,2,,3,4", "at sample 3"),
    "one value": (b"5\n", "at least 4 samples; got 1"),
    "three values": (b"5\n6\n7", "at least 4 samples; got 3"),
    "a table": (text(np.random.default_rng(0).random((20, 7))), "20 rows and 7 columns; bring one series"),
    "ragged": (b"1,2\n3,4\n5\n6,7", "Row 3 has 1 values where row 1 has 2"),
    "objects": (npy(np.array([{}, []], object)), "Python objects"),
    "a cube": (npy(np.zeros((4, 4, 4))), r"\[samples\] or \[samples, channels\]"),
    "words in an array": (npy(np.array(["a", "b"])), "array of numbers"),
    "a cut array": (npy(np.zeros(100))[:-8], "cannot be read"),
    "a cut head": (npy(np.zeros(100))[:20], "cannot be read"),
    "too many values": (npy(np.zeros((1 << 20) + 1, np.uint8)), "at most 1,048,576"),
    "a huge claim": (huge(), "at most 1,048,576"),
    "too large": (b"1" * (MOST_BYTES + 1), "at most 20 MB"),
}


@pytest.mark.parametrize("empty", ["", "nan"])
def test_what_is_missing_stays_missing_where_a_model_takes_that(empty: str) -> None:
    values = [f"{value:.9g}" for value in wave()[:, 0]]
    values[7] = values[8] = empty
    read = read_series(",".join(values).encode(), ITEM, gaps=True)
    assert np.flatnonzero(np.isnan(read.values[:, 0])).tolist() == [7, 8] and read.note == ""
    known = np.setdiff1d(np.arange(50), [7, 8])
    np.testing.assert_allclose(read.values[known], wave()[known], atol=1e-6)


def test_a_gap_keeps_its_place_where_a_series_is_brought_to_another_length() -> None:
    long = wave(500)
    long[200:300] = np.nan
    read = read_series(text(long), ITEM, gaps=True)
    assert np.flatnonzero(np.isnan(read.values[:, 0])).tolist() == list(range(20, 30))
    away = np.abs(read.values - wave())
    assert np.nanmax(away[:19]) < 0.02 and np.nanmax(away[31:]) < 0.02


def test_what_is_known_alone_has_mean_0_and_deviation_1() -> None:
    values = wave()
    values[10:20] = np.nan
    known = read_series(text(values), NORMALISED, gaps=True).values
    assert np.nanmean(known) == pytest.approx(0, abs=1e-6) and np.nanstd(known) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"1,2,,inf,4,5", "holds infinity at sample 4; mend it"),
        (b"1,,2,,,,3", "3 samples are known; bring one of which"),
    ],
)
def test_of_a_series_with_gaps_something_must_be_known(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_series(data, ITEM, gaps=True)


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_series_is_refused_in_a_sentence(case: str) -> None:
    data, reason = REFUSED[case]
    with pytest.raises(InputError, match=reason) as caught:
        read_series(data, ITEM)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_a_constant_is_refused_where_it_has_to_be_normalised_and_taken_elsewhere() -> None:
    with pytest.raises(InputError, match="constant"):
        read_series(b"2\n" * 50, NORMALISED)
    assert (read_series(b"2\n" * 50, ITEM).values == 2).all()


def test_as_many_channels_as_the_model_has_are_asked_for() -> None:
    with pytest.raises(InputError, match="a column for each of the model's 2 channels"):
        read_series(text(wave()), PAIR)
