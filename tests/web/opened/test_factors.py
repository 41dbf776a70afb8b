"""What test things were drawn from is what their codes were made of."""

import numpy as np
import pytest

from vae.datasets import shapes
from web.opened.explorers import explorer
from web.opened.factors import factor_names, factors_of


@pytest.mark.parametrize("model", ["shapes-8d", "beats-8d"])
def test_factors_go_with_the_codes_that_are_kept(model: str) -> None:
    opened = explorer(model)
    codes = opened.codes()
    assert codes is not None and codes.labels is not None
    factors = factors_of(opened.card, len(codes.centre))
    assert factors is not None and factors.shape == (len(codes.centre), len(factor_names(opened.card)))
    np.testing.assert_array_equal(factors[:, 0].astype(int), codes.labels)  # kept when the model was trained


def test_a_thing_drawn_from_them_lies_where_its_code_is_kept() -> None:
    opened = explorer("shapes-8d")
    codes, factors = opened.codes(), factors_of(opened.card, 2000)
    assert codes is not None and factors is not None
    belief = opened.encode(shapes.render(factors[:20]))
    np.testing.assert_allclose(belief.centre, codes.centre[:20], atol=4e-3)  # kept with half precision


def test_a_model_of_other_data_or_of_another_number_of_things_has_none() -> None:
    assert factors_of(explorer("mnist-2d").card, 10_000) is None
    assert factors_of(explorer("shapes-8d").card, 1_999) is None
