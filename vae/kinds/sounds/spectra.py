"""From a sound to what is kept of it, how loud each frequency is at each time, and back.

A frame is a Hann window of 2 F samples, each F / 2 after the one before, so that every sample lies in four of them. Of
its spectrum F frequencies are kept, without 0 Hz, the highest first, as levels: 0 dB is the loudest of the sound, and
`RANGE` below it there is silence. The phases are not kept: `heard` finds some that fit.
"""

from functools import cache

import numpy as np

RANGE = 60.0
"""Decibels from silence, 0, to the loudest, 1."""

STEPS = 255
"""That levels are kept in."""

NEPERS = RANGE / 20 * np.log(10)
"""The same as a logarithm of magnitudes."""

ROUNDS = 32
"""Of `heard`. On spoken digits twice as many are no better understood."""

MOMENTUM = 0.99
"""How far each round goes beyond the one before, as Perraudin et al. propose."""

SEED = 0
"""Of the phases to begin with: the same levels, the same sound."""

OVERLAP = 4
"""Frames that a sample lies in."""


def samples_of(frequencies: int, frames: int) -> int:
    """Return how many samples so many frames say something of."""
    return frames * hop_of(frequencies)


def hop_of(frequencies: int) -> int:
    """Return how many samples lie between a frame and the next."""
    return 2 * frequencies // OVERLAP


def levels_of(waves: np.ndarray, frequencies: int) -> np.ndarray:
    """Return how loud each frequency of sounds is in each frame, float32 [n, F, T] in [0, 1].

    waves: floats [n, samples], of which as many count as whole frames; how loud a sound is as a whole does not count,
    and one that is silent is 0 everywhere.
    """
    magnitudes = np.abs(spectra_of(waves, frequencies))
    loudest = magnitudes.max(axis=(1, 2), keepdims=True, initial=0)
    shares = np.divide(magnitudes, loudest, out=np.zeros_like(magnitudes), where=loudest > 0)
    return np.ascontiguousarray(levels_of_magnitudes(shares))


def spectra_of(waves: np.ndarray, frequencies: int) -> np.ndarray:
    """Return the spectra of sounds, [n, samples], laid as levels are: complex64 [n, F, T], high frequencies first."""
    return _spectra(waves, frequencies)[..., 1:].swapaxes(1, 2)[:, ::-1]


def magnitudes_of(levels: np.ndarray) -> np.ndarray:
    """Return levels, [...] in [0, 1], as shares of the loudest magnitude, float32; silence is 0."""
    return np.where(levels > 0, np.exp((levels.astype(np.float32) - 1) * np.float32(NEPERS)), np.float32(0))


def levels_of_magnitudes(magnitudes: np.ndarray) -> np.ndarray:
    """Return shares of the loudest magnitude as levels, float32 in [0, 1]."""
    levels = 1 + np.log(np.maximum(magnitudes, np.float32(np.exp(-NEPERS)))) / np.float32(NEPERS)
    return np.asarray(levels.clip(0, 1), np.float32)


def heard(levels: np.ndarray, rounds: int = ROUNDS, seed: int = SEED) -> np.ndarray:
    """Return sounds whose levels are as near to these as so many rounds bring them, float32 [n, samples] in [-1, 1].

    levels: [n, F, T] in [0, 1]. Phases are drawn, and each round takes those of the sound that the last made. Griffin
    & Lim 1984, doi 10.1109/TASSP.1984.1164317; faster after Perraudin, Balazs & Søndergaard 2013, doi
    10.1109/WASPAA.2013.6701851. The loudest sample of each is 1 or -1, unless it is silent.
    """
    n, frequencies, frames = levels.shape
    magnitudes = np.zeros((n, frames, frequencies + 1), np.float32)
    magnitudes[..., 1:] = magnitudes_of(levels[:, ::-1]).swapaxes(1, 2)
    turns = np.random.default_rng(seed).random(magnitudes.shape[1:], np.float32)
    ahead = magnitudes * np.exp(2j * np.pi * turns).astype(np.complex64)
    before = np.zeros_like(ahead)
    for _ in range(rounds):
        spectra = _spectra(_overlapped(ahead, frequencies), frequencies)
        moved = spectra + np.float32(MOMENTUM) * (spectra - before)
        ahead = magnitudes * np.exp(1j * np.angle(moved)).astype(np.complex64)
        before = spectra
    waves = _overlapped(ahead, frequencies)
    loudest = np.abs(waves).max(axis=1, keepdims=True, initial=0)
    return np.divide(waves, loudest, out=np.zeros_like(waves), where=loudest > 0)


@cache
def _window(frequencies: int) -> np.ndarray:
    """Return the Hann window of a frame, float32 [2 F]."""
    size = 2 * frequencies
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)


def _padding(frequencies: int) -> int:
    """Return how far the first frame begins before the sound does, and the last ends after it."""
    return (2 * frequencies - hop_of(frequencies)) // 2


def _spectra(waves: np.ndarray, frequencies: int) -> np.ndarray:
    """Return the spectra of the frames of sounds, complex64 [n, T, F + 1], the lowest frequency first."""
    hop, pad = hop_of(frequencies), _padding(frequencies)
    whole = waves[:, : waves.shape[1] // hop * hop].astype(np.float32)
    padded = np.pad(whole, ((0, 0), (pad, pad)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * frequencies, axis=1)[:, ::hop]
    return np.fft.rfft(frames * _window(frequencies), axis=-1).astype(np.complex64)


def _overlapped(spectra: np.ndarray, frequencies: int) -> np.ndarray:
    """Return the sounds whose spectra are nearest to these, float32 [n, samples]: windowed again and added up."""
    hop, pad, window = hop_of(frequencies), _padding(frequencies), _window(frequencies)
    n, frames = spectra.shape[:2]
    pieces = (np.fft.irfft(spectra, axis=-1).astype(np.float32) * window).reshape(n, frames, OVERLAP, hop)
    added = np.zeros((n, frames + OVERLAP - 1, hop), np.float32)
    weight = np.zeros((frames + OVERLAP - 1, hop), np.float32)
    for part, square in enumerate(np.square(window).reshape(OVERLAP, hop)):
        added[:, part : part + frames] += pieces[:, :, part]
        weight[part : part + frames] += square
    waves = (added / np.maximum(weight, np.float32(1e-6))).reshape(n, -1)
    return waves[:, pad : pad + frames * hop]
