"""Models as other packages save them: each draws what its own package says that it draws."""

import json
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from safetensors.numpy import load_file, save_file

from tests.foreign import strangers
from tests.foreign.saved import FIXTURES, check_pictures, oracle
from tests.models import made_dataset, trained_folder, write_dataset
from vae.__main__ import main
from vae.config import TrainConfig
from vae.datasets.dataset import Dataset, Split
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.foreign.doors.doors import DOORS, halves_of
from vae.foreign.doors.networks import Named, found
from vae.home import BUNDLED_MODELS
from vae.kinds.kind import Item
from vae.kinds.kinds import image, kind_of
from vae.library.shelf import find
from vae.models.build import build_model
from vae.plans.networks import NETWORKS

WEIGHTS = "diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module", autouse=True)
def home(own_home: Path) -> Path:
    return own_home


def test_a_folder_of_pythae_draws_what_pythae_does() -> None:
    assert main(["import", str(FIXTURES / "pythae-vae")]) == 0
    opened, said = Explorer(find("pythae-vae")), oracle("pythae-vae")
    check_pictures(opened, said)
    belief = opened.encode_fed(said["x"])
    np.testing.assert_allclose(belief.centre, said["mean"], atol=1e-5)
    assert belief.spread is not None
    np.testing.assert_allclose(belief.spread, np.exp(said["log_variance"] / 2), rtol=1e-4)
    assert opened.card.likelihood == "bernoulli"  # by its own settings


