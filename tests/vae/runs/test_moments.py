"""The decoder of each moment of a run: the right weights, the right plane, and calm sentences."""

import shutil
import subprocess
import sys
import warnings
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from safetensors.numpy import load_file, save_file

from tests.running import ROOT
from tests.tiny_moments import expected_at, tiny_decoder, write_tiny_moments
from vae.errors import InputError
from vae.runs import moments
from vae.runs.moments import NotKept, open_moment

XY = (np.random.default_rng(3).integers(-8, 9, (7, 2)) / 4).astype(np.float32)


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """An empty library of one's own, and nothing opened."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.setattr(moments._opened, "_kept", OrderedDict())
    return tmp_path / "models"


@pytest.mark.parametrize("dims", [1, 2, 5])
@pytest.mark.parametrize("step", [0, 10, 20])
def test_a_place_is_decoded_by_the_weights_of_its_moment_on_its_plane(runs, dims, step):
    write_tiny_moments(runs / "tiny", dims)
    np.testing.assert_array_equal(open_moment("tiny", step).decode(XY), expected_at(step, dims, XY))


TOLD = 10


@pytest.mark.parametrize("given", [None, 0, 3, 9])
def test_a_place_is_decoded_as_the_class_that_is_asked_for_or_the_first(runs, given):
    write_tiny_moments(runs / "told", told=TOLD)
    moment = open_moment("told", 10)
    assert moment.told == TOLD
    np.testing.assert_array_equal(moment.decode(XY, given), expected_at(10, 2, XY, TOLD, given or 0))


def test_a_trained_models_moment_decodes_as_the_model_did(runs):
    """The graph as torch exports it, its weights taken out as the trainer takes them, against torch itself."""
    torch = pytest.importorskip("torch")
    from vae.models.families.gaussian import GaussianVAE
    from vae.networks.exporter import export
    from vae.training.graphs import _Expect

    torch.manual_seed(0)
    model = GaussianVAE((3, 8, 8), 2, "conv", 8, 2, "gaussian").eval()
    write_tiny_moments(runs / "conv", 2, (0,))
    state = {name: value.detach().half() for name, value in model.state_dict().items()}
    save_file(
        {name: value.numpy() for name, value in state.items() if name.startswith("decoder")},
        runs / "conv/snapshots/00000000.safetensors",
    )
    proto = export(_Expect(model), {"z": torch.rand(2, 2)}, ["expected"])
    brought = []
    for tensor in proto.graph.initializer:
        if tensor.name in state:
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="weights")
            brought.append(tensor.name)
    assert {name for name in state if name.startswith("decoder")} == set(brought)
    (runs / "conv/snapshots/decoder.onnx").write_bytes(proto.SerializeToString())
    model.load_state_dict({name: value.float() for name, value in state.items()})
    with torch.no_grad():
        expected = _Expect(model)(torch.from_numpy(XY)).permute(0, 2, 3, 1).numpy() * 255
    decoded = open_moment("conv", 0).decode(XY)
    assert decoded.shape == (7, 8, 8, 3)
    assert np.abs(decoded - expected).max() < 0.51


def test_threads_share_one_opened_moment(runs):
    write_tiny_moments(runs / "tiny")
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: open_moment("tiny", 10), range(32)))
    assert len({id(moment) for moment in opened}) == 1


def test_a_run_that_was_made_anew_is_opened_anew(runs):
    write_tiny_moments(runs / "tiny", 5)
    before = open_moment("tiny", 10)
    shutil.rmtree(runs / "tiny")
    write_tiny_moments(runs / "tiny", 2)
    after = open_moment("tiny", 10)
    assert len(before.centre) == 5
    np.testing.assert_array_equal(after.decode(XY), expected_at(10, 2, XY))


def test_only_the_moments_used_last_are_kept_open(runs, monkeypatch):
    steps = tuple(range(6))
    write_tiny_moments(runs / "tiny", 2, steps)
    monkeypatch.setattr(moments, "KEPT_BYTES", 3 * open_moment("tiny", 0).bytes)
    for step in (*steps, 3):
        open_moment("tiny", step)
    assert [step for _, step in moments._opened] == [4, 5, 3]


def test_a_moment_larger_than_the_bound_is_served_all_the_same(runs, monkeypatch):
    monkeypatch.setattr(moments, "KEPT_BYTES", 1)
    write_tiny_moments(runs / "tiny")
    for step in (0, 10, 0):
        np.testing.assert_array_equal(open_moment("tiny", step).decode(XY), expected_at(step, 2, XY))
    assert len(moments._opened) == 1


def without(path: Path) -> None:
    path.unlink()


ABSENT = {
    "no such step": (lambda run: None, 15, "keeps no moment at step 15"),
    "a step thinned away": (lambda run: without(run / "snapshots/00000010.npz"), 10, "keeps no moment at step 10"),
    "its weights are gone": (lambda run: without(run / "snapshots/00000010.safetensors"), 10, "not kept the decoder"),
    "no decoder yet": (lambda run: without(run / "snapshots/decoder.onnx"), 10, "comes soon after the first moments"),
    "no moments yet": (lambda run: shutil.rmtree(run / "snapshots"), 10, "has kept no moments yet"),
}


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("case", ABSENT)
def test_what_is_not_kept_is_told_apart_from_what_is_wrong(runs, case, opened):
    spoil, step, sentence = ABSENT[case]
    run = write_tiny_moments(runs / "tiny")
    if opened:
        open_moment("tiny", 10)
    spoil(run)
    with pytest.raises(NotKept, match=sentence):
        open_moment("tiny", step)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def spoil_plane(run: Path, **arrays: np.ndarray) -> None:
    np.savez(run / "snapshots/00000010.npz", **arrays)


def other_weights(run: Path, **arrays: np.ndarray) -> None:
    save_file(arrays, run / "snapshots/00000010.safetensors")


W = "decoder.weight"
DAMAGED = {
    "half a file of weights": (lambda run: cut(run / "snapshots/00000010.safetensors"), "safetensors is damaged"),
    "half a file of places": (lambda run: cut(run / "snapshots/00000010.npz"), "npz is damaged"),
    "places that are text": (lambda run: (run / "snapshots/00000010.npz").write_text("x"), "npz is damaged"),
    "no plane": (lambda run: spoil_plane(run, points=XY), "npz is damaged"),
    "a pickle": (
        lambda run: spoil_plane(run, centre=np.array([None]), axes=np.eye(2)),
        "npz is damaged",
    ),
    "a plane in no space": (lambda run: spoil_plane(run, centre=np.zeros(3), axes=np.eye(2)), "has another shape"),
    "a plane of another space": (
        lambda run: spoil_plane(run, centre=np.zeros(3), axes=np.zeros((3, 2))),
        "not a graph that takes this moment's weights",
    ),
    "half a graph": (lambda run: cut(run / "snapshots/decoder.onnx"), "not a graph"),
    "a graph that is text": (lambda run: (run / "snapshots/decoder.onnx").write_text("x"), "not a graph"),
    "no weights": (lambda run: other_weights(run, other=XY), "has no decoder.weight"),
    "weights of another shape": (lambda run: other_weights(run, **{W: XY}), "not a graph that takes"),
    "told one of too many classes": (
        lambda run: spoil_plane(run, centre=np.zeros(2), axes=np.eye(2), told=np.array(4097)),
        "of at most 4,096 classes",
    ),
    "told a class that its graph does not take": (
        lambda run: spoil_plane(run, centre=np.zeros(2), axes=np.eye(2), told=np.array(4)),
        "not a graph that takes this moment's weights",
    ),
    "a graph that is told other classes than its weights": (
        lambda run: (run / "snapshots/decoder.onnx").write_bytes(tiny_decoder(2, 4)),
        "not a graph that takes",
    ),
    "a graph of another space": (
        lambda run: (run / "snapshots/decoder.onnx").write_bytes(tiny_decoder(3)),
        "not a graph that takes",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_files_are_told_in_a_sentence_and_hurt_no_other_moment(runs, case):
    spoil, sentence = DAMAGED[case]
    run = write_tiny_moments(runs / "tiny")
    write_tiny_moments(runs / "whole")
    spoil(run)
    with pytest.raises(InputError, match=sentence) as told:
        open_moment("tiny", 10)
    assert not isinstance(told.value, NotKept)
    assert "\n" not in str(told.value)
    np.testing.assert_array_equal(open_moment("whole", 10).decode(XY), expected_at(10, 2, XY))


def test_a_graph_reads_no_file_that_it_names(runs):
    """A run may come from elsewhere: only the moment's own weights go into its decoder."""
    run = write_tiny_moments(runs / "tiny")
    (run / "snapshots/weights").write_bytes(np.ones((2, 784), np.float32).tobytes())
    other_weights(run, other=XY)
    with pytest.raises(InputError, match=r"has no decoder\.weight"):
        open_moment("tiny", 10)


@pytest.mark.parametrize("name", ["../tiny", "/etc", "a/b", "", "Tiny", "tiny\0", ".."])
def test_a_path_is_not_a_name(runs, name):
    write_tiny_moments(runs / "tiny")
    with pytest.raises(InputError, match="A model's name is"):
        open_moment(name, 0)


def test_an_unknown_run_is_named(runs):
    with pytest.raises(InputError, match="Unknown run 'nobody'"):
        open_moment("nobody", 0)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_black_and_no_warning(runs, value):
    run = write_tiny_moments(runs / "tiny")
    path = run / "snapshots/00000010.safetensors"
    weights = load_file(path)
    weights[W][:, 0] = value
    save_file(weights, path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images = open_moment("tiny", 10).decode(np.float32([[0.5, 0.25], [3e38, 3e38]]))
    assert images.dtype == np.uint8
    if np.isnan(value):
        assert images[0, 0, 0, 0] == 0


def test_opening_moments_does_not_need_torch(runs):
    write_tiny_moments(runs / "tiny")
    script = (
        "import sys\nfrom vae.runs.moments import open_moment\nopen_moment('tiny', 0)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)
