"""How the benchmarks speak: the conditions, rows of figures, and whether each meets its target."""

import os
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

WIDTH = 46


def conditions(*more: str) -> str:
    """Say in one sentence what a run was measured on, with `more` of its own; imports torch for its threads."""
    import torch

    parts = [
        f"{_processor()}, {os.cpu_count()} logical cores, load {os.getloadavg()[0]:.1f} at the start",
        f"Python {platform.python_version()}, torch {torch.__version__} with {torch.get_num_threads()} thread(s)",
        f"OMP_WAIT_POLICY={os.environ.get('OMP_WAIT_POLICY', 'unset')}",
        f"pythae {version('pythae')}",
    ]
    return "; ".join([*parts, *more])


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def in_turns(contestants: dict[str, Callable[[], float]], rounds: int) -> dict[str, np.ndarray]:
    """Call each contestant once a round, the first one moving on by one each time; return seconds [rounds] by name.

    One round more is run before, and dropped. Whatever else the machine does meets everybody, so ratios are taken
    within a round.
    """
    names = list(contestants)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            seconds[name].append(contestants[name]())
    return {name: np.array(values[1:]) for name, values in seconds.items()}


def row(what: str, figure: str, target: str = "", met: bool | None = None) -> None:
    """Print one row: what was measured, the figure, and where there is a target, whether it is met."""
    print(f"{what:<{WIDTH}}{figure:>30}  {verdict(target, met)}".rstrip(), flush=True)


def verdict(target: str, met: bool | None) -> str:
    """Say the target and whether it is met."""
    return target if met is None else f"{target}: {'yes' if met else 'NO'}"


def quartiles(values: Sequence[float] | np.ndarray) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(low), float(middle), float(high)
