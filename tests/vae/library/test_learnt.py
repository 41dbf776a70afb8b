"""Things that a model learnt come back, and what is damaged or another's is told."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_kinds import IMAGE, SERIES, write_tiny_kind
from vae.errors import InputError
from vae.explore.explorer import open_explorer, try_out
from vae.kinds.kind import Item
from vae.library.learnt import FILE, read_learnt, write_learnt


def things_of(item: Item, n: int) -> np.ndarray:
    things = np.random.default_rng(0).integers(0, 256, (n, *item.shape))
    return things.astype(np.uint8) if item.kind == "image" else (things / 64).astype(np.float32)


@pytest.mark.parametrize("item", [IMAGE, SERIES], ids=lambda item: item.kind)
@pytest.mark.parametrize("n", [1, 7, 120, 500])
def test_they_come_back_as_they_are_the_first_and_the_last_of_many(tmp_path: Path, item: Item, n: int) -> None:
    card, _ = write_tiny_kind(tmp_path / "made", item)
    assert read_learnt(card, tmp_path / "made") is None
    things = things_of(item, n)
    write_learnt(tmp_path / "made" / FILE, things)
    back = read_learnt(card, tmp_path / "made")
    assert back is not None and back.dtype == things.dtype and len(back) == min(n, 120)
    np.testing.assert_array_equal(back[[0, -1]], things[[0, -1]])
    assert n > 120 or np.array_equal(back, things)


DAMAGED = {
    "no archive": lambda path, things: path.write_bytes(b"no zip"),
    "of another name": lambda path, things: np.savez(path, others=things),
    "of another type": lambda path, things: np.savez(path, things=things.astype(np.float64)),
    "of another shape": lambda path, things: np.savez(path, things=things[:, :5]),
    "of too many": lambda path, things: np.savez(path, things=np.repeat(things, 50, 0)),
    "of none": lambda path, things: np.savez(path, things=things[:0]),
    "of objects": lambda path, things: np.savez(path, things=np.array([{}])),
    "NaN": lambda path, things: np.savez(path, things=np.full_like(things, np.nan)),
}


@pytest.mark.parametrize("how", DAMAGED)
def test_what_is_damaged_or_of_other_things_is_refused_when_the_model_is_opened(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "made"
    write_tiny_kind(folder, replace(SERIES, shape=(48, 1)))
    DAMAGED[how](folder / FILE, things_of(SERIES, 3))
    with pytest.raises(InputError, match=r"learnt\.npz is damaged .*train the model again"):
        try_out(open_explorer(str(folder)))
