"""A sweep laid out: each choice and each seed once, and a table of what became of them."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.models import SMALL
from vae.config import BOUNDS, TrainConfig, own_settings
from vae.errors import InputError
from vae.measures.figures import Measured
from vae.sweeps.plan import MOST, ONCE, Planned, choices, kinds, lay_out
from vae.sweeps.spread import measured, runs_csv, table


def settings(choice: dict[str, Any]) -> TrainConfig:
    return replace(SMALL, **choice)


def test_each_choice_has_a_run_for_each_seed_and_each_run_its_name_and_settings() -> None:
    over = {"beta": (0.5, 2.0), "latent_dims": (2, 3, 4), "epochs": (1,)}
    planned = lay_out(over, settings, 2, "mine")
    wanted = set(itertools.product((0.5, 2.0), (2, 3, 4), (0, 1)))
    assert {(run.config.beta, run.config.latent_dims, run.config.seed) for run in planned} == wanted
    assert len({run.name for run in planned}) == len(planned) == len(wanted)
    for run in planned:
        # What has one value for all sets none apart.
        assert run.apart == {"beta": run.config.beta, "latent_dims": run.config.latent_dims, "seed": run.config.seed}
        assert run.config == run.config.settled() and run.config.epochs == 1
    assert [[run.config.seed for run in runs] for _, runs in choices(planned)] == [[0, 1]] * 6


def test_a_sweep_goes_over_every_number_and_name_that_a_run_is_told_and_over_those_of_families() -> None:
    known = kinds()
    assert known.keys() >= (BOUNDS.keys() | own_settings().keys() | {"family", "objective", "network"}) - set(ONCE)
    assert {known["beta"], known["latent_dims"], known["width"], known["objective"]} == {float, int, str}


@pytest.mark.parametrize("count", [MOST, MOST + 1])
def test_so_many_runs_are_a_sweep_and_no_more(count: int) -> None:
    if count <= MOST:
        assert len(lay_out({}, settings, count, "mine")) == count
        return
    with pytest.raises(InputError, match=f"has {count} runs, and the most is {MOST}"):
        lay_out({}, settings, count, "mine")


def test_the_table_has_mean_and_deviation_over_the_seeds_of_each_choice() -> None:
    planned = [Planned(f"{beta}-{seed}", {"beta": beta, "seed": seed}, SMALL) for beta in (0.5, 2.0) for seed in (0, 1)]
    costs = {"0.5-0": 100.0, "0.5-1": 104.0, "2.0-0": 120.0, "2.0-1": None}
    figures = {name: Measured(name, {"negative_elbo": cost}) for name, cost in costs.items()}
    lines = table(planned, figures)
    assert lines[0].split()[:3] == ["beta", "seeds", "negative_elbo"]
    spread = np.std([100, 104], ddof=1)
    assert lines[1].split()[:5] == ["0.5", "2", "102.00", "±", f"{spread:.3f}"]
    assert lines[2].split()[:3] == ["2", "2", "120.00"]
    del figures["2.0-1"]  # it still trains
    assert table(planned, figures)[2].split()[:3] == ["2", "1", "120.00"]
    assert [line.split(",")[:3] for line in runs_csv(planned, figures).splitlines()][1:] == [
        ["0.5-0", "0.5", "0"],
        ["0.5-1", "0.5", "1"],
        ["2.0-0", "2.0", "0"],
    ]


def test_what_is_no_model_yet_has_no_figures(own_home: object) -> None:
    assert measured(lay_out({}, settings, 3, "mine")) == {}
