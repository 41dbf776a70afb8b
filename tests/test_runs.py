"""A run is a folder that can be left at any moment and gone on with, to the same numbers."""

import shlex
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
import tyro
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models import SMALL, full_disk, listing, made_dataset, trained_folder, write_dataset
from vae import runs
from vae.__main__ import Settings
from vae.config import LIKELIHOODS, NETWORKS, TrainConfig
from vae.errors import InputError
from vae.home import BUNDLED_MODELS
from vae.library import Card, read_card, read_codes
from vae.train import TrainState

# 4 steps an epoch, 30 epochs, a record after each epoch and after step 50, in the middle of the 13th: 31 records.
CONFIG = replace(SMALL, epochs=30)
MIDDLE = 13  # number of records once that of step 50 is written


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return replace(CONFIG, dataset=str(write_dataset(tmp_path / "data", made_dataset())))


def weights(state: TrainState) -> np.ndarray:
    return torch.nn.utils.parameters_to_vector(state.model.parameters()).detach().numpy()


def records(folder: Path) -> list[dict]:
    """Read the records without the one figure that depends on the clock."""
    lines = (folder / "metrics.jsonl").read_bytes().splitlines()
    return [{k: v for k, v in msgspec.json.decode(line).items() if k != "images_per_second"} for line in lines]


def whole_run(config: TrainConfig, folder: Path) -> TrainState:
    state, data = runs.start(config, folder)
    for _ in runs.follow(state, data, folder):
        pass
    return state


def stop_after(state_and_data: tuple, folder: Path, count: int) -> TrainState:
    """Follow a run for `count` records, then close it as Ctrl-C does."""
    state, data = state_and_data
    following = runs.follow(state, data, folder)
    for _ in range(count):
        next(following)
    following.close()
    return state


def to_the_end(folder: Path) -> TrainState:
    state, data = runs.resume(folder)
    for _ in runs.follow(state, data, folder):
        pass
    return state


@pytest.mark.parametrize("stops", [[1], [MIDDLE], [20], [31], [5, MIDDLE - 5], [MIDDLE, 1, 9]], ids=str)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_a_resumed_run_equals_an_uninterrupted_one(
    tmp_path: Path, config: TrainConfig, likelihood: str, stops: list[int]
) -> None:
    config = replace(config, likelihood=likelihood, warmup_epochs=3.5)
    expected = whole_run(config, tmp_path / "whole")
    folder = tmp_path / "stopped"
    at = [stop_after(runs.start(config, folder), folder, stops[0]).step]
    at += [stop_after(runs.resume(folder), folder, count).step for count in stops[1:]]
    assert (sum(stops) == MIDDLE) == (at[-1] == 50), "a case of its own must stop in the middle of an epoch"
    resumed = to_the_end(folder)
    assert np.array_equal(weights(resumed), weights(expected))
    assert torch.equal(resumed.noise.get_state(), expected.noise.get_state())
    assert records(folder) == records(tmp_path / "whole")


@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_resumes(tmp_path: Path, config: TrainConfig, network: str) -> None:
    config = replace(config, network=network, width=4, epochs=3)
    expected = whole_run(config, tmp_path / "whole")
    stop_after(runs.start(config, tmp_path / "run"), tmp_path / "run", 1)
    assert np.array_equal(weights(to_the_end(tmp_path / "run")), weights(expected))


def test_a_killed_run_goes_on_from_its_last_checkpoint(tmp_path: Path, config: TrainConfig) -> None:
    expected = whole_run(config, tmp_path / "whole")
    state, data = runs.start(config, tmp_path / "run")
    for count, _ in enumerate(runs.follow(state, data, tmp_path / "run"), start=1):
        if count == 7:
            runs.write_checkpoint(state, tmp_path / "run" / "checkpoint.safetensors")
        if count == 11:  # what a power cut leaves: records beyond the checkpoint, the last cut in two
            shutil.copytree(tmp_path / "run", tmp_path / "killed")
    with (tmp_path / "killed" / "metrics.jsonl").open("ab") as lines:
        lines.write(b'{"step":52,"steps":1')
    assert np.array_equal(weights(to_the_end(tmp_path / "killed")), weights(expected))
    assert records(tmp_path / "killed") == records(tmp_path / "whole")


