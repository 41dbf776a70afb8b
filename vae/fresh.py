"""What is slow to open is opened once for all who ask, and again when its files have changed."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from math import inf
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar
from weakref import WeakValueDictionary

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Stamp = tuple[int, int, int] | None


class _Kept(NamedTuple, Generic[Value]):
    value: Value
    stamps: Mapping[Path, Stamp]


class Fresh(Generic[Key, Value]):
    """Keep what was opened, by its key, until a file of it changes or others have been used since; for any thread.

    most, most_bytes: how many are kept, and of how many bytes together; asked at each opening. size: the bytes of one.
    The one used last is kept however large it is. Neither an error nor None is kept.
    """

    def __init__(
        self,
        most: Callable[[], float] = lambda: inf,
        most_bytes: Callable[[], float] = lambda: inf,
        size: Callable[[Value], int] = lambda _: 0,
    ) -> None:
        self._most, self._most_bytes, self._size = most, most_bytes, size
        self._kept: OrderedDict[Key, _Kept[Value]] = OrderedDict()
        self._lock = threading.Lock()  # never held while a file is looked at: a disk may be slow
        self._turns: WeakValueDictionary[Key, threading.Lock] = WeakValueDictionary()

    def __iter__(self) -> Iterator[Key]:
        """Name the keys of what is kept, the one used last at the end."""
        with self._lock:
            return iter(list(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key, open: Callable[[], Value], files: Callable[[], Iterable[Path]] = tuple) -> Value:
        """Return what is kept under `key`, or open it; others who ask for it meanwhile wait, and get the same.

        files: names what it is read from, there or not. What either raises is passed on. `open` may ask for other keys.
        """
        if (found := self.find(key)) is not None:
            return found
        with self._turn(key):
            found = self.find(key)
            return self._open(key, open, files) if found is None else found

    def find(self, key: Key) -> Value | None:
        """Return what is kept under `key`; None where there is nothing, or a file of it has changed."""
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            return None
        fresh = _stamps(kept.stamps) == kept.stamps
        with self._lock:
            if self._kept.get(key) is kept:
                self._kept.move_to_end(key) if fresh else self._kept.pop(key)
        return kept.value if fresh else None

    def keep(self, key: Key, value: Value, stamps: Mapping[Path, Stamp] | None = None) -> None:
        """Keep a value as the one used last, for as long as its files have these stamps."""
        with self._lock:
            self._kept[key] = _Kept(value, stamps or {})
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and (len(self._kept) > self._most() or self.bytes > self._most_bytes()):
                self._kept.popitem(last=False)

    def forget(self, key: Key) -> bool:
        """Open it anew the next time; return whether it was kept."""
        with self._lock:
            return self._kept.pop(key, None) is not None

    @property
    def bytes(self) -> int:
        """Return the bytes of all that is kept."""
        return sum(self._size(kept.value) for kept in list(self._kept.values()))

    def _turn(self, key: Key) -> threading.Lock:
        """Return the lock of this key alone, which goes with the last who holds it or waits for it."""
        with self._lock:  # none is shared: of two keys one may be opened while the other is
            return self._turns.setdefault(key, threading.Lock())

    def _open(self, key: Key, open: Callable[[], Value], files: Callable[[], Iterable[Path]]) -> Value:
        stamps = _stamps(files())  # before reading: a change meanwhile opens it once more, never too seldom
        value = open()
        if value is not None and _stamps(stamps) == stamps:
            self.keep(key, value, stamps)
        return value


def file_stamp(path: Path) -> Stamp:
    """Tell one state of a file from another; a rename into place changes the inode even within one clock tick."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _stamps(files: Iterable[Path]) -> dict[Path, Stamp]:
    return {path: file_stamp(path) for path in files}
