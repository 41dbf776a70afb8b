"""Test codes come back, from whichever version, and what is damaged is told."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.tiny_model import codes_of
from vae.errors import InputError
from vae.families import FAMILIES
from vae.library.codes import Codes, read_codes, write_codes

RANDOM = np.random.default_rng(0)
MEAN, LOG_VARIANCE = RANDOM.standard_normal((2, 50, 3)).astype(np.float32)
COST = RANDOM.uniform(80, 200, 50).astype(np.float32)


def made_codes(labels: np.ndarray | None = None, family: str = "gaussian") -> Codes:
    """Return the codes of a VAE, or of an autoencoder, whose codes are points that cost nothing."""
    if "bound" not in FAMILIES[family].can:
        return Codes(MEAN, None, None, COST, labels)
    return codes_of(MEAN, LOG_VARIANCE, COST, labels)


@pytest.mark.parametrize("labels", [None, np.arange(50) % 7, np.arange(50) * 1000], ids=["none", "few", "many"])
@pytest.mark.parametrize("family", FAMILIES)
def test_codes_come_back_to_half_precision(tmp_path: Path, family: str, labels: np.ndarray | None) -> None:
    codes = made_codes(labels, family)
    write_codes(tmp_path / "codes.npz", codes)
    got = read_codes(tmp_path)
    assert got is not None
    assert got.centre.dtype == got.cost.dtype == np.float32
    np.testing.assert_allclose(got.centre, codes.centre, rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(got.cost, codes.cost)
    for back, kept in ((got.spread, codes.spread), (got.nats, codes.nats)):
        if kept is None:
            assert back is None
        else:
            assert back is not None
            assert back.dtype == np.float32
            np.testing.assert_allclose(back, kept, rtol=1e-3, atol=1e-3)
    if labels is None:
        assert got.labels is None
    else:
        assert got.labels is not None
        assert got.labels.dtype == np.int64
        np.testing.assert_array_equal(got.labels, labels)


def test_the_floor_comes_back_and_is_none_where_it_was_not_kept(tmp_path: Path) -> None:
    codes = made_codes()
    write_codes(tmp_path / "codes.npz", codes)
    got = read_codes(tmp_path)
    assert got is not None and got.floor is None
    write_codes(tmp_path / "codes.npz", replace(codes, floor=COST / 2))
    got = read_codes(tmp_path)
    assert got is not None and got.floor is not None
    np.testing.assert_array_equal(got.floor, COST / 2)
    write_codes(tmp_path / "codes.npz", replace(codes, floor=COST[:-1]))
    with pytest.raises(InputError, match="do not belong together"):
        read_codes(tmp_path)


def test_what_half_precision_cannot_hold_is_kept_whole(tmp_path: Path) -> None:
    """Nats grow with the square of a code: one at 400 costs 80,000, and half precision ends at 65,504."""
    codes = codes_of(MEAN + 400, LOG_VARIANCE, COST)
    write_codes(tmp_path / "codes.npz", codes)
    got = read_codes(tmp_path)
    assert got is not None and got.nats is not None and codes.nats is not None
    np.testing.assert_array_equal(got.nats, codes.nats)
    with np.load(tmp_path / "codes.npz", allow_pickle=False) as arrays:
        assert {name: arrays[name].dtype for name in ("centre", "spread", "nats")} == {
            "centre": np.float16, "spread": np.float16, "nats": np.float32,
        }  # fmt: skip


def first_format(path: Path, **changed: np.ndarray) -> None:
    """Write a VAE's test codes as versions did that knew a diagonal normal alone."""
    arrays = {"mean": MEAN.astype(np.float16), "log_variance": LOG_VARIANCE.astype(np.float16), "negative_elbo": COST}
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays | changed)


