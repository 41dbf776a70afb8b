"""The ONNX graphs compute what torch computes, and hold nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file

from tests.models import made_images, trained_folder
from tests.running import ROOT
from vae.config import LIKELIHOODS
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.library.cards import Card, DataInfo, Latent, read_card
from vae.library.shelf import Model
from vae.models.gaussian import GaussianVAE
from vae.plans.networks import NETWORKS
from vae.training.graphs import load_model, write_graphs

TOLERANCE = 1e-4


def card_of(model: GaussianVAE, network: str, width: int, depth: int) -> Card:
    latent = Latent(model.latent_dims, [1.0] * model.latent_dims, [(-3.0, 3.0)] * model.latent_dims)
    data = DataInfo("made", "Made", "CC0-1.0", "this test")
    training = {"width": width, "depth": depth}
    return Card(
        "made", "gaussian", network, model.likelihood, 1.0, model.image_shape, data, latent, training, {}, {}, {}
    )


# one odd shape and one more for each network: an export takes half a second
CASES = [
    (network, likelihood, shape)
    for network in NETWORKS
    for likelihood, shape in zip(LIKELIHOODS, [(3, 17, 23), (1, 28, 20)], strict=True)
]


@pytest.mark.parametrize(("network", "likelihood", "shape"), CASES, ids=str)
def test_onnx_and_torch_agree(tmp_path: Path, network: str, likelihood: str, shape: tuple[int, int, int]) -> None:
    torch.manual_seed(0)
    model = GaussianVAE(shape, 5, network, 8, 2, likelihood)
    with torch.no_grad():  # far from the start, so that an identity or a bias left out would show
        for weight in model.parameters():
            weight.add_(torch.randn(weight.shape) * 0.05)
    write_graphs(model, tmp_path)
    card = card_of(model, network, 8, 2)
    explorer, loaded = Explorer(Model(card, tmp_path, False)), load_model(card, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["decoder.onnx", "encoder.onnx", "weights.safetensors"]
    for rows in (1, 2, 7):
        images = made_images(rows, shape)
        mean, log_variance = explorer.encode(images)
        z = np.random.default_rng(rows).standard_normal((rows, 5)).astype(np.float32) * 2
        expected = explorer.expect(z)
        with torch.no_grad():
            posterior = loaded.encode(torch.from_numpy(images).permute(0, 3, 1, 2) / 255)
            torch_expected = loaded.decode(torch.from_numpy(z)).mean.clamp(0, 1)
        np.testing.assert_allclose(mean, posterior.mean, atol=TOLERANCE)
        np.testing.assert_allclose(log_variance, posterior.log_variance, atol=TOLERANCE)
        np.testing.assert_allclose(expected, torch_expected, atol=TOLERANCE)
        assert expected.min() >= 0
        assert expected.max() <= 1


def test_the_weights_are_on_disk_once_and_no_path_of_this_machine_is() -> None:
    folder = trained_folder()
    names = set(load_file(folder / "weights.safetensors"))
    for name in ("encoder.onnx", "decoder.onnx"):
        raw = (folder / name).read_bytes()
        assert len(raw) < 8_000
        for path in (str(Path.home()), str(Path(torch.__file__).parent), str(ROOT), ".py"):
            assert path.encode() not in raw
        graph = onnx.load(folder / name, load_external_data=False).graph
        outside = {tensor.name for tensor in graph.initializer if tensor.data_location == onnx.TensorProto.EXTERNAL}
        assert outside == {n for n in names if n.startswith(name.split(".")[0])}
        onnx.checker.check_model(str(folder / name))


def test_a_loaded_model_has_the_trained_weights() -> None:
    folder = trained_folder()
    model = load_model(read_card(folder), folder)
    assert not model.training
    for name, weight in load_file(folder / "weights.safetensors").items():
        assert torch.equal(model.state_dict()[name], weight)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"family": "flow"}, "family 'flow' is unknown here"),
        ({"network": "linear"}, "Unknown network 'linear'"),
        ({"likelihood": "poisson"}, "Unknown likelihood 'poisson'"),
        ({"image_shape": (1, 9, 9)}, "does not fit the model on the card"),
        ({"training": {"width": 17}}, "does not fit the model on the card"),
        ({"training": {"width": "wide"}}, "does not fit the model on the card"),
    ],
    ids=str,
)
def test_a_card_that_does_not_fit_is_told_so(change: dict, sentence: str) -> None:
    folder = trained_folder()
    with pytest.raises(InputError, match=sentence):
        load_model(replace(read_card(folder), **change), folder)


@pytest.mark.parametrize("left", [0, 7, 100, 5000])
def test_truncated_weights_are_told_with_and_without_a_checksum(tmp_path: Path, left: int) -> None:
    folder = trained_folder()
    (tmp_path / "weights.safetensors").write_bytes((folder / "weights.safetensors").read_bytes()[:left])
    card = read_card(folder)
    with pytest.raises(InputError, match=r"weights\.safetensors is damaged \(wrong checksum\)"):
        load_model(replace(card, files={"weights.safetensors": card.files["weights.safetensors"]}), tmp_path)
    with pytest.raises(InputError, match="does not fit the model on the card"):
        load_model(replace(card, files={}), tmp_path)
