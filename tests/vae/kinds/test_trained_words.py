"""A model of words of one's own is trained, kept and opened: its graphs cost and draw what the likelihood says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.distributions import OneHotCategorical

from tests.models import SMALL
from vae.errors import InputError
from vae.explore.explorer import Explorer, try_out
from vae.kinds.words.spelling import length_of, likeliest, read_words, spelt
from vae.library.shelf import find
from vae.own.making import Making
from vae.own.own_sets import add
from vae.runs.recipes import recommended
from vae.training import finish, training
from vae.training.graphs import load_model

WORDS = [f"{a}{b}{c}{d}" for a in "bdgklmpz" for b in "aeo" for c in "nrst" for d in ("", "a", "in")]


def test_a_model_of_words_is_trained_kept_and_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    (tmp_path / "mine.txt").write_text("\n".join(WORDS), encoding="utf-8")
    for _ in add(tmp_path / "mine.txt", "mine", Making()):
        pass
    suits = recommended("mine")
    assert (suits.likelihood, suits.network, suits.latent_dims, suits.beta) == ("symbols", "dense", 32, 0.2)
    assert recommended("mine", "autoencoder").beta == 1
    with pytest.raises(InputError, match="choose one of: symbols"):
        training.start(replace(SMALL, dataset="mine", likelihood="bernoulli"), tmp_path / "no")

    folder = tmp_path / "home" / "models" / "mine-3d"
    state, data = training.start(replace(SMALL, dataset="mine", likelihood="symbols"), folder)
    for _ in training.follow(state, data, folder):
        pass
    finish.finish(state, data, folder, seconds=1.0)
    opened = find("mine-3d")
    explorer = Explorer(opened)
    try_out(explorer)
    assert opened.card.metrics["floor"] == 0 and opened.card.metrics.get("bits_per_dim") is None

    # What a word costs is what torch's own distribution says of its letters and its one end.
    words = ["bana", "kos", "dor"]
    x, z = explorer.kind.feed(spelt(words, data.item)), np.random.default_rng(0).standard_normal((3, 3), np.float32)
    logits = load_model(opened.card, opened.folder).decoder(torch.from_numpy(z))[:, :, 0].movedim(1, 2).detach()
    by_place = OneHotCategorical(logits=logits).log_prob(torch.from_numpy(x[:, :, 0]).movedim(1, 2))
    expected = [-float(row[: len(word) + 1].sum()) for row, word in zip(by_place, words, strict=True)]
    np.testing.assert_allclose(explorer.cost(x, z, None), expected, rtol=1e-4)

    # Draws are words: sure of each place, and over once they have ended.
    drawn = explorer.sample(np.zeros((200, 3), np.float32), 5)
    assert (drawn.sum(2) == 255).all() and np.isin(drawn, (0, 255)).all()
    numbers = likeliest(drawn)
    behind = np.arange(numbers.shape[1]) >= length_of(numbers)[:, None]
    assert not numbers[behind].any() and len(set(read_words(drawn, data.item))) > 20
