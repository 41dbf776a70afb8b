"""Where a run trains: what is there is chosen, what is not is told, and a stopped run goes on elsewhere."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.models import SMALL, made_dataset, made_images, write_dataset
from vae.__main__ import main
from vae.config import DEVICES
from vae.errors import InputError
from vae.kinds.kinds import image
from vae.library.cards import read_card
from vae.runs.status import checkpoint_step, read_status
from vae.training import device, loop, training
from vae.training.album import Album
from vae.training.checkpoints import checkpoint
from vae.training.device import OnDevice, alone_on, choose_device
from vae.training.loop import begin, train
from vae.training.together import ALONE


def there(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let these devices be there, and no others."""
    monkeypatch.setattr(device, "_is_there", lambda name: name in ("cpu", *names))


@pytest.mark.parametrize(("names", "chosen"), [((), "cpu"), (("mps",), "mps"), (("cuda",), "cuda")])
def test_a_gpu_that_is_there_is_taken_by_itself(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], chosen: str
) -> None:
    there(monkeypatch, *names)
    assert choose_device("auto") == chosen
    assert choose_device("cpu") == "cpu"


@pytest.mark.parametrize("wanted", [name for name in DEVICES if name not in ("auto", "cpu")])
def test_a_gpu_that_is_gone_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    there(monkeypatch)
    with pytest.raises(
        InputError, match=rf"There is no {wanted} on this machine to train on; .* or go on with --device cpu\."
    ):
        choose_device(wanted)


def test_an_unknown_device_is_told_the_known_ones() -> None:
    with pytest.raises(InputError, match="Unknown device 'tpu'; choose one of: auto, cpu, cuda, mps"):
        replace(SMALL, device="tpu")


def test_the_processor_needs_nothing() -> None:
    assert alone_on("cpu") is ALONE


def test_a_run_for_a_gpu_that_is_not_there_writes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there(monkeypatch)
    data = write_dataset(tmp_path / "data", made_dataset())
    with pytest.raises(InputError, match="There is no cuda"):
        training.start(replace(SMALL, dataset=str(data), device="cuda"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_model_and_optimiser_go_to_the_device_together() -> None:
    """The processor stands in for a GPU: what is prepared computes the same, from a checkpoint too."""
    images = made_images(64)
    states = [begin(SMALL, image((1, 8, 8))) for _ in range(2)]
    for state, processes in zip(states, (ALONE, OnDevice("cpu")), strict=True):
        assert list(train(state, images, processes=processes))
    taken = [checkpoint(state).tensors for state in states]
    assert taken[0].keys() == taken[1].keys()
    assert all(torch.equal(taken[0][name], taken[1][name]) for name in taken[0])


def test_a_card_says_where_the_model_was_trained(tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "data", made_dataset())
    state, dataset = training.start(replace(SMALL, dataset=str(data), epochs=1), tmp_path / "run")
    run = training.Training(state, dataset, tmp_path / "run")
    assert list(run.records())
    run.finish(1.0)
    assert read_card(tmp_path / "run").training["device"] == device.name_of(torch.device("cpu")) == "cpu"


# A device that fails

LAUNCH_FAILURE = "CUDA error: unspecified launch failure\nCUDA kernel errors might be asynchronously reported"
FAULTS: dict[str, tuple[RuntimeError, str]] = {
    "full": (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), "The memory of cpu is full"),
    "full by the driver's word": (torch.AcceleratorError("CUDA error: out of memory"), "The memory of cpu is full"),
    "full by a library's": (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), "The memory of cpu is full"),
    "gone": (torch.AcceleratorError(LAUNCH_FAILURE), "no longer answers .CUDA error: unspecified launch failure."),
    "gone by a library's word": (RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), "cpu no longer answers"),
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_BREATHS", 1e9)  # the caller looks up at records alone, every fourth step
    return str(write_dataset(tmp_path / "data", made_dataset()))


def failing_from(call: int, error: Exception, of: Callable[..., Any]) -> Callable[..., Any]:
    """Return `of` as it is on a device that fails from that call on, the first one being 1."""
    calls = itertools.count(1)

    def forward(*args: Any, **more: Any) -> Any:
        if next(calls) >= call:
            raise error
        return of(*args, **more)

    return forward