def test_its_pickle_is_never_looked_at(tmp_path: Path) -> None:
    """The same numbers with another pickle beside them, which would end the test if it were opened."""
    folder = tmp_path / "theirs"
    shutil.copytree(FIXTURES / "pythae-vae", folder)
    with zipfile.ZipFile(FIXTURES / "pythae-vae" / "model.pt") as old, zipfile.ZipFile(folder / "model.pt", "w") as new:
        for entry in old.infolist():
            bomb = b"cos\n_exit\n(I3\ntR."
            new.writestr(entry.filename, bomb if entry.filename.endswith("data.pkl") else old.read(entry))
    assert main(["import", str(folder), "--name", "defused"]) == 0
    check_pictures(Explorer(find("defused")), oracle("pythae-vae"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda folder: (folder / "encoder.pkl").write_bytes(b"\x80\x04."),
            "an encoder of its own in encoder.pkl, a pickle",
        ),
        (lambda folder: _settings(folder, '"VAEConfig"', '"VQVAEConfig"'), "is of 'VQVAEConfig', and only models with"),
        (
            lambda folder: _settings(folder, '"latent_dim": 2', '"latent_dim": 3'),
            "does not hold the weights of pythae's",
        ),
        (lambda folder: _settings(folder, "{", "["), "is damaged"),
        (lambda folder: (folder / "model.pt").write_bytes(b"\x80\x04."), "does not hold the weights|not a zip"),
    ],
    ids=["its own encoder", "another model", "other sizes", "damaged settings", "an old pickle"],
)
def test_what_pythae_saved_otherwise_is_refused(change: Any, sentence: str, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    shutil.copytree(FIXTURES / "pythae-vae", folder)
    change(folder)
    with pytest.raises(InputError, match=sentence):
        halves_of(folder, None, None)


def _settings(folder: Path, old: str, new: str) -> None:
    path = folder / "model_config.json"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def check_all(name: str, opened: Explorer) -> None:
    """Compare what an autoencoder of diffusers makes of images and codes with what diffusers itself did."""
    said = oracle(name)
    check_pictures(opened, said)
    belief = opened.encode_fed(said["x"])
    assert belief.spread is not None
    np.testing.assert_allclose(belief.centre, said["mean"], atol=1e-4)
    np.testing.assert_allclose(belief.spread, np.exp(said["log_variance"] / 2), rtol=1e-3)


def test_an_autoencoder_of_diffusers_does_what_it_does_there() -> None:
    folder = str(FIXTURES / "diffusers-kl")
    assert main(["import", folder, "--dataset", "digits", "--name", "diffused"]) == 0
    opened = Explorer(find("diffused"))
    check_all("diffusers-kl", opened)
    assert (opened.card.family, opened.card.latent.dims) == ("gaussian", 16)
    assert opened.card.origin is not None
    found = {each.what: each.value for each in opened.card.origin.findings}
    assert found["range of the output"] == found["range of the input"] == "-1 to 1"  # by running it
    assert main(["evaluate", "diffused", "--dataset", "digits", "--json"]) == 0


def test_one_in_colour_without_attention_comes_in_without_data(tmp_path: Path) -> None:
    """Its settings leave out what is usual, and say what is not; a zip of the folder is the folder."""
    halves = halves_of(FIXTURES / "diffusers-plain", None, None)
    assert halves is not None and halves.encoder is not None
    packed = tmp_path / "plain.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in (FIXTURES / "diffusers-plain").iterdir():
            archive.write(path, path.name)
    assert main(["import", str(packed), "--range", "-1", "1", "--name", "plain"]) == 0
    check_all("diffusers-plain", Explorer(find("plain")))


def test_its_images_are_as_large_as_those_that_it_learnt() -> None:
    """It takes images of any size, and its settings need not say which."""
    twice = np.zeros((2, 16, 16, 1), np.uint8)
    part = Split(twice, None)
    halves = halves_of(FIXTURES / "diffusers-kl", replace(strangers.digits(), train=part, test=part), None)
    assert halves is not None
    (port,) = onnx.load_model_from_string(halves.decoder).graph.input
    assert [each.dim_value for each in port.type.tensor_type.shape.dim][1:] == [4 * 4 * 4]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda folder: _config(folder, down_block_types=["AttnDownEncoderBlock2D"] * 3), "says down_block_types"),
        (lambda folder: _config(folder, act_fn="gelu"), "says act_fn gelu, and only silu is read"),
        (
            lambda folder: _config(folder, latent_channels=3),
            "it asks for .* the file has it as",
        ),
        (lambda folder: _config(folder, layers_per_block=2), "asks for encoder.down_blocks.0.resnets.1.* has it not"),
        (lambda folder: _config(folder, sample_size=100), "codes of 2,500 numbers, 4 × 25 × 25; 1 to 512"),
        (lambda folder: _config(folder, sample_size=6), "halves images 2 times, and those of 6 × 6 cannot"),
        (lambda folder: _config(folder, norm_num_groups=3), "4 channels in 3 groups"),
        (lambda folder: _config(folder, layers_per_block=0), "does not say the sizes"),
        (lambda folder: (folder / WEIGHTS).write_bytes(b"\x80\x04."), "is damaged"),
        (lambda folder: os.truncate(folder / WEIGHTS, (1 << 30) + 1), "larger than 1,024 MiB"),
        (lambda folder: (folder / WEIGHTS).unlink(), "The weights are still missing: add diffusion_pytorch_model"),
        (
            lambda folder: (folder / WEIGHTS).rename(folder / "diffusion_pytorch_model.bin"),
            "diffusion_pytorch_model.bin is not opened: it is a Python pickle",
        ),
    ],
    ids=[
        "blocks",
        "bend",
        "latent",
        "layers",
        "large",
        "odd",
        "groups",
        "sizes",
        "damaged",
        "heavy",
        "missing",
        "pickle",
    ],
)
def test_what_diffusers_saved_otherwise_is_refused(change: Any, sentence: str, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    shutil.copytree(FIXTURES / "diffusers-kl", folder)
    change(folder)
    with pytest.raises(InputError, match=sentence):
        halves_of(folder, None, None)


def _config(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_pca_of_scikit_learn_comes_in_as_skl2onnx_writes_it() -> None:
    folder = FIXTURES / "skl2onnx-pca"
    words = [f"--{half}={folder / half}.onnx" for half in ("encoder", "decoder")]
    assert main(["import", *words, "--dataset", "digits", "--name", "pca"]) == 0
    opened, said = Explorer(find("pca")), oracle("skl2onnx-pca")
    check_pictures(opened, said)
    x = said["x"].reshape(-1, 1, 8, 8)
    np.testing.assert_allclose(opened.encode_fed(x).centre, said["mean"], atol=1e-4)
    assert opened.card.family == "autoencoder"


@pytest.mark.parametrize(("name", "black"), [("keras-vae", "0 to 1"), ("jax2onnx-vae", "-1 to 1")])
def test_what_keras_and_jax_export_draws_what_it_did_there(name: str, black: str) -> None:
    """Images are [rows, columns, channels] there; which way they lie and where black is are found by looking."""
    folder = FIXTURES / name
    words = [f"--{half}={folder / half}.onnx" for half in ("encoder", "decoder")]
    assert main(["import", *words, "--dataset", "digits", "--name", name]) == 0
    opened, said = Explorer(find(name)), oracle(name)
    check_pictures(opened, said)
    belief = opened.encode_fed(said["x"].reshape(-1, 1, 8, 8))
    assert belief.spread is not None
    np.testing.assert_allclose(belief.centre, said["mean"], atol=1e-4)
    np.testing.assert_allclose(belief.spread, np.exp(said["log_variance"] / 2), rtol=1e-3)
    assert opened.card.origin is not None
    found = {each.what: each.value for each in opened.card.origin.findings}
    assert found["range of the output"] == black
    assert found["layout of the output"].startswith("NHWC")


def test_weights_of_a_network_of_ours_draw_what_they_did(tmp_path: Path) -> None:
    """A run's weights alone, taken for those of a stranger, are the model that the run became."""
    trained = trained_folder()
    shutil.copyfile(trained / "weights.safetensors", tmp_path / "mine.safetensors")
    data = write_dataset(tmp_path / "made", made_dataset())
    words = ["import", str(tmp_path / "mine.safetensors"), "--network", "dense", "--width", "16"]
    assert main([*words, "--dataset", str(data), "--name", "mine"]) == 0
    ours, opened = Explorer(find(str(trained))), Explorer(find("mine"))
    z = np.random.default_rng(0).standard_normal((16, 3)).astype(np.float32)
    assert np.abs(opened.decode(z).astype(int) - ours.decode(z)).max() <= 1
    things = made_dataset().test.images
    np.testing.assert_allclose(opened.encode(things).spread, ours.encode(things).spread, rtol=1e-4)
    assert opened.card.metrics["negative_elbo"] == pytest.approx(ours.card.metrics["negative_elbo"], rel=0.02)


@pytest.mark.parametrize("network", [name for name in NETWORKS if name != "grid"])  # whose code is no layer's width
def test_a_network_of_ours_is_found_by_the_shapes_of_its_weights(tmp_path: Path, network: str) -> None:
    named = Named(network, width=6, depth=2)
    for item in (image((3, 13, 9)), Item("series", (40, 2))):
        if NETWORKS[network].lies not in (None, kind_of(item).lies):
            continue
        config = TrainConfig(network=network, latent_dims=12, width=6, depth=2, likelihood="gaussian")
        save_file(
            {name: value.detach().numpy() for name, value in build_model(config, item).state_dict().items()},
            tmp_path / "mine.safetensors",
        )
        some = Split(np.zeros((2, *item.shape), np.float32))
        data = Dataset("made", "Made", (), "CC0", "this test", some, some, kind=item.kind)
        assert found(tmp_path / "mine.safetensors", data) == (named, data.item)


def test_weights_by_themselves_are_taken_in(tmp_path: Path) -> None:
    """Neither a network nor data are said: both are found."""
    shutil.copyfile(BUNDLED_MODELS / "mnist-2d" / "weights.safetensors", tmp_path / "mine.safetensors")
    assert main(["import", str(tmp_path / "mine.safetensors"), "--suggest", "--name", "alone"]) == 0
    ours, opened = Explorer(find("mnist-2d")), Explorer(find("alone"))
    z = np.random.default_rng(0).standard_normal((16, 2)).astype(np.float32)
    assert np.abs(opened.decode(z).astype(int) - ours.decode(z)).max() <= 1
    assert opened.card.data.name == "mnist-5k"


def test_weights_that_do_not_fit_the_network_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = load_file(trained_folder() / "weights.safetensors")
    save_file(
        {name: array for name, array in weights.items() if name.startswith("encoder")}, tmp_path / "half.safetensors"
    )
    shutil.copyfile(trained_folder() / "weights.safetensors", tmp_path / "mine.safetensors")
    save_file(weights | {"encoder.1.weight": np.zeros((16, 99), np.float32)}, tmp_path / "odd.safetensors")
    data = ["--dataset", str(write_dataset(tmp_path / "made", made_dataset()))]
    network = ["--network", "dense"]
    for words, sentence in (
        (["mine.safetensors", *network, "--width", "17", *data], "does not fit the dense network of width 17"),
        (["half.safetensors", *network, *data], "holds no weights of a network of ours"),
        (["mine.safetensors", *network], "Say with --dataset NAME"),
        (["odd.safetensors"], "for the things of any data set"),
    ):
        assert main(["import", str(tmp_path / words[0]), *words[1:], "--name", "odd"]) == 2
        assert sentence in capsys.readouterr().err


def test_a_folder_of_a_model_of_ours_is_no_strangers(tmp_path: Path) -> None:
    assert halves_of(trained_folder(), None, None) is None
    assert main(["import", str(trained_folder()), "--name", "again"]) == 0
    assert find("again").card.origin is None


def test_every_door_knows_its_own_alone(tmp_path: Path) -> None:
    fixtures = [folder for folder in FIXTURES.iterdir() if folder.is_dir()]
    for door in DOORS.values():
        assert not door.is_here(tmp_path)
    assert all(sum(door.is_here(folder) for door in DOORS.values()) <= 1 for folder in fixtures)
