"""Where another's model comes from, as its card has it: what was found out about it, and which files it was made of."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Found:
    """One thing that was found out: what, its value, how it was settled, and whether the next best was clearly worse.

    options: what it might have been, the best first, each with its figure, lower being better; figure: what that is.
    """

    what: str
    value: str
    how: str = ""
    sure: bool = True
    figure: str = ""
    options: list[tuple[str, float | None]] = field(default_factory=list)

    @property
    def line(self) -> str:
        """Say it in a line: what, value, how it was settled, and where it is in doubt."""
        return f"{self.what}: {self.value} ({self.settled})"

    @property
    def settled(self) -> str:
        """Say how, and where it is in doubt."""
        return self.how + ("" if self.sure else ", not sure")


@dataclass(frozen=True)
class SourceGraph:
    """A file that a graph of the model was made of.

    producer: what wrote it, in its own words; sha256: of the file; weights: the same of the files of its weights, by
    name; inputs, outputs: the names of its ports.
    """

    file: str
    producer: str = ""
    opset: int = 0
    sha256: str = ""
    weights: dict[str, str] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """Where another's model comes from. graphs: of "encoder" and "decoder"; notes: sentences on what was left alone."""

    findings: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    graphs: dict[str, SourceGraph] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """Say each finding in a line, and then the notes."""
        return [*(found.line for found in self.findings), *self.notes]
