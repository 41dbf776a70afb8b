"""Several values on the Train page: the runs that they make are those of the command, and mistakes are told before."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.web.page.single.test_train_settings import said
from tests.web.page.test_pages import field, run
from vae.config import own_settings
from vae.families import family
from vae.plans.networks import suited
from vae.runs.recipes import recommended
from vae.runs.shelf import list_runs
from vae.sweeps import work
from vae.sweeps.plan import MOST, ONCE, kinds, lay_out
from vae.sweeps.shelf import find_sweep, keep, list_sweeps
from web.page.settings.sweeping import whole

DIGITS = recommended("digits")


@pytest.fixture(autouse=True)
def waiting(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No process carries a sweep out."""
    monkeypatch.setattr(work, "start", lambda sweep: None)
    return home


def several(test: AppTest, seeds: int = 1, **values: str) -> AppTest:
    """Choose settings and type their values."""
    for number, (name, text) in enumerate(values.items()):
        test = field(test, rf"sweep\.{number}\.setting").select(name).run()
        test = field(test, rf"sweep\.{number}\.values").set_value(text).run()
    test = field(test, r"sweep\.seeds").set_value(seeds).run()
    assert not test.exception
    return test


def form(**query: str) -> AppTest:
    return run("pages/train.py", dataset="digits", **query)


def problems(test: AppTest) -> list[str]:
    return [warning.value.replace("\\", "") for warning in test.warning]


def test_pairs_of_values_and_seeds_are_one_press_and_become_the_runs_of_the_command():
    test = several(form(epochs="3"), 2, beta="0.25, 1,4", latent_dims="2 8")
    assert field(test, "start").label == "Start 12 runs"
    assert any("12 runs" in text.value and "together" in text.value for text in test.markdown)
    field(test, "start").click().run()
    (sweep,) = list_sweeps()
    over = {"beta": (0.25, 1.0, 4.0), "latent_dims": (2, 8)}
    base = replace(DIGITS, epochs=3)
    assert sweep.runs == tuple(lay_out(over, lambda choice: replace(base, **choice), 2, "digits-sweep"))
    assert not list_runs()  # each is begun when it is its turn
    # The page is the sweep's now, and so it is when somebody comes back.
    assert field(run("pages/train.py", sweep="digits-sweep"), "another")


def test_who_tries_one_value_trains_one_model_as_before():
    test = form()
    assert field(test, "start").label == "Start"
    test = several(test, 1, beta="4")
    assert field(test, "start").label == "Start" and not test.warning
    field(test, "start").click().run()
    assert len(list_runs()) == 1 and not list_sweeps()


def test_seeds_alone_are_a_sweep_and_so_is_a_name_of_its_own():
    test = field(several(form(), 3), "name").set_value("chance").run()
    field(test, "start").click().run()
    assert [each.name for each in find_sweep("chance").runs] == ["chance-seed0", "chance-seed1", "chance-seed2"]


@pytest.mark.parametrize(
    ("seeds", "values", "says"),
    [
        (1000, {"beta": "1, 2"}, f"This sweep has 2,000 runs, and the most is {MOST}; give fewer values or seeds."),
        (0, {"beta": "1, 2"}, "seeds must be 1 or more; got 0."),
        (1, {"beta": "1, 1"}, "beta names a value twice; name each once."),
        (1, {"beta": "1, much"}, "β is a number from 0 to 1000; got 'much'."),
        (1, {"latent_dims": "2, 2.5"}, "Latent size is a whole number from 1 to 512; got '2.5'."),
        (1, {"latent_dims": "2, 513"}, "Latent size is a number from 1 to 512; got 513."),
        (1, {"network": "dense, none-such"}, "Network cannot be 'none-such'; there are dense"),
    ],
)
def test_what_cannot_be_is_told_before_start_and_start_waits(seeds: int, values: dict[str, str], says: str):
    test = several(form(), seeds, **values)
    assert len(problems(test)) == 1 and says in problems(test)[0]
    assert field(test, "start").disabled
    assert not several(test, 1, **dict.fromkeys(values, "")).warning


def test_values_of_nothing_are_asked_what_they_are():
    test = field(form(), r"sweep\.0\.values").set_value("1, 2").run()
    assert problems(test) == ["Choose the setting that 1, 2 are values of."]


def test_a_name_that_runs_begin_with_is_refused():
    keep("taken", lay_out({}, lambda choice: replace(DIGITS, **choice), 1, "taken"))
    test = field(several(form(), 2), "name").set_value("taken").run()
    assert problems(test) == ["There is a sweep or a run called 'taken' already; choose another name."]


def test_what_the_command_goes_over_can_be_chosen_but_for_what_the_family_cannot_have():
    offered = field(form(), r"sweep\.0\.setting").options
    assert len(offered) == len(set(offered))
    of_all = len(kinds()) - len(own_settings())
    assert len(offered) == of_all + len(family("gaussian").settled({})) + len({"free_bits", "capacity"})
    of_points = field(form(family="autoencoder"), r"sweep\.0\.setting").options
    assert "Sparsity" in of_points and "Sparsity" not in offered
    assert "β" in offered and "β" not in of_points
    assert not {"Seed", "Data"} & set(offered) and {"dataset", "seed"} < set(ONCE)


@pytest.mark.parametrize("network", suited("plane"))
def test_another_network_or_family_takes_nothing_along_that_was_the_first_ones(network: str):
    base = replace(DIGITS, width=16, depth=1, options={"free_bits": 1.0})
    got: Any = whole(base, {"network": network})
    assert (got.width, got.depth) == ((16, 1) if network == base.network else (None, None))
    got = whole(base, {"family": "gan", "gradient_penalty": 5.0})
    assert (got.family, got.options, got.width) == ("gan", {"gradient_penalty": 5.0}, 16)
    assert got.settled()


def test_a_sweep_that_is_not_there_is_told_calmly():
    test = run("pages/train.py", sweep="none-such")
    assert not test.exception and said(test) == [
        "There is no sweep 'none-such' here; it may have been taken from the list."
    ]
