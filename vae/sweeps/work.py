"""A sweep carried out: its runs go into the queue one after the other, and what is asked of it is heeded.

No more of them wait than can train at a time: whoever presses Start meanwhile does not wait for all of them. The
process that does this only looks; each run has its own.
"""

import contextlib
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace

from filelock import Timeout

from vae import child
from vae.errors import InputError
from vae.files import cannot_write
from vae.library.shelf import is_taken, models_folder
from vae.locks import lock
from vae.runs import launch, queue
from vae.runs.shelf import Run, find_run, read_config
from vae.runs.status import Listener, Reporter, Status, write_control, write_status
from vae.sweeps.plan import Planned
from vae.sweeps.shelf import Sweep, find_sweep, keep, list_sweeps, stands

SECONDS_BETWEEN_LOOKS = 0.5

MOST_AT_WORK = 8
"""Sweeps at work at a time: each is a process of some 50 MB that looks on."""

ITS_OWN = ("diverged", "memory")
"""Why a run fails that the next one may do without; whatever else it is would end each of them."""


@dataclass(frozen=True)
class Far:
    """How far a sweep is: so many of its runs are models. name: of the run that was begun last."""

    done: int
    runs: int
    name: str


# As a process


def begin(name: str, planned: Sequence[Planned]) -> Sweep:
    """Write a sweep down and start its process; `InputError` as for `check`, `keep` and `start`."""
    check(planned)
    sweep = keep(name, planned)
    start(sweep)
    return sweep


def start(sweep: Sweep) -> None:
    """Start the process that carries a sweep out, and outlives this one; `InputError` where the system starts none."""
    check(sweep.runs)
    if sum(stands(each).live for each in list_sweeps()) >= MOST_AT_WORK:
        raise InputError(f"{MOST_AT_WORK} sweeps are at work already; wait until one has ended, or stop one.")
    write_control(sweep.folder, wish="run")
    try:
        write_status(sweep.folder, _begun(sweep))
        with (sweep.folder / "log.txt").open("ab") as log:
            process = child.start(["sweep", "--resume", sweep.name], out=log)
    except OSError as error:
        raise cannot_write(sweep.folder, error) from None
    # Or the system would go on listing it once it has ended.
    threading.Thread(target=process.wait, name=f"sweep {sweep.name}", daemon=True).start()


def _begun(sweep: Sweep) -> Status:
    """Return the status of a sweep whose process is about to start: until then no process."""
    now = time.time()
    return Status("training", steps=len(sweep.runs), host=queue.HOST, heartbeat=now, asked_at=now, started_at=now)


def resume(name: str) -> None:
    """Let a sweep go on with the runs that are left; one that is at work is left alone."""
    sweep = find_sweep(name)
    if not stands(sweep).live:
        start(sweep)


def stop(name: str) -> None:
    """Have a sweep stop, and the run of it that trains; what is done stays. One that has ended is left alone."""
    sweep = find_sweep(name)
    if stands(sweep).live:
        write_control(sweep.folder, wish="stop")


# In a process


def check(planned: Iterable[Planned]) -> None:
    """Raise `InputError` where the library has another run or model of the name of one of these."""
    for each in planned:
        folder = models_folder() / each.name
        if is_taken(each.name) and not (folder.exists() and read_config(folder) == each.config):
            raise InputError(f"The library has another {each.name!r}; choose another name for the sweep.")


