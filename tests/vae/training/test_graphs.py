"""The ONNX graphs compute what torch computes, and hold nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from tests.models import made_images, room, trained_folder
from tests.running import ROOT
from vae.config import TrainConfig
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.families import FAMILIES
from vae.kinds.images import IMAGES
from vae.kinds.kind import Item
from vae.kinds.kinds import image
from vae.library.cards import GRAPHS, PAIR, Axis, Card, DataInfo, Given, Latent, read_card
from vae.library.shelf import Model
from vae.likelihoods import LIKELIHOODS
from vae.models.build import build_model
from vae.networks.exporter import export
from vae.plans.networks import NETWORKS
from vae.training.graphs import _Expect, load_model, write_decoder_graph, write_graphs

TOLERANCE = 1e-4


CLASSES = ["a", "b", "c"]


def card_of(config: TrainConfig, item: Item) -> Card:
    can = FAMILIES[config.family].can
    given = [Given("class", CLASSES)] if "condition" in can else []
    graphs = PAIR if "encode" in can else {"decode": PAIR["decode"]}
    if not LIKELIHOODS[config.likelihood].told:
        graphs = graphs | {name: GRAPHS[name] for name in ("cost", "sample")}
    latent = Latent([Axis((-3.0, 3.0))] * config.latent_dims, "normal" if "draw" in can else "none", given)
    return Card(
        name="made",
        family=config.family,
        can=sorted(can),
        network=config.network,
        likelihood=config.likelihood,
        beta=1.0,
        item=item,
        data=DataInfo("made", "Made", "CC0-1.0", "this test", CLASSES),
        latent=latent,
        graphs=graphs,
        training={"width": config.width, "depth": config.depth},
        versions={},
        metrics={},
        files={},
    )


EXPECTED = [name for name in IMAGES.likelihoods if LIKELIHOODS[name].told]


def likely(family: str, at: int) -> str:
    """Return one likelihood after the other, of those that mean something without an encoder where there is none."""
    names = list(IMAGES.likelihoods) if "encode" in FAMILIES[family].can else EXPECTED
    return names[at % len(names)]


CASES = [
    (family, network, likely(family, row + column), ((3, 17, 23), (1, 28, 20))[(row + column) % 2])
    for row, family in enumerate(FAMILIES)
    for column, network in enumerate(NETWORKS)
    if network != "grid" or family not in ("conditional", "completing")  # whose cells have no place for what is told
]
"""Each family with each network, and the likelihoods in turn."""


@pytest.mark.parametrize(("family", "network", "likelihood", "shape"), CASES, ids=str)
def test_onnx_and_torch_agree(
    tmp_path: Path, family: str, network: str, likelihood: str, shape: tuple[int, int, int]
) -> None:
    torch.manual_seed(0)
    dims = room(network, 5, shape, 2)
    config = TrainConfig(family=family, network=network, latent_dims=dims, width=8, depth=2, likelihood=likelihood)
    model = build_model(config, image(shape), len(CLASSES))
    with torch.no_grad():  # far from the start, so that an identity or a bias left out would show
        for weight in model.parameters():
            weight.add_(torch.randn(weight.shape) * 0.05)
    write_graphs(model, tmp_path)
    card = card_of(config, image(shape))
    explorer, loaded = Explorer(Model(card, tmp_path, False)), load_model(card, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*card.graphs.values(), "weights.safetensors"])
    for rows in (1, 2, 7):
        images, numbers = made_images(rows, shape), np.arange(rows) % len(CLASSES)
        z = np.random.default_rng(rows).standard_normal((rows, dims)).astype(np.float32) * 2
        told, given = (numbers, torch.eye(len(CLASSES))[numbers]) if card.told else (None, None)
        expected = explorer.expect(z, told)
        with torch.no_grad():
            torch_expected = loaded.decode(torch.from_numpy(z), given).mean.clamp(0, 1)
        if model.encodes:
            assert_beliefs_agree(explorer, loaded, images, told, given)
        np.testing.assert_allclose(expected, torch_expected, atol=TOLERANCE)
        if not model.says.told:
            assert_likelihoods_agree(explorer, loaded, images, z, told, given)
        assert expected.min() >= 0
        assert expected.max() <= 1


def assert_likelihoods_agree(
    explorer: Explorer,
    loaded: Any,
    images: np.ndarray,
    z: np.ndarray,
    told: np.ndarray | None,
    given: torch.Tensor | None,
) -> None:
    x, (channels, *size) = explorer.kind.feed(images), explorer.card.image_shape
    even = np.random.default_rng(5).random((len(z), loaded.says.dice(channels), *size), np.float32)
    with torch.no_grad():
        likelihood = loaded.decode(torch.from_numpy(z), given)
        cost, drawn = -likelihood.log_prob(torch.from_numpy(x)), likelihood.sample(torch.from_numpy(even))
    np.testing.assert_allclose(explorer.cost(x, z, told), cost, rtol=1e-4, atol=1e-5)  # some cost next to nothing
    sampled = explorer.sample(z, 5, told)
    # A number that lies at a level's edge may fall to either side.
    assert (np.abs(sampled - explorer.kind.show(drawn.numpy()).astype(int)) > 1).mean() < 1e-3
    assert (explorer.sample(z, 6, told) != sampled).any()


def assert_beliefs_agree(
    explorer: Explorer, loaded: Any, images: np.ndarray, told: np.ndarray | None, given: torch.Tensor | None
) -> None:
    belief = explorer.encode(images, told)
    with torch.no_grad():
        torchs = loaded.encode(torch.from_numpy(images).permute(0, 3, 1, 2) / 255, given)
        spread, nats, centre = torchs.spread(), torchs.nats(), torchs.centre
    np.testing.assert_allclose(belief.centre, centre, atol=TOLERANCE)
    if spread is None:
        assert belief.spread is None
        assert belief.nats is None
    else:
        np.testing.assert_allclose(belief.spread, spread, atol=TOLERANCE)
        np.testing.assert_allclose(belief.nats, nats, atol=TOLERANCE)


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


@pytest.mark.parametrize("network", NETWORKS)
def test_a_moments_graph_is_the_same_whatever_the_weights_are(tmp_path: Path, network: str) -> None:
    dims = room(network, 2, depth=2)
    model = build_model(TrainConfig(network=network, latent_dims=dims, width=8, depth=2), image((1, 8, 8)), 0)
    write_decoder_graph(model, tmp_path / "drawn.onnx")
    with torch.no_grad():
        for weight in model.parameters():  # of two weights that are alike the exporter makes one
            weight.fill_(0.0)
    if network == "dense":
        kept = export(_Expect(model), {"z": torch.rand(2, 2)}, ["expected"]).graph.initializer
        assert len(kept) < len(list(model.decoder.parameters()))
    write_decoder_graph(model, tmp_path / "alike.onnx")
    assert (tmp_path / "alike.onnx").read_bytes() == (tmp_path / "drawn.onnx").read_bytes()


class Branching(nn.Module):
    """Goes one way or another by what it is given."""

    def forward(self, x: Tensor) -> Tensor:
        return x + 1 if x.sum() > 0 else x - 1


class Counting(nn.Module):
    """Does something for each thing, of however many there are."""

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.full((len(x), 1), 2.0)


class Fixed(nn.Module):
    """Counts rows by their bytes, which the tracing exporter does not see."""

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.zeros(x.untyped_storage().nbytes() // x[0].nbytes, 1)


def test_what_would_hold_for_some_numbers_of_rows_alone_is_no_graph_of_ours() -> None:
    with pytest.raises(RuntimeError, match="would hold for some numbers of rows alone"):
        export(Fixed(), {"x": torch.ones(2, 3)}, ["out"])


def test_what_would_hold_for_some_inputs_alone_is_no_graph_of_ours() -> None:
    for module in (Branching(), Counting()):
        with pytest.raises(RuntimeError, match="would hold for some inputs alone"):
            export(module, {"x": torch.ones(2, 3)}, ["out"])


class Unknown(nn.Module):
    """Takes a way that the tracing exporter has no operator for."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.diag_embed(x).sum(1)


def test_what_cannot_be_traced_of_a_persons_own_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    graph = export(Unknown(), {"x": torch.ones(2, 3)}, ["out"], planned=False)
    runs = ort.InferenceSession(graph.SerializeToString())
    for n in (1, 5):
        x = np.arange(3 * n, dtype=np.float32).reshape(n, 3)
        np.testing.assert_array_equal(runs.run(None, {"x": x})[0], x)
    assert capsys.readouterr().out == ""


def test_a_loaded_model_has_the_trained_weights() -> None:
    folder = trained_folder()
    model = load_model(read_card(folder), folder)
    assert not model.training
    for name, weight in load_file(folder / "weights.safetensors").items():
        assert torch.equal(model.state_dict()[name], weight)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"family": "hollow"}, "family 'hollow' is unknown here"),
        ({"network": "linear"}, "Unknown network 'linear'"),
        ({"likelihood": "poisson"}, "Unknown likelihood 'poisson'"),
        ({"item": image((1, 9, 9))}, "does not fit the model on the card"),
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
