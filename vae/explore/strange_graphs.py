"""A graph that may have come from anywhere, looked at as a whole before ONNX Runtime sees a byte of it.

Its operators are those of feed-forward networks, its tensors lie in the file itself or are handed in by who opens it,
and for each number of rows it is known beforehand what a run makes and how much.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vae.errors import first_line

MAX_GRAPH_BYTES = 256 << 20
"""Of a graph's own file, weights within it included; those of our own lie in weights.safetensors and may be more."""

MAX_NODES = 5000
MAX_AXES = 8
MAX_CONSTANT_BYTES = 256 << 20
"""Of what the graph makes without its input, all together: ONNX Runtime makes it once and keeps it."""

Shapes = dict[str, tuple[int, ...]]


# Looking at all of it


def read_graph(path: Path) -> Any:
    """Read the model at `path` and check all that it holds; a `ValueError`, or protobuf's own, says what is wrong."""
    import onnx  # takes 0.2 s, and only who opens a model needs it

    with path.open("rb") as file:
        raw = file.read(MAX_GRAPH_BYTES + 1)
    if len(raw) > MAX_GRAPH_BYTES:
        raise ValueError(f"it is larger than {MAX_GRAPH_BYTES >> 20} MiB; keep the weights in weights.safetensors")
    proto: Any = onnx.load_model_from_string(raw)
    proto.DiscardUnknownFields()
    for name in ("functions", "training_info", "configuration"):
        if len(getattr(proto, name, ())):
            raise ValueError(f"it holds {name.replace('_', ' ')}; only plain operators are run")
    if proto.graph.sparse_initializer or proto.graph.quantization_annotation:
        raise ValueError("it holds sparse or quantised tensors; only plain ones are read")
    if len(proto.graph.node) > MAX_NODES:
        raise ValueError(f"it has {len(proto.graph.node):,} operators; at most {MAX_NODES:,} are run")
    for node in proto.graph.node:
        _check_node(node)
    for tensor in proto.graph.initializer:
        if not _lies_elsewhere(tensor) and tensor.external_data:
            raise ValueError(f"the tensor {tensor.name[:80]} both lies in another file and does not")
    return proto


def elsewhere(proto: Any) -> list[Any]:
    """List the weights of a model whose data lie outside its graph."""
    return [tensor for tensor in proto.graph.initializer if _lies_elsewhere(tensor)]


def _check_node(node: Any) -> None:
    """Refuse an unknown operator, and one with a graph or another file's data among its attributes."""
    if node.domain not in ("", "ai.onnx") or node.op_type not in OPERATORS:
        raise ValueError(f"the operator {_named(node)} is not run here; use those of a feed-forward network")
    for attribute in node.attribute:
        # By what it holds, and not by the type that it claims.
        if unknown := {field.name for field, _ in attribute.ListFields()} - PLAIN:
            raise ValueError(f"{_named(node)} has an attribute with {min(unknown)}; it is not read")
        if attribute.HasField("t") and (_lies_elsewhere(attribute.t) or attribute.t.external_data):
            raise ValueError(f"a tensor of {_named(node)} lies in another file; only weights may")


def _lies_elsewhere(tensor: Any) -> bool:
    return bool(tensor.data_location != 0)


def _named(node: Any) -> str:
    domain = f"{node.domain[:40]}." if node.domain else ""
    return f"{domain}{node.op_type[:40]}"


# How much it takes


