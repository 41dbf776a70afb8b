"""Where things lie on disk: the bundled models, a person's own folder, and data brought along."""

import os
from pathlib import Path

from platformdirs import user_data_dir

PROJECT = Path(__file__).resolve().parent.parent
BUNDLED_MODELS = PROJECT / "assets" / "models"


def home() -> Path:
    """Return the folder for a person's own models and data: `LATENT_HOME`, or the platform's data folder."""
    return Path(os.environ.get("LATENT_HOME") or user_data_dir("latent-explorer", appauthor=False))


def data_brought_along() -> Path | None:
    """Return the folder of data already on disk that `LATENT_DATA_DIR` names, or None."""
    folder = os.environ.get("LATENT_DATA_DIR")
    return Path(folder) if folder else None
