"""A graph as it comes: read from a file with the files of its weights, or from bytes, and nothing of it run."""

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vae.errors import InputError
from vae.exchange.checks import MAX_BYTES
from vae.explore.strange_graphs import MAX_NODES

Source = bytes | Path
"""A graph: its file, with the files of its weights beside it, or its bytes, with its weights in them."""

OLDEST_OPSET = 8
"""Since then operators take rows of one shape with numbers of another, as ours before and behind theirs do."""

EXPORT = (
    "export both halves as ONNX (torch.onnx.export(encoder, (x,), 'encoder.onnx'), and the decoder likewise), or save "
    "the model from Python with vae.save(name, encoder, decoder, dataset=...)"
)

PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".joblib", ".sav")
OTHERS = {
    ".h5": "Keras weights",
    ".hdf5": "Keras weights",
    ".keras": "a Keras model",
    ".pb": "a TensorFlow graph",
    ".tflite": "a TensorFlow Lite graph",
    ".safetensors": "weights without the network that they belong to",
}
"""What people bring that is no graph of ONNX's, by the end of its name."""


@dataclass(frozen=True, eq=False)
class Raw:
    """A graph that was read: its proto with all weights in it, and where it comes from.

    does: "encoder" or "decoder", for sentences; name: of its file; sha256: of its file, or its bytes; beside: the
    SHA-256 of the files of its weights, by their names.
    """

    does: str
    name: str
    proto: Any
    sha256: str
    beside: dict[str, str]

    @property
    def opset(self) -> int:
        """Return the version of the operators."""
        return next((each.version for each in self.proto.opset_import if each.domain in ("", "ai.onnx")), 1)

    @property
    def producer(self) -> str:
        """Return what wrote it, in its own words."""
        return f"{self.proto.producer_name} {self.proto.producer_version}".strip()[:80] or "unknown"


def read(source: Source, does: str) -> Raw:
    """Read a graph that `does` "encoder" or "decoder"; `InputError` where it is none, damaged, or too large."""
    import onnx  # takes 0.2 s, and only who reads a graph needs it

    name = source.name if isinstance(source, Path) else f"the {does}"
    raw = _bytes_of(source, name)
    check_is_graph(raw, name)
    try:
        proto: Any = onnx.load_model_from_string(raw)
    except Exception:  # protobuf raises a class of its own
        raise InputError(f"{name} is no ONNX graph, or a damaged one; {EXPORT}.") from None
    if not proto.graph.node or not proto.graph.output:
        raise InputError(f"{name} is no ONNX graph with operators and an output; {EXPORT}.")
    proto.DiscardUnknownFields()
    beside = _take_along(proto, source.parent if isinstance(source, Path) else None, name, len(raw))
    found = Raw(does, name, proto, hashlib.sha256(raw).hexdigest(), beside)
    _check_opset(found)
    return found


def _bytes_of(source: Source, name: str) -> bytes:
    if isinstance(source, bytes):
        raw = source
    else:
        refuse_by_name(source)
        try:
            with source.open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            raise InputError(f"There is no file {source}; give the ONNX graph of the model's half.") from None
        except OSError as error:
            raise InputError(f"{source} cannot be read ({error.strerror}).") from None
    if len(raw) > MAX_BYTES:
        raise InputError(
            f"{name} is larger than {MAX_BYTES >> 20:,} MiB, too much to explore live; bring a smaller one."
        )
    return raw


def refuse_by_name(path: Path) -> None:
    """Refuse what is no ONNX graph by the end of its name, with what to do; a pickle is not even opened."""
    ending = path.suffix.lower()
    if ending in PICKLES:
        raise InputError(
            f"{path.name} is not opened: such a file is a Python pickle, which runs whatever code is in it as it is "
            f"read; {EXPORT}."
        )
    if ending in OTHERS:
        raise InputError(f"{path.name} is {OTHERS[ending]}, and no ONNX graph; {EXPORT}.")


