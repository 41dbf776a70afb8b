"""Two adapted graphs on disk: weights within them, or beside them where they are large."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from vae.explore.strange_graphs import MAX_GRAPH_BYTES
from vae.foreign.adapting import Pair
from vae.foreign.graphs.wrapping import parted
from vae.library.cards import GRAPHS

WEIGHTS = "weights.safetensors"


def write_pair(pair: Pair, folder: Path) -> None:
    """Write `decoder.onnx`, and `encoder.onnx` where there is one; weights of more than 256 MiB beside them."""
    graphs = {GRAPHS["decode"]: pair.decoder}
    if pair.encoder is not None:
        graphs[GRAPHS["encode"]] = pair.encoder
    if sum(graph.ByteSize() for graph in graphs.values()) > MAX_GRAPH_BYTES // 2:
        graphs = _with_weights_beside(graphs, folder)
    for name, graph in graphs.items():
        (folder / name).write_bytes(graph.SerializeToString())


def _with_weights_beside(graphs: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Write the larger weights of all graphs into one safetensors file, and let the graphs point at them."""
    from safetensors.numpy import save_file

    light, weights = {}, dict[str, np.ndarray]()
    for name, graph in graphs.items():
        less, apart = parted(graph)
        light[name] = less
        weights |= {f"{name.removesuffix('.onnx')}.{key}": np.ascontiguousarray(value) for key, value in apart.items()}
    save_file(weights, folder / WEIGHTS)
    places = _places(folder / WEIGHTS)
    for name, graph in light.items():
        for tensor in graph.graph.initializer:
            if tensor.data_location == 1:
                offset, length = places[f"{name.removesuffix('.onnx')}.{tensor.name}"]
                tensor.external_data.add(key="offset", value=str(offset))
                tensor.external_data.add(key="length", value=str(length))
    return light


def _places(path: Path) -> dict[str, tuple[int, int]]:
    """Read each tensor's offset and length in bytes from the header of a safetensors file."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    first = 8 + length
    spans = {name: each["data_offsets"] for name, each in header.items() if name != "__metadata__"}
    return {name: (first + start, end - start) for name, (start, end) in spans.items()}