def test_a_run_killed_before_its_first_checkpoint_starts_again(tmp_path: Path, config: TrainConfig) -> None:
    expected = whole_run(config, tmp_path / "whole")
    runs.start(config, tmp_path / "run")
    (tmp_path / "run" / "metrics.jsonl").write_bytes(b'{"step":4}\n{"step":8}')
    assert np.array_equal(weights(to_the_end(tmp_path / "run")), weights(expected))
    assert records(tmp_path / "run") == records(tmp_path / "whole")


def test_checkpoints_are_kept_along_the_way(
    tmp_path: Path, config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    state, data = runs.start(config, tmp_path / "run")
    following = runs.follow(state, data, tmp_path / "run")
    next(following)
    assert not (tmp_path / "run" / "checkpoint.safetensors").exists()
    next(following)
    assert listing(tmp_path / "run") == ["checkpoint.safetensors", "config.json", "metrics.jsonl"]
    resumed, _ = runs.resume(tmp_path / "run")
    assert resumed.step == 4


@pytest.mark.parametrize("left", [0, 1, 8, 100, 1000, 10_000, -1])
def test_a_truncated_checkpoint_is_one_clear_error(tmp_path: Path, config: TrainConfig, left: int) -> None:
    stop_after(runs.start(config, tmp_path / "run"), tmp_path / "run", 2)
    checkpoint = tmp_path / "run" / "checkpoint.safetensors"
    checkpoint.write_bytes(checkpoint.read_bytes()[:left])
    before = listing(tmp_path / "run")
    with pytest.raises(InputError, match=r"checkpoint\.safetensors is damaged \(.+\); delete it"):
        runs.resume(tmp_path / "run")
    assert listing(tmp_path / "run") == before
    checkpoint.unlink()
    assert to_the_end(tmp_path / "run").step == 120  # the cure it names works


def test_a_checkpoint_of_another_network_is_an_error(tmp_path: Path, config: TrainConfig) -> None:
    stop_after(runs.start(config, tmp_path / "run"), tmp_path / "run", 2)
    path = tmp_path / "run" / "config.json"
    path.write_text(path.read_text().replace('"latent_dims": 3', '"latent_dims": 4'))
    with pytest.raises(InputError, match="is damaged"):
        runs.resume(tmp_path / "run")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "No run to resume in .*config.json cannot be read"),
        (b"", "config.json is damaged"),
        (b"{", "config.json is damaged"),
        (b'{"network":"\xff"}', "config.json is damaged"),
        (b'{"network":"transformer"}', "config.json is damaged .*Unknown network"),
        (b'{"latent_dims":0}', "config.json is damaged .*latent_dims must be from 1"),
        (b'{"epochs":"many"}', "config.json is damaged"),
    ],
)
def test_what_is_no_run_cannot_be_resumed(tmp_path: Path, text: bytes | None, sentence: str) -> None:
    if text is not None:
        (tmp_path / "config.json").write_bytes(text)
    with pytest.raises(InputError, match=sentence):
        runs.resume(tmp_path)


def test_a_finished_run_is_not_gone_on_with() -> None:
    with pytest.raises(InputError, match="is finished; start a new run"):
        runs.resume(trained_folder())


def test_a_run_wants_a_new_or_empty_folder(tmp_path: Path, config: TrainConfig) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("years of work")
    (tmp_path / "file").write_text("years of work")
    for folder in (tmp_path / "full", tmp_path / "file"):
        with pytest.raises(InputError, match="is not empty; choose another --out"):
            runs.start(config, folder)
    (tmp_path / "empty").mkdir()
    runs.start(config, tmp_path / "empty")
    assert listing(tmp_path / "full") == ["thesis.tex"]
    assert listing(tmp_path / "empty") == ["config.json"]


