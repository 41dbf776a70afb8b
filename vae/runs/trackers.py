"""Where a run's records go beside its folder: to a tracker that is installed here, imported only where it is asked for.

A tracker takes numbers by name at steps. What a run is told stands in its folder, in tracker.json, so that the process
that goes on with it goes on in the same run of the tracker. Each is local unless the environment says otherwise: the
variables are the trackers' own (WANDB_MODE, WANDB_DIR, WANDB_PROJECT; MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_NAME).
"""

import os
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol

import msgspec

from vae.config import TrainConfig
from vae.errors import InputError, first_line, unknown
from vae.files import DAMAGED_JSON, replacing
from vae.runs.shelf import RECORDS, read_config, read_records

FILE = "tracker.json"

PROJECT = "latent-explorer"
"""What W&B calls a project and MLflow an experiment, where the environment names none."""

End = Literal["done", "stopped", "failed"]


@dataclass(frozen=True)
class Where:
    """In which run of which tracker a run is followed. key: the tracker's own name of it, "" before it has begun;
    store: where that tracker keeps it, "" where the environment or the run's folder says so."""

    tracker: str
    key: str = ""
    store: str = ""


@dataclass(frozen=True)
class Told:
    """What a tracker is told of a run as it begins or goes on. step: where it stands."""

    name: str
    folder: Path
    settings: dict[str, Any]
    step: int
    where: Where


class Tracker(Protocol):
    """One run in a tracker."""

    where: Where

    def log(self, step: int, figures: dict[str, float]) -> None:
        """Take figures of a step, each a number by its name."""

    def close(self, end: End) -> None:
        """Write down what is left, and how the run has ended."""


class TensorBoard:
    """Event files in the run's folder, under tensorboard/: `tensorboard --logdir` there, or above, shows them.

    Their format: TensorFlow's event.proto and summary.proto, by tensorboard's own classes; no torch, no TensorFlow.
    """

    def __init__(self, told: Told) -> None:
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.plugins.hparams.summary_v2 import hparams_pb
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        self._event, self._summary = Event, Summary
        self._writer = EventFileWriter(str(told.folder / "tensorboard"))
        if told.where.key:
            # A reader forgets what an earlier process has written from this step on.
            begun = SessionLog(status=SessionLog.START)
            self._writer.add_event(Event(wall_time=time.time(), step=told.step + 1, session_log=begun))
        else:
            settings = hparams_pb(told.settings, trial_id=told.name)
            self._writer.add_event(Event(wall_time=time.time(), step=0, summary=settings))
        self.where = replace(told.where, key="tensorboard")

    def log(self, step: int, figures: dict[str, float]) -> None:
        values = [self._summary.Value(tag=name, simple_value=value) for name, value in figures.items()]
        self._writer.add_event(self._event(wall_time=time.time(), step=step, summary=self._summary(value=values)))

    def close(self, end: End) -> None:
        self._writer.close()


class WeightsAndBiases:
    """A run of W&B: on this machine, for `wandb sync` to send, unless WANDB_MODE is online."""

    def __init__(self, told: Told) -> None:
        mode = os.environ.get("WANDB_MODE", "offline")
        if mode != "online":
            os.environ.setdefault("WANDB_ERROR_REPORTING", "false")  # it would tell its makers of its own errors
        import wandb

        key = told.where.key or secrets.token_hex(4)
        self._run = wandb.init(
            project=os.environ.get("WANDB_PROJECT", PROJECT),
            name=told.name,
            id=key,
            resume="allow" if mode == "online" and told.where.key else None,
            mode=mode,
            dir=os.environ.get("WANDB_DIR", str(told.folder)),
            config=told.settings,
            settings=wandb.Settings(console="off", silent=True, disable_git=True, save_code=False),
        )
        # Its own count of steps takes none twice: a run that goes on from its checkpoint writes some again.
        self._run.define_metric("*", step_metric="step")
        self.where = replace(told.where, key=key)

    def log(self, step: int, figures: dict[str, float]) -> None:
        self._run.log({"step": step} | figures)

    def close(self, end: End) -> None:
        self._run.finish(exit_code=int(end != "done"))


class MLflow:
    """A run of MLflow: in its store beside the working folder, unless MLFLOW_TRACKING_URI names another."""

    def __init__(self, told: Told) -> None:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        import mlflow

        named = "MLFLOW_TRACKING_URI" in os.environ  # it may hold a password, and is not written down
        store = "" if named else told.where.store or mlflow.get_tracking_uri()
        self._client, self._metric = mlflow.MlflowClient(store or None), mlflow.entities.Metric
        key = told.where.key
        if key:
            self._client.update_run(key, status="RUNNING")
        else:
            key = self._begin(told)
        self.where = replace(told.where, key=key, store=store)

    def _begin(self, told: Told) -> str:
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME", PROJECT)
        found = self._client.get_experiment_by_name(name)
        experiment = self._client.create_experiment(name) if found is None else found.experiment_id
        key: str = self._client.create_run(experiment, run_name=told.name).info.run_id
        for setting, value in told.settings.items():
            self._client.log_param(key, setting, value)
        return key

    def log(self, step: int, figures: dict[str, float]) -> None:
        now = int(time.time() * 1000)
        taken = [self._metric(name, value, now, step) for name, value in figures.items()]
        self._client.log_batch(self.where.key, metrics=taken)

    def close(self, end: End) -> None:
        self._client.set_terminated(self.where.key, {"done": "FINISHED", "stopped": "KILLED", "failed": "FAILED"}[end])


