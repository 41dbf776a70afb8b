"""Training as a generator: the loop computes, the caller draws, saves and stops."""

import math
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import tee
from pathlib import Path

import msgspec
import numpy as np
import torch
from torch import Tensor

from vae import python_files
from vae.config import TrainConfig
from vae.data import parts_of
from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.kinds.corruptions import blanked, corrupt
from vae.kinds.images import IMAGES, binarized
from vae.kinds.kind import Item, Kind
from vae.models.build import build_model
from vae.models.model import Model
from vae.models.objectives import Objective, Terms, warm_up
from vae.own.images.folders import Stream
from vae.plans.networks import network
from vae.runs.records import Change, Step
from vae.training.read_ahead import read_ahead
from vae.training.steps.batch import Batch
from vae.training.steps.captured import Captured
from vae.training.steps.weights import optimizer_of, rate_at
from vae.training.together import ALONE, Processes

SECONDS_BETWEEN_BREATHS = 0.25
"""A person who stops a run or changes a setting waits no longer than this, however long a record takes."""

IN_MEMORY = 512 << 20
"""Bytes of images up to which they are copied into memory; of larger sets each batch is copied from the mapped file."""


class NotANumber(InputError):
    """The loss is no longer a number, and neither are the weights."""


@dataclass
class TrainState:
    """All that a run needs to go on: it is changed in place, one whole step at a time."""

    config: TrainConfig
    model: Model
    objective: Objective
    optimizer: torch.optim.Optimizer
    noise: torch.Generator
    sums: Tensor
    """Of the things since the last record, [2 + k + o]: how many, reconstruction, KL by its parts and what else the
    objective gives, in nats."""
    step: int = 0
    changes: list[Change] = field(default_factory=list)
    """Settings changed while the run trained, oldest first; more may be added whenever `train` has yielded."""
    beside: Path | None = None
    """The folder that the files of a person's own lie in, where the settings name any."""


def begin(config: TrainConfig, item: Item, classes: int = 0, beside: Path | None = None) -> TrainState:
    """Make a fresh model and optimiser for things like `item` of so many classes; same seed, same weights.

    beside: the folder that the files of a person's own lie in, where the settings name any.
    """
    here = located(config, beside)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        model = build_model(here, item, classes)
    optimizer = optimizer_of(config, model.parameters())
    noise, objective = torch.Generator().manual_seed(config.seed), Objective(model, here.settled())
    sums = torch.zeros(2 + model.costs + len(objective.others))
    return TrainState(config, model, objective, optimizer, noise, sums, beside=beside)


def located(config: TrainConfig, folder: Path | None) -> TrainConfig:
    """Return settings whose files, of a person's own, are those that lie in a run's folder."""
    if folder is None or not config.files:
        return config
    places = {name: python_files.located(getattr(config, name), folder) for name in ("network", "objective")}
    return replace(config, **places)  # type: ignore[arg-type]


