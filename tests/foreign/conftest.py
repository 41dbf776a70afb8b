"""A library of each file's own, so that one file's models are not another's."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("LATENT_HOME", str(folder))
        patch.delenv("LATENT_DATA_DIR", raising=False)
        yield folder
