"""Moments of a run: true to the model they were taken of, bounded in number, harmless to the training."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file
from scipy.linalg import orthogonal_procrustes

from tests.models import SMALL, made_dataset, made_series, room, write_dataset
from vae import files
from vae.config import TrainConfig
from vae.data import load, parts_of
from vae.errors import InputError
from vae.kinds.images import IMAGES
from vae.kinds.kinds import image
from vae.plans.networks import suited
from vae.runs import records as runs_records
from vae.runs import shelf
from vae.runs import snapshots as runs_snapshots
from vae.runs.moments import Moment
from vae.runs.snapshots import FEWEST, MOST, MOST_BYTES, Thinner, most, snapshots
from vae.training import album as probes
from vae.training import loop, training
from vae.training.album import Album, plane
from vae.training.loop import begin, train
from vae.training.probe import FEWEST_MAP_IMAGES

CONFIG = replace(SMALL, epochs=10)


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return replace(CONFIG, dataset=str(write_dataset(tmp_path / "data", made_dataset())))


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a snapshot and the held-out loss at each record, and at no breath in between, which comes with time."""
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_BREATHS", 1e9)
    monkeypatch.setattr(Album, "due", True)
    monkeypatch.setattr(probes, "SHARE", float("inf"))


def followed(config: TrainConfig, folder: Path) -> loop.TrainState:
    state, data = training.start(config, folder)
    for _ in training.follow(state, data, folder):
        pass
    return state


# What is in a moment


@pytest.mark.parametrize(
    ("likelihood", "network", "dims"),
    [
        *((likelihood, network, 2) for likelihood in IMAGES.likelihoods for network in suited(IMAGES.lies)),
        *(("bernoulli", network, dims) for network in suited(IMAGES.lies) for dims in (1, 5)),
    ],
)
def test_a_snapshot_is_what_the_model_says(
    tmp_path: Path, config: TrainConfig, network: str, likelihood: str, dims: int
) -> None:
    dims = room(network, dims)
    config = replace(config, network=network, likelihood=likelihood, latent_dims=dims, width=4, epochs=2)
    state = followed(config, tmp_path / "run")
    assert snapshots(tmp_path / "run")[0] == 0
    assert snapshots(tmp_path / "run")[-1] == state.step == 8
    probe, last = runs_snapshots.read_probe(tmp_path / "run"), runs_snapshots.read_snapshot(tmp_path / "run", 8)
    data = load(config.dataset)
    images = np.concatenate([data.test.images[probe["numbers"]], data.train.images[probe["trained"]]])
    with torch.no_grad():
        means = state.model.encode(torch.from_numpy(images / np.float32(255)).permute(0, 3, 1, 2).float()).mean
        drawn = state.model.decode(torch.from_numpy(probe["noise"])).mean.clamp(0, 1).permute(0, 2, 3, 1) * 255
    assert last["points"] == pytest.approx((means.numpy() - last["centre"]) @ last["axes"], abs=1e-4)
    assert np.abs(last["samples"].astype(float) - drawn.numpy()).max() <= 0.51
    assert last["axes"].shape == (dims, 2)
    assert last["reconstructions"].shape == probe["originals"].shape == (10, 8, 8, 1)
    assert last["samples"].shape == (16, 8, 8, 1)


@pytest.mark.slow
@pytest.mark.parametrize("likelihood", IMAGES.likelihoods)
@pytest.mark.parametrize("network", suited(IMAGES.lies))
def test_a_moment_opens_with_its_own_decoder(
    tmp_path: Path, config: TrainConfig, network: str, likelihood: str
) -> None:
    dims = room(network, 3)
    config = replace(config, network=network, latent_dims=dims, likelihood=likelihood, width=4, epochs=2)
    followed(config, tmp_path / "run")
    for step in snapshots(tmp_path / "run"):
        arrays = runs_snapshots.read_snapshot(tmp_path / "run", step)
        state = begin(config.settled(), image((1, 8, 8)))
        decoder = load_file(tmp_path / "run" / "snapshots" / f"{step:08d}.safetensors")
        assert {value.dtype for value in decoder.values()} == {torch.float16}
        state.model.load_state_dict({name: value.float() for name, value in decoder.items()}, strict=False)
        codes = arrays["centre"] + arrays["points"] @ arrays["axes"].T
        with torch.no_grad():
            expected = state.model.decode(torch.from_numpy(codes)).mean.clamp(0, 1).permute(0, 2, 3, 1) * 255
        decoded = Moment(tmp_path / "run", step).decode(arrays["points"])
        assert np.abs(decoded - expected.numpy()).max() <= 0.51


