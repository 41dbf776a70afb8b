"""Turn a module of torch into an ONNX graph, by torch's exporters."""

import io
import warnings
from contextlib import redirect_stdout
from typing import Any

import onnx
import onnxruntime as ort
import torch
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException
from torch import Tensor, nn

OPSET, IR = 20, 10
"""Versions of ONNX that a graph is written in."""


def export(module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], planned: bool = True) -> onnx.ModelProto:
    """Turn `module` into an ONNX graph with its weights; it takes any number of rows like those of `inputs`.

    Weights are left as they are, those of a `model` within it named as in that model's state dict. A module is traced,
    in hundredths of a second of a processor. One that goes another way for other inputs is a RuntimeError where all
    that it does is the project's own, `planned`; of a person's own torch's newer exporter then reads the source, which
    takes seconds.
    """
    module.eval()
    try:
        proto = _traced(module, inputs, outputs)
    except Exception:  # the exporter has classes of its own for each thing that it cannot do
        if planned:
            raise
        proto = _read(module, inputs, outputs)
    for node in [*proto.graph.node, *proto.graph.input, *proto.graph.output, *proto.graph.value_info, proto.graph]:
        node.ClearField("metadata_props")  # stack traces with this machine's paths
        node.ClearField("doc_string")
    proto.graph.ClearField("value_info")
    _name(proto.graph, outputs)
    return proto


def _traced(module: nn.Module, inputs: dict[str, Tensor], outputs: list[str]) -> onnx.ModelProto:
    named, file = [OURS + name for name in outputs], io.BytesIO()
    # It prints what it cannot do, and warns of what it has taken for fixed.
    with warnings.catch_warnings(record=True) as told, redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        torch.onnx.export(
            module,
            tuple(inputs.values()),
            file,  # type: ignore[arg-type]  # this exporter writes to any
            dynamo=False,
            input_names=list(inputs),
            output_names=named,
            dynamic_axes={name: {0: "n"} for name in [*inputs, *named]},
            opset_version=OPSET,
            do_constant_folding=False,  # it takes numbers of rows for constants that it cannot follow
            training=torch.onnx.TrainingMode.PRESERVE,  # no two layers are made one: every weight stays as it is
        )
    if taken := [str(one.message) for one in told if issubclass(one.category, torch.jit.TracerWarning)]:
        raise RuntimeError(f"The graph would hold for some inputs alone: {taken[0]}")
    proto = onnx.load_model_from_string(file.getvalue())
    proto.ir_version = IR
    _check_rows(proto, module, inputs)
    return proto


def _check_rows(proto: onnx.ModelProto, module: nn.Module, inputs: dict[str, Tensor]) -> None:
    """Raise RuntimeError where a graph does not hold for another number of rows than it was traced with."""
    more = {name: torch.cat([rows, rows[:1]]) for name, rows in inputs.items()}
    with torch.no_grad():
        out = module(*more.values())
    wanted = [tuple(each.shape) for each in (out if isinstance(out, tuple) else (out,))]
    runs = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    try:
        got = [each.shape for each in runs.run(None, {name: rows.numpy() for name, rows in more.items()})]
    except (Fail, InvalidArgument, RuntimeException) as error:
        raise RuntimeError(f"The graph would hold for some numbers of rows alone: {error}") from None
    if got != wanted:
        raise RuntimeError(f"The graph would hold for some numbers of rows alone: {got} for {wanted}.")


def _read(module: nn.Module, inputs: dict[str, Tensor], outputs: list[str]) -> onnx.ModelProto:
    rows = torch.export.Dim("n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # the exporter's own use of an older torch interface
        warnings.filterwarnings("ignore", "# The axis name")  # that inputs have as many rows as each other
        program = torch.onnx.export(
            module,
            tuple(inputs.values()),
            dynamo=True,
            # Else it puts layers together: a normalisation and a convolution become one whose weights are neither's.
            optimize=False,
            input_names=list(inputs),
            output_names=[OURS + name for name in outputs],
            dynamic_shapes=tuple({0: rows} for _ in inputs),
            verbose=False,
        )
    assert program is not None  # for the type checker: only the export to a file returns None
    _tidy(program)
    return program.model_proto


def _tidy(program: Any) -> None:
    """Work out what stands fast in a graph, such as lists of parts, and leave every weight as it is."""
    from onnxscript import optimizer

    def is_fixed(node: Any) -> bool | None:
        weights = (value for value in node.inputs if value is not None and value.is_initializer())
        return False if any(str(value.name).startswith("model.") for value in weights) else None

    optimizer.fold_constants(program.model, should_fold=is_fixed)
    optimizer.remove_unused_nodes(program.model)


OURS = "output."
"""Before the names of a graph's outputs while it is exported: an exporter calls what it computes by the operation, and
takes two values for one where an output is called so as well, as "mean" is."""


def _name(graph: onnx.GraphProto, outputs: list[str]) -> None:
    """Call weights as in the model's state dict, outputs as they are to be called, and what is within by numbers."""
    names = {OURS + name: name for name in outputs}
    names |= {tensor.name: tensor.name.removeprefix("model.") for tensor in graph.initializer if "." in tensor.name}
    within = (name for node in graph.node for name in node.output if name not in names)
    names |= {name: f"v{number}" for number, name in enumerate(within)}
    for named in (*graph.initializer, *graph.output):
        named.name = names.get(named.name, named.name)
    for node in graph.node:
        node.ClearField("name")
        for places in (node.input, node.output):
            places[:] = [names.get(name, name) for name in places]
