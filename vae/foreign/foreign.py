"""A stranger's model comes in: two ONNX graphs of any framework are looked at, adapted, measured and kept.

`look` says what they are, `adapt` makes of them two graphs with our ports, `take` does all and puts the model into the
library. Nothing of a graph is believed that its operators or a run do not bear out.
"""

import platform
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.exchange.unpack import alone, already_taken
from vae.experiments import worth
from vae.experiments.worth import Evaluation, Measured
from vae.explore.explorer import Explorer, check_range, try_out
from vae.explore.geometry import NORMAL_RANGE, data_range
from vae.explore.likelihood import NO_LIKELIHOOD
from vae.families import Ability
from vae.files import replacing, sha256
from vae.foreign.adapting import Pair, adapt
from vae.foreign.findings import Findings, Said
from vae.foreign.graphs.reading import Source
from vae.foreign.keeping import write_pair
from vae.foreign.looking import look
from vae.home import check_name
from vae.library.cards import GRAPHS, PAIR, Axis, Card, DataInfo, Latent, write_card
from vae.library.codes import MAX_CODE_VALUES, MAX_CODES, Codes, write_codes
from vae.library.origin import Found, Origin
from vae.library.shelf import Model, is_taken, models_folder

__all__ = ["STEPS", "Findings", "Pair", "Said", "Source", "adapt", "look", "take"]

NETWORK = "imported"
"""What a card calls a network that was not laid out here."""

LEARNT = 1000
"""Training things that a Gaussian likelihood's spread is read off."""

STEPS = ("looking at it", "adapting it", "measuring it", "keeping its codes", "writing it")
"""What is done with a model one after another, as a page says it."""

Tell = Callable[[str], None]
"""Is told each of `STEPS` as it begins."""

NO_DATA = "Without data there are no codes, no map and no figures; --dataset NAME would bring them."


def take(
    encoder: Source | None,
    decoder: Source,
    data: Dataset | None = None,
    *,
    name: str,
    said: Said | None = None,
    dataset: str = "",
    command: str = "",
    findings: Findings | None = None,
    tell: Tell = lambda step: None,
) -> Model:
    """Look, adapt, measure and put into the library as `name`, whole or not at all; return the model.

    dataset: the name or path that `data` was opened by, which measuring again will open; command: the line that does
    all this again; findings: of a `look` at the same graphs, which is then not repeated; tell: is told how far it is.
    Raises `InputError`, and leaves nothing behind.
    """
    if is_taken(check_name(name)):
        raise already_taken(name)
    tell("looking at it")
    found = findings or look(encoder, decoder, data, said)
    tell("adapting it")
    pair = adapt(found)
    target = models_folder() / name
    with ExitStack() as held, replacing(target) as folder:
        folder.mkdir()
        write_pair(pair, folder)
        card = _card(name, found, data, dataset or (data.name if data else ""), command)
        card = _measured(card, found, data, folder, tell)
        tell("writing it")
        write_card(card, folder)
        # Held until the folder stands in its place, because a rename would replace one of the same name.
        held.enter_context(alone())
        if is_taken(name):
            raise already_taken(name)
    return Model(card, target, bundled=False)


def abilities(found: Findings) -> tuple[str, list[Ability]]:
    """Return the family of a model that was looked at, and what it can."""
    if found.encoding is None:
        return "decoder", ["draw"]
    if found.encoding.spread is None:
        return "autoencoder", ["encode"]
    known: list[Ability] = ["bound", "density"] if found.said.likelihood else []
    return "gaussian", sorted(["encode", "draw", "spread", *known])


