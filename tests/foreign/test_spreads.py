"""What an encoder's second output is, told by the decoder alone: on real models, with each form that it may have."""

import numpy as np
import pytest

from vae.datasets.bundled import sample_of
from vae.explore.explorer import Explorer, open_explorer
from vae.foreign.findings import SPREADS
from vae.foreign.guesses.spreads import CLEAR, slopes_of, variance_of

MODELS = ("mnist-2d", "mnist-16d", "mnist-denoise-16d", "mnist-without-4", "fashion-2d", "fashion-16d")


def slopes_by_form(explorer: Explorer, truth: str) -> dict[str, float]:
    """Return the slope of each form, where the encoder's second output is really a spread in the form `truth`."""
    sample = sample_of(explorer.card.data.name)
    assert sample is not None
    belief = explorer.encode(sample.things[::16])
    assert belief.spread is not None
    sigma = belief.spread.astype(np.float64)
    forms = {"log-variance": 2 * np.log(sigma), "log-sigma": np.log(sigma), "sigma": sigma, "variance": sigma**2}
    values = forms[truth]
    options = {(0, form): variance_of(form, values) for form in SPREADS if form.startswith("log") or (values > 0).all()}
    return {form: slope for (_, form), slope in slopes_of(belief.centre, options, explorer.expect).items()}


@pytest.mark.parametrize("model", MODELS)
def test_the_right_form_of_a_spread_has_slope_one(model: str) -> None:
    explorer = open_explorer(model)
    for truth in SPREADS:
        slopes = slopes_by_form(explorer, truth)
        off = {form: abs(np.log(slope)) for form, slope in slopes.items()}
        print(model, truth, {form: round(slope, 2) for form, slope in slopes.items()})
        best = min(off, key=lambda form: off[form])
        assert best == truth
        assert all(figure > off[truth] + CLEAR for form, figure in off.items() if form != truth)
