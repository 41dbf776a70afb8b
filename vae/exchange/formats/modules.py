"""A model as plain PyTorch: its weights as safetensors, and a module of a few dozen lines that needs nothing of ours.

The module is written from the card's plan. A card may come from anywhere and what is written here is run by somebody,
so all that is taken from it is numbers, names of layers that are known, and words within comments and docstrings.
"""

from math import prod
from pathlib import Path

from safetensors import SafetensorError, safe_open

from vae.errors import InputError, first_line
from vae.exchange.formats.sources import CLASSES
from vae.exchange.formats.words import about, plain
from vae.files import check_header
from vae.library.cards import Card
from vae.library.layers import Shapes, plans_of, shapes_before, shapes_of
from vae.library.shelf import Model
from vae.plans.images import Pair
from vae.plans.layers import (
    Act,
    Cells,
    Codebook,
    Conv,
    Conv1d,
    Flatten,
    Known,
    Layer,
    Linear,
    Places,
    Plan,
    Residual,
    Unflatten,
    Unit,
    Up,
    Up1d,
)

ACTIVATIONS = {"relu": "nn.ReLU()", "silu": "nn.SiLU()", "tanh": "nn.Tanh()"}

WEIGHTS = "weights.safetensors"


def write_module(model: Model, folder: Path) -> list[str]:
    """Write `model.py`, `model.safetensors` and a README into `folder`, a new one; return what they are, a line each.

    `InputError` where the card does not say which layers the networks have.
    """
    source = module(model, "model.safetensors")
    folder.mkdir()
    (folder / "model.py").write_text(source, encoding="utf-8")
    (folder / "model.safetensors").write_bytes((model.folder / WEIGHTS).read_bytes())
    (folder / "README.md").write_text(_readme(model.card), encoding="utf-8")
    size = (folder / "model.safetensors").stat().st_size
    return [f"model.py: {source.count(chr(10))} lines of PyTorch", f"model.safetensors: {size / 1e6:.1f} MB, no pickle"]


def module(model: Model, weights: str) -> str:
    """Return the source of a Python module that builds the model and loads it from the file `weights` beside it."""
    card, pair = model.card, plans_of(model.card)
    shapes = _checked(model, pair)
    heads, book = _heads(card, pair) if pair[0] else 0, _book(pair)
    told = ", given: Tensor" if card.told else ""
    joined = "torch.cat([z, given], dim=1)" if card.told else "z"
    ways = _ways(card)
    pictured = "x + (given @ self.pictures).view_as(x)" if card.told else "x"
    given = (
        f";\n    given: the {plain(card.latent.given[0].name)}, float32 [n, {card.told}], one-hot" if card.told else ""
    )
    parameters = "".join(
        f"        self.{name} = nn.Parameter(torch.zeros({shape}))\n"
        for name, shape in shapes.items()
        if "." not in name
    )
    if book:
        parameters += "        self.prior = Before({:d}, {:d}, {:d})\n".format(
            book.cells, book.codes, *shapes["prior.first"]
        )
    return f'''"""The model {card.name} in plain PyTorch: needs torch and safetensors, and nothing else.

from model import load

model = load()
thing = model.decode(torch.randn(1, {card.latent.dims}){", torch.eye(" + str(card.told) + ")[:1]" if card.told else ""})
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

WEIGHTS = Path(__file__).with_name("{weights}")


{_classes(pair)}class Model(nn.Module):
    """{"An encoder and a decoder" if heads else "A decoder"} of {card.kind.nouns}.

    x: {card.kind.nouns}, float32 [n, {", ".join(map(str, card.image_shape))}], {card.kind.fed};
    z: codes, float32 [n, {card.latent.dims}]{given}.
    """

    def __init__(self) -> None:
        super().__init__()
{_part("encoder", pair[0]) if heads else ""}{_part("decoder", pair[1])}{parameters}
{_encode(card, heads, ways, told, pictured, book)}{_draw(card, book)}    def decode(self, z: Tensor{told}) -> Tensor:
        """Return the expected x of codes."""
        return self.decoder({joined}){_output(card)}


def load(path: Path | str = WEIGHTS) -> Model:
    """Return the trained model."""
    model = Model()
    model.load_state_dict(load_file(path))
    return model.eval()
'''