@pytest.mark.parametrize("channels", [1, 2])
def test_moments_of_a_run_of_series_are_series(tmp_path: Path, channels: int) -> None:
    """They are kept and decoded in the data's own unit, and the probe says what they are."""
    made = made_series(shape=(16, channels))
    config = replace(CONFIG, dataset=str(write_dataset(tmp_path / "data", made)), likelihood="gaussian", epochs=2)
    state = followed(config, tmp_path / "run")
    probe, last = runs_snapshots.read_probe(tmp_path / "run"), runs_snapshots.read_snapshot(tmp_path / "run", 8)
    assert runs_snapshots.item_of(probe) == load(config.dataset).item
    assert {probe["originals"].dtype, last["samples"].dtype, last["reconstructions"].dtype} == {np.dtype("f4")}
    assert (last["samples"].shape, probe["originals"].shape) == ((16, 16, channels), (10, 16, channels))
    with torch.no_grad():
        drawn = state.model.decode(torch.from_numpy(probe["noise"])).mean.numpy()
    assert last["samples"] == pytest.approx(drawn[:, :, 0].swapaxes(1, 2), abs=1e-6)  # of a network: [n, C, 1, T]
    moment, codes = Moment(tmp_path / "run", 8), last["centre"] + last["points"] @ last["axes"].T
    with torch.no_grad():
        expected = state.model.decode(torch.from_numpy(codes)).mean.numpy()[:, :, 0].swapaxes(1, 2)
    decoded = moment.decode(last["points"])
    assert moment.item == load(config.dataset).item and decoded.dtype == np.float32
    assert np.abs(decoded - expected).max() < 0.01  # weights of half precision


def test_a_probe_that_says_nothing_is_told_by_its_originals() -> None:
    random = np.random.default_rng(0)
    pictures, series = random.integers(0, 256, (4, 8, 6, 3), np.uint8), random.standard_normal((4, 9, 2), np.float32)
    assert runs_snapshots.item_of({"originals": pictures}) == image((3, 8, 6))
    told = runs_snapshots.item_of({"originals": series})
    assert (told.kind, told.shape) == ("series", (9, 2))
    assert series.min() <= told.meaning["low"] < told.meaning["high"] <= series.max()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b'{"kind": "image", "shape": [16, 2]}',
        b'{"kind": "molecule", "shape": [16, 2]}',
        b'{"kind": "series", "shape": [2, 16]}',
        b'{"kind": "series", "shape": [16, 2], "meaning": {"low": "<b>"}}',
        b'{"kind": "series", "shape": [16, 2], "meaning": {"high": 1e999}}',
        b'{"kind": "series", "shape": [16, 2], "meaning": {"high": true}}',
    ],
)
def test_a_probe_that_says_what_it_does_not_hold_is_refused(said: bytes) -> None:
    probe = {"originals": np.zeros((4, 16, 2), np.float32), "item": np.frombuffer(said, np.uint8)}
    with pytest.raises(InputError) as refused:
        runs_snapshots.item_of(probe)
    assert "\n" not in str(refused.value)


