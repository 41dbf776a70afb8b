"""The cache of opened models: one opening for all, and never a stale one."""

import os
import shutil
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.tiny_model import expected_decode, write_tiny_model
from vae.errors import InputError
from web.opened import explorers


@pytest.fixture
def models(tmp_path, monkeypatch):
    """An empty library of one's own, and an empty cache."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.setattr(explorers._opened, "_kept", OrderedDict())
    return tmp_path / "models"


def test_threads_share_one_opened_model(models):
    write_tiny_model(models / "tiny", 4)
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(explorers.explorer, ["tiny"] * 32))
    assert len({id(model) for model in opened}) == 1


def test_a_model_that_was_trained_again_is_opened_again(models):
    write_tiny_model(models / "tiny", 4)
    before = explorers.explorer("tiny")
    write_tiny_model(models / "tiny", 3)
    after = explorers.explorer("tiny")
    z = np.array([[0.5, -1.0, 0.25]], np.float32)
    assert before.card.latent.dims == 4
    np.testing.assert_array_equal(after.decode(z), expected_decode(z))


def test_a_touched_card_is_noticed_by_its_time_alone(models):
    write_tiny_model(models / "tiny", 4)
    before = explorers.explorer("tiny")
    os.utime(models / "tiny" / "card.json", (1, 1))
    assert explorers.explorer("tiny") is not before


def test_a_model_that_was_deleted_is_unknown(models):
    write_tiny_model(models / "tiny", 4)
    explorers.explorer("tiny")
    shutil.rmtree(models / "tiny")
    with pytest.raises(InputError, match="Unknown model 'tiny'"):
        explorers.explorer("tiny")


def test_only_the_few_used_last_are_kept(models):
    names = [f"tiny-{k}" for k in range(explorers.KEPT + 3)]
    for name in names:
        write_tiny_model(models / name, 2)
        explorers.explorer(name)
    assert [name for _, name in explorers._opened] == names[-explorers.KEPT :]


@pytest.mark.parametrize("name", ["../tiny", "/etc", "a/b", "", "Tiny", "tiny\0", ".."])
def test_a_path_is_not_a_name(models, name):
    write_tiny_model(models / "tiny", 2)
    with pytest.raises(InputError, match="A model's name is"):
        explorers.explorer(name)
