"""What an encoder gives beside the mean: a log variance, a standard deviation, a variance, or nothing.

A name may say it, noise in the graph shows it, and otherwise the decoder does. Where training has come to rest, the
spread of each coordinate answers how much the picture changes along it: 1/σ² = 1 + |∂x/∂z|² / s², with one s for all,
whatever β and the likelihood's spread are (the second derivative of the ELBO by σ; Rolinek et al. 2019, arXiv
1812.06775; Lucas et al. 2019, arXiv 1911.02469). So log(1/σ² - 1) over log |∂x/∂z|² has slope 1, and what is taken for
a variance but is a standard deviation has slope 1/2. On six of the models that come with this program
the right one has 0.92 to 1.19, and others have 0.55 to 0.62 or 1.60 to 2.36, as
`pytest -n 0 -s tests/foreign/test_spreads.py` prints.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vae.foreign.findings import DIFFERENCE, SPREADS, Finding, Option, Port, Said
from vae.foreign.graphs.trying import Trial
from vae.foreign.guesses import guesses
from vae.foreign.ports import halves, picked, port_name

THINGS, DIMS = 32, 64
"""Things, and coordinates at most, along which it is seen how much the picture changes."""

STEP = 0.05
"""Along a coordinate, to either side."""

LEAST_TOLD = 0.05
"""A coordinate that tells less than that, 1/σ² - 1, is the prior but for its rounding."""

FEWEST, LEAST_ALIKE = 16, 0.6
"""Coordinates of things, and their correlation, from which a slope says something."""

CLEAR = 0.2
"""How much nearer to slope 1, as a logarithm, the best must be than the next; a wrong power costs 0.69 at most."""

FIGURE = "slope off 1, as a logarithm,"
FLAG = "--spread log-variance|sigma|variance|log-sigma"

Expect = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Settled:
    """The mean, what beside it is the spread, in which form, and how that was found out."""

    mean: Port
    spread: Port | None = None
    form: str = ""
    finding: Finding | None = None
    notes: tuple[str, ...] = ()


def variance_of(form: str, values: np.ndarray) -> np.ndarray:
    """Return the variances that numbers of this form say, in float64."""
    values = values.astype(np.float64)
    with np.errstate(over="ignore"):
        by = {
            "log-variance": lambda: np.exp(values),
            "log-sigma": lambda: np.exp(2 * values),
            "sigma": lambda: np.square(values),
            "variance": lambda: values,
        }
        return np.asarray(by[form]())


def settle_spread(
    trial: Trial, rows: np.ndarray, mean: Port, dims: int, expect: Expect, said: Said, blind: bool
) -> Settled:
    """Find out what else of the encoder's outputs is a spread, if anything is.

    rows: things as the encoder takes them; expect: from codes [n, d] to things [n, C, H, W]; blind: rows are no things.
    """
    made = trial.run(rows)
    codes = picked(mean, made)
    ports = _candidates(mean, made, trial, dims)
    moved = None if not trial.noisy else _noise(trial, rows, made, mean, dims)
    if not ports:
        return _from_noise(mean, moved, trial)
    if said.spread is not None:
        value = f"{said.spread} ({port_name(ports[0])})"
        return Settled(mean, ports[0], said.spread, Finding("spread", value, "said"))
    options = {
        (number, form): variance
        for number, port in enumerate(ports)
        for form in SPREADS
        if _possible(variance := variance_of(form, picked(port, made)), form, picked(port, made))
    }
    if not options:
        return Settled(mean, notes=("No output beside the mean can be a spread: none has finite numbers of one sign.",))
    if moved is not None and (met := _met(options, moved)) is not None:
        port, form = ports[met[0]], met[1]
        return Settled(
            mean,
            port,
            form,
            Finding("spread", f"{form} ({port_name(port)}), which its own noise is drawn by", "by running"),
        )
    if (hinted := _hinted(ports, options)) is not None:
        port, form = ports[hinted[0]], hinted[1]
        return Settled(mean, port, form, Finding("spread", f"{form} ({port_name(port)})", "by name", flag=FLAG))
    return _by_slope(mean, ports, options, {} if blind else slopes_of(codes, options, expect))


def _candidates(mean: Port, made: dict[str, np.ndarray], trial: Trial, dims: int) -> list[Port]:
    """Return the outputs that are as large as the mean and are neither it nor drawn by noise."""
    if mean.numbers is not None:
        row = made[mean.name].shape[1:]
        return [half for half in halves(mean.name, row, dims) if not np.array_equal(half.numbers, mean.numbers)]  # type: ignore[arg-type]
    names = [name for name, array in made.items() if array[0].size == dims and name != mean.name]
    centre = picked(mean, made)
    return [
        Port(name)
        for name in names
        if name not in trial.noisy and not np.allclose(picked(Port(name), made), centre, rtol=1e-4, atol=1e-5)
    ]


def _possible(variance: np.ndarray, form: str, values: np.ndarray) -> bool:
    """Say whether numbers can be of a form: variances are finite and above 0, and standard deviations are too."""
    positive = form.startswith("log") or bool((values > 0).all())
    return positive and bool(np.isfinite(variance).all() and (variance > 0).all())


def _hinted(ports: list[Port], options: dict[tuple[int, str], np.ndarray]) -> tuple[int, str] | None:
    """Return what a name says, where it can be; a "variance" with numbers below 0 is a log variance."""
    for number, port in enumerate(ports):
        meant = guesses.hint(port.name)
        if meant == "variance" and (number, "variance") not in options:
            meant = "log-variance"
        if meant is not None and (number, meant) in options and port.numbers is None:
            return number, meant
    return None


# By noise in the graph


def _noise(trial: Trial, rows: np.ndarray, made: dict[str, np.ndarray], mean: Port, dims: int) -> np.ndarray | None:
    """Return how far one standard deviation of noise moves the sampled code, [n, d]; None where none is sampled."""
    names = [name for name in trial.noisy if made[name][0].size == dims]
    if not names:
        return None
    away: np.ndarray = trial.run_moved(rows)[names[0]] - made[names[0]]
    return np.abs(away.reshape(len(away), -1))


def _met(options: dict[tuple[int, str], np.ndarray], moved: np.ndarray) -> tuple[int, str] | None:
    """Return the option that says the very spread which the noise has."""
    for option, variance in options.items():
        if np.allclose(np.sqrt(variance), moved, rtol=1e-2, atol=1e-4):
            return option
    return None


def _from_noise(mean: Port, moved: np.ndarray | None, trial: Trial) -> Settled:
    """Settle an encoder that gives no spread: its noise has one, or a code is a point."""
    if moved is not None and np.isfinite(moved).all() and (moved > 0).all() and mean.name in trial.noisy:
        value = f"how far one standard deviation of its own noise moves {mean.name}"
        return Settled(mean, mean, DIFFERENCE, Finding("spread", value, "by running"))
    note = "The encoder gives one point for a thing. Where it has a log variance too, export that as a second output."
    return Settled(mean, notes=(note,), finding=Finding("spread", "none: a code is a point", "by shape"))


# By the decoder


def slopes_of(
    codes: np.ndarray, options: dict[tuple[int, str], np.ndarray], expect: Expect
) -> dict[tuple[int, str], float]:
    """Return the slope of each option, where there is one: see above."""
    some = codes[:THINGS].astype(np.float32)
    dims = np.random.default_rng(0).permutation(codes.shape[1])[:DIMS]
    gain = np.empty((len(some), len(dims)))
    for place, dim in enumerate(dims):
        step = np.zeros(codes.shape[1], np.float32)
        step[dim] = STEP
        away = (expect(some + step) - expect(some - step)).astype(np.float64) / (2 * STEP)
        gain[:, place] = np.square(away).reshape(len(away), -1).sum(1)
    found = {}
    for option, variance in options.items():
        told = 1 / variance[:THINGS, dims] - 1
        kept = (told > LEAST_TOLD) & (gain > 0)
        if kept.sum() < FEWEST:
            continue
        x, y = np.log(gain[kept]), np.log(told[kept])
        if min(x.std(), y.std()) > 0.05 and np.corrcoef(x, y)[0, 1] >= LEAST_ALIKE:
            found[option] = float(y.std() / x.std())
    return found


def _by_slope(
    mean: Port,
    ports: list[Port],
    options: dict[tuple[int, str], np.ndarray],
    slopes: dict[tuple[int, str], float],
) -> Settled:
    """Take the option whose slope is nearest to 1; where none has one, the first that is usual, and say so."""
    order = sorted(options, key=lambda option: (abs(np.log(slopes.get(option, np.inf))), SPREADS.index(option[1])))
    best = order[0]
    off = {option: abs(float(np.log(slope))) for option, slope in slopes.items()}
    sure = best in off and all(off[other] - off[best] > CLEAR for other in order[1:] if other in off)
    port, form = ports[best[0]], best[1]
    tried = tuple(Option(f"{form_} ({port_name(ports[number])})", off.get((number, form_))) for number, form_ in order)
    how = "by running" if best in off else "taken for granted"
    return Settled(mean, port, form, Finding("spread", tried[0].value, how, tried, FIGURE, FLAG, sure))  # type: ignore[arg-type]