def test_the_held_out_loss_is_that_of_the_probe_images(tmp_path: Path, config: TrainConfig, often: None) -> None:
    state = followed(config, tmp_path / "run")
    records, _ = shelf.read_records(tmp_path / "run", 0, "held_out")
    assert [record["step"] for record in records] == snapshots(tmp_path / "run") == list(range(0, 41, 4))
    last = records[-1]
    probe = runs_snapshots.read_probe(tmp_path / "run")
    x = torch.from_numpy(load(config.dataset).test.images[probe["numbers"]]).permute(0, 3, 1, 2).float() / 255
    assert last["images"] == len(x) == 32
    with torch.no_grad():
        posterior = state.model.encode(x)
        kl = torch.distributions.kl_divergence(
            torch.distributions.Normal(posterior.mean, (0.5 * posterior.log_variance).exp()),
            torch.distributions.Normal(torch.zeros(()), torch.ones(())),
        )
        draws = [-state.model.decode(posterior.sample()).log_prob(x).mean() for _ in range(300)]
    assert last["kl"] == pytest.approx(kl.mean(0).tolist(), rel=1e-4)
    # One draw an image, against three hundred.
    assert abs(last["reconstruction"] - float(torch.stack(draws).mean())) < 5 * float(torch.stack(draws).std())
    assert records[-1]["negative_elbo"] < records[0]["negative_elbo"]


def test_where_few_are_held_out_the_map_shows_images_that_are_trained_on_too(
    tmp_path: Path, config: TrainConfig
) -> None:
    state, data = training.start(config, tmp_path / "run")
    for _ in training.follow(state, data, tmp_path / "run"):
        pass
    probe, last = (
        runs_snapshots.read_probe(tmp_path / "run"),
        runs_snapshots.read_snapshot(tmp_path / "run", state.step),
    )
    trained = probe["trained"]
    assert len(set(trained.tolist())) == len(trained) == min(len(data.train), FEWEST_MAP_IMAGES - len(data.test))
    assert last["points"].shape == (len(data.test) + len(trained), 2)
    assert np.array_equal(probe["labels"][len(data.test) :], data.train.labels[trained])
    records, _ = shelf.read_records(tmp_path / "run", 0, "held_out")
    assert {record["images"] for record in records} == {len(data.test)}, "what is measured is held out"


def test_images_of_the_validation_part_are_not_shown_as_trained_on(tmp_path: Path, config: TrainConfig) -> None:
    config = replace(config, validation=0.25)
    state, data = training.start(config, tmp_path / "run")
    next(training.follow(state, data, tmp_path / "run"))
    parts = parts_of(data, config)
    probe = runs_snapshots.read_probe(tmp_path / "run")
    assert set(probe["trained"].tolist()) <= set(parts.learnt.tolist())


def test_the_probe_has_one_image_of_each_class_and_stays(tmp_path: Path, config: TrainConfig) -> None:
    state, data = training.start(config, tmp_path / "run")
    following = training.follow(state, data, tmp_path / "run")
    next(following)
    following.close()
    probe = runs_snapshots.read_probe(tmp_path / "run")
    labels = probe["labels"]
    assert np.array_equal(labels[:32], data.test.labels[probe["numbers"]])
    assert len(set(probe["numbers"].tolist())) == len(probe["numbers"]) == 32
    first = [int((data.test.images == image).all((1, 2, 3)).nonzero()[0][0]) for image in probe["originals"]]
    assert [int(data.test.labels[number]) for number in first][:4] == [0, 1, 2, 3]

    state, data = training.resume(tmp_path / "run")
    for _ in training.follow(state, data, tmp_path / "run"):
        pass
    again = runs_snapshots.read_probe(tmp_path / "run")
    assert all(np.array_equal(probe[name], again[name]) for name in probe)


def test_data_without_classes_have_a_probe_too(tmp_path: Path, config: TrainConfig) -> None:
    data = made_dataset()
    bare = replace(data, classes=(), train=replace(data.train, labels=None), test=replace(data.test, labels=None))
    folder = write_dataset(tmp_path / "bare", bare)
    followed(replace(config, dataset=str(folder), epochs=1), tmp_path / "run")
    assert "labels" not in runs_snapshots.read_probe(tmp_path / "run")
    assert len(runs_snapshots.read_probe(tmp_path / "run")["originals"]) == 10


# The training does not notice


def test_watching_changes_no_weight(tmp_path: Path, config: TrainConfig, often: None) -> None:
    watched = followed(config, tmp_path / "run")
    alone = begin(config.settled(), image((1, 8, 8)))
    for _ in train(alone, load(config.dataset).train.images):
        pass
    assert len(snapshots(tmp_path / "run")) == 11
    for name, value in alone.model.state_dict().items():
        assert torch.equal(value, watched.model.state_dict()[name]), name


