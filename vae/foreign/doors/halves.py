"""What a door gives: a model of another package as two ONNX graphs, which are then looked at like any stranger's."""

from dataclasses import dataclass
from typing import Any

import numpy as np

OPSET, IR = 18, 9


@dataclass(frozen=True, eq=False)
class Halves:
    """The two halves of a model as the bytes of graphs, and what the package's own settings say of it.

    encoder: None for a decoder alone; likelihood: by its loss, None where that says none; name: of the folder or file.
    """

    encoder: bytes | None
    decoder: bytes
    name: str
    likelihood: str | None = None


class Writing:
    """A graph as it is written, operator by operator; each call gives the name of what it makes."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._held: list[Any] = []

    def weights(self, array: Any, kind: Any = np.float32) -> str:
        """Put numbers into the graph."""
        from onnx import numpy_helper

        name = f"w{len(self._held)}"
        self._held.append(numpy_helper.from_array(np.ascontiguousarray(array, kind), name))
        return name

    def add(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add an operator."""
        from onnx import helper

        made = name or f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [made], **attributes))
        return made

    def shaped(self, x: str, *row: int, name: str = "") -> str:
        """Give each row a shape."""
        return self.add("Reshape", x, self.weights([-1, *row], np.int64), name=name)

    def linear(self, x: str, weight: np.ndarray, bias: np.ndarray, name: str = "") -> str:
        """Add fully connected units, with weights [outputs, inputs] as torch has them."""
        return self.add("Gemm", x, self.weights(weight), self.weights(bias), name=name, transB=1)

    def bytes(self, inputs: dict[str, tuple[int, ...]], outputs: dict[str, tuple[int, ...]], producer: str) -> bytes:
        """Return the graph; inputs, outputs: a row's shape, by name."""
        from onnx import helper

        taken, given = (
            [helper.make_tensor_value_info(name, 1, ["n", *row]) for name, row in some.items()]
            for some in (inputs, outputs)
        )
        graph = helper.make_graph(self._nodes, producer, taken, given, self._held)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name=producer)
        made.ir_version = IR
        return bytes(made.SerializeToString())