TRACKERS: dict[str, Callable[[Told], Tracker]] = {
    "tensorboard": TensorBoard,
    "wandb": WeightsAndBiases,
    "mlflow": MLflow,
}
"""By the name of the package that has to be installed, which is that of the flag, too."""

NONE = "none"
"""In place of a tracker's name: a run that goes on is followed no longer."""


def check(name: str) -> None:
    """Raise `InputError` where a tracker is unknown, or its package is not installed here."""
    if name == NONE:
        return
    if name not in TRACKERS:
        raise unknown("tracker", name, [*TRACKERS, NONE])
    if find_spec(name) is None:
        raise InputError(
            f"{name} is not installed here, so that no records can go to it; install it with `pip install {name}`, or "
            f"go on with --log-to {NONE}."
        )


def choose(folder: Path, name: str) -> None:
    """Write down which tracker follows the run in `folder` from now on; the one that does already goes on."""
    before = chosen(folder)
    if name == NONE:
        (folder / FILE).unlink(missing_ok=True)
    elif before is None or before.tracker != name:
        _write(folder, Where(name))


def chosen(folder: Path) -> Where | None:
    """Return which tracker follows the run in `folder`; None where none does, or where that cannot be read."""
    with suppress(OSError, *DAMAGED_JSON):
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Where)
    return None


def _write(folder: Path, where: Where) -> None:
    with replacing(folder / FILE) as path:
        path.write_bytes(msgspec.json.encode(where) + b"\n")


class Tracking:
    """A run's records on their way to its tracker, if it has one; leaving the block says there how it has ended.

    They are read from the run's folder, so that a tracker that is chosen late gets those of before, too. A tracker that
    fails does not end the run: that is said once, and it is told no more.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tracker: Tracker | None = None
        self.end: End = "stopped"
        self._read = dict.fromkeys(RECORDS, 0)

    def open(self, step: int) -> None:
        """Begin, or go on, at a step; `InputError` where the tracker cannot."""
        where = chosen(self.folder)
        if where is None:
            return
        check(where.tracker)
        settings = told_of(read_config(self.folder))
        try:
            self.tracker = TRACKERS[where.tracker](
                Told(self.folder.resolve().name, self.folder.resolve(), settings, step, where)
            )
        except Exception as error:  # each has classes of its own
            raise InputError(
                f"{where.tracker} takes no records of this run ({first_line(error)}); mend that, or go on with "
                f"--log-to {NONE}."
            ) from None
        if where.key:
            self._read = {kind: _size(self.folder / name) for kind, name in RECORDS.items()}
        if self.tracker.where != where:
            _write(self.folder, self.tracker.where)

    def look(self) -> None:
        """Pass on what has been written since the last look."""
        for kind in RECORDS if self.tracker else ():
            records, after = read_records(self.folder, self._read[kind], kind)
            while after > self._read[kind]:
                self._read[kind] = after
                for record in records:
                    self._log(record["step"], figures(kind, record))
                records, after = read_records(self.folder, after, kind)

    def finish(self, step: int, metrics: dict[str, Any]) -> None:
        """Say what the finished model is worth, as its card has it."""
        self.look()
        numbers = {name: value for name, value in metrics.items() if isinstance(value, int | float)}
        self._log(step, {f"model/{name}": float(value) for name, value in numbers.items()})
        self.end = "done"

    def _log(self, step: int, taken: dict[str, float]) -> None:
        self._tell(lambda tracker: tracker.log(step, taken))

    def _tell(self, say: Callable[[Tracker], None]) -> None:
        if self.tracker is None:
            return
        try:
            say(self.tracker)
        except Exception as error:  # a server that is gone must not cost a night's training
            name, self.tracker = self.tracker.where.tracker, None
            said = f"{name} takes no more records ({first_line(error)}); the run goes on without it."
            print(said, file=sys.stderr)

    def __enter__(self) -> "Tracking":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, KeyboardInterrupt | GeneratorExit):
            self.end = "failed"
        self.look()
        self._tell(lambda tracker: tracker.close(self.end))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def told_of(config: TrainConfig) -> dict[str, Any]:
    """Return settings as a tracker takes them: flat, and without what is left out."""
    plain = asdict(config)
    plain |= plain.pop("options")
    return {name: value for name, value in plain.items() if value is not None}


def figures(kind: str, record: dict[str, Any]) -> dict[str, float]:
    """Return the figures of a record by the names that they have in a tracker, losses in nats a thing.

    kind: of records, as in `RECORDS`; those of training are named train/…, those of test images test/….
    """
    found = {name: record[name] for name in ("negative_elbo", "reconstruction") if record[name] is not None}
    found |= {"kl": sum(record["kl"])} if found else {}
    if kind == "held_out":
        return {f"test/{name}": value for name, value in found.items()}
    found |= {name: record[name] for name in ("learning_rate", "images_per_second", "epoch")}
    found |= {"kl_weight": record["weight"]} | record["others"]
    return {f"train/{name}": float(value) for name, value in found.items()}