def test_a_resumed_run_takes_what_came_later_again(tmp_path: Path, config: TrainConfig, often: None) -> None:
    whole = tmp_path / "whole"
    followed(config, whole)
    folder = tmp_path / "run"
    state, data = training.start(config, folder)
    following = training.follow(state, data, folder)
    for _ in range(3):
        next(following)
    following.close()
    kept = (folder / "checkpoint.safetensors").read_bytes()
    state, data = training.resume(folder)
    following = training.follow(state, data, folder)
    for _ in range(4):
        next(following)
    following.close()
    assert snapshots(folder)[-1] == 28
    (folder / "checkpoint.safetensors").write_bytes(kept)  # as if it had been killed before the newer one
    (folder / "snapshots" / ".00000032.safetensors").write_bytes(b"half")

    state, data = training.resume(folder)
    following = training.follow(state, data, folder)
    next(following)
    assert snapshots(folder)[-1] == 16
    for _ in following:
        pass
    assert snapshots(folder) == snapshots(whole)
    assert not list((folder / "snapshots").glob(".*"))
    assert shelf.read_records(folder, 0, "held_out")[0] == shelf.read_records(whole, 0, "held_out")[0]
    for step in snapshots(whole):
        one, other = runs_snapshots.read_snapshot(folder, step), runs_snapshots.read_snapshot(whole, step)
        assert all(np.array_equal(one[name], other[name]) for name in one), step


# The plane


