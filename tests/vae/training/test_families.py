"""Every family of models trains, stops, resumes and becomes a model that is opened and read back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file

from tests.models import SMALL, listing, made_dataset, write_dataset
from vae.config import TrainConfig
from vae.data import load
from vae.errors import InputError
from vae.exchange.pack import pack
from vae.exchange.unpack import unpack
from vae.explore.draws import draw_codes, few_draws
from vae.explore.explorer import Explorer, check_range, open_explorer, try_out
from vae.families import FAMILIES
from vae.kinds.images import IMAGES
from vae.kinds.kind import Item
from vae.library.cards import Card, Given, read_card, write_card
from vae.library.codes import read_codes
from vae.library.shelf import find
from vae.likelihoods import LIKELIHOODS
from vae.measures.figures import from_card
from vae.models.families.discrete import DiscreteVAE
from vae.models.families.vamp import VampVAE
from vae.models.families.vq import VQVAE
from vae.models.model import Model
from vae.runs.moments import Moment
from vae.runs.records import HeldOut, Step
from vae.runs.shelf import read_records
from vae.runs.snapshots import read_snapshot, snapshots
from vae.training import finish, training
from vae.training.graphs import load_model
from vae.training.loop import TrainState, begin, train
from vae.training.metrics import evaluate, measure

OPTIONS: dict[str, dict[str, float]] = {"autoencoder": {"sparsity": 0.2}}
"""Settings of its own that a family is tried with."""

each_family = pytest.mark.parametrize("family", FAMILIES)
ENCODING = [name for name, known in FAMILIES.items() if "encode" in known.can]
each_that_encodes = pytest.mark.parametrize("family", ENCODING)
CLASSES = ["a", "b", "c", "d"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The folders of a finished model of each family, with the snapshots of its training."""
    root = tmp_path_factory.mktemp("families")
    data, folders = str(write_dataset(root / "data", made_dataset())), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENT_HOME", str(root / "home"))
        for family in FAMILIES:
            folders[family] = root / "home" / "models" / f"made-{family}"
            finish.finish(follow(of(family, data), folders[family]), load(data), folders[family])
        yield folders


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    return str(write_dataset(tmp_path / "data", made_dataset()))


def of(family: str, dataset: str, **changes: object) -> TrainConfig:
    """Return settings of a run of twelve steps."""
    options = OPTIONS.get(family, {})
    return replace(SMALL, dataset=dataset, family=family, options=options, **changes)  # type: ignore[arg-type]


def follow(config: TrainConfig, folder: Path) -> TrainState:
    state, dataset = training.start(config, folder)
    for _ in training.follow(state, dataset, folder):
        pass
    return state


def weights(state: TrainState) -> np.ndarray:
    return torch.nn.utils.parameters_to_vector(state.model.parameters()).detach().numpy()


def written(folder: Path, kind: type, name: str) -> list:
    return [msgspec.convert(record, kind) for record in read_records(folder, kind=name)[0]]


def told(card: Card, labels: np.ndarray | None) -> np.ndarray | None:
    return labels if card.told else None


@pytest.mark.parametrize(
    ("family", "likelihood"),
    [(name, likely) for name in ENCODING for likely in ("bernoulli", "gaussian")]
    + [("gaussian", name) for name in IMAGES.likelihoods if not LIKELIHOODS[name].told],
)
def test_it_learns(family: str, likelihood: str) -> None:
    dataset = made_dataset()
    state = begin(of(family, "made", epochs=60, likelihood=likelihood), dataset.item, len(CLASSES))
    steps = [step for step in train(state, dataset.train.images, labels=dataset.train.labels) if step]
    assert all(np.isfinite(step.negative_elbo) for step in steps)
    assert steps[-1].negative_elbo < steps[0].negative_elbo - 5


