"""One throw-away entry in each registry, before the program is loaded: python -m tests.one_line REGISTRY FOLDER.

Each case adds its line and then asks the program itself: its help, its form or select box, and whether it works.
"""

import contextlib
import io
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

NAME = "throw-away"


def told(*words: str) -> str:
    """Return what a command prints."""
    from vae.__main__ import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        assert main(list(words)) == 0
    return said.getvalue()


def page(name: str, **session: Any) -> Any:
    """Run a page as Streamlit does; return it."""
    from streamlit.testing.v1 import AppTest

    from tests.running import ROOT

    test = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=120)
    for key, value in session.items():
        test.session_state[key] = value
    test.run()
    assert not test.exception, test.exception
    return test


def options(test: Any, label: str) -> list[str]:
    return next(list(box.options) for box in test.selectbox if box.label == label)


def component(test: Any) -> dict[str, Any]:
    """Return the data of a page's component."""
    import json

    return dict(json.loads(test.get("bidi_component")[0].proto.json))


def trained(folder: Path, *flags: str) -> str:
    """Train a small model by the command; return its name."""
    from tests.models import made_dataset, write_dataset

    data = write_dataset(folder / "data", made_dataset())
    told("train", "--dataset", str(data), "--epochs", "1", "--width", "8", "--name", "made", *flags)
    return "made"


def network(folder: Path) -> None:
    from vae.plans.images import dense
    from vae.plans.networks import NETWORKS, Network

    NETWORKS[NAME] = Network(dense, width=8, depth=1)
    from vae.explore.explorer import open_explorer

    assert NAME in told("train", "--help").replace("\n", "")
    assert NAME in options(page("train"), "Network")
    explorer = open_explorer(trained(folder, "--network", NAME))
    assert explorer.card.network == NAME
    assert np.isfinite(explorer.expect(np.zeros((1, explorer.card.latent.dims)))).all()


def corruption(folder: Path) -> None:
    from vae.kinds.corruptions import CORRUPTIONS, corrupt

    CORRUPTIONS[NAME] = replace(CORRUPTIONS["gaussian"], title="Throw-away")
    assert NAME in told("train", "--help").replace("\n", "")
    assert "Throw-away" in " ".join(options(page("train"), "Spoiled by"))
    assert trained(folder, "--corruption", NAME)
    assert corrupt(NAME, np.zeros((1, 8, 8, 1)), 0.5, 0).images.any()


def dataset(folder: Path) -> None:
    from vae.datasets.sources import DATASETS

    DATASETS[NAME] = replace(DATASETS["digits"], title="Throw-away digits", recipe={"latent_dims": 3})
    from vae.data import load
    from vae.runs.recipes import recommended

    assert NAME in told("datasets")
    assert any("Throw-away digits" in option for option in options(page("train"), "Data"))
    assert len(load(NAME).train) == 1437
    assert recommended(NAME).latent_dims == 3


def projection(folder: Path) -> None:
    from vae.maps.plane import Linear
    from vae.maps.projections import PROJECTIONS, Projection

    def first_two(codes: np.ndarray, settings: Any) -> Linear:
        return Linear(np.zeros(codes.shape[1]), np.eye(codes.shape[1])[:, :2])

    PROJECTIONS["throwaway"] = Projection("Throw-away", "The first two of the code's coordinates.", linear=first_two)
    from vae.library.shelf import find
    from vae.maps.shelf import open_map

    told("map", "mnist-16d", "--projection", "throwaway")
    codes = np.random.default_rng(0).standard_normal((3, 16)).astype(np.float32)
    np.testing.assert_allclose(open_map(find("mnist-16d"), "throwaway").place(codes), codes[:, :2], atol=1e-6)
    assert "Throw-away" in str(page("map").get("bidi_component")[0].proto)


def score(folder: Path) -> None:
    from vae.experiments.unusual import SCORES, Score, refer
    from vae.experiments.unusual import score as scored

    SCORES[NAME] = Score("Throw-away", "", "Says nothing.", "none", lambda seen, _: np.arange(len(seen.images)))
    from vae.explore.explorer import open_explorer

    explorer, images = open_explorer("mnist-2d"), np.zeros((3, 28, 28, 1), np.uint8)
    assert scored(explorer, images, refer(explorer, images))[NAME].tolist() == [0, 1, 2]
    assert NAME in str(page("detect").get("bidi_component")[0].proto)


def op(folder: Path) -> None:
    from web.wire.ops.registry import OPS, Op

    OPS[NAME] = Op(lambda explorer, request, payload: np.full((1, 2), explorer.card.latent.dims, np.float32))
    from web.wire import frames
    from web.wire.ops.registry import compute

    frame = frames.request(1, NAME, "mnist-16d", np.zeros((1, 16), np.float32))
    header, array = frames.read_answer(compute(*frames.read_request(frame)))
    assert header["id"] == 1
    assert array is not None
    assert array.tolist() == [[16, 16]]