def _classes(pair: Pair) -> str:
    """Return the classes of the layers that torch.nn has not."""
    there = {type(layer) for plan in pair for layer in plan}
    return "".join(source for layer, source in CLASSES.items() if layer in there)


def _heads(card: Card, pair: Pair) -> int:
    """Return how many numbers the encoder gives for each coordinate: a point, or a mean and a log variance."""
    last = [
        layer.outputs * (prod(layer.size) if isinstance(layer, Cells) else 1)
        for layer in pair[0]
        if isinstance(layer, Linear | Cells)
    ][-1:]
    heads = {card.latent.dims: 1, 2 * card.latent.dims: 2}.get(*last) if last else None
    if heads is None:
        raise InputError(f"{card.name}: its encoder gives neither a point nor a mean and a variance; export as onnx.")
    return heads


def _ways(card: Card) -> int:
    """Return how many ways each choice of a code has; 0 where it has none."""
    choices, dims = card.latent.choices, card.latent.dims
    ways = {run.stop - run.start for run in choices}
    if choices and (len(ways) > 1 or sum(run.stop - run.start for run in choices) < dims):
        raise InputError(f"{card.name}: not all of its code are choices of as many ways; export it as onnx.")
    return ways.pop() if ways else 0


def _part(name: str, plan: Plan) -> str:
    return f"        self.{name} = nn.Sequential(\n{_layers(plan)}\n        )\n"


def _book(pair: Pair) -> Codebook | None:
    """Return the codebook that a decoder begins with; None where it has none."""
    first = next(iter(pair[1]), None)
    return first if isinstance(first, Codebook) else None


def _draw(card: Card, book: Codebook | None) -> str:
    """Return the method that draws codes from a prior that is learnt, and the line after it."""
    if book is None:
        return ""
    return f'''    def draw(self, noise: Tensor) -> Tensor:
        """Return codes of the prior for noise ~ N(0, 1), [n, {card.latent.dims}]."""
        gumbel = -(-torch.special.log_ndtr(noise)).log()
        return self.prior.draw(gumbel.unflatten(1, (-1, {book.codes:d}))).flatten(1)

'''


def _encode(card: Card, heads: int, ways: int, told: str, x: str, book: Codebook | None) -> str:
    """Return the method that encodes, and the line after it."""
    if not heads:
        return ""
    answer, said = "tuple[Tensor, Tensor]", "mean and standard deviation of q(z|x), each"
    if heads == 1:
        answer, said = "Tensor", "how likely each way of each choice is," if ways else "where x lies,"
    if book:
        said = "the code: in each cell 1 for the code that is there, 0 for the others,"
    return f'''    def encode(self, x: Tensor{told}) -> {answer}:
        """Return {said} [n, {card.latent.dims}]."""
{_encoded(heads, ways, x, book)}

'''


def _encoded(heads: int, ways: int, x: str, book: Codebook | None) -> str:
    if book:
        return f"""        cells, book = self.encoder({x}).unflatten(1, (-1, {book.codes:d})), self.decoder[0].weight
        nearest = (book.square().sum(1) - 2 * cells @ book.T).argmin(-1, keepdim=True)
        return (nearest == torch.arange({book.codes:d})).float().flatten(1)"""
    if ways:
        return f"        return self.encoder({x}).unflatten(1, (-1, {ways})).softmax(-1).flatten(1)"
    if heads == 1:
        return f"        return self.encoder({x})"
    first = f"        mean, log_variance = self.encoder({x}).chunk(2, dim=1)\n"
    return f"{first}        return mean, (log_variance / 2).exp()"


def _output(card: Card) -> str:
    """Return what becomes of the decoder's numbers, to be the expected thing."""
    if card.likelihood == "bernoulli":
        return ".sigmoid()"
    if card.likelihood == "multinomial":
        return ".softmax(3)"
    return "" if card.kind.bounds is None else ".clamp({:g}, {:g})".format(*card.kind.bounds)


def _layers(plan: Plan) -> str:
    return "\n".join(f"            {_layer(layer)}," for layer in plan)