def test_a_folder_below_a_file_cannot_be_written(tmp_path: Path, config: TrainConfig) -> None:
    (tmp_path / "file").write_text("in the way")
    before = listing(tmp_path)
    with pytest.raises(InputError, match=r"Cannot write .*a file is in the way.*choose another folder"):
        runs.start(config, tmp_path / "file" / "run")
    assert listing(tmp_path) == before


def test_a_disk_full_from_the_start_leaves_nothing(tmp_path: Path, config: TrainConfig) -> None:
    before = listing(tmp_path)
    with full_disk(10), pytest.raises(InputError, match=r"Cannot write .*File too large.*Free some space"):
        runs.start(config, tmp_path / "deep" / "down" / "run")
    assert listing(tmp_path) == before


@pytest.mark.parametrize("room", [1000, 20_000], ids=["for some records", "for records but no checkpoint"])
def test_a_disk_that_fills_up_leaves_a_run_that_can_be_resumed(tmp_path: Path, config: TrainConfig, room: int) -> None:
    expected = whole_run(config, tmp_path / "whole")
    state, data = runs.start(config, tmp_path / "run")
    with full_disk(room), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        for _ in runs.follow(state, data, tmp_path / "run"):
            pass
    assert listing(tmp_path / "run") == ["config.json", "metrics.jsonl"]
    written = records(tmp_path / "run")  # every line whole
    assert written == records(tmp_path / "whole")[: len(written)]
    assert np.array_equal(weights(to_the_end(tmp_path / "run")), weights(expected))
    assert records(tmp_path / "run") == records(tmp_path / "whole")


def test_a_disk_full_at_the_end_leaves_a_run_that_can_be_finished(tmp_path: Path, config: TrainConfig) -> None:
    folder = tmp_path / "run"
    whole_run(config, folder)
    before = listing(folder)
    state, data = runs.resume(folder)
    with full_disk(5000), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        runs.finish(state, data, folder)
    assert listing(folder) == before == ["checkpoint.safetensors", "config.json", "metrics.jsonl"]
    runs.finish(to_the_end(folder), data, folder)
    assert "card.json" in listing(folder)


