"""Write a trained model as a folder: ONNX graphs that read their weights in place from one safetensors file."""

import json
import os
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import numpy as np
import onnx
import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn

from vae.config import TrainConfig
from vae.errors import InputError, first_line
from vae.families import FAMILIES
from vae.files import check_header
from vae.library.cards import GRAPHS, Card
from vae.library.shelf import check_files
from vae.models.build import build_model
from vae.models.model import Model
from vae.networks.exporter import export
from vae.python_files import address_of


class _Encode(nn.Module):
    """Things, and what is told of them, to the centres of their codes; and where there are, spreads and nats."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model
        self.outputs = ["mean", "spread", "nats"] if model.costs else ["mean"]

    def forward(self, x: Tensor, given: Tensor | None = None) -> tuple[Tensor, ...]:
        belief = self.model.encode(x, given)
        spread, nats = belief.spread(), belief.nats()
        return (belief.centre,) if spread is None or nats is None else (belief.centre, spread, nats)


class _Expect(nn.Module):
    """Codes, and what is told beside them, to the expected things."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model, self.bounds = model, model.kind.bounds

    def forward(self, z: Tensor, given: Tensor | None = None) -> Tensor:
        mean = self.model.decode(z, given).mean
        return mean.clamp(*self.bounds) if self.bounds is not None and self.model.says.scale else mean


class _Draw(nn.Module):
    """Standard normal noise to codes drawn from the prior."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, noise: Tensor) -> Tensor:
        return self.model.draw(noise)


class _Cost(nn.Module):
    """Codes, things, and what is told beside them, to what the things cost: -log p(x|z), [n] nats."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, z: Tensor, x: Tensor, given: Tensor | None = None) -> Tensor:
        return -self.model.decode(z, self.model.told_by(x, given)).log_prob(x)


class _Sample(nn.Module):
    """Codes, even numbers in (0, 1), and what is told beside them, to draws of things from p(x|z)."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, z: Tensor, even: Tensor, given: Tensor | None = None) -> Tensor:
        return self.model.decode(z, given).sample(even)


class _Predict(nn.Module):
    """Codes to the attribute that the head tells by them, [n]."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        assert model.head is not None
        self.model, self.head = model, model.head

    def forward(self, z: Tensor) -> Tensor:
        told: Tensor = self.head(z)
        return told


def write_graphs(model: Model, folder: Path, drawn: bool = False) -> None:
    """Write `weights.safetensors`, `decoder.onnx`, where there is one `encoder.onnx`, and `draw.onnx` where `drawn`.

    drawn: whether codes are drawn by a graph. Where a likelihood is more than what it expects, `cost.onnx` says what
    things cost, and `sample.onnx` draws them; where there is a head, `predict.onnx` says what it tells. The graphs hold
    no weights of their own: ONNX's external data points at the bytes in `weights.safetensors`, so that each number is
    on disk once.
    """
    weights = folder / "weights.safetensors"
    weights.write_bytes(save({name: p.detach().contiguous() for name, p in model.kept.items()}))
    places = _places(weights)
    model.eval()
    x, z, noise = torch.rand(2, *model.image_shape), torch.rand(2, model.latent_dims), torch.randn(2, model.dice)
    channels, *size = model.image_shape
    told, classes = _told(model), _classes(model)
    with model.still():
        if model.encodes:
            encode = _Encode(model)
            _write_graph(encode, {"x": x} | classes, encode.outputs, places, folder / GRAPHS["encode"])
        _write_graph(_Expect(model), {"z": z} | told, ["expected"], places, folder / GRAPHS["decode"])
        if not model.says.told:
            even = torch.rand(2, model.says.dice(channels), *size)
            _write_graph(_Cost(model), {"z": z, "x": x} | classes, ["nats"], places, folder / GRAPHS["cost"])
            _write_graph(_Sample(model), {"z": z, "even": even} | told, ["drawn"], places, folder / GRAPHS["sample"])
        if model.head is not None:
            _write_graph(_Predict(model), {"z": z}, ["value"], places, folder / GRAPHS["predict"])
        if drawn:
            _write_graph(_Draw(model), {"noise": noise}, ["z"], places, folder / GRAPHS["draw"])


