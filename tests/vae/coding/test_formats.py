"""What pictures take in ordinary formats: the sheet that they lie on, and files that others read."""

import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from vae.coding.formats import QUALITIES, lossless, lossy, pieces_of, sheet_of

shapes = st.tuples(st.integers(1, 11), st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 3]))


@given(things=shapes.flatmap(lambda shape: arrays(np.uint8, shape)))
def test_a_sheet_holds_its_pictures_and_is_nearly_square(things: np.ndarray) -> None:
    sheet = sheet_of(things)
    assert (pieces_of(sheet, things) == things).all()
    n, height, width, _ = things.shape
    down, across = sheet.shape[0] // height, sheet.shape[1] // width
    assert down <= across <= down + 1 and down * across >= n


def digits(n: int = 16) -> np.ndarray:
    """Return pictures with something on them, uint8 [n, 12, 12, 1]."""
    y, x = np.mgrid[:12, :12]
    return np.stack([255 * ((x - 6) ** 2 + (y - 6) ** 2 < 3 + i) for i in range(n)]).astype(np.uint8)[..., None]


@pytest.mark.parametrize("ink", [True, False])
def test_sizes_are_those_of_files_that_hold_the_pictures(ink: bool) -> None:
    things = digits()
    sizes = lossless(things, ink)
    raw = np.packbits(things > 0).tobytes() if ink else things.tobytes()
    assert sizes["gzip"] == 8 * len(gzip.compress(raw, 9, mtime=0))
    assert list(sizes) == ["PNG", "WebP", "gzip", "bz2"]
    file = io.BytesIO()
    image = Image.fromarray(sheet_of(things)[..., 0])
    (image.convert("1") if ink else image).save(file, "png", optimize=True)
    assert sizes["PNG"] == 8 * len(file.getvalue())
    back = np.asarray(Image.open(file).convert("L"))[..., None]
    assert (pieces_of(back, things) == things).all()


def test_a_bit_a_pixel_makes_smaller_files_of_ink() -> None:
    assert lossless(digits(), True)["PNG"] < lossless(digits(), False)["PNG"]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_higher_quality_takes_more_and_comes_nearer(channels: int) -> None:
    smooth = np.random.default_rng(0).integers(0, 255, (9, 4, 4, channels)).astype(np.uint8).repeat(8, 1).repeat(8, 2)
    for name, found in lossy(smooth).items():
        assert [rate.setting for rate in found] == list(QUALITIES), name
        assert found[0].bits < found[-1].bits and found[0].psnr < found[-1].psnr, name
