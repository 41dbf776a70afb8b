"""What a picture weighs, on Explore: packed by pointer, rounded by keys."""

import re

import numpy as np
import pytest
from scipy.stats import norm
from skimage.metrics import peak_signal_noise_ratio

from tests.browser.canvases import grey
from tests.browser.conftest import until
from vae.explore.explorer import open_explorer

pytestmark = pytest.mark.browser


def test_pictures_are_packed_and_a_code_is_rounded_by_hand(visit):
    page = visit("/explore?model=mnist-2d&image=0")
    page.locator("[data-role=weight] > summary").click()
    packed = page.locator("[data-role=packed]")
    packed.wait_for()
    assert packed.get_attribute("data-equal") == "true" and "All came out again" in packed.inner_text()
    bits = [float(row.get_attribute("data-bits")) for row in page.locator("[data-role=weight] .bar-row").all()]
    assert len(bits) == 6 and bits[0] < min(bits[1:]) and bits[1:] == sorted(bits[1:]) and bits[-1] == 784

    model = open_explorer("mnist-2d")
    image = grey(page.locator("canvas[data-role=original]"))
    z = model.encode(image[None, ..., None]).centre.astype(float)
    said = page.locator("[data-role=coarse-said]")
    dial = page.locator("[data-role=coarse]")
    for keys in (["Home"], ["End"], ["ArrowLeft"] * 30):
        dial.focus()
        for key in keys:
            page.keyboard.press(key)
        step = 4 * (0.05 / 4) ** (float(dial.input_value()) / 60)
        until(page, lambda step=step: f"grid of {step:.2f}" in said.inner_text())
        middles = np.round(z / step) * step
        share = norm.cdf(middles + step / 2) - norm.cdf(middles - step / 2)
        told = [float(number) for number in re.findall(r"([\d.]+) (?:bits|dB)", said.inner_text())]
        expected = model.decode(middles)[0, ..., 0]
        assert abs(told[0] + np.log2(share).sum()) <= 1
        assert abs(told[1] - peak_signal_noise_ratio(image, expected)) < 0.2
        arrived = grey(page.locator("canvas[data-role=weight-rounded]"))
        assert np.abs(arrived.astype(int) - expected).max() <= 2
