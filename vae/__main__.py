"""The command line: python -m vae train | evaluate | map | list | datasets | add | export | import."""

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import tyro
from tqdm import tqdm

from vae.config import TrainConfig
from vae.errors import InputError
from vae.library.shelf import Broken, Model, find, list_models
from vae.runs.recipes import RECIPE, recommended

# Nothing above imports torch: `list` and `--help` answer at once, and only the commands that compute wait for it.

app = tyro.extras.SubcommandApp()

Json = Annotated[bool, tyro.conf.FlagCreatePairsOff]
"""Print JSON for a program to read, in place of words."""


@dataclass(frozen=True)
class Settings(TrainConfig):
    """The flags as they were typed. They are checked as a whole in `train`, where a mistake is told in one line."""

    network: str | None = None  # type: ignore[assignment]
    """Kind of encoder and decoder: dense, conv or residual; left out: what suits the data."""
    latent_dims: int | None = None  # type: ignore[assignment]
    """Size of the latent space. Two can be drawn as a map; sixteen reconstruct better; left out: what suits the
    data."""
    likelihood: str | None = None  # type: ignore[assignment]
    """What a pixel is given the code: bernoulli (ink or no ink) or gaussian (a grey level, with a learnt spread); left
    out: what suits the data."""
    epochs: int | None = None  # type: ignore[assignment]
    """Passes over the training images; left out: what suits the data."""
    learning_rate: float | None = None  # type: ignore[assignment]
    """Adam's step size at the start; it falls to zero along half a cosine wave. Left out: what suits the data."""
    validation: float | None = None  # type: ignore[assignment]
    """Share of the training images that is not learnt from, to choose the best moment's weights by, after each epoch.
    0: the last weights are kept. The test images have no part in it. Left out: what suits the data."""

    def __post_init__(self) -> None:
        pass

    def config(self) -> TrainConfig:
        """Return the settings to train with: what was left out is what suits the data."""
        left_out = {name for name in RECIPE if getattr(self, name) is None}
        typed = {name: value for name, value in asdict(self).items() if name not in left_out}
        return replace(recommended(self.dataset), **typed) if left_out else TrainConfig(**typed)


@app.command
def train(
    settings: tyro.conf.OmitArgPrefixes[Settings],
    out: Path | None = None,
    name: str | None = None,
    resume: Path | None = None,
    queue: Annotated[bool, tyro.conf.FlagCreatePairsOff] = False,
    json: Json = False,
) -> int:
    """Train a model; when it is done it stands in the library and the app shows it.

    Args:
        settings: What is trained and how.
        out: Folder of the run; left out: a new one in your library.
        name: Name of the model in your library, in place of --out.
        resume: Folder of a run that was stopped; it goes on with its own settings.
        queue: With --resume: wait for the runs that were asked for before, at low priority, as the app does.
        json: Print a JSON line for each record, then the card, in place of the progress bar.
    """
    from vae.runs import shelf as runs
    from vae.runs.status import claim
    from vae.training.together import end_at_once, join

    if resume and (settings != Settings() or out or name):
        raise InputError("--resume goes on with the run's own settings; leave the other flags out.")
    if queue and not resume:
        raise InputError("--queue waits with a run that has a folder already; give its --resume, or leave it out.")
    if out and name:
        raise InputError("--out and --name both say where the model goes; give one of them.")
    config = None if resume else settings.config()
    with join() as processes, _interrupts() as interrupted:
        if not processes.main:
            return _train_beside(processes)
        if queue and hasattr(os, "nice"):
            os.nice(10)
        with _inviting(processes) as invite:
            folder = resume or out or runs.new_folder(config or settings.config(), name)
            with claim(folder):
                code = _train_in(folder, config, processes, invite, interrupted, queue, json)
    if processes.count > 1:
        end_at_once(code)
    return code


def _train_beside(processes: Any) -> int:
    """Train with the main process, which alone writes, shows, heeds and says what is wrong, and end when it is done.

    Well, whatever happened: where a process fails, the launcher ends the others, and the main one has things to write.
    """
    from vae.training import training as trainer
    from vae.training.together import end_at_once

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    trainer.accompany(processes)
    processes.leave()
    end_at_once()


