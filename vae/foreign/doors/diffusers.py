"""A folder in which diffusers saved an `AutoencoderKL`: the network by its config.json, the numbers by safetensors.

The image autoencoder of latent diffusion (Rombach et al. 2022, "High-resolution image synthesis with latent diffusion
models", arXiv 2112.10752), laid out as diffusers/models/autoencoders/vae.py of version 0.35.2 does. Codes are what
`vae.encode(x).latent_dist` says and `vae.decode(z).sample` takes: `scaling_factor`, with which pipelines multiply
them, is left to the pipelines. Images are in [-1, 1], codes [c, h, w] are laid out as one row of numbers.
"""

from dataclasses import dataclass
from math import prod, sqrt
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from safetensors import SafetensorError, safe_open

from vae.datasets.dataset import Dataset
from vae.errors import InputError, first_line
from vae.exchange.checks import MAX_BYTES
from vae.files import DAMAGED_JSON, check_header
from vae.foreign.doors.halves import Halves, Writing
from vae.foreign.graphs.reading import EXPORT
from vae.library.cards import MAX_LATENT_DIMS

SETTINGS, KIND = "config.json", "AutoencoderKL"
WEIGHTS = ("diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.fp16.safetensors")
MAX_SETTINGS = 1 << 16
TINY = 1e-6
"""What its normalisations add to a variance."""

BOUNDS = (-30.0, 20.0)
"""Of the logarithm of the variance, by `DiagonalGaussianDistribution`."""

OLD = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
"""What files from before version 0.18 call the parts of the attention."""


@dataclass(frozen=True)
class Plan:
    """A network by its settings. widths: channels of each resolution, the finest first; size: (height, width)."""

    pixels: tuple[int, int]
    """Channels that go in and come out."""
    widths: tuple[int, ...]
    layers: int
    latent: int
    groups: int
    size: tuple[int, int]
    moments: bool
    """Whether a convolution of one pixel follows the encoder."""
    before: bool
    """Whether one precedes the decoder."""
    attention: bool

    @property
    def code(self) -> tuple[int, int, int]:
        """Return the shape of a code."""
        factor = 1 << (len(self.widths) - 1)
        return self.latent, self.size[0] // factor, self.size[1] // factor


def is_here(folder: Path) -> bool:
    """Say whether a folder is one in which diffusers saved an `AutoencoderKL`."""
    try:
        return _settings(folder).get("_class_name") == KIND
    except InputError:
        return False


def read(folder: Path, data: Dataset | None) -> Halves:
    """Read a model that diffusers saved; its images are as large as those of `data`, without it as its settings say.

    Raises `InputError` for layers other than those of `AutoencoderKL`, for weights that are missing, are a pickle or
    do not fit, and for codes of more numbers than are opened here.
    """
    plan = _plan(folder, data)
    dims = prod(plan.code)
    if not 0 < dims <= MAX_LATENT_DIMS:
        raise InputError(
            f"{folder.name} turns images of {plan.size[0]} × {plan.size[1]} into codes of {dims:,} numbers, "
            f"{' × '.join(map(str, plan.code))}; 1 to {MAX_LATENT_DIMS} are opened here. Its sample_size, or the data "
            "set that you name, says how large its images are."
        )
    layers = _Layers(_weights(folder), plan)
    return Halves(layers.encoder(), layers.decoder(), folder.resolve().name)


def _settings(folder: Path) -> dict[str, Any]:
    path = folder / SETTINGS
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(MAX_SETTINGS + 1), type=dict[str, Any])
    except (OSError, *DAMAGED_JSON):
        raise InputError(f"{path} is damaged; save the model again.") from None


def _plan(folder: Path, data: Dataset | None) -> Plan:
    said = _settings(folder)
    widths = said.get("block_out_channels", [64])
    count = len(widths) if isinstance(widths, list) else 0
    for key, known, default in (
        ("down_block_types", ["DownEncoderBlock2D"] * count, ["DownEncoderBlock2D"]),
        ("up_block_types", ["UpDecoderBlock2D"] * count, ["UpDecoderBlock2D"]),
        ("act_fn", "silu", "silu"),
    ):
        if (got := said.get(key, default)) != known:
            raise InputError(f"{folder / SETTINGS} says {key} {str(got)[:80]}, and only {known} is read; {EXPORT}.")
    side = said.get("sample_size", 32)
    numbers = {
        key: said.get(key, usual)
        for key, usual in (("in_channels", 3), ("out_channels", 3), ("layers_per_block", 1), ("latent_channels", 4))
    } | {"norm_num_groups": said.get("norm_num_groups", 32)}
    size = side if isinstance(side, list) else [side, side]
    if not (all(map(_is_size, [*widths, *numbers.values(), *size])) and len(size) == 2 and count < 9):
        raise InputError(f"{folder / SETTINGS} does not say the sizes of its layers; save the model again.")
    if data is not None and data.kind == "image" and data.item.shape[2] == numbers["in_channels"]:
        size = list(data.item.shape[:2])
    if any(one % (1 << (count - 1)) for one in size):
        raise InputError(
            f"{folder.name} halves images {count - 1} times, and those of {size[0]} × {size[1]} cannot be halved so "
            "often; name a data set of images that can be."
        )
    return Plan(
        (numbers["in_channels"], numbers["out_channels"]),
        tuple(widths),
        numbers["layers_per_block"],
        numbers["latent_channels"],
        numbers["norm_num_groups"],
        (size[0], size[1]),
        bool(said.get("use_quant_conv", True)),
        bool(said.get("use_post_quant_conv", True)),
        bool(said.get("mid_block_add_attention", True)),
    )


