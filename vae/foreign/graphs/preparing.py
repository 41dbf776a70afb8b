"""A graph made ready to be looked at: plain operators, one free axis of rows, float32 at its ports, no chance in it."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from vae.errors import InputError, first_line
from vae.explore.strange_graphs import OPERATORS
from vae.foreign.graphs.reading import Raw, count_expanded

RANDOM = {"RandomNormalLike", "RandomNormal"}
"""Operators that draw normal noise: what is served draws its own, and so they give their mean."""

ROWS, MOVED = "n", "moved/"


def plain(raw: Raw) -> Any:
    """Return a copy of a graph in which its own functions stand as operators, and what only describes it is gone."""
    import onnx
    from onnx import inliner

    proto: Any = onnx.ModelProto()
    proto.CopyFrom(raw.proto)
    if proto.functions:
        count_expanded(proto)
        try:
            proto = inliner.inline_local_functions(proto)
        except Exception as error:  # onnx raises classes of its own
            raise InputError(
                f"{raw.name} holds functions that cannot be put in its place ({first_line(error)})."
            ) from None
    del proto.training_info[:]
    del proto.metadata_props[:]
    graph = proto.graph
    for described in (graph, *graph.node, *graph.input, *graph.output, *graph.initializer):
        described.ClearField("doc_string")
        described.ClearField("metadata_props")
    graph.ClearField("value_info")
    _let_go_of_held_inputs(graph)
    used = {node.domain for node in graph.node} | {""}
    kept = [each for each in proto.opset_import if each.domain in used or each.domain == "ai.onnx"]
    del proto.opset_import[:]
    proto.opset_import.extend(kept)
    return proto


def _let_go_of_held_inputs(graph: Any) -> None:
    """Take those inputs away that have a value: graphs of earlier versions list their weights among them."""
    held = {tensor.name for tensor in graph.initializer}
    free = [value for value in graph.input if value.name not in held]
    del graph.input[:]
    graph.input.extend(free)


def only_input(proto: Any, raw: Raw) -> Any:
    """Return the one input of a graph; `InputError` where it has none or several that something depends on."""
    inputs = list(proto.graph.input)
    if len(inputs) != 1:
        names = ", ".join(value.name[:40] for value in inputs[:4]) or "none"
        raise InputError(
            f"{raw.name} has {len(inputs)} inputs ({names}); the {raw.does} of a model that comes in takes one, "
            f"{'things' if raw.does == 'encoder' else 'codes'}. Export it with the others held fixed."
        )
    return inputs[0]


def pruned(proto: Any, outputs: Iterable[str]) -> Any:
    """Return a graph that gives these outputs alone, without the operators and weights that only others need."""
    import onnx

    kept, graph = list(outputs), proto.graph
    needed = ancestors(graph, kept)
    less: Any = onnx.ModelProto()
    less.CopyFrom(proto)
    nodes = [node for node in graph.node if needed & set(filter(None, node.output))]
    given = {value.name: value for value in graph.output}
    del less.graph.node[:]
    less.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input} | set(kept)
    weights = [tensor for tensor in graph.initializer if tensor.name in used]
    del less.graph.initializer[:]
    less.graph.initializer.extend(weights)
    del less.graph.output[:]
    less.graph.output.extend(given[name] for name in kept)
    return less


def ancestors(graph: Any, names: Iterable[str]) -> set[str]:
    """Return the names of all that these tensors are made from, themselves included."""
    made = {name: node for node in graph.node for name in node.output if name}
    seen: set[str] = set()
    ahead = list(names)
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in made:
            ahead.extend(filter(None, made[name].input))
    return seen


def tainted(proto: Any, by: set[str]) -> set[str]:
    """Return the outputs that depend on an operator of these types."""
    graph = proto.graph
    sources = {name for node in graph.node if node.op_type in by for name in node.output if name}
    return {value.name for value in graph.output if sources & ancestors(graph, [value.name])}


def barred(proto: Any) -> dict[str, str]:
    """Return the outputs that need an operator which is not run here, with its name; noise is, as its mean."""
    graph = proto.graph
    known = OPERATORS | RANDOM
    found = {}
    for value in graph.output:
        needed = ancestors(graph, [value.name])
        for node in graph.node:
            strange = node.op_type not in known or node.domain not in ("", "ai.onnx")
            if strange and needed & set(filter(None, node.output)):
                found[value.name] = f"{node.domain[:40] + '.' if node.domain else ''}{node.op_type[:40]}"
                break
    return found


def still(proto: Any, noise: float) -> Any:
    """Return a graph in which each draw from N(mean, scale²) is mean + scale * noise, the same for all."""
    import onnx
    from onnx import helper, numpy_helper

    calm: Any = onnx.ModelProto()
    calm.CopyFrom(proto)
    nodes: list[Any] = []
    for number, node in enumerate(proto.graph.node):
        if node.op_type not in RANDOM:
            nodes.append(node)
            continue
        said = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        value = np.float32(said.get("mean", 0.0) + said.get("scale", 1.0) * noise)
        held = f"latent/noise{number}"
        # Of the type of what it is added to: noise of another type would have been refused by its own framework.
        kind = helper.tensor_dtype_to_np_dtype(said.get("dtype", 1) or 1)
        shape = tuple(said["shape"]) if node.op_type == "RandomNormal" else ()
        calm.graph.initializer.append(numpy_helper.from_array(np.full(shape, value, kind), held))
        if shape:
            nodes.append(helper.make_node("Identity", [held], node.output))
        else:
            nodes += [
                helper.make_node("Sub", [node.input[0]] * 2, [f"{held}/nothing"]),
                helper.make_node("Cast", [f"{held}/nothing"], [f"{held}/typed"], to=said.get("dtype", 1) or 1),
                helper.make_node("Add", [f"{held}/typed", held], node.output),
            ]
    del calm.graph.node[:]
    calm.graph.node.extend(nodes)
    return calm


def doubled(proto: Any) -> Any:
    """Return a graph that gives each output where its noise is 0, and again, after `MOVED`, where that is 1."""
    from onnx import compose

    rest, moved = still(proto, 0.0), compose.add_prefix(still(proto, 1.0), MOVED)
    fed = moved.graph.input[0].name
    for node in moved.graph.node:
        node.input[:] = [rest.graph.input[0].name if name == fed else name for name in node.input]
    rest.graph.node.extend(moved.graph.node)
    rest.graph.initializer.extend(moved.graph.initializer)
    rest.graph.output.extend(moved.graph.output)
    return rest


# The axis of rows


def row_of(value: Any) -> tuple[int | None, ...] | None:
    """Return the shape of a row that an input or output claims, None for an axis left open; None where it says none."""
    kind = value.type.tensor_type
    if not kind.HasField("shape"):
        return None
    return tuple(dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None for dim in kind.shape.dim)[
        1:
    ]


def fixed_rows(value: Any) -> int | None:
    """Return the number of rows that an input is made for, None where it takes any."""
    dims = value.type.tensor_type.shape.dim
    return dims[0].dim_value if len(dims) and dims[0].HasField("dim_value") and dims[0].dim_value > 0 else None


def freed(proto: Any, name: str, row: tuple[int, ...]) -> Any:
    """Return a graph whose input takes any number of rows of this shape; what it claims of its outputs is let go."""
    import onnx
    from onnx import helper

    free: Any = onnx.ModelProto()
    free.CopyFrom(proto)
    kind = free.graph.input[0].type.tensor_type.elem_type
    del free.graph.input[:]
    free.graph.input.append(helper.make_tensor_value_info(name, kind, [ROWS, *row]))
    for value in free.graph.output:
        value.type.tensor_type.ClearField("shape")
    return free


def unfixed(proto: Any) -> Any:
    """Return a graph in which a reshape to one row is one to as many rows as there are.

    Exported for one row, a graph has `Reshape` to [1, 784] where it means [n, 784]. Whether rows then come out as they
    did is for a run to say.
    """
    import onnx
    from onnx import numpy_helper

    free: Any = onnx.ModelProto()
    free.CopyFrom(proto)
    graph = free.graph
    shapes = {node.input[1] for node in graph.node if node.op_type == "Reshape" and len(node.input) > 1}
    places = {tensor.name: tensor for tensor in graph.initializer if tensor.name in shapes}
    for node in graph.node:
        for each in node.attribute:
            if node.op_type == "Constant" and node.output[0] in shapes and each.name == "value":
                places[node.output[0]] = each.t
    for tensor in places.values():
        wanted = numpy_helper.to_array(tensor)
        if wanted.ndim == 1 and wanted.size and wanted[0] == 1 and (wanted[1:] > 0).all():
            opened = np.concatenate([[-1], wanted[1:]]).astype(wanted.dtype)
            tensor.CopyFrom(numpy_helper.from_array(opened, tensor.name))
    return free
