"""An opened model computes what its graphs say, and a damaged one is refused in a sentence."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.models import made_images, trained_folder
from tests.running import ROOT
from tests.tiny_model import expected_belief, expected_decode, write_tiny_model
from vae.errors import InputError
from vae.exchange.unpack import unpack
from vae.explore.explorer import check_range, open_explorer
from vae.files import sha256
from vae.home import BUNDLED_MODELS
from vae.library.cards import read_card, write_card

SHAPE = (3, 5, 4)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    write_tiny_model(tmp_path / "tiny", dims=6, image_shape=SHAPE)
    return tmp_path / "tiny"


def some_codes(n: int) -> np.ndarray:
    return np.random.default_rng(n).standard_normal((n, 6)).astype(np.float32)


@pytest.mark.parametrize("n", [1, 2, 100])
def test_pixels_and_codes_equal_the_sums_done_by_hand(tiny: Path, n: int) -> None:
    explorer, images = open_explorer(str(tiny)), made_images(n, SHAPE)
    decoded = explorer.decode(some_codes(n))
    assert decoded.dtype == np.uint8
    assert decoded.shape == (n, 5, 4, 3)
    assert np.abs(decoded.astype(int) - expected_decode(some_codes(n), SHAPE)).max() <= 1  # float32 at a half
    belief = explorer.encode(images)
    np.testing.assert_allclose(np.stack(astuple(belief)[:3]), expected_belief(images, 6), atol=1e-5)
    assert np.array_equal(explorer.reconstruct(images), explorer.decode(belief.centre))


def test_decoded_bytes_are_rounded_and_not_cut(tiny: Path) -> None:
    explorer = open_explorer(str(tiny))
    expected = explorer.expect(some_codes(200)).transpose(0, 2, 3, 1).astype(np.float64) * 255
    away = explorer.decode(some_codes(200)) - np.clip(expected, 0, 255)
    assert np.abs(away).max() <= 0.5 + 1e-4
    assert abs(away.mean()) < 0.05  # cut, they would be half a level too dark


def test_a_row_does_not_depend_on_its_neighbours(tiny: Path) -> None:
    explorer, z = open_explorer(str(tiny)), some_codes(20)
    assert np.array_equal(explorer.decode(z)[7:8], explorer.decode(z[7:8]))


def test_codes_of_any_float_type_and_images_in_any_memory_order_will_do(tiny: Path) -> None:
    explorer, images = open_explorer(str(tiny)), made_images(4, SHAPE)
    assert np.array_equal(explorer.decode(some_codes(4).astype(np.float64)), explorer.decode(some_codes(4)))
    assert np.array_equal(explorer.encode(np.asfortranarray(images)).centre, explorer.encode(images).centre)


def test_several_threads_get_what_one_gets(tiny: Path) -> None:
    explorer = open_explorer(str(tiny))
    batches = [some_codes(n) for n in range(1, 65)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(explorer.decode, batches))
    for z, decoded in zip(batches, together, strict=True):
        assert np.array_equal(decoded, explorer.decode(z))


def test_codes_come_with_a_trained_model_and_not_with_every_model(tiny: Path) -> None:
    codes = open_explorer(str(trained_folder())).codes()
    assert codes is not None
    assert codes.centre.shape == (32, 3)
    assert open_explorer(str(tiny)).codes() is None


@pytest.mark.parametrize("name", ["encoder.onnx", "decoder.onnx"])
@pytest.mark.parametrize("left", [0, 1, 50, -20])
def test_a_truncated_graph_is_refused_with_and_without_a_checksum(tiny: Path, name: str, left: int) -> None:
    (tiny / name).write_bytes((tiny / name).read_bytes()[:left])
    with pytest.raises(InputError, match=f"{name} is damaged"):
        open_explorer(str(tiny))
    write_card(replace(read_card(tiny), files={}), tiny)
    with pytest.raises(InputError, match=f"{name} is not an ONNX graph that can be run"):
        open_explorer(str(tiny))


@pytest.mark.parametrize("left", [0, 8, 3000])
def test_graphs_whose_weights_are_cut_short_are_refused(tmp_path: Path, left: int) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(trained_folder(), folder)
    weights = folder / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:left])
    with pytest.raises(InputError, match=r"weights\.safetensors is damaged"):
        open_explorer(str(folder))
    write_card(replace(read_card(folder), files={}), folder)
    with pytest.raises(InputError, match="is not an ONNX graph that can be run"):
        open_explorer(str(folder))


@pytest.mark.parametrize("location", ["../secret", "ABSOLUTE"])
def test_a_graph_reads_no_file_outside_its_folder(tiny: Path, location: str) -> None:
    (tiny.parent / "secret").write_bytes(bytes(10_000))
    location = location.replace("ABSOLUTE", str(tiny.parent / "secret"))
    proto = onnx.load(tiny / "decoder.onnx")
    tensor = next(t for t in proto.graph.initializer if t.name == "w")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", 0), ("length", 6 * 60 * 4)):
        tensor.external_data.add(key=key, value=str(value))
    (tiny / "decoder.onnx").write_bytes(proto.SerializeToString())
    write_card(replace(read_card(tiny), files={}), tiny)
    with pytest.raises(InputError, match=r"decoder\.onnx is not an ONNX graph that can be run"):
        open_explorer(str(tiny))


def test_opening_a_model_notes_nothing_down_in_the_home_folder(tiny: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    opened = f"import numpy, vae.explore.explorer as e; e.open_explorer({str(tiny)!r}).expect(numpy.zeros((1, 6)))"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    subprocess.run([sys.executable, "-c", opened], cwd=ROOT, env=kept | {"HOME": str(home)}, check=True)
    assert list(home.rglob("*")) == []


def in_other_units(folder: Path, kind: str) -> Path:
    """Let a decoder give what it gives before it is clipped, in other units, as another program's might."""
    proto = onnx.load(folder / "decoder.onnx")
    clip = next(node for node in proto.graph.node if node.op_type == "Clip")
    clip.CopyFrom(
        onnx.helper.make_node(
            *{
                "logits": ("Mul", ["shifted", "large"], ["clipped"]),
                "tanh": ("Tanh", ["shifted"], ["clipped"]),
                "bytes": ("Mul", ["shifted", "levels"], ["clipped"]),
                "a mean that leaves a little": ("Clip", ["shifted", "below", "above"], ["clipped"]),
            }[kind]
        )
    )
    for name, value in {"large": 8, "levels": 255, "below": -0.2, "above": 1.2}.items():
        proto.graph.initializer.append(onnx.numpy_helper.from_array(np.float32(value), name))
    onnx.save(proto, folder / "decoder.onnx")
    card = read_card(folder)
    write_card(replace(card, files=card.files | {"decoder.onnx": sha256(folder / "decoder.onnx")}), folder)
    return folder


