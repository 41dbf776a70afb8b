"""Each bundled model is small, whole, measured, and the same in torch and in ONNX."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
import tyro

from tests import models
from vae.__main__ import Settings
from vae.config import TrainConfig
from vae.explorer import Explorer
from vae.graphs import load_model
from vae.home import BUNDLED_MODELS
from vae.library import Model, check_files, find, list_models, read_card, read_codes
from vae.metrics import active_units, measure
from vae.sources import DATASETS

FOLDERS = sorted(folder for folder in BUNDLED_MODELS.iterdir() if folder.is_dir())
NAMES = ("mnist-2d", "mnist-16d", "fashion-2d", "fashion-16d", "shapes-8d")
MAX_BYTES = 4_000_000

each_model = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def test_the_promised_models_are_there() -> None:
    assert set(NAMES) <= {model.name for model in list_models() if isinstance(model, Model) and model.bundled}


@each_model
def test_it_is_small_and_whole(folder: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    assert sum(sizes.values()) < MAX_BYTES, sizes
    assert "checkpoint.safetensors" not in sizes
    card = read_card(folder)
    check_files(card, folder)
    assert {"encoder.onnx", "decoder.onnx", "weights.safetensors", "codes.npz"} == set(card.files)
    assert find(folder.name).bundled
    assert card.name == folder.name


@each_model
def test_its_card_says_what_it_is_worth_and_how_that_was_measured(folder: Path) -> None:
    card = read_card(folder)
    for figure in ("negative_elbo", "negative_elbo_standard_error", "reconstruction", "kl", "active_units"):
        assert np.isfinite(card.metrics[figure]), figure
    assert card.metrics["negative_elbo"] == pytest.approx(card.metrics["reconstruction"] + card.metrics["kl"], rel=1e-4)
    assert card.metrics["kl"] == pytest.approx(sum(card.latent.kl), rel=1e-4)
    assert f"test images of {card.data.title}" in card.metrics["conditions"]
    assert card.data.licence
    assert card.data.source
    assert card.data.name in DATASETS
    assert set(card.versions) >= {"python", "torch", "numpy", "onnx"}


@each_model
def test_its_codes_are_those_it_was_measured_on(folder: Path) -> None:
    card, codes = read_card(folder), read_codes(folder)
    assert codes is not None
    measured_on = re.match(r"([\d,]+) test images", card.metrics["conditions"])
    assert measured_on is not None
    assert codes.mean.shape == (int(measured_on[1].replace(",", "")), card.latent.dims)
    assert codes.labels is not None
    assert set(np.unique(codes.labels)) == set(range(len(card.data.classes)))
    assert codes.negative_elbo.mean() == pytest.approx(card.metrics["negative_elbo"], rel=1e-4)
    kl = 0.5 * (codes.mean**2 + np.exp(codes.log_variance) - codes.log_variance - 1)
    np.testing.assert_allclose(kl.mean(0), card.latent.kl, atol=0.01)  # half precision
    assert active_units(codes.mean) == card.metrics["active_units"]
    low, high = np.array(card.latent.range).T
    assert ((codes.mean >= low) & (codes.mean <= high)).mean() > 0.99


@each_model
def test_onnx_and_torch_agree(folder: Path) -> None:
    card = read_card(folder)
    explorer, model = Explorer(find(folder.name)), load_model(card, folder)
    images = models.made_images(16, card.image_shape)
    images[8:] = np.random.default_rng(0).integers(0, 256, images[8:].shape)
    codes = explorer.codes()
    assert codes is not None
    z = np.concatenate([codes.mean[:24], 3 * np.random.default_rng(1).standard_normal((8, card.latent.dims))])
    with torch.no_grad():
        posterior = model.encode(torch.from_numpy(images).permute(0, 3, 1, 2) / 255)
        expected = model.decode(torch.from_numpy(z.astype(np.float32))).mean.clamp(0, 1)
    mean, log_variance = explorer.encode(images)
    np.testing.assert_allclose(mean, posterior.mean, atol=1e-4)
    np.testing.assert_allclose(log_variance, posterior.log_variance, atol=1e-4)
    np.testing.assert_allclose(explorer.expect(z), expected, atol=1e-4)


@each_model
def test_its_graphs_hold_no_path_and_no_weights(folder: Path) -> None:
    for name in ("encoder.onnx", "decoder.onnx"):
        raw = (folder / name).read_bytes()
        assert len(raw) < 20_000
        assert not re.search(rb"/(home|root|work|tmp|usr|opt|Users|mnt|var|venv)/|[A-Z]:\\|\.py\b|site-packages", raw)
    for name in ("card.json", "config.json"):
        assert not re.search(r"\"[^\"]*(/home/|/root/|/work/|/tmp/|/Users/)", (folder / name).read_text())


@each_model
def test_the_command_on_its_card_trains_it_again(folder: Path) -> None:
    card = read_card(folder)
    words = shlex.split(card.training["command"])
    assert words[:4] == ["python", "-m", "vae", "train"]
    typed = tyro.cli(Settings, args=words[4:]).config()
    kept = {field.name: card.training[field.name] for field in fields(TrainConfig)}
    assert typed == msgspec.convert(kept, TrainConfig)
    assert typed == msgspec.json.decode((folder / "config.json").read_bytes(), type=TrainConfig)
    assert (card.network, card.likelihood, card.beta, card.seed) == (
        typed.network, typed.likelihood, typed.beta, typed.seed,
    )  # fmt: skip
    assert typed.dataset == card.data.name


@pytest.mark.parametrize("name", ["mnist-2d", "mnist-16d"])
def test_it_measures_on_digits_at_hand_what_its_card_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The 5,000 digits are among those it learnt from: there it is as good as on the test set, or better."""
    from vae.data import load

    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    found = find(name)
    measured = measure(load_model(found.card, found.folder), load("mnist-5k").test.images).negative_elbo
    stated = found.card.metrics["negative_elbo"]
    assert stated - 12 < measured.mean() < stated + 4 * measured.std() / np.sqrt(len(measured))
