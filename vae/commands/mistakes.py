"""What was wrong with a command line, in one sentence of ours: which word, what is taken there, what was meant perhaps.

The commands' own signatures say what each takes. tyro parses; what it refuses is looked at here once more, because its
words are a programmer's.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import tyro
from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo

from vae.errors import InputError

PROGRAM = "python -m vae"

WORDS: dict[Any, tuple[str, str, str]] = {
    int: ("INT", "a whole number", "whole numbers"),
    float: ("FLOAT", "a number", "numbers"),
    Path: ("PATH", "a path", "paths"),
    str: ("TEXT", "a word", "words"),
}
"""What a value is: in a help text, and one and several in a sentence."""

PLAIN = ConstructorRegistry()
"""How tyro reads what may be left out: as what it is, and not as "None" or that."""


@PLAIN.primitive_rule
def _left_out(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    kinds = [kind for kind in get_args(info.type) if kind is not type(None)]
    if info.type_origin not in (Union, types.UnionType) or len(kinds) != 1:
        return None
    parts = get_args(kinds[0]) if get_origin(kinds[0]) is tuple else kinds
    if len(set(parts)) != 1 or parts[0] not in WORDS:
        return None
    kind, several = parts[0], get_origin(kinds[0]) is tuple
    return PrimitiveConstructorSpec(
        nargs=len(parts),
        metavar=" ".join(WORDS[part][0] for part in parts),
        instance_from_str=lambda typed: tuple(map(kind, typed)) if several else kind(typed[0]),
        is_instance=lambda value: value is None or isinstance(value, tuple if several else kind),
        str_from_instance=lambda value: ["none"] if value is None else list(map(str, value if several else [value])),
    )


@dataclass(frozen=True)
class _Taken:
    """What a command takes under a name: how many values, None for any number, of which type, or one of `choices`."""

    name: str
    count: int | None = 1
    kind: Any = str
    choices: tuple[str, ...] = ()
    place: bool = False
    required: bool = False

    @property
    def wanted(self) -> str:
        _, one, several = WORDS.get(self.kind, WORDS[str])
        if self.choices:
            return f"one of: {', '.join(self.choices)}"
        return one if self.count == 1 else several if self.count is None else f"{self.count} {several}"


def mistake(commands: Mapping[str, Callable[..., Any]], typed: Sequence[str]) -> InputError:
    """Say what is wrong with the words of a command line that cannot be read."""
    if not typed:
        return InputError(f"Name a command: {', '.join(commands)}. `{PROGRAM} --help` says what each does.")
    name, *words = typed
    if name.startswith("-"):
        return _unknown("The program has no flag", name, ["--help", "--version"], PROGRAM)
    if name not in commands:
        return _unknown("There is no command", name, list(commands), PROGRAM)
    taken = list(_of(commands[name]))
    said = _of_words(name, words, taken) or f"{name} cannot be read with these words; give names first, and then flags."
    return InputError(f"{said} `{PROGRAM} {name} --help` says what there is.")


def _of_words(command: str, words: list[str], taken: list[_Taken]) -> str:
    """Say what is wrong with the words behind a command; nothing where all is well."""
    flags = {f"--{each.name}": each for each in taken if not each.place}
    placed, left = [each for each in taken if each.place], list(words)
    given: set[str] = set()
    loose: list[str] = []
    while left:
        word = left.pop(0)
        if not word.startswith("-") or _is_number(word):
            loose.append(word)
            continue
        key, _, inline = word.partition("=")
        if (flag := flags.get(key.replace("_", "-"))) is None:
            return f"{command} has no flag {key[:40]}.{_perhaps(key, flags)}"
        given.add(flag.name)
        values = [inline] if inline else _values(left, flag)
        if said := _of_values(key, flag, values):
            return said
    for each in placed:
        number = len(loose) if each.count is None else each.count
        values, loose = loose[:number], loose[number:]
        if values and (said := _of_values(each.name.upper(), each, values)):
            return said
        if not values and each.required:
            return f"{command} needs {each.name.upper()}, {each.wanted}."
    if loose:
        return f"{command} takes no {loose[0][:40]!r}."
    missing = [each for each in taken if each.required and not each.place and each.name not in given]
    return f"{command} needs --{missing[0].name}, {missing[0].wanted}." if missing else ""


def _values(left: list[str], flag: _Taken) -> list[str]:
    """Take from the words that are left those that belong to a flag."""
    values: list[str] = []
    while left and not left[0].startswith("--") and (flag.count is None or len(values) < flag.count):
        values.append(left.pop(0))
    return values


def _of_values(name: str, flag: _Taken, values: list[str]) -> str:
    if flag.count == 0:
        return f"{name} takes no value; got {values[0][:40]!r}." if values else ""
    if flag.count is not None and len(values) < flag.count:
        return f"{name} takes {flag.wanted}; got {' '.join(values)[:40] or 'nothing'}."
    for value in values:
        if not _fits(value, flag):
            return f"{name} takes {flag.wanted}; got {value[:40]!r}."
    return ""


def _fits(value: str, flag: _Taken) -> bool:
    if flag.choices:
        return value in flag.choices
    try:
        flag.kind(value)
    except (TypeError, ValueError):
        return False
    return True


def _unknown(what: str, got: str, known: list[str], program: str) -> InputError:
    return InputError(f"{what} {got[:40]!r}.{_perhaps(got, known)} `{program} --help` lists them.")


def _perhaps(got: str, known: Any) -> str:
    """Ask whether the nearest of the names that are known was meant, if one is near."""
    near = get_close_matches(got, list(known), 1)
    return f" Did you mean {near[0]}?" if near else ""


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


# What a command takes


def _of(command: Callable[..., Any]) -> list[_Taken]:
    """List what a command takes, by its signature; a dataclass in it stands for its fields."""
    hints, found = get_type_hints(command, include_extras=True), []
    for name, parameter in signature(command).parameters.items():
        found += _named(name, hints[name], required=parameter.default is Parameter.empty)
    return found


def _named(name: str, hint: Any, required: bool) -> list[_Taken]:
    hint, marks = _bare(hint)
    if is_dataclass(hint):
        hints = get_type_hints(hint, include_extras=True)
        return [each for field in fields(hint) for each in _named(field.name, hints[field.name], required=False)]
    if tyro.conf.Suppress in marks or get_origin(hint) is dict:
        return []
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    if get_origin(hint) in (Union, types.UnionType) and len(kinds) == 1:
        hint = kinds[0]
    place = any(mark is _POSITIONAL for mark in marks)
    one = _Taken(name.replace("_", "-"), kind=hint if hint in WORDS else str, place=place, required=required)
    if hint is bool:
        one = replace(one, count=0)
    elif get_origin(hint) is Literal:
        one = replace(one, choices=tuple(map(str, get_args(hint))))
    elif get_origin(hint) is tuple:
        first, *others = get_args(hint)
        count = None if others == [...] else 1 + len(others)
        one = replace(one, count=count, kind=first, required=required and count is not None)
    return [one]


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Part a type from what tyro is told beside it."""
    marks: tuple[Any, ...] = ()
    while get_origin(hint) is Annotated:
        marks += hint.__metadata__
        hint = get_args(hint)[0]
    return hint, marks


_POSITIONAL = _bare(tyro.conf.Positional[str])[1][0]