@pytest.mark.parametrize("kind", ["logits", "tanh", "bytes"])
def test_a_decoder_whose_images_leave_0_to_1_is_told_at_import_and_not_clipped(
    tiny: Path, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    with pytest.raises(InputError, match=r"gives images from -\d.* to \d.*, but brightness goes from 0 to 1"):
        unpack(in_other_units(tiny, kind), "other")
    assert not (tmp_path / "home/models/other").exists()


def test_a_mean_that_leaves_0_to_1_a_little_is_taken_in(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    unpack(in_other_units(tiny, "a mean that leaves a little"), "taken")
    assert (open_explorer("taken").expect(3 * some_codes(50)).min()) < 0


@pytest.mark.parametrize("folder", sorted(BUNDLED_MODELS.iterdir()), ids=lambda folder: folder.name)
def test_bundled_decoders_stay_within_0_to_1(folder: Path) -> None:
    check_range(open_explorer(str(folder)))


def test_a_model_with_a_gaussian_likelihood_that_was_trained_here_is_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    from vae.models.families.gaussian import GaussianVAE
    from vae.training.graphs import write_graphs

    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    folder = tmp_path / "normal"
    card = write_tiny_model(folder, 3, (1, 8, 8))
    write_graphs(GaussianVAE((1, 8, 8), 3, "conv", 4, 2, "gaussian"), folder)
    write_card(replace(card, likelihood="gaussian", files={}), folder)
    assert unpack(folder).name == "normal"