def _is_size(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number < 1 << 16


def _weights(folder: Path) -> dict[str, np.ndarray]:
    """Read all weights, as float32."""
    path = next((folder / name for name in WEIGHTS if (folder / name).is_file()), None)
    if path is None:
        if (bare := folder / WEIGHTS[0].replace(".safetensors", ".bin")).exists():
            raise InputError(
                f"{bare.name} is not opened: it is a Python pickle, which runs whatever code is in it. Save the model "
                "again with model.save_pretrained(folder, safe_serialization=True)."
            )
        raise InputError(f"The weights are still missing: add {WEIGHTS[0]}, which lies beside {SETTINGS}.")
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path.name} is larger than {MAX_BYTES >> 20:,} MiB, too much to explore live.")
    try:
        with safe_open(check_header(path), framework="np") as tensors:
            return {name: tensors.get_tensor(name).astype(np.float32) for name in tensors.keys()}  # noqa: SIM118
    except (OSError, TypeError, SafetensorError) as error:  # numpy has no bfloat16
        raise InputError(
            f"{path.name} cannot be read as float32 ({first_line(error)}); save the model again in that."
        ) from None


class _Layers:
    """Its two halves, written layer by layer as ONNX operators."""

    def __init__(self, weights: dict[str, np.ndarray], plan: Plan) -> None:
        self.weights, self.plan = weights, plan
        self.graph, self.size = Writing(), plan.size

    def encoder(self) -> bytes:
        """Images [n, c, h, w] to the mean of their codes and the logarithm of its variance, each [n, code]."""
        plan, self.graph, self.size = self.plan, Writing(), self.plan.size
        x, width = self._conv("x", "encoder.conv_in", plan.pixels[0], plan.widths[0]), plan.widths[0]
        for block, wider in enumerate(plan.widths):
            for layer in range(plan.layers):
                x = self._residual(x, f"encoder.down_blocks.{block}.resnets.{layer}", width, wider)
                width = wider
            if block < len(plan.widths) - 1:
                x = self._conv(x, f"encoder.down_blocks.{block}.downsamplers.0.conv", width, width, halve=True)
        x = self._ends(self._middle(x, "encoder", width), "encoder", width, 2 * plan.latent)
        if plan.moments:
            x = self._conv(x, "quant_conv", 2 * plan.latent, 2 * plan.latent, side=1)
        dims = prod(plan.code)
        moments = self.graph.shaped(x, 2 * dims)
        sides = (self._cut(moments, 0, dims), self._cut(moments, dims, 2 * dims))
        self.graph.add("Identity", sides[0], name="mean")
        self.graph.add("Clip", sides[1], *(self.graph.weights(end) for end in BOUNDS), name="log_variance")
        return self.graph.bytes(
            {"x": (plan.pixels[0], *plan.size)}, {"mean": (dims,), "log_variance": (dims,)}, _PRODUCER
        )

    def decoder(self) -> bytes:
        """Codes [n, code] to images [n, c, h, w]."""
        plan, self.graph, self.size = self.plan, Writing(), self.plan.code[1:]
        x, width = self.graph.shaped("z", *plan.code), plan.widths[-1]
        if plan.before:
            x = self._conv(x, "post_quant_conv", plan.latent, plan.latent, side=1)
        x = self._middle(self._conv(x, "decoder.conv_in", plan.latent, width), "decoder", width)
        for block, narrower in enumerate(reversed(plan.widths)):
            for layer in range(plan.layers + 1):
                x = self._residual(x, f"decoder.up_blocks.{block}.resnets.{layer}", width, narrower)
                width = narrower
            if block < len(plan.widths) - 1:
                x = self._conv(self._doubled(x), f"decoder.up_blocks.{block}.upsamplers.0.conv", width, width)
        x = self._ends(x, "decoder", width, plan.pixels[1])
        self.graph.add("Identity", x, name="sample")
        return self.graph.bytes({"z": (prod(plan.code),)}, {"sample": (plan.pixels[1], *plan.size)}, _PRODUCER)

    def _take(self, name: str, *shape: int) -> np.ndarray:
        for known in (name, *(name.replace(f".{new}.", f".{old}.") for new, old in OLD.items() if f".{new}." in name)):
            array = self.weights.get(known)
            if array is not None and array.size == prod(shape):  # older files have some units as convolutions
                return array.reshape(shape)
        got = self.weights.get(name)
        what = f"has it as {list(got.shape)}" if got is not None else "has it not"
        raise InputError(
            f"The weights do not fit {SETTINGS}: it asks for {name} of {list(shape)}, and the file {what}; save the "
            "model again."
        )

    def _conv(self, x: str, name: str, into: int, out: int, *, side: int = 3, halve: bool = False) -> str:
        around = [0, 0, 1, 1] if halve else [side // 2] * 4
        if halve:
            self.size = self.size[0] // 2, self.size[1] // 2
        kernel, bias = self._take(f"{name}.weight", out, into, side, side), self._take(f"{name}.bias", out)
        held = self.graph.weights(kernel), self.graph.weights(bias)
        return self.graph.add("Conv", x, *held, pads=around, strides=[1 + halve] * 2, kernel_shape=[side] * 2)

    def _normal(self, x: str, name: str, width: int) -> str:
        """Normalise groups of channels together (Wu & He 2018, arXiv 1803.08494), then scale each channel."""
        graph, groups, shape = self.graph, self.plan.groups, (width, *self.size)
        if width % groups:
            raise InputError(f"{SETTINGS} says {width} channels in {groups} groups, which cannot be; save it again.")
        one, none = graph.weights(np.ones(groups)), graph.weights(np.zeros(groups))
        rows = graph.shaped(x, groups, prod(shape) // groups)
        x = graph.shaped(graph.add("InstanceNormalization", rows, one, none, epsilon=TINY), *shape)
        scale, shift = (self._take(f"{name}.{part}", width).reshape(width, 1, 1) for part in ("weight", "bias"))
        return graph.add("Add", graph.add("Mul", x, graph.weights(scale)), graph.weights(shift))

    def _bent(self, x: str) -> str:
        return self.graph.add("Mul", x, self.graph.add("Sigmoid", x))

    def _residual(self, x: str, name: str, into: int, out: int) -> str:
        h = self._conv(self._bent(self._normal(x, f"{name}.norm1", into)), f"{name}.conv1", into, out)
        h = self._conv(self._bent(self._normal(h, f"{name}.norm2", out)), f"{name}.conv2", out, out)
        if into != out:
            x = self._conv(x, f"{name}.conv_shortcut", into, out, side=1)
        return self.graph.add("Add", x, h)

    def _middle(self, x: str, half: str, width: int) -> str:
        x = self._residual(x, f"{half}.mid_block.resnets.0", width, width)
        if self.plan.attention:
            x = self._attention(x, f"{half}.mid_block.attentions.0", width)
        return self._residual(x, f"{half}.mid_block.resnets.1", width, width)

    def _attention(self, x: str, name: str, width: int) -> str:
        """Let every place look at all others, with one head (Vaswani et al. 2017, arXiv 1706.03762)."""
        graph, places = self.graph, prod(self.size)
        rows = graph.shaped(self._normal(x, f"{name}.group_norm", width), width, places)
        rows = graph.add("Transpose", rows, perm=[0, 2, 1])
        asked, kept, said = (self._units(rows, f"{name}.to_{part}", width) for part in "qkv")
        alike = graph.add("MatMul", asked, graph.add("Transpose", kept, perm=[0, 2, 1]))
        share = graph.add("Softmax", graph.add("Mul", alike, graph.weights(1 / sqrt(width))), axis=-1)
        mixed = self._units(graph.add("MatMul", share, said), f"{name}.to_out.0", width)
        return graph.add("Add", x, graph.shaped(graph.add("Transpose", mixed, perm=[0, 2, 1]), width, *self.size))

    def _units(self, x: str, name: str, width: int) -> str:
        weight, bias = self._take(f"{name}.weight", width, width), self._take(f"{name}.bias", width)
        return self.graph.add(
            "Add", self.graph.add("MatMul", x, self.graph.weights(weight.T)), self.graph.weights(bias)
        )

    def _ends(self, x: str, half: str, into: int, out: int) -> str:
        return self._conv(self._bent(self._normal(x, f"{half}.conv_norm_out", into)), f"{half}.conv_out", into, out)

    def _doubled(self, x: str) -> str:
        """Make of each pixel four."""
        self.size = self.size[0] * 2, self.size[1] * 2
        scales = self.graph.weights([1, 1, 2, 2])
        said = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self.graph.add("Resize", x, "", scales, **said)

    def _cut(self, x: str, start: int, end: int) -> str:
        return self.graph.add("Slice", x, *(self.graph.weights([n], np.int64) for n in (start, end, 1)))


_PRODUCER = "diffusers AutoencoderKL"
