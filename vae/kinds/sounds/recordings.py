"""From a recording to one sound of a set: mixed to one channel, at the set's rate, without the silence at both ends.

What is longer is cut, and what is shorter is filled with silence. SciPy is loaded where a rate is another one.
"""

import io
import warnings
from fractions import Fraction

import numpy as np

from vae.errors import InputError
from vae.kinds.sounds.spectra import STEPS, hop_of, levels_of, samples_of

QUIET = 35.0
"""Decibels below the loudest piece of a recording, where its beginning and end are silence."""

LEAD = 2
"""Frames of it that are left before a sound begins."""

MOST_SECONDS = 60.0
"""Of a recording that is read: what is longer is no single sound."""

RATES = 1_000, 768_000


Sound = np.ndarray
"""A recording without the silence at both ends: float32 [samples] in [-1, 1]."""


def read_wav(content: bytes, rate: int, frequencies: int) -> Sound:
    """Read a WAV file of 8 to 32 bits or of floats, of any rate and any number of channels, which are averaged.

    rate: samples a second that it is brought to; frequencies: of the sounds of its set, whose frames are cut off where
    they are silent. Raises `InputError` where it is none, is empty, silent or longer than a minute, or holds what is no
    number.
    """
    from scipy.io import wavfile  # type: ignore[import-untyped]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wavfile.WavFileWarning)  # of chunks that say nothing of the sound
        try:
            found, samples = wavfile.read(io.BytesIO(content))
        except Exception as error:  # it complains of what is no WAV file in many classes, struct.error among them
            raise InputError("It is no WAV file that can be read; save it as .wav, not packed.") from error
    return _without_silence(_at_rate(_wave(samples, int(found)), int(found), rate), hop_of(frequencies))


def _wave(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return the mean of the channels, float32 [samples], the loudest 1."""
    if not RATES[0] <= rate <= RATES[1]:
        raise InputError(f"It has {rate:,} samples a second, and {RATES[0]:,} to {RATES[1]:,} are read.")
    if len(samples) == 0:
        raise InputError("It holds no samples; record it again.")
    if len(samples) > MOST_SECONDS * rate:
        raise InputError(
            f"It is {len(samples) / rate:,.0f} seconds long, and at most {MOST_SECONDS:.0f} are read; cut one out."
        )
    middle = 128.0 if samples.dtype == np.uint8 else 0.0
    floats = samples.astype(np.float64).reshape(len(samples), -1).mean(1) - middle
    if not np.isfinite(floats).all():
        raise InputError("It holds values that are no numbers; save it anew.")
    return (floats / (np.abs(floats).max() or 1)).astype(np.float32)


def _at_rate(wave: np.ndarray, found: int, rate: int) -> np.ndarray:
    """Return a wave with so many samples a second."""
    if found == rate:
        return wave
    from scipy.signal import resample_poly  # type: ignore[import-untyped]

    ratio = Fraction(rate, found).limit_denominator(1000)
    return np.asarray(resample_poly(wave, ratio.numerator, ratio.denominator), np.float32)


def _without_silence(wave: np.ndarray, hop: int) -> np.ndarray:
    """Cut off what is silent at both ends, but for a little before the beginning."""
    pieces = np.pad(wave, (0, -len(wave) % hop)).reshape(-1, hop)
    power = np.square(pieces, dtype=np.float64).mean(1)
    if not power.max() > 0:
        raise InputError("It is silent; record it again.")
    loud = np.flatnonzero(power > power.max() * 10 ** (-QUIET / 10))
    return wave[max(0, loud[0] - LEAD) * hop : (loud[-1] + 2) * hop]


def sound_of(wave: Sound, frequencies: int, times: int) -> np.ndarray:
    """Return a sound as it is kept, uint8 [F, T, 1]; what is longer is cut, what is shorter ends in silence."""
    room = samples_of(frequencies, times)
    return kept(np.pad(wave[:room], (0, max(0, room - len(wave))))[None], frequencies)[0]


def kept(waves: np.ndarray, frequencies: int) -> np.ndarray:
    """Return sounds, floats [n, samples], as they are kept, uint8 [n, F, T, 1]."""
    return (levels_of(waves, frequencies) * STEPS + 0.5).astype(np.uint8)[..., None]
