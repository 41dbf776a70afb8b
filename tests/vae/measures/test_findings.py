"""What is said to stand out is what the figures say: best and worst by name, and nothing that a seed may turn."""

import pytest

from vae.library.shelf import find
from vae.measures.figures import Measured, Value, from_card
from vae.measures.words.findings import findings


def model(name: str, **values: Value) -> Measured:
    return Measured(name, values)


def said(*models: Measured, same_nats: bool = True) -> str:
    return "\n".join(findings(models, same_nats))


WIDE = model("wide", dims=16, negative_elbo=93.7, kl=23.2, reconstruction=70.5, knn_accuracy=0.97, active_units=16)
FLAT = model("flat", dims=2, negative_elbo=135.9, kl=6.4, reconstruction=129.5, knn_accuracy=0.81, active_units=2)


def test_the_cheaper_one_is_named_with_what_it_pays_for_and_in_whatever_order_they_come() -> None:
    for pair in ((WIDE, FLAT), (FLAT, WIDE)):
        told = said(*pair)
        assert "wide costs less than flat: −ELBO 93.70 against 135.90 nats." in told
        assert "Its codes say more (KL 23.20 against 6.400)" in told
        assert "its decoder misses less (reconstruction 70.50 against 129.50)" in told
        assert "Classes lie together best in wide: 10-NN 0.970 against 0.810 in flat." in told


def test_what_two_seeds_may_differ_by_is_no_finding() -> None:
    other = model("other", negative_elbo=94.0, kl=23.0, reconstruction=71.0, knn_accuracy=0.968)
    assert said(WIDE, other).splitlines() == [
        "wide and other cost about the same (−ELBO 93.70 against 94.00 nats): two seeds may differ as much."
    ]
    assert said(model("a", frechet=10.0, recall=0.60), model("b", frechet=11.0, recall=0.55)) == ""


def test_nats_of_other_likelihoods_are_not_compared_but_all_else_is() -> None:
    told = said(WIDE, FLAT, same_nats=False)
    assert "nats" not in told
    assert "10-NN" in told


def test_a_point_for_a_code_misses_least_and_has_no_bound() -> None:
    point = Measured("point", {"reconstruction": 100.0, "negative_elbo": None}, {"negative_elbo": "it has no prior"})
    told = said(FLAT, point)
    nats = "100.00 against 129.50 nats on average over the test set"
    assert f"point misses least of what it is shown: reconstruction {nats}." in told
    assert "point has no −ELBO: it has no prior." in told
    assert said(point) == "", "where none has a bound, that is no finding"


@pytest.mark.parametrize(("used", "words"), [(1, "1 of half's 2 dimensions says"), (0, "2 of half's 2 dimensions say")])
def test_dimensions_that_say_nothing_are_counted(used: int, words: str) -> None:
    assert f"{words} nothing." in said(model("half", dims=2, active_units=used))
    assert said(model("whole", dims=2, active_units=2), model("book", dims=64, active_units=9, codes_used=4)) == ""


def test_draws_are_told_of_once_they_are_measured() -> None:
    told = said(model("covers", frechet=12.0, recall=0.6), model("imitates", frechet=40.0, recall=0.1))
    assert "covers's draws lie nearest to the data: Fréchet distance 12.00 against 40.00 of imitates." in told
    assert "imitates's draws cover least of the data: recall 0.100 against 0.600 of covers." in told


def test_cards_of_models_that_are_there_tell_what_their_table_tells() -> None:
    told = said(*(from_card(find(name).card) for name in ("mnist-2d", "mnist-16d", "mnist-gan-16d")))
    assert "mnist-16d costs less than mnist-2d: −ELBO 93.70 against 135.94 nats." in told
    assert "mnist-gan-16d has no −ELBO: it has no encoder." in told
