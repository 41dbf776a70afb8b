"""The `vowels` data set: short sounds, five vowels and a chirp, drawn from six known factors.

A vowel is what a throat hums, a buzz of all multiples of its pitch, with the resonances of a mouth upon it: formants,
as Peterson & Barney 1952, doi 10.1121/1.1906875, measured them of men. The sixth sound is a chirp, the buzz's lowest
tone alone. All glide, from one pitch to another. As the factors are known, one can hear what a dimension has learnt.
"""

import numpy as np

from vae.kinds.kind import Item
from vae.kinds.sounds.recordings import kept
from vae.kinds.sounds.spectra import samples_of

RATE, FREQUENCIES, TIMES = 8_000, 128, 64
"""A sound is at most 0.512 seconds."""

VOWELS: dict[str, tuple[float, float, float]] = {
    "a": (730.0, 1090.0, 2440.0),
    "e": (530.0, 1840.0, 2480.0),
    "i": (270.0, 2290.0, 3010.0),
    "o": (570.0, 840.0, 2410.0),
    "u": (300.0, 870.0, 2240.0),
}
"""Middles of the formants in Hz, of the vowels in hod, head, heed, hawed and who'd."""

CLASSES = (*VOWELS, "chirp")
"""The order is the class number."""

FACTORS = ("vowel", "pitch", "glide", "length", "mouth", "breath")
"""The columns of a factor array: which sound, its pitch in the middle in Hz, how far it glides in octaves, how long it
is in seconds, how much higher the formants lie than a man's, and how much of it is breath, from 0 to 1."""

RANGES = {
    "pitch": (150.0, 300.0),
    "glide": (-0.4, 0.4),
    "length": (0.2, 0.46),
    "mouth": (0.95, 1.25),
    "breath": (0.0, 1.0),
}
"""What each factor may be; all are continuous."""

WIDTHS = (90.0, 110.0, 170.0)
"""How wide the formants are, in Hz."""

SHARES = (1.0, 0.5, 0.25)
"""How much of the power each lets through in its middle."""

KNOT = 32
"""Samples between two of the places where it is found how loud each tone is."""

CHIRP = 3.0
"""How many times higher a chirp is than its pitch."""

BREATH = 0.02
"""Deviation of the noise at a breath of 1, beside a sound whose loudest sample is 1."""

SOFT = 0.04
"""Seconds in which a sound begins and ends."""

TOGETHER = 100
"""Sounds that are drawn at once."""

ITEM = Item("sounds", (FREQUENCIES, TIMES, 1), {"rate": RATE})


def sample_factors(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw `n` rows of factors, float32 [n, 6]: the vowel at even odds, the others uniform over their ranges."""
    factors = np.empty((n, len(FACTORS)), np.float32)
    factors[:, 0] = generator.integers(len(CLASSES), size=n)
    for column, name in enumerate(FACTORS[1:], 1):
        factors[:, column] = generator.uniform(*RANGES[name], size=n)
    return factors


def render(factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Make a sound of each row of `factors`, [N, 6], as it is kept: uint8 [N, 128, 64, 1]."""
    parts = np.split(factors, range(TOGETHER, len(factors), TOGETHER))
    return np.concatenate([kept(spoken(part, generator), FREQUENCIES) for part in parts])


def spoken(factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return the waves of sounds, float32 [n, samples] of 8,000 samples a second, columns and units as in FACTORS."""
    factors = np.asarray(factors, np.float32)
    _check(factors)
    vowel, pitch, glide, length, mouth, breath = factors.T[:, :, None]
    seconds = np.arange(samples_of(FREQUENCIES, TIMES), dtype=np.float32) / np.float32(RATE)
    hertz = pitch * np.exp2(glide * ((seconds / length).clip(0, 1) - 0.5))
    chirps = (vowel == len(VOWELS)).astype(np.float32)
    waves = _buzz(hertz * (1 + (CHIRP - 1) * chirps), factors, mouth)
    waves /= np.abs(waves).max(1, keepdims=True)
    waves += BREATH * breath * generator.standard_normal(waves.shape, np.float32)
    return waves * _swell(seconds, length)


def _buzz(hertz: np.ndarray, factors: np.ndarray, mouth: np.ndarray) -> np.ndarray:
    """Add up the multiples of pitches that change, float32 [n, samples], each as loud as the mouth lets it through.

    sin(k x) = 2 cos(x) sin((k - 1) x) - sin((k - 2) x), which is sooner done than a sine; how loud each is is found at
    every `KNOT`th sample, with straight lines between.
    """
    phase = 2 * np.pi * np.cumsum(hertz, 1, dtype=np.float64) / RATE
    double, now = (2 * np.cos(phase)).astype(np.float32), np.sin(phase).astype(np.float32)
    before = np.zeros_like(now)
    knots = np.concatenate([hertz[:, ::KNOT], hertz[:, -1:]], 1)
    chirps = factors[:, :1] == len(VOWELS)
    formants = np.array([*VOWELS.values(), (1.0, 1.0, 1.0)], np.float32)[factors[:, 0].astype(int)] * mouth
    waves = np.zeros(hertz.shape, np.float32)
    for number in range(1, int(RATE / 2 / hertz.min()) + 1):
        loud = np.where(chirps, number == 1, _through(number * knots, formants) / number)
        waves += _between(loud * (number * knots < RATE / 2)) * now
        before, now = now, double * now - before
    return waves


def _through(tones: np.ndarray, formants: np.ndarray) -> np.ndarray:
    """Return how much of tones, [n, k] in Hz, a mouth lets through with such formants, [n, 3]."""
    shares = [
        share / (1 + np.square((tones - formants[:, place, None]) / (width / 2)))
        for place, (width, share) in enumerate(zip(WIDTHS, SHARES, strict=True))
    ]
    return np.asarray(np.sqrt(sum(shares)))


def _between(knots: np.ndarray) -> np.ndarray:
    """Lay straight lines between values at every `KNOT`th sample, [n, k + 1] -> float32 [n, k * KNOT]."""
    share = np.arange(KNOT, dtype=np.float32) / KNOT
    first, last = knots[:, :-1, None].astype(np.float32), knots[:, 1:, None].astype(np.float32)
    return np.asarray((first + (last - first) * share).reshape(len(knots), -1))


def _swell(seconds: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Return how loud a sound is along itself, in [0, 1]: softly from nothing and back."""
    inside = np.minimum(seconds, length - seconds).clip(0, SOFT) / SOFT
    return np.asarray(np.sin(np.pi / 2 * inside) ** 2, np.float32)


def _check(factors: np.ndarray) -> None:
    if factors.ndim != 2 or factors.shape[1] != len(FACTORS):
        raise ValueError(f"Factors are [N, {len(FACTORS)}]: {', '.join(FACTORS)}; got shape {list(factors.shape)}.")
    if not np.isin(factors[:, 0], range(len(CLASSES))).all():
        names = ", ".join(f"{number} ({name})" for number, name in enumerate(CLASSES))
        raise ValueError(f"Factor 'vowel' must be one of: {names}.")
    for column, (name, (low, high)) in zip(factors.T[1:], RANGES.items(), strict=True):
        if not ((column >= np.float32(low)) & (column <= np.float32(high))).all():
            raise ValueError(f"Factor {name!r} must be in {low:g} to {high:g}.")
