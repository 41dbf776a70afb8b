"""All that two graphs may mean, tried: each alternative feeds the encoder, decodes, and compares with the things.

Of the wrong layout, range or output nothing like the things comes back. Without data, where the decoder's numbers lie
says what range they have.
"""

import math
from dataclasses import dataclass

import numpy as np

from vae.errors import InputError
from vae.foreign.findings import Layout, Port, Scale
from vae.foreign.graphs.trying import Trial
from vae.foreign.guesses import guesses
from vae.foreign.guesses.guesses import ours, theirs
from vae.foreign.guesses.opening import Opened, shown
from vae.foreign.ports import halves, picked

CLEAR = 1.05
"""How many times as wrong the next alternative must be, for the best one to be believed."""

DRAWS = 64
"""Codes from N(0, I) that the decoder's numbers are read off."""

Outs = list[tuple[Port, list[Layout]]]


@dataclass(frozen=True, eq=False)
class Way:
    """One alternative of all that is open at once, and how far from the things it comes back.

    layout, scale, mean: of the encoder, None for a decoder alone; out, out_layout, out_scale: of the decoder; error:
    root mean square, in our networks' units, None without data.
    """

    out: Port
    out_layout: Layout
    out_scale: Scale
    layout: Layout | None = None
    scale: Scale | None = None
    mean: Port | None = None
    error: float | None = None

    def expect(self, of: Opened, codes: np.ndarray) -> np.ndarray:
        """Return the expected things, [n, C, H, W] in our units, of codes [n, d]."""
        rows = guesses.unlaid(self.out_layout, of.decode(codes)[self.out.name], of.shape)
        return ours(self.out_scale, rows, of.kind.bounds)

    def fed(self, x: np.ndarray) -> np.ndarray:
        """Return things [n, C, H, W] as the encoder takes them."""
        assert self.layout is not None and self.scale is not None
        return guesses.laid(self.layout, theirs(self.scale, x))

    @property
    def alike(self) -> bool:
        """Say whether things have one range at both ends; that of logits is 0 to 1."""
        like = guesses.UNIT if self.out_scale.logits else self.out_scale.name
        return self.scale is None or self.scale.name == like


def ways(of: Opened) -> list[Way]:
    """Return all alternatives, the best first; `InputError` where there is none, or nothing tells them apart."""
    outs = _outs(of)
    if not of.encoders:
        return [
            Way(port, layout, scale)
            for port, some in outs
            for scale in _by_values(of, _out_scales(of, port), port)
            for layout in some
        ]
    every: list[Way] = []
    for layout, trial in of.encoders:
        for scale in _in_scales(of, trial):
            every += _ways_of(of, layout, trial, scale, outs)
    if of.x is None:
        return _blind(of, every)
    tried = [way for way in every if way.error is not None and np.isfinite(way.error)]
    if not tried:
        raise InputError(
            f"What {of.raws[1].name} makes of the codes of {of.a_thing} is not finite (NaN or infinity); train it "
            "with a smaller learning rate, or export it again."
        )
    return _by_error(tried)


# What is open


def _outs(of: Opened) -> Outs:
    """Return the decoder's outputs that may be things, each with the layouts that it may have."""
    z = np.random.default_rng(0).standard_normal((2, of.dims)).astype(np.float32)
    made, name = of.decode(z), of.raws[1].name
    every = guesses.layouts(of.kind, of.shape)
    found: Outs = []
    for output, array in made.items():
        if fits := guesses.fitting(every, array.shape[1:]):
            found.append((Port(output), [each for each in fits if of.said.layout in (None, each.name)] or fits))
    if not found:
        shapes = ", ".join(shown(["n", *array.shape[1:]]) for array in made.values())
        raise InputError(
            f"{name} gives {shapes}, which is no layout of {of.a_thing}, [C, H, W] = {list(of.shape)}; choose the "
            "--dataset that it was trained on, or give the decoder alone that makes things."
        )
    if not all(np.isfinite(made[port.name]).all() for port, _ in found):
        raise InputError(
            f"{name} gives numbers that are not finite (NaN or infinity) for codes near 0; train it with a smaller "
            "learning rate, or export it again."
        )
    return found


def _means(of: Opened, made: dict[str, np.ndarray], trial: Trial) -> list[Port]:
    """Return what of an encoder's outputs may be the mean: of a code's size, or a half of one of twice that."""
    whole = [Port(name) for name, array in made.items() if math.prod(array.shape[1:]) == of.dims]
    some = [port for port in whole if port.name not in trial.noisy] or whole
    if not some:
        some = [half for name, array in made.items() for half in halves(name, array.shape[1:], of.dims)]
    if not some:
        sizes = " and ".join(sorted({str(math.prod(array.shape[1:])) for array in made.values()}))
        raise InputError(
            f"{trial.raw.name} gives {sizes} numbers, but {of.raws[1].name} takes codes of {of.dims}; give two halves "
            "of one model."
        )
    hinted = [guesses.hint(port.name) for port in some]
    for wanted in ("mean", None):
        if meant := [port for port, hint in zip(some, hinted, strict=True) if hint == wanted]:
            return _at_rest(meant, made, trial)
    return some


