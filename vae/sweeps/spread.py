"""What became of a sweep: the figures of its models, with mean and standard deviation over the seeds of each choice."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from statistics import mean, stdev

from vae.errors import InputError
from vae.fresh import file_stamp
from vae.library.cards import read_card
from vae.library.shelf import models_folder
from vae.measures.figures import Measured, Value, from_card
from vae.measures.words.table import aligned, as_csv, said
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
        if (stamp := file_stamp(folder / "card.json")) and (figures := _of_card(folder, stamp)):
            found[run.name] = figures
    return found


@lru_cache(maxsize=1024)  # a page asks for them every two seconds
def _of_card(folder: Path, _: object) -> Measured | None:
    """The stamp only tells one state of the card from another; None where it is damaged, which the library tells."""
    try:
        return from_card(read_card(folder))
    except InputError:
        return None


def abreast(planned: Sequence[Planned], models: Collection[str], most: int) -> list[str]:
    """Choose from 2 to `most` of the runs that are models, to stand beside each other; none where there are not two.

    One of each choice, and of more choices than that some from the first to the last, evenly; where only seeds differ,
    the first of them.
    """
    first = [next((run.name for run in runs if run.name in models), "") for _, runs in choices(planned)]
    names = [name for name in first if name]
    if len(names) < 2:
        names = [run.name for run in planned if run.name in models][:most]
    if len(names) > most:
        names = [names[round(number * (len(names) - 1) / (most - 1))] for number in range(most)]
    return names if len(names) > 1 else []


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
