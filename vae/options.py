"""Settings that an entry of a registry has of its own: numbers with a default, bounds and a sentence. No torch."""

import ast
import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache

from vae.errors import InputError

Options = dict[str, float]
"""Values of such settings, by name."""


@dataclass(frozen=True)
class Nothing:
    """What is told to an entry that has no settings of its own."""


@dataclass(frozen=True)
class Entry:
    """What a family of models, or an objective, is in words, and what it is told.

    module: "module:name" of what is built or called, imported only where it is trained. settings: a frozen dataclass of
    numbers, each with its default and a sentence: they are flags, go into the form and on the card; one whose default
    is a whole number takes whole numbers alone. bounds: the least and the most that each may be.
    """

    title: str
    sentence: str
    source: str
    module: str
    settings: type = field(default=Nothing, kw_only=True)
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict, kw_only=True)

    def settled(self, options: Mapping[str, float]) -> Options:
        """Return these settings, and the defaults of those left out; `InputError` for unknown ones and for too much."""
        return settled([self], options)

    def own(self, options: Mapping[str, float]) -> Options:
        """Return this entry's settings as it takes them, out of options that may be another's too."""
        known = {each.name for each in fields(self.settings)}
        return settled([self], {name: value for name, value in options.items() if name in known})


def settled(entries: Sequence[Entry], options: Mapping[str, float]) -> Options:
    """Return the settings of all these entries, the first being the family that they go with; as `Entry.settled`."""
    found: Options = {}
    for entry in entries:
        default = entry.settings()
        for each in fields(entry.settings):
            first = getattr(default, each.name)
            found[each.name] = _checked(each.name, options.get(each.name, first), first, entry.bounds[each.name])
    if strange := options.keys() - found.keys():
        raise InputError(
            f"{entries[0].title} has no setting {min(strange)!r}; leave it out, or choose another family or objective."
        )
    return found


def _checked(name: str, value: float, default: float, bounds: tuple[float, float]) -> float:
    low, high = bounds
    whole = isinstance(default, int)
    if not low <= value <= high or (whole and value != int(value)):  # the first is true of NaN too
        number = "a whole number " if whole else ""
        raise InputError(f"{name} must be {number}from {low:g} to {high:g}; got {value:g}.")
    return int(value) if whole else value


@cache
def sentences(settings: type) -> dict[str, str]:
    """Return the sentence under each field of a dataclass, by its name: what a form and a flag's help say beside it."""
    (body,) = ast.parse(inspect.getsource(settings)).body
    assert isinstance(body, ast.ClassDef)
    found, name = {}, ""
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif name and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found[name] = " ".join(str(node.value.value).split())
            name = ""
    return found


def settings_of(entries: Iterable[Entry]) -> dict[str, tuple[float, str]]:
    """Return the settings that entries have of their own: by name the default and the sentence that explains it."""
    return {
        each.name: (each.default, sentences(entry.settings)[each.name])  # type: ignore[misc]
        for entry in entries
        for each in fields(entry.settings)
    }
