"""What tests of pages share."""

from pathlib import Path

import pytest

from tests.tiny_model import write_tiny_model


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's own library with two small models in it that have no history, and no data brought along."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    for dims in (2, 16):
        write_tiny_model(tmp_path / "models" / f"tiny-{dims}d", dims)
    return tmp_path / "models"
