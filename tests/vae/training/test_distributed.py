"""Several processes train as one does: the same noise, order, losses and weights, and one word for all."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from tests.beside import SCENARIOS, run
from tests.models import SMALL, made_dataset, made_images, write_dataset
from tests.running import ROOT
from vae.__main__ import main
from vae.kinds.kinds import image
from vae.runs.records import Step
from vae.training.loop import begin, train
from vae.training.together import ALONE, Processes, join

PROCESSES = 2
PATIENCE = 300
CLOSE = {"rtol": 2e-4, "atol": 2e-5}
"""Sums in another order, carried through twelve steps of Adam, which divides small gradients by their own size."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which no GPU is seen and nothing is downloaded."""
    kept = {name: value for name, value in os.environ.items() if name != "LATENT_DATA_DIR"}
    return kept | {"CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | more


class Zygote:
    """A process that has imported torch, and forks for those that train together."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process
        self.imported = self._told()

    def _told(self) -> list[Any]:
        assert self._process.stdout is not None
        return list(msgspec.json.decode(self._process.stdout.readline()))

    def run(self, folder: Path, precision: str = "no", **what: list[str]) -> tuple[list[int], list[str]]:
        """Let two real processes do what `Fork` says, and return their codes and what they said was wrong."""
        common = {"WORLD_SIZE": str(PROCESSES), "LOCAL_WORLD_SIZE": str(PROCESSES), "MASTER_ADDR": "127.0.0.1"}
        common |= {"MASTER_PORT": str(free_port()), "ACCELERATE_MIXED_PRECISION": precision}
        said = [folder / f"said-{index}.txt" for index in range(PROCESSES)]
        places = [{"RANK": str(index), "LOCAL_RANK": str(index)} for index in range(PROCESSES)]
        forks = [
            {"environment": common | place, "said": str(path)} | what for place, path in zip(places, said, strict=True)
        ]
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(forks).decode() + "\n")
        self._process.stdin.flush()
        return self._told(), [path.read_text() for path in said]

    def train(self, folder: Path, *names: str, precision: str = "no") -> Path:
        """Let two processes train these scenarios, and return the folder in which they leave what came of them."""
        codes, said = self.run(folder, precision, scenarios=[str(folder), *names])
        assert codes == [0] * PROCESSES, "\n".join(said)
        return folder


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """The one process of this file that imports torch for the others."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m", "tests.beside"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), **pipes) as process:  # type: ignore[call-overload]
        yield Zygote(process)
        process.stdin.close()


@contextmanager
def running(command: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen]:
    """Run a command until the block ends."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environ, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


@pytest.fixture(scope="module")
def trained(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two processes' outcomes of all scenarios."""
    return zygote.train(tmp_path_factory.mktemp("together"))


def facts(folder: Path, name: str, index: int) -> dict[str, Any]:
    return msgspec.json.decode((folder / f"{name}-{index}.json").read_bytes())


def tensors(folder: Path, name: str, index: int) -> dict[str, np.ndarray]:
    with np.load(folder / f"{name}-{index}.npz", allow_pickle=False) as arrays:
        return dict(arrays)


@pytest.mark.parametrize("name", SCENARIOS)
def test_two_processes_train_as_one_does(trained: Path, name: str) -> None:
    state, records = run(name)
    found = facts(trained, name, 0)
    assert found["count"] == PROCESSES
    assert found["step"] == state.step
    together = [msgspec.convert(record, Step) for record in found["records"]]
    assert [(r.step, r.epoch, r.weight, r.learning_rate) for r in together] == [
        (r.step, r.epoch, r.weight, r.learning_rate) for r in records
    ]
    for theirs, ours in zip(together, records, strict=True):
        np.testing.assert_allclose(theirs.reconstruction, ours.reconstruction, **CLOSE)
        np.testing.assert_allclose(theirs.kl, ours.kl, **CLOSE)
        assert theirs.others == pytest.approx(ours.others, rel=CLOSE["rtol"], abs=CLOSE["atol"])
    left = tensors(trained, name, 0)
    assert np.array_equal(left["noise"], state.noise.get_state().numpy())
    for key, value in state.model.state_dict().items():
        theirs, ours = left[f"model.{key}"], value.numpy()
        # Adam divides a gradient by its own size: where it is nearly zero, the rounding of a sum in another order may
        # turn a step around, and the next: one weight in a thousand, on some processors.
        turned = ~np.isclose(theirs, ours, rtol=2e-3, atol=5e-4)
        assert turned.sum() <= max(1, turned.size / 500), key
        np.testing.assert_allclose(theirs, ours, rtol=0, atol=4 * state.config.learning_rate, err_msg=key)


