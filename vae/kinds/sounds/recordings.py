"""From a recording to one sound of a set: mixed to one channel, at the set's rate, without the silence at both ends.

What is longer is cut, and what is shorter is filled with silence. SciPy is loaded where a rate is another one.
"""

import io
import warnings
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from vae.kinds.sounds.spectra import STEPS, hop_of, levels_of, samples_of

QUIET = 35.0
"""Decibels below the loudest piece of a recording, where its beginning and end are silence."""

LEAD = 2
"""Frames of it that are left before a sound begins."""

MOST_SECONDS = 60.0
"""Of a recording that is read: what is longer is no single sound."""

RATES = 1_000, 768_000


@dataclass(frozen=True)
class Recording:
    """A recording as its file has it: one channel, float32 [samples], and how many samples a second that is."""

    wave: np.ndarray
    rate: int


def read_wav(content: bytes) -> Recording:
    """Read a WAV file of 8 to 32 bits or of floats, of any rate and any number of channels, which are averaged.

    Raises `ValueError` where it is none, is empty, is longer than a minute, or holds what is no number.
    """
    from scipy.io import wavfile  # type: ignore[import-untyped]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wavfile.WavFileWarning)  # of chunks that say nothing of the sound
        try:
            rate, samples = wavfile.read(io.BytesIO(content))
        except (ValueError, EOFError, IndexError, OverflowError, ZeroDivisionError, UnboundLocalError) as error:
            raise ValueError("it is no WAV file, or of a kind that is packed") from error
        except Exception as error:  # struct.error is a plain Exception
            raise ValueError("it is no WAV file that is whole") from error
    return Recording(_wave(samples, rate), int(rate))


def _wave(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return the mean of the channels, float32 [samples]."""
    if not RATES[0] <= rate <= RATES[1]:
        raise ValueError(f"it has {rate:,} samples a second, and {RATES[0]:,} to {RATES[1]:,} are read")
    if len(samples) == 0:
        raise ValueError("it holds no samples")
    if len(samples) > MOST_SECONDS * rate:
        raise ValueError(f"it is {len(samples) / rate:,.0f} seconds long, and at most {MOST_SECONDS:.0f} are read")
    if samples.dtype == np.uint8:
        samples = samples.astype(np.float32) - 128
    floats = samples.astype(np.float64).reshape(len(samples), -1).mean(1)
    if not np.isfinite(floats).all():
        raise ValueError("it holds values that are no numbers")
    return (floats / (np.abs(floats).max() or 1)).astype(np.float32)


def sound_of(recording: Recording, rate: int, frequencies: int, frames: int) -> np.ndarray:
    """Return the sound that a recording holds as it is kept, uint8 [F, T, 1].

    Raises `ValueError` where it is silent.
    """
    wave = _without_silence(at_rate(recording, rate), hop_of(frequencies))
    room = samples_of(frequencies, frames)
    return kept(np.pad(wave[:room], (0, max(0, room - len(wave))))[None], frequencies)[0]


def kept(waves: np.ndarray, frequencies: int) -> np.ndarray:
    """Return sounds, floats [n, samples], as they are kept, uint8 [n, F, T, 1]."""
    return (levels_of(waves, frequencies) * STEPS + 0.5).astype(np.uint8)[..., None]


def at_rate(recording: Recording, rate: int) -> np.ndarray:
    """Return a recording's wave with so many samples a second."""
    if recording.rate == rate:
        return recording.wave
    from scipy.signal import resample_poly  # type: ignore[import-untyped]

    ratio = Fraction(rate, recording.rate).limit_denominator(1000)
    return np.asarray(resample_poly(recording.wave, ratio.numerator, ratio.denominator), np.float32)


def _without_silence(wave: np.ndarray, hop: int) -> np.ndarray:
    """Cut off what is silent at both ends, but for a little before the beginning."""
    pieces = np.pad(wave, (0, -len(wave) % hop)).reshape(-1, hop)
    power = np.square(pieces, dtype=np.float64).mean(1)
    if not power.max() > 0:
        raise ValueError("it is silent")
    loud = np.flatnonzero(power > power.max() * 10 ** (-QUIET / 10))
    return wave[max(0, loud[0] - LEAD) * hop : (loud[-1] + 2) * hop]
