"""The test images of a model's data: opened once for all, and again where the data set was made anew."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.tiny_model import write_tiny_model
from vae.datasets.dataset import PARTS, DataCard
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.library.shelf import find
from web.opened.originals import originals_of

N = 20


def write_set(folder: Path, grey: int) -> None:
    """Write a data set of one's own: N pictures of one grey in either part, from where the tiny model's data came."""
    for part in PARTS:
        (folder / part).mkdir(parents=True)
        np.save(folder / part / "images.npy", np.full((N, 28, 28, 1), grey, np.uint8))
    card = DataCard("made-up", (1, 28, 28), (N, N), source="this test")
    (folder / "card.json").write_bytes(msgspec.json.encode(card))


@pytest.fixture
def own_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    write_set(tmp_path / "datasets" / "made-up", 50)
    return tmp_path / "datasets" / "made-up"


@pytest.fixture
def model(own_set: Path) -> Explorer:
    write_tiny_model(own_set.parent.parent / "models" / "tiny", 2, codes=N)
    return Explorer(find("tiny"))


def test_threads_share_the_same_images(model: Explorer) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(originals_of, [model] * 32))
    assert len({id(images) for images in opened}) == 1
    assert (opened[0] == 50).all()


def test_a_set_that_was_made_anew_is_opened_anew(model: Explorer, own_set: Path) -> None:
    originals_of(model)
    shutil.rmtree(own_set)
    write_set(own_set, 200)
    assert (originals_of(model) == 200).all()


def test_a_set_that_was_deleted_is_no_longer_at_hand(model: Explorer, own_set: Path) -> None:
    originals_of(model)
    shutil.rmtree(own_set)
    with pytest.raises(InputError, match="are not on this computer"):
        originals_of(model)