@given(st.integers(3, 12), st.integers(0, 1000))
@settings(deadline=None)
def test_the_plane_keeps_most_of_the_spread_and_does_not_jump(dims: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = (
        rng.standard_normal((60, dims))
        * np.array([3.0, 2.0, *([0.3] * (dims - 2))])
        @ np.linalg.qr(rng.standard_normal((dims, dims)))[0]
    )
    centre, axes = plane(codes.astype(np.float32), None)
    assert axes.T @ axes == pytest.approx(np.eye(2), abs=1e-5)
    spread = ((codes - centre) @ axes).var(axis=0).sum()
    assert spread == pytest.approx(np.linalg.eigvalsh(np.cov(codes.T, bias=True))[-2:].sum(), rel=1e-4)

    before = np.linalg.qr(rng.standard_normal((dims, 2)))[0]
    _, turned = plane(codes.astype(np.float32), before)
    best = axes @ orthogonal_procrustes(axes.astype(float), before)[0]
    assert turned == pytest.approx(best, abs=1e-4)
    assert np.linalg.norm(turned - before) <= np.linalg.norm(axes - before) + 1e-6


def test_a_space_of_one_or_two_dimensions_is_its_own_plane() -> None:
    rng = np.random.default_rng(0)
    for dims, axes in ((1, [[1, 0]]), (2, [[1, 0], [0, 1]])):
        centre, found = plane(rng.standard_normal((20, dims)), None)
        assert centre.tolist() == [0] * dims
        assert found.tolist() == axes


# How many


@given(st.integers(1, 400), st.integers(2, 64))
@settings(deadline=None, max_examples=50)
def test_snapshots_are_thinned_evenly(taken: int, most: int) -> None:
    thinner = Thinner(Path("nowhere"), {}, most)
    for index in range(taken):
        thinner.add(index * 7, index)
        kept = sorted(thinner.indices.values())
        assert kept[0] == 0
        assert kept[-1] == index
        assert len(kept) <= most
        assert len(set(np.diff(kept[:-1]))) <= 1, "evenly, but for the newest"
    assert len(kept) > min(taken, most) // 2 - 1


def test_large_decoders_keep_fewer_moments() -> None:
    assert most(1 << 20) == MOST
    assert most(MOST_BYTES // 20) == 20
    assert most(1 << 40) == FEWEST


def test_a_long_run_keeps_a_bounded_number(
    tmp_path: Path, config: TrainConfig, often: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "most", lambda size: 6)
    followed(config, tmp_path / "run")
    kept = snapshots(tmp_path / "run")
    assert kept == [0, 8, 16, 24, 32, 40], "of 11, every second one"
    assert sorted(path.stem for path in (tmp_path / "run" / "snapshots").glob("0*.safetensors")) == [
        f"{step:08d}" for step in kept
    ]


# Damage


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    kept = tmp_path / "run" / "snapshots"
    assert snapshots(tmp_path / "run") == []
    kept.mkdir(parents=True)
    (kept / "00000004.npz").write_bytes(b"half")
    np.savez(kept / "00000008.npz", points=np.zeros((3, 2)))
    np.savez(kept / "00000012.npz", points=np.array([{}], dtype=object))
    (kept / "probe.npz").write_bytes(b"")
    (kept / ".00000016.npz").write_bytes(b"")
    assert snapshots(tmp_path / "run") == [4, 8, 12]
    for step, sentence in (
        (4, "is damaged"),
        (8, "is damaged"),
        (12, "is damaged"),
        (5, "keeps no snapshot of step 5"),
    ):
        with pytest.raises(InputError, match=sentence):
            runs_snapshots.read_snapshot(tmp_path / "run", step)
    with pytest.raises(InputError, match="damaged"):
        runs_snapshots.read_probe(tmp_path / "run")
    with pytest.raises(InputError, match="has no probe yet"):
        runs_snapshots.read_probe(tmp_path / "other")


@pytest.mark.parametrize("left", [b"", b"half"])
def test_a_run_goes_on_without_a_moment_that_a_power_cut_damaged(
    tmp_path: Path, config: TrainConfig, often: None, left: bytes
) -> None:
    folder = tmp_path / "run"
    state, data = training.start(config, folder)
    following = training.follow(state, data, folder)
    for _ in range(4):
        next(following)
    following.close()
    last = snapshots(folder)[-1]
    for step in (8, last):
        (folder / "snapshots" / f"{step:08d}.npz").write_bytes(left)
    state, data = training.resume(folder)
    for _ in training.follow(state, data, folder):
        pass
    kept = snapshots(folder)
    assert (kept[-1], 8 in kept) == (state.step, False)
    assert last in kept, "taken again"
    assert not (folder / "snapshots" / "00000008.safetensors").exists()
    for step in kept:
        runs_snapshots.read_snapshot(folder, step)


@pytest.mark.parametrize("damage", [{"labels": np.arange(5)}, {"numbers": np.array([-1, 4], np.int32)}], ids=str)
def test_a_probe_of_other_images_is_chosen_anew(
    tmp_path: Path, config: TrainConfig, damage: dict[str, np.ndarray]
) -> None:
    state = followed(config, tmp_path / "run")
    good = runs_snapshots.read_probe(tmp_path / "run")
    files.write_arrays(tmp_path / "run" / "snapshots" / "probe.npz", good | damage)
    album = Album(state, load(config.dataset), tmp_path / "run")
    assert all(np.array_equal(album.probe[name], good[name]) for name in good)


def test_weights_that_are_no_numbers_leave_no_snapshot(tmp_path: Path, config: TrainConfig) -> None:
    state, data = training.start(config, tmp_path / "run")
    album = Album(state, data, tmp_path / "run")
    with torch.no_grad():
        next(state.model.parameters()).fill_(torch.nan)
    assert album.take(state) is None
    assert snapshots(tmp_path / "run") == []


def test_every_line_of_the_held_out_loss_is_a_record(tmp_path: Path, config: TrainConfig) -> None:
    followed(config, tmp_path / "run")
    for line in (tmp_path / "run" / "held_out.jsonl").read_bytes().splitlines():
        assert msgspec.json.decode(line, type=runs_records.HeldOut).images == 32


@pytest.mark.parametrize("without", [None, "c"])
def test_a_run_is_measured_at_its_end_though_that_is_not_due(
    tmp_path: Path, config: TrainConfig, monkeypatch: pytest.MonkeyPatch, without: str | None
) -> None:
    """What is said of a run is said of the model that is kept, not of one some steps before."""
    monkeypatch.setattr(probes, "SHARE", 1e-9)  # so that after the first measurement none is due for years
    state = followed(replace(config, without=without), tmp_path / "run")
    lines = (tmp_path / "run" / "held_out.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line)["step"] for line in lines] == [0, state.step]
