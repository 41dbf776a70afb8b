"""What a page shows of a model that is to come in: what was found, a few pictures, and what only a person knows."""

import base64
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

import numpy as np

from vae.data import describe, load
from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.exchange.unpack import described, free_name
from vae.foreign.findings import LAYOUTS, SPREADS, Finding, Findings, Said
from vae.foreign.foreign import Source, look
from vae.foreign.graphs.preparing import only_input, plain, row_of
from vae.foreign.graphs.reading import read
from vae.kinds.kind import Kind, Shape
from vae.kinds.kinds import kind_of
from vae.parcels.parcel import Parcel
from vae.runs.shelf import slug

MOST_ASKED = 3
"""Questions, that of the data included."""

MOST_TRIED = 4
"""Data sets that a model is tried on where nobody says which it learnt."""

UNKNOWN = ""
"""An answer of one who does not know: it is settled by looking."""

RANGES: dict[str, tuple[str, str, Said]] = {
    "0 to 1": ("0,1", "0 and 1", Said(range=(0.0, 1.0))),
    "-1 to 1": ("-1,1", "−1 and 1", Said(range=(-1.0, 1.0))),
    "0 to 255": ("0,255", "0 and 255", Said(range=(0.0, 255.0))),
    "logits": ("logits", "logits", Said(logits=True)),
}
"""Ranges by the names that findings have for them: the answer, what a person is shown, and what that says."""

LAYOUTS_SAID = {
    "NCHW": "channels, rows, columns",
    "NHWC": "rows, columns, channels",
    "flat": "one row of numbers",
}
SPREADS_SAID = {
    "log-variance": "the logarithm of the variance",
    "sigma": "a standard deviation",
    "variance": "a variance",
    "log-sigma": "the logarithm of a standard deviation",
}
LIKELIHOODS_SAID = {
    UNKNOWN: "I do not know",
    "gaussian": "squared error",
    "bernoulli": "cross entropy",
}


@dataclass(frozen=True, eq=False)
class Choice:
    """An answer that can be given: its value in an address, its words, and what the model then makes of the things."""

    value: str
    words: str
    pictures: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Question:
    """What only a person knows, with the best guess chosen. open: whether it has to be asked; others can be changed."""

    key: str
    title: str
    chosen: str
    choices: tuple[Choice, ...]
    open: bool = False


@dataclass(frozen=True, eq=False)
class Inspection:
    """All that is shown of a parcel before it is taken in.

    findings: None where something is still missing, and of a model of ours; dataset: by which it was looked at, of
    `datasets`, those at hand that fit; name: a free one that suits it; title: of a model of ours, that of its data.
    """

    parcel: Parcel
    findings: Findings | None = None
    dataset: str = ""
    datasets: tuple[dict[str, Any], ...] = ()
    questions: tuple[Question, ...] = ()
    name: str = ""
    title: str = ""


def inspect(parcel: Parcel, said: Said, dataset: str | None) -> Inspection:
    """Look at a parcel. dataset: what it learnt, "" for none, None where it is to be chosen of those at hand."""
    if parcel.ours is not None:
        name, card = described(parcel.ours)
        return Inspection(parcel, name=free_name(slug(name), True), title=card.data.title if card else "")
    if parcel.missing or parcel.decoder is None:
        return Inspection(parcel)
    name, data, found = looked_at(parcel, said, dataset)
    rows = tuple(_fitting(found))
    asked = tuple(_questions(parcel, said, data, found))
    called = free_name(slug(f"{name or _own_name(parcel)}-{found.dims}d"), True)
    return Inspection(parcel, found, name, rows, asked, called)


def _own_name(parcel: Parcel) -> str:
    """Return what a parcel calls itself, where that says more than that files were sent."""
    return parcel.called[:40] if parcel.called not in ("", "file") else "model"


def suggested(encoder: Source | None, decoder: Source, said: Said) -> tuple[str, Dataset | None, Findings]:
    """Choose the data set at hand that a model redraws best, by its name; "" and None where none fits."""
    blind: Findings | None = None
    refused: list[InputError] = []
    try:
        blind = look(encoder, decoder, None, said)
    except InputError as error:  # shapes alone may not say what a thing is
        refused.append(error)
    tried: list[tuple[float, str, Dataset, Findings]] = []
    if encoder is not None:
        for row in _at_hand(_numbers(encoder) or _numbers_of(blind))[:MOST_TRIED]:
            try:
                data = load(row["name"])
                found = look(encoder, decoder, data, said)
            except InputError as error:
                refused.append(error)
                continue
            if found.error is not None and (share := found.error / _of_the_mean(data)) < 1:
                tried.append((share, row["name"], data, found))
    if tried:
        _, name, data, found = min(tried, key=lambda one: one[0])
        return name, data, found
    if blind is None:
        raise refused[-1]  # with things of as many numbers more can be said of what is wrong
    return "", None, blind


