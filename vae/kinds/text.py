"""Words: uint8 [L, V], at each of L places a probability for each of V symbols, of which the first ends the word.

A word of a data set is sure of each: 255 for one symbol and 0 for the others. What a decoder gives is not, and is shown
as it is. A place without any symbol is one that is not known.
"""

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Kind, Shape
from vae.kinds.words.corruptions import CORRUPTIONS
from vae.kinds.words.drawing import draw_letters
from vae.kinds.words.spelling import CERTAIN

FEWEST_PLACES, MOST_PLACES = 2, 64
"""The end is one of them."""

FEWEST_SYMBOLS, MOST_SYMBOLS = 3, 128
"""The end is one of them, too."""


def _check(shape: Shape) -> None:
    places = len(shape) == 2 and FEWEST_PLACES <= shape[0] <= MOST_PLACES
    if not places or not FEWEST_SYMBOLS <= shape[1] <= MOST_SYMBOLS:
        raise InputError(
            f"A word is [places, symbols] with {FEWEST_PLACES} to {MOST_PLACES} places and {FEWEST_SYMBOLS} to "
            f"{MOST_SYMBOLS} symbols, the end among them; got {list(shape)}."
        )


def _apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return at how many places two words differ: of probabilities half of the sum of their differences, float64 [n].

    That is the total variation between what stands at a place, summed over the places; of sure words a whole number.
    """
    return np.asarray(np.abs(a.astype(np.float64) - b).sum(axis=(1, 2)) / (2 * CERTAIN))


TEXT = Kind(
    noun="word",
    nouns="words",
    seen=("word", "words"),
    style="how it begins, how long it is",
    element="letter",
    elements="letters",
    quantity="symbol",
    fed="a symbol that stands at a place is 1 there, and the others are 0",
    plain="that are short",
    axes="L, V",
    view="text",
    pixels=False,
    kept=np.dtype("u1"),
    levels=float(CERTAIN),
    bounds=(0.0, 1.0),
    likelihoods=("symbols",),
    lies="loose",
    measures=("edits", "letters"),
    methods=("n-gram", "nearest"),
    scores=(),
    unit="letters",
    input=lambda shape: (shape[1], 1, shape[0]),
    lay=lambda things: things.swapaxes(1, 2)[:, :, None],
    unlay=lambda floats: floats[:, :, 0].swapaxes(1, 2),
    check=_check,
    sized=lambda shape: f"{shape[0]} places, the end among them, of {shape[1] - 1} symbols",
    hide=lambda words, known: words * known[..., None],
    measure=lambda things: {},
    draw=draw_letters,
    corruptions=CORRUPTIONS,
    recipe={"latent_dims": 32, "beta": 0.2},  # at 1 most of a word is lost for nats that its code saves
    apart=_apart,
    shares=0,
)
