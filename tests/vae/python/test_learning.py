"""Training from Python: what a loop yields, what is left of one that was left, and what it is told wrongly."""

from pathlib import Path

import pytest

import vae
from tests.models import made_dataset, write_dataset
from vae.runs.shelf import find_run

SMALL = {"latent_dims": 3, "width": 16, "epochs": 3, "batch_size": 16, "seed": 5, "likelihood": "bernoulli"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_dataset(tmp_path_factory.mktemp("data") / "made", made_dataset()))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    return tmp_path


def test_a_loop_that_is_left_goes_on_where_it_was_and_ends_in_the_library(data: str) -> None:
    run = vae.train(data, name="left", network="dense", **SMALL)
    assert not run.folder.exists()
    first = next(iter(run))
    assert find_run("left").status.state == "stopped" and not run.is_done
    rest = [record.step for record in run]
    assert rest == sorted(rest) and first.step <= rest[-1] == first.steps
    assert run.is_done and list(run) == []
    model = run.model
    assert model.name in vae.list_models() and model is run.run()
    assert model.draw(2).shape == (2, 8, 8, 1)
    assert find_run("left").status.state == "done"


def test_an_unknown_setting_is_named_before_anything_is_made(data: str, home: Path) -> None:
    with pytest.raises(vae.InputError, match="Unknown setting 'latent_dim'; choose one of: "):
        vae.train(data, latent_dim=2)
    with pytest.raises(vae.InputError, match="latent_dims must be from 1 to 512"):
        vae.train(data, latent_dims=0)
    assert list(home.iterdir()) == []


def test_a_familys_own_settings_are_settings_too(data: str) -> None:
    run = vae.train(data, family="autoencoder", sparsity=0.5)
    assert run.config.options == {"sparsity": 0.5}
