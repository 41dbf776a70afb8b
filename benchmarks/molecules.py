"""How many molecules come back, and what is drawn from the prior: symbols of SELFIES beside the letters of SMILES.

`python benchmarks/kinds.py --kinds molecules` prints it. A molecule comes back where it is spelt the same, decoded at
the middle of its code. Of 2,000 codes that are drawn from the prior: how many are molecules (valid), how many of these
are unlike (unique), and how many of those were not learnt from (new), each as RDKit writes them. logP: how much of its
variance on held-out molecules a line through the code explains, fitted on others. Symbols that are drawn place by place
by how often each stands there need no model: what they say is what SELFIES alone do.

The head: the bundled model learns on for some epochs, all of it, with a head beside it that tells logP by the middle of
the code (Gómez-Bombarelli et al. 2018, arXiv 1610.02415). Of the held-out molecules R² is what the head tells of logP,
and how many come back stands beside it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.report import row
from benchmarks.series_baselines import VAE
from vae.data import load
from vae.datasets.dataset import Dataset, Split
from vae.errors import InputError
from vae.kinds.molecules.chemistry import molecule_of, smiles_of_symbols
from vae.kinds.molecules.spelling import selfies_of
from vae.kinds.words.spelling import likeliest, read_words, spelt
from vae.library.shelf import Model as Shelved
from vae.library.shelf import find
from vae.runs.recipes import recommended

if TYPE_CHECKING:
    from vae.models.model import Model

BUNDLED = "qm9-32d"

DRAWN = 2_000
LEARNT, EPOCHS = 60_000, 12
"""Of the twins, which are trained here: about a minute each."""

TAKEN_ON, RATE, WEIGHT = 3, 5e-4, 10.0
"""Epochs that the bundled model learns on with a head, the learning rate they begin with, and the head's weight."""

WIDTH = 400
"""Units of their layers, as the bundled one's."""

Read = Callable[[np.ndarray], list[str]]


def molecules(seed: int) -> None:
    """Print what models of QM9 come to."""
    from vae.training.graphs import load_model

    data = load("qm9")
    bundled = find(BUNDLED)

    def read(things: np.ndarray) -> list[str]:
        return [smiles_of_symbols(text) for text in selfies_of(things, data.item)]

    learnt, held_out = read(np.asarray(data.train.things)), read(np.asarray(data.test.things))
    print(f"\n{data.title}: {len(learnt):,} to learn from, {len(held_out):,} held out")
    known = set(learnt)
    _drawn("symbols by how often they stand at a place", _by_place(np.asarray(data.train.things), seed), read, known)
    ours = load_model(bundled.card, bundled.folder)
    _tell(f"{BUNDLED}, 32 dimensions, β 0.2", ours, data, read, known, seed, wanted=True)
    _tell_of_head(data, bundled, seed)
    few = np.random.default_rng(seed).permutation(len(learnt))[:LEARNT]
    letters = _letters(data, learnt, held_out)

    def parsed(things: np.ndarray) -> list[str]:
        return [_written(word) for word in read_words(things, letters.item)]

    print(f"\nBoth alike: {LEARNT:,} to learn from, {EPOCHS} epochs")
    for name, part, reading in (("symbols of SELFIES", data, read), ("letters of SMILES", letters, parsed)):
        things = np.asarray(part.train.things)[few]
        _tell(
            name, VAE(part, 32, things=things, seed=seed, epochs=EPOCHS, width=WIDTH).model, part, reading, known, seed
        )


def _tell(
    name: str, model: "Model", data: Dataset, read: Read, known: set[str], seed: int, wanted: bool = False
) -> None:
    import torch

    things = np.asarray(data.test.things)
    with torch.no_grad():
        centre = model.encode(torch.from_numpy(model.kind.feed(things))).centre
        again = model.kind.show(model.decode(centre).mean.numpy())
        noise = torch.randn((DRAWN, centre.shape[1]), generator=torch.Generator().manual_seed(seed))
        drawn = model.kind.show(model.decode(noise).mean.numpy())
    right = float((likeliest(again) == likeliest(things)).all(1).mean())
    error = (right * (1 - right) / len(things)) ** 0.5
    asked = right >= 0.9 if wanted else None
    row(f"{name}: come back", f"{right:.3f} ± {error:.3f}", "≥ 0.90" if wanted else "", asked)
    _drawn(name, drawn, read, known, wanted)
    assert data.test.factors is not None
    row("    logP by a line: R²", f"{_explained(centre.numpy(), np.asarray(data.test.factors)[:, 0]):.2f}")


