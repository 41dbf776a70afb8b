"""How far long work is: a bar, or JSON lines for a program to read; and Ctrl-C, which ends it between two steps.

A bar is for somebody who looks at it: in a pipe or a file (tqdm's `disable=None`) there is none.
"""

import signal
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from tqdm import tqdm

SECONDS_OF_ONE_INTERRUPT = 1.0


@contextmanager
def interrupts() -> Iterator[list[int]]:
    """Collect Ctrl-C and SIGTERM, so that a step is never cut in two; a second one ends the program at once.

    A launcher passes on what the terminal has sent already, so those of the same second are one.
    """
    caught: list[int] = []
    first = 0.0

    def catch(number: int, frame: Any) -> None:
        nonlocal first
        if caught and time.monotonic() - first > SECONDS_OF_ONE_INTERRUPT:
            raise KeyboardInterrupt
        first = first or time.monotonic()
        caught.append(number)

    before = {number: signal.signal(number, catch) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def watched(
    records: Generator[Any, None, Any], first: int, json: bool, quiet: bool, seen: Callable[[], None] = lambda: None
) -> Any:
    """Draw the progress bar or print JSON lines until the records end; return how they ended.

    seen: called after each of them.
    """
    with tqdm(initial=first, unit="step", dynamic_ncols=True, disable=json or quiet or None) as bar:
        while True:
            try:
                record = next(records)
            except StopIteration as end:
                return end.value
            seen()
            if json:
                print(msgspec.json.encode(record).decode(), flush=True)
            bar.total = record.steps
            bar.set_postfix_str(
                f"epoch {record.epoch}, {_loss(record)}, {record.images_per_second:,.0f} images/s", refresh=False
            )
            bar.update(record.step - bar.n)


def _loss(record: Any) -> str:
    if record.reconstruction is None:
        return ", ".join(f"{name} {value:.2f}" for name, value in record.others.items() if not name.startswith("share"))
    if not record.kl:
        return f"reconstruction {record.reconstruction:.1f}"
    return f"-ELBO {record.negative_elbo:.1f} = {record.reconstruction:.1f} + KL {sum(record.kl):.1f}"


def formed(frames: Iterator[Any], json: bool) -> Iterator[Any]:
    """Pass a map's frames on, drawing the progress bar or printing JSON lines without their points."""
    bar = None
    for frame in frames:
        if json:
            facts = {"iteration": frame.iteration, "total": frame.total, "kl_divergence": frame.kl_divergence}
            print(msgspec.json.encode(facts).decode(), flush=True)
        else:
            bar = bar or tqdm(total=frame.total, unit="iteration", dynamic_ncols=True, disable=None)
            bar.update(frame.iteration - bar.n)
            bar.set_postfix_str("PCA" if frame.kl_divergence is None else f"KL {frame.kl_divergence:.3f} nats")
        yield frame
    if bar:
        bar.close()
