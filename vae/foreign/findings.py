"""What was found out about a stranger's model, each thing with how it was settled and what else it might have been."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from vae.errors import InputError, unknown
from vae.kinds.kind import Item
from vae.library.origin import SourceGraph

How = Literal["said", "by shape", "by name", "by its operators", "by running", "taken for granted"]
"""said: by a flag or an answer; by running: the graphs were run on things of the data, and compared."""

LAYOUTS = ("NCHW", "NHWC", "flat")
SPREADS = ("log-variance", "sigma", "variance", "log-sigma")
DIFFERENCE = "difference"
"""The form of a spread that no output says: what noise 1 adds to a sampled code."""

LIKELIHOODS = ("bernoulli", "gaussian")


@dataclass(frozen=True)
class Said:
    """What a person says of a model, None where it is to be settled by looking.

    range: (low, high) that black and white, or the least and the greatest value, have in the model; layout: of things,
    NCHW, NHWC or flat; logits: the decoder gives logits, and a sigmoid or a softmax makes things of them; likelihood:
    bernoulli or gaussian; spread: what the encoder gives beside the mean. Raises `InputError` for what cannot be.
    """

    range: tuple[float, float] | None = None
    layout: str | None = None
    logits: bool = False
    likelihood: str | None = None
    spread: str | None = None

    def __post_init__(self) -> None:
        for name, got, known in (
            ("layout", self.layout, LAYOUTS),
            ("likelihood", self.likelihood, LIKELIHOODS),
            ("spread", self.spread, SPREADS),
        ):
            if got is not None and got not in known:
                raise unknown(name, got, known)
        if self.range is not None and not (np.isfinite(self.range).all() and self.range[0] < self.range[1]):
            low, high = self.range
            raise InputError(f"A range goes from a lower to a higher number, such as -1 1; got {low:g} {high:g}.")


@dataclass(frozen=True)
class Option:
    """One thing that it might be; figure: how well it agrees with the data, None where that was not tried."""

    value: str
    figure: float | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that was found out.

    what: a short name for it, such as "range of the input"; value: what it was found to be; how: what settled it;
    options: all that it might have been, the best first, each with its figure; figure: what that figure is, in words,
    lower being better; flag: what says it otherwise, such as "--range LOW HIGH", empty where nothing does; sure:
    whether the second best is clearly worse.
    """

    what: str
    value: str
    how: How
    options: tuple[Option, ...] = ()
    figure: str = ""
    flag: str = ""
    sure: bool = True

    @property
    def line(self) -> str:
        """Say it in a line: what, value, how, and where it was tried, how much better it is than the next."""
        tried = [option for option in self.options if option.figure is not None]
        beside = ""
        if self.how == "by running" and len(tried) > 1:
            beside = f": {self.figure} {tried[0].figure:.3g}, as {tried[1].value} {tried[1].figure:.3g}"
        doubt = "" if self.sure else "; not sure" + (f", {self.flag} would settle it" if self.flag else "")
        return f"{self.what}: {self.value} ({self.how}{beside}{doubt})"


@dataclass(frozen=True, eq=False)
class Layout:
    """How one thing lies in a graph: the axes of [C, H, W] in its order, and then the shape of a row of its input."""

    name: str
    axes: tuple[int, int, int]
    row: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Scale:
    """What a graph's numbers are of a thing's: theirs = ours * times + plus, [C] each.

    logits: they are so under a sigmoid, or under a softmax along the axis `shares` of [C, H, W], where there is one.
    """

    name: str
    times: np.ndarray
    plus: np.ndarray
    logits: bool = False
    shares: int | None = None


@dataclass(frozen=True, eq=False)
class Encoding:
    """How an encoder is fed, and what of what it gives is the mean and the spread.

    mean, spread: numbers of an output, and which of its numbers a row, int [d], are meant, None for all in their order;
    form: what the spread is, in `SPREADS`, or `DIFFERENCE`.
    """

    layout: Layout
    scale: Scale
    mean: "Port"
    spread: "Port | None" = None
    form: str = ""


@dataclass(frozen=True, eq=False)
class Port:
    """One output of a graph, by its name, and which of its numbers a row are meant; None: all."""

    name: str
    numbers: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Decoding:
    """How a decoder is fed, the shape of a row of its input, and what it gives."""

    row: tuple[int, ...]
    port: Port
    layout: Layout
    scale: Scale


@dataclass(frozen=True, eq=False)
class Findings:
    """All that was found out about two graphs: enough to adapt them, to show it and to write it on a card.

    item: what one thing is; dims: of the latent space; encoding: None for a decoder alone; findings: in the order to
    show them; originals, pictures: a few things of the data and what the model makes of them, as they are kept, empty
    where there is no data (then `pictures` are draws); error: root mean square of what reconstructions miss, in a
    network's units, None without data or encoder; notes: sentences on what was left alone or would help.
    """

    item: Item
    dims: int
    encoding: Encoding | None
    decoding: Decoding
    findings: tuple[Finding, ...]
    said: Said
    originals: np.ndarray
    pictures: np.ndarray
    error: float | None
    notes: tuple[str, ...] = ()
    origin: dict[str, SourceGraph] = field(default_factory=dict)
    """The files that it comes from, of "encoder" and "decoder"."""
    graphs: tuple[Any, Any] = (None, None)
    """The two graphs as protos, read and made ready, the first None for a decoder alone."""

    @property
    def lines(self) -> Iterator[str]:
        """Say each finding in a line, and then the notes."""
        yield from (finding.line for finding in self.findings)
        yield from self.notes

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """Return what could not be told apart: what a page asks a person."""
        return tuple(finding for finding in self.findings if not finding.sure)
