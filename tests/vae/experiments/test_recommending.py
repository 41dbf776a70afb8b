"""Likes that were hidden: where they rank, and by whom."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import ndcg_score
from sklearn.metrics.pairwise import cosine_similarity

from vae.experiments.fidelity import measures_of, ndcg, recall
from vae.experiments.recommenders import as_shares, ease_of, neighbours_of
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS

RANDOM = np.random.default_rng(0)
LIKES = (RANDOM.random((60, 24)) < 0.3).astype(np.float32)
CLEAN, SCORES = LIKES[:12], RANDOM.random((12, 24))
GIVEN = CLEAN * (RANDOM.random((12, 24)) < 0.5)


@pytest.mark.parametrize("ranks", [3, 10, 100])
def test_ndcg_is_scikit_learns_of_what_was_not_given(ranks: int) -> None:
    found = ndcg(CLEAN, SCORES, GIVEN, ranks)
    for row, value in enumerate(found):
        free = GIVEN[row] == 0
        assert value == pytest.approx(ndcg_score([CLEAN[row, free]], [SCORES[row, free]], k=ranks))


def test_recall_counts_those_among_the_first_of_as_many_as_can_be() -> None:
    for row, value in enumerate(recall(CLEAN, SCORES, GIVEN, 5)):
        free = np.flatnonzero(GIVEN[row] == 0)
        first = free[np.argsort(-SCORES[row, free])[:5]]
        assert value == pytest.approx(CLEAN[row, first].sum() / min(5, CLEAN[row, free].sum()))


def test_both_are_best_at_the_taste_itself_and_where_nothing_was_hidden() -> None:
    item = Item("tastes", (24, 1))
    for measure in measures_of(item).values():
        clean, given = CLEAN[..., None], GIVEN[..., None]
        np.testing.assert_allclose(measure.of(KINDS["tastes"], clean, clean, given), 1)
        np.testing.assert_allclose(measure.of(KINDS["tastes"], clean, SCORES[..., None], clean), 1)
        assert (measure.of(KINDS["tastes"], clean, SCORES[..., None], given) < 1).any()


def test_scores_that_are_all_the_same_count_as_chance_does() -> None:
    drawn = [ndcg(CLEAN, RANDOM.random(CLEAN.shape), GIVEN, 5) for _ in range(3000)]
    np.testing.assert_allclose(ndcg(CLEAN, GIVEN, GIVEN, 5), np.mean(drawn, 0), atol=0.03)


def test_items_are_as_alike_as_the_cosine_says_and_only_the_nearest_count() -> None:
    wanted = cosine_similarity(LIKES.T.astype(float))
    np.fill_diagonal(wanted, 0)
    np.testing.assert_allclose(neighbours_of(LIKES, 24), wanted, atol=1e-9)
    few = neighbours_of(LIKES, 4)
    assert ((few > 0).sum(1) >= 4).all() and (few > 0).sum() < (wanted > 0).sum()
    np.testing.assert_allclose(few.max(1), wanted.max(1))


def test_ease_is_a_ridge_regression_of_each_item_on_all_others() -> None:
    weights = ease_of(LIKES, 20.0)
    assert not np.diag(weights).any()
    for item in (0, 7, 23):
        others = np.arange(24) != item
        fitted = Ridge(alpha=20.0, fit_intercept=False).fit(LIKES[:, others], LIKES[:, item])
        np.testing.assert_allclose(weights[others, item], fitted.coef_, atol=1e-5)


def test_shares_keep_the_order_of_scores_and_add_up_to_1() -> None:
    shares = as_shares(SCORES - 0.5)
    assert shares.shape == (12, 24, 1) and shares.dtype == np.float32 and (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=(1, 2)), 1, rtol=1e-5)
    np.testing.assert_array_equal(np.argsort(shares[..., 0], 1), np.argsort(SCORES, 1))
