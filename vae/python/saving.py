"""A person's own networks become a model of the library: torch modules, ONNX graphs, or what a package has saved."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from vae.data import load
from vae.errors import InputError
from vae.exchange.unpack import unpack
from vae.foreign.findings import Said
from vae.foreign.foreign import take
from vae.home import check_name
from vae.kinds.kinds import kind_of
from vae.library.shelf import Model
from vae.parcels.parcel import opened
from vae.python.opening import Opened

if TYPE_CHECKING:
    from vae.datasets.dataset import Dataset

Network = Callable[[Any], Any] | bytes | str | Path
"""A torch module, one of its methods such as `model.encode`, a function of a tensor; or a path or the bytes of ONNX."""


def save(
    name: str,
    encoder: Network | None,
    decoder: Network | None = None,
    *,
    dataset: str | Path | None = None,
    layout: str | None = None,
    range: tuple[float, float] | None = None,
    logits: bool = False,
    spread: str | None = None,
    likelihood: str | None = None,
    latent: int | tuple[int, ...] | None = None,
) -> Opened:
    """Put a model of your own into the library, measured like ours; every page opens it, without a restart.

    encoder: takes things and gives the mean of their codes, and what else it knows: a log variance, a σ, a sample; a
    tuple, a mapping, a distribution. None for a decoder alone. decoder: takes codes and gives things. Each is a torch
    module, a method such as `model.encode`, a function of one tensor, or a path or the bytes of an ONNX graph; one
    module that has both methods, encode and decode, may be given alone. Modules
    are copied, so that yours stay as they are, on their device and in their mode.
    dataset: a name that `python -m vae datasets` lists, or a folder's path: what it was trained on, and is measured on.
    What is left out is found out by running the networks on its test things: layout "NCHW", "NHWC" or "flat"; range,
    what black and white are to the model, such as (-1, 1); logits, whether the decoder gives them; spread,
    "log-variance", "sigma", "variance" or "log-sigma". likelihood: "bernoulli" or "gaussian", for −ELBO in nats; left
    out, reconstructions are measured by their squared error. latent: the shape of a code, where no encoder tells it.
    A path alone is what `python -m vae import` takes: a folder of pythae or diffusers, weights of a network of ours as
    .safetensors, a zip or a folder of this program. Raises `InputError`, with nothing left behind, for a name that is
    taken, for networks that fit neither each other nor the data, and for what cannot be exported.

    For example, with a module whose methods are encode and decode:

        vae.save("mine", model.encode, model.decode, dataset="mnist")
    """
    check_name(name)
    data = None if dataset is None else load(str(dataset))
    said = Said(range, layout, logits, likelihood, spread)
    if decoder is None and isinstance(encoder, str | Path):
        return _saved(name, Path(encoder), data, said, str(dataset or ""))
    if decoder is None:
        encoder, decoder = _halves(encoder)
    graphs = _graphs(encoder, decoder, data, layout, latent)
    return Opened(take(*graphs, data, name=name, said=said, dataset=str(dataset or "")))


def _saved(name: str, source: Path, data: "Dataset | None", said: Said, dataset: str) -> Opened:
    """Take in what a package has saved."""
    with TemporaryDirectory() as scratch:
        parcel = opened(source, Path(scratch), data, likelihood=said.likelihood)
        if parcel.ours is not None:
            taken = unpack(parcel.ours, name)
            if isinstance(taken, Model):
                return Opened(taken)
            raise InputError(f"{source} is a training run, which stands on the page Train now; resume it there.")
        if parcel.missing or parcel.decoder is None:
            raise InputError(parcel.missing)
        said = replace(said, likelihood=said.likelihood or parcel.likelihood)
        return Opened(take(parcel.encoder, parcel.decoder, data, name=name, said=said, dataset=dataset))


def _halves(whole: Any) -> tuple[Network, Network]:
    """Return the two methods of one module."""
    encode, decode = (getattr(whole, name, None) for name in ("encode", "decode"))
    if not (callable(encode) and callable(decode)):
        raise InputError(
            "A model has two halves: give both, as in vae.save(name, model.encode, model.decode); one module alone "
            f"must have the methods encode and decode, and {_called(whole)} has not."
        )
    return encode, decode


def _called(given: Any) -> str:
    return "nothing" if given is None else type(given).__name__


def _graphs(
    encoder: Any, decoder: Any, data: "Dataset | None", layout: str | None, latent: int | tuple[int, ...] | None
) -> tuple[bytes | Path | None, bytes | Path]:
    """Return both as ONNX graphs: those that are given as such, and others exported."""
    given = [each for each in (encoder, decoder) if each is not None]
    if all(isinstance(each, bytes | str | Path) for each in given):
        return cast(Any, tuple(Path(each) if isinstance(each, str) else each for each in (encoder, decoder)))
    if any(isinstance(each, bytes | str | Path) or not callable(each) for each in given):
        raise InputError(
            "An encoder and a decoder are both torch modules or functions of a tensor, or both ONNX graphs; got "
            f"{' and '.join(type(each).__name__ for each in given)}."
        )
    from vae.models.owned import export_pair  # torch, which whoever has a module has loaded already

    things = None if data is None else kind_of(data.item).feed(data.test.things[:2])
    return export_pair(encoder, decoder, things, layout, latent)
