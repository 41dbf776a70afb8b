"""What the form of a training run says: of the data, of the family, of the time, and of what cannot be."""

from collections.abc import Sequence
from typing import Any

from vae.config import BOUNDS, TrainConfig
from vae.data import classes_of, image_shape_of
from vae.errors import InputError
from vae.families import family
from vae.home import check_name
from vae.kinds.kinds import KINDS
from vae.library.shelf import is_taken
from vae.options import Entry
from vae.plans.networks import network
from vae.runs.pace import expect_all
from vae.runs.queue import allowed
from web.page.about import plain
from web.page.settings.fields import AT_HAND, LABELS, most_threads

COLOURS = {1: "grey", 3: "colour"}

BUSY = 1.5
"""How many times longer a run may take before it is said that the machine is busy."""

WHERE = {
    "to download": " They are not on this computer yet: fetch them first, once.",
    "to bring along": " They cannot be downloaded from here: put them into the folder that LATENT_DATA_DIR names.",
    "damaged": " Their files are damaged: delete them and add or fetch them again.",
}
"""What is to be done about data that are not at hand."""


def title(row: dict[str, Any]) -> str:
    """Name a data set, with what it would cost to have it."""
    if row["where"] in AT_HAND:
        return str(row["title"])
    size = row["where"].partition("(")[2].rstrip(")")
    return f"{row['title']} · {f'{size} to download' if size else row['where']}"


def facts(row: dict[str, Any]) -> str:
    """Say what the data are, and what is to be done before they can be used."""
    (training, held_out), classes, nouns = row["sizes"], row["classes"], KINDS[row["kind"]].nouns
    said = [f"{training:,} {nouns}{_of_length(row)} to learn from and {held_out:,} held out", *_in_pixels(row)]
    if classes:
        said.append(f"{classes} classes")
    return f"{', '.join(said)}. Licence: {plain(row['licence'])}." + WHERE.get(row["where"].split(" (")[0], "")


def _in_pixels(row: dict[str, Any]) -> list[str]:
    """Say how large pictures are, and whether they have colours; of other things nothing."""
    if not KINDS[row["kind"]].pixels:
        return []
    channels, height, width = row["image_shape"]
    return [f"{width} × {height} pixels", COLOURS.get(channels, "")]


def _of_length(row: dict[str, Any]) -> str:
    """Say how large things are that are no pictures."""
    if KINDS[row["kind"]].pixels:
        return ""
    return f" of {KINDS[row['kind']].sized(tuple(row['shape']))}"


def about(chosen: Entry) -> str:
    """Say what a family of models, or a likelihood, is."""
    return f"**{chosen.title}.** {chosen.sentence}"


def expected(configs: Sequence[TrainConfig], row: dict[str, Any]) -> tuple[str, str]:
    """Say how long runs will take on this machine, all together, and apart from that what makes us think so."""
    try:
        told = expect_all(configs, tuple(row["image_shape"]), row["sizes"][0])
    except InputError:  # damaged data, which is told beside them
        return "", ""
    said = str(told)
    busy = f" The machine is busy now: up to {told.slowed:.0f} times as long." if told.slowed >= BUSY else ""
    if (runs := len(configs)) > 1:
        return f"**{runs} runs, {said} together** on this machine, and some seconds each to start.{busy}", plain(
            told.basis
        )
    sentence = f"**{said[0].upper()}{said[1:]}** on this machine, and some seconds to start and to measure.{busy}"
    return sentence, plain(told.basis)


def queue(living: int) -> str:
    """Say behind how many runs this one would wait."""
    try:
        ahead = living - allowed() + 1
    except InputError:  # told when Start is pressed
        return ""
    if ahead < 1:
        return ""
    return f" It waits until {'a run has' if ahead == 1 else f'{ahead} runs have'} ended."


def problem_of(name: str, values: dict[str, Any]) -> str:
    """Say in a sentence why no run can have this name and these settings; nothing where it can."""
    return _problem_with(name) or problem_in(values) or _problem_of_family(values)


def _problem_with(name: str) -> str:
    """Say in a sentence why a run cannot have this name; nothing where it can."""
    try:
        if name and is_taken(check_name(name)):
            return f"There is a run or a model called {name!r} already; choose another name."
    except InputError as error:
        return str(error)
    return ""


def problem_in(values: dict[str, Any]) -> str:
    """Say in a sentence which number is beyond what it may be; nothing where none is."""
    for name, value in values.items():
        low, high = BOUNDS.get(name, (None, None))
        if low is None or high is None or value is None:
            continue
        high = most_threads() if name == "threads" else high
        if not low <= value <= high:
            return f"{LABELS[name]} is a number from {low:g} to {high:g}; got {value:g}."
    return ""


def _problem_of_family(values: dict[str, Any]) -> str:
    """Say in a sentence which settings cannot be beside each other, or why they do not suit the data."""
    chosen = family(values["family"])
    try:
        config = TrainConfig(**values)
        if "condition" in chosen.can and not classes_of(values["dataset"]):
            return f"{chosen.title} is told the class of each thing, and these data have none; choose another family."
    except InputError as error:
        return str(error)
    return _problem_of_cells(config)


def _problem_of_cells(config: TrainConfig) -> str:
    """Say in a sentence why the cells of a network do not share out a code of this size; nothing where they do."""
    known, dims, heads = network(config.network), config.latent_dims, family(config.family).heads
    if known.cells is None:
        return ""
    try:
        shape = image_shape_of(config.dataset)
    except InputError:  # damaged data, which is told beside them
        return ""
    try:
        known.plans(shape, dims, heads * dims or 1, config.width, config.depth)
    except InputError as error:
        return str(error)
    return ""
