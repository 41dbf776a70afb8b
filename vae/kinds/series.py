"""Series: float32 [T, C], T samples at even steps of one channel or several, in the unit that they were measured in."""

from typing import Any

import numpy as np

from vae.errors import InputError
from vae.kinds.curves import draw_curves
from vae.kinds.kind import Kind, Shape
from vae.kinds.series_corruptions import CORRUPTIONS

FEWEST_SAMPLES, MOST_SAMPLES = 4, 4096
MOST_CHANNELS = 8

STRAYS = 0.001
"""Share of the training values that may lie above the vertical scale of all drawings, and as many below it."""


def _check(shape: Shape) -> None:
    if len(shape) != 2 or not FEWEST_SAMPLES <= shape[0] <= MOST_SAMPLES or not 1 <= shape[1] <= MOST_CHANNELS:
        raise InputError(
            f"A series is [samples, channels] with {FEWEST_SAMPLES} to {MOST_SAMPLES:,} samples and 1 to "
            f"{MOST_CHANNELS} channels; got {list(shape)}."
        )


def _hide(series: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Put the mean of a channel's known samples, or 0 where there is none, in place of those that are lost."""
    kept = known[..., None]
    count = np.maximum(kept.sum(1, keepdims=True), 1)
    mean = (series.sum(1, keepdims=True, where=kept, dtype=np.float64) / count).astype(series.dtype)
    return np.where(kept, series, mean)


def _measure(series: np.ndarray) -> dict[str, Any]:
    """Return between which values all drawings lie, low and high: the 0.1 % and 99.9 % quantiles of those learnt from.

    Where they are the same, because nearly all values are, it is the least and the greatest.
    """
    low, high = (float(f"{value:.6g}") for value in np.quantile(series, (STRAYS, 1 - STRAYS)))
    return {"low": low, "high": high} if low < high else {"low": float(series.min()), "high": float(series.max())}


SERIES = Kind(
    noun="series",
    nouns="series",
    seen=("series", "series"),
    style="its height, where its peaks lie",
    element="sample",
    elements="samples",
    quantity="value",
    fed="in the data's own unit",
    plain="that are nearly flat",
    axes="T, C",
    view="series",
    pixels=False,
    kept=np.dtype("f4"),
    levels=1.0,
    bounds=None,
    likelihoods=("gaussian",),
    lies="line",
    measures=("rmse",),
    methods=("linear", "moving-median", "savitzky-golay", "mean", "nearest", "normal", "components"),
    scores=("mean-distance",),
    unit="in the data's own unit",
    input=lambda shape: (shape[1], 1, shape[0]),
    lay=lambda things: things.swapaxes(1, 2)[:, :, None],
    unlay=lambda floats: floats[:, :, 0].swapaxes(1, 2),
    check=_check,
    sized=lambda shape: f"{shape[0]:,} samples" + (f" in {shape[1]} channels" if shape[1] > 1 else ""),
    hide=_hide,
    measure=_measure,
    draw=draw_curves,
    corruptions=CORRUPTIONS,
    recipe={"latent_dims": 8},
)
