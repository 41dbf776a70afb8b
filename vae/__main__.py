"""The command line: python -m vae train | evaluate | map | list | datasets | export | import."""

import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import tyro
from tqdm import tqdm

from vae.config import TrainConfig
from vae.errors import InputError
from vae.library import Broken, Model, find, list_models

# Nothing above imports torch: `list` and `--help` answer at once, and only the commands that compute wait for it.

app = tyro.extras.SubcommandApp()

Json = Annotated[bool, tyro.conf.FlagCreatePairsOff]
"""Print JSON for a program to read, in place of words."""


@dataclass(frozen=True)
class Settings(TrainConfig):
    """The flags as they were typed. They are checked as a whole in `train`, where a mistake is told in one line."""

    def __post_init__(self) -> None:
        pass


@app.command
def train(
    settings: tyro.conf.OmitArgPrefixes[Settings],
    out: Path | None = None,
    name: str | None = None,
    resume: Path | None = None,
    json: Json = False,
) -> int:
    """Train a model; when it is done it stands in the library and the app shows it.

    Args:
        settings: What is trained and how.
        out: Folder of the run; left out: a new one in your library.
        name: Name of the model in your library, in place of --out.
        resume: Folder of a run that was stopped; it goes on with its own settings.
        json: Print a JSON line for each record, then the card, in place of the progress bar.
    """
    from vae import runs

    config = TrainConfig(**asdict(settings))
    if resume and (config != TrainConfig() or out or name):
        raise InputError("--resume goes on with the run's own settings; leave the other flags out.")
    if out and name:
        raise InputError("--out and --name both say where the model goes; give one of them.")
    folder = resume or out or runs.new_folder(config, name)
    with runs.claim(folder):
        state, dataset = runs.resume(folder) if resume else runs.start(config, folder)
        began, resumed_at = time.monotonic(), state.step
        records = runs.follow(state, dataset, folder)
        with _interrupts() as interrupted:
            for record in _shown(records, resumed_at, json):
                if interrupted:
                    records.close()
                    return _stopped(f"at step {record.step} of {record.steps}", folder)
            seconds = None if resumed_at else time.monotonic() - began
            if not json:
                print("Measuring …", file=sys.stderr)
            interrupted.append(0)  # nothing is cut in two from here on: the next one ends it
            try:
                card = runs.finish(state, dataset, folder, seconds)
            except KeyboardInterrupt:
                return _stopped("while it was measured", folder)
    if json:
        print(msgspec.json.encode(card).decode())
    else:
        seconds_of_work = time.process_time()
        print(f"{_summary(card.metrics)}\nSaved {card.name} in {folder} ({seconds_of_work:.0f} s of processor time)")
    return 0


