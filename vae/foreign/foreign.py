"""A stranger's model comes in: two ONNX graphs of any framework are looked at, adapted, measured and kept.

`look` says what they are, `adapt` makes of them two graphs with our ports, `take` does all and puts the model into the
library. Nothing of a graph is believed that its operators or a run do not bear out.
"""

from pathlib import Path
from typing import Any, NamedTuple

from vae.datasets.dataset import Dataset
from vae.foreign.findings import Findings, Said
from vae.library.shelf import Model

Source = bytes | Path
"""A graph: its file, with the files of its weights beside it, or its bytes, with its weights in them."""


class Pair(NamedTuple):
    """Two graphs with our ports, as `onnx.ModelProto`: `x` -> mean[, spread, nats], and `z` -> expected."""

    encoder: Any | None
    decoder: Any


def look(encoder: Source | None, decoder: Source, data: Dataset | None = None, said: Said | None = None) -> Findings:
    """Find out what two graphs take and give: by what is said, by their shapes, and by running them on test things.

    encoder: None for a decoder alone; data: what the model was trained on, None where it is not at hand. Raises
    `InputError` where they are no graphs, do not fit each other or the data, or are not safe to run.
    """
    raise NotImplementedError


def adapt(findings: Findings) -> Pair:
    """Return the two graphs with our ports, adapted by operators before and behind what they were."""
    raise NotImplementedError


def take(
    encoder: Source | None,
    decoder: Source,
    data: Dataset | None = None,
    *,
    name: str,
    said: Said | None = None,
    dataset: str = "",
    findings: Findings | None = None,
) -> Model:
    """Look, adapt, measure and put into the library as `name`, whole or not at all; return the model.

    dataset: the name or path that `data` was opened by, which measuring again will open; findings: of a `look` at the
    same graphs, which is then not repeated. Raises `InputError`, and leaves nothing behind.
    """
    raise NotImplementedError
