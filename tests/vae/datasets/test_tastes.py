"""Made-up tastes have the factors that they are drawn from, and MovieLens's tables are read as they say."""

from pathlib import Path

import numpy as np
import pytest

from vae.datasets.people import movielens, tastes
from vae.errors import InputError


def factors_of(n: int, **changes: float) -> np.ndarray:
    factors = tastes.sample_factors(n, np.random.default_rng(0))
    for name, value in changes.items():
        factors[:, tastes.FACTORS.index(name)] = value
    return factors


def test_every_film_has_a_title_of_its_own_and_one_genre_or_two() -> None:
    titles, of, known = tastes.films()
    assert len(set(titles)) == len(titles) == len(of) == len(known) == tastes.FILMS
    assert all(len(set(genres)) == len(genres) in (1, 2) for genres in of)
    assert (np.bincount([genres[0] for genres in of]) == 25).all()


def test_a_person_likes_as_many_films_as_the_factors_say_and_mostly_of_the_favourite_genre() -> None:
    factors = factors_of(400, favourite=2, second=5, share=0.8, likes=20)
    liked = tastes.like(factors, np.random.default_rng(1))
    assert liked.shape == (400, tastes.FILMS, 1) and liked.dtype == np.float32
    np.testing.assert_array_equal(liked.sum(axis=(1, 2)), 20)
    _, of, _ = tastes.films()
    per_genre = np.array([[genre in genres for genre in range(8)] for genres in of], float)
    shares = liked[..., 0].mean(0) @ per_genre
    assert shares.argmax() == 2 and np.argsort(-shares)[1] == 5


def test_chances_add_up_to_1_and_who_goes_by_the_crowd_likes_what_is_known() -> None:
    apart, along = (tastes.chances(factors_of(50, crowd=value)) for value in (0.2, 1.0))
    np.testing.assert_allclose(apart.sum(1), 1)
    known = tastes.films()[2]
    assert ((along @ known) > (apart @ known)).all()


@pytest.mark.parametrize(("name", "value"), [("share", 0.2), ("favourite", 8), ("likes", 2), ("crowd", 1.5)])
def test_a_factor_that_nobody_has_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        tastes.chances(factors_of(3, **{name: value}))


def write_tables(folder: Path, ratings: list[tuple[int, int, float]], films: list[tuple[int, str, str]]) -> Path:
    rows = [f"{user},{film},{stars},0" for user, film, stars in ratings]
    (folder / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *rows]) + "\n")
    told = [f'{film},"{title}",{genres}' for film, title, genres in films]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *told]) + "\n")
    return folder


def test_films_are_liked_from_four_stars_and_kept_from_five_likes_on(tmp_path: Path) -> None:
    ratings = [(user, film, 4.0) for user in range(1, 7) for film in (10, 20, 30, 40, 50)]
    ratings += [(user, 60, 3.5) for user in range(1, 7)] + [(9, 10, 5.0), (1, 70, 5.0)]
    folder = write_tables(
        tmp_path, ratings, [(film, f"Film {film}, The (1999)", "Drama|IMAX") for film in range(10, 80, 10)]
    )
    likes, films = movielens.read_likes(folder)
    assert films == [10, 20, 30, 40, 50] and likes.shape == (6, 5) and likes.all()  # the ninth likes too few
    told = movielens.tell_films(folder)
    assert told["items"][0] == "The Film 10 (1999)" and told["of"][0] == [0, 18]


def test_tables_without_likes_or_titles_are_one_sentence(tmp_path: Path) -> None:
    write_tables(tmp_path, [(1, 10, 2.0)], [(10, "A", "Drama")])
    with pytest.raises(InputError, match="holds no rating of 4 stars or more"):
        movielens.read_likes(tmp_path)
    write_tables(tmp_path, [(user, film, 5.0) for user in range(6) for film in range(5)], [(0, "A", "Drama")])
    with pytest.raises(InputError, match="has no title for film 1"):
        movielens.tell_films(tmp_path)


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Matrix, The (1999)", "The Matrix (1999)"),
        ("Amelie, L' (2001)", "L'Amelie (2001)"),
        ("Good, the Bad, The (Buono, Il) (1966)", "The Good, the Bad (Buono, Il) (1966)"),
        ("Me, Myself (2000)", "Me, Myself (2000)"),
        ("Heat (1995)", "Heat (1995)"),
    ],
)  # fmt: skip
def test_an_article_stands_before_its_title(title: str, read: str) -> None:
    assert movielens.in_order(title) == read


def test_a_favourite_is_the_genre_liked_most_above_the_usual() -> None:
    likes = np.array([[1, 1, 0, 0], [1, 0, 1, 1], [1, 1, 0, 1]], bool)
    found = movielens.favourites(likes, [[0], [1], [2], [2]])
    np.testing.assert_array_equal(found, [1, 2, 1])