def looked_at(parcel: Parcel, said: Said, dataset: str | None) -> tuple[str, Dataset | None, Findings]:
    """Look at a parcel's graphs with the data set of this name, "" for none, None for one that suits; return which."""
    assert parcel.decoder is not None
    if dataset is None:
        return suggested(parcel.encoder, parcel.decoder, said)
    data = load(dataset) if dataset else None
    return dataset, data, look(parcel.encoder, parcel.decoder, data, said)


# Data sets


def _numbers(encoder: Source) -> int | None:
    """Return how many numbers a thing has by the shape that its encoder takes, None where that does not say."""
    raw = read(encoder, "encoder")
    row = row_of(only_input(plain(raw), raw))
    return None if row is None or None in row else int(np.prod(cast(Any, row)))


def _numbers_of(found: Findings | None) -> int | None:
    return None if found is None else int(np.prod(found.item.shape))


def _of_the_mean(data: Dataset) -> float:
    """Return how far things are from their mean: what draws them no better has not learnt them."""
    x = kind_of(data.item).feed(data.test.things[:256])
    return float(np.sqrt(np.square(x - x.mean(0), dtype=np.float64).mean()))


def _at_hand(numbers: int | None) -> list[dict[str, Any]]:
    """List the data sets that can be opened without the network, a person's own first.

    numbers: of one of the model's things, None where that is not known; which way they lie, and of what kind they are,
    is found out.
    """
    rows = [row for row in describe() if row["where"] in ("ready", "offline", "on disk")]
    rows = [row for row in rows if numbers in (None, np.prod(row["shape"]))]
    return sorted(rows, key=lambda row: (not row["own"], row["where"] != "ready"))


def _fitting(found: Findings) -> Iterator[dict[str, Any]]:
    for row in _at_hand(_numbers_of(found)):
        yield {"name": row["name"], "title": row["title"], "own": row["own"]}


# Questions


def _questions(parcel: Parcel, said: Said, data: Dataset | None, found: Findings) -> Iterator[Question]:
    """Yield what can be answered, first what could not be told apart; `MOST_ASKED` are open, with that of the data."""
    asked = 1
    made = [_range(found, said), _layout(found, said), _spread(found, said), _likelihood(parcel, found, said, data)]
    for question in sorted(filter(None, made), key=lambda question: not question.open):
        is_open = question.open and asked < MOST_ASKED
        asked += is_open
        yield _shown(parcel, said, data, found, question) if is_open else replace(question, open=False)


def _found(found: Findings, start: str) -> list[Finding]:
    return [finding for finding in found.findings if finding.what.startswith(start)]


def _range(found: Findings, said: Said) -> Question | None:
    """Ask which numbers black and white are, or the least and the greatest value; of what is of that unit alone."""
    findings = _found(found, "range of the")
    kind = kind_of(found.item)
    if not findings or kind.bounds is None or kind.shares is not None:
        return None
    last = findings[-1]  # what comes out is what is seen
    said_so = next((value for value, _, one in RANGES.values() if _says(said, one)), None)
    choices = [Choice(value, words) for value, words, _ in RANGES.values()]
    known = RANGES[last.value][0] if last.value in RANGES else UNKNOWN
    if known == UNKNOWN and said_so is None:
        choices.insert(0, Choice(UNKNOWN, last.value))
    doubt = any(not finding.sure for finding in findings)
    return Question("range", "Black and white are", said_so or known, tuple(choices), doubt)


def _says(said: Said, one: Said) -> bool:
    return (one.range is not None and said.range == one.range) or (one.logits and said.logits)


def _layout(found: Findings, said: Said) -> Question | None:
    findings = [one for one in _found(found, "layout of the") if len(one.options) > 1]
    if not findings:
        return None
    names = list(dict.fromkeys(_layout_of(option.value) for finding in findings for option in finding.options))
    if len(names) < 2:
        return None
    choices = tuple(Choice(name, LAYOUTS_SAID[name]) for name in LAYOUTS if name in names)
    doubt = any(not finding.sure for finding in findings)
    return Question("layout", "Its numbers lie as", said.layout or _layout_of(findings[0].value), choices, doubt)


def _layout_of(value: str) -> str:
    """Return the layout that a finding's words name."""
    word = value.split(" ")[0]
    return word if word in LAYOUTS else "NHWC" if word == "NLC" else "NCHW"


