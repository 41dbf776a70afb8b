"""Every network takes images of any size, and its settings change it."""

from math import prod

import pytest
import torch

from tests import models  # noqa: F401 (one thread)
from vae.errors import InputError
from vae.networks.build import ResidualBlock, build_network, count_parameters
from vae.plans.networks import NETWORKS

SHAPES = [(1, 28, 28), (1, 28, 20), (3, 32, 32), (1, 8, 8), (3, 17, 23), (1, 64, 64), (1, 1, 1), (3, 1, 9), (1, 2, 5)]


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_codes_and_images_have_the_right_shape(name: str, shape: tuple[int, int, int]) -> None:
    encoder, decoder = build_network(name, shape, 5, 10, width=8)
    assert encoder(torch.rand(2, *shape)).shape == (2, 10)
    assert decoder(torch.randn(2, 5)).shape == (2, *shape)


@pytest.mark.parametrize("name", NETWORKS)
def test_width_and_depth_change_the_network(name: str) -> None:
    def size(width: int | None, depth: int | None) -> list[int]:
        return [count_parameters(part) for part in build_network(name, (1, 28, 28), 2, 4, width, depth)]

    narrow, wide, deep = size(8, 1), size(16, 1), size(8, 2)
    assert all(a < b for a, b in zip(narrow, wide, strict=True))
    assert narrow != deep
    assert size(None, None) == size(NETWORKS[name].width, NETWORKS[name].depth)


@pytest.mark.parametrize("name", NETWORKS)
def test_depth_beyond_the_last_halving_is_harmless(name: str) -> None:
    encoder, decoder = build_network(name, (1, 9, 7), 2, 4, width=4, depth=16)
    assert decoder(encoder(torch.rand(1, 1, 9, 7))[:, :2]).shape == (1, 1, 9, 7)


def test_dense_has_the_weights_that_its_description_says() -> None:
    encoder, decoder = build_network("dense", (1, 28, 28), 16, 32, width=512, depth=1)
    assert count_parameters(encoder) == 784 * 512 + 512 + 512 * 32 + 32
    assert count_parameters(decoder) == 16 * 512 + 512 + 512 * 784 + 784


@pytest.mark.parametrize("name", NETWORKS)
def test_every_pixel_reaches_the_code_and_every_code_every_pixel(name: str) -> None:
    torch.manual_seed(0)
    shape = (3, 17, 23)
    encoder, decoder = build_network(name, shape, 2, 4, width=8)
    x, z = torch.rand(1, *shape, requires_grad=True), torch.randn(1, 2)
    encoder(x).sum().backward()
    assert x.grad is not None
    reached = x.grad[0, :, :16, :22] != 0  # a halving drops the last row and column of an odd side
    assert reached.float().mean() > 0.99
    jacobian = torch.autograd.functional.jacobian(lambda code: decoder(code).flatten(), z)
    assert jacobian.shape == (prod(shape), 1, 2)
    assert (jacobian != 0).float().mean() > 0.99


def test_a_residual_block_starts_as_the_identity() -> None:
    x = torch.randn(2, 6, 5, 4)
    assert torch.equal(ResidualBlock(6)(x), x)


def test_an_unknown_network_is_told_the_known_ones() -> None:
    with pytest.raises(InputError, match="Unknown network 'transformer'; choose one of: conv, dense, residual"):
        build_network("transformer", (1, 28, 28), 2, 4)


@pytest.mark.parametrize("shape", [(0, 8, 8), (1, 0, 8), (1, 8, 0), (-1, 8, 8)], ids=str)
def test_an_impossible_shape_is_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match=r"at least one channel and one pixel; got \[C, H, W\] = \["):
        build_network("dense", shape, 2, 4)