class Needs:
    """Tell what a run of a graph takes, from its operators alone: the shapes that it claims are passed over."""

    def __init__(self, proto: Any, rows: Shapes) -> None:
        """Look at a graph whose inputs are [n, *row], by their names."""
        from onnx import defs, helper

        graph = proto.graph
        held = {tensor.name for tensor in graph.initializer}
        taken = [value.name for value in graph.input if value.name not in held]
        if sorted(taken) != sorted(rows):
            count = "one input" if len(rows) == 1 else f"{len(rows)} inputs"
            raise ValueError(f"it must take {count}, {', '.join(map(repr, rows))}")
        self._rows = rows
        self.outputs = [value.name for value in graph.output]
        opset = next((each.version for each in proto.opset_import if each.domain in ("", "ai.onnx")), 1)
        self._nodes = [(node, defs.get_schema(node.op_type, opset, "")) for node in graph.node]
        self._types = {
            tensor.name: helper.make_tensor_type_proto(tensor.data_type, tensor.dims) for tensor in graph.initializer
        }
        self._values = {tensor.name: tensor for tensor in graph.initializer if _may_be_shape(tensor)}

    def of(self, rows: int) -> tuple[int, int]:
        """Return the most bytes that a run holds at one time and its multiplications; refuse what cannot be told."""
        shapes, sizes = self._inferred(rows)
        nodes = [node for node, _ in self._nodes]
        last = {name: number for number, node in enumerate(nodes) for name in node.input}
        alive, constant, peak, work = {name: sizes[name] for name in self._rows}, 0, 0, 0
        moving = set(self._rows)
        for number, node in enumerate(nodes):
            made = {name: sizes[name] for name in node.output if name}
            if moving.isdisjoint(node.input):
                constant += sum(made.values())
            else:
                moving |= made.keys()
                alive |= made
            more_work, more_bytes = _effort(node, shapes)
            work += more_work
            peak = max(peak, sum(alive.values()) + more_bytes)
            for name in node.input:
                if last[name] == number:
                    alive.pop(name, None)
        if constant > MAX_CONSTANT_BYTES:
            raise ValueError(f"its constants take {constant >> 20:,} MiB; at most {MAX_CONSTANT_BYTES >> 20} are made")
        return peak + constant, work

    def taken_again(self) -> int:
        """Return how many bytes of weights operators take that an operator before them has taken already."""
        _, sizes = self._inferred(1)
        moving, seen, again = set(self._rows), set[str](), 0
        for node, _ in self._nodes:
            if not moving.isdisjoint(node.input):
                moving |= set(node.output)
            for name in filter(None, node.input):
                if name in seen and name not in moving:
                    again += sizes[name]
                seen.add(name)
        return again

    def _inferred(self, rows: int) -> tuple[Shapes, dict[str, int]]:
        """Infer each tensor's shape and its bytes, one operator after another.

        Not by onnx for the graph as a whole: it takes as many gigabytes as a shape has numbers.
        """
        from onnx import helper, shape_inference

        types = self._types | {name: helper.make_tensor_type_proto(1, (rows, *row)) for name, row in self._rows.items()}
        shapes = {name: _shape(kind) for name, kind in types.items()}
        values = dict(self._values)
        for node, schema in self._nodes:
            for place in SHAPED.get(node.op_type, (1,) if node.op_type.startswith("Reduce") else ()):
                if place < len(node.input) and node.input[place] and node.input[place] not in values:
                    raise ValueError(
                        f"how much {_named(node)} makes ({node.input[place][:80]}) cannot be told beforehand"
                    )
            given = {name: types[name] for name in node.input if name}
            try:
                made = shape_inference.infer_node_outputs(schema, node, given, values)
            except Exception as error:  # of a class of its own
                fed = " and ".join(str(list(row)) for row in self._rows.values())
                raise ValueError(f"{rows} of {fed} do not fit it: {first_line(error)}") from None
            if node.op_type == "GroupNormalization":  # of which onnx says nothing
                made = {node.output[0]: given[node.input[0]]}
            for name in filter(None, node.output):
                shape = _shape(made[name]) if name in made else None
                if shape is None or len(shape) > MAX_AXES or min(shape, default=0) < 0:
                    raise ValueError(f"how much {_named(node)} makes ({name[:80]}) cannot be told beforehand")
                types[name], shapes[name] = made[name], shape
            if (value := _value(node, values, shapes)) is not None:
                values[node.output[0]] = value
        return shapes, {name: math.prod(shapes[name]) * _width(kind) for name, kind in types.items()}


