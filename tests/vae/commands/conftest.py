"""What the tests of commands share: a library of their own, and no data brought along."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return tmp_path / "home"