@pytest.mark.parametrize("name", FAULTS)
def test_a_device_that_fails_is_a_sentence_and_the_run_goes_on_elsewhere(
    tmp_path: Path, data: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    error, sentence = FAULTS[name]
    config, folder = replace(SMALL, dataset=data), tmp_path / "a run"
    monkeypatch.setattr(training, "SECONDS_BETWEEN_COPIES", 0.0)
    forward = failing_from(7, error, loop.Objective.forward)  # in the middle of the second epoch
    state, dataset = training.start(config, folder)
    with monkeypatch.context() as patch, pytest.raises(InputError, match=rf"{sentence}.*--device cpu") as raised:
        patch.setattr(loop.Objective, "forward", forward)
        patch.setattr(training, "restore", failing_from(1, error, training.restore))  # nothing can be put there now
        list(training.follow(state, dataset, folder))
    assert f"--resume '{folder}' --device cpu" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert ("--batch-size 8" in str(raised.value)) == name.startswith("full")
    assert checkpoint_step(folder) == 4, "the last record's weights are kept, though no checkpoint was due"
    state, dataset = training.resume(folder)
    assert state.step == 4
    list(training.follow(state, dataset, folder))
    whole, dataset = training.start(config, tmp_path / "whole")
    list(training.follow(whole, dataset, tmp_path / "whole"))
    assert all(torch.equal(*pair) for pair in zip(state.model.parameters(), whole.model.parameters(), strict=True))


def test_a_device_that_fails_leaves_a_checkpoint_that_is_newer_than_the_copy_in_memory(
    tmp_path: Path, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, dataset = training.start(replace(SMALL, dataset=data), tmp_path / "run")
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    monkeypatch.setattr(training, "SECONDS_BETWEEN_COPIES", 1e9)
    monkeypatch.setattr(loop.Objective, "forward", failing_from(11, FAULTS["gone"][0], loop.Objective.forward))
    with pytest.raises(InputError, match="no longer answers"):
        list(training.follow(state, dataset, tmp_path / "run"))
    assert checkpoint_step(tmp_path / "run") == 8


def test_a_device_that_fails_while_a_snapshot_is_taken_is_told_as_well(
    tmp_path: Path, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, dataset = training.start(replace(SMALL, dataset=data), tmp_path / "run")
    monkeypatch.setattr(Album, "take", failing_from(2, FAULTS["gone"][0], Album.take))
    monkeypatch.setattr(Album, "due", True)
    with pytest.raises(InputError, match="no longer answers"):
        list(training.follow(state, dataset, tmp_path / "run"))


def test_the_programs_own_mistakes_are_not_the_devices(
    tmp_path: Path, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistake = RuntimeError("Expected all tensors to be on the same device, but found at least two, cuda:0 and cpu!")
    state, dataset = training.start(replace(SMALL, dataset=data), tmp_path / "run")
    monkeypatch.setattr(loop.Objective, "forward", failing_from(7, mistake, loop.Objective.forward))
    with pytest.raises(RuntimeError, match="same device") as raised:
        list(training.follow(state, dataset, tmp_path / "run"))
    assert raised.value is mistake


def test_the_command_says_that_the_device_is_gone_and_how_to_go_on(
    tmp_path: Path, data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    command = ["train", "--out", str(tmp_path / "run"), "--dataset", data, "--epochs", "3", "--batch-size", "16"]
    with monkeypatch.context() as patch:
        patch.setattr(loop.Objective, "forward", failing_from(7, FAULTS["gone"][0], loop.Objective.forward))
        assert main([*command, "--json"]) == 2
    said = capsys.readouterr().err
    assert f"go on with --resume {tmp_path / 'run'} --device cpu" in said and "Traceback" not in said
    status = read_status(tmp_path / "run")
    assert status is not None and status.state == "failed" and "no longer answers" in status.message
    assert main(["train", "--resume", str(tmp_path / "run"), "--device", "cpu", "--json"]) == 0


def test_a_copy_in_memory_is_no_longer_the_devices() -> None:
    state = begin(SMALL, image((1, 8, 8)))
    kept = checkpoint(state).copied()
    assert all(value.is_cpu for value in kept.tensors.values())
    shared = {value.data_ptr() for value in checkpoint(state).tensors.values()}
    assert not shared & {value.data_ptr() for value in kept.tensors.values()}
