"""Locks between processes: for what one folder or file at a time may be written by."""

import hashlib
import tempfile
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout


def lock(path: Path, timeout: float = 0.0) -> BaseFileLock:
    """Return a lock for `path` that the system lets go of when its process ends, however it ends.

    It lies outside of `path`, which need not exist. Entering it raises `filelock.Timeout` after `timeout` seconds.
    A generator that holds it may be closed by another thread than the one that began it.
    """
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    return FileLock(Path(tempfile.gettempdir(), f"latent-explorer-{name}.lock"), timeout=timeout, thread_local=False)


def is_locked(path: Path) -> bool:
    """Say whether a process holds the lock for `path`, this one included."""
    try:
        with lock(path):
            return False
    except Timeout:
        return True