def _told(model: Model) -> dict[str, Tensor]:
    """Return what a decoder is told beside the code, by the input's name."""
    part = model.told_by(torch.rand(2, *model.image_shape))
    return _classes(model) if part is None else {"part": part}


def _classes(model: Model) -> dict[str, Tensor]:
    return {"given": torch.eye(model.told)[torch.zeros(2, dtype=torch.int64)]} if model.told else {}


def _write_graph(
    module: _Encode | _Expect | _Cost | _Sample | _Predict | _Draw,
    inputs: dict[str, Tensor],
    outputs: list[str],
    places: dict[str, tuple[int, int]],
    path: Path,
) -> None:
    proto = export(module, inputs, outputs, module.model.planned)
    for tensor in proto.graph.initializer:
        if tensor.name in places:
            _point(tensor, *places[tensor.name])
    path.write_bytes(proto.SerializeToString())


def write_decoder_graph(model: Model, path: Path) -> None:
    """Write the decoder's graph to `path` without any weights: who opens it brings those of one moment of training.

    External data are named as in the model's state dict, `decoder.…`. Raises OSError where it cannot be written; a
    folder that has gone is not made again.
    """
    proto = _export_bare(model)
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        temporary.write_bytes(proto.SerializeToString())
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _export_bare(model: Model) -> onnx.ModelProto:
    """Export the decoder without weights, whatever they are: of two that are alike the exporter would make one."""
    bare, draw = deepcopy(model), torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weights in bare.parameters():
            weights.normal_(generator=draw)
        for kept in bare.buffers():
            if kept.is_floating_point():
                kept.uniform_(0.5, 1.5, generator=draw)
    example = {"z": torch.rand(2, model.latent_dims, generator=draw)} | _told(model)
    proto = export(_Expect(bare), example, ["expected"], model.planned)
    if (lost := _empty(proto.graph, model)) and model.planned:  # a person's own may have weights that it does not use
        raise RuntimeError(f"The exporter has done away with {sorted(lost)}; a moment could not bring its own.")
    return proto


def _empty(graph: onnx.GraphProto, model: Model) -> set[str]:
    """Take the decoder's weights out of a graph; return the names of those that it has not."""
    kept = model.decoder.state_dict()
    names = {f"decoder.{name}" for name, value in kept.items() if value.is_floating_point()}
    for tensor in graph.initializer:
        if tensor.name in names:
            tensor.ClearField("raw_data")
            tensor.ClearField("external_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="weights")
            names.remove(tensor.name)
    return names


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


def load_model(card: Card, folder: Path) -> Model:
    """Build the model that `card` describes and fill it from `weights.safetensors`.

    Raises `InputError` for a family or network that is unknown here, and for files that are damaged or do not fit.
    """
    if address_of(card.network):
        raise InputError(f"{folder}: its network came from a file, and is here as two graphs; use these.")
    if card.family not in FAMILIES:
        raise InputError(f"{folder}: family {card.family!r} is unknown here; it can be explored but not measured.")
    check_files(card, folder)
    told = card.training
    try:
        config = TrainConfig(
            family=card.family,
            network=card.network,
            latent_dims=card.latent.dims,
            width=told.get("width"),
            depth=told.get("depth"),
            likelihood=card.likelihood,
            options=told.get("options", {}),
            predict=card.predicts or None,
            predict_weight=told.get("predict_weight", TrainConfig.predict_weight),
        )
        model = build_model(config, card.item, card.told)
        # Strictly, but for what only training needs.
        model.load_state_dict(
            model.state_dict() | _exactly(load_file(check_header(folder / "weights.safetensors")), model)
        )
    except InputError:
        raise
    except Exception as error:  # safetensors and torch raise classes of their own
        raise InputError(
            f"{folder / 'weights.safetensors'} does not fit the model on the card ({first_line(error)}); "
            "restore it, or train the model again."
        ) from None
    return model.eval()


def _exactly(weights: dict[str, Tensor], model: Model) -> dict[str, Tensor]:
    """Return weights that are all that a model keeps; `ValueError` names one that is missing."""
    if missing := model.kept.keys() - weights.keys():
        raise ValueError(f"{min(missing)} is missing")
    return weights
