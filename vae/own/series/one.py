"""A series from outside, uploaded or pasted, becomes what a model takes: float32 [T, C] of its length and scale.

A text with a value a line, or in one row, or a column for each channel, perhaps after one of times; or a .npy.
"""

import io
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.lib import format as npy

from vae.errors import InputError, first_line
from vae.kinds.kind import Item
from vae.kinds.series import FEWEST_SAMPLES
from vae.own.collection import printable
from vae.own.stored import header_of
from vae.own.tables import cells_of, is_number, separator_of

MOST_BYTES = 20 << 20
MOST_VALUES = 1 << 20
"""A day of 12 samples a second."""


@dataclass(frozen=True)
class OneSeries:
    """A series as a model takes it, float32 [T, C], and what was done to it, in sentences; empty where nothing."""

    values: np.ndarray
    note: str


def read_series(data: bytes, item: Item, gaps: bool = False) -> OneSeries:
    """Read one series into what a model of series `item` takes.

    One of another length is stretched or shortened to the model's. Where the set's series were normalised, each to mean
    0 and standard deviation 1, or all by one offset and scale, so is it. gaps: whether samples may be missing, NaN or
    an empty cell; they are NaN then. Raises `InputError` where the bytes are no series, hold infinity or what is
    missing all the same, or too few values.
    """
    if not data:
        raise InputError("The series is empty (0 bytes); choose a .csv, .txt or .npy file.")
    if len(data) > MOST_BYTES:
        raise InputError(
            f"A series has at most {MOST_BYTES >> 20} MB; got {len(data) / 2**20:.1f} MB. Cut out the part that "
            "matters."
        )
    length, channels = item.shape
    notes: list[str] = []
    table = _array(data) if data.startswith(npy.MAGIC_PREFIX) else _table(data)
    values = _laid(table, channels, notes)
    if len(values) < FEWEST_SAMPLES:
        raise InputError(f"A series has at least {FEWEST_SAMPLES} samples; got {len(values)}. Bring a longer one.")
    missing = _missing(values, gaps)
    if len(values) != length:
        notes.append(f"Its {len(values):,} samples were brought to the model's {length:,}, over its whole length.")
        values = resampled(_straight(values, missing), length)
        missing = missing[np.rint(np.linspace(0, len(missing) - 1, length)).astype(int)]
    values = np.where(missing, np.nan, values)
    values = _scaled(values, item, notes)
    return OneSeries(values.astype(np.float32), " ".join(notes))


def _missing(values: np.ndarray, gaps: bool) -> np.ndarray:
    """Return which values, [n, C], are missing: none where that is not allowed, and in no channel nearly all."""
    missing = np.isnan(values) & gaps
    if not (fine := np.isfinite(values) | missing).all():
        sample = int(np.flatnonzero(~fine.all(axis=1))[0])
        raise InputError(
            f"The series holds {'infinity' if gaps else 'NaN, infinity or no number'} at sample {sample + 1}; "
            + ("mend it." if gaps else "this model guesses nothing that is missing: fill it first.")
        )
    if (left := int((~missing).sum(0).min())) < FEWEST_SAMPLES:
        raise InputError(f"Of the series {left} samples are known; bring one of which at least {FEWEST_SAMPLES} are.")
    return missing