def _tell_of_head(data: Dataset, bundled: "Shelved", seed: int) -> None:
    """Let the bundled model learn on with a head that tells logP; print what the head says of held-out molecules."""
    import torch

    from vae.training.graphs import load_model
    from vae.training.loop import begin, train

    card, values = bundled.card, (np.asarray(part.factors)[:, 0] for part in (data.train, data.test))
    told, wanted = values
    config = replace(
        recommended(data.name),
        **{name: card.training[name] for name in ("width", "depth", "latent_dims", "beta")},
        epochs=TAKEN_ON,
        learning_rate=RATE,
        predict="logP",
        predict_weight=WEIGHT,
        seed=seed,
    )
    state = begin(config, data.item, len(data.classes))
    state.model.load_state_dict(state.model.state_dict() | load_model(card, bundled.folder).state_dict())
    for _ in train(state, data.train.things, values=told):
        pass
    model, things = state.model.eval(), np.asarray(data.test.things)
    assert model.head is not None
    with torch.no_grad():
        centre = model.encode(torch.from_numpy(model.kind.feed(things))).centre
        again = model.kind.show(model.decode(centre).mean.numpy())
        away = model.head(centre).numpy() - wanted
    right = float((likeliest(again) == likeliest(things)).all(1).mean())
    error = (right * (1 - right) / len(things)) ** 0.5
    explained = float(1 - np.square(away).sum() / np.square(wanted - wanted.mean()).sum())
    print(f"\n{BUNDLED}, learning on for {TAKEN_ON} epochs with a head of weight {WEIGHT:g} that tells logP")
    row("logP by the head: R²", f"{explained:.3f}", "≥ 0.90", explained >= 0.9)
    row("come back", f"{right:.3f} ± {error:.3f}", "≥ 0.90", right >= 0.9)
    row("logP by a line: R²", f"{_explained(centre.numpy(), wanted):.2f}")


def _drawn(name: str, things: np.ndarray, read: Read, known: set[str], wanted: bool = False) -> None:
    """Print how many of what was drawn are molecules, unlike and new."""
    valid = [smiles for smiles in read(things) if smiles]
    unlike = set(valid)
    share = len(valid) / len(things)
    row(f"{name}: valid", f"{share:.3f}", "1.000" if wanted else "", share == 1 if wanted else None)
    row("    unique of these", f"{len(unlike) / max(1, len(valid)):.3f}")
    row("    new of those", f"{len(unlike - known) / max(1, len(unlike)):.3f}")


def _explained(codes: np.ndarray, values: np.ndarray) -> float:
    """Return R² on the second half of a line that is fitted on the first."""
    lines = np.c_[codes, np.ones(len(codes))].astype(np.float64)
    half = len(lines) // 2
    weights = np.linalg.lstsq(lines[:half], values[:half], rcond=None)[0]
    away = values[half:] - lines[half:] @ weights
    return float(1 - away.var() / values[half:].var())


def _by_place(things: np.ndarray, seed: int) -> np.ndarray:
    random, often = np.random.default_rng(seed), things.mean(0) / things.mean(0).sum(1, keepdims=True)
    at = np.stack([random.choice(len(share), DRAWN, p=share) for share in often], 1)
    return np.where(np.arange(things.shape[2]) == at[..., None], np.uint8(255), np.uint8(0))


def _letters(data: Dataset, learnt: list[str], held_out: list[str]) -> Dataset:
    """Return the same molecules as the letters of their SMILES."""
    alphabet = "".join(sorted(set("".join([*learnt, *held_out]))))
    places = 1 + max(map(len, [*learnt, *held_out]))
    blank = replace(
        data,
        kind="text",
        meaning={"symbols": alphabet},
        train=Split(np.zeros((1, places, 1 + len(alphabet)), np.uint8)),
    )
    train, test = (Split(spelt(some, blank.item)) for some in (learnt, held_out))
    return replace(blank, train=train, test=replace(test, factors=data.test.factors))


def _written(word: str) -> str:
    try:
        return molecule_of(word).smiles
    except InputError:
        return ""
