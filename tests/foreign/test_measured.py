"""Any model with two graphs is measured, and like one of ours: the graphs and the networks in torch say the same."""

import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tests.foreign.strangers import DIMS, PIXELS, Graph, digits
from tests.models import made_dataset, made_series, trained_folder, write_dataset
from vae.__main__ import main
from vae.datasets.dataset import Dataset
from vae.experiments import worth
from vae.explore.explorer import Explorer
from vae.foreign.foreign import look, take
from vae.library.cards import read_card, write_card
from vae.library.shelf import Model, find
from vae.training import metrics
from vae.training.graphs import load_model


@pytest.fixture(scope="module", autouse=True)
def home(own_home: Path) -> Path:
    return own_home


def test_by_graphs_and_by_networks_a_model_has_the_same_figures() -> None:
    found, data = find(str(trained_folder())), made_dataset()
    some = data.test.images, data.test.labels, data.train.images, data.train.labels
    settings: dict[str, Any] = {"title": "made", "elbo_samples": 50, "importance_samples": 100}
    networks, _ = metrics.evaluate(load_model(found.card, found.folder), *some, **settings)
    way = worth.by_graphs(Explorer(found), elbo_samples=50, importance_samples=100)
    graphs, _ = worth.evaluate(way, *some, **settings)
    for name in ("kl", "floor", "knn_accuracy", "active_units"):
        assert getattr(graphs, name) == pytest.approx(getattr(networks, name), rel=1e-4), name
    for name in ("negative_elbo", "reconstruction", "log_likelihood"):
        # 32 things with 50 draws each: the standard error over draws is well below that over things.
        error = (networks.negative_elbo_standard_error or 0) / 5
        assert getattr(graphs, name) == pytest.approx(getattr(networks, name), abs=max(error, 0.05)), name
    assert graphs.conditions == networks.conditions


def test_the_command_measures_a_model_that_has_graphs_alone(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_dataset(tmp_path / "made", made_dataset())
    folder = home / "models" / "bare"
    folder.mkdir(parents=True)
    for path in trained_folder().iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    write_card(replace(read_card(folder), family="someone's", network="someone's"), folder)
    said = []
    for model in (str(trained_folder()), "bare"):
        assert main(["evaluate", model, "--dataset", str(data), "--elbo-samples", "20", "--json"]) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0]["kl"] == pytest.approx(said[1]["kl"], rel=1e-4)
    assert said[0]["negative_elbo"] == pytest.approx(said[1]["negative_elbo"], rel=0.02)


class Encoder(nn.Module):
    """As people write it: the draw, the mean and the log variance, in an order of their own, with no names."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 4, 3, 2, 1), nn.GroupNorm(2, 4), nn.SiLU(), nn.Flatten(), nn.Linear(64, 32)
        )
        self.mean, self.log_variance = nn.Linear(32, 3), nn.Linear(32, 3)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        h = self.body(x).relu()
        mean, log_variance = self.mean(h), self.log_variance(h)
        return log_variance, mean + torch.randn_like(mean) * (log_variance / 2).exp(), mean


class Decoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.Unflatten(1, (4, 4, 4)), nn.ConvTranspose2d(4, 1, 2, 2))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return self.body(z)


@pytest.mark.slow
def test_torchs_own_export_comes_in_as_it_is(tmp_path: Path) -> None:
    """torch.onnx.export with nothing said: one row, weights in a file beside the graph, outputs without names."""
    torch.manual_seed(0)
    encoder, decoder = Encoder().eval(), Decoder().eval()
    paths = []
    for half, module, row in (("encoder", encoder, (1, 8, 8)), ("decoder", decoder, (3,))):
        paths.append(tmp_path / f"{half}.onnx")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # the exporter's own use of an older torch interface
            torch.onnx.export(module, (torch.rand(1, *row),), paths[-1], verbose=False)
    words = [f"--encoder={paths[0]}", f"--decoder={paths[1]}", "--logits", "--range", "0", "1"]
    assert main(["import", *words, "--dataset", "digits", "--name", "torch"]) == 0
    opened, things = Explorer(find("torch")), digits().test.images[:32]
    z = torch.randn(32, 3, generator=torch.Generator().manual_seed(1))
    x = torch.from_numpy(opened.kind.feed(things))
    with torch.no_grad():
        drawn = decoder(z).sigmoid().numpy()
        log_variance, _, mean = encoder(x)
    assert np.abs(opened.decode(z.numpy()).astype(int) - opened.kind.show(drawn)).max() <= 1
    belief = opened.encode(things)
    np.testing.assert_allclose(belief.centre, mean.numpy(), atol=1e-5)
    assert belief.spread is not None
    np.testing.assert_allclose(belief.spread, (log_variance / 2).exp().numpy(), rtol=1e-4)
    kl = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, (log_variance / 2).exp()), torch.distributions.Normal(0.0, 1.0)
    )
    np.testing.assert_allclose(belief.nats, kl.numpy(), atol=1e-4)


def linear(row: tuple[int, ...], dims: int, seed: int = 0) -> tuple[bytes, bytes, np.ndarray]:
    """Return an encoder and a decoder that are each other's inverse on a plane, and its directions, [dims, numbers]."""
    size = int(np.prod(row))
    w = np.linalg.qr(np.random.default_rng(seed).standard_normal((size, dims)))[0].T.astype(np.float32)
    into, out = Graph(), Graph()
    flat = into.add("Reshape", "x", into.constant([-1, size], np.int64))
    into.add("MatMul", flat, into.constant(w.T), name="code")
    out.add("Reshape", out.add("MatMul", "z", out.constant(w)), out.constant([-1, *row], np.int64), name="thing")
    return (
        into.model({"x": ["n", *row]}, {"code": ["n", dims]}).SerializeToString(),
        out.model({"z": ["n", dims]}, {"thing": ["n", *row]}).SerializeToString(),
        w,
    )


