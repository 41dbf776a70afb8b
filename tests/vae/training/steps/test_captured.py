"""A captured step is the step: to the last bit where the processor plays the device, to rounding on a GPU."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from tests.models import SMALL, made_images, room
from tests.vae.training.steps.tape import OnTape, TapeCapture
from vae.config import TrainConfig
from vae.families import FAMILIES
from vae.kinds.kinds import image
from vae.likelihoods import LIKELIHOODS
from vae.models.model import Model
from vae.plans.networks import NETWORKS
from vae.runs.records import Change, Step
from vae.training import loop
from vae.training.checkpoints import checkpoint, restore
from vae.training.device import OnDevice
from vae.training.loop import NotANumber, TrainState, begin, train
from vae.training.steps import captured
from vae.training.steps.batch import ALIGNED, Batch, nbytes, within
from vae.training.steps.captured import AHEAD, REHEARSALS
from vae.training.steps.cuda import CudaCapture
from vae.training.together import ALONE, Processes

IMAGES = made_images(41)
"""Three steps an epoch, the last one of nine images."""
LABELS = np.random.default_rng(3).integers(0, 4, 41)
LONG = replace(SMALL, epochs=6)
"""Eighteen steps, six of them of nine images: three of either size are rehearsed and the others captured."""

SETTINGS: dict[str, TrainConfig] = {
    **{f"{name} network": replace(LONG, network=name, latent_dims=room(name, 3), width=8) for name in NETWORKS},
    **{f"{name} likelihood": replace(LONG, likelihood=name) for name in LIKELIHOODS},
    **{f"{name} family": replace(LONG, family=name) for name in FAMILIES},
    "sparse": replace(LONG, family="autoencoder", options={"sparsity": 0.1}),
    "warm-up": replace(LONG, warmup_epochs=4.5, beta=3.0),
    "spoiled": replace(LONG, corruption="gaussian", corruption_amount=0.8),
    "spoiled and told": replace(LONG, corruption="block", family="conditional"),
    "float32": replace(LONG, precision="float32"),
    "binarised": replace(LONG, targets="binarized"),
}


@pytest.fixture(autouse=True)
def rates_that_float32_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A captured step reads the learning rate as float32, the plain one computes with a double."""
    exact = loop.rate_at
    monkeypatch.setattr(loop, "rate_at", lambda *at: float(np.float32(exact(*at))))


def trained(
    config: TrainConfig,
    processes: Processes = ALONE,
    changes: tuple[Change, ...] = (),
    state: TrainState | None = None,
    until: int | None = None,
    images: np.ndarray = IMAGES,
) -> tuple[TrainState, list[Step]]:
    """Train with a record every other step, up to the record at step `until`; return the state and the records."""
    state = state or begin(config, image((1, 8, 8)), classes=4)
    state.changes[:] = changes
    labels, records = LABELS if state.model.told else None, []
    with closing(train(state, images, 2, processes, labels=labels)) as steps:  # type: ignore[type-var]
        for record in steps:
            records += [replace(record, images_per_second=0)] if record else []
            if record and record.step == until:
                break
    return state, records


def assert_same(state: TrainState, expected: TrainState) -> None:
    """Weights, moments, sums and the noise's place are the same to the last bit."""
    found, wanted = checkpoint(state), checkpoint(expected)
    assert found.step == wanted.step and found.tensors.keys() == wanted.tensors.keys()
    for name, value in wanted.tensors.items():
        assert torch.equal(found.tensors[name], value), name


@pytest.mark.parametrize("name", SETTINGS)
def test_a_captured_step_is_the_step(name: str) -> None:
    capture, config = TapeCapture(), SETTINGS[name]
    (state, records), (expected, wanted) = trained(config, OnTape(capture)), trained(config)
    assert capture.captures == 2, "one of sixteen images, one of nine"
    assert capture.rehearsals == 2 * REHEARSALS
    assert capture.replays == 18 - 2 * REHEARSALS
    assert records == wanted
    assert_same(state, expected)


def test_changes_made_by_hand_reach_a_captured_step() -> None:
    changes = (Change(4, beta=5.0), Change(11, learning_rate=2.0**-6), Change(14, beta=0.25, learning_rate=2.0**-8))
    capture = TapeCapture()
    (state, records), (expected, wanted) = trained(LONG, OnTape(capture), changes), trained(LONG, ALONE, changes)
    assert capture.replays
    assert records == wanted
    assert_same(state, expected)
    assert records != trained(LONG)[1]


def test_things_that_do_not_fit_are_sent_with_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    expected, wanted = trained(LONG)
    monkeypatch.setattr(loop, "IN_MEMORY", 0)
    capture = TapeCapture()
    state, records = trained(LONG, OnTape(capture))
    assert capture.replays
    assert records == wanted
    assert_same(state, expected)