def check_is_graph(raw: bytes, name: str) -> None:
    """Refuse bytes that begin as something else does, whatever their file is called."""
    if raw[:2] in (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05") or raw[:4] == b"PK\x03\x04":
        what = "a zip, as torch.save writes it around a pickle," if raw[:1] == b"P" else "a Python pickle"
        raise InputError(f"{name} is {what} and is not opened, because a pickle runs whatever code is in it; {EXPORT}.")
    if raw[:8] == b"\x89HDF\r\n\x1a\n":
        raise InputError(f"{name} is an HDF5 file, as Keras writes weights, and no ONNX graph; {EXPORT}.")


def _check_opset(raw: Raw) -> None:
    from onnx import defs

    newest, got = defs.onnx_opset_version(), raw.opset
    if got > newest:
        raise InputError(
            f"{raw.name} is written with opset {got}, newer than the {newest} that this version runs; export it with "
            f"opset_version={min(newest, 20)}."
        )
    if got < OLDEST_OPSET:
        raise InputError(f"{raw.name} is written with opset {got}; export it again with one from {OLDEST_OPSET} to 20.")


# Weights in files of their own


def _take_along(proto: Any, folder: Path | None, name: str, size: int) -> dict[str, str]:
    """Put weights that lie in other files into the graph; return the SHA-256 of these files, by their names."""
    files: dict[str, bytes] = {}
    for tensor in _tensors(proto):
        if tensor.data_location != 1:  # not EXTERNAL
            continue
        said = {entry.key: entry.value for entry in tensor.external_data}
        location = said.get("location", "")
        if location not in files:
            read = size + sum(map(len, files.values()))
            files[location] = _weights_file(folder, location, name, MAX_BYTES - read)
        tensor.raw_data = _part(files[location], tensor, said, name)
        tensor.ClearField("external_data")
        tensor.ClearField("data_location")
    return {location: hashlib.sha256(data).hexdigest() for location, data in sorted(files.items())}


def _tensors(proto: Any) -> list[Any]:
    """List the tensors of a graph, weights and constants."""
    constants = [
        attribute.t
        for nodes in (proto.graph.node, *(function.node for function in proto.functions))
        for node in nodes
        for attribute in node.attribute
        if attribute.HasField("t")
    ]
    return [*proto.graph.initializer, *constants]


def _weights_file(folder: Path | None, location: str, name: str, most: int) -> bytes:
    """Read a file of weights that lies beside the graph; no link, and no way to elsewhere."""
    if folder is None:
        raise InputError(
            f"{name} keeps its weights in another file, {location[:80]!r}; give the graph's file with that beside it, "
            "or export it with external_data=False."
        )
    path = folder / location
    if not location or Path(location).name != location or "\\" in location or path.is_symlink():
        raise InputError(
            f"{name} keeps its weights in {location[:80]!r}; only a plain file beside the graph is read. Export it "
            "again into one folder."
        )
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError:
        raise InputError(
            f"{name} keeps its weights in {location[:80]!r}, which is not beside it; copy that file there, or export "
            "with external_data=False."
        ) from None
    if len(data) > most:
        raise InputError(f"{name} and its weights are larger than {MAX_BYTES >> 20:,} MiB, too much to explore live.")
    return data


def _part(data: bytes, tensor: Any, said: dict[str, str], name: str) -> bytes:
    """Return the bytes of a tensor in a file of weights."""
    import onnx

    damaged = f"{name} and its file of weights do not belong together ({tensor.name[:80]}); export both again."
    try:
        kind = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
        offset = int(said.get("offset", 0))
        size = math.prod(tensor.dims) * kind.itemsize
        length = int(said.get("length", size))
    except (KeyError, ValueError, TypeError):
        raise InputError(damaged) from None
    if min(tensor.dims, default=1) < 0 or offset < 0 or length != size or offset + length > len(data):
        raise InputError(damaged)
    return data[offset : offset + length]


def count_expanded(proto: Any) -> int:
    """Count the operators that a graph has once its own functions stand in it, without putting them there.

    `InputError` where functions call each other in a circle, or there would be too many.
    """
    bodies = {(each.domain, each.name): each for each in proto.functions}
    counted: dict[tuple[str, str], int] = {}

    def count(key: tuple[str, str], above: frozenset[tuple[str, str]]) -> int:
        if key in above or len(above) > 50:
            raise InputError("The graph's functions call each other in a circle, or too deeply; export it again.")
        if key not in counted:
            inner = [(node.domain, node.op_type) for node in bodies[key].node]
            counted[key] = sum(count(each, above | {key}) if each in bodies else 1 for each in inner)
        return counted[key]

    outer = [(node.domain, node.op_type) for node in proto.graph.node]
    total = sum(count(each, frozenset()) if each in bodies else 1 for each in outer)
    if total > MAX_NODES:
        raise InputError(f"The graph has {total:,} operators with its functions; at most {MAX_NODES:,} are run.")
    return total
