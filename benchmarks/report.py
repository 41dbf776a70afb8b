"""How the benchmarks speak: the conditions, rows of figures, and whether each meets its target."""

import os
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

WIDTH = 46
LATENCY_WIDTH = 64


def conditions(*more: str) -> str:
    """Say in one sentence what a run was measured on, with `more` of its own; imports torch for its threads."""
    import torch

    parts = [
        machine(),
        f"Python {platform.python_version()}, torch {torch.__version__} with {torch.get_num_threads()} thread(s)",
        f"OMP_WAIT_POLICY={os.environ.get('OMP_WAIT_POLICY', 'unset')}",
        f"pythae {version('pythae')}",
    ]
    return "; ".join([*parts, *more])


def machine() -> str:
    """Say what a run was measured on, and how busy that was."""
    return f"{_processor()}, {os.cpu_count()} logical cores, load {os.getloadavg()[0]:.1f} at the start"


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


def latency_heading() -> None:
    """Print what stands above rows of latencies."""
    print(f"{'':<{LATENCY_WIDTH}}{'p50 ms':>9}{'p95 ms':>9}  target")


def latency(what: str, seconds: Sequence[float], p50: float | None = None, p95: float | None = None) -> None:
    """Print one row: the median and the 95th percentile in ms, and whether they meet their targets, in ms too."""
    if not seconds:
        print(f"{what:<{LATENCY_WIDTH}}{'nothing measured':>18}", flush=True)
        return
    middle, high = np.percentile(seconds, [50, 95]) * 1e3
    wanted = (
        (f"{name} <= {most:g}", found <= most)
        for name, found, most in (("p50", middle, p50), ("p95", high, p95))
        if most
    )
    targets = ", ".join(verdict(target, bool(met)) for target, met in wanted)
    print(f"{what:<{LATENCY_WIDTH}}{middle:>9.2f}{high:>9.2f}  {targets}".rstrip(), flush=True)


def figure(what: str, value: str, target: str = "", met: bool | None = None) -> None:
    """Print one row among latencies that has a figure of its own in place of the two."""
    print(f"{what:<{LATENCY_WIDTH}}{value:>18}  {verdict(target, met)}".rstrip(), flush=True)


def verdict(target: str, met: bool | None) -> str:
    """Say the target and whether it is met."""
    return target if met is None else f"{target}: {'yes' if met else 'NO'}"


def quartiles(values: Sequence[float] | np.ndarray) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(low), float(middle), float(high)
