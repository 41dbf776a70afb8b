"""Where things lie on disk: the bundled models, a person's own folder, and data brought along."""

import os
import re
from pathlib import Path

from platformdirs import user_data_dir

from vae.errors import InputError

PACKAGES = Path(__file__).resolve().parent.parent
"""The folder that holds the package `vae`: the checkout, or site-packages."""

INSTALLED = PACKAGES / "latent_explorer"
"""Where `pip install` puts app.py, pages, web and assets."""

PROJECT = INSTALLED if (INSTALLED / "app.py").is_file() else PACKAGES
"""The folder that holds app.py, pages, web and assets: that one, or the checkout."""

BUNDLED_MODELS = PROJECT / "assets" / "models"

LESSON_MODELS = PROJECT / "assets" / "lessons" / "models"
"""Models that a lesson needs beside each other: they come along too, and are listed after the others."""


def home() -> Path:
    """Return the folder for a person's own models and data: `LATENT_HOME`, or the platform's data folder."""
    return Path(os.environ.get("LATENT_HOME") or user_data_dir("latent-explorer", appauthor=False))


def data_brought_along() -> Path | None:
    """Return the folder of data already on disk that `LATENT_DATA_DIR` names, or None."""
    folder = os.environ.get("LATENT_DATA_DIR")
    return Path(folder) if folder else None


RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])([.].*)?|.*[.]")
"""Names that Windows cannot give to a folder."""

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def bundled_folder(name: str) -> Path | None:
    """Return the folder of the model of this name that comes with the explorer; None where there is none."""
    roots = (BUNDLED_MODELS, LESSON_MODELS) if NAME.fullmatch(name) else ()
    return next((root / name for root in roots if (root / name).is_dir()), None)


def check_name(name: str) -> str:
    """Return `name` if it can name a model's folder; otherwise say what a name is."""
    if not NAME.fullmatch(name):
        raise InputError(
            f"A model's name is 1 to 64 lower-case letters, digits, '.', '_' or '-', starting with a letter or digit; "
            f"got {name[:80]!r}."
        )
    if RESERVED.fullmatch(name):
        raise InputError(f"A model cannot be called {name!r}, because Windows can have no such folder; choose another.")
    return name