def train(
    state: TrainState,
    images: np.ndarray | Stream,
    every: int = 50,
    processes: Processes = ALONE,
    numbers: np.ndarray | None = None,
    labels: np.ndarray | None = None,
    values: np.ndarray | None = None,
) -> Generator[Step | None]:
    """Train on things as they are kept, [N, *shape], yielding a record every `every` steps and after each epoch.

    numbers: int64 [n], those of the things that are learnt from; left out: all. labels: int64 [N], the classes that a
    conditional model is told; others take none. values: float32 [N], the attribute that a model's head learns to tell,
    NaN where it is not known; only one with a head takes any.

    None is a breath: it is yielded where a quarter of a second has passed without a record, for the caller to look up.
    At each of these the state may be saved; training from the saved state goes on as if it had never stopped.

    Several `processes` each call this, and each computes its rows of every batch with its rows of the same noise, so
    that the records do not depend on their number; what the caller in the main one changes and when it stops, by
    closing, holds for all of them at the same step.
    """
    config = state.config.settled()
    numbers = np.arange(len(images)) if numbers is None else numbers
    per_epoch = math.ceil(len(numbers) / config.batch_size)
    steps = per_epoch * config.epochs
    kind, told = state.model.kind, Told(state.model, labels)
    attribute = _attribute(state, values, numbers)
    source = _Source(images, config, processes.device, kind)
    prepared = processes.prepare(state.objective, state.optimizer)
    record, clock = _Record(state, processes), _Clock(processes)
    # What a person's own modules do in Python may differ from step to step, and is not captured.
    capture = None if config.files else processes.capture()
    step = Captured(_Step(*prepared, state, processes, source, record), processes.device, capture)
    ours, same = tee(processes.rows(batch) for batch in _order(config, numbers, state.step))
    state.model.train()
    if not _agree(state, clock, processes):
        return
    for things, rows in zip(source.batches(ours), same, strict=False):
        weight, rate = _weight_and_rate(state, per_epoch, steps)
        n = min(config.batch_size, len(numbers) - state.step % per_epoch * config.batch_size)
        with _arithmetic(config):
            # Drawn here one step at a time: the same numbers on any device, and a checkpoint has drawn no others yet.
            noise = processes.rows(torch.randn(n, *state.objective.noise, generator=state.noise))
            if config.files:  # dropout, and whatever else they draw, is drawn again by a run that goes on
                torch.manual_seed(_mix(config.seed, state.step))
            if config.targets == "binarized":
                things = _binarized(things, n, state.step, config, processes)
            spoiled = _spoiled(things, n, state.step, config, processes, kind) if config.corruption else None
            given, wanted = told.of(rows, rows.device), None if attribute is None else attribute[rows]
            step(Batch(things, noise, spoiled, given, weight, rate, state.step / steps, wanted), n)
        state.step += 1
        record.count(n)
        said = None
        if state.step % every == 0 or state.step % per_epoch == 0:
            said = record.take(state.step, steps, state.step // per_epoch, weight, rate, clock)
        elif clock.is_due(state.step):
            record.breathe(clock.pause())
        else:
            continue
        try:
            yield said
        except GeneratorExit:
            _agree(state, clock, processes, go_on=False)
            raise
        if not _agree(state, clock, processes):
            return


def _attribute(state: TrainState, values: np.ndarray | None, numbers: np.ndarray) -> Tensor | None:
    """Return the attribute that the head learns to tell, float32 [N]; a head that is fresh takes its measures."""
    if state.model.head is None:
        return None
    if values is None:
        raise InputError("A head learns to tell an attribute of each thing; train it on data that have one.")
    attribute = torch.from_numpy(np.array(values, np.float32))
    if state.step == 0:
        state.model.head.measure(attribute[torch.from_numpy(numbers)])
    return attribute


class _Step:
    """What a step computes with a batch on the device: terms and their sums, gradients, and the weights' next place.

    It asks the device for no number, and what differs from step to step is all in the batch: so it can be captured.
    """

    def __init__(
        self,
        objective: torch.nn.Module,
        optimizer: torch.optim.Optimizer,
        state: TrainState,
        processes: Processes,
        source: "_Source",
        record: "_Record",
    ) -> None:
        self.objective, self.optimizer, self.processes = objective, optimizer, processes
        self.state, self.source, self.record = state, source, record

    def __call__(self, batch: Batch, n: int) -> None:
        model = self.state.model
        for group in self.state.optimizer.param_groups:
            group["lr"], group["capturable"] = batch.rate, isinstance(batch.rate, Tensor)
        x = fed(self.source.look_up(batch.things), model.kind)
        parts = self.objective(x, batch.noise, batch.spoiled, batch.given, batch.weight, batch.progress, batch.values)
        terms = Terms(parts[0], parts[1], parts[2], dict(zip(self.record.others, parts[3:], strict=True)))
        self.optimizer.zero_grad()
        # Gradients are averaged over the processes: each gives its rows' share of the mean times their number.
        self.processes.backward(terms.total / (n / self.processes.count))
        self.optimizer.step()
        self.record.add(terms)


class _Source:
    """Where the things that are learnt from lie.

    Those that fit stay in memory, on the device, and are sliced by index: a DataLoader costs more than the step of a
    small network. Those that are spoiled or binarised first, or do not fit, go to the device batch by batch.
    """

    def __init__(self, images: np.ndarray | Stream, config: TrainConfig, device: str, kind: Kind) -> None:
        self.images, self.kind = images, kind
        self.here: Tensor | None = None
        self.there: Tensor | None = None
        if not isinstance(images, Stream) and images.nbytes <= IN_MEMORY:
            if config.corruption or config.targets == "binarized":
                self.here = as_tensor(images, kind)
            else:
                self.there = as_tensor(images, kind).to(device)

    def batches(self, rows: Iterator[Tensor]) -> Iterator[Tensor]:
        """Yield what `look_up` needs of the things of these numbers: the numbers, or the things as they are kept."""
        if self.there is not None:
            yield from rows
        elif self.here is not None:
            for batch in rows:
                yield self.here[batch]
        elif isinstance(self.images, Stream):
            yield from read_ahead(self.images, rows)
        else:
            for batch in rows:
                yield as_tensor(self.images[batch.numpy()], self.kind)

    def look_up(self, batch: Tensor) -> Tensor:
        """Return the things of a batch, [n, C, H, W] as they are kept, on the device that the batch is on."""
        return batch if self.there is None else self.there[batch]


def _order(config: TrainConfig, numbers: np.ndarray, step: int) -> Iterator[Tensor]:
    """Yield those of `numbers` in each batch from `step` to the run's end, in an order that the seed alone decides."""
    epoch, first = divmod(step, math.ceil(len(numbers) / config.batch_size))
    images = torch.from_numpy(numbers)
    for number in range(epoch, config.epochs):
        order = torch.randperm(len(images), generator=torch.Generator().manual_seed(_mix(config.seed, number)))
        yield from images[order].split(config.batch_size)[first:]
        first = 0


def _binarized(batch: Tensor, n: int, step: int, config: TrainConfig, processes: Processes) -> Tensor:
    """Turn this process's rows of a batch of `n` images, uint8 [rows, C, H, W], black and white.

    As `_spoiled`: what is drawn depends on seed and step alone, and is drawn for the whole batch.
    """
    rows = processes.rows(torch.arange(n)).numpy()
    whole = np.zeros((n, *batch.shape[1:]), np.uint8)
    whole[rows] = batch.numpy()
    return torch.from_numpy(binarized(whole, (_mix(config.seed, 0), step))[rows])


def _spoiled(batch: Tensor, n: int, step: int, config: TrainConfig, processes: Processes, kind: Kind) -> Tensor:
    """Spoil this process's rows of a batch of `n` things as they are kept, [rows, C, H, W], for a network: float32.

    What is drawn depends on seed and step alone, so that a resumed run draws it again. Each process draws for the whole
    batch, with nothing in place of the rows it does not have.
    """
    assert config.corruption is not None
    random = np.random.default_rng((config.seed, step))
    amounts = random.uniform(0, config.corruption_amount, n)
    rows, ours = processes.rows(torch.arange(n)).numpy(), kind.unlay(batch.numpy())
    whole = np.zeros((n, *ours.shape[1:]), kind.kept)
    whole[rows] = ours
    spoiled, known = corrupt(config.corruption, whole, amounts, random, kind=kind)
    if known is not None and network(config.network).gaps:
        spoiled = blanked(spoiled, known)
    return torch.from_numpy(kind.lay(spoiled[rows])).contiguous()


def _weight_and_rate(state: TrainState, per_epoch: int, steps: int) -> tuple[float, float]:
    """Return the weight on the KL and the learning rate of the next step, as the changes so far have left them."""
    beta, rate = settings_at(state, state.step)
    warm = warm_up(state.step, round(state.config.warmup_epochs * per_epoch))
    return beta * warm, rate_at(state.config.schedule, rate, state.step, steps)


def settings_at(state: TrainState, step: float) -> tuple[float, float]:
    """Return beta and the learning rate that the schedule starts from, with the changes made up to `step`."""
    beta, rate = state.config.beta, state.config.learning_rate
    for change in state.changes:
        if change.step <= step:
            beta = beta if change.beta is None else change.beta
            rate = rate if change.learning_rate is None else change.learning_rate
    return beta, rate


@dataclass(frozen=True)
class _Word:
    """What the main process tells the others at each record and breath."""

    go_on: bool
    steps: int
    """Until the next breath."""
    changes: list[Change]


def _agree(state: TrainState, clock: "_Clock", processes: Processes, go_on: bool = True) -> bool:
    """Go on as the main process says, with its changes and its time of breath; return whether to go on at all."""
    if processes.count > 1:
        ours = _Word(go_on, clock.steps_to_breathe(state.step), state.changes)
        word = msgspec.json.decode(processes.share(msgspec.json.encode(ours)), type=_Word)
        state.changes[:] = word.changes
        clock.due, go_on = state.step + word.steps, word.go_on
    clock.go_on(state.step)
    return go_on


@contextmanager
def _arithmetic(config: TrainConfig) -> Iterator[None]:
    """Compute as the settings say for a while: threads and precision belong to the process, and a caller has its own.

    One thread: with waits that do not spin, two are slower on small networks (784-512-16, batches of 64: 16,200 images
    a second with two, 24,500 with one), and a result that does not depend on the cores is one that others get.
    Products of inputs rounded to bfloat16 and summed in float32 make a dense step 1.5 times as fast; -ELBO after
    four epochs moved by 0.01 nats where another seed moves it by 0.3. Torch keeps to float32 on other processors.
    """
    threads, precision = torch.get_num_threads(), torch.get_float32_matmul_precision()
    torch.set_num_threads(config.threads)
    torch.set_float32_matmul_precision("medium" if config.precision == "bfloat16" else "highest")
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_float32_matmul_precision(precision)


def as_tensor(things: np.ndarray | Stream, kind: Kind = IMAGES) -> Tensor:
    """Copy things as they are kept, [N, *shape], into one tensor [N, C, H, W] of the same type."""
    return torch.from_numpy(kind.lay(np.asarray(things)).copy())


def fed(batch: Tensor, kind: Kind = IMAGES) -> Tensor:
    """Return things [n, C, H, W] of the type that they are kept in as a network takes them, float32."""
    return batch.float() if kind.levels == 1 else batch.float().div_(kind.levels)


class Told:
    """What a conditional model is told of each thing that it learns from."""

    def __init__(self, model: Model, labels: np.ndarray | None) -> None:
        self.model, self.classes = model, model.told
        if model.told and labels is None:
            raise InputError("A conditional model is told the class of each thing; train it on data with classes.")
        self.labels = torch.from_numpy(np.array(labels, np.int64)) if model.told else None

    def beside(self, x: Tensor, rows: Tensor) -> Tensor | None:
        """Return what the model is told of things x [n, C, H, W] with these numbers; None where nothing is told."""
        return self.model.told_by(x, self.of(rows, x.device))

    def of(self, rows: Tensor, device: torch.device) -> Tensor | None:
        """Return the one-hot classes [n, classes] of things by their numbers; None where no class is told."""
        return None if self.labels is None else one_hot(self.labels[rows], self.classes).to(device)


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Return float32 [n, classes] with a 1 for each label, int64 [n]."""
    return torch.nn.functional.one_hot(labels, classes).float()


class _Clock:
    """Count the seconds that the loop works, and not those that its caller takes; say when it is time for a breath.

    Several processes breathe after the number of steps that the main one has counted: their clocks differ.
    """

    def __init__(self, processes: Processes) -> None:
        self.together, self.due, self.pace = processes.count > 1, 0, 0.0
        self.worked, self.step, self.since = 0.0, 0, time.perf_counter()

    def is_due(self, step: int) -> bool:
        return step >= self.due if self.together else time.perf_counter() - self.since > SECONDS_BETWEEN_BREATHS

    def pause(self) -> float:
        """Return the seconds worked since `go_on`."""
        self.worked = time.perf_counter() - self.since
        return self.worked

    def go_on(self, step: int) -> None:
        self.step, self.since = step, time.perf_counter()

    def steps_to_breathe(self, step: int) -> int:
        """Return how many steps take the time between two breaths, going by those since `go_on`."""
        return max(1, int(SECONDS_BETWEEN_BREATHS * (step - self.step) / self.worked)) if self.worked else 1


class _Record:
    """Sum up the terms since the last record, without waiting for the numbers."""

    def __init__(self, state: TrainState, processes: Processes) -> None:
        self.state, self.processes = state, processes
        state.sums = state.sums.to(processes.device)
        self.images, self.timed, self.seconds = int(state.sums[0]), 0, 0.0
        self.reconstruction, self.kl = state.sums[1], state.sums[2 : 2 + state.model.costs]
        self.others = dict(zip(state.objective.others, state.sums[2 + state.model.costs :], strict=True))
        if not processes.main:
            state.sums.zero_()

    def count(self, images: int) -> None:
        """Count a batch in which all processes together have so many rows."""
        self.images += images
        self.timed += images

    def add(self, terms: Terms) -> None:
        """Add the terms of this process's rows."""
        self.reconstruction += terms.reconstruction.detach().sum()
        self.kl += terms.kl.detach().sum(0)
        for name, other in terms.others.items():
            self.others[name] += other.detach().sum()

    def breathe(self, seconds: float) -> None:
        """Bring the state's sums up to date: those of all processes go into the main one's."""
        self.seconds += seconds
        sums = self.state.sums
        totals = self.processes.total(sums)
        totals[0] = self.images
        if totals is not sums:
            sums.copy_(totals if self.processes.main else torch.zeros_like(totals))

    def take(self, step: int, steps: int, epoch: int, weight: float, rate: float, clock: _Clock) -> Step:
        sums = self.processes.total(self.state.sums)[1:].tolist()  # waits for the device, which is part of the work
        self.seconds += clock.pause()
        cost, *rest = (value / self.images for value in sums)
        reconstruction = cost if self.state.model.encodes else None
        kl, others = tuple(rest[: len(self.kl)]), dict(zip(self.others, rest[len(self.kl) :], strict=True))
        speed = self.timed / self.seconds
        taken = Step(step, steps, epoch, reconstruction, kl, weight, rate, speed, self.images, others)
        self.state.sums.zero_()
        self.images, self.timed, self.seconds = 0, 0, 0.0
        if not taken.sound:
            raise NotANumber(
                f"Training diverged at step {step}: the loss is no longer a number. "
                f"Try a smaller learning rate (at this step it was {rate:.2g})."
            )
        return taken


def _mix(seed: int, epoch: int) -> int:
    """Give each epoch of each seed its own order, and let a resumed run find it again."""
    return seed * 1_000_003 + epoch + 1


def images_learnt(dataset: Dataset, config: TrainConfig) -> int:
    """Return how many images a run of these settings learns from."""
    numbers = parts_of(dataset, config).learnt
    return len(dataset.train) if numbers is None else len(numbers)


def steps_per_epoch(dataset: Dataset, config: TrainConfig) -> int:
    """Return how many batches it takes to have learnt from each image once."""
    return math.ceil(images_learnt(dataset, config) / config.batch_size)
