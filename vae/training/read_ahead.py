"""Images that lie in files, read while a model trains on those before them, by processes of their own."""

import os
from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from vae.errors import InputError
from vae.own.images.folders import Stream

MOST_LOADERS = 8
BATCHES_AHEAD = 4
"""Batches that each loader has ready: enough for a slow file now and then."""


def read_ahead(stream: Stream, rows: Iterable[Tensor], loaders: int | None = None) -> Iterator[Tensor]:
    """Yield the images of each of `rows`, numbers [n], as uint8 [n, C, H, W], read ahead by processes of their own.

    They come in the order of `rows`, whatever the number of `loaders`. Raises `InputError` where many pictures
    cannot be read.
    """
    loaders = count_loaders() if loaders is None else loaders
    batches: Iterable[Any] = DataLoader(
        _Fetched(stream),  # type: ignore[arg-type]
        batch_sampler=(batch.tolist() for batch in rows),  # taken from as they are needed
        num_workers=loaders,
        collate_fn=_as_it_is,
        prefetch_factor=BATCHES_AHEAD if loaders else None,
        generator=torch.Generator(),  # a loader draws a seed, and would take it from everybody's
    )
    for batch in batches:
        if isinstance(batch, str):
            raise InputError(batch)
        yield batch


def count_loaders() -> int:
    """Return how many processes read for this one: the cores that training leaves, shared with those beside it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    beside = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return max(1, min(MOST_LOADERS, cores // beside - 1))


class _Fetched:
    """What a loader's process asks of a stream: a whole batch at a time, or in words why there is none."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def __getitems__(self, places: list[int]) -> Any:
        _, height, width, channels = self.stream.shape
        batch = torch.empty((len(places), channels, height, width), dtype=torch.uint8)
        if torch.utils.data.get_worker_info() is not None:
            # Before it is filled: moved on by the queue's own thread, the batches leave a heap of 400 MB full of holes.
            batch.share_memory_()
        try:
            for image, place in zip(batch.permute(0, 2, 3, 1).numpy(), places, strict=True):
                image[:] = self.stream.read(place)
        except InputError as error:  # raised here it would come out wrapped into pages of the loader's own
            return str(error)
        return batch


def _as_it_is(batch: Any) -> Any:
    return batch
