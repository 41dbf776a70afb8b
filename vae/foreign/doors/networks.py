"""Weights for one of our own networks: a safetensors file, as training keeps them, or a state dict saved as one."""

import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from safetensors import SafetensorError, safe_open

from vae.config import TrainConfig
from vae.datasets.dataset import Dataset
from vae.errors import InputError, first_line, unknown
from vae.families import family
from vae.files import check_header
from vae.foreign.doors.halves import Halves
from vae.foreign.graphs.reading import EXPORT
from vae.kinds.kind import Item
from vae.kinds.kinds import kind_of
from vae.library.layers import Shapes, shapes_of
from vae.plans.networks import NETWORKS, network, suited


@dataclass(frozen=True)
class Named:
    """Which network weights belong to. width, depth: None for the network's own."""

    network: str
    width: int | None = None
    depth: int | None = None

    def __post_init__(self) -> None:
        if self.network not in NETWORKS:
            raise unknown("network", self.network, NETWORKS)


DEEPEST = 6
"""Layers or halvings up to which a network is looked for that weights belong to."""


def found(path: Path, data: Dataset | None) -> tuple[Named, Item]:
    """Return the network that weights belong to by their shapes, and what its things are.

    data: what it was trained on; left out: the things of all data sets are tried. Raises `InputError` where no network
    of ours has such weights.
    """
    shapes, dims = _names(path), _dims(path)
    items = known_items() if data is None else [data.item]
    widths = dict.fromkeys(shape[0] for name, shape in shapes.items() if name.startswith("encoder.") and shape)
    wanted = {name: shape for name, shape in shapes.items() if name != "log_scale"}
    for item in items:
        for named in product(suited(kind_of(item).lies), widths, range(1, DEEPEST + 1)):
            if _shapes_of(Named(*named), item, dims) == wanted:
                return Named(*named), item
    things = "the things of any data set" if data is None else f"the {kind_of(data.item).nouns} of {data.name}"
    raise InputError(
        f"{path.name} fits no network of ours ({', '.join(NETWORKS)}) for {things}; {EXPORT}, or say --network, "
        "--width, --depth and --dataset as it was trained."
    )


def known_items() -> list[Item]:
    """Return what the things of all data sets are, each once, those at hand first."""
    from vae.data import describe

    rows = sorted((row for row in describe() if row["shape"]), key=lambda row: row["where"].startswith("to "))
    return list({(row["kind"], tuple(row["shape"])): Item(row["kind"], tuple(row["shape"])) for row in rows}.values())


def _shapes_of(named: Named, item: Item, dims: int) -> Shapes:
    """Return the shapes of a network's weights by name; none where there is no such network."""
    try:
        config = TrainConfig(network=named.network, latent_dims=dims, width=named.width, depth=named.depth)
        outputs = family(config.family).heads * dims
        shape = kind_of(item).input(item.shape)
        encoder, decoder = network(named.network).plans(shape, dims, outputs, named.width, named.depth)
    except InputError:  # of no such width, too deep, or no code of so many numbers
        return {}
    return shapes_of("encoder", encoder) | shapes_of("decoder", decoder)


def read(path: Path, named: Named | None, data: Dataset | None, likelihood: str | None) -> Halves:
    """Build the network that weights belong to, fill it and write its graphs; torch does it, in some seconds.

    named: left out: it is found by the weights' shapes; data: what it was trained on, for the size of a thing. Raises
    `InputError` where they do not belong together.
    """
    dims = _dims(path)
    if named is None:
        named, item = found(path, data)
    elif data is None:
        raise InputError(f"Say with --dataset NAME what the {named.network} network of {path.name} was trained on.")
    else:
        item = data.item
    said = likelihood or likelihood_of(path, item)
    from safetensors.torch import load_file

    from vae.models.build import build_model
    from vae.training.graphs import write_graphs

    try:
        config = TrainConfig(
            network=named.network,
            latent_dims=dims,
            width=named.width,
            depth=named.depth,
            likelihood=said,
        )
        model = build_model(config, item)
        model.load_state_dict(load_file(check_header(path)))
    except InputError:
        raise
    except Exception as error:  # safetensors and torch raise classes of their own
        raise InputError(
            f"{path.name} does not fit the {named.network} network of width "
            f"{named.width or NETWORKS[named.network].width} and {dims} latent dimensions ({first_line(error)}); say "
            "--network, --width and --depth as it was trained."
        ) from None
    with tempfile.TemporaryDirectory(prefix="latent-") as folder:
        write_graphs(model, Path(folder))
        encoder, decoder = (_whole(Path(folder, f"{half}.onnx")) for half in ("encoder", "decoder"))
        return Halves(encoder, decoder, path.stem, said)


def likelihood_of(path: Path, item: Item) -> str:
    """Return the likelihood by the weights: a Gaussian's has a scale of its own."""
    return "gaussian" if "log_scale" in _names(path) else kind_of(item).likelihoods[0]


def _names(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the tensors in a safetensors file, by name."""
    try:
        with safe_open(check_header(path), framework="np") as tensors:
            return {name: tuple(tensors.get_slice(name).get_shape()) for name in tensors.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise InputError(f"There is no file {path}; give a safetensors file.") from None
    except (OSError, SafetensorError) as error:
        raise InputError(f"{path} is no safetensors file that can be read ({first_line(error)}); {EXPORT}.") from None


def _dims(path: Path) -> int:
    """Return the number of latent dimensions, by the first layer of the decoder."""
    shape = _names(path).get("decoder.0.weight", ())
    if len(shape) != 2 or shape[1] < 1:
        raise InputError(
            f"{path.name} holds no weights of a network of ours: there is no decoder.0.weight of [units, latent "
            f"dimensions]; {EXPORT}."
        )
    return shape[1]


def _whole(path: Path) -> bytes:
    """Return the bytes of a graph with its weights within it."""
    import onnx

    return bytes(onnx.load(path).SerializeToString())
