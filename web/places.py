"""Places for requests that wait: so many, and who comes when all are taken is told so at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from web.answers import Refused


class Places:
    """Places for `most` requests; `busy` is the sentence for one that finds none. For one event loop."""

    def __init__(self, most: int, busy: str) -> None:
        self.most, self.busy = most, busy
        self.taken = 0

    @property
    def full(self) -> bool:
        """Say whether all are taken."""
        return self.taken >= self.most

    def refusal(self) -> Refused:
        """Return what one is told that finds none."""
        return Refused(503, "busy", self.busy)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place; `Refused` (503 busy) where all are taken."""
        if self.full:
            raise self.refusal()
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