@contextmanager
def _inviting(processes: Any) -> Iterator[Callable[[Any, Any], None]]:
    """Give what invites the other processes to an opened run; those that were not are sent away in the end."""
    invited = []

    def invite(state: Any, dataset: Any) -> None:
        from vae.training import training as trainer

        invited.append(state)
        trainer.invite(state, dataset, processes)

    try:
        yield invite
    finally:
        if not invited:
            processes.share()


def _train_in(
    folder: Path,
    config: TrainConfig | None,
    processes: Any,
    invite: Callable[[Any, Any], None],
    interrupted: list[int],
    queue: bool,
    json: bool,
) -> int:
    """Train in a claimed folder: a new run with `config`, or the one that is there."""
    from vae.runs import shelf as runs
    from vae.runs.session import Session

    opened = None
    if config:
        from vae.training import training as trainer

        opened = trainer.start(config, folder)
    else:
        runs.check_resumable(folder)
    with Session(folder, interrupted, queue) as session:
        ending, training = session.wait(), None
        if ending in (None, "keep"):
            session.say(state="starting")  # before torch: that takes a second or more
            from vae.training import training as trainer

            state, dataset = opened or trainer.resume(folder)
            training = trainer.Training(state, dataset, folder, processes)
        if training and ending is None:
            invite(state, dataset)
            ending = _watched(session.attend(training), training.state.step, json, queue)
        if training and ending in ("trained", "keep"):
            code = _finish(session, training, interrupted, json, queue)
            if code is not None:
                return code
        elif ending != "discard":
            return _stopped(session.stop(), folder, 130 if interrupted else 0)
    runs.remove(folder)  # once nothing writes into it any more
    return 0


def _finish(session: Any, training: Any, interrupted: list[int], json: bool, quiet: bool) -> int | None:
    """Measure what was trained, make it a model and say what it is worth; return the exit code.

    None where the run was discarded meanwhile: then its folder goes, model or not.
    """
    from vae.runs.session import Discarded

    if not training.state.step:
        session.end("stopped", "Nothing was trained yet, so there is nothing to keep; resume it, or discard it.")
        return 0
    session.say(state="measuring", **training.standing)
    if not json and not quiet:
        print("Measuring …", file=sys.stderr)
    interrupted.append(0)  # nothing is cut in two from here on: the next one ends it
    try:
        card = training.finish(session.seconds, session.check_wanted)
        session.check_wanted()  # asked while the card was being written, and accepted
    except Discarded:
        return None
    except KeyboardInterrupt:
        session.end("stopped", "Stopped while it was measured; Resume measures it again.")
        return _stopped("while it was measured", session.folder, 130)
    session.end("done")
    if json:
        print(msgspec.json.encode(card).decode())
    elif not quiet:
        seconds = time.process_time()
        print(f"{_summary(card.metrics)}\nSaved {card.name} in {session.folder} ({seconds:.0f} s of processor time)")
        for sentence in _findings(session.folder):
            print(sentence)
    return 0


def _findings(folder: Path) -> list[str]:
    """Say what the curves of a run that is over mean, a line each."""
    from vae.runs import shelf as runs
    from vae.runs.doctor import diagnose
    from vae.runs.records import HeldOut, Step

    steps, held_out = _all_records(folder, "metrics", Step), _all_records(folder, "held_out", HeldOut)
    found = diagnose(steps, held_out, runs.read_config(folder), runs.changes(folder), "done")
    return [" ".join(filter(None, (f"{each.title}:", each.sentence, each.change))) for each in found]


def _all_records(folder: Path, name: str, kind: Any) -> list[Any]:
    from vae.runs import shelf as runs

    records: list[Any] = []
    offset = 0
    while True:
        found, after = runs.read_records(folder, offset, name)
        records += [msgspec.convert(record, kind) for record in found]
        if after <= offset:
            return records
        offset = after