def test_codes_of_the_first_format_have_the_spread_and_the_nats_of_torchs_distributions(tmp_path: Path) -> None:
    first_format(tmp_path / "codes.npz", labels=np.arange(50, dtype=np.uint8) % 4)
    got = read_codes(tmp_path)
    assert got is not None and got.labels is not None
    mean, log_variance = (torch.from_numpy(array.astype(np.float16)).float() for array in (MEAN, LOG_VARIANCE))
    q = torch.distributions.Normal(mean, log_variance.exp().sqrt())
    prior = torch.distributions.Normal(torch.zeros(3), torch.ones(3))
    np.testing.assert_array_equal(got.centre, mean)
    np.testing.assert_allclose(got.spread, q.stddev, rtol=1e-5)
    np.testing.assert_allclose(got.nats, torch.distributions.kl_divergence(q, prior), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(got.cost, COST)
    assert got.labels.dtype == np.int64
    np.testing.assert_array_equal(got.labels, np.arange(50) % 4)
    first_format(tmp_path / "codes.npz")
    bare = read_codes(tmp_path)
    assert bare is not None
    assert bare.labels is None


@pytest.mark.parametrize(
    "change",
    [
        {"labels": np.arange(49)},
        {"log_variance": np.zeros((50, 2))},
        {"mean": np.zeros(50)},
        {"negative_elbo": COST[1:]},
    ],
    ids=["labels", "log variances", "means", "costs"],
)
def test_codes_of_the_first_format_of_different_lengths_are_damaged(tmp_path: Path, change: dict) -> None:
    first_format(tmp_path / "codes.npz", **change)
    with pytest.raises(InputError, match=r"codes\.npz is damaged \(its arrays do not belong together\)"):
        read_codes(tmp_path)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 6e4, -6e4])
def test_strange_numbers_of_the_first_format_are_read_without_a_word(tmp_path: Path, value: float) -> None:
    """Where they are used, they are told."""
    first_format(tmp_path / "codes.npz", log_variance=np.full((50, 3), value, np.float16))
    got = read_codes(tmp_path)
    assert got is not None
    assert got.nats is not None and got.nats.shape == (50, 3)


def test_a_model_without_codes_has_none(tmp_path: Path) -> None:
    assert read_codes(tmp_path) is None


def test_damaged_codes_are_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "codes.npz"
    write_codes(path, made_codes())
    whole = path.read_bytes()
    damaged = [whole[:left] for left in (0, 1, 30, 100, len(whole) // 2, len(whole) - 1)]
    for place in range(0, len(whole), 11):  # whatever the bits say: zip, zlib and numpy complain in six ways
        flipped = bytearray(whole)
        flipped[place] ^= 0xFF
        damaged.append(bytes(flipped))
    complaints = 0
    for raw in damaged:
        path.write_bytes(raw)
        try:
            read_codes(tmp_path)
        except InputError as error:
            complaints += 1
            assert "codes.npz is damaged" in str(error)
    assert complaints > len(damaged) / 2


@pytest.mark.parametrize(
    "change",
    [
        {"labels": np.arange(49)},
        {"cost": COST[1:]},
        {"spread": np.zeros((50, 2))},
        {"nats": np.zeros((49, 3))},
        {"centre": np.zeros(50)},
    ],
    ids=["labels", "costs", "spreads", "nats", "centres"],
)
def test_codes_of_different_lengths_are_damaged(tmp_path: Path, change: dict) -> None:
    write_codes(tmp_path / "codes.npz", replace(made_codes(), **change))
    with pytest.raises(InputError, match=r"codes\.npz is damaged \(its arrays do not belong together\)"):
        read_codes(tmp_path)


def test_codes_that_are_one_plain_array_are_damaged(tmp_path: Path) -> None:
    with (tmp_path / "codes.npz").open("wb") as file:
        np.save(file, np.zeros((50, 3)))
    with pytest.raises(InputError, match=r"codes\.npz is damaged"):
        read_codes(tmp_path)


@pytest.mark.parametrize("name", ["mean", "centre"])
def test_codes_that_hold_objects_are_not_unpickled(tmp_path: Path, name: str) -> None:
    class Trap:
        def __reduce__(self) -> tuple:
            return (Path.touch, (tmp_path / "sprung",))

    np.savez(tmp_path / "codes.npz", **{name: np.array([Trap()], dtype=object)})
    with pytest.raises(InputError, match="is damaged"):
        read_codes(tmp_path)
    assert not (tmp_path / "sprung").exists()