def test_a_finished_run_is_a_model(tmp_path: Path) -> None:
    folder = trained_folder()
    assert listing(folder) == [
        "card.json", "codes.npz", "config.json", "decoder.onnx", "encoder.onnx", "metrics.jsonl", "weights.safetensors",
    ]  # fmt: skip
    card, codes = read_card(folder), read_codes(folder)
    assert codes is not None
    assert (card.name, card.image_shape, card.latent.dims) == ("made-3d", (1, 8, 8), 3)
    assert card.data.title == "Made bars"
    assert card.training["images"] == 64
    assert set(card.files) == {"codes.npz", "decoder.onnx", "encoder.onnx", "weights.safetensors"}
    assert codes.negative_elbo.mean() == pytest.approx(card.metrics["negative_elbo"], rel=1e-5)
    for dim, (low, high) in enumerate(card.latent.range):
        assert low < codes.mean[:, dim].mean() < high
    assert {(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {0o644}


def test_weights_that_are_no_numbers_make_no_model(tmp_path: Path, config: TrainConfig) -> None:
    state, data = runs.start(config, tmp_path / "run")
    with torch.no_grad():
        next(state.model.parameters()).fill_(torch.nan)
    with pytest.raises(InputError, match=r"loss on Made bars is not a finite number; .* smaller learning_rate"):
        runs.finish(state, data, tmp_path / "run")
    assert listing(tmp_path / "run") == ["config.json"]


def test_a_new_run_gets_a_name_that_nobody_has(home: Path, config: TrainConfig) -> None:
    config = TrainConfig(dataset="digits")
    assert runs.new_folder(config) == home / "models" / "digits-2d"
    (home / "models" / "digits-2d").mkdir(parents=True)
    (home / "models" / "digits-2d-2").mkdir()
    assert runs.new_folder(config) == home / "models" / "digits-2d-3"
    assert runs.new_folder(config, "mine") == home / "models" / "mine"


def test_a_new_run_does_not_hide_behind_a_bundled_model(home: Path) -> None:
    taken = next(path.name for path in BUNDLED_MODELS.iterdir() if path.name == "mnist-2d")
    assert runs.new_folder(TrainConfig(dataset="mnist")) == home / "models" / "mnist-2d-2"
    with pytest.raises(InputError, match="The library has 'mnist-2d' already; choose another --name"):
        runs.new_folder(TrainConfig(), taken)


def test_a_data_set_at_a_path_names_the_model_after_its_folder(home: Path, tmp_path: Path) -> None:
    config = TrainConfig(dataset=str(tmp_path / "My Photos!"), latent_dims=7)
    assert runs.new_folder(config) == home / "models" / "my-photos-7d"


@pytest.mark.parametrize("name", ["", "../up", "a/b", "Capital", ".hidden", "x" * 65, "a\nb"])
def test_a_name_that_is_no_folder_is_refused(name: str) -> None:
    if name:
        with pytest.raises(InputError, match="A model's name is 1 to 64"):
            runs.new_folder(TrainConfig(), name)
    assert runs.slug(name) != name  # and is mended where it comes from a folder


configs = st.builds(
    TrainConfig,
    dataset=st.sampled_from(["mnist-5k", "digits", "/my data/it's here", "./-odd"]),
    network=st.sampled_from(list(NETWORKS)),
    latent_dims=st.integers(1, 512),
    width=st.none() | st.integers(1, 4096),
    depth=st.none() | st.integers(1, 16),
    likelihood=st.sampled_from(LIKELIHOODS),
    beta=st.floats(0, 1000),
    warmup_epochs=st.floats(0, 100),
    learning_rate=st.floats(1e-8, 1),
    seed=st.integers(0, 2**31 - 1),
)


@settings(deadline=None)
@given(configs)
def test_the_command_on_a_card_trains_with_the_same_settings(config: TrainConfig) -> None:
    words = shlex.split(runs.command(config))
    assert words[:4] == ["python", "-m", "vae", "train"]
    assert TrainConfig(**asdict(tyro.cli(Settings, args=words[4:]))) == config


def test_two_runs_with_one_seed_give_one_model(tmp_path: Path, config: TrainConfig) -> None:
    def model(folder: Path) -> Card:
        state, data = runs.start(replace(config, epochs=2), folder)
        for _ in runs.follow(state, data, folder):
            pass
        return runs.finish(state, data, folder)

    first, again = model(tmp_path / "a" / "run"), model(tmp_path / "b" / "run")
    assert replace(first, created="", files={}) == replace(again, created="", files={})
    assert {k: v for k, v in first.files.items() if k != "codes.npz"} == {
        k: v for k, v in again.files.items() if k != "codes.npz"
    }


def test_two_trainings_never_share_a_folder(home: Path, tmp_path: Path) -> None:
    with runs.claim(tmp_path / "run"):
        with pytest.raises(InputError, match="Another process trains in"), runs.claim(tmp_path / "run"):
            pass
        with runs.claim(tmp_path / "other"):
            pass
    with runs.claim(tmp_path / "run"):
        pass
    assert list(tmp_path.glob("*.lock")) == []


def test_a_new_run_takes_a_name_that_nobody_trains_under(home: Path) -> None:
    first = runs.new_folder(TrainConfig(dataset="digits"))
    with runs.claim(first):
        assert runs.new_folder(TrainConfig(dataset="digits")) == first.with_name(first.name + "-2")
    assert runs.new_folder(TrainConfig(dataset="digits")) == first
