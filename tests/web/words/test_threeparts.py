"""What −ELBO is made of, on the cards of the bundled models and as the page shows it."""

import re
from dataclasses import replace

import pytest

from vae.library.cards import Card, grade_of
from vae.library.codes import read_codes
from vae.library.shelf import Model, find, list_models
from vae.likelihoods import least_of
from web.page import about
from web.words.threeparts import parts_of, say_parts, three_parts

CARDS = {model.name: model.card for model in list_models() if isinstance(model, Model) and model.bundled}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_the_parts_sum_to_negative_elbo_or_without_a_prior_to_the_reconstruction(card: Card) -> None:
    made = parts_of(card)
    if card.likelihood == "gaussian" or "encode" not in card.can:
        assert made == {} and three_parts(card) == ""
        return
    assert (made["floor"] > 0) == (least_of(card.likelihood) in ("entropy", "shares")) and made["error"] > 0
    whole = card.metrics["negative_elbo"] if "bound" in card.can else card.metrics["reconstruction"]
    assert sum(made.values()) == pytest.approx(whole, abs=1e-3)
    assert ("kl" in made) == ("bound" in card.can)


@pytest.mark.parametrize("name", [name for name, card in CARDS.items() if "encode" in card.can])
def test_each_test_thing_has_its_own_floor_and_costs_more(name: str) -> None:
    """So the floors are in the codes' order: a coat's beside a shirt's cost would lie above some."""
    codes, card = read_codes(find(name).folder), CARDS[name]
    assert codes is not None and (codes.floor is None) == (card.likelihood == "gaussian")
    if codes.floor is not None:
        kl = 0 if codes.nats is None else codes.nats.sum(1)
        # Where a thing can cost nothing, some cost no more than what is rounded as they are kept.
        assert (codes.cost - kl - codes.floor).min() > (0 if codes.floor.any() else -0.01)
        assert codes.floor.mean() == pytest.approx(card.metrics["floor"], rel=1e-5)


def test_half_of_what_a_digit_costs_is_nobodys_fault() -> None:
    made = parts_of(CARDS["mnist-16d"])
    assert made["floor"] == pytest.approx(45.5, abs=0.1)
    assert say_parts(made) == "floor 45.5 + error 25.0 + KL 23.2 = 93.7 nats"


def test_the_bar_has_widths_in_proportion_and_a_text_equivalent() -> None:
    card = CARDS["mnist-16d"]
    made, bar = parts_of(card), three_parts(card)
    widths = {part: float(share) for part, share in re.findall(r'<i data-part="(\w+)" style="flex: ([\d.]+)', bar)}
    assert sum(widths.values()) == pytest.approx(1, abs=1e-3)
    assert widths["floor"] / widths["kl"] == pytest.approx(made["floor"] / made["kl"], rel=1e-2)
    assert f'aria-label="{say_parts(made)}"' in bar


def test_a_card_of_an_earlier_version_has_no_bar() -> None:
    card = CARDS["mnist-16d"]
    earlier = {name: value for name, value in card.metrics.items() if name != "floor"}
    assert three_parts(replace(card, metrics=earlier)) == ""


def test_a_dimension_has_one_of_three_grades() -> None:
    assert [grade_of(nats) for nats in (0.0, 0.009, 0.01, 0.017, 0.099, 0.1, 2.0)] == [
        "dead", "dead", "faint", "faint", "faint", "carries", "carries",
    ]  # fmt: skip


def test_a_faint_dimension_is_not_said_to_be_in_use() -> None:
    """mnist-without-4's tenth dimension has 0.017 nats: it counted as one in use."""
    card = CARDS["mnist-without-4"]
    assert card.grades.count("faint") >= 1 and card.dead.count(True) == card.grades.count("dead")
    assert about.dims(card) == f"16 latent dimensions, {card.grades.count('faint')} faint"
    assert about.dims(CARDS["mnist-2d"]) == "2 latent dimensions"
    assert about.dims(CARDS["fashion-16d"]) == "16 latent dimensions, 6 dead"


def test_what_is_measured_says_which_way_log_p_may_be_off() -> None:
    card = CARDS["mnist-16d"]
    assert "log p(x), at least" in about.measurements(replace(card, metrics=card.metrics | {"log_likelihood": -89.2}))
    assert "| of it, the floor |" in about.measurements(card)
