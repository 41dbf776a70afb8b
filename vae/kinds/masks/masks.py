"""Masks: uint8 [H, W, 1 + K], a grey image and which of K labels each of its pixels has, the background's the first.

A mask of a data set is sure of each pixel: 255 for one label and 0 for the others. What a decoder gives is not, and is
shown as it is. The image is given: a model says what it shows, and not how it looks.
"""

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Kind, Shape
from vae.kinds.masks.corruptions import CORRUPTIONS
from vae.kinds.masks.drawing import draw_masks
from vae.kinds.masks.layout import CERTAIN

MOST_PIXELS = 512
"""Along a side."""

FEWEST_LABELS, MOST_LABELS = 2, 9
"""The background is one of them."""


def _check(shape: Shape) -> None:
    sides = len(shape) == 3 and all(1 <= side <= MOST_PIXELS for side in shape[:2])
    if not sides or not FEWEST_LABELS <= shape[2] - 1 <= MOST_LABELS:
        raise InputError(
            f"A mask is [height, width, 1 + labels] with at most {MOST_PIXELS} pixels a side and {FEWEST_LABELS} to "
            f"{MOST_LABELS} labels, the background among them; got {list(shape)}."
        )


def _hide(masks: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Take away the labels that are lost; the image stays."""
    return np.concatenate([masks[..., :1], masks[..., 1:] * known[..., None]], axis=-1)


MASKS = Kind(
    noun="mask",
    nouns="masks",
    seen=("mask", "masks"),
    style="where a border is drawn",
    element="pixel",
    elements="pixels",
    quantity="label",
    fed="the image is from 0 to 1, and the label of a pixel is 1 there and the others are 0",
    plain="that mark little",
    axes="H, W, 1 + K",
    view="masks",
    pixels=False,
    kept=np.dtype("u1"),
    levels=float(CERTAIN),
    bounds=(0.0, 1.0),
    likelihoods=("labels",),
    lies="plane",
    measures=("dice", "labels"),
    methods=("nearest",),
    scores=(),
    unit="of 255",
    input=lambda shape: (shape[2], shape[0], shape[1]),
    lay=lambda things: things.transpose(0, 3, 1, 2),
    unlay=lambda floats: floats.transpose(0, 2, 3, 1),
    check=_check,
    sized=lambda shape: f"{shape[1]} x {shape[0]}, {shape[2] - 2} {'part' if shape[2] == 3 else 'parts'}",
    hide=_hide,
    measure=lambda things: {},
    draw=draw_masks,
    corruptions=CORRUPTIONS,
    recipe={"latent_dims": 6, "batch_size": 16, "learning_rate": 3e-3},
    part=1,
)