@each_family
@pytest.mark.parametrize(
    "changes",
    [{"likelihood": "gaussian"}, {"corruption": "block"}, {"validation": 0.25}, {"network": "conv", "width": 4}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_run_that_was_stopped_and_resumed_equals_one_that_was_not(
    family: str, changes: dict[str, object], tmp_path: Path, data: str
) -> None:
    if "corruption" in changes and family not in ENCODING:
        pytest.skip("without an encoder nothing sees what is spoiled")
    config = of(family, data, **changes)
    whole, folder = follow(config, tmp_path / "whole"), tmp_path / "stopped"
    state, dataset = training.start(config, folder)
    for _ in range(2):  # after the first epoch, and after the second
        following = training.follow(state, dataset, folder)
        next(step for step in following if step)
        following.close()
        state, dataset = training.resume(folder)
    assert 0 < state.step < whole.step
    for _ in training.follow(state, dataset, folder):
        pass
    assert np.array_equal(weights(state), weights(whole))
    assert torch.equal(state.noise.get_state(), whole.noise.get_state())
    records = [
        [replace(step, images_per_second=0) for step in written(each, Step, "metrics")]
        for each in (folder, tmp_path / "whole")
    ]
    assert records[0] == records[1]


@each_family
def test_a_run_that_was_killed_goes_on_from_its_checkpoint(
    family: str, tmp_path: Path, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing tidies up after a process that is killed: its folder stays as it is at that moment."""
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", -1)
    config = of(family, data)
    whole, folder = follow(config, tmp_path / "whole"), tmp_path / "killed"
    state, dataset = training.start(config, folder)
    following = training.follow(state, dataset, folder)
    for _ in range(2):
        next(step for step in following if step)
    left = {name: (folder / name).read_bytes() for name in listing(folder) if (folder / name).is_file()}
    following.close()
    for name, content in left.items():
        (folder / name).write_bytes(content)
    state, dataset = training.resume(folder)
    assert 0 < state.step < 12
    for _ in training.follow(state, dataset, folder):
        pass
    assert np.array_equal(weights(state), weights(whole))


@each_family
def test_its_card_says_what_it_is_and_reads_back(family: str, trained: dict[str, Path]) -> None:
    card, can = read_card(trained[family]), FAMILIES[family].can
    assert card.format == 2
    assert (card.family, set(card.can)) == (family, set(can))
    assert card.item == Item("image", (8, 8, 1))
    assert card.latent.prior == (FAMILIES[family].prior if "draw" in can else "none")
    assert card.latent.given == ([Given("class", CLASSES)] if "condition" in can else [])
    assert all((nats is not None) == ("bound" in can) for nats in card.latent.nats)
    assert card.training["options"] == of(family, "made").settled().options
    assert card.scale is None
    assert card.codes == (3 if family == "vq" else 0)
    assert (
        ("code_perplexity" in from_card(card).values)
        == (family == "vq")
        == (card.metrics.get("codes_used") is not None)
    )
    drawn = {"draw.onnx"} if card.latent.prior == "graph" else set()
    drawn |= {"learnt.npz"} if FAMILIES[family].learns else set()
    placed = {"codes.npz", "encoder.onnx"} if "encode" in can else set()
    assert set(card.files) == {"decoder.onnx", "weights.safetensors"} | placed | drawn
    assert ("reconstruction" in card.metrics) == ("encode" in can)


@each_family
def test_its_card_lays_out_the_networks_that_its_weights_are_of(family: str, trained: dict[str, Path]) -> None:
    plan, kept = read_card(trained[family]).plan, load_file(trained[family] / "weights.safetensors")
    if not FAMILIES[family].plain:  # its networks are more than a plan, which nobody is to take for the whole
        assert plan == {}
        return
    assert plan.keys() == ({"encoder", "decoder"} if family in ENCODING else {"decoder"})
    for name in plan:
        said = [(each["codes"],) * 2 for each in plan[name] if each["layer"] == "Codebook"]
        said += [(each["outputs"], each["inputs"]) for each in plan[name] if each["layer"] == "Linear"]
        found = [tuple(value.shape) for key, value in sorted(kept.items()) if key.startswith(name) and value.ndim == 2]
        assert said == found


@each_that_encodes
def test_its_card_gives_the_spread_that_its_likelihood_learnt(family: str, tmp_path: Path, data: str) -> None:
    """As `finish` describes a model, without the export."""
    state, dataset = follow(of(family, data, likelihood="gaussian"), tmp_path / "run"), load(data)
    parts = (dataset.test.images, dataset.test.labels, dataset.train.images, dataset.train.labels)
    card = finish.describe(state, dataset, tmp_path / "run", evaluate(state.model, *parts, title="Made"), {}, None)
    assert card.scale == pytest.approx(state.model.log_scale.detach().exp().item())
    write_card(card, tmp_path / "run")
    assert read_card(tmp_path / "run").scale == card.scale


@each_family
def test_the_explorer_opens_it_and_tries_it_out(family: str, trained: dict[str, Path]) -> None:
    explorer = open_explorer(str(trained[family]))
    try_out(explorer)
    check_range(explorer)


@each_family
def test_its_graphs_agree_with_torch(family: str, trained: dict[str, Path]) -> None:
    card, explorer = read_card(trained[family]), open_explorer(str(trained[family]))
    model, test = load_model(card, trained[family]), made_dataset().test
    given = torch.eye(4)[torch.from_numpy(np.asarray(test.labels))] if card.told else None
    z = np.random.default_rng(0).standard_normal((len(test), 3)).astype(np.float32)
    with torch.no_grad():
        expected = model.decode(torch.from_numpy(z), given).mean
    if "encode" in card.can:
        with torch.no_grad():
            belief = model.encode(torch.from_numpy(test.images).permute(0, 3, 1, 2) / 255, given)
            beliefs = belief.centre, belief.spread(), belief.nats()
        got = explorer.encode(test.images, told(card, test.labels))
        np.testing.assert_allclose(got.centre, beliefs[0], atol=1e-4)
        for served, torchs in zip((got.spread, got.nats), beliefs[1:], strict=True):
            if "bound" in card.can:
                np.testing.assert_allclose(served, torchs, atol=1e-4)
            else:
                assert served is None
    else:
        with pytest.raises(InputError, match="no encoder"):
            explorer.encode(test.images)
    np.testing.assert_allclose(explorer.expect(z, told(card, test.labels)), expected, atol=1e-4)
    if card.latent.prior == "graph":
        noise = np.random.default_rng(0).standard_normal((50, card.latent.dice)).astype(np.float32)
        with torch.no_grad():
            drawn = model.draw(torch.from_numpy(noise))
        np.testing.assert_allclose(explorer.draw(noise), drawn, atol=1e-4)


def prior_of(model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each coordinate of codes from the prior."""
    if isinstance(model, VampVAE):
        whole = model.prior.whole
        return whole.mean.detach().numpy(), whole.spread().detach().numpy()
    if isinstance(model, DiscreteVAE):
        share = np.full(3, 1 / model.ways)
        return share, np.sqrt(share * (1 - share))
    if isinstance(model, VQVAE):  # three codes in a single cell
        share = model.prior(torch.zeros(1, 1, 3)).exp().detach().numpy().ravel()
        return share, np.sqrt(share * (1 - share))
    return np.zeros(3), np.ones(3)


@each_family
def test_codes_are_drawn_as_its_prior_has_them(family: str, trained: dict[str, Path]) -> None:
    explorer = open_explorer(str(trained[family]))
    if "draw" not in FAMILIES[family].can:
        with pytest.raises(InputError, match="no prior to draw from"):
            draw_codes(explorer, 1)
        assert few_draws(explorer) == []
        return
    codes, (mean, spread) = draw_codes(explorer, 20_000, seed=3), prior_of(load_model(explorer.card, trained[family]))
    np.testing.assert_array_equal(codes, draw_codes(explorer, 20_000, seed=3))
    if FAMILIES[family].prior == "graph":
        few = np.array(few_draws(explorer))
        assert few.shape == (256, 3) and np.abs((few - mean) / spread).max() < 5
    assert np.abs((codes.mean(0) - mean) / spread).max() < 0.04
    assert np.abs(codes.std(0) / spread - 1).max() < 0.04


@each_family
def test_its_weights_are_on_disk_once(family: str, trained: dict[str, Path]) -> None:
    folder, outside = trained[family], set()
    for name in ("encoder.onnx", "decoder.onnx")[family not in ENCODING :]:
        assert (folder / name).stat().st_size < (10_000 if FAMILIES[family].plain else 12_000)
        graph = onnx.load(folder / name, load_external_data=False).graph
        outside |= {each.name for each in graph.initializer if each.data_location == onnx.TensorProto.EXTERNAL}
    # Pseudo-inputs are in no graph: the prior that they became is.
    assert outside == set(load_file(folder / "weights.safetensors")) - {"pseudo"}


@each_that_encodes
def test_its_codes_are_those_it_was_measured_on(family: str, trained: dict[str, Path]) -> None:
    card, codes, test = read_card(trained[family]), read_codes(trained[family]), made_dataset().test
    belief = open_explorer(str(trained[family])).encode(test.images, told(card, test.labels))
    assert codes is not None
    np.testing.assert_allclose(codes.centre, belief.centre, atol=2e-3)
    np.testing.assert_array_equal(codes.labels, np.asarray(test.labels))
    cost = "negative_elbo" if "bound" in card.can else "reconstruction"
    assert codes.cost.mean() == pytest.approx(card.metrics[cost], rel=1e-5)
    if "bound" in card.can:
        assert codes.nats is not None
        np.testing.assert_allclose(codes.nats.mean(0), card.latent.nats, atol=1e-3)
    else:
        assert (codes.spread, codes.nats) == (None, None)


@each_that_encodes
def test_it_redraws_its_test_codes_each_under_its_own_class(family: str, trained: dict[str, Path]) -> None:
    explorer, test = open_explorer(str(trained[family])), made_dataset().test
    codes, rows = explorer.codes(), np.array([3, 0, 17])
    assert codes is not None
    drawn = explorer.redraw(codes, rows).astype(int)
    exact = explorer.reconstruct(test.images[rows], told(explorer.card, np.asarray(test.labels)[rows]))
    assert np.abs(drawn - exact).max() <= 2  # the codes are in half precision


@each_family
def test_each_moment_of_its_training_opens_and_decodes(family: str, trained: dict[str, Path]) -> None:
    folder = trained[family]
    assert snapshots(folder)[0] == 0
    for step in snapshots(folder):
        points = read_snapshot(folder, step)["points"][:5]
        assert Moment(folder, step).decode(points).shape == (len(points), 8, 8, 1)


@each_family
def test_its_last_moment_decodes_as_the_model_does(family: str, trained: dict[str, Path]) -> None:
    folder, explorer = trained[family], open_explorer(str(trained[family]))
    step = snapshots(folder)[-1]
    arrays = read_snapshot(folder, step)
    codes = arrays["centre"] + arrays["points"][:5] @ arrays["axes"].T
    moment, told = Moment(folder, step), explorer.card.told
    for given in range(told) if told else [None]:
        decoded = moment.decode(arrays["points"][:5], given).astype(int)
        assert np.abs(decoded - explorer.decode(codes, given)).max() <= 2  # weights in half precision


@each_family
def test_it_travels_as_a_zip(family: str, trained: dict[str, Path], tmp_path: Path) -> None:
    taken = unpack(pack(find(str(trained[family])), tmp_path / "out.zip"), f"again-{family}")
    z = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    before, after = open_explorer(str(trained[family])), open_explorer(str(taken.folder))
    given = 1 if before.card.told else None
    assert np.array_equal(before.decode(z, given), after.decode(z, given))
    assert replace(after.card, name=before.card.name) == before.card


def test_the_families_differ_only_where_they_say_so(data: str) -> None:
    """With one seed an autoencoder and a VAE have the same decoder to begin with, but for what the encoder gives."""
    vae, points = (begin(of(family, data), Item("image", (8, 8, 1)), 4).model for family in ("gaussian", "autoencoder"))
    shapes = [{name: tuple(value.shape) for name, value in model.state_dict().items()} for model in (vae, points)]
    assert {name for name in shapes[0] if shapes[0][name] != shapes[1][name]} == {"encoder.5.weight", "encoder.5.bias"}


# The autoencoder


def test_an_autoencoder_has_no_kl_in_its_records_and_its_sparsity_beside(trained: dict[str, Path]) -> None:
    steps, held_out = (
        written(trained["autoencoder"], Step, "metrics"),
        written(trained["autoencoder"], HeldOut, "held_out"),
    )
    assert steps and held_out
    assert all(record.kl == () for record in [*steps, *held_out])
    assert all(step.others.keys() == {"sparsity"} and step.others["sparsity"] > 0 for step in steps)
    assert all(step.negative_elbo == step.reconstruction for step in steps)


def test_an_autoencoder_has_no_elbo_among_its_figures(trained: dict[str, Path]) -> None:
    metrics = read_card(trained["autoencoder"]).metrics
    without = ("negative_elbo", "negative_elbo_standard_error", "kl", "active_units", "log_likelihood")
    assert [metrics[name] for name in without] == [None] * 5
    assert metrics["reconstruction"] > 0
    assert 0 <= metrics["knn_accuracy"] <= 1
    assert "sample" not in metrics["conditions"]


def test_what_an_autoencoder_is_measured_by_is_its_reconstruction() -> None:
    dataset = made_dataset()
    model = begin(of("autoencoder", "made"), dataset.item).model.eval()
    measured = measure(model, dataset.test.images)
    x = torch.from_numpy(dataset.test.images).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        out = model.decoder(model.encoder(x))
        cost = torch.nn.functional.binary_cross_entropy_with_logits(out, x, reduction="none").flatten(1).sum(1)
    np.testing.assert_allclose(measured.reconstruction, cost, rtol=1e-4)
    np.testing.assert_allclose(measured.negative_elbo, cost, rtol=1e-4)
    assert measured.kl.shape == (32, 0)
    evaluation, _ = evaluate(model, dataset.test.images, None, dataset.train.images, None, title="Made bars")
    assert evaluation.reconstruction == pytest.approx(float(cost.mean()), rel=1e-4)


def test_importance_samples_of_a_model_without_a_prior_are_left_out() -> None:
    dataset = made_dataset()
    model = begin(of("autoencoder", "made"), dataset.item).model.eval()
    evaluation, _ = evaluate(
        model, dataset.test.images, None, dataset.train.images, None, title="Made bars", importance_samples=5
    )
    assert evaluation.log_likelihood is None
    assert "importance" not in evaluation.conditions


def test_sparsity_brings_the_codes_nearer_to_nothing() -> None:
    dataset, lengths = made_dataset(), []
    for sparsity in (0.0, 50.0):
        config = replace(SMALL, family="autoencoder", epochs=40, options={"sparsity": sparsity})
        state = begin(config, dataset.item)
        for _ in train(state, dataset.train.images):
            pass
        lengths.append(np.abs(measure(state.model, dataset.test.images).centre).mean())
    assert lengths[1] < 0.2 * lengths[0]


@pytest.mark.parametrize("changes", [{"beta": 0.5}, {"beta": 0.0}, {"warmup_epochs": 2.0}], ids=str)
def test_an_autoencoder_has_no_kl_that_a_weight_could_be_on(changes: dict[str, float]) -> None:
    sentence = "Autoencoder has no KL that beta could weigh; leave beta at 1 and warmup_epochs at 0"
    with pytest.raises(InputError, match=sentence):
        replace(TrainConfig(family="autoencoder"), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("family", "options", "sentence"),
    [
        ("autoencoder", {"sparsity": -1.0}, "sparsity must be from 0 to 1000; got -1"),
        ("autoencoder", {"sparsity": float("nan")}, "sparsity must be from 0 to 1000; got nan"),
        ("gaussian", {"sparsity": 1.0}, "VAE has no setting 'sparsity'; leave it out, or choose another family"),
        ("hollow", {}, "Unknown family 'hollow'; choose one of: autoencoder, completing, conditional, discrete, flow"),
    ],
)
def test_settings_that_a_family_does_not_have_are_refused(
    family: str, options: dict[str, float], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        TrainConfig(family=family, options=options)


# The conditional VAE


@pytest.mark.parametrize("without", ["labels", "classes"])
def test_a_conditional_model_is_not_trained_on_data_without_classes(tmp_path: Path, data: str, without: str) -> None:
    dataset = made_dataset()
    if without == "labels":
        dataset = replace(
            dataset, classes=(), train=replace(dataset.train, labels=None), test=replace(dataset.test, labels=None)
        )
    else:
        dataset = replace(dataset, classes=())
    bare = str(write_dataset(tmp_path / "bare", dataset))
    with pytest.raises(
        InputError, match=r"'conditional' is told the class of each thing, and data set .* has no classes"
    ):
        training.start(of("conditional", bare), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_class_that_was_left_out_of_training_can_be_told_all_the_same(tmp_path: Path, data: str) -> None:
    state = follow(of("conditional", data, without="b"), tmp_path / "run")
    card = finish.finish(state, load(data), tmp_path / "run")
    assert card.latent.given == [Given("class", CLASSES)]
    assert Explorer(find(str(tmp_path / "run"))).decode(np.zeros((1, 3), np.float32), 1).shape == (1, 8, 8, 1)