def _at_rest(ports: list[Port], made: dict[str, np.ndarray], trial: Trial) -> list[Port]:
    """Return those ports alone that are what a sampled code is where its noise is 0, if one of them is."""
    sampled = [made[name].reshape(len(made[name]), -1) for name in trial.noisy]
    there = [(port, picked(port, made)) for port in ports]
    met = [port for port, codes in there if any(_is_near(codes, drawn) for drawn in sampled)]
    return met or ports


def _is_near(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-5)


def _in_scales(of: Opened, trial: Trial) -> list[Scale]:
    every = guesses.scales(of.kind, of.x, of.shape[0])
    if of.said.range is not None:
        return [_said_scale(of)]
    if trial.is_whole:
        return [scale for scale in every if scale.name == guesses.BYTES] or every[:1]
    return every


def _said_scale(of: Opened) -> Scale:
    assert of.said.range is not None
    low, high = of.said.range
    return guesses.affine(f"{low:g} to {high:g}", low, high, of.shape[0])


def _out_scales(of: Opened, port: Port) -> list[Scale]:
    logits = guesses.logits(of.kind, of.shape[0])
    if of.said.logits:
        return [logits]
    if of.said.range is not None:
        return [_said_scale(of)]
    if of.kind.shares is not None:
        return [_shares(of, port, logits)]
    every = guesses.scales(of.kind, of.x, of.shape[0])
    if of.kind.bounds is None:
        return every
    bound = guesses.bounded_by(of.decoder.proto, port.name)
    return [scale for scale in every if scale.name == bound] if bound is not None else [*every, logits]


def _shares(of: Opened, port: Port, logits: Scale) -> Scale:
    """Return what the decoder's numbers are of shares: these themselves, or logits under a softmax."""
    made = of.decode(np.random.default_rng(0).standard_normal((8, of.dims)).astype(np.float32))[port.name]
    assert of.kind.shares is not None
    choices = math.prod(of.shape) / of.shape[of.kind.shares]
    within = bool((made >= -1e-4).all() and (made <= 1 + 1e-4).all())
    if within and np.allclose(made.reshape(len(made), -1).sum(1), choices, rtol=1e-2):
        return guesses.affine(guesses.SHARES, 0, 1, of.shape[0])
    if within:
        raise InputError(
            f"{of.raws[1].name} gives numbers between 0 and 1 that do not add up to 1 for each choice of {of.a_thing}: "
            "end it with a softmax in place of a sigmoid, or say with --logits that they are logits."
        )
    return logits


# Running


def _ways_of(of: Opened, layout: Layout, trial: Trial, scale: Scale, outs: Outs) -> list[Way]:
    """Return the alternatives for one layout and range of the input."""
    made = trial.run(trial.example(2) if of.x is None else guesses.laid(layout, theirs(scale, of.x)))
    found = []
    for mean in _means(of, made, trial):
        codes = picked(mean, made)
        if not np.isfinite(codes).all():
            if of.x is None:
                raise InputError(f"{trial.raw.name} gives codes that are not finite (NaN or infinity).")
            continue
        decoded = {} if of.x is None else of.decode(codes)
        for port, some in outs:
            for out_layout in some:
                rows = None if of.x is None else guesses.unlaid(out_layout, decoded[port.name], of.shape)
                for out_scale in _out_scales(of, port):
                    error = None
                    if rows is not None and of.x is not None:
                        error = of.missed(ours(out_scale, rows, of.kind.bounds))
                    found.append(Way(port, out_layout, out_scale, layout, scale, mean, error))
    return found


def _by_error(tried: list[Way]) -> list[Way]:
    """Order alternatives by their error; of those nearly as good as the best, the most usual comes first.

    That is one with the same range at both ends, and then the first that was thought of.
    """
    least = min(way.error for way in tried if way.error is not None)
    near = [way for way in tried if way.error is not None and way.error <= CLEAR * least]
    first = min(near, key=lambda way: (not way.alike, tried.index(way)))
    return sorted(tried, key=lambda way: (way is not first, way.error))


# Without data


def _blind(of: Opened, every: list[Way]) -> list[Way]:
    """Order the alternatives where there are no things to run them on, by where the decoder's numbers lie."""
    ordered = []
    for port in dict.fromkeys(way.out for way in every):
        likely = _by_values(of, _out_scales(of, port), port)[0]
        mine = [way for way in every if way.out is port and way.out_scale.name == likely.name]
        ordered += sorted(mine, key=lambda way: not way.alike)
    return ordered


def _by_values(of: Opened, some: list[Scale], port: Port) -> list[Scale]:
    """Order scales by whether the decoder's numbers lie as they should in them; refuse where that says nothing."""
    if len(some) == 1 or of.kind.bounds is None:
        return some
    drawn = of.decode(np.random.default_rng(0).standard_normal((DRAWS, of.dims)).astype(np.float32))[port.name]
    low, high = float(np.quantile(drawn, 0.001)), float(np.quantile(drawn, 0.999))
    likely = None
    if low >= -0.25 and high <= 1.25:
        likely = guesses.UNIT
    elif -1.3 <= low < -0.3 and high <= 1.3:
        likely = guesses.BOTH
    elif low > -30 and 60 < high < 300:
        likely = guesses.BYTES
    if likely is None:
        raise InputError(
            f"{of.raws[1].name} gives numbers from {low:.3g} to {high:.3g}; say with --logits that they are logits, or "
            "with --range LOW HIGH what black and white are."
        )
    return sorted(some, key=lambda scale: scale.name != likely)
