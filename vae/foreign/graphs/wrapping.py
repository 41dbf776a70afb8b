"""Operators before and behind a stranger's graph, so that it takes and gives what is wanted of it."""

from typing import Any

import numpy as np

from vae.foreign.graphs.preparing import ROWS

BODY = "its/"
"""What the names of a stranger's own tensors begin with, so that none is called as one of ours."""

Outputs = dict[str, tuple[int, ...]]
"""What a wrapped graph gives: a row's shape, by name."""


class Chain:
    """Operators one after another, each taking what the one before it gave."""

    def __init__(self, start: str, name: str) -> None:
        self.end, self.nodes, self.held = start, list[Any](), list[Any]()
        self._name = name

    def then(self, operator: str, *constants: Any, **attributes: Any) -> "Chain":
        """Add an operator of what there is by now, and of these constants, arrays or numbers of numpy's."""
        from onnx import helper, numpy_helper

        made, names = f"{self._name}{len(self.nodes)}", []
        for number, constant in enumerate(constants):
            names.append(f"{made}.{number}")
            self.held.append(numpy_helper.from_array(np.asarray(constant, order="C"), names[-1]))
        self.nodes.append(helper.make_node(operator, [self.end, *names], [made], **attributes))
        self.end = made
        return self

    def beside(self, operator: str, other: str, **attributes: Any) -> "Chain":
        """Add an operator of what there is by now and of another tensor."""
        from onnx import helper

        made = f"{self._name}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, [self.end, other], [made], **attributes))
        self.end = made
        return self

    def called(self, name: str) -> "Chain":
        """Give what there is by now a name."""
        from onnx import helper

        self.nodes.append(helper.make_node("Identity", [self.end], [name]))
        self.end = name
        return self

    def cast(self, theirs: int, to: int) -> "Chain":
        """Turn numbers of one type into those of another, where they differ."""
        return self if theirs == to else self.then("Cast", to=to)

    def scaled(self, times: np.ndarray, plus: np.ndarray) -> "Chain":
        """Multiply and add, [C] each, to what is [n, C, H, W]; nothing where that changes nothing."""
        if not (times == 1).all():
            self.then("Mul", times.astype(np.float32).reshape(-1, 1, 1))
        if not (plus == 0).all():
            self.then("Add", plus.astype(np.float32).reshape(-1, 1, 1))
        return self

    def turned(self, axes: tuple[int, ...]) -> "Chain":
        """Put the axes of a row into another order."""
        order = tuple(axes) == tuple(range(len(axes)))
        return self if order else self.then("Transpose", perm=[0, *(axis + 1 for axis in axes)])

    def shaped(self, row: tuple[int, ...]) -> "Chain":
        """Give each row this shape."""
        return self.then("Reshape", np.array([-1, *row], np.int64))


def wrapped(body: Any, before: Chain, behind: list[Chain], port: tuple[str, tuple[int, ...]], outputs: Outputs) -> Any:
    """Return a graph: `before`, which ends in the body's input, the body, and the chains behind it.

    port: the name of the input and a row's shape. The body's own tensors are named as `inside` says.
    """
    from onnx import compose, helper

    within = compose.add_prefix(body, BODY)
    fed = within.graph.input[0].name
    for node in within.graph.node:
        for place, name in enumerate(node.input):
            if name == fed:
                node.input[place] = before.end
    nodes = [*before.nodes, *within.graph.node, *(node for chain in behind for node in chain.nodes)]
    held = [*before.held, *within.graph.initializer, *(tensor for chain in behind for tensor in chain.held)]
    graph = helper.make_graph(
        nodes,
        "latent",
        [helper.make_tensor_value_info(port[0], 1, [ROWS, *port[1]])],
        [helper.make_tensor_value_info(name, 1, [ROWS, *row]) for name, row in outputs.items()],
        held,
    )
    graph.sparse_initializer.extend(within.graph.sparse_initializer)
    made = helper.make_model(graph, opset_imports=list(body.opset_import), producer_name=body.producer_name[:80])
    made.ir_version = max(body.ir_version, 4)  # since then weights need not be listed among the inputs
    return made


def inside(name: str) -> str:
    """Return what a tensor of the body is called in a wrapped graph."""
    return BODY + name


def bare(body: Any, port: str, row: tuple[int, ...]) -> Any:
    """Return a graph that takes float32 rows as the body does, and gives each of its outputs as float32, as o0, o1, …

    Their shapes are whatever comes of it.
    """
    kinds = [value.type.tensor_type.elem_type or 1 for value in (body.graph.input[0], *body.graph.output)]
    before = Chain(port, "before").cast(1, kinds[0])
    if not before.nodes:
        before.called("fed")
    behind = []
    for number, (value, kind) in enumerate(zip(body.graph.output, kinds[1:], strict=True)):
        behind.append(Chain(inside(value.name), f"behind{number}.").cast(kind, 1).called(f"o{number}"))
    made = wrapped(body, before, behind, (port, row), {f"o{number}": () for number in range(len(behind))})
    for value in made.graph.output:
        value.type.tensor_type.ClearField("shape")
    return made


LEAST_APART = 4096
"""Bytes of weights that are worth a place of their own; what is smaller may say a shape."""


def parted(proto: Any) -> tuple[Any, dict[str, np.ndarray]]:
    """Return a graph without its larger weights of float32 and float16, and these, by name.

    Where they lie is "weights.safetensors", at no place as yet.
    """
    import onnx
    from onnx import numpy_helper

    light: Any = onnx.ModelProto()
    light.CopyFrom(proto)
    apart = {}
    for tensor in light.graph.initializer:
        if tensor.data_type not in (1, 10) or tensor.data_location != 0:
            continue
        array = numpy_helper.to_array(tensor)
        if array.nbytes >= LEAST_APART:
            apart[tensor.name] = array
            for field in ("raw_data", "float_data", "int32_data"):
                tensor.ClearField(field)
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="weights.safetensors")
    return light, apart
