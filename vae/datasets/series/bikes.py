"""Read days of bike rentals, hour by hour: two years of a system of hired bicycles, from its table."""

import csv
from pathlib import Path

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, needed
from vae.datasets.splits import in_two
from vae.errors import InputError

HOURS = 24

CLASSES = ("free day", "working day")

TESTS = 130

MOST_MISSING = 5
"""Hours that a day may lack. The table has no row where nobody rented, three and four o'clock at night most often: that
is what such an hour is taken for. Of the eight days that lack more, storms and outages took most."""


def read_days(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the rentals in each hour of each day, int64 [days, 24], and whether they are working days, 0 or 1 [days].

    In the order of the days; those that lack more than `MOST_MISSING` hours are left out.
    """
    path = needed(folder, "hour.csv")
    days: dict[str, tuple[int, dict[int, int]]] = {}
    with reading(path), path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            _, hours = days.setdefault(row["dteday"], (int(row["workingday"]), {}))
            hours[int(row["hr"])] = int(row["cnt"])
    kept = [day for _, day in sorted(days.items()) if len(day[1]) >= HOURS - MOST_MISSING]
    if len(kept) <= 2 * TESTS or any(not 0 <= hour < HOURS for _, hours in kept for hour in hours):
        raise InputError(
            f"{path} is damaged: {len(kept)} of its days have the hours 0 to 23, and more than {2 * TESTS} are needed; "
            "fetch it again."
        )
    rentals = np.array([[hours.get(hour, 0) for hour in range(HOURS)] for _, hours in kept])
    if rentals.min() < 0:
        raise InputError(f"{path} is damaged: it counts {rentals.min()} rentals in an hour; fetch it again.")
    return rentals, np.array([working for working, _ in kept])


def read_bikes(folder: Path) -> Arrays:
    """Read the days, float32 [n, 24, 1], ln(1 + rentals) in each hour, and whether each is a working day."""
    rentals, working = read_days(folder)
    things = np.log1p(rentals)[..., None].astype(np.float32)
    return in_two("things", things, working, TESTS)
