"""What became of a sweep: the figures of its models, with mean and standard deviation over the seeds of each choice."""

from collections.abc import Mapping, Sequence
from statistics import mean, stdev

from vae.errors import InputError
from vae.library.cards import read_card
from vae.library.shelf import models_folder
from vae.measures.figures import Measured, Value, from_card
from vae.measures.table import aligned, as_csv, said
from vae.sweeps.plan import Planned, choices, written

TOLD = ("negative_elbo", "reconstruction", "kl", "active_units", "knn_accuracy")
"""The figures that are told, of `vae.measures.figures.FIGURES`."""

Figures = Mapping[str, Measured]
"""By the name of a run, the figures of the model that it has become."""


def measured(planned: Sequence[Planned]) -> dict[str, Measured]:
    """Return the figures of the runs that are models by now, by their names."""
    found = {}
    for run in planned:
        folder = models_folder() / run.name
        if (folder / "card.json").exists():
            try:
                found[run.name] = from_card(read_card(folder))
            except InputError:  # damaged, which the library tells
                continue
    return found


def spread(name: str, runs: Sequence[Planned], figures: Figures) -> tuple[float, float | None] | None:
    """Return the mean of a figure over runs and its standard deviation (n - 1), None of one; None where none has it."""
    told = [figures[run.name].values.get(name) for run in runs if run.name in figures]
    known = [float(value) for value in told if value is not None]
    return (mean(known), stdev(known) if len(known) > 1 else None) if known else None


def table(planned: Sequence[Planned], figures: Figures) -> list[str]:
    """Return the lines of a table: a choice of settings a line, with mean and standard deviation over its seeds."""
    rows = [[*planned[0].choice, "seeds", *TOLD]]
    for choice, runs in choices(planned):
        told = [_said(name, spread(name, runs, figures)) for name in TOLD]
        rows.append([*map(written, choice.values()), str(sum(run.name in figures for run in runs)), *told])
    return aligned(rows, left=0)


def _said(name: str, found: tuple[float, float | None] | None) -> str:
    if found is None:
        return said(name, None)
    middle, deviation = found
    return said(name, middle) + ("" if deviation is None else f" ± {said(name, deviation)}")


def runs_csv(planned: Sequence[Planned], figures: Figures) -> str:
    """Return a line for each run that is a model by now: what sets it apart, and its figures."""
    apart: dict[str, dict[str, Value | str]] = {run.name: run.apart for run in planned}
    return as_csv(list(figures.values()), apart)