def carry_out(sweep: Sweep, interrupted: list[int]) -> Generator[Far, None, str]:
    """Train the runs of a sweep that are no models yet, telling twice a second how far it is; return its last state.

    "done", "stopped" (it was asked to, or `interrupted` is filled) or "failed". Those that were stopped go on. A run
    that fails for a reason of its own does not keep the others from being trained.
    """
    with _claimed(sweep):
        if (sweep.folder / "control.json").exists():
            write_control(sweep.folder, wish="run")
        work = _Work(sweep, Listener(sweep.folder), interrupted)
        reporter = Reporter(sweep.folder, replace(_begun(sweep), step=len(work.models)))
        try:
            while work.look():
                reporter.note(step=len(work.models))
                yield Far(len(work.models), len(sweep.runs), work.newest)
                time.sleep(SECONDS_BETWEEN_LOOKS)
            state, message = work.ending()
            reporter.tell(state=state, message=message, step=len(work.models), ended_at=time.time())
        except BaseException as error:
            state, message = ("failed", str(error)) if isinstance(error, InputError) else ("stopped", "Ended at once.")
            reporter.tell(state=state, message=message, ended_at=time.time())
            raise
        finally:
            reporter.close()
    return state


@contextlib.contextmanager
def _claimed(sweep: Sweep) -> Generator[None]:
    held = lock(sweep.folder, timeout=0.5)
    try:
        held.acquire()
    except Timeout:
        raise InputError(f"The sweep {sweep.name!r} is at work already; wait for it, or stop it.") from None
    try:
        yield
    finally:
        held.release()


class _Work:
    """A sweep at work: which of its runs are models, which live, which were begun."""

    def __init__(self, sweep: Sweep, listener: Listener, interrupted: list[int]) -> None:
        self.sweep, self.listener, self.interrupted = sweep, listener, interrupted
        self.models = {each.name for each in sweep.runs if (models_folder() / each.name / "card.json").exists()}
        self.left = [each for each in sweep.runs if each.name not in self.models]
        self.living: dict[str, Run] = {}
        self.failed: dict[str, str] = {}
        self.newest = ""
        self.trouble = ""
        self.stops = False

    def look(self) -> bool:
        """See how the runs stand and do what is next; say whether there is anything left to do."""
        self._see()
        if not self.stops and (self.trouble or self.interrupted or self.listener.look().wish == "stop"):
            self.stops = True
            self._stop(self.living)
        while not self.stops and self.left and self._has_room():
            self._begin(self.left.pop(0))
        return bool(self.living or (self.left and not self.stops))

    def _has_room(self) -> bool:
        busy = [run for run in self.living.values() if run.status.state != "paused"]
        return len(busy) < queue.allowed() and len(queue.waiting()) < queue.MOST_WAITING

    def _see(self) -> None:
        for name in list(self.living):
            try:
                run = find_run(name)
            except InputError:  # somebody has renamed or discarded it, which is no concern of the others
                del self.living[name]
                continue
            self.living[name] = run
            if run.status.live:
                continue
            del self.living[name]
            if run.model:
                self.models.add(name)
            elif run.status.state == "failed":
                self.failed[name] = run.status.message or run.status.reason
                if run.status.reason not in ITS_OWN:
                    self.trouble = f"{name} did not end well: {self.failed[name]}"

    def _begin(self, each: Planned) -> None:
        folder = models_folder() / each.name
        if not folder.exists():
            launch.launch(each.config, each.name, self.sweep.log_to)
        elif not find_run(each.name).status.live:
            launch.resume(each.name, self.sweep.log_to)
        self.newest = each.name
        self.living[each.name] = find_run(each.name)

    def _stop(self, names: Iterable[str]) -> None:
        for name in names:
            with contextlib.suppress(InputError):  # it has just become a model, or gone
                launch.ask(name, "stop")

    def ending(self) -> tuple[str, str]:
        """Return the state in which it has ended, and a sentence for a person."""
        done, runs = len(self.models), len(self.sweep.runs)
        if self.trouble:
            return "failed", f"{self.trouble.rstrip('.')}. The runs that are left were not begun; Resume tries again."
        if self.stops:
            return "stopped", f"Stopped with {done} of {runs} runs done; Resume goes on with the others."
        if done < runs:
            first = f" {next(iter(self.failed.items()))[1]}" if self.failed else ""
            return "stopped", f"{done} of {runs} runs are done.{first} Resume goes on with the others."
        return "done", ""