@pytest.mark.parametrize("name", SCENARIOS)
def test_both_processes_have_the_same_weights_to_the_last_bit(trained: Path, name: str) -> None:
    main, other = (tensors(trained, name, index) for index in range(PROCESSES))
    assert main.keys() == other.keys()
    for key, value in main.items():
        assert np.array_equal(value, other[key]) or key == "sums", key


def test_what_the_main_process_changes_holds_for_all_from_the_same_step(trained: Path) -> None:
    main, other = (facts(trained, "changed", index) for index in range(PROCESSES))
    assert [record["weight"] for record in main["records"]] == [1, 1, 6, 6, 6, 6]
    assert main["changes"] == other["changes"] == [{"step": 4, "beta": 6.0, "learning_rate": 1e-2}]


def test_stopped_in_the_middle_of_an_epoch_and_resumed_all_go_on(trained: Path) -> None:
    main, other = (facts(trained, "stopped", index) for index in range(PROCESSES))
    assert main["step"] == other["step"] == 9
    assert [record["step"] for record in main["records"]] == [3, 6, 9]


class OneOf(Processes):
    """One of several processes that never meet: its gradients are its own rows' alone."""

    def __init__(self, index: int, count: int) -> None:
        self.index, self.count = index, count
        self.seen: list[torch.Tensor] = []

    def rows(self, batch: torch.Tensor) -> torch.Tensor:
        self.seen.append(batch.tensor_split(self.count)[self.index])
        return self.seen[-1]

    def share(self, word: bytes = b"") -> bytes:
        return word


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_processes_rows_and_noise_make_up_those_of_one(count: int) -> None:
    def seen(processes: OneOf) -> list[torch.Tensor]:
        for _ in train(begin(replace(SMALL, epochs=2), image((1, 8, 8))), made_images(41), processes=processes):
            pass
        return processes.seen

    (whole,) = [seen(OneOf(0, 1))]
    parts = [seen(OneOf(index, count)) for index in range(count)]
    assert len(whole) == 12  # three batches an epoch, each with its noise
    for expected, *given in zip(whole, *parts, strict=True):
        assert torch.equal(torch.cat(given), expected)