def _card(name: str, found: Findings, data: Dataset | None, dataset: str, command: str) -> Card:
    """Describe a model before anything of it is measured."""
    family, can = abilities(found)
    axes = [Axis(NORMAL_RANGE)] * found.dims
    if data is None:
        info = DataInfo("", "no data", "not known", "nobody said what it was trained on")
    else:
        info = DataInfo(data.name, data.title, data.licence, data.source, list(data.classes))
    graphs = PAIR if found.encoding is not None else {"decode": GRAPHS["decode"]}
    return Card(
        name=name,
        family=family,
        can=can,
        network=NETWORK,
        likelihood=found.said.likelihood or NO_LIKELIHOOD,
        beta=1.0,
        item=found.item,
        data=info,
        latent=Latent(axes, "normal" if "draw" in can else "none"),
        graphs=graphs,
        training={"dataset": dataset, "command": command},
        versions={"python": platform.python_version()}
        | {package: version(package) for package in ("numpy", "onnx", "onnxruntime")},
        metrics={"conditions": "no data was given, so that nothing was measured"},
        files={},
        origin=_origin(found),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _origin(found: Findings) -> Origin:
    """Write down what was found out, as a card has it."""
    findings = [
        Found(
            each.what,
            each.value,
            each.how,
            each.sure,
            each.figure,
            [(option.value, option.figure) for option in each.options][:8] if each.figure else [],
        )
        for each in found.findings
    ]
    return Origin(findings, list(found.notes), found.origin)


def _measured(card: Card, found: Findings, data: Dataset | None, folder: Path, tell: Tell) -> Card:
    """Open the adapted graphs, try them out, and measure them where there is data; return the card with all of it."""
    opened = Explorer(Model(card, folder, bundled=False))
    try_out(opened)
    check_range(opened)
    _check_pictures(opened, found)
    if data is None or "encode" not in card.can:
        return replace(card, files=_checksums(folder))
    tell("measuring it")
    if card.likelihood == "gaussian":
        card = replace(card, scale=_learnt_scale(opened, data))
        opened.card = card
    most = min(MAX_CODES, MAX_CODE_VALUES // found.dims)
    images, labels = data.test.things[:most], None if data.test.labels is None else data.test.labels[:most]
    evaluation, measured = worth.evaluate(
        worth.by_graphs(opened), images, labels, data.train.things, data.train.labels, title=data.title
    )
    tell("keeping its codes")
    bound = "bound" in card.can
    cost = measured.negative_elbo if bound else measured.reconstruction
    write_codes(
        folder / "codes.npz", Codes(measured.centre, measured.spread, measured.nats, cost, labels, measured.floor)
    )
    return replace(
        card,
        latent=replace(card.latent, axes=_axes(measured)),
        metrics=_metrics(evaluation, card),
        files=_checksums(folder),
    )


def _metrics(evaluation: Evaluation, card: Card) -> dict[str, Any]:
    said = asdict(evaluation)
    if card.likelihood == "gaussian" and card.scale:
        said["conditions"] += f"; the likelihood's spread, {card.scale:.4g}, read off {LEARNT:,} training things"
    return said


def _axes(measured: Measured) -> list[Axis]:
    """Say of each coordinate of the code where the data lies along it, and what it carries."""
    aggregate = measured.centre
    if measured.spread is not None:
        aggregate = aggregate + np.random.default_rng(0).standard_normal(aggregate.shape, np.float32) * measured.spread
    each: list[float | None] = [None] * aggregate.shape[1]
    if measured.nats is not None:
        each = [float(value) for value in measured.nats.mean(0)]
    return [Axis(reach, one) for reach, one in zip(data_range(aggregate), each, strict=True)]


def _learnt_scale(opened: Explorer, data: Dataset) -> float:
    """Return the root mean square of what draws of training things' codes miss: where a learnt spread comes to rest."""
    x = opened.kind.feed(data.train.things[:LEARNT])
    belief = opened.encode_fed(x)
    noise = np.random.default_rng(0).standard_normal(belief.centre.shape, np.float32)
    missed = x - opened.expect(belief.at(noise))
    return max(float(np.sqrt(np.square(missed, dtype=np.float64).mean())), 1e-6)


def _check_pictures(opened: Explorer, found: Findings) -> None:
    """Compare what the adapted graphs draw with what was shown of the graphs as they came."""
    if len(found.originals):
        made = opened.reconstruct(found.originals)
    else:
        z = np.random.default_rng(0).standard_normal((len(found.pictures), found.dims)).astype(np.float32)
        made = opened.decode(z)
    away = np.abs(made.astype(np.float64) - found.pictures).max()
    most = 1.0 if opened.kind.kept.kind == "u" else 1e-3 * max(1.0, float(np.abs(found.pictures).max()))
    if not away <= most:
        raise InputError(
            f"The adapted graphs differ from the ones that came, by {away:.3g}; export the model again in float32."
        )


def _checksums(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in sorted(folder.iterdir())}
