"""Strangers' models on every page: what they cannot is said calmly, and nothing that is not known is shown as known."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.foreign.strangers import decoder, digits, encoder
from tests.running import ROOT
from vae.foreign.foreign import take
from vae.library.shelf import find
from web.routes import maps

PAGES = ("home", "explore", "map", "interpolate", "restore", "detect")
MODELS = {
    "decoder-no-data": (None, decoder(), False),
    "one-output": (encoder(form=""), decoder(), True),
    "no-data": (encoder(names=("mu", "logvar")), decoder(), False),
    "no-likelihood": (encoder(), decoder(), True),
}
LIKE_OURS = ("home", "interpolate", "restore")
"""Pages on which a likelihood changes nothing: a model that only lacks that is not tried there."""


@pytest.fixture(scope="module", autouse=True)
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A library with a model of each sort that may come in."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("LATENT_HOME", str(home))
        patch.delenv("LATENT_DATA_DIR", raising=False)
        for name, (first, second, has_data) in MODELS.items():
            sources = None if first is None else first.SerializeToString(), second.SerializeToString()
            take(*sources, digits() if has_data else None, name=name)
        yield home


def run(page: str, model: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    test.query_params["model"] = model
    return test.run()


def said(test: AppTest) -> str:
    return "\n".join(
        element.value for kind in (test.info, test.warning, test.error, test.markdown, test.caption) for element in kind
    )


@pytest.mark.parametrize(
    ("page", "model"),
    [(page, model) for page in PAGES for model in MODELS if model != "no-likelihood" or page not in LIKE_OURS],
)
def test_every_page_opens_a_strangers_model(page: str, model: str) -> None:
    test = run(page, model)
    assert not test.exception and not test.error
    assert not any("cannot be opened" in element.value for element in test.warning)
    text = said(test)
    assert "None" not in text and "nan" not in text.split()
    if page == "explore" and model == "no-likelihood":
        assert "Why are there no nats?" in text and "root mean square" in text
        assert "What is −ELBO?" not in text and "Reconstruction, KL and −ELBO in nats" not in text
    if page == "explore":
        assert "range of the output" in text
    if page in ("restore", "detect") and "decoder" in model:
        assert "has no encoder" in text


def test_the_map_is_told_what_a_cost_is() -> None:
    squared, nats = (maps._make(find(name)).frame for name in ("no-likelihood", "mnist-2d"))
    assert b'"squared":true' in squared and b'"squared":false' in nats
    assert "without data" in maps._no_codes(find("no-data"))
    assert "has no encoder" in maps._no_codes(find("decoder-no-data"))