def _layer(layer: Layer) -> str:
    """Return a layer as PyTorch has it."""
    match layer:
        case Linear():
            return f"nn.Linear({layer.inputs:d}, {layer.outputs:d})"
        case Conv():
            size = f"{layer.kernel:d}, {layer.stride:d}, {(layer.kernel - 1) // 2:d}"
            return f"nn.Conv2d({layer.inputs:d}, {layer.outputs:d}, {size})"
        case Up():
            more = (odd + 4 - layer.kernel for odd in layer.odd)
            size = "{:d}, 2, 1, output_padding=({:d}, {:d})".format(layer.kernel, *more)
            return f"nn.ConvTranspose2d({layer.inputs:d}, {layer.outputs:d}, {size})"
        case Known():
            return "Heard()"
        case Conv1d():
            size = f"(1, {layer.kernel:d}), (1, 2), (0, {layer.kernel // 2 - 1:d})"
            return f"nn.Conv2d({layer.inputs:d}, {layer.outputs:d}, {size})"
        case Up1d():
            size = f"(1, {layer.kernel:d}), (1, 2), (0, {layer.kernel // 2 - 1:d}), output_padding=(0, {layer.odd:d})"
            return f"nn.ConvTranspose2d({layer.inputs:d}, {layer.outputs:d}, {size})"
        case Residual():
            return f"Residual({layer.channels:d})"
        case Act():
            if layer.name not in ACTIVATIONS:
                raise InputError(f"The activation {layer.name[:40]!r} is unknown here; known are relu, silu and tanh.")
            return ACTIVATIONS[layer.name]
        case Flatten():
            return "nn.Flatten()"
        case Unit():
            return "Summed()"
        case Unflatten():
            return f"nn.Unflatten(1, {tuple(map(int, layer.shape))})"
        case Cells():
            return f"InCells({layer.inputs:d}, {layer.outputs:d}, {layer.parts:d})"
        case Places():
            return f"OnPlaces({layer.inputs:d}, {layer.outputs:d}, {tuple(map(int, layer.size))})"
        case Codebook():
            return f"Embedded({layer.codes:d})"


def _checked(model: Model, pair: Pair) -> Shapes:
    """Return the shapes of all weights, by name; `InputError` where those in the file are not the plan's."""
    path = model.folder / WEIGHTS
    if WEIGHTS not in model.card.files or path.is_symlink():
        raise InputError(f"{model.name} keeps no {WEIGHTS}, so that there is nothing to load; export it as onnx.")
    wanted = shapes_of("encoder", pair[0]) | shapes_of("decoder", pair[1])
    if model.card.told:
        wanted["pictures"] = (model.card.told, prod(model.card.image_shape))
    if model.card.likelihood == "gaussian":
        wanted |= {"log_scale": ()} if "encode" in model.card.can else {}
    elif model.card.likelihood not in ("bernoulli", "multinomial"):
        raise InputError(
            f"{model.name}: its likelihood, {plain(model.card.likelihood)}, is more than the decoder's layers; "
            "export it as onnx."
        )
    found = _shapes_in(path)
    if "pseudo" in found and found["pseudo"][1:] == model.card.image_shape:  # what its prior was made of
        wanted["pseudo"] = found["pseudo"]
    if (book := _book(pair)) and len(first := found.get("prior.first", ())) == 1:
        wanted |= shapes_before(book, *first)
    if found != wanted:
        other = min(found.items() ^ wanted.items())[0]
        raise InputError(f"{path} does not fit the layers on the card ({plain(other)[:80]}); export it as onnx.")
    return wanted


def _shapes_in(path: Path) -> Shapes:
    """Read the names and shapes of the tensors in a safetensors file."""
    try:
        with safe_open(check_header(path), framework="numpy") as file:
            return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({first_line(error)}).") from None


def _readme(card: Card) -> str:
    given = f", torch.eye({card.told})[:1]" if card.told else ""
    return f"""# {card.name}

{about(card)}

`model.py` is the model in plain PyTorch and `model.safetensors` its weights; copy both.

```python
import torch
from model import load  # pip install torch safetensors

model = load()
thing = model.decode(torch.randn(1, {card.latent.dims}){given})  # {[1, *card.image_shape]}; {card.kind.fed}
```
"""
