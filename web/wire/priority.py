"""The priority of threads: those that work on something large stand back behind those that answer moving pointers."""

import os
import sys
import threading
from contextlib import suppress

NICE = 10
"""See nice(2)."""


def stand_back() -> None:
    """Let the thread that calls it stand back behind the others of the process, where the system allows that."""
    if sys.platform == "linux":  # elsewhere the number of a thread is not one that the system's call takes
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
