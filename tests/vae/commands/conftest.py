"""What the tests of commands share: a library of their own, and no data brought along."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return own_home