def test_one_process_needs_no_accelerate(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither has a process that knows how to train imported it, nor does one that trains by itself."""
    assert zygote.imported == []
    for name in ("LOCAL_RANK", "ACCELERATE_MIXED_PRECISION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "accelerate", None)  # to import it would be an ImportError
    with join() as processes:
        assert processes is ALONE
        run("dense", processes)


def test_one_process_is_the_main_one_and_needs_nobody() -> None:
    assert (ALONE.main, ALONE.count, ALONE.share(b"word")) == (True, 1, b"word")
    with join() as processes:
        assert processes is ALONE


LAUNCH = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", str(PROCESSES)]
LAUNCH += ["--num_machines", "1", "--dynamo_backend", "no"]


def launched(*arguments: object) -> AbstractContextManager[subprocess.Popen]:
    """Run `accelerate launch -m vae train …` as people do, until the block ends."""
    flags = ["--main_process_port", str(free_port()), "--mixed_precision", "no"]
    return running([*LAUNCH, *flags, "-m", "vae", "train", *map(str, arguments)], environment())


def records(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "metrics.jsonl").read_bytes().splitlines()
    return [{k: v for k, v in msgspec.json.decode(line).items() if k != "images_per_second"} for line in lines]


@pytest.mark.slow
def test_the_command_trains_stops_loses_a_process_and_resumes(zygote: Zygote, tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    dataset = write_dataset(tmp_path / "data", made_dataset())
    flags = ["--dataset", dataset, "--network", "dense", "--width", 16, "--latent-dims", 3, "--batch-size", 16]
    flags += ["--likelihood", "bernoulli", "--epochs", 200, "--learning-rate", 3e-3, "--json"]
    assert main(["train", *map(str, flags), "--out", str(tmp_path / "one")]) == 0
    last = records(tmp_path / "one")[-1]["step"]

    with launched(*flags, "--out", tmp_path / "two") as process:
        wait_for_records(tmp_path / "two", 20)
        process.send_signal(signal.SIGTERM)  # the launcher passes it on
        process.communicate(timeout=PATIENCE)
    stopped_at = records(tmp_path / "two")[-1]["step"]
    assert 20 < stopped_at < last
    assert (tmp_path / "two" / "checkpoint.safetensors").exists()
    assert status(tmp_path / "two")["state"] == "stopped"

    # Where one is lost, the run ends with a checkpoint and a sentence.
    with launched("--resume", tmp_path / "two", "--json") as process:
        wait_for_records(tmp_path / "two", len(records(tmp_path / "two")) + 20)
        children = psutil.Process(process.pid).children(recursive=True)
        next(child for child in children if child.environ().get("RANK") == "1").kill()
        process.communicate(timeout=PATIENCE)
    assert status(tmp_path / "two")["state"] == "failed"
    assert "have lost each other" in status(tmp_path / "two")["message"]
    assert "--resume" in status(tmp_path / "two")["message"]
    assert (tmp_path / "two" / "checkpoint.safetensors").exists()
    assert stopped_at < records(tmp_path / "two")[-1]["step"] < last

    codes, said = zygote.run(tmp_path, command=["train", "--resume", str(tmp_path / "two"), "--json"])
    assert codes == [0, 0], "\n".join(said)
    assert sum(each.count('"name":"two"') for each in said) == 1  # the main process alone speaks
    one, two = records(tmp_path / "one"), records(tmp_path / "two")
    assert [record["step"] for record in two] == [record["step"] for record in one]
    for theirs, ours in list(zip(two, one, strict=True))[:100]:  # rounding grows with the steps
        assert theirs["reconstruction"] == pytest.approx(ours["reconstruction"], rel=1e-3)
    assert two[-1]["reconstruction"] == pytest.approx(one[-1]["reconstruction"], rel=0.02)
    assert (tmp_path / "two" / "card.json").exists()


def status(folder: Path) -> dict[str, Any]:
    """Return how a run stands, as its process wrote it down."""
    return dict(msgspec.json.decode((folder / "status.json").read_bytes()))


def wait_for_records(folder: Path, count: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if (folder / "metrics.jsonl").exists() and len((folder / "metrics.jsonl").read_bytes().splitlines()) > count:
            return
        time.sleep(0.05)
    raise AssertionError(f"{folder} has no {count} records")


def test_a_mistake_is_told_once_and_ends_all_processes(zygote: Zygote, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "other").write_text("not empty")
    (first, other), said = zygote.run(
        tmp_path, command=["train", "--dataset", "digits", "--out", str(tmp_path / "run")]
    )
    assert (first, other) == (2, 0)  # a launcher ends the others where one fails
    assert sum(line.startswith("error: ") for each in said for line in each.splitlines()) == 1
    assert "is not empty; choose another --out" in said[0]


@pytest.mark.slow
def test_mixed_precision_is_the_launchers_choice(zygote: Zygote, tmp_path: Path) -> None:
    zygote.train(tmp_path, "conv", precision="bf16")
    _, full = run("conv")
    mixed = [record["reconstruction"] for record in facts(tmp_path, "conv", 0)["records"]]
    exact = [record.reconstruction for record in full]
    np.testing.assert_allclose(mixed, exact, rtol=0.01)
    assert not np.allclose(mixed, exact, rtol=1e-6)
    kept = tensors(tmp_path, "conv", 0)
    assert {value.dtype for key, value in kept.items() if key.startswith("model.")} == {np.dtype(np.float32)}