def _spread(found: Findings, said: Said) -> Question | None:
    findings = [one for one in _found(found, "spread") if one.value.split(" ")[0] in SPREADS]
    if not findings:
        return None
    choices = tuple(Choice(name, words) for name, words in SPREADS_SAID.items())
    chosen = said.spread or findings[0].value.split(" ")[0]
    return Question("spread", "Beside the mean, the encoder gives", chosen, choices, not findings[0].sure)


def _likelihood(parcel: Parcel, found: Findings, said: Said, data: Dataset | None) -> Question | None:
    if data is None or parcel.encoder is None or found.encoding is None or found.encoding.spread is None:
        return None
    known = kind_of(found.item).likelihoods
    choices = tuple(Choice(name, words) for name, words in LIKELIHOODS_SAID.items() if not name or name in known)
    if len(choices) < 2:
        return None  # of such things no loss that can be said has nats
    return Question("likelihood", "Trained with the loss", said.likelihood or UNKNOWN, choices, said.likelihood is None)


def _shown(parcel: Parcel, said: Said, data: Dataset | None, found: Findings, question: Question) -> Question:
    """Return a question with what the model makes of the things under each answer, where that tells answers apart."""
    if question.key not in ("range", "layout"):
        return question
    assert parcel.decoder is not None
    seen = []
    for choice in question.choices:
        if choice.value == UNKNOWN or choice.value == question.chosen:
            seen.append(replace(choice, pictures=found.pictures))
            continue
        with suppress(InputError):
            other = look(parcel.encoder, parcel.decoder, data, answered(said, question.key, choice.value))
            seen.append(replace(choice, pictures=other.pictures))
    return replace(question, choices=tuple(seen)) if seen else question


def answered(said: Said, key: str, value: str) -> Said:
    """Return what is said with an answer to a question of this key beside it; `InputError` where there is none so."""
    if key == "range":
        one = next((one for answer, _, one in RANGES.values() if answer == value), None)
        if one is None:
            known = ", ".join(answer for answer, *_ in RANGES.values())
            raise InputError(f"A range is one of: {known}; got {value[:40]!r}.")
        return replace(said, range=one.range, logits=one.logits)
    return replace(said, layout=value)


# In words, and as JSON


def lines(inspection: Inspection) -> Iterator[str]:
    """Say in lines what was found."""
    yield from (f"{name}: {role}" for name, role in inspection.parcel.roles.items())
    if inspection.parcel.ours is not None:
        yield f"a model of this explorer, {inspection.name}"
    if inspection.findings is not None:
        yield from inspection.findings.lines
        yield f"data: {inspection.dataset or 'none'}"
    yield from filter(None, (inspection.parcel.missing, inspection.parcel.beside))


def as_json(inspection: Inspection) -> dict[str, Any]:
    """Return an inspection as JSON has it: arrays as base64 of their bytes, things as they are kept."""
    told: dict[str, Any] = {
        "roles": inspection.parcel.roles,
        "ours": inspection.parcel.ours is not None,
        "missing": inspection.parcel.missing,
        "beside": inspection.parcel.beside,
        "name": inspection.name,
        "title": inspection.title,
    }
    found = inspection.findings
    if found is None:
        return told
    kind = kind_of(found.item)
    return told | {
        "item": asdict(found.item) | _of_kind(kind, found.item.shape),
        "dims": found.dims,
        "encodes": found.encoding is not None,
        "findings": [_told(finding) for finding in found.findings],
        "notes": list(found.notes),
        "originals": _base64(found.originals),
        "pictures": _base64(found.pictures),
        "dataset": inspection.dataset,
        "datasets": list(inspection.datasets),
        "questions": [_asked(question) for question in inspection.questions],
    }


def _of_kind(kind: Kind, shape: Shape) -> dict[str, Any]:
    """Say what a page tells of things of a kind."""
    words = {name: getattr(kind, name) for name in ("nouns", "pixels", "element", "quantity", "fed")}
    return words | {"sized": kind.sized(shape), "shares": kind.shares is not None}


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "what": finding.what,
        "value": finding.value,
        "how": finding.how,
        "sure": finding.sure,
        "figure": finding.figure,
        "options": [[option.value, option.figure] for option in finding.options][:8],
    }


def _asked(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "title": question.title,
        "chosen": question.chosen,
        "open": question.open,
        "choices": [
            {"value": choice.value, "words": choice.words, "pictures": _base64(choice.pictures)}
            for choice in question.choices
        ],
    }


def _base64(things: np.ndarray | None) -> str | None:
    return None if things is None else base64.b64encode(np.ascontiguousarray(things).tobytes()).decode()
