"""Write a trained model as a folder: two ONNX graphs that read their weights in place from one safetensors file."""

import json
import os
import sys
import warnings
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import numpy as np
import onnx
import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn

from vae.errors import InputError, first_line
from vae.files import check_header
from vae.library.cards import Card
from vae.library.shelf import check_files
from vae.models import FAMILIES
from vae.models.gaussian import GaussianVAE
from vae.runs.shelf import read_config
from vae.runs.snapshots import read_probe


class _Encode(nn.Module):
    def __init__(self, model: GaussianVAE) -> None:
        super().__init__()
        self.encoder = model.encoder

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return mean, log_variance


class _Expect(nn.Module):
    def __init__(self, model: GaussianVAE) -> None:
        super().__init__()
        self.decoder, self.bernoulli = model.decoder, model.likelihood == "bernoulli"

    def forward(self, z: Tensor) -> Tensor:
        out = self.decoder(z)
        return out.sigmoid() if self.bernoulli else out.clamp(0, 1)


def write_graphs(model: GaussianVAE, folder: Path) -> None:
    """Write `weights.safetensors`, `encoder.onnx` and `decoder.onnx` into `folder`.

    The graphs hold no weights of their own: ONNX's external data points at the bytes in `weights.safetensors`, so that
    each number is on disk once.
    """
    weights = folder / "weights.safetensors"
    weights.write_bytes(save({name: p.detach().contiguous() for name, p in model.state_dict().items()}))
    places = _places(weights)
    x = torch.rand(2, *model.image_shape)
    z = torch.rand(2, model.latent_dims)
    model.eval()
    _write_graph(_Encode(model), x, "x", ["mean", "log_variance"], places, folder / "encoder.onnx")
    _write_graph(_Expect(model), z, "z", ["expected"], places, folder / "decoder.onnx")


def _write_graph(
    module: nn.Module, example: Tensor, name: str, outputs: list[str], places: dict[str, tuple[int, int]], path: Path
) -> None:
    proto = export(module, example, name, outputs)
    for tensor in proto.graph.initializer:
        if tensor.name in places:
            _point(tensor, *places[tensor.name])
    path.write_bytes(proto.SerializeToString())


def write_decoder_graph(model: GaussianVAE, path: Path) -> None:
    """Write the decoder's graph to `path` without any weights: who opens it brings those of one moment of training.

    Its external data are named as in the model's state dict, `decoder.…`. Raises OSError where it cannot be written;
    a folder that has gone is not made again.
    """
    bare, draw = deepcopy(model), torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weights in bare.parameters():  # the exporter makes one of two that are alike, such as zeros at the start
            weights.normal_(generator=draw)
    proto = export(_Expect(bare), torch.rand(2, model.latent_dims), "z", ["expected"])
    names = {f"decoder.{name}" for name in model.decoder.state_dict()}
    for tensor in proto.graph.initializer:
        if tensor.name in names:
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="weights")
            names.remove(tensor.name)
    if names:
        raise RuntimeError(f"The exporter has done away with {sorted(names)}; a moment could not bring its own.")
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        temporary.write_bytes(proto.SerializeToString())
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def export(module: nn.Module, example: Tensor, name: str, outputs: list[str]) -> onnx.ModelProto:
    """Turn `module` into an ONNX graph with its weights; it takes any number of rows like those of `example`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # the exporter's own use of an older torch interface
        program = torch.onnx.export(
            module.eval(),
            (example,),
            dynamo=True,
            input_names=[name],
            output_names=outputs,
            dynamic_shapes=({0: torch.export.Dim("n")},),
            verbose=False,
        )
    assert program is not None  # for the type checker: only the export to a file returns None
    proto = program.model_proto
    for node in [*proto.graph.node, *proto.graph.input, *proto.graph.output, *proto.graph.value_info, proto.graph]:
        node.ClearField("metadata_props")  # stack traces with this machine's paths
        node.ClearField("doc_string")
    proto.graph.ClearField("value_info")
    return proto


def _point(tensor: onnx.TensorProto, offset: int, length: int) -> None:
    """Replace a tensor's bytes by where they lie in `weights.safetensors`."""
    if len(tensor.raw_data) != length:
        raise RuntimeError(f"{tensor.name}: the exporter changed the weights' layout; keep them in the graph instead.")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "weights.safetensors"), ("offset", offset), ("length", length)):
        tensor.external_data.add(key=key, value=str(value))


def _places(weights: Path) -> dict[str, tuple[int, int]]:
    """Read each tensor's offset and length in bytes from the header of a safetensors file."""
    raw = weights.read_bytes()
    length = int(np.frombuffer(raw, "<u8", count=1)[0])
    header = json.loads(raw[8 : 8 + length])
    return {
        name: (8 + length + entry["data_offsets"][0], entry["data_offsets"][1] - entry["data_offsets"][0])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def load_model(card: Card, folder: Path) -> GaussianVAE:
    """Build the model that `card` describes and fill it from `weights.safetensors`.

    Raises `InputError` for a family or network that is unknown here, and for files that are damaged or do not fit.
    """
    if card.family not in FAMILIES:
        raise InputError(f"{folder}: family {card.family!r} is unknown here; it can be explored but not measured.")
    check_files(card, folder)
    width, depth = card.training.get("width"), card.training.get("depth")
    try:
        model = FAMILIES[card.family](card.image_shape, card.latent.dims, card.network, width, depth, card.likelihood)
        model.load_state_dict(load_file(check_header(folder / "weights.safetensors")))
    except InputError:
        raise
    except Exception as error:  # safetensors and torch raise classes of their own
        raise InputError(
            f"{folder / 'weights.safetensors'} does not fit the model on the card ({first_line(error)}); "
            "restore it, or train the model again."
        ) from None
    return model.eval()


def main(run: Path) -> None:
    """Write `snapshots/decoder.onnx` of the run in the folder `run`, beside its training: it takes some seconds."""
    config = read_config(run)
    height, width, channels = read_probe(run)["originals"].shape[1:]
    model = FAMILIES["gaussian"](
        (channels, height, width), config.latent_dims, config.network, config.width, config.depth, config.likelihood
    )
    torch.set_num_threads(1)
    write_decoder_graph(model, run / "snapshots" / "decoder.onnx")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
