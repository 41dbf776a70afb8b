"""Read MovieLens's small set, ml-latest-small of September 2018: what 610 people think of 9,742 films."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, needed
from vae.datasets.splits import SPLIT_SEED
from vae.errors import InputError

LIKED = 4.0
"""Stars from which a film counts as liked, as Liang et al. 2018, arXiv 1802.05814, have it."""

FEWEST = 5
"""Likes that a film has at least, to be one of the items, and then a person, to be one of the people."""

TESTS = 120

GENRES = (
    "Drama", "Comedy", "Thriller", "Action", "Romance", "Adventure", "Crime", "Sci-Fi", "Horror", "Fantasy", "Children",
    "Animation", "Mystery", "Documentary", "War", "Musical", "Western", "Film-Noir", "IMAX",
)  # fmt: skip
"""In the order of how many films have them."""


def read_likes(folder: Path) -> tuple[np.ndarray, list[int]]:
    """Return who likes what, bool [users, films], and the films' numbers, in the order of these.

    A film is liked from four stars on; films with fewer than five likes are left out, then people with fewer of them.
    """
    path = needed(folder, "ratings.csv")
    with reading(path), path.open(newline="", encoding="utf-8") as file:
        rows = [
            (int(row["userId"]), int(row["movieId"])) for row in csv.DictReader(file) if float(row["rating"]) >= LIKED
        ]
    if not rows:
        raise InputError(f"{path} holds no rating of {LIKED:g} stars or more; fetch it again.")
    pairs = np.array(rows)
    films, counts = np.unique(pairs[:, 1], return_counts=True)
    kept = films[counts >= FEWEST]
    pairs = pairs[np.isin(pairs[:, 1], kept)]
    people, many = np.unique(pairs[:, 0], return_counts=True)
    users = people[many >= FEWEST]
    pairs = pairs[np.isin(pairs[:, 0], users)]
    likes = np.zeros((len(users), len(kept)), bool)
    likes[np.searchsorted(users, pairs[:, 0]), np.searchsorted(kept, pairs[:, 1])] = True
    return likes, kept.tolist()


def read_movielens(folder: Path) -> Arrays:
    """Read the likes as tastes, float32 [N, films, 1]; a class is the genre that is liked most above the usual."""
    likes, _ = read_likes(folder)
    classes = favourites(likes, tell_films(folder)["of"])
    mixed = np.random.default_rng(SPLIT_SEED).permutation(len(likes))
    arrays: Arrays = {}
    for part, rows in (("train", np.sort(mixed[TESTS:])), ("test", np.sort(mixed[:TESTS]))):
        arrays |= {f"{part}/things": likes[rows, :, None].astype(np.float32), f"{part}/labels": classes[rows]}
    return arrays


def favourites(likes: np.ndarray, of: list[list[int]]) -> np.ndarray:
    """Return the genre whose share of each person's likes lies farthest above its share of all, int64 [users]."""
    belongs = np.zeros((len(of), len(GENRES)))
    for row, numbers in zip(belongs, of, strict=True):
        row[numbers] = 1 / max(1, len(numbers))
    counts = likes @ belongs
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1e-12)
    usual = counts.sum(0) / counts.sum()
    return np.asarray((shares - usual).argmax(1), np.int64)


def tell_films(folder: Path) -> dict[str, Any]:
    """Return the titles of the films that are items and the numbers of their genres, as a taste's meaning has them."""
    path = needed(folder, "movies.csv")
    _, films = read_likes(folder)
    with reading(path), path.open(newline="", encoding="utf-8") as file:
        told = {int(row["movieId"]): (row["title"].strip(), row["genres"].split("|")) for row in csv.DictReader(file)}
    if missing := [film for film in films if film not in told]:
        raise InputError(f"{path} has no title for film {missing[0]}; fetch it again.")
    return {
        "items": [in_order(told[film][0]) for film in films],
        "of": [[GENRES.index(name) for name in told[film][1] if name in GENRES] for film in films],
    }


def in_order(title: str) -> str:
    """Put an article that was moved to the end back: "Matrix, The (1999)" is "The Matrix (1999)"."""
    name, bracket, rest = title.partition(" (")
    first, comma, article = name.rpartition(", ")
    articles = {"the", "a", "an", "la", "le", "les", "l'", "el", "los", "las", "il", "das", "der", "die", "i"}
    if not comma or article.lower() not in articles:
        return title
    return f"{article}{'' if article.endswith(chr(39)) else ' '}{first}{bracket}{rest}"
