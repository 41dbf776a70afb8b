"""A dimension is called what its owner calls it, and nothing else in the library changes by that."""

from pathlib import Path

import pytest

from tests.models import listing
from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.home import BUNDLED_MODELS
from vae.library.names import LONGEST, MAX_BYTES, name_dimension, names_of
from vae.library.shelf import Model, find


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


@pytest.fixture
def tiny(home: Path) -> Model:
    write_tiny_model(home / "models" / "tiny", dims=3, image_shape=(1, 4, 4))
    return find("tiny")


def test_a_name_is_kept_and_taken_back(tiny: Model) -> None:
    assert names_of(tiny) == ["", "", ""]
    assert name_dimension(tiny, 2, " slant ") == ["", "", "slant"]
    assert name_dimension(tiny, 0, "Größe") == ["Größe", "", "slant"]
    assert names_of(find("tiny")) == ["Größe", "", "slant"]
    assert name_dimension(tiny, 2, "") == ["Größe", "", ""]


def test_names_lie_with_a_model_of_ones_own_and_not_with_one_that_came_along(tiny: Model, home: Path) -> None:
    name_dimension(tiny, 1, "slant")
    assert (tiny.folder / "names.json").is_file()
    before = listing(BUNDLED_MODELS)
    name_dimension(find("mnist-2d"), 1, "slant")
    assert names_of(find("mnist-2d")) == ["", "slant"]
    assert (home / "names" / "mnist-2d.json").is_file()
    assert listing(BUNDLED_MODELS) == before


@pytest.mark.parametrize("name", ["x" * (LONGEST + 1), "a\nb", "a\x00", "a\u202eb", "a\u200bb", "\ud800"])
def test_what_is_too_long_or_cannot_be_seen_is_no_name(tiny: Model, name: str) -> None:
    with pytest.raises(InputError, match="A dimension's name"):
        name_dimension(tiny, 0, name)
    assert names_of(tiny) == ["", "", ""]


@pytest.mark.parametrize("dim", [-1, 3])
def test_only_a_dimension_that_is_there_has_a_name(tiny: Model, dim: int) -> None:
    with pytest.raises(InputError, match="0 to 2"):
        name_dimension(tiny, dim, "slant")


@pytest.mark.parametrize(
    "raw", [b"", b"no json", b"[1]", b"\xff", b"[" * 5000, b'{"z1": 3, "z2": "a\\nb"}', b" " * (MAX_BYTES + 1)]
)
def test_a_damaged_file_names_nothing_and_is_written_anew(tiny: Model, raw: bytes) -> None:
    (tiny.folder / "names.json").write_bytes(raw)
    assert names_of(tiny) == ["", "", ""]
    assert name_dimension(tiny, 2, "slant") == ["", "", "slant"]
