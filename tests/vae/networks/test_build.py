"""Every network takes images of any size, and its settings change it."""

from math import prod

import pytest
import torch

from tests.models import room
from vae.errors import InputError
from vae.networks.build import ResidualBlock, build, build_network, count_parameters
from vae.plans.layers import Cells
from vae.plans.networks import NETWORKS

SHAPES = [(1, 28, 28), (1, 28, 20), (3, 32, 32), (1, 8, 8), (3, 17, 23), (1, 64, 64), (1, 1, 1), (3, 1, 9), (1, 2, 5)]


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_codes_and_images_have_the_right_shape(name: str, shape: tuple[int, int, int]) -> None:
    codes = room(name, 5, shape)
    encoder, decoder = build_network(name, shape, codes, 2 * codes, width=8)
    assert encoder(torch.rand(2, *shape)).shape == (2, 2 * codes)
    assert decoder(torch.randn(2, codes)).shape == (2, *shape)


@pytest.mark.parametrize("name", NETWORKS)
def test_width_and_depth_change_the_network(name: str) -> None:
    def size(width: int | None, depth: int | None) -> list[int]:
        codes = room(name, 2, (1, 28, 28), depth)
        return [count_parameters(part) for part in build_network(name, (1, 28, 28), codes, 2 * codes, width, depth)]

    narrow, wide, deep = size(8, 1), size(16, 1), size(8, 2)
    assert all(a < b for a, b in zip(narrow, wide, strict=True))
    assert narrow != deep
    assert size(None, None) == size(NETWORKS[name].width, NETWORKS[name].depth)


@pytest.mark.parametrize("name", NETWORKS)
def test_depth_beyond_the_last_halving_is_harmless(name: str) -> None:
    codes = room(name, 2, (1, 9, 7), 16)
    encoder, decoder = build_network(name, (1, 9, 7), codes, 2 * codes, width=4, depth=16)
    assert decoder(encoder(torch.rand(1, 1, 9, 7))[:, :codes]).shape == (1, 1, 9, 7)


def test_dense_has_the_weights_that_its_description_says() -> None:
    encoder, decoder = build_network("dense", (1, 28, 28), 16, 32, width=512, depth=1)
    assert count_parameters(encoder) == 784 * 512 + 512 + 512 * 32 + 32
    assert count_parameters(decoder) == 16 * 512 + 512 + 512 * 784 + 784


@pytest.mark.parametrize("name", [name for name, known in NETWORKS.items() if known.cells is None])
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


def test_a_cell_of_a_grid_sees_and_draws_its_own_part_of_the_image() -> None:
    """Each number of the code changes pixels near its place alone, and is changed by these."""
    encoder, decoder = build_network("grid", (1, 28, 28), 32, 32, width=4)
    drawn = torch.autograd.functional.jacobian(lambda z: decoder(z)[0, 0], torch.randn(1, 32)).view(28, 28, 4, 4, 2)
    seen = torch.autograd.functional.jacobian(lambda x: encoder(x)[0], torch.rand(1, 1, 28, 28)).view(4, 4, 2, 28, 28)
    for row in range(4):
        for column in range(4):
            of_cell = drawn[:, :, row, column].abs().amax(-1), seen[row, column].abs().amax(0)
            for place in of_cell:
                away = torch.nonzero(place) - torch.tensor([7.5 * row + 2, 7.5 * column + 2])
                assert len(away) > 100 and away.abs().max() < 14, (row, column)


def test_heads_of_a_grid_are_laid_out_one_after_the_other_and_each_cell_by_cell() -> None:
    """What a cell gives of each is what a linear layer makes of its place; the oracle goes over places one by one."""
    (layer,) = build((Cells(3, 4, (2, 3), 2),))[0]
    x = torch.randn(5, 3, 2, 3)
    each = torch.stack([x[:, :, i, j] @ layer.weight.view(4, 3).T + layer.bias for i in range(2) for j in range(3)], 1)
    torch.testing.assert_close(layer(x), torch.cat([each[:, :, :2].flatten(1), each[:, :, 2:].flatten(1)], 1))


@pytest.mark.parametrize(("codes", "wanted"), [(2, 16), (20, 16), (42, 48)])
def test_a_code_that_a_grid_cannot_share_out_is_told_which_sizes_go(codes: int, wanted: int) -> None:
    sentence = f"4 × 4 cells here, over which {codes} latent .* set latent_dims to {wanted} or another multiple of 16"
    with pytest.raises(InputError, match=sentence):
        build_network("grid", (1, 28, 28), codes, 2 * codes)


def test_a_residual_block_starts_as_the_identity() -> None:
    x = torch.randn(2, 6, 5, 4)
    assert torch.equal(ResidualBlock(6)(x), x)


def test_an_unknown_network_is_told_the_known_ones() -> None:
    with pytest.raises(
        InputError,
        match="Unknown network 'transformer'; choose one of: conv, conv1d, dense, grid, normalised, residual",
    ):
        build_network("transformer", (1, 28, 28), 2, 4)


@pytest.mark.parametrize("shape", [(0, 8, 8), (1, 0, 8), (1, 8, 0), (-1, 8, 8)], ids=str)
def test_an_impossible_shape_is_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match=r"at least one channel and one pixel; got \[C, H, W\] = \["):
        build_network("dense", shape, 2, 4)