@pytest.mark.parametrize("stop", [2, 9, 14])
@pytest.mark.parametrize(("before", "after"), [(True, True), (True, False), (False, True)], ids=str)
def test_a_run_stops_and_goes_on_captured_or_not(stop: int, before: bool, after: bool) -> None:
    expected, wanted = trained(LONG)
    state, records = trained(LONG, OnTape(TapeCapture()) if before else ALONE, until=stop)
    stopped, at = trained(LONG, until=stop)[0], state.step
    assert_same(state, stopped)
    assert at == stop
    capture = TapeCapture()
    state, rest = trained(LONG, OnTape(capture) if after else ALONE, state=state)
    assert records + rest == wanted
    assert_same(state, expected)


@pytest.mark.parametrize(("most", "places"), [(captured.MOST_AHEAD, AHEAD), (3 * 5 * 256, 3), (1, 2)])
def test_the_batches_of_a_device_that_lags_behind_are_its_own(
    monkeypatch: pytest.MonkeyPatch, most: int, places: int
) -> None:
    """It does nothing before it must, and finds what was sent for each step although more was made ready since."""
    monkeypatch.setattr(captured, "MOST_AHEAD", most)
    capture, config = TapeCapture(), replace(LONG, epochs=1, batch_size=1)
    states = [begin(config, image((1, 8, 8))) for _ in range(2)]
    for state, processes in zip(states, (OnTape(capture), ALONE), strict=True):
        assert len([step for step in train(state, made_images(64), 1000, processes) if step]) == 1
    assert_same(*states)
    assert capture.longest == 1 + 2 * places, "each sent and replayed, and the last step of the place that is free"


def out_of_memory() -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


def not_permitted() -> None:
    raise torch.AcceleratorError("CUDA error: operation not permitted when stream is capturing")


@pytest.mark.parametrize("failure", [out_of_memory, not_permitted])
def test_where_a_step_cannot_be_captured_nothing_is_lost(failure: Callable[[], None]) -> None:
    capture = TapeCapture(failure)
    (state, records), (expected, wanted) = trained(LONG, OnTape(capture)), trained(LONG)
    assert (capture.captures, capture.replays) == (1, 0), "it is tried once"
    assert records == wanted
    assert_same(state, expected)
    for group in state.optimizer.param_groups:
        assert isinstance(group["lr"], float) and not group["capturable"]


def test_a_model_that_looks_at_a_number_on_the_way_trains_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    decode = Model.decode

    def looks(self: Model, z: torch.Tensor, given: torch.Tensor | None = None) -> Any:
        assert float(z.detach().sum()) < torch.inf
        return decode(self, z, given)

    monkeypatch.setattr(Model, "decode", looks)
    capture = TapeCapture()
    (state, records), (expected, wanted) = trained(LONG, OnTape(capture)), trained(LONG)
    assert (capture.captures, capture.replays) == (1, 0)
    assert records == wanted
    assert_same(state, expected)


def test_where_there_is_no_place_for_batches_the_steps_are_plain() -> None:
    class Full(TapeCapture):
        def outbox(self, size: int) -> Any:
            raise RuntimeError("CUDA error: out of memory")

    (state, records), (expected, wanted) = trained(LONG, OnTape(capture := Full())), trained(LONG)
    assert not capture.rehearsals and not capture.captures
    assert records == wanted
    assert_same(state, expected)


@pytest.mark.parametrize("fails", range(1, 2 * REHEARSALS + 1))
def test_a_step_for_which_captures_leave_no_memory_is_computed_without_them(fails: int) -> None:
    class Full(TapeCapture):
        def rehearse(self, step: Callable[[], None]) -> None:
            if self.rehearsals + 1 == fails:
                self.finish()  # on a GPU what comes next waits for it by itself
                out_of_memory()
            super().rehearse(step)

    expected, wanted = trained(LONG)
    if fails <= REHEARSALS + 1:  # nothing is captured yet that memory could be had back from
        with pytest.raises(torch.OutOfMemoryError):
            trained(LONG, OnTape(Full()))
        return
    state, records = trained(LONG, OnTape(capture := Full()))
    assert (capture.captures, capture.rehearsals) == (1, fails - 1)
    assert records == wanted
    assert_same(state, expected)


def test_captured_steps_that_diverge_say_so_where_plain_ones_do() -> None:
    said = []
    for processes in (OnTape(capture := TapeCapture()), ALONE):
        with pytest.raises(NotANumber) as raised:
            trained(replace(LONG, depth=4), processes, (Change(10, learning_rate=1e30),))
        said.append(str(raised.value))
    assert said[0] == said[1]
    assert capture.replays > 3


def test_one_process_on_a_gpu_of_its_own_captures_and_no_other() -> None:
    assert isinstance(OnDevice("cuda").capture(), CudaCapture)
    assert [processes.capture() for processes in (ALONE, OnDevice("mps"), OnDevice("cpu"))] == [None] * 3


