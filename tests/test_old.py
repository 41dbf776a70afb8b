"""What an earlier version wrote opens, explores and resumes: folders as they lie, and zips as they travel."""

import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from tests.running import ROOT
from vae.__main__ import main
from vae.data import card_of, load
from vae.exchange.unpack import unpack
from vae.explore.explorer import open_explorer
from vae.library.shelf import Model, list_models
from vae.networks.build import build_network
from vae.runs.doctor.checks import diagnose
from vae.runs.moments import open_moment
from vae.runs.records import HeldOut, Step
from vae.runs.shelf import changes, find_run, read_records
from vae.runs.snapshots import snapshots

OLD = ROOT / "tests" / "old"
DONE = ("old-dense", "old-conv")
EXPECTED = np.load(OLD / "expected.npz", allow_pickle=False)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home as the earlier version has left it."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    for folder, names in (("datasets", ("strokes",)), ("models", (*DONE, "old-half"))):
        for name in names:
            with zipfile.ZipFile(OLD / f"{name}.zip") as archive:
                archive.extractall(tmp_path / folder)
    return tmp_path


def assert_decodes_as_then(name: str) -> None:
    explorer, test = open_explorer(name), load("strokes").test
    pictures = explorer.decode(EXPECTED[f"{name}/codes"])
    assert np.abs(pictures.astype(int) - EXPECTED[f"{name}/pictures"]).max() <= 1  # float32 at a half
    belief = explorer.encode(test.images)
    assert belief.spread is not None
    np.testing.assert_allclose(belief.centre, EXPECTED[f"{name}/mean"], atol=1e-4)
    np.testing.assert_allclose(2 * np.log(belief.spread), EXPECTED[f"{name}/log_variance"], atol=1e-4)


def test_the_library_lists_them_and_their_data(home: Path) -> None:
    models = {model.name for model in list_models() if isinstance(model, Model) and not model.bundled}
    assert models == set(DONE)
    assert card_of("strokes").sizes == (22, 2)


@pytest.mark.parametrize("name", DONE)
def test_a_model_decodes_and_encodes_as_it_did(home: Path, name: str) -> None:
    assert_decodes_as_then(name)


@pytest.mark.parametrize("name", DONE)
def test_a_models_history_is_read_and_its_moments_decode(home: Path, name: str) -> None:
    run = find_run(name)
    assert run.status.state == "done"
    records, _ = read_records(run.folder)
    assert records[-1]["step"] == records[-1]["steps"]
    moment = open_moment(name, snapshots(run.folder)[-1])
    assert moment.decode(np.zeros((4, 2), np.float32)).shape == (4, 16, 16, 1)
    steps, held_out = (
        msgspec.convert(read_records(run.folder, kind=kind)[0], list[record])
        for kind, record in (("metrics", Step), ("held_out", HeldOut))
    )
    assert diagnose(steps, held_out, run.config, changes(run.folder), "done")


@pytest.mark.parametrize("name", DONE)
def test_a_models_zip_is_taken_in(home: Path, name: str) -> None:
    unpack(OLD / f"{name}.zip", "again")
    assert_decodes_as_then(name)
    codes = EXPECTED[f"{name}/codes"]
    assert np.array_equal(open_explorer("again").decode(codes), open_explorer(name).decode(codes))


@pytest.mark.parametrize("taken_in", [False, True])
def test_a_stopped_run_is_resumed_and_becomes_a_model(home: Path, taken_in: bool) -> None:
    name = "old-half"
    if taken_in:
        name = "again"
        unpack(OLD / "old-half.zip", name)
    assert find_run(name).status.step == 69
    assert main(["train", "--resume", str(home / "models" / name)]) == 0
    run = find_run(name)
    assert (run.status.state, run.status.step) == ("done", 600)
    records, _ = read_records(run.folder)
    assert [record["step"] for record in records] == sorted({record["step"] for record in records})
    assert records[-1]["reconstruction"] < records[0]["reconstruction"]
    assert open_explorer(name).decode(np.zeros((1, 2))).shape == (1, 16, 16, 1)


@pytest.mark.parametrize("name", ["dense", "conv", "residual"])
def test_a_seed_gives_the_weights_that_it_gave(name: str) -> None:
    torch.manual_seed(7)
    pair = build_network(name, (3, 9, 8), 2, 4, width=4, depth=2)
    first = [weights.detach().numpy().ravel()[:3] for module in pair for weights in module.parameters()]
    np.testing.assert_array_equal(np.concatenate(first), np.load(OLD / "first_weights.npz", allow_pickle=False)[name])