def _straight(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Join what is known on both sides of what is missing, each channel by itself."""
    at = np.arange(len(values))
    pairs = zip(values.T, missing.T, strict=True)
    return np.stack([np.interp(at, at[~lost], channel[~lost]) for channel, lost in pairs], axis=1)


def resampled(values: np.ndarray, length: int) -> np.ndarray:
    """Bring values [n, C] to [length, C], the first and the last staying where they are.

    Between samples the line is straight. A series that becomes shorter is averaged about each new sample first, over as
    many old ones as it stands for, so that nothing fast comes out as something slow.
    """
    n = len(values)
    at = np.linspace(0, n - 1, length)
    reach = (n - 1) / (length - 1) / 2 if n > length else 0.0
    if not reach:
        return np.stack([np.interp(at, np.arange(n), channel) for channel in values.T], axis=1)
    # The mean of the straight line between two places is the difference of its integrals there over how far they lie
    # apart; at the ends what lies beyond is left out on both sides, so that a slope stays a slope.
    reach_at = np.minimum(np.minimum(at, n - 1 - at), reach)
    fine = [_mean_between(channel, at - reach_at, at + reach_at) for channel in values.T]
    return np.stack(fine, axis=1)


def _mean_between(channel: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Return the mean of a channel's line from `first` to `last`, in samples; its value where they are one place."""
    places = np.arange(len(channel))
    integral = np.concatenate([[0.0], np.cumsum((channel[1:] + channel[:-1]) / 2)])

    def until(at: np.ndarray) -> np.ndarray:
        whole = np.minimum(at.astype(int), len(channel) - 2)
        part = at - whole
        return np.asarray(integral[whole] + part * (channel[whole] + part * np.diff(channel)[whole] / 2))

    width = last - first
    mean = (until(last) - until(first)) / np.where(width > 0, width, 1)
    return np.where(width > 0, mean, np.interp(first, places, channel))


def _scaled(values: np.ndarray, item: Item, notes: list[str]) -> np.ndarray:
    if item.meaning.get("normalised"):
        mean, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
        if not spread.all():
            raise InputError(
                "The series is constant, and the model's series have standard deviation 1; bring one that changes."
            )
        if not (np.allclose(mean, 0, atol=0.02) and np.allclose(spread, 1, atol=0.02)):
            notes.append("It was brought to mean 0 and standard deviation 1, as the model's series are.")
        return (values - mean) / spread
    if "scale" in item.meaning:
        notes.append("It is counted from the mean of the model's data, in their standard deviations.")
        return (values - np.array(item.meaning["offset"])) / np.array(item.meaning["scale"])
    return values


def _laid(table: np.ndarray, channels: int, notes: list[str]) -> np.ndarray:
    """Return a table of numbers as [n, C]: its columns are the channels, or its rows where they are as many."""
    if 1 in table.shape and channels == 1:
        return table.reshape(-1, 1)
    if table.shape[1] == channels:
        return table
    if table.shape[1] == channels + 1 and (np.diff(table[:, 0]) > 0).all():
        notes.append("Its first column rises all the way: it was taken for the time and left out.")
        return table[:, 1:]
    if table.shape[0] == channels:
        return table.T
    wanted = "one column of values" if channels == 1 else f"a column for each of the model's {channels} channels"
    raise InputError(
        f"That is a table of {table.shape[0]:,} rows and {table.shape[1]:,} columns; bring one series: {wanted}, and "
        "before it one of times where there is one."
    )


def _array(data: bytes) -> np.ndarray:
    try:
        stored = header_of(io.BytesIO(data), "The .npy file")
        if (
            stored.dtype.kind not in "buif"
            or len(stored.shape) not in (1, 2)
            or not 0 < prod(stored.shape) <= MOST_VALUES
        ):
            raise InputError(
                f"One series is an array of numbers [samples] or [samples, channels], at most {MOST_VALUES:,} of them; "
                f"got {stored.dtype} {list(stored.shape)}."
            )
        array = np.load(io.BytesIO(data), allow_pickle=False)
    except InputError:
        raise
    except (ValueError, OSError, EOFError) as error:
        raise InputError(f"The .npy file cannot be read ({first_line(error)}); save plain numbers again.") from None
    return np.asarray(array.astype(np.float64).reshape(len(array), -1))


def _table(data: bytes) -> np.ndarray:
    """Return the numbers of a text, [rows, columns]; an empty cell is NaN."""
    lines = [(number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip()]
    if b"\0" in data or not lines:
        raise InputError("That is no series that can be read; choose a .csv or .txt with one series, or a .npy.")
    comma = separator_of(lines[0][1])
    if not any(is_number(cell) for cell in cells_of(lines[0][1], comma)):
        lines = lines[1:]  # a heading
    rows, values = [(number, cells_of(line, comma)) for number, line in lines], 0
    for number, row in rows:
        values += len(row)
        if wrong := [cell for cell in row if cell and not is_number(cell)]:
            raise InputError(
                f"Row {number} holds {printable(wrong[0])[:30]!r} and no number; bring the values of one series."
            )
        if len(row) != len(rows[0][1]):
            raise InputError(
                f"Row {number} has {len(row):,} values where row {rows[0][0]} has {len(rows[0][1]):,}; mend it."
            )
        if values > MOST_VALUES:
            raise InputError(
                f"A series has at most {MOST_VALUES:,} values; that has more. Cut out the part that matters."
            )
    if not rows:
        raise InputError("That holds a heading and no values; bring the values of one series.")
    return np.array([[float(cell) if cell else np.nan for cell in row] for _, row in rows])