@pytest.mark.parametrize("rows", [1, 7, 64])
@pytest.mark.parametrize("more", [False, True])
def test_a_batch_in_one_piece_of_memory_is_the_batch(rows: int, more: bool) -> None:
    def drawn(seed: int) -> Batch:
        random = torch.Generator().manual_seed(seed)
        things = torch.randint(0, 256, (rows, 1, 3, 5), generator=random).to(torch.uint8)
        spoiled, given = (torch.rand(rows, k, generator=random) if more else None for k in (15, 3))
        return Batch(things, torch.randn(rows, 3, generator=random), spoiled, given, 0.75 + seed, 2.0**-seed, seed / 4)

    memory = torch.full((nbytes(drawn(0)),), 255, dtype=torch.uint8)
    place = within(memory, drawn(0))
    for seed in (1, 2):
        place.fill(drawn(seed))
        for found, value in zip(place, drawn(seed), strict=True):
            if isinstance(value, torch.Tensor):
                assert found.dtype == value.dtype and torch.equal(found, value)
            else:
                assert found is value is None or (found.dtype == torch.float32 and found.item() == value)
    parts = sorted((part.data_ptr(), part.nbytes) for part in place if part is not None)
    assert all((start - memory.data_ptr()) % ALIGNED == 0 for start, _ in parts)
    assert all(start + size <= after for (start, size), (after, _) in pairwise(parts))
    assert parts[-1][0] + parts[-1][1] <= memory.data_ptr() + memory.nbytes


# On a GPU

on_a_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU that torch can use")


class Counted(CudaCapture):
    """Count what is captured and replayed."""

    def __init__(self) -> None:
        self.captures = self.replays = 0

    def capture(self, step: Callable[[], None]) -> Callable[[], None]:
        self.captures += 1
        replay = super().capture(step)

        def counted() -> None:
            self.replays += 1
            replay()

        return counted


class Gpu(OnDevice):
    """One process on the GPU, with the capture that is given, or none."""

    def __init__(self, capture: CudaCapture | None) -> None:
        super().__init__("cuda")
        self.captured = capture

    def capture(self) -> CudaCapture | None:
        return self.captured


def assert_near(records: list[Step], wanted: list[Step], rel: float) -> None:
    """What was learnt is the same to rounding, which grows from step to step."""
    assert [record.step for record in records] == [record.step for record in wanted]
    found, expected = ([record.reconstruction + sum(record.kl) for record in each] for each in (records, wanted))
    assert found == pytest.approx(expected, rel=rel)


@on_a_gpu
@pytest.mark.parametrize("name", SETTINGS)
def test_a_captured_step_on_a_gpu_is_the_step_to_rounding(name: str) -> None:
    config = replace(SETTINGS[name], precision="float32")
    capture = Counted()
    (state, records), (_, wanted) = trained(config, Gpu(capture)), trained(config, Gpu(None))
    assert capture.captures == 2 and capture.replays == 18 - 2 * REHEARSALS
    assert_near(records, wanted, 2e-3)
    on_cpu, expected = trained(config)
    assert_near(records, expected, 5e-3)
    assert torch.equal(state.noise.get_state(), on_cpu.noise.get_state())
    assert [slots["step"].item() for slots in state.optimizer.state.values()] == [18.0] * len(state.optimizer.state)


@on_a_gpu
def test_a_gpu_that_cannot_capture_a_step_trains_on(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = trained(LONG, Gpu(None))[1]
    decode = Model.decode

    def looks(self: Model, z: torch.Tensor, given: torch.Tensor | None = None) -> Any:
        assert float(z.detach().sum()) < torch.inf
        return decode(self, z, given)

    monkeypatch.setattr(Model, "decode", looks)
    capture = Counted()
    assert_near(trained(LONG, Gpu(capture))[1], expected, 2e-3)
    assert (capture.captures, capture.replays) == (1, 0)
    assert torch.cuda.current_stream() == torch.cuda.default_stream()


@on_a_gpu
def test_a_capture_for_which_there_is_no_memory_costs_nothing_but_itself() -> None:
    class Full(Counted):
        def capture(self, step: Callable[[], None]) -> Callable[[], None]:
            def too_much() -> None:
                step()
                torch.empty(1 << 50, dtype=torch.uint8, device="cuda")

            return super().capture(too_much)

    assert_near(trained(LONG, Gpu(Full()))[1], trained(LONG, Gpu(None))[1], 2e-3)


@on_a_gpu
@pytest.mark.parametrize("stop", [2, 9, 14])
def test_a_run_stopped_on_a_gpu_goes_on_on_the_processor_and_back(stop: int) -> None:
    config = replace(LONG, precision="float32")
    whole = trained(config)[1]
    for first, second in ((Gpu(CudaCapture()), ALONE), (ALONE, Gpu(CudaCapture()))):
        state, records = trained(config, first, until=stop)
        again = begin(config, image((1, 8, 8)), classes=4)
        taken = checkpoint(state)
        loop_state = replace(taken, tensors={name: value.cpu() for name, value in taken.tensors.items()})
        restore(again, loop_state)
        assert_near(records + trained(config, second, state=again)[1], whole, 5e-3)