def _shape(kind: Any) -> tuple[int, ...]:
    """Return a type's shape, with -1 where it is not known."""
    tensor = kind.tensor_type
    if not tensor.HasField("shape"):
        return (-1,)
    return tuple(dim.dim_value if dim.HasField("dim_value") else -1 for dim in tensor.shape.dim)


def _width(kind: Any) -> int:
    from onnx import helper

    return int(helper.tensor_dtype_to_np_dtype(kind.tensor_type.elem_type).itemsize)


def _may_be_shape(tensor: Any) -> bool:
    return not _lies_elsewhere(tensor) and len(tensor.dims) < 2 and math.prod(tensor.dims) <= MAX_AXES * 2


def _value(node: Any, values: dict[str, Any], shapes: Shapes) -> Any:
    """Compute what is used as a shape, or a number of rows, as a tensor; None where it is something else."""
    from onnx import numpy_helper

    if node.op_type == "Constant":
        held = next((each.t for each in node.attribute if each.name == "value"), None)
        if held is not None:
            return held if _may_be_shape(held) else None
        held = next((each.ints or each.i for each in node.attribute if each.name in ("value_int", "value_ints")), None)
        made = None if held is None else np.array(held, np.int64)
    elif node.op_type == "Shape":
        ends = {each.name: each.i for each in node.attribute}
        made = np.array(shapes[node.input[0]], np.int64)[ends.get("start") : ends.get("end")]
    elif node.op_type not in COMPUTED or any(name and name not in values for name in node.input):
        return None
    else:
        arrays = [numpy_helper.to_array(values[name]) for name in node.input if name]
        if any(array.dtype not in (np.int32, np.int64) for array in arrays):
            return None
        said = {each.name: _said(each) for each in node.attribute}
        try:
            made = COMPUTED[node.op_type](said, *arrays)
        except (ValueError, IndexError, TypeError):  # ONNX Runtime will say so too
            return None
    if made is None or made.ndim > 2 or made.size > MAX_AXES * 2 or made.shape != shapes[node.output[0]]:
        return None
    return numpy_helper.from_array(np.array(made), node.output[0])


def _said(attribute: Any) -> Any:
    from onnx import numpy_helper

    return numpy_helper.to_array(attribute.t) if attribute.HasField("t") else list(attribute.ints) or attribute.i


def _filled(said: dict[str, Any], shape: Any) -> Any:
    value = said.get("value")
    if value is None or value.dtype not in (np.int32, np.int64) or math.prod(map(int, shape)) > MAX_AXES * 2:
        return None
    return np.full(tuple(shape), value.ravel()[0])


def _sliced(said: dict[str, Any], data: Any, starts: Any, ends: Any, axes: Any = (0,), steps: Any = (1,)) -> Any:
    if data.ndim < 1 or len(starts) != 1 or list(axes) not in ([0], [-data.ndim]) or steps[0] == 0:
        return None
    return data[starts[0] : ends[0] : steps[0]]


