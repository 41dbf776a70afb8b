"""A code is found by search where no encoder says it; the oracle is a decoder that is a matrix."""

from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_kinds import IMAGE, SERIES, Tiny, write_tiny_kind
from vae.errors import InputError
from vae.explore.explorer import Explorer, open_explorer
from vae.explore.search import DRAWS, NOISE, TooSlow, begin, can_search, further, search
from vae.kinds.kind import Item

Z = np.array([[0.7, -1.1, 0.4]])


@pytest.fixture(params=[IMAGE, SERIES], ids=lambda item: item.kind)
def generator(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Explorer, Tiny]:
    """A generator alone, and the sums that say what it draws."""
    item: Item = request.param
    _, sums = write_tiny_kind(tmp_path / "made", item, "gan")
    return open_explorer(str(tmp_path / "made")), sums


def test_the_code_of_what_was_drawn_is_found_and_the_error_never_rises(generator: tuple[Explorer, Tiny]) -> None:
    explorer, sums = generator
    thing = sums.decode(Z)[0]
    found = list(search(explorer, thing, seed=1))
    assert [each.drawn for each in found][:2] == [250, 500] and found[-1].drawn == DRAWS
    assert found[-1].done == found[-1].total and found[-1].share == 1
    assert all(later.error <= earlier.error and later.share > earlier.share for earlier, later in pairwise(found))
    last = found[-1]
    np.testing.assert_allclose(last.code, Z[0], atol=0.02)
    missed = sums.expect(last.code[None]) - explorer.kind.feed(thing[None]).reshape(1, -1)
    assert last.error == pytest.approx(float(np.sqrt(np.square(missed).mean())), rel=1e-2, abs=1e-5)
    assert last.error < found[0].error / 3


def test_each_step_goes_on_from_what_the_last_one_said_and_one_that_takes_too_long_says_so(
    generator: tuple[Explorer, Tiny],
) -> None:
    explorer, sums = generator
    thing = sums.decode(Z)[0]
    one, other = (further(explorer, thing, begin(explorer), seed=seed) for seed in (4, 5))
    assert not np.array_equal(one.code, other.code)
    *_, second = islice(search(explorer, thing, seed=4), 2)
    np.testing.assert_array_equal(further(explorer, thing, one, seed=4).codes, second.codes)
    with pytest.raises(TooSlow, match="too slowly for thousands of tries; move the sliders by hand"):
        further(explorer, thing, one, seconds=-1)


def test_of_a_linear_decoder_it_is_the_ridge_regression_of_the_thing(tmp_path: Path) -> None:
    _, sums = write_tiny_kind(tmp_path / "made", SERIES, "gan")
    explorer = open_explorer(str(tmp_path / "made"))
    thing = np.random.default_rng(0).normal(0, 0.5, SERIES.shape).astype(np.float32)
    w, x = sums.w.astype(float), thing.reshape(-1)
    exact = np.linalg.solve(w @ w.T / NOISE**2 + np.eye(3), w @ x / NOISE**2)
    *_, last = search(explorer, thing)
    np.testing.assert_allclose(last.code, exact, atol=1e-3)


def test_the_same_seed_finds_the_same_and_a_search_can_be_stopped(generator: tuple[Explorer, Tiny]) -> None:
    explorer, sums = generator
    one, other = (next(search(explorer, sums.decode(Z)[0], seed=4)) for _ in range(2))
    assert one.error == other.error and np.array_equal(one.code, other.code)
    searching = search(explorer, sums.decode(Z)[0])
    next(searching)
    searching.close()
    assert list(searching) == []


def test_what_has_no_normal_prior_is_refused(generator: tuple[Explorer, Tiny]) -> None:
    explorer, sums = generator
    explorer.card = replace(explorer.card, latent=replace(explorer.card.latent, prior="none"))
    with pytest.raises(InputError, match="no normal prior to begin a search from"):
        next(search(explorer, sums.decode(Z)[0]))


def test_what_would_fill_the_memory_is_refused(
    generator: tuple[Explorer, Tiny], monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer, sums = generator
    monkeypatch.setattr("vae.explore.search.MOST_SLOPES", 3 * sums.w.shape[1])
    assert can_search(explorer.card)
    monkeypatch.setattr("vae.explore.search.MOST_SLOPES", 3 * sums.w.shape[1] - 1)
    with pytest.raises(InputError, match="too large for a search; choose a model of fewer dimensions"):
        next(search(explorer, sums.decode(Z)[0]))
