"""Outputs of a graph, and parts of them, that may mean something of their own."""

import math

import numpy as np

from vae.foreign.findings import Port


def halves(name: str, row: tuple[int, ...], dims: int) -> list[Port]:
    """Return the halves of an output that holds mean and spread side by side, along its axis of twice the length."""
    if math.prod(row) != 2 * dims:
        return []
    axes = [axis for axis, size in enumerate(row) if size % 2 == 0]
    if not axes:
        return []
    # Channels first or last: the axis that is not one of two equal sides.
    axis = next((axis for axis in (0, len(row) - 1) if axis in axes and row.count(row[axis]) == 1), axes[0])
    numbers = np.arange(math.prod(row)).reshape(row)
    return [Port(name, half.ravel()) for half in np.split(numbers, 2, axis)]


def picked(port: Port, made: dict[str, np.ndarray]) -> np.ndarray:
    """Return what of a graph's outputs a port means, [n, d]."""
    flat = made[port.name].reshape(len(made[port.name]), -1)
    return flat if port.numbers is None else flat[:, port.numbers]


def port_name(port: Port | None) -> str:
    """Say which output a port is, and which part of it."""
    if port is None:
        return ""
    if port.numbers is None:
        return port.name
    return f"{'first' if port.numbers[0] == 0 else 'second'} half of {port.name}"
