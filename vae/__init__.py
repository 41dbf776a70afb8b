"""A small, exact package of variational autoencoders: train, measure, keep and explore them.

>>> import vae
>>> model = vae.open("mnist-16d")
>>> model.draw(4, seed=1).shape
(4, 28, 28, 1)

`import vae` is quick and loads nothing heavy: each name below is imported where it is first used, torch by `train`,
`evaluate` and `save` alone.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vae import data
    from vae.config import TrainConfig
    from vae.errors import InputError
    from vae.library.belief import Belief
    from vae.library.cards import Card
    from vae.python.comparing import Comparison, compare
    from vae.python.learning import Run, train
    from vae.python.opening import Opened, list_models, open
    from vae.python.saving import save

__version__ = "0.1.0"

__all__ = [
    "Belief",
    "Card",
    "Comparison",
    "InputError",
    "Opened",
    "Run",
    "TrainConfig",
    "compare",
    "data",
    "list_models",
    "open",
    "save",
    "train",
]

_HOMES = {
    "Belief": "vae.library.belief",
    "Card": "vae.library.cards",
    "Comparison": "vae.python.comparing",
    "InputError": "vae.errors",
    "Opened": "vae.python.opening",
    "Run": "vae.python.learning",
    "TrainConfig": "vae.config",
    "compare": "vae.python.comparing",
    "list_models": "vae.python.opening",
    "open": "vae.python.opening",
    "save": "vae.python.saving",
    "train": "vae.python.learning",
}
"""Where each public name lies; `data` is a module of its own."""

# Two OpenMP threads that spin while they wait make training beside any other work 7-9 times slower.
# OpenMP reads this once, when torch is loaded, so it stands at the package's door.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# ONNX Runtime would otherwise note each session down for another host, and leave files of its own in the home folder.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")


def __getattr__(name: str) -> Any:
    """Import a public name where it is first used (PEP 562)."""
    if name == "data":
        return import_module("vae.data")
    if name not in _HOMES:
        raise AttributeError(f"module 'vae' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
