"""The families of models in words and abilities: what flags, form, card and pages read. No torch.

A family's own file in vae/models/ is imported only where it is trained or measured.
"""

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Literal, get_args

from vae.errors import InputError, unknown

Ability = Literal["encode", "draw", "spread", "bound", "density", "condition"]
"""encode: it has an encoder, so that things have a place; draw: it has a prior that codes are drawn from; spread: it
says how sure a code is, and what that costs in nats beside the prior; bound: it has a −ELBO, that cost and its
likelihood's together; density: importance sampling tightens that to log p(x); condition: its encoder and decoder are
told the class."""

ABILITIES: tuple[Ability, ...] = get_args(Ability)

Options = dict[str, float]
"""Values of a family's own settings, by name."""


@dataclass(frozen=True)
class Nothing:
    """What a family is told that has no settings of its own."""


@dataclass(frozen=True)
class Sparsity:
    """What an autoencoder is told."""

    sparsity: float = 0.0
    """Weight of the sum of |z|, in nats, in an autoencoder's loss: above 0 few coordinates tell each thing, and the
    others are near 0."""


@dataclass(frozen=True)
class Family:
    """A family of models.

    module: "module:class", built by vae/models/build.py; heads: numbers that its encoder gives for each coordinate of a
    code. settings: a frozen dataclass of numbers, each with its default and a sentence: they are flags, go into the
    form and on the card; bounds: the least and the most that each may be.
    """

    title: str
    sentence: str
    source: str
    module: str
    can: frozenset[Ability]
    heads: int = 2
    settings: type = Nothing
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)

    def settled(self, options: Mapping[str, float]) -> Options:
        """Return these settings, and the defaults of those left out; `InputError` for unknown ones and for too much."""
        default = self.settings()
        known: Options = {each.name: getattr(default, each.name) for each in fields(default)}
        for name, value in options.items():
            if name not in known:
                raise InputError(f"{self.title} has no setting {name!r}; leave it out, or choose another family.")
            low, high = self.bounds[name]
            if not low <= value <= high:  # false for NaN too
                raise InputError(f"{name} must be from {low:g} to {high:g}; got {value:g}.")
        return {**known, **options}


def family(name: str) -> Family:
    """Return the family of this name; `InputError` lists those that there are."""
    if name not in FAMILIES:
        raise unknown("family", name, FAMILIES)
    return FAMILIES[name]


@cache
def sentences(settings: type) -> dict[str, str]:
    """Return the sentence under each field of a dataclass, by its name: what a form and a flag's help say beside it."""
    (body,) = ast.parse(inspect.getsource(settings)).body
    assert isinstance(body, ast.ClassDef)
    found, name = {}, ""
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif name and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found[name] = " ".join(str(node.value.value).split())
            name = ""
    return found


def own_settings() -> dict[str, tuple[Any, str]]:
    """Return the settings that families have of their own: by name the default and the sentence that explains it."""
    return {
        each.name: (each.default, sentences(kind.settings)[each.name])
        for kind in FAMILIES.values()
        for each in fields(kind.settings)
    }


FAMILIES: dict[str, Family] = {
    "gaussian": Family(
        "VAE",
        "A variational autoencoder: each thing becomes a cloud of codes, and training draws all to a normal prior.",
        "Kingma & Welling 2013, Auto-encoding variational Bayes, arXiv 1312.6114",
        "vae.models.gaussian:GaussianVAE",
        frozenset({"encode", "draw", "spread", "bound", "density"}),
    ),
    "autoencoder": Family(
        "Autoencoder",
        "Each thing becomes one point. No prior holds the points together, and training asks for nothing between them.",
        "Hinton & Salakhutdinov 2006, Reducing the dimensionality of data with neural networks, "
        "doi 10.1126/science.1127647",
        "vae.models.autoencoder:Autoencoder",
        frozenset({"encode"}),
        heads=1,
        settings=Sparsity,
        bounds={"sparsity": (0.0, 1000.0)},
    ),
    "conditional": Family(
        "Conditional VAE",
        "A variational autoencoder that is told the class: the code holds what the class leaves open, such as style.",
        "Sohn, Lee & Yan 2015, Learning structured output representation using deep conditional generative models, "
        "NeurIPS 28; Kingma et al. 2014, arXiv 1406.5298, model M2",
        "vae.models.conditional:ConditionalVAE",
        frozenset({"encode", "draw", "spread", "bound", "density", "condition"}),
    ),
}
"""The families, in the order to offer them. A new one is a file in vae/models/ and an entry here."""

TAKEN_IN: dict[str, Family] = {
    "decoder": Family(
        "Decoder alone",
        "A decoder or generator without an encoder: codes become things, and nothing says where a thing lies.",
        "Goodfellow et al. 2014, Generative adversarial networks, arXiv 1406.2661",
        "",
        frozenset({"draw"}),
    ),
}
"""Families of models that others have made, and that are not trained here."""


def title_of(name: str) -> str | None:
    """Return what a family is called, one that is trained here or not; None where it is unknown."""
    known = FAMILIES.get(name) or TAKEN_IN.get(name)
    return None if known is None else known.title
