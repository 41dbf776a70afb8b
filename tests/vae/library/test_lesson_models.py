"""The seven models of the lesson on beta: along them KL falls, reconstruction costs more, and draws grow alike."""

from itertools import pairwise

import numpy as np
import pytest

from vae.explore.explorer import Explorer
from vae.home import LESSON_MODELS
from vae.library.shelf import Model, check_files, find, list_models

BETAS = (0, 0.1, 0.3, 1, 3, 10, 30)
LADDER = [find(f"mnist-beta-{beta:g}") for beta in BETAS]
MAX_BYTES = 1_500_000


def test_they_are_in_the_library_after_the_others_and_nothing_else_is_with_them() -> None:
    bundled = [model.name for model in list_models() if isinstance(model, Model) and model.bundled]
    assert set(bundled[-len(LADDER) :]) == {model.name for model in LADDER}
    assert {folder.name for folder in LESSON_MODELS.iterdir()} == {model.name for model in LADDER}


@pytest.mark.parametrize("model", LADDER, ids=lambda model: model.name)
def test_each_is_small_and_whole_and_differs_in_beta_alone(model: Model) -> None:
    check_files(model.card, model.folder)
    assert model.card.beta == float(model.name.removeprefix("mnist-beta-"))
    assert sum(path.stat().st_size for path in model.folder.iterdir()) < MAX_BYTES
    own = {"beta", "command", "seconds"}
    first = {name: value for name, value in LADDER[0].card.training.items() if name not in own}
    assert {name: value for name, value in model.card.training.items() if name not in own} == first


def test_along_the_ladder_the_kl_falls_and_the_reconstruction_costs_more() -> None:
    for less, more in pairwise(model.card.metrics for model in LADDER):
        assert less["kl"] > more["kl"]
        assert less["reconstruction"] < more["reconstruction"]


def test_at_its_end_all_draws_are_alike() -> None:
    def apart(model: Model) -> float:
        opened = Explorer(model)
        codes = np.random.default_rng(0).standard_normal((60, 2)).astype(np.float32)
        drawn = opened.decode(codes).reshape(60, -1).astype(np.float64)
        return float(np.sqrt(np.square(drawn[:, None] - drawn).sum(-1)).mean())

    assert apart(LADDER[-1]) < 0.1 * apart(LADDER[BETAS.index(1)])
