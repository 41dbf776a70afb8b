"""The cache of opened things: one opening for all who ask, never a stale one, and no more of them than the bound."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vae.fresh import Fresh, file_stamp


class Opening:
    """Something slow to open, which counts how often it was opened."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds, self.times = seconds, 0

    def __call__(self) -> list[int]:
        self.times += 1
        time.sleep(self.seconds)
        return [self.times]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "weights").write_bytes(b"one")
    return tmp_path / "weights"


def test_threads_that_ask_at_once_open_once_and_share_it() -> None:
    fresh, opening, together = Fresh[str, list[int]](), Opening(0.05), threading.Barrier(8)

    def ask(_: int) -> int:
        together.wait(10)
        return id(fresh.get("a", opening))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert opening.times == 1


def test_a_slow_opening_holds_up_no_other_key() -> None:
    fresh, begun, ends = Fresh[int, int](), threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert ends.wait(10)
        return -1

    fresh.get(500, lambda: 500)
    with ThreadPoolExecutor(1) as pool:
        opened = pool.submit(fresh.get, 0, slow)
        assert begun.wait(10)
        assert [fresh.get(key, lambda key=key: key) for key in range(1, 1000)] == list(range(1, 1000))
        assert not opened.done()
        ends.set()
        assert opened.result(10) == -1


def test_an_opening_may_ask_for_other_keys() -> None:
    fresh: Fresh[str, int] = Fresh()
    assert fresh.get("sum", lambda: fresh.get("a", lambda: 1) + fresh.get("b", lambda: 2)) == 3
    assert list(fresh) == ["a", "b", "sum"]


def rewrite(file: Path) -> None:
    file.write_bytes(b"two, longer")


def rename(file: Path) -> None:
    """As long and as old as before, but another file."""
    status, other = file.stat(), file.with_name("other")
    other.write_bytes(b"two")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(file)


CHANGES = {"written again": rewrite, "touched": lambda file: os.utime(file, (1, 1)), "replaced": rename}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_is_opened_again_and_what_has_not_is_not(change, file: Path) -> None:
    fresh, opening = Fresh[str, list[int]](), Opening()
    for times in (1, 2):
        for _ in range(3):
            assert fresh.get("a", opening, lambda: [file]) == [times]
        change(file)


@pytest.mark.parametrize("comes", [False, True])
def test_a_file_that_goes_or_comes_is_a_change(comes: bool, file: Path) -> None:
    fresh, opening = Fresh[str, list[int]](), Opening()
    if comes:
        file.unlink()
    fresh.get("a", opening, lambda: [file])
    if comes:
        file.touch()
    else:
        file.unlink()
    assert fresh.find("a") is None
    assert len(fresh) == 0


def test_what_changes_while_it_is_opened_is_opened_once_more(file: Path) -> None:
    fresh: Fresh[str, bytes] = Fresh()

    def read() -> bytes:
        read_now = file.read_bytes()
        if read_now == b"one":
            rewrite(file)
        return read_now

    assert [fresh.get("a", read, lambda: [file]) for _ in range(3)] == [b"one", b"two, longer", b"two, longer"]


def test_what_came_while_it_was_opened_is_not_kept_once_it_is_gone(file: Path) -> None:
    fresh, came = Fresh[str, bytes](), file.with_name("came")
    assert fresh.get("a", lambda: file.replace(came).read_bytes(), lambda: [came]) == b"one"
    came.unlink()
    assert fresh.find("a") is None


@pytest.mark.parametrize("bound", [1, 3])
def test_those_used_last_are_kept_as_many_as_the_bound_says_now(bound: int) -> None:
    most = 5
    fresh: Fresh[int, int] = Fresh(lambda: most)
    for key in (0, 1, 2, 3, 4, 5, 1):
        fresh.get(key, lambda: 0)
    assert list(fresh) == [2, 3, 4, 5, 1]
    most = bound
    fresh.get(6, lambda: 0)
    assert list(fresh) == [5, 1, 6][-bound:]


def test_the_bytes_are_bounded_and_the_last_is_kept_however_large() -> None:
    fresh: Fresh[str, bytes] = Fresh(most_bytes=lambda: 10, size=len)
    for key, size in (("a", 4), ("b", 4), ("c", 2)):
        fresh.get(key, lambda size=size: bytes(size))
    assert (list(fresh), fresh.bytes) == (["a", "b", "c"], 10)
    fresh.get("d", lambda: bytes(3))
    assert (list(fresh), fresh.bytes) == (["b", "c", "d"], 9)
    fresh.get("large", lambda: bytes(99))
    assert list(fresh) == ["large"]


@pytest.mark.parametrize("where", ["open", "files"])
def test_an_error_is_passed_on_and_not_kept(where: str) -> None:
    fresh: Fresh[str, int] = Fresh()

    def fail() -> int:
        raise ValueError("damaged")

    for _ in range(2):
        with pytest.raises(ValueError, match="damaged"):
            fresh.get("a", **{"open": lambda: 1, where: fail})
    assert len(fresh) == 0
    assert fresh.get("a", lambda: 1) == 1


def test_nothing_is_not_kept_and_pushes_nothing_out() -> None:
    fresh: Fresh[str, int | None] = Fresh(lambda: 1)
    fresh.get("a", lambda: 1)
    assert fresh.get("b", lambda: None) is None
    assert list(fresh) == ["a"]


def test_what_is_forgotten_is_opened_again() -> None:
    fresh, opening = Fresh[str, list[int]](), Opening()
    fresh.get("a", opening)
    assert [fresh.forget("a"), fresh.forget("a")] == [True, False]
    assert fresh.get("a", opening) == [2]


def test_no_locks_are_left_of_keys_that_were_asked_for() -> None:
    fresh: Fresh[int, None] = Fresh()
    for key in range(100):
        fresh.get(key, lambda: None)
    assert len(fresh._turns) == 0


def test_a_file_that_is_not_there_has_no_stamp(file: Path) -> None:
    assert file_stamp(file) is not None
    assert file_stamp(file / "below") is None
