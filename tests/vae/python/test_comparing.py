"""Two models beside each other: what linear CKA is, and what a table says."""

import numpy as np
import pytest
from scipy.stats import special_ortho_group

import vae
from tests.tiny_model import write_tiny_model
from vae.python.comparing import cka

CODES = np.random.default_rng(0).standard_normal((200, 4)) * [3, 2, 1, 0.5]


def test_a_space_that_is_turned_moved_and_scaled_is_the_same() -> None:
    turned = 5 * CODES @ special_ortho_group(4, seed=1).rvs() - 7
    assert cka(CODES, turned) == pytest.approx(1)


def test_spaces_that_have_nothing_to_do_with_each_other_are_not() -> None:
    assert cka(CODES, np.random.default_rng(1).standard_normal((200, 4))) < 0.1


def test_it_is_the_similarity_of_the_kernels_that_the_paper_defines() -> None:
    other = np.hstack([CODES[:, :1] ** 2, CODES[:, 1:3]])
    centring = np.eye(200) - 1 / 200
    first, second = (centring @ each @ each.T @ centring for each in (CODES, other))
    hsic = (first * second).sum() / np.sqrt((first * first).sum() * (second * second).sum())
    assert cka(CODES, other) == pytest.approx(hsic)


def test_codes_that_are_all_the_same_cannot_be_compared() -> None:
    with pytest.raises(vae.InputError, match="all things the same code"):
        cka(CODES, np.ones((200, 2)))


def test_a_model_is_like_itself_and_its_table_says_so() -> None:
    both = vae.compare("mnist-2d", vae.open("mnist-2d"))
    assert both.similarity == pytest.approx(1)
    assert all(first == second for first, second in both.figures.values())
    assert "mnist-2d" in str(both) and "linear CKA): 1.000" in str(both)


def test_models_of_other_things_have_no_similarity(tmp_path) -> None:
    write_tiny_model(tmp_path / "tiny", 2)
    both = vae.compare(vae.open(tmp_path / "tiny"), "mnist-2d")
    assert both.similarity is None and both.errors is None
