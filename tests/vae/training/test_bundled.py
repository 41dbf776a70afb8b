"""Each bundled model is small, whole, measured, and the same in torch and in ONNX."""

import re
import shlex
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
import tyro
from scipy import ndimage

from tests import models
from vae.commands.flags import Own, Settings
from vae.config import TrainConfig
from vae.datasets.sources import DATASETS
from vae.experiments.worth import active_units
from vae.explore.explorer import Explorer
from vae.home import BUNDLED_MODELS
from vae.kinds.corruptions import corrupt
from vae.library.cards import read_card
from vae.library.codes import read_codes
from vae.library.shelf import Model, check_files, find, list_models
from vae.maps.ids import ids
from vae.maps.shelf import open_map, standing
from vae.training.graphs import load_model
from vae.training.metrics import measure

FOLDERS = sorted(folder for folder in BUNDLED_MODELS.iterdir() if folder.is_dir())
NAMES = (
    "mnist-2d", "mnist-16d", "fashion-2d", "fashion-16d", "shapes-8d", "mnist-denoise-16d", "fashion-denoise-16d",
    "mnist-without-4", "mnist-ae-2d", "mnist-c-8d", "beats-8d", "mnist-flow-16d", "mnist-discrete", "mnist-gan-16d",
    "mnist-vq", "mnist-ladder", "tastes-8d", "names-32d", "qm9-32d", "phantoms-6d", "vowels-16d",
)  # fmt: skip
MAX_BYTES = 6_000_000
OF_NORMALS = ("gaussian", "conditional")
"""Families whose codes are normals beside N(0, I), so that their KL is what everybody knows."""
SUMMED = (*OF_NORMALS, "discrete", "vq")
"""Families of which what each coordinate carries sums to the KL."""


@dataclass(frozen=True)
class Typed:
    """What `python -m vae train` takes of a model's settings."""

    settings: Settings
    own: Own

    def config(self) -> TrainConfig:
        return self.settings.config(self.own)


each_model = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
each_that_encodes = pytest.mark.parametrize(
    "folder", [folder for folder in FOLDERS if (folder / "encoder.onnx").exists()], ids=lambda folder: folder.name
)


def test_the_promised_models_are_there() -> None:
    assert set(NAMES) <= {model.name for model in list_models() if isinstance(model, Model) and model.bundled}


