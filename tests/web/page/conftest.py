"""What tests of pages share."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from tests.tiny_model import write_tiny_model


@pytest.fixture(scope="session", autouse=True)
def installed() -> Iterator[None]:
    """What is installed beside Streamlit, looked for once: a test's every run of a page would read it all anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's own library with two small models in it that have no history, and no data brought along."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    for dims in (2, 16):
        write_tiny_model(tmp_path / "models" / f"tiny-{dims}d", dims)
    return tmp_path / "models"
