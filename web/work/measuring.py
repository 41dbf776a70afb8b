"""Measure models beside each other in a process of its own, once for all who ask, while pages show how far it is.

`python -m vae compare` does it (vae/commands/library.py): the server imports neither scikit-learn nor the data. What it
found is kept until a model changes. When the server ends, what it started ends too.
"""

import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from vae import child
from vae.errors import InputError
from vae.files import DAMAGED_JSON
from vae.home import home
from vae.library.shelf import Model

KEPT = 32
MOST_AT_ONCE = 2

State = Literal["absent", "measuring", "done", "failed"]
Key = tuple[Path, tuple[tuple[str, str], ...]]


class Busy(InputError):
    """As many comparisons are being measured as may be at once."""


@dataclass(frozen=True)
class Standing:
    """How far it is: share in [0, 1] and what is measured now; and what was found, as `compare --json` says it."""

    state: State
    share: float = 0.0
    what: str = ""
    message: str = ""
    found: dict[str, Any] = field(default_factory=dict)


class Measuring:
    """A comparison under way, or ended."""

    def __init__(self, names: Sequence[str]) -> None:
        self.standing = Standing("measuring", what="Starting …")
        words = ["compare", *names, "--json"]
        # One thread: pictures that follow a pointer are computed on the others.
        self._process = child.start(words, out=subprocess.PIPE, apart=False, threads=1)
        threading.Thread(target=self._follow, name=f"compare-{'-'.join(names)}"[:60], daemon=True).start()

    def _follow(self) -> None:
        said, found = b"", None
        with self._process as process:
            for line in process.stdout or ():
                said = line if child.last_words(line) else said
                found = self._read(line) or found
        if process.returncode or found is None:
            sentence = child.last_words(said) or "The measuring stopped before it was done; start it again."
            self.standing = Standing("failed", message=sentence)
        else:
            self.standing = Standing("done", 1.0, found=found)

    def _read(self, line: bytes) -> dict[str, Any] | None:
        """Read a line: a stage is how far it is; the last one is what was found."""
        try:
            record = msgspec.json.decode(line, type=dict[str, Any])
        except DAMAGED_JSON:
            return None
        if "figures" in record:
            return record
        what = f"{record['model']}: {record['what']} …" if record["model"] else f"{record['what'].capitalize()} …"
        self.standing = Standing("measuring", record["done"] / record["total"], what)
        return None


_known: dict[Key, Measuring] = {}
_lock = threading.Lock()


def measure(models: Sequence[Model]) -> Standing:
    """Begin to measure these models beside each other, unless that is done or under way; `Busy` where too many are."""
    key = _key(models)
    with _lock:
        known = _known.get(key)
        if known is None or known.standing.state == "failed":
            if sum(each.standing.state == "measuring" for each in _known.values()) >= MOST_AT_ONCE:
                raise Busy(f"{MOST_AT_ONCE} comparisons are being measured at this moment; try again in a minute.")
            known = _known[key] = Measuring([model.name for model in models])
            for old in [each for each, one in _known.items() if one.standing.state != "measuring"][:-KEPT]:
                del _known[old]
    return known.standing


def stands(models: Sequence[Model]) -> Standing:
    """Say how far these models are measured; "absent" where nobody has asked for it."""
    known = _known.get(_key(models))
    return Standing("absent") if known is None else known.standing


def _key(models: Sequence[Model]) -> Key:
    """Tell one state of these models from another."""
    return home(), tuple((model.name, model.card.created + str(sorted(model.card.files.items()))) for model in models)
