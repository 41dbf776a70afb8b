"""Train a model: alone or beside other processes, from the start or where a run was stopped."""

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import tyro

from vae.commands.flags import Json, LogTo, Own, Settings, Switch
from vae.commands.measure import summary
from vae.commands.runs.progress import interrupts, watched
from vae.config import TrainConfig
from vae.errors import InputError
from vae.runs import trackers


def train(
    settings: tyro.conf.OmitArgPrefixes[Settings],
    own: tyro.conf.OmitArgPrefixes[Own],
    out: Path | None = None,
    name: str | None = None,
    config: Path | None = None,
    resume: Path | None = None,
    queue: Switch = False,
    log_to: LogTo = None,
    json: Json = False,
) -> int:
    """Train a model; when it is done it stands in the library and the app shows it.

    Args:
        settings: What is trained and how.
        own: Settings of one family or objective alone.
        out: Folder of the run; left out: a new one in your library.
        name: Name of the model in your library, in place of --out.
        config: The config.json of a run, or its folder: train another one with the very same settings.
        resume: Folder of a run that was stopped; it goes on with its own settings, and on --device where that is named.
        queue: With --resume: wait for the runs that were asked for before, at low priority, as the app does.
        log_to: Tracker that takes the run's records as well, where its package is installed; --resume goes on in the
            same run of it, and none ends that.
        json: Print a JSON line for each record, then the card, in place of the progress bar.
    """
    from vae.runs import shelf as runs
    from vae.runs.status import claim
    from vae.training.together import end_at_once, join

    typed = settings != Settings(device=settings.device) or own != Own()
    if resume and (typed or out or name or config):
        raise InputError("--resume goes on with the run's own settings; leave the other flags but --device out.")
    if config and typed:
        raise InputError(
            "--config brings all settings of a run; leave the other flags but --device, --out and --name out, or edit "
            "a copy of the file."
        )
    if queue and not resume:
        raise InputError("--queue waits with a run that has a folder already; give its --resume, or leave it out.")
    if out and name:
        raise InputError("--out and --name both say where the model goes; give one of them.")
    if log_to:
        trackers.check(log_to)
    chosen = None if resume else _chosen(settings, own, config)
    with join() as processes, interrupts() as interrupted:
        if not processes.main:
            return _train_beside(processes)
        if queue and hasattr(os, "nice"):
            os.nice(10)
        with _inviting(processes) as invite:
            folder = resume or out or runs.new_folder(chosen or settings.config(own), name)
            with claim(folder):
                device = None if settings.device == Settings.device else settings.device
                code = train_in(
                    folder,
                    chosen,
                    interrupted,
                    processes,
                    invite,
                    heed=queue,
                    quiet=queue,
                    json=json,
                    device=device,
                    log_to=log_to,
                )
    if processes.count > 1:
        end_at_once(code)
    return code


def _chosen(settings: Settings, own: Own, config: Path | None) -> TrainConfig:
    """Return the settings to train with: those typed, or those of a run that was trained before."""
    from vae.runs.shelf import read_config

    if config is None:
        return settings.config(own)
    if config.name != "config.json" and not config.is_dir():
        raise InputError(f"--config takes a run's folder or its config.json; got {config}.")
    folder = config if config.is_dir() else config.parent
    read = read_config(folder)
    if read.files:
        from vae.training.loop import located

        read = located(read, folder)
    return read if settings.device == Settings.device else replace(read, device=settings.device)


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


def train_in(
    folder: Path,
    config: TrainConfig | None,
    interrupted: list[int],
    processes: Any = None,
    invite: Callable[[Any, Any], None] = lambda state, dataset: None,
    *,
    heed: bool = False,
    quiet: bool = False,
    json: bool = False,
    device: str | None = None,
    log_to: str | None = None,
) -> int:
    """Train in a claimed folder, on `device` where one is named: a new run with `config`, or the one that is there.

    processes, invite: those that train beside this one; left out: it trains alone. heed: do what was asked of the run
    before, and wait for its turn. quiet: say nothing. log_to: the tracker that follows it from now on.
    """
    from vae.runs import shelf as runs
    from vae.runs.session import Session

    opened = None
    if config:
        from vae.training import training as trainer

        opened = trainer.start(config, folder)
    else:
        runs.check_resumable(folder)
    if log_to:
        trackers.choose(folder, log_to)
    with Session(folder, interrupted, heed) as session, trackers.Tracking(folder) as tracking:
        ending, training = session.wait(), None
        if ending in (None, "keep"):
            session.say(state="starting")  # before torch: that takes a second or more
            from vae.training import training as trainer

            state, dataset = opened or trainer.resume(folder)
            together = trainer.ALONE if processes is None else processes
            training = trainer.Training(state, dataset, folder, together, device)
            tracking.open(state.step)
        if training and ending is None:
            invite(state, dataset)
            ending = watched(session.attend(training), training.state.step, json, quiet, tracking.look)
        if training and ending in ("trained", "keep"):
            code = _finish(session, training, interrupted, tracking, json, quiet)
            if code is not None:
                return code
        elif ending != "discard":
            return _stopped(session.stop(), folder, 130 if interrupted else 0)
    runs.remove(folder)  # once nothing writes into it any more
    return 0


def _finish(
    session: Any, training: Any, interrupted: list[int], tracking: trackers.Tracking, json: bool, quiet: bool
) -> int | None:
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
    tracking.finish(training.state.step, card.metrics)
    if json:
        print(msgspec.json.encode(card).decode())
    elif not quiet:
        seconds = time.process_time()
        print(f"{summary(card.metrics)}\nSaved {card.name} in {session.folder} ({seconds:.0f} s of processor time)")
        for sentence in _findings(session.folder):
            print(sentence)
    return 0


def _findings(folder: Path) -> list[str]:
    """Say what the curves of a run that is over mean, a line each."""
    from vae.runs import shelf as runs
    from vae.runs.doctor.checks import diagnose
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
