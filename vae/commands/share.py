"""Hand a model on as one file, and take one in, of ours or of any framework."""

import shlex
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import tyro

from vae.commands.flags import Json, Switch, one_of
from vae.commands.limits import bounded
from vae.errors import InputError
from vae.exchange.formats.formats import FORMATS
from vae.library.shelf import Model, find
from vae.plans.networks import NETWORKS

if TYPE_CHECKING:
    from vae.foreign.findings import Said
    from vae.parcels.parcel import Parcel
    from vae.runs.shelf import Run

LAYOUTS, LIKELIHOODS = ("NCHW", "NHWC", "flat"), ("bernoulli", "gaussian")
SPREADS = ("log-variance", "sigma", "variance", "log-sigma")


def export(
    model: tyro.conf.Positional[str],
    format: Annotated[str, one_of(FORMATS)] = "zip",
    out: Path | None = None,
    push: str | None = None,
) -> int:
    """Write a model out: as one zip file with all that belongs to it, or in a form that others read.

    zip: card, graphs, weights, codes and the history of its training, for `import`. onnx: a folder of two graphs with
    their weights in them, which open from bytes. torch: a folder with the weights as safetensors and a model.py that
    needs PyTorch alone. hub: a folder for the Hugging Face Hub, with its model card. html: one
    page that needs no server, with the model in it.

    Args:
        model: Name in the library, or a folder; of a run that is not finished a zip is written.
        format: What is written.
        out: The file or folder to write; left out: one called like the model, here.
        push: Repository of the Hub, OWNER/NAME, that the folder of --format hub is sent to; a new one is private. The
            token is that of `hf auth login`, or HF_TOKEN.
    """
    from vae.exchange.formats import formats
    from vae.exchange.formats.push import check_push
    from vae.exchange.formats.push import push as push_folder
    from vae.runs.shelf import find_run, list_runs

    if push is not None:
        if format != "hub":
            raise InputError("--push sends the folder of --format hub to the Hub; give that format, or leave it out.")
        check_push(push)
    unfinished = {run.name for run in list_runs() if not run.model}
    found = find_run(model) if model in unfinished else find(model)
    exported = formats.export(found, format, out)
    for line in exported.said:
        print(line, file=sys.stderr)
    print(exported.path)
    if push is not None:
        print(push_folder(exported.path, push))
    return 0


@dataclass(frozen=True)
class Settled:
    """What looking settles where it is left out."""

    range: tuple[float, float] | None = None
    """Least and greatest value of things in the graphs, such as -1 1."""
    layout: Annotated[str | None, one_of(LAYOUTS)] = None
    """How things lie in the graphs."""
    logits: Switch = False
    """The decoder gives logits."""
    likelihood: Annotated[str | None, one_of(LIKELIHOODS)] = None
    """Its loss, for figures in nats: bernoulli (cross entropy) or gaussian (squared error)."""
    spread: Annotated[str | None, one_of(SPREADS)] = None
    """What the encoder gives beside the mean."""


@dataclass(frozen=True)
class Weights:
    """Of a .safetensors file, which says no network."""

    network: Annotated[str | None, one_of(NETWORKS)] = None
    """Network of ours that its weights are of."""
    width: int | None = None
    """Its width; left out: the usual one."""
    depth: int | None = None
    """Its depth; left out: the usual one."""


@dataclass(frozen=True)
class Bounds:
    """For programs that start this command."""

    numbered: Switch = False
    """Put a number behind the name where it is taken."""
    scratch: Path | None = None
    """Folder to unpack in, on the library's disk."""
    memory_mb: int | None = None
    """Memory that may be used at most, where the system can say so."""
    cpu_seconds: int | None = None
    """Seconds of a processor that may be used at most."""


