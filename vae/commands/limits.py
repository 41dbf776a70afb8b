"""How much memory and time a command may take that opens a stranger's file."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vae.errors import InputError

LEFT_SECONDS = 20
"""Of a processor, for tidying up after the limit is reached; then the system ends what does not end by itself."""


class _OutOfTime(BaseException):
    """No `Exception`, so that nothing that reads damaged pictures takes it for one of their faults."""


@contextmanager
def bounded(
    memory_mb: int | None, cpu_seconds: int | None = None, cure: str = "bring fewer or smaller pictures"
) -> Iterator[None]:
    """Let the block use so much at most, and be ended by SIGTERM as by Ctrl-C, with nothing left behind.

    memory_mb: of address space; cpu_seconds: of a processor, for the whole process. Going beyond either is an
    `InputError` that names the `cure`. Limits hold where the system has them, until the process ends.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if memory_mb:
            _limit("RLIMIT_AS", memory_mb << 20)
        if cpu_seconds and hasattr(signal, "SIGXCPU"):
            signal.signal(signal.SIGXCPU, _end)
            _limit("RLIMIT_CPU", cpu_seconds, LEFT_SECONDS)
        yield
    except MemoryError:
        raise InputError(f"It takes more memory than there is for it; {cure}.") from None
    except _OutOfTime:
        raise InputError(f"It takes more than {cpu_seconds:,} s of a processor; {cure}.") from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, frame: Any) -> None:
    signal.signal(number, signal.SIG_IGN)  # it comes again every second
    raise _OutOfTime


def _limit(name: str, size: int, more: int | None = None) -> None:
    """Set a limit of the system's; more: what lies between where it warns and where it ends the process, if it does."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    what = getattr(resource, name)
    _, hard = resource.getrlimit(what)
    most = size if hard == resource.RLIM_INFINITY else min(size, hard)
    if more is not None:
        hard = most + more if hard == resource.RLIM_INFINITY else min(most + more, hard)
    try:
        resource.setrlimit(what, (most, hard))
    except (OSError, ValueError):  # macOS has a limit of memory and does not take it
        return