@pytest.mark.parametrize("row", [(16, 2), (2, 16), (2, 1, 16), (32,)], ids=["n,L,C", "n,C,L", "as ours", "flat"])
def test_series_come_in_whichever_way_they_lie(row: tuple[int, ...]) -> None:
    data = made_series()
    name = "series-" + "-".join(map(str, row))
    *sources, w = linear(row, 4)
    model = take(*sources, data, name=name)
    opened, z = Explorer(model), np.random.default_rng(1).standard_normal((8, 4)).astype(np.float32)
    drawn = (z @ w).reshape(8, *row)
    if row[0] == 2:  # channels first
        drawn = drawn.reshape(8, 2, 16).transpose(0, 2, 1)
    elif row == (32,):  # one of two orders, as well as another where nothing was learnt
        return
    np.testing.assert_allclose(opened.decode(z), drawn.reshape(8, 16, 2), atol=1e-5)
    assert model.card.item.kind == "series" and model.card.metrics["rmse"] > 0


@pytest.mark.parametrize("inner", [False, True], ids=["channels first", "channels last"])
def test_flat_colours_are_told_apart_by_running(inner: bool) -> None:
    """Which of the two orders flat pixels have nothing says but what comes back of real ones."""
    data = made_dataset(shape=(3, 6, 6))
    images = data.train.images.astype(np.float32) / 255
    flat = (images if inner else images.transpose(0, 3, 1, 2)).reshape(len(images), -1)
    middle = flat.mean(0)
    w = np.linalg.svd(flat - middle, full_matrices=False)[2][:6].astype(np.float32)
    into, out = Graph(), Graph()
    into.add("MatMul", into.add("Sub", "x", into.constant(middle)), into.constant(w.T), name="code")
    out.add("Add", out.add("MatMul", "z", out.constant(w)), out.constant(middle), name="thing")
    sources = (
        into.model({"x": ["n", 108]}, {"code": ["n", 6]}).SerializeToString(),
        out.model({"z": ["n", 6]}, {"thing": ["n", 108]}).SerializeToString(),
    )
    found = look(*sources, data)
    assert found.decoding.layout.axes == ((1, 2, 0) if inner else (0, 1, 2))
    assert found.encoding is not None and found.encoding.layout.axes == found.decoding.layout.axes
    assert found.error is not None and found.error < 0.2


def test_a_thing_is_told_by_its_shape_where_there_is_no_data() -> None:
    *sources, _ = linear((3, 6, 6), 4)
    assert look(*sources).item.shape == (6, 6, 3)
    *sources, _ = linear((40, 2), 4)
    assert (look(*sources).item.kind, look(*sources).item.shape) == ("series", (40, 2))


def test_classes_of_the_data_are_taken_along() -> None:
    *sources, _ = linear((1, 8, 8), DIMS)
    model = take(*sources, digits(), name="classed")
    assert model.card.data.classes == list(digits().classes)
    codes = Explorer(Model(model.card, model.folder, bundled=False)).codes()
    assert codes is not None and codes.labels is not None
    assert isinstance(digits(), Dataset) and PIXELS == 64
