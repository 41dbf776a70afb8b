"""One recording from outside becomes what a model of sounds takes: uint8 [F, T, 1]."""

from dataclasses import dataclass

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.sounds.recordings import read_wav, sound_of
from vae.kinds.sounds.spectra import samples_of

MOST_BYTES = 20 << 20


@dataclass(frozen=True)
class OneSound:
    """A sound as a model takes it, uint8 [F, T, 1], and what was done to it, in sentences; empty where nothing."""

    thing: np.ndarray
    note: str


def read_sound(data: bytes, item: Item) -> OneSound:
    """Read a WAV file into what a model of sounds `item` takes: at its rate, from where it begins to be loud.

    Raises `InputError` where it is none, is empty or silent, or is too long.
    """
    if not data:
        raise InputError("The file is empty; bring a recording saved as .wav.")
    if len(data) > MOST_BYTES:
        raise InputError(f"The file has more than {MOST_BYTES >> 20} MB; cut out one sound and save that.")
    frequencies, times, _ = item.shape
    rate = int(item.meaning.get("rate", 8_000))
    wave = read_wav(data, rate, frequencies)
    there, room = len(wave), samples_of(frequencies, times)
    cut = f"It is {there / rate:.2f} seconds long, and cut to the model's {room / rate:.2f}." if there > room else ""
    return OneSound(sound_of(wave, frequencies, times), cut)
