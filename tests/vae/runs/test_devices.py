"""What the form may offer to train on, without torch."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT
from vae.config import DEVICES
from vae.runs import devices


@pytest.fixture(autouse=True)
def afresh() -> None:
    devices.devices_here.cache_clear()


@pytest.mark.parametrize(
    ("system", "machine", "driver", "here"),
    [
        ("Linux", "x86_64", False, ("auto", "cpu")),
        ("Linux", "x86_64", True, ("auto", "cpu", "cuda")),
        ("Darwin", "arm64", False, ("auto", "cpu", "mps")),
        ("Darwin", "x86_64", False, ("auto", "cpu")),
    ],
)
def test_only_what_may_be_there_is_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, machine: str, driver: bool, here: tuple[str, ...]
) -> None:
    (tmp_path / "driver").touch()
    monkeypatch.setattr(devices, "DRIVERS", (str(tmp_path / ("driver" if driver else "none")),))
    monkeypatch.setattr(devices.platform, "system", lambda: system)
    monkeypatch.setattr(devices.platform, "machine", lambda: machine)
    assert devices.devices_here() == here
    devices.devices_here.cache_clear()


def test_every_device_has_a_title_and_none_needs_torch() -> None:
    assert set(devices.TITLES) == set(DEVICES)
    code = "import sys; from vae.runs.devices import devices_here; devices_here(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