@each_model
def test_it_is_small_and_whole(folder: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    assert sum(sizes.values()) < MAX_BYTES, sizes
    assert "checkpoint.safetensors" not in sizes
    card = read_card(folder)
    check_files(card, folder)
    codes = {"codes.npz"} if "encode" in card.can else set()
    completed = {"learnt.npz"} if card.part else set()
    assert {*card.graphs.values(), "weights.safetensors"} | codes | completed == set(card.files)
    assert find(folder.name).bundled
    assert card.name == folder.name


@each_model
def test_its_card_says_what_it_is_worth_and_how_that_was_measured(folder: Path) -> None:
    card = read_card(folder)
    of_bound = ("negative_elbo", "negative_elbo_standard_error", "kl", "active_units")
    assert ("encode" in card.can) == np.isfinite(card.metrics.get("reconstruction", np.nan))
    if "bound" in card.can:
        for figure in of_bound:
            assert np.isfinite(card.metrics[figure]), figure
        parts = card.metrics["reconstruction"] + card.metrics["kl"]
        assert card.metrics["negative_elbo"] == pytest.approx(parts, rel=1e-4)
        if card.family in SUMMED:
            assert card.metrics["kl"] == pytest.approx(sum(nats or 0 for nats in card.latent.nats), rel=1e-4)
    else:
        assert [card.metrics.get(figure) for figure in of_bound] == [None] * 4
        assert set(card.latent.nats) == {None}
    if "encode" in card.can:
        assert f"test {card.kind.nouns} of {card.data.title}" in card.metrics["conditions"]
    assert card.data.licence
    assert card.data.source
    assert card.data.name in DATASETS
    assert set(card.versions) >= {"python", "torch", "numpy", "onnx"}


@each_that_encodes
def test_its_codes_are_those_it_was_measured_on(folder: Path) -> None:
    card, codes = read_card(folder), read_codes(folder)
    assert codes is not None
    measured_on = re.match(rf"([\d,]+) test {card.kind.nouns}", card.metrics["conditions"])
    assert measured_on is not None
    assert codes.centre.shape == (int(measured_on[1].replace(",", "")), card.latent.dims)
    assert codes.labels is not None
    assert set(np.unique(codes.labels)) == set(range(len(card.data.classes)))
    if "bound" in card.can:
        assert codes.cost.mean() == pytest.approx(card.metrics["negative_elbo"], rel=1e-4)
        assert codes.spread is not None
        assert codes.nats is not None
        if card.family in OF_NORMALS:
            kl = 0.5 * (codes.centre**2 + codes.spread**2 - 2 * np.log(codes.spread) - 1)
            np.testing.assert_allclose(kl.mean(0), card.latent.nats, atol=0.01)  # half precision
        np.testing.assert_allclose(codes.nats.mean(0), card.latent.nats, atol=0.01)
        assert active_units(codes.centre) == card.metrics["active_units"]
    else:
        assert codes.cost.mean() == pytest.approx(card.metrics["reconstruction"], rel=1e-4)
        assert (codes.spread, codes.nats) == (None, None)
    low, high = np.array(card.latent.range).T
    assert ((codes.centre >= low) & (codes.centre <= high)).mean() > 0.99


@each_that_encodes
def test_it_brings_its_maps(folder: Path) -> None:
    model = find(folder.name)
    codes = read_codes(folder)
    assert codes is not None
    for id in ids(model.card.latent.dims):
        assert (folder / "maps" / f"{id}.npz").is_file(), f"python -m vae map {folder.name} --projection {id}"
        assert standing(model, id).state == "done"
        assert len(open_map(model, id, codes).points) == len(codes.centre)


@each_model
def test_onnx_and_torch_agree(folder: Path) -> None:
    card = read_card(folder)
    explorer, model = Explorer(find(folder.name)), load_model(card, folder)
    random, codes = np.random.default_rng(0), explorer.codes()
    assert (codes is not None) == ("encode" in card.can)
    things = random.standard_normal((32, *card.item.shape)).astype(np.float32)
    if card.item.kind == "image":
        things = np.concatenate([models.made_images(16, card.image_shape)[:8]] * 4)
        things[8:] = random.integers(0, 256, things[8:].shape)
    far = 3 * random.standard_normal((32, card.latent.dims))
    z = far if codes is None else np.concatenate([codes.centre[:24], far[:8]])
    classes = np.arange(32) % card.told if card.told else None
    given = None if classes is None else torch.eye(card.told)[torch.from_numpy(classes)]
    if card.part:  # which is given in place of a class, and to the decoder alone
        classes = random.random((32, *card.part), np.float32)
        given = torch.from_numpy(classes)
    with torch.no_grad():
        expected = model.decode(torch.from_numpy(z.astype(np.float32)), given).mean
        posterior = None
        if codes is not None:
            said = model.encode(torch.from_numpy(card.kind.feed(things)), given)
            posterior = said.centre, said.spread(), said.nats()
    if card.kind.bounds is not None:
        expected = expected.clamp(*card.kind.bounds)
    np.testing.assert_allclose(explorer.expect(z, classes), expected, rtol=1e-5, atol=1e-4)
    if posterior is None:
        return
    belief = explorer.encode(things, None if card.part else classes)
    np.testing.assert_allclose(belief.centre, posterior[0], rtol=1e-5, atol=1e-4)
    assert (belief.spread is None) == ("bound" not in card.can)
    if belief.spread is not None:
        np.testing.assert_allclose(belief.spread, posterior[1], rtol=1e-5, atol=1e-4)
        np.testing.assert_allclose(belief.nats, posterior[2], rtol=1e-5, atol=1e-4)


@each_model
def test_its_graphs_hold_no_path_and_no_weights(folder: Path) -> None:
    for name in read_card(folder).graphs.values():
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
    typed = tyro.cli(Typed, args=words[4:], config=(tyro.conf.OmitArgPrefixes,)).config()
    # A card that is older than a setting was trained with its default.
    # The device that stands there is the one that it trained on, whatever the settings left to the machine.
    names = {field.name for field in fields(TrainConfig)} - {"device"}
    kept = {name: card.training[name] for name in names if name in card.training}
    assert typed.settled() == msgspec.convert(kept, TrainConfig).settled()
    assert typed.settled() == msgspec.json.decode((folder / "config.json").read_bytes(), type=TrainConfig).settled()
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


def digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[np.ndarray, np.ndarray]:
    """Return the 1,000 held-out digits that need no network, and their labels."""
    from vae.data import load

    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    test = load("mnist-5k").test
    assert test.labels is not None
    return np.asarray(test.images), np.asarray(test.labels)


def test_the_denoiser_undoes_noise_that_a_plain_model_and_a_median_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, _ = digits(tmp_path, monkeypatch)
    clean, spoiled = images / np.float32(255), corrupt("gaussian", images, 0.5, 0).images
    seen = np.rint(255 * spoiled).astype(np.uint8)

    def psnr(restored: np.ndarray) -> float:
        return float(-10 * np.log10(((restored - clean) ** 2).mean((1, 2, 3))).mean())

    def by(name: str) -> float:
        explorer = Explorer(find(name))
        return psnr(explorer.expect(explorer.encode(seen).centre).transpose(0, 2, 3, 1))

    denoiser = by("mnist-denoise-16d")
    assert denoiser > by("mnist-16d") + 2.5
    assert denoiser > psnr(ndimage.median_filter(spoiled, (1, 3, 3, 1))) + 2.5


def test_what_it_never_saw_costs_the_model_without_it_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images, labels = digits(tmp_path, monkeypatch)

    def cost(name: str) -> np.ndarray:
        found = find(name)
        return measure(load_model(found.card, found.folder), images).negative_elbo

    assert find("mnist-without-4").card.training["without"] == "4"
    extra = cost("mnist-without-4") - cost("mnist-16d")
    assert extra[labels == 4].mean() > extra[labels != 4].mean() + 10