def family(folder: Path) -> None:
    from vae.families import FAMILIES, Family

    module = "tests.one_line:Halved"
    FAMILIES[NAME] = Family(
        "Throw-away",
        "Spreads by half.",
        "none",
        module,
        FAMILIES["gaussian"].can,
        settings=Half,
        bounds={"half": (0, 1)},
    )
    from vae.explore.explorer import open_explorer

    said = told("train", "--help").replace("\n", "")
    assert NAME in said
    assert "--half" in said
    train = page("train")
    assert "Throw-away" in options(train, "Family")
    next(box for box in train.selectbox if box.label == "Family").set_value(NAME).run()
    assert "Half" in [box.label for box in train.number_input]
    explorer = open_explorer(trained(folder, "--family", NAME, "--half", "0.25"))
    assert (explorer.card.family, explorer.card.training["options"]["half"]) == (NAME, 0.25)
    belief = explorer.encode(np.zeros((1, *explorer.card.item.shape), np.uint8))
    assert belief.spread is not None
    assert belief.spread.tolist() == [[0.25] * explorer.card.latent.dims]


def objective(folder: Path) -> None:
    from vae.families import FAMILIES
    from vae.objectives import OBJECTIVES, Objective

    OBJECTIVES[NAME] = Objective(
        "Throw-away", "The reconstruction alone.", "none", "tests.one_line:bare", settings=Half, bounds={"half": (0, 1)}
    )
    FAMILIES["gaussian"] = replace(FAMILIES["gaussian"], objectives=("elbo", NAME))
    from vae.explore.explorer import open_explorer

    said = told("train", "--help").replace("\n", "")
    assert NAME in said
    assert "--half" in said
    assert "Throw-away" in options(page("train"), "Objective")
    card = open_explorer(trained(folder, "--objective", NAME, "--half", "0.25")).card
    assert (card.training["objective"], card.training["options"]) == (NAME, {"half": 0.25})


def bare(model: Any, case: Any, half: float = 0.5) -> Any:
    """Return the terms of the throw-away objective."""
    from vae.models.objectives import Terms

    drawn = model.encode(case.x).draw(case.noise)
    cost = -model.decode(drawn.code).log_prob(case.x)
    return Terms(cost, drawn.kl, half * cost)


def __getattr__(name: str) -> Any:
    """Make the throw-away family's class when it is asked for: torch is not loaded before that."""
    if name != "Halved":
        raise AttributeError(name)
    import torch

    from vae.models.distributions import Normal
    from vae.models.families.gaussian import GaussianVAE

    class Halved(GaussianVAE):
        def __init__(self, *given: Any, half: float = 0.5, **more: Any) -> None:
            super().__init__(*given, **more)
            self.half = half

        def encode(self, x: torch.Tensor, given: torch.Tensor | None = None) -> Normal:
            mean = super().encode(x).mean
            return Normal(mean, torch.full_like(mean, 2 * float(np.log(self.half))))

    return Halved


@dataclass(frozen=True)
class Half:
    """What the throw-away family is told."""

    half: float = 0.5
    """Every posterior's standard deviation."""


def kind(folder: Path) -> None:
    from tests.models import made_dataset, write_dataset
    from vae.kinds.images import IMAGES
    from vae.kinds.kinds import KINDS

    KINDS[NAME] = replace(IMAGES, noun="negative", nouns="negatives", lay=lambda things: 255 - IMAGES.lay(things))
    data = write_dataset(folder / "data", replace(made_dataset(), kind=NAME))
    from vae.explore.explorer import open_explorer

    told("train", "--dataset", str(data), "--epochs", "1", "--width", "8", "--name", "made")
    explorer = open_explorer("made")
    assert explorer.card.item.kind == NAME
    assert explorer.kind.feed(np.zeros((1, *explorer.card.item.shape), np.uint8)).min() == 1
    assert component(page("explore", **{"last.model": "made"}))["item"]["kind"] == NAME


def an_own_page(folder: Path) -> None:
    from streamlit.testing.v1 import AppTest

    from tests.running import ROOT

    (folder / "page.py").write_text("import streamlit as st\nst.title('Throw-away page')\n")
    # AppTest runs a script of its own, beside which the app's pages do not lie.
    there = f"PAGES[:] = [page._replace(file={str(ROOT)!r} + '/' + page.file) for page in PAGES]"
    line = f"PAGES[0] = Page({str(folder / 'page.py')!r}, 'Throw-away', ':material/home:', '/')"
    script = "\n".join(("from app import PAGES, Page, navigate", there, line, "navigate()"))
    test = AppTest.from_string(script, default_timeout=120)
    test.run()
    assert not test.exception, test.exception
    assert [title.value for title in test.title] == ["Throw-away page"]


CASES = {
    "family": family,
    "objective": objective,
    "kind": kind,
    "page": an_own_page,
    "network": network,
    "corruption": corruption,
    "dataset": dataset,
    "projection": projection,
    "score": score,
    "op": op,
}


def add(registry: str, folder: Path) -> None:
    """Add an entry to a registry in a process that has not loaded the program, ask for it, and keep all in `folder`."""
    loaded = [name for name in sys.modules if name.split(".")[0] in ("vae", "web", "app")]
    assert not loaded, loaded
    os.environ["LATENT_HOME"] = str(folder / "home")
    CASES[registry](folder)


if __name__ == "__main__":
    add(sys.argv[1], Path(sys.argv[2]))