def _stopped(where: str, folder: Path, code: int) -> int:
    """Say how a run that was stopped goes on; return the exit code."""
    print(f"\nStopped {where}. Go on with:", file=sys.stderr)
    print(f"  python -m vae train --resume {shlex.quote(str(folder))}", file=sys.stderr)
    return code


SECONDS_OF_ONE_INTERRUPT = 1.0


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Collect Ctrl-C and SIGTERM, so that a step is never cut in two; a second one ends the program at once.

    A launcher passes on what the terminal has sent already, so those of the same second are one.
    """
    caught: list[int] = []
    first = 0.0

    def catch(number: int, frame: Any) -> None:
        nonlocal first
        if caught and time.monotonic() - first > SECONDS_OF_ONE_INTERRUPT:
            raise KeyboardInterrupt
        first = first or time.monotonic()
        caught.append(number)

    before = {number: signal.signal(number, catch) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watched(records: Generator[Any, None, Any], first: int, json: bool, quiet: bool) -> Any:
    """Draw the progress bar or print JSON lines until the records end; return how they ended."""
    with tqdm(initial=first, unit="step", dynamic_ncols=True, disable=json or quiet) as bar:
        while True:
            try:
                record = next(records)
            except StopIteration as end:
                return end.value
            if json:
                print(msgspec.json.encode(record).decode(), flush=True)
            bar.total = record.steps
            bar.set_postfix_str(
                f"epoch {record.epoch}, -ELBO {record.negative_elbo:.1f} = {record.reconstruction:.1f} "
                f"+ KL {sum(record.kl):.1f}, {record.images_per_second:,.0f} images/s",
                refresh=False,
            )
            bar.update(record.step - bar.n)


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
    from vae.data import load
    from vae.training import metrics
    from vae.training.graphs import load_model

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
            without=found.card.training.get("without"),
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
    from vae.maps import shelf as maps
    from vae.maps.projections import Settings as MapSettings

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
def datasets(download: tuple[str, ...] = (), delete: str | None = None, json: Json = False) -> int:
    """List the data sets, download some, or delete one of your own.

    Args:
        download: Names of data sets to download and prepare.
        delete: Name of a data set of your own to delete.
        json: Print the list as JSON, or a JSON line for each step of a download.
    """
    from vae import data
    from vae.datasets import prepared

    if delete is not None:
        from vae.own import own_sets
        from vae.runs import shelf as runs

        own_sets.delete(delete, runs.training_on)
        print(f"Deleted {delete}", file=sys.stderr)
        return 0
    for name in download:
        with tqdm(desc=name, unit_scale=True, dynamic_ncols=True, delay=0.1, disable=json) as bar:
            for progress in prepared.prepare(name, download=True):
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
def add(
    path: tyro.conf.Positional[Path],
    name: str | None = None,
    side: int | None = None,
    height: int | None = None,
    width: int | None = None,
    colour: Json = False,
    grey: Json = False,
    fit: str = "crop",
    held_out: float = 0.1,
    seed: int = 0,
    values: str = "",
    label: str = "",
    inspect: Json = False,
    memory_mb: int | None = None,
    cpu_seconds: int | None = None,
    cancel: Path | None = None,
    json: Json = False,
) -> int:
    """Make a data set of pictures of your own: a folder, a zip file, a .npz (images, labels), .npy, idx or .csv file.

    Folders are classes; train/ and test/ above them are the two parts. What is no picture is left out and named.

    Args:
        path: The folder or file.
        name: Name of the data set; left out: made of the file's.
        side: Pixels of a square picture, 8 to 256; left out: what suits the pictures.
        height: Pixels from top to bottom, in place of --side.
        width: Pixels from left to right, in place of --side.
        colour: Keep the colours; left out: where the pictures have any.
        grey: Keep grey levels only.
        fit: crop (cut about the middle) or pad (the whole picture, with bars).
        held_out: Share of the pictures for testing, where the data has no part for it.
        seed: Seed of the split.
        values: How the numbers of an array or a table become grey: found (the least is black, the greatest white), type
            (the range of their type), 0..1, -1..1 or 0..255; left out: what suits them.
        label: Which column of a .csv has the labels: first, last or none; left out: what its heading says.
        inspect: Say what is in it, and add nothing.
        memory_mb: Memory that may be used at most, where the system can say so.
        cpu_seconds: Seconds of a processor that may be used at most, where the system can say so.
        cancel: A file that ends it, with nothing left behind, once it is there.
        json: Print a JSON line for each step, in place of the progress bar.
    """
    from vae.commands import add as adding
    from vae.commands import limits
    from vae.own.making import Making

    if (colour and grey) or (side and (height or width)):
        raise InputError("Give --colour or --grey, and --side or --height and --width, and not both.")
    making = Making(side or height, side or width, True if colour else False if grey else None, fit, held_out, seed)
    making = replace(making, values=values, label=label)
    with limits.bounded(memory_mb, cpu_seconds):
        if inspect:
            adding.show(path, making, json)
        else:
            adding.run(path, name, making, json, cancel)
    return 0


@app.command
def export(model: tyro.conf.Positional[str], out: Path | None = None) -> int:
    """Write a model as one zip file, with its card, graphs, weights, codes and the history of its training.

    Args:
        model: Name in the library, or a folder; a run that is not finished, too.
        out: The file to write; left out: NAME.zip here.
    """
    from vae.exchange.pack import pack
    from vae.runs.shelf import find_run, list_runs

    unfinished = {run.name for run in list_runs() if not run.model}
    found = find_run(model) if model in unfinished else find(model)
    print(pack(found, out or Path(f"{found.name}.zip")))
    return 0


@app.command(name="import")
def import_(
    source: tyro.conf.Positional[Path],
    name: str | None = None,
    numbered: Annotated[bool, tyro.conf.FlagCreatePairsOff] = False,
    scratch: Path | None = None,
    memory_mb: int | None = None,
    cpu_seconds: int | None = None,
    json: Json = False,
) -> int:
    """Take a model's zip file or folder into the library, after trying it out.

    Args:
        source: The zip file or folder.
        name: Name in the library; left out: the one on its card.
        numbered: Put a number behind the name where it is taken.
        scratch: Folder to unpack in, on the library's disk; left out: one beside the model's.
        memory_mb: Memory that may be used at most, where the system can say so.
        cpu_seconds: Seconds of a processor that may be used at most, where the system can say so.
        json: Print the name, and whether it is a model, as JSON.
    """
    from vae.commands.limits import bounded
    from vae.exchange.unpack import unpack

    with bounded(memory_mb, cpu_seconds, "it is no model that explores live"):
        taken = unpack(source, name, numbered=numbered, scratch=scratch)
    if json:
        print(msgspec.json.encode({"name": taken.name, "model": isinstance(taken, Model)}).decode())
    else:
        print(taken.folder)
    return 0


@app.command
def delete(name: tyro.conf.Positional[str]) -> int:
    """Delete a model of your own, or a training run that is at rest, with all its files.

    Args:
        name: Name in your library.
    """
    from vae.runs import shelf as runs

    runs.delete(name)
    print(f"Deleted {name}.")
    return 0


@app.command
def rename(name: tyro.conf.Positional[str], to: tyro.conf.Positional[str]) -> int:
    """Give a model of your own, or a training run that is at rest, another name.

    Args:
        name: Name in your library.
        to: The new name.
    """
    from vae.runs import shelf as runs

    print(f"{name} is {runs.rename(name, to)} now.")
    return 0


@app.command
def film(
    run: tyro.conf.Positional[str],
    out: Path,
    dark: Annotated[bool, tyro.conf.FlagCreatePairsOff] = False,
    seconds: float = 8.0,
) -> int:
    """Write a training run's time machine as a film: its map, pictures and curve, from the first step to the last.

    Args:
        run: Name in your library, or a folder given as ./FOLDER.
        out: The file to write; it ends in .gif or .mp4.
        dark: Light on dark.
        seconds: Length of the film, 1 to 60.
    """
    from vae.films import film as films

    folder = films.folder_of(run)
    print(films.write(folder, out, out.suffix.lower().lstrip("."), "dark" if dark else "light", seconds))
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
