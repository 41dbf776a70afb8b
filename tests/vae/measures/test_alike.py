"""Models are compared where they are of the same things, and their nats where they are of the same likelihood."""

from dataclasses import replace

from vae.library.shelf import find
from vae.measures.alike import other_nats

DIGITS = find("mnist-16d").card


def test_nats_of_one_likelihood_need_no_word() -> None:
    assert other_nats([DIGITS, find("mnist-2d").card]) == ""
    # A generator has no nats, and so none of another kind.
    assert other_nats([DIGITS, find("mnist-gan-16d").card]) == ""


def test_nats_of_other_likelihoods_levels_and_targets_are_told_apart() -> None:
    mixed = replace(DIGITS, name="mixed", likelihood="logistic-mixture")
    said = other_nats([DIGITS, mixed, find("mnist-2d").card])
    assert "mnist-16d, mnist-2d: Bernoulli; mixed: Logistic mixture" in said
    few, many = (
        replace(DIGITS, name=f"levels-{n}", likelihood="categorical", training={"options": {"levels": n}})
        for n in (4, 8)
    )
    assert "levels-4: Categorical of 4 levels; levels-8: Categorical of 8 levels" in other_nats([few, many])
    assert other_nats([few, replace(few, name="again")]) == ""
    black = replace(DIGITS, name="black", training={"targets": "binarized"})
    assert "black: Bernoulli of binarised images" in other_nats([DIGITS, black])


def test_a_strangers_card_breaks_nothing() -> None:
    strange = replace(DIGITS, name="strange", likelihood="categorical", training={"options": "none"})
    assert "strange: Categorical" in other_nats([DIGITS, strange])
    assert "odd: poisson" in other_nats([DIGITS, replace(DIGITS, name="odd", likelihood="poisson")])