def _stopped(where: str, folder: Path) -> int:
    """Say how a run that was stopped goes on; return the exit code."""
    print(f"\nStopped {where}. Go on with:", file=sys.stderr)
    print(f"  python -m vae train --resume {shlex.quote(str(folder))}", file=sys.stderr)
    return 130


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Collect Ctrl-C and SIGTERM, so that a step is never cut in two; a second one ends the program at once."""
    caught: list[int] = []

    def catch(number: int, frame: Any) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(number)

    before = {number: signal.signal(number, catch) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _shown(records: Iterator[Any], first: int, json: bool) -> Iterator[Any]:
    """Pass the records on, drawing the progress bar or printing JSON lines."""
    bar = None
    for record in records:
        if json:
            print(msgspec.json.encode(record).decode(), flush=True)
        else:
            bar = bar or tqdm(total=record.steps, initial=first, unit="step", dynamic_ncols=True)
            bar.update(record.step - bar.n)
            bar.set_postfix_str(
                f"epoch {record.epoch}, -ELBO {record.negative_elbo:.1f} = {record.reconstruction:.1f} "
                f"+ KL {sum(record.kl):.1f}, {record.images_per_second:,.0f} images/s"
            )
        yield record
    if bar:
        bar.close()


@app.command
def evaluate(
    models: tyro.conf.Positional[tuple[str, ...]],
    dataset: str | None = None,
    elbo_samples: int = 1,
    importance_samples: int = 0,
    importance_images: int = 1000,
    seed: int = 0,
    json: Json = False,
) -> int:
    """Measure models on the test images: ELBO, log-likelihood, active units, accuracy of the nearest neighbours.

    Args:
        models: Names in the library, or folders.
        dataset: Data set to measure on; left out: the one the model was trained on.
        elbo_samples: Draws from the posterior for each image.
        importance_samples: Draws for log p(x) of each image; 0 leaves it out.
        importance_images: Number of test images for log p(x).
        seed: Seed of the draws.
        json: Print a JSON line for each model.
    """
    from vae import metrics
    from vae.data import load
    from vae.graphs import load_model

    if not models:
        raise InputError("Name at least one model; `python -m vae list` lists them.")
    if min(elbo_samples, importance_images) < 1 or min(importance_samples, seed) < 0 or seed >= 2**31:
        raise InputError(
            "--elbo-samples and --importance-images must be 1 or more, --importance-samples 0 or more, "
            "and --seed from 0 to 2147483647."
        )
    for name in models:
        found = find(name)
        model = load_model(found.card, found.folder)
        # A set of one's own is known by its path, which the settings keep, and not by the name on its card.
        data = load(dataset or found.card.training.get("dataset") or found.card.data.name)
        if data.image_shape != found.card.image_shape:
            raise InputError(
                f"{found.name} takes images [C, H, W] = {list(found.card.image_shape)}, but those of {data.name} are "
                f"{list(data.image_shape)}; choose another --dataset."
            )
        evaluation, _ = metrics.evaluate(
            model,
            data.test.images,
            data.test.labels,
            data.train.images,
            data.train.labels,
            title=data.title,
            elbo_samples=elbo_samples,
            importance_samples=importance_samples,
            importance_images=importance_images,
            seed=seed,
        )
        figures = asdict(evaluation)
        if json:
            print(msgspec.json.encode({"name": found.name} | figures).decode())
        else:
            print(f"{found.name}\n{_summary(figures)}")
    return 0


def _summary(figures: dict[str, Any]) -> str:
    lines = [
        f"  -ELBO {figures['negative_elbo']:.2f} ± {figures['negative_elbo_standard_error']:.2f} nats "
        f"= reconstruction {figures['reconstruction']:.2f} + KL {figures['kl']:.2f}"
    ]
    if figures["log_likelihood"] is not None:
        error = figures["log_likelihood_standard_error"]
        lines.append(f"  log p(x) {figures['log_likelihood']:.2f} ± {error:.2f} nats (importance sampling)")
    lines.append(f"  active units {figures['active_units']}")
    if figures["knn_accuracy"] is not None:
        lines.append(f"  10-NN accuracy {figures['knn_accuracy']:.4f}")
    return "\n".join([*lines, f"  ({figures['conditions']})"])


@app.command(name="map")
def map_(
    model: tyro.conf.Positional[str],
    projection: str = "tsne",
    dimensions: tuple[int, int] = (0, 1),
    perplexity: float = 30.0,
    seed: int = 0,
    out: Path | None = None,
    json: Json = False,
) -> int:
    """Make a map of a model's test codes, keep it with the model, and measure what it keeps of the latent space.

    Ctrl-C keeps what is there; a map that is made already is not made again.

    Args:
        model: Name in the library, or a folder.
        projection: identity (2-D spaces), dimensions, pca or tsne.
        dimensions: The two dimensions shown by --projection dimensions, counted from 0.
        perplexity: Of t-SNE: how many neighbours count, roughly.
        seed: Of t-SNE: the same seed gives the same map.
        out: Folder for the map; left out: with the model, or in your own folder for a bundled one.
        json: Print a JSON line for each frame, then one for the map, in place of the progress bar.
    """
    from vae import maps
    from vae.projections import Settings as MapSettings

    found = find(model)
    id = MapSettings(projection, dimensions, perplexity, seed).id
    with _interrupts() as interrupted:
        frames, frame = maps.make(found, id, out), None
        for frame in _formed(frames, json):
            if interrupted:
                frames.close()
                print(f"\nStopped at iteration {frame.iteration} of {frame.total}.", file=sys.stderr)
                break
        if frame and not json:
            print("Measuring …", file=sys.stderr)
        standing = maps.complete(found, id, out, wait=not interrupted)
    if json:
        facts = {"name": found.name, "map": id} | asdict(replace(standing, points=None))
        print(msgspec.json.encode(facts).decode())
    else:
        print("\n".join(_kept(found.name, id, standing)))
    return 130 if interrupted else 0


def _formed(frames: Iterator[Any], json: bool) -> Iterator[Any]:
    """Pass a map's frames on, drawing the progress bar or printing JSON lines without their points."""
    bar = None
    for frame in frames:
        if json:
            facts = {"iteration": frame.iteration, "total": frame.total, "kl_divergence": frame.kl_divergence}
            print(msgspec.json.encode(facts).decode(), flush=True)
        else:
            bar = bar or tqdm(total=frame.total, unit="iteration", dynamic_ncols=True)
            bar.update(frame.iteration - bar.n)
            bar.set_postfix_str("PCA" if frame.kl_divergence is None else f"KL {frame.kl_divergence:.3f} nats")
        yield frame
    if bar:
        bar.close()


