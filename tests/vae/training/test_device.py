"""Where a run trains: what is there is chosen, what is not is told, and a stopped run goes on elsewhere."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.models import SMALL, made_dataset, made_images, write_dataset
from vae.config import DEVICES
from vae.errors import InputError
from vae.kinds.kinds import image
from vae.library.cards import read_card
from vae.training import device, training
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


def test_a_full_device_is_a_sentence_and_the_run_can_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    data = write_dataset(tmp_path / "data", made_dataset())
    state, dataset = training.start(replace(SMALL, dataset=str(data)), tmp_path / "run")
    monkeypatch.setattr("vae.training.loop.Objective.forward", full)
    with pytest.raises(InputError, match=r"The memory of cpu is full.* or go on with --device cpu.*--batch-size \d+"):
        list(training.follow(state, dataset, tmp_path / "run"))
    monkeypatch.undo()
    state, dataset = training.resume(tmp_path / "run")
    assert list(training.follow(state, dataset, tmp_path / "run"))
    assert np.isfinite(next(state.model.parameters()).detach().numpy()).all()