def _axes(said: dict[str, Any], given: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(given[0].ravel()) if given else tuple(said["axes"])


def _effort(node: Any, shapes: Shapes) -> tuple[int, int]:
    """Return the multiplications of one operator and the bytes that it takes beside its inputs and outputs."""
    into = [math.prod(shapes[name]) for name in node.input if name in shapes]
    out = [math.prod(shapes[name]) for name in node.output if name]
    plain = sum(into) + sum(out)
    given = [shapes.get(name, ()) for name in node.input]
    if node.op_type == "MatMul":
        return plain + out[0] * given[0][-1], 0
    if node.op_type == "Gemm":
        turned = any(each.name == "transA" and each.i for each in node.attribute)
        return plain + out[0] * given[0][0 if turned else 1], 4 * out[0]
    if node.op_type == "Conv":
        kernel = math.prod(given[1][1:])
        columns = kernel * math.prod(shapes[node.output[0]][2:])
        # With more filters than places, and beyond two dimensions, all columns are laid out at once.
        whole = given[1][0] > math.prod(shapes[node.output[0]][2:]) or len(given[1]) != 4
        return plain + out[0] * kernel, 4 * columns if whole else 0
    if node.op_type == "ConvTranspose":
        kernel = math.prod(given[1][1:])
        return plain + into[0] * kernel, 4 * kernel * math.prod(given[0][2:])
    if node.op_type in ("AveragePool", "MaxPool", "LRN"):
        window = math.prod(next((each.ints for each in node.attribute if each.name == "kernel_shape"), ()))
        window *= next((each.i for each in node.attribute if each.name == "size"), 1)
        return plain + out[0] * max(window, 1), 0
    # Those that are made of several steps, and a cubic resampling, do no more than this for each number.
    return (64 * plain, 4 * 4 * plain) if node.op_type in COMPOSED else (8 * plain, 0)


PLAIN = {"name", "doc_string", "type", "f", "i", "s", "t", "floats", "ints", "strings"}
"""What an attribute may hold."""

COMPOSED = {"GroupNormalization", "LayerNormalization", "InstanceNormalization", "RMSNormalization", "LpNormalization"}
COMPOSED |= {"Gelu", "Mish", "Celu", "HardSwish", "Softplus", "Softmax", "LogSoftmax", "LRN", "Resize", "Swish"}
"""Made of several steps, each with a tensor of its own."""

SHAPED: dict[str, tuple[int, ...]] = dict.fromkeys(("Reshape", "Expand", "Tile", "Squeeze", "Unsqueeze", "Split"), (1,))
SHAPED |= {"ConstantOfShape": (0,), "Pad": (1, 3), "Resize": (1, 2, 3), "Slice": (1, 2, 3, 4)}
"""Which inputs say what shape the output has; of those that reduce it is the second."""

COMPUTED: dict[str, Callable[..., Any]] = {
    "Identity": lambda said, x: x,
    "Cast": lambda said, x: {6: np.int32, 7: np.int64}[said["to"]](x) if said["to"] in (6, 7) else None,
    "Concat": lambda said, *each: np.concatenate(each),
    "Gather": lambda said, x, i: x[i] if x.ndim == 1 else None,
    "Squeeze": lambda said, x, *axes: x.squeeze(_axes(said, axes) if axes or "axes" in said else None),
    "Unsqueeze": lambda said, x, *axes: np.expand_dims(x, _axes(said, axes)),
    "Slice": _sliced,
    "ConstantOfShape": _filled,
    "Reshape": lambda said, x, shape: x.reshape(shape) if (shape != 0).all() else None,
    "Transpose": lambda said, x: x.transpose(said.get("perm")),
    "Add": lambda said, a, b: a + b,
    "Sub": lambda said, a, b: a - b,
    "Mul": lambda said, a, b: a * b,
    "Div": lambda said, a, b: a // b if (a >= 0).all() and (b > 0).all() else None,
    "Mod": lambda said, a, b: a % b if not said.get("fmod") and (b > 0).all() else None,
    "Neg": lambda said, a: -a,
}
"""What exporters compute shapes with, and Keras the padding of convolutions with strides."""

_SINGLE = """
MatMul Gemm Conv ConvTranspose BatchNormalization Dropout AveragePool MaxPool GlobalAveragePool GlobalMaxPool
Relu LeakyRelu PRelu Elu Selu ThresholdedRelu Sigmoid HardSigmoid Tanh Softsign Erf
Abs Neg Exp Log Sqrt Reciprocal Sin Cos Floor Ceil Round Sign Clip Add Sub Mul Div Pow Mod Min Max Sum Mean
Where Equal Greater GreaterOrEqual Less LessOrEqual And Or Not IsNaN
ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ArgMax ArgMin CumSum
Reshape Flatten Squeeze Unsqueeze Transpose Concat Split Slice Gather DepthToSpace SpaceToDepth
Expand Tile Pad Identity Cast Constant ConstantOfShape Shape
"""
OPERATORS = COMPOSED | {*_SINGLE.split()}
"""All that a feed-forward network is made of: none of them loops, draws random numbers, or reads or writes a file."""
