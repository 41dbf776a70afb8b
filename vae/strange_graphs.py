"""A graph that may have come from anywhere, looked at as a whole before ONNX Runtime sees a byte of it.

Its operators are those of feed-forward networks, its tensors lie in the file itself or are handed in by who opens it,
and for each number of rows it is known beforehand what a run makes and how much.
"""

import math
import threading
from pathlib import Path
from typing import Any

from vae.errors import first_line

MAX_GRAPH_BYTES = 256 << 20
"""Of a graph's own file, weights within it included; those of our own lie in weights.safetensors and may be more."""

MAX_NODES = 5000
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

    def __init__(self, proto: Any, input: str, row: tuple[int, ...]) -> None:
        import onnx

        graph = proto.graph
        held = {tensor.name for tensor in graph.initializer}
        if [value.name for value in graph.input if value.name not in held] != [input]:
            raise ValueError(f"it must take one input, {input!r}")
        self._lock, self._input, self._row = threading.Lock(), input, row
        self._bare: Any = onnx.ModelProto(ir_version=proto.ir_version, opset_import=proto.opset_import)
        self._bare.graph.name = "bare"
        self._bare.graph.output.extend(onnx.ValueInfoProto(name=value.name) for value in graph.output)
        for tensor in graph.initializer:
            self._hold(tensor.name, tensor)
        for node in graph.node:
            if node.op_type == "Constant" and node.attribute[0].HasField("t"):
                self._hold(node.output[0], node.attribute[0].t)
            else:
                self._bare.graph.node.append(node)

    def _hold(self, name: str, tensor: Any) -> None:
        """Keep a tensor's shape, and its data where they may be a shape in their turn."""
        few = math.prod(tensor.dims) <= 256 and not _lies_elsewhere(tensor)
        held = self._bare.graph.initializer.add()
        if few:
            held.CopyFrom(tensor)
        else:
            held.dims.extend(tensor.dims)
            held.data_type, held.data_location = tensor.data_type, 1
        held.name = name

    def of(self, rows: int) -> tuple[int, int]:
        """Return the most bytes that a run holds at one time and its multiplications; refuse what cannot be told."""
        shapes, sizes = self._inferred(rows)
        nodes = self._bare.graph.node
        last = {name: number for number, node in enumerate(nodes) for name in node.input}
        alive, constant, peak, work = {self._input: sizes[self._input]}, 0, 0, 0
        moving = {self._input}
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

    def _inferred(self, rows: int) -> tuple[Shapes, dict[str, int]]:
        """Infer each tensor's shape and its bytes."""
        import onnx

        with self._lock:
            del self._bare.graph.input[:]
            given = onnx.helper.make_tensor_value_info(self._input, onnx.TensorProto.FLOAT, (rows, *self._row))
            self._bare.graph.input.append(given)
            try:
                graph = onnx.shape_inference.infer_shapes(self._bare, strict_mode=True, data_prop=True).graph
            except Exception as error:  # of a class of its own
                raise ValueError(f"{rows} of {list(self._row)} do not fit it: {first_line(error)}") from None
        shapes: Shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
        types = {tensor.name: tensor.data_type for tensor in graph.initializer}
        for value in (*graph.input, *graph.value_info, *graph.output):
            tensor = value.type.tensor_type
            if tensor.HasField("shape") and all(dim.HasField("dim_value") for dim in tensor.shape.dim):
                shapes[value.name] = tuple(dim.dim_value for dim in tensor.shape.dim)
                types[value.name] = tensor.elem_type
        for node in self._bare.graph.node:
            for name in node.output:
                if name and (name not in shapes or min(shapes[name], default=0) < 0):
                    raise ValueError(f"how much {_named(node)} makes ({name[:80]}) cannot be told beforehand")
        wide = {kind: onnx.helper.tensor_dtype_to_np_dtype(kind).itemsize for kind in {*types.values()}}
        return shapes, {name: math.prod(shape) * wide[types[name]] for name, shape in shapes.items()}


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
    return 64 * plain, 4 * 4 * plain if node.op_type in COMPOSED else 0


PLAIN = {"name", "doc_string", "type", "f", "i", "s", "t", "floats", "ints", "strings"}
"""What an attribute may hold."""

COMPOSED = {"GroupNormalization", "LayerNormalization", "InstanceNormalization", "RMSNormalization", "LpNormalization"}
COMPOSED |= {"Gelu", "Mish", "Celu", "HardSwish", "Softplus", "Softmax", "LogSoftmax", "LRN", "Resize", "Swish"}
"""Made of several steps, each with a tensor of its own."""

_SINGLE = """
MatMul Gemm Conv ConvTranspose BatchNormalization Dropout AveragePool MaxPool GlobalAveragePool GlobalMaxPool
Relu LeakyRelu PRelu Elu Selu ThresholdedRelu Sigmoid HardSigmoid Tanh Softsign Erf
Abs Neg Exp Log Sqrt Reciprocal Sin Cos Floor Ceil Round Sign Clip Add Sub Mul Div Pow Mod Min Max Sum Mean
Where Equal Greater GreaterOrEqual Less LessOrEqual And Or Not
ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare
Reshape Flatten Squeeze Unsqueeze Transpose Concat Split Slice Gather DepthToSpace SpaceToDepth
Expand Tile Pad Identity Cast Constant ConstantOfShape Shape
"""
OPERATORS = COMPOSED | {*_SINGLE.split()}
"""All that a feed-forward network is made of: none of them loops, draws random numbers, or reads or writes a file."""
