"""What people use such models for: each tile has its texts, a model that comes along, and a page."""

import pytest

from tests.running import ROOT
from vae.library.shelf import find
from web.page.uses import USES, tiles
from web.words import lessons


@pytest.mark.parametrize("language", lessons.languages())
def test_each_use_has_its_texts_and_each_text_its_use(language: str) -> None:
    assert lessons.book(language).uses.keys() == USES.keys()


def test_each_shows_a_kind_of_its_own_by_a_model_that_comes_along_and_leads_to_a_page() -> None:
    kinds = [find(model).card.item.kind for model, _ in USES.values()]
    assert len(set(kinds)) == len(kinds)
    assert all(find(model).bundled for model, _ in USES.values())
    assert {page for _, page in USES.values()} <= {file.stem for file in (ROOT / "pages").glob("*.py")}


def test_a_tile_moves_the_number_that_carries_most_and_is_told_what_its_model_needs() -> None:
    made = {tile["name"]: tile for tile in tiles()}
    assert made.keys() == USES.keys()
    for tile in made.values():
        card = find(tile["model"]).card
        assert len(tile["home"]) == card.latent.dims
        nats = find(tile["model"]).card.latent.nats
        assert nats is not None and tile["dim"] == nats.index(max(nats))
        assert (tile["thing"] is not None) == bool(card.part)
