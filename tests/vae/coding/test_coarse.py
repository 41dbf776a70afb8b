"""A code rounded to a grid: its bits against scipy, and what finer grids do."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from vae.coding.coarse import STEPS, bits_of, rates, rounded
from vae.explore.explorer import open_explorer
from vae.explore.originals import sample_for

numbers = st.lists(st.floats(-6, 6), min_size=1, max_size=5)
steps = st.floats(0.05, 4)


@given(z=numbers, step=steps)
def test_a_code_lies_in_the_cell_whose_middle_it_is_sent_as(z: list[float], step: float) -> None:
    sent = rounded(np.array([z]), step)
    assert (np.abs(sent - z) <= step / 2 * (1 + 1e-5) + 1e-6).all()
    assert np.allclose(rounded(sent, step), sent, rtol=1e-5)


@given(z=numbers, step=steps)
def test_its_bits_are_the_prior_s_share_of_that_cell(z: list[float], step: float) -> None:
    middle = np.round(np.array([z]) / step) * step
    low, high = -np.abs(middle) - step / 2, -np.abs(middle) + step / 2
    share = norm.cdf(high) - norm.cdf(low)
    assert bits_of(np.array([z]), step)[0] == pytest.approx(-np.log2(share).sum(), rel=1e-6, abs=1e-9)


def test_the_cells_of_a_grid_share_out_the_prior() -> None:
    for step in STEPS:
        middles = step * np.arange(-200, 201)
        assert np.exp2(-bits_of(middles[:, None], step)).sum() == pytest.approx(1, abs=1e-9)


def test_finer_grids_take_more_bits_and_come_nearer() -> None:
    model = open_explorer("mnist-16d")
    sample = sample_for(model.card, None)
    assert sample is not None
    found = rates(model, sample.things[:40])
    assert [rate.setting for rate in found] == list(STEPS)
    assert all(a.bits < b.bits for a, b in pairwise(found))
    assert found[-1].psnr > found[4].psnr > found[0].psnr + 3