def _kept(name: str, id: str, standing: Any) -> Iterator[str]:
    """Say in lines how a map stands and what it keeps."""
    yield f"{name} {id}: {standing.state}{f'. {standing.message}' if standing.message else ''}"
    if (keeps := standing.keeps) is None:
        return
    if keeps.trustworthiness is not None:
        yield f"  trustworthiness {keeps.trustworthiness:.4f}"
    if keeps.map_accuracy is not None:
        yield f"  10-NN accuracy {keeps.map_accuracy:.4f} on the map, {keeps.latent_accuracy:.4f} in latent space"
    if keeps.own_error is not None:
        others = f"the nearest point's {keeps.neighbour_error:.1f}, a random one's {keeps.random_error:.1f}"
        yield f"  decoded picture off by {keeps.own_error:.1f} grey levels; {others}"
    yield f"  ({keeps.conditions})"


@app.command(name="list")
def list_(json: Json = False) -> int:
    """List the models in the library.

    Args:
        json: Print the cards as a JSON list.
    """
    found = list_models()
    if json:
        cards = [model.card for model in found if isinstance(model, Model)]
        print(msgspec.json.encode(cards).decode())
        return 0
    for model in found:
        if isinstance(model, Broken):
            print(f"{model.name:20} cannot be opened: {model.reason}")
            continue
        card = model.card
        elbo = card.metrics.get("negative_elbo")
        print(
            f"{card.name:20} {card.data.title:16} {card.network:9} {card.latent.dims:3} dims  "
            f"{'' if elbo is None else f'-ELBO {elbo:7.2f} nats'}  {'bundled' if model.bundled else model.folder}"
        )
    return 0


@app.command
def datasets(download: tuple[str, ...] = (), json: Json = False) -> int:
    """List the data sets, or download some.

    Args:
        download: Names of data sets to download and prepare.
        json: Print the list as JSON, or a JSON line for each step of a download.
    """
    from vae import data

    for name in download:
        with tqdm(desc=name, unit_scale=True, dynamic_ncols=True, delay=0.1, disable=json) as bar:
            for progress in data.prepare(name, download=True):
                if json:
                    print(msgspec.json.encode(progress).decode(), flush=True)
                bar.set_postfix_str(progress.stage)
                bar.total = progress.total
                bar.update(progress.done - bar.n)
    if download:
        return 0
    rows = data.describe()
    if json:
        print(msgspec.json.encode(rows).decode())
        return 0
    for row in rows:
        shape = "x".join(str(side) for side in row["image_shape"])
        print(f"{row['name']:16} {shape:8} {row['sizes'][0]:7,} + {row['sizes'][1]:6,} images  {row['where']}")
    return 0


@app.command
def export(model: tyro.conf.Positional[str], out: Path | None = None) -> int:
    """Write a model as one zip file, with its card, graphs, weights and codes.

    Args:
        model: Name in the library, or a folder.
        out: The file to write; left out: NAME.zip here.
    """
    from vae.archive import pack

    found = find(model)
    print(pack(found, out or Path(f"{found.name}.zip")))
    return 0


@app.command(name="import")
def import_(source: tyro.conf.Positional[Path], name: str | None = None) -> int:
    """Take a model's zip file or folder into the library, after trying it out.

    Args:
        source: The zip file or folder.
        name: Name in the library; left out: the one on its card.
    """
    from vae.archive import unpack

    print(unpack(source, name).folder)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a mistake of the caller's is one line and exit code 2."""
    try:
        return int(app.cli(args=arguments, prog="python -m vae", description=__doc__) or 0)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:  # the system refused something that no check foresaw
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
