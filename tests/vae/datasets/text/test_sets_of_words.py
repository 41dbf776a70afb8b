"""Made words are what their factors say, the same each time; names are read as they stand, each in one half alone."""

from pathlib import Path

import numpy as np
import pytest

from vae.datasets.published import make_words
from vae.datasets.text import made, names
from vae.errors import InputError
from vae.kinds.words.spelling import read_words

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words_of(things: np.ndarray) -> list[str]:
    return read_words(things, made.LETTERS)


def test_a_made_word_shows_its_factors() -> None:
    generator = np.random.default_rng(3)
    factors = made.sample_factors(500, generator)
    for (ending, count, first, family), word in zip(factors.astype(int), made.spell(factors, generator), strict=True):
        assert word.endswith(made.ENDINGS[ending]) and word[0] == made.CONSONANTS[first]
        stem = word.removesuffix(made.ENDINGS[ending])
        assert sum(letter in "aeiouy" for letter in stem) == count - 1
        assert all(letter in made.VOWELS[family] for letter in stem if letter in "aeiouy")
        assert len(word) < made.LETTERS.shape[0]


def test_made_words_are_the_same_each_time_and_each_factor_is_at_even_odds() -> None:
    arrays = make_words(Path())
    assert words_of(arrays["test/things"][:4]) == words_of(make_words(Path())["test/things"][:4])
    assert arrays["train/things"].shape == (20_000, 16, 27)
    for column in arrays["train/factors"].T:
        shares = np.unique(column, return_counts=True)[1] / 20_000
        assert np.abs(shares - 1 / len(shares)).max() < 0.02
    np.testing.assert_array_equal(arrays["train/labels"], arrays["train/factors"][:, 0])


@pytest.mark.parametrize("row", [[5, 2, 0, 0], [0, 1, 0, 0], [0, 2, 0.5, 0], [0, 2, 0]])
def test_other_factors_are_refused(row: list[float]) -> None:
    with pytest.raises(ValueError, match="Factors are"):
        made.spell(np.array([row]), np.random.default_rng(0))


def file_of(folder: Path, lines: list[str]) -> Path:
    (folder / names.FILE).write_text("\n".join(lines), encoding="ascii")
    return folder


def test_names_are_in_one_half_each_with_the_class_of_their_last_letter(tmp_path: Path) -> None:
    some = [a + b + c for a in LETTERS for b in LETTERS for c in "aeiynos"]
    arrays = names.read_names(file_of(tmp_path, [*some, *some[:9]]))
    train, test = (words_of(arrays[f"{part}/things"]) for part in ("train", "test"))
    assert len(test) == names.TESTS and not set(train) & set(test)
    assert sorted([*train, *test]) == sorted(set(some))
    said = [names.CLASSES[label] for label in arrays["test/labels"]]
    for name, class_name in zip(test, said, strict=True):
        assert class_name.endswith(f" {name[-1]}") or name[-1] in "iy" or class_name == names.CLASSES[-1]
    assert [names.class_of(name) for name in ("ava", "mae", "mary", "levi", "ian", "bob")] == [0, 1, 2, 2, 3, 4]


@pytest.mark.parametrize("lines", [["emma", "o'neil"], ["emma"], ["a" * 16] * 5000])
def test_a_damaged_file_of_names_is_told(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(InputError, match=f"{names.FILE} is damaged: .*fetch it again"):
        names.read_names(file_of(tmp_path, lines))
