"""Locks between processes: for what one folder or file at a time may be written by."""

import hashlib
import sys
import tempfile
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout


class _Lock(FileLock):
    """A file lock of which no file is left where it is let go."""

    def release(self, force: bool = False) -> None:
        """Delete the file while it is still held; who has opened it meanwhile finds it gone and opens another.

        filelock looks for that since 3.20 (a file without a name is none that is locked); Windows deletes none that is
        open.
        """
        if self.is_locked and (force or self.lock_counter == 1) and sys.platform != "win32":
            Path(self.lock_file).unlink(missing_ok=True)
        super().release(force)


def lock(path: Path, timeout: float = 0.0) -> BaseFileLock:
    """Return a lock for `path` that the system lets go of when its process ends, however it ends.

    It lies outside of `path`, which need not exist. Entering it raises `filelock.Timeout` after `timeout` seconds.
    A generator that holds it may be closed by another thread than the one that began it.
    """
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    return _Lock(Path(tempfile.gettempdir(), f"latent-explorer-{name}.lock"), timeout=timeout, thread_local=False)


def is_locked(path: Path) -> bool:
    """Say whether a process holds the lock for `path`, this one included."""
    try:
        with lock(path):
            return False
    except Timeout:
        return True
