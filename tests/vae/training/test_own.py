"""A network and an objective from a file: the same numbers as by name, from a copy that outlives the file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.models import SMALL, made_dataset, made_images, write_dataset
from vae.__main__ import main
from vae.config import TrainConfig
from vae.errors import InputError
from vae.exchange.pack import pack
from vae.exchange.unpack import unpack
from vae.explore.explorer import Explorer
from vae.library.cards import read_card
from vae.library.layers import plans_of
from vae.library.shelf import Model
from vae.runs import launch, shelf
from vae.training import finish, training
from vae.training.checkpoints import checkpoint
from vae.training.graphs import load_model

DENSE = """
from math import prod
from torch import nn
from vae.models.objectives import elbo

def build(image_shape, codes_in, numbers_out):
    pixels = prod(image_shape)
    into = [nn.Flatten(), nn.Linear(pixels, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU()]
    out = [nn.Linear(codes_in, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU()]
    encoder = nn.Sequential(*into, nn.Linear(16, numbers_out))
    return encoder, nn.Sequential(*out, nn.Linear(16, pixels), nn.Unflatten(1, image_shape))

def loss(model, case):
    return elbo(model, case)
"""
"""As vae/plans/images.py lays `dense` out, each layer made in the same turn."""

NORMED = """
from torch import nn

def build(image_shape, codes_in, numbers_out):
    c, h, w = image_shape
    encoder = nn.Sequential(
        nn.Conv2d(c, 4, 4, 2, 1), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.2), nn.Flatten(),
        nn.Linear(h * w, numbers_out),
    )
    decoder = nn.Sequential(
        nn.Linear(codes_in, h * w), nn.Unflatten(1, (4, h // 2, w // 2)), nn.ConvTranspose2d(4, c, 4, 2, 1),
        nn.BatchNorm2d(c),
    )
    return encoder, decoder
"""
"""What differs in training, and draws numbers of its own."""


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return replace(SMALL, dataset=str(write_dataset(tmp_path / "data", made_dataset())))


def of_file(config: TrainConfig, path: Path, source: str, objective: str | None = None) -> TrainConfig:
    path.write_text(source)
    return replace(config, width=None, network=f"{path}:build", objective=objective and f"{path}:{objective}")


def followed(config: TrainConfig, folder: Path) -> dict[str, torch.Tensor]:
    """Train to the end; return all that the run needs to go on, but for the clock's."""
    state, data = training.start(config, folder)
    for _ in training.follow(state, data, folder):
        pass
    return checkpoint(state).tensors


def stopped(config: TrainConfig, folder: Path) -> None:
    """Train for two records."""
    state, data = training.start(config, folder)
    following = training.follow(state, data, folder)
    for _, _ in zip(range(2), filter(None, following), strict=False):
        pass
    following.close()


def resumed(folder: Path) -> training.TrainState:
    state, data = training.resume(folder)
    for _ in training.follow(state, data, folder):
        pass
    return state


def test_a_file_trains_as_what_has_a_name_and_a_stopped_run_needs_the_file_no_longer(
    tmp_path: Path, config: TrainConfig, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "try_out", lambda *_: None)  # an export that another test looks at
    named = followed(replace(config, width=16), tmp_path / "named")
    path, folder = tmp_path / "mine.py", home / "models" / "own"
    stopped(of_file(config, path, DENSE, "loss"), folder)
    path.unlink()
    for name, value in checkpoint(resumed(folder)).tensors.items():
        assert torch.equal(value, named[name]), name

    kept = shelf.read_config(folder)
    assert kept.network == f"mine.py:build@{kept.files[0].sha256}"
    with pytest.raises(InputError, match=r"mine\.py:build is a file, which only `python -m vae train` takes"):
        launch.launch(kept)
    with pytest.raises(InputError, match=r"trains with a Python file \(mine\.py:build\), which is not taken in"):
        unpack(pack(shelf.find_run("own"), tmp_path / "own.zip"), "other")
    (folder / "mine.py").write_text(DENSE + "print('another')\n")
    with pytest.raises(InputError, match=r"is not the file that was trained with"):
        training.resume(folder)


def test_a_model_from_a_file_is_two_graphs_with_its_own_weights(
    tmp_path: Path, config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = of_file(config, tmp_path / "mine.py", NORMED)
    with monkeypatch.context() as quick:
        quick.setattr(training, "try_out", lambda *_: None)
        whole = followed(settings, tmp_path / "whole")
    folder = tmp_path / "own"
    stopped(settings, folder)
    state = resumed(folder)  # dropout has drawn the same again
    for name, value in checkpoint(state).tensors.items():
        assert torch.equal(value, whole[name]), name

    card = finish.finish(state, made_dataset(), folder)
    assert (card.network, card.plan) == ("mine.py:build", {})
    weights = load_file(folder / "weights.safetensors")
    assert "decoder.3.running_mean" in weights
    scope: dict = {}
    exec(compile(NORMED, "mine.py", "exec"), scope)
    encoder, decoder = scope["build"]((1, 8, 8), 3, 6)
    for part, module in (("encoder", encoder), ("decoder", decoder)):
        own = {name.removeprefix(f"{part}."): value for name, value in weights.items() if name.startswith(f"{part}.")}
        module.load_state_dict(own)
        module.eval()
    explorer, images = Explorer(Model(read_card(folder), folder, bundled=False)), made_images(5, seed=9)
    with torch.no_grad():
        x = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
        mean = encoder(x)[:, :3]
        np.testing.assert_allclose(explorer.encode(images).centre, mean, atol=1e-4)
        np.testing.assert_allclose(explorer.expect(mean.numpy()), decoder(mean).sigmoid(), atol=1e-4)
    for needs_layers in (lambda: plans_of(card), lambda: load_model(card, folder)):
        with pytest.raises(InputError, match=r"does not say which layers|came from a file"):
            needs_layers()


PAIR = "from torch import nn\nimport torch\ndef build(shape, codes, outputs):\n    return "
ENCODER = "nn.Sequential(nn.Flatten(), nn.Linear(64, outputs))"
DECODER = "nn.Sequential(nn.Linear(codes, 64), nn.Unflatten(1, shape))"


@pytest.mark.parametrize(
    ("source", "flags", "says"),
    [
        (None, [], "mine.py cannot be read (No such file or directory)"),
        ("def build(:", [], "mine.py does not run: SyntaxError"),
        ("import nowhere_to_be_found", [], "does not run: ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("built = 1", [], "mine.py has no function 'build'"),
        ("def build(shape):\n    return 1", [], "mine.py:build([1, 8, 8], 3, 6) fails: TypeError"),
        (f"{PAIR}{ENCODER}", [], "mine.py:build returns a Sequential; return an encoder and a decoder"),
        (f"{PAIR}{ENCODER.replace('outputs', 'codes')}, {DECODER}", [], "gives float32 [3, 3] for a batch of"),
        (f"{PAIR}{ENCODER}, {DECODER.replace('shape', '(64,)')}", [], "give float32 [3, 1, 8, 8]"),
        (
            f"{PAIR}{ENCODER}.double(), {DECODER}",
            [],
            "The encoder of mine.py:build takes no batch of shape [3, 1, 8, 8]",
        ),
        (f"{PAIR}nn.Sequential({ENCODER}, nn.Softmax(0)), {DECODER}", [], "let each row stand alone"),
        (f"{PAIR}{ENCODER}, {DECODER}", ["--width", "8"], "leave width and depth out"),
        (
            f"{PAIR}{ENCODER}, {DECODER}",
            ["--objective", "mine.py:build"],
            "first step with the objective mine.py:build",
        ),
    ],
)
def test_a_file_that_does_not_do_is_one_line_and_leaves_nothing(
    source: str | None,
    flags: list[str],
    says: str,
    tmp_path: Path,
    config: TrainConfig,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if source is not None:
        Path("mine.py").write_text(source)
    words = ["train", "--dataset", config.dataset, "--latent-dims", "3", "--network", "mine.py:build", "--out", "run"]
    assert main([*words, *flags]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1), err
    assert says in err
    assert not Path("run").exists()
    assert not list(tmp_path.rglob("__pycache__"))


def test_an_objective_says_what_it_should_give(tmp_path: Path, config: TrainConfig) -> None:
    path = tmp_path / "mine.py"
    for source, says in (
        ("def loss(model, case):\n    return 1.0", "mine.py:loss returns a float; return vae.models.objectives.Terms"),
        (
            "from dataclasses import replace\nfrom vae.models.objectives import elbo\n"
            "def loss(model, case):\n    terms = elbo(model, case)\n    return replace(terms, minimised=terms.loss)",
            r"mine.py:loss gives minimised \[\] for 4 things; give a tensor \[4\]",
        ),
    ):
        path.write_text(source)
        with pytest.raises(InputError, match=says):
            training.start(replace(config, objective=f"{path}:loss"), tmp_path / "run")
    assert not (tmp_path / "run").exists()
