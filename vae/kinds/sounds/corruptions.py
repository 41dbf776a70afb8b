"""Ways to spoil a sound, each by an amount from 0 (as it was) to 1, as rooms, lines and microphones do it.

sounds: float [n, F, T, 1], levels in [0, 1], the highest frequency first. Noises are added as sounds are: as waves with
phases of their own, and not as levels.
"""

import numpy as np

from vae.kinds.kind import Corruption
from vae.kinds.sounds.spectra import levels_of_magnitudes, magnitudes_of, samples_of, spectra_of

LOUDEST_NOISE = 0.1
"""Magnitude of white noise at amount 1, as a share of the loudest of the sound: 20 dB below it."""

LOUDEST_WHISTLE = 1.0
"""The same of a steady tone: as loud as the loudest."""

WHISTLES = 0.15, 0.8
"""Between which shares of the frequencies a whistle lies."""


def noise(sounds: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Add white noise, whose magnitude is 0.1 * `amount` times the loudest of the sound on average."""
    n, frequencies, frames, _ = sounds.shape
    waves = random.standard_normal((n, samples_of(frequencies, frames)), np.float32)
    return _added(sounds, waves / _strength(frequencies), LOUDEST_NOISE * amount)


def whistle(sounds: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Add a tone that does not change, `amount` times as loud as the loudest of the sound, at a frequency by chance."""
    n, frequencies, frames, _ = sounds.shape
    turns = random.uniform(*WHISTLES, (n, 1)) / 2
    waves = np.cos(2 * np.pi * (turns * np.arange(samples_of(frequencies, frames)) + random.random((n, 1))))
    return _added(sounds, (waves / (frequencies / 2)).astype(np.float32), LOUDEST_WHISTLE * amount)


def gap(sounds: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Lose a stretch of a share `amount` of the sound, somewhere within it."""
    n, frequencies, frames, _ = sounds.shape
    lost = np.rint(amount * frames)
    first = np.floor(random.random(n) * (frames - lost + 1))[:, None]
    known = (np.arange(frames) < first) | (np.arange(frames) >= first + lost[:, None])
    return np.repeat(known[:, None], frequencies, 1)


def band(sounds: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Lose a share `amount` of the frequencies, the highest."""
    n, frequencies, frames, _ = sounds.shape
    known = np.arange(frequencies) >= np.broadcast_to(np.rint(amount * frequencies), n)[:, None]
    return np.repeat(known[..., None], frames, 2)


def _strength(frequencies: int) -> float:
    """Return the magnitude of white noise of deviation 1 in a frame, as a root mean square: that of its window."""
    return float(np.sqrt(3 / 8 * 2 * frequencies))


def _added(sounds: np.ndarray, waves: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Add waves [n, samples], whose magnitudes count `share` times; a share of 0 leaves a sound as it is."""
    each = share[:, None, None].astype(np.float32)
    there = magnitudes_of(sounds[..., 0]) + each * spectra_of(waves, sounds.shape[1])
    return np.where(each > 0, levels_of_magnitudes(np.abs(there)), sounds[..., 0])[..., None]


CORRUPTIONS: dict[str, Corruption] = {
    "noise": Corruption(
        "White noise",
        "How loud the noise is: at 1 it is 20 dB below the loudest of the sound",
        "A hiss on all frequencies, as a weak microphone or a bad line has.",
        0.3,
        noise,
    ),
    "whistle": Corruption(
        "Whistle",
        "How loud the tone is: at 1 as loud as the loudest of the sound",
        "A steady tone, as of a loudspeaker that hears itself.",
        0.5,
        whistle,
        chance="place",
    ),
    "gap": Corruption(
        "Gap",
        "Length of the gap, as a share of the whole",
        "A stretch is lost, as where a call breaks up.",
        0.3,
        gap,
        hides=True,
        chance="place",
    ),
    "band": Corruption(
        "Narrow band",
        "Share of the frequencies that are lost, the highest",
        "High frequencies are lost, as over a telephone or through a wall.",
        0.5,
        band,
        hides=True,
        chance="none",
    ),
    "brush": Corruption(
        "Brush",
        "What is under the brush is lost",
        "What you mark on the corrupted sound is lost.",
        1.0,
        None,
        hides=True,
        chance="none",
    ),
}
"""The corruptions of sounds, in the order to show them."""
