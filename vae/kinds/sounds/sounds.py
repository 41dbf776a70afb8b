"""Sounds: uint8 [F, T, 1], how loud each of F frequencies is at each of T times, the highest frequency first.

0 is silence and 255 the loudest of the sound; vae/kinds/sounds/spectra.py says how they come from waves, and how they
are heard. How many samples a second there are is in what a thing means.
"""

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Kind, Shape, root_mean_square
from vae.kinds.sounds.corruptions import CORRUPTIONS
from vae.kinds.sounds.drawing import draw_sounds
from vae.kinds.sounds.spectra import RANGE, STEPS

FREQUENCIES = (8, 16, 32, 64, 128, 256, 512)
"""A power of two: browsers transform such frames fast."""

FEWEST_TIMES, MOST_TIMES = 4, 512


def _check(shape: Shape) -> None:
    frequencies = len(shape) == 3 and shape[0] in FREQUENCIES
    if not frequencies or not FEWEST_TIMES <= shape[1] <= MOST_TIMES or shape[2] != 1:
        raise InputError(
            f"A sound is [frequencies, times, 1] with {FREQUENCIES[0]} to {FREQUENCIES[-1]} frequencies, a power of "
            f"two, and {FEWEST_TIMES} to {MOST_TIMES} times; got {list(shape)}."
        )


SOUNDS = Kind(
    noun="sound",
    nouns="sounds",
    seen=("sound", "sounds"),
    style="the voice, how fast it is said",
    element="point",
    elements="points",
    quantity="level",
    fed=f"silence is 0 and the loudest, {RANGE:g} dB above it, is 1",
    plain="that are nearly silent",
    axes="F, T, 1",
    view="sounds",
    pixels=False,
    kept=np.dtype("u1"),
    levels=float(STEPS),
    bounds=(0.0, 1.0),
    likelihoods=("gaussian",),
    lies="plane",
    measures=("log-spectral",),
    methods=("gating", "nearest"),
    scores=("mean-distance",),
    unit="dB",
    input=lambda shape: (shape[2], shape[0], shape[1]),
    lay=lambda things: things.transpose(0, 3, 1, 2),
    unlay=lambda floats: floats.transpose(0, 2, 3, 1),
    check=_check,
    sized=lambda shape: f"{shape[0]} frequencies, {shape[1]} times",
    hide=lambda sounds, known: sounds * known[..., None],
    measure=lambda things: {},
    draw=draw_sounds,
    corruptions=CORRUPTIONS,
    recipe={"latent_dims": 16, "network": "conv", "depth": 4, "width": 16},
    apart=lambda a, b: root_mean_square(a, b) * (RANGE / STEPS),
)
