"""What tests of single pages share."""

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty library of one's own, no data brought along, and runs that wait because no process is started."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    monkeypatch.setattr("vae.runs.launch._start_process", lambda folder: None)
    return tmp_path
