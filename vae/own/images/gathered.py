"""Pictures of one file or folder, whatever it is, read one at a time."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from PIL import Image

from vae.own.collection import Collected
from vae.own.images.picture import Manner


@dataclass(frozen=True)
class Frame:
    """One picture upright, "L" or "RGB", its size [W, H] upright and its mode as it came, and what was done to it."""

    image: Image.Image
    size: tuple[int, int]
    mode: str
    notes: tuple[str, ...] = ()


class Gathered(Collected, ABC):
    """Pictures of one file or folder, read one at a time. A file `in_order` is read from front to back only."""

    in_order = False

    def __init__(self) -> None:
        super().__init__()
        self.manner = Manner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @abstractmethod
    def name_of(self, number: int) -> str:
        """Name a picture as its owner knows it: a path, or a row."""

    @abstractmethod
    def read(self, numbers: Iterable[int]) -> Iterator[tuple[int, Frame | str]]:
        """Read these pictures; in place of one that cannot be read comes the reason."""

    @abstractmethod
    def close(self) -> None:
        """Close the file."""
