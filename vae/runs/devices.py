"""Which devices a run could train on here, told without torch: by what their drivers leave on the machine."""

import platform
from functools import cache
from pathlib import Path

TITLES = {"auto": "automatic", "cpu": "processor", "mps": "Apple GPU", "cuda": "GPU"}
"""The devices of `vae.config.DEVICES` in words."""

DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""NVIDIA's, AMD's, and either within Windows' Linux."""


@cache
def devices_here() -> tuple[str, ...]:
    """Name what may be chosen; whether torch can use it is found out by the process that trains."""
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    driven = platform.system() == "Windows" or any(Path(driver).exists() for driver in DRIVERS)
    return ("auto", "cpu", *(["mps"] if apple else []), *(["cuda"] if driven else []))