def take_in(
    source: tyro.conf.Positional[Path | None] = None,
    name: str | None = None,
    encoder: Path | None = None,
    decoder: Path | None = None,
    dataset: str | None = None,
    suggest: Switch = False,
    inspect: Switch = False,
    json: Json = False,
    settled: tyro.conf.OmitArgPrefixes[Settled] = Settled(),
    weights: tyro.conf.OmitArgPrefixes[Weights] = Weights(),
    bounds: tyro.conf.OmitArgPrefixes[Bounds] = Bounds(),
) -> int:
    """Take a model of any framework into the library, after trying it out; a zip or folder of ours, too.

    For example: import --encoder encoder.onnx --decoder decoder.onnx --dataset mnist-5k --name mine

    Args:
        source: A zip file or folder of ours, or with ONNX graphs in it, or of pythae or diffusers; or weights for
            --network.
        name: Name in the library.
        encoder: ONNX graph from things to codes; left out: the decoder alone.
        decoder: ONNX graph from codes to things.
        dataset: Name or folder of the data that it learnt; left out: explored, and not measured.
        suggest: Take the data set at hand that the model redraws best, where none is named.
        inspect: Only say what is found out about it.
        json: Print how far it is, and then the name and whether it is a model, as lines of JSON.
        settled: What looking settles where it is left out.
        weights: Of a .safetensors file, which says no network.
        bounds: For programs that start this command.
    """
    if (source is None) == (decoder is None) or (encoder is not None and decoder is None):
        raise InputError(
            "Give a zip file or folder of ours, or --decoder DECODER.onnx (and --encoder ENCODER.onnx) of any "
            "framework."
        )
    taken: Model | Run
    scratch, numbered = bounds.scratch, bounds.numbered
    asked = _Asked(dataset if dataset is not None or suggest else "", name, numbered, json)
    with bounded(bounds.memory_mb, bounds.cpu_seconds, "it is no model that explores live"), ExitStack() as held:
        from vae.data import load
        from vae.foreign.doors.networks import Named
        from vae.foreign.findings import Said
        from vae.parcels.parcel import Parcel, opened

        named = None if weights.network is None else Named(weights.network, weights.width, weights.depth)
        said = Said(**asdict(settled))
        if decoder is not None:
            parcel = Parcel({}, encoder, decoder, called=decoder.resolve().parent.name)
            words = [*(["--encoder", encoder.name] if encoder else []), "--decoder", decoder.name]
        else:
            assert source is not None
            holder = Path(held.enter_context(tempfile.TemporaryDirectory(dir=scratch)))
            data = load(asked.dataset) if asked.dataset else None
            parcel, words = opened(source, holder, data, named, said.likelihood), [source.name]
        said = replace(said, likelihood=said.likelihood or parcel.likelihood)
        if inspect:
            return _inspect(parcel, said, asked.dataset, json)
        if parcel.ours is not None:
            from vae.exchange.unpack import unpack

            taken = unpack(parcel.ours, name, numbered=numbered, scratch=scratch)
        else:
            taken = asked.take(parcel, said, words)
    if json:
        print(msgspec.json.encode({"name": taken.name, "model": isinstance(taken, Model)}).decode())
    else:
        print(taken.folder)
    return 0


@dataclass(frozen=True)
class _Asked:
    """What is asked of a model that comes in from elsewhere."""

    dataset: str | None
    """"" for none, None for one at hand that suits."""
    name: str | None
    numbered: bool
    quiet: bool

    def take(self, parcel: "Parcel", said: "Said", words: list[str]) -> Model:
        """Take two graphs in, and say in lines what was found out about them. words: which files these are."""
        from vae.exchange.unpack import free_name
        from vae.foreign.foreign import STEPS, take
        from vae.home import check_name
        from vae.parcels.inspection import looked_at
        from vae.runs.shelf import slug

        if parcel.missing or parcel.decoder is None:
            raise InputError(parcel.missing)
        name = free_name(check_name(self.name or slug(parcel.called)), self.numbered)
        tell = _step if self.quiet else _silent
        tell(STEPS[0])
        dataset, data, found = looked_at(parcel, said, self.dataset)
        if not self.quiet:
            print("\n".join(found.lines))
        line = _command(words, dataset, name, said)
        encoder, decoder = parcel.encoder, parcel.decoder
        return take(encoder, decoder, data, name=name, dataset=dataset, command=line, findings=found, tell=tell)


def _silent(step: str) -> None:
    """Say nothing."""


def _step(step: str) -> None:
    """Say which step begins, as a line of JSON."""
    from vae.datasets.downloads import Progress
    from vae.foreign.foreign import STEPS

    print(msgspec.json.encode(Progress(step, STEPS.index(step), len(STEPS))).decode(), flush=True)


def _inspect(parcel: "Parcel", said: "Said", dataset: str | None, json: bool) -> int:
    """Say what is found out about a model, and take nothing in."""
    from vae.parcels.inspection import as_json, inspect, lines

    inspection = inspect(parcel, said, dataset)
    print(msgspec.json.encode(as_json(inspection)).decode() if json else "\n".join(lines(inspection)))
    return 0


def _command(words: list[str], dataset: str, name: str, said: "Said") -> str:
    """Write the line that takes the same files in again; of their paths the names alone are kept."""
    line = [*words, *(["--dataset", dataset] if dataset else []), "--name", name]
    line += [] if said.range is None else ["--range", *(f"{end:g}" for end in said.range)]
    line += ["--logits"] if said.logits else []
    for flag in ("layout", "likelihood", "spread"):
        line += [f"--{flag}", value] if (value := getattr(said, flag)) else []
    return shlex.join(["python", "-m", "vae", "import", *line])
