"""The `beats` data set: single heartbeats, drawn from seven known factors.

A beat is a sum of smooth bumps, the waves P, Q, R, S and T, in the manner of McSharry, Clifford, Tarassenko & Smith
2003, "A dynamical model for generating synthetic electrocardiogram signals", IEEE Transactions on Biomedical
Engineering 50(3):289-294, https://doi.org/10.1109/TBME.2003.808805: there each wave is a Gaussian in the phase of a
heart's cycle, here in time. As the factors are known, one can see what a latent dimension has learnt, and measure it.
Heights and lengths are roughly those of textbooks; nothing here is a medical tool.
"""

import numpy as np

SAMPLES = 128
RATE = 128.0
"""Samples a second: a beat is one second long."""

FACTORS = ("beat", "r", "qrs", "t", "st", "pr", "place")
"""The columns of a factor array, in this order: the kind of beat, the height of R in mV, the length of QRS in seconds,
the height of T in mV (below 0: inverted), the level between S and T in mV, the time from P to R in seconds, and where R
lies, in seconds from its usual place."""

USUAL = {
    "r": (0.7, 1.5),
    "qrs": (0.07, 0.12),
    "t": (0.1, 0.45),
    "st": (-0.05, 0.07),
    "pr": (0.12, 0.2),
    "place": (-0.06, 0.06),
}
"""What each factor may be in a normal beat; all are continuous."""

CLASSES: dict[str, dict[str, tuple[float, float]]] = {
    "normal": {},
    "wide": {"qrs": (0.13, 0.2), "t": (-0.5, -0.2)},
    "inverted T": {"t": (-0.4, -0.05)},
    "ST elevated": {"st": (0.1, 0.3)},
}
"""Kind of beat -> the factors that are others than usual; the order is the class number. A wide one has no P, as where
a ventricle beats too early by itself."""

WITHOUT_P = list(CLASSES).index("wide")

NOISE = 0.02
"""Standard deviation of what the measurement adds, in mV."""

R_AT = 0.45
"""Where R usually lies, in seconds from the first sample."""

P_HEIGHT, P_WIDTH = 0.12, 0.022
Q_HEIGHT, S_HEIGHT = -0.12, -0.22
"""As shares of R's."""
T_AFTER, T_WIDTH = 0.24, 0.045
"""T_AFTER: from R to T, in seconds beside half of QRS: after a wide one T comes later. Widths are standard deviations
in seconds."""


def render(factors: np.ndarray) -> np.ndarray:
    """Draw one beat without noise for each row of `factors`, [N, 7], columns and units as in FACTORS.

    beat: 0 normal, 1 wide, 2 inverted T, 3 ST elevated; of itself it decides only whether there is a P. Returns float32
    [N, 128, 1] in mV. Raises `ValueError` where a factor is beyond what it is in any kind of beat.
    """
    factors = np.asarray(factors, dtype=np.float32)
    _check(factors)
    beat, r, qrs, t, st, pr, place = factors.T[:, :, None]
    seconds = np.arange(SAMPLES, dtype=np.float32) / np.float32(RATE)
    from_r = seconds - (np.float32(R_AT) + place)
    to_t = np.float32(T_AFTER) + qrs / 2
    beats = np.where(beat == WITHOUT_P, 0, P_HEIGHT) * _bump(from_r + pr, np.float32(P_WIDTH))
    beats += Q_HEIGHT * r * _bump(from_r + qrs * 0.28, qrs / 8)
    beats += r * _bump(from_r, qrs / 7)
    beats += S_HEIGHT * r * _bump(from_r - qrs * 0.28, qrs / 8)
    beats += st * _step(from_r - qrs * 0.6, 0.012) * _step(to_t - from_r, 0.03)
    beats += t * _bump(from_r - to_t, np.float32(T_WIDTH))
    return beats[..., None].astype(np.float32)


def sample_factors(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw `n` rows of factors, float32 [n, 7]: the kind of beat at even odds, the others uniform over its ranges."""
    factors = np.empty((n, len(FACTORS)))
    factors[:, 0] = generator.integers(len(CLASSES), size=n)
    for column, name in enumerate(FACTORS[1:], 1):
        low, high = np.array([ranges.get(name, USUAL[name]) for ranges in CLASSES.values()]).T
        beat = factors[:, 0].astype(int)
        factors[:, column] = generator.uniform(low[beat], high[beat])
    return factors.astype(np.float32)


def measure(beats: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return the beats with the noise of a measurement, float32 [N, 128, 1] in mV."""
    return beats + np.float32(NOISE) * generator.standard_normal(beats.shape, np.float32)


def _bump(away: np.ndarray, width: np.ndarray | np.float32) -> np.ndarray:
    return np.exp(-0.5 * np.square(away / width))


def _step(after: np.ndarray, width: float) -> np.ndarray:
    """Rise from 0 to 1 within some `width` seconds about where `after` is 0."""
    return 0.5 + 0.5 * np.tanh(after / (2 * width))


def _check(factors: np.ndarray) -> None:
    if factors.ndim != 2 or factors.shape[1] != len(FACTORS):
        raise ValueError(f"Factors are [N, {len(FACTORS)}]: {', '.join(FACTORS)}; got shape {list(factors.shape)}.")
    if not np.isin(factors[:, 0], range(len(CLASSES))).all():
        names = ", ".join(f"{number} ({name})" for number, name in enumerate(CLASSES))
        raise ValueError(f"Factor 'beat' must be one of: {names}.")
    for column, name in zip(factors.T[1:], FACTORS[1:], strict=True):
        ranges = [each.get(name, USUAL[name]) for each in CLASSES.values()]
        low, high = np.float32(min(low for low, _ in ranges)), np.float32(max(high for _, high in ranges))
        if not ((column >= low) & (column <= high)).all():
            raise ValueError(f"Factor {name!r} must be in {low:g} to {high:g}.")
