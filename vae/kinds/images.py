"""Images: uint8 [H, W, C] with one channel or three, as files and canvases have them."""

import numpy as np

from vae.errors import InputError
from vae.kinds.image_corruptions import CORRUPTIONS
from vae.kinds.kind import Kind, Shape

MOST_PIXELS = 1024
"""Along a side."""


def _check(shape: Shape) -> None:
    if len(shape) != 3 or shape[2] not in (1, 3) or not all(1 <= side <= MOST_PIXELS for side in shape[:2]):
        raise InputError(
            f"An image is [height, width, 1 or 3] with at most {MOST_PIXELS:,} pixels a side; got {list(shape)}."
        )


TEST_SEED = 0
"""What test images are turned black and white by, for a model that learnt such ones."""


def binarized(images: np.ndarray, seed: int | tuple[int, ...]) -> np.ndarray:
    """Turn images, uint8 of any shape, black and white: each number 255 with its grey level's probability, else 0.

    What is drawn depends on the seed alone. Salakhutdinov & Murray 2008, doi 10.1145/1390156.1390266.
    """
    even = np.random.default_rng(seed).random(images.shape, np.float32)
    return np.where(even * np.float32(255) < images, np.uint8(255), np.uint8(0))


IMAGES = Kind(
    noun="image",
    nouns="images",
    seen=("picture", "pictures"),
    style="its slant, its weight",
    element="pixel",
    elements="pixels",
    quantity="brightness",
    fed="black is 0, white is 1",
    plain="with little ink",
    axes="H, W, C",
    view="image",
    pixels=True,
    kept=np.dtype("u1"),
    levels=255.0,
    bounds=(0.0, 1.0),
    likelihoods=("bernoulli", "gaussian", "continuous-bernoulli", "logistic-mixture", "categorical"),
    lies="plane",
    measures=("psnr", "ssim"),
    methods=("median", "gaussian", "total-variation", "non-local-means", "biharmonic"),
    scores=("relative-error",),
    unit="grey levels of 255",
    input=lambda shape: (shape[2], shape[0], shape[1]),
    lay=lambda things: things.transpose(0, 3, 1, 2),
    unlay=lambda floats: floats.transpose(0, 2, 3, 1),
    check=_check,
    sized=lambda shape: f"{shape[1]} x {shape[0]} in {'grey' if shape[2] == 1 else 'colour'}",
    hide=lambda images, known: images * known[..., None],
    measure=lambda things: {},
    draw=lambda images, item, paper: images,
    corruptions=CORRUPTIONS,
)
