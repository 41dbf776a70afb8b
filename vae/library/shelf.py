"""The models there are: bundled ones and a person's own, found by name."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from vae.errors import InputError
from vae.files import sha256
from vae.home import BUNDLED_MODELS, LESSON_MODELS, NAME, home
from vae.library.cards import Card, read_card

NAMED = 16
"""Models that are named where another one is asked for; the rest are counted."""


@dataclass(frozen=True)
class Model:
    """A model in the library: its card and the folder that holds it."""

    card: Card
    folder: Path
    bundled: bool

    @property
    def name(self) -> str:
        return self.card.name


@dataclass(frozen=True)
class Broken:
    """A folder in the library that cannot be opened, and the sentence that says why."""

    name: str
    folder: Path
    reason: str


def models_folder() -> Path:
    """Return the folder of a person's own models."""
    return home() / "models"


def _roots() -> tuple[tuple[Path, bool], ...]:
    """Return the folders of models, and whether these come with the explorer."""
    return (BUNDLED_MODELS, True), (LESSON_MODELS, True), (models_folder(), False)


def check_files(card: Card, folder: Path) -> None:
    """Compare each file the card lists with its checksum, and name the first that is missing or damaged."""
    for name, expected in card.files.items():
        path = folder / name
        if path.resolve().parent != folder.resolve():
            raise InputError(f"{folder / 'card.json'} is damaged: it lists {name!r}, which is not a file of the model.")
        if not path.is_file():
            raise InputError(f"{path} is missing; restore it, or train the model again: {_again(card)}")
        if sha256(path) != expected:
            raise InputError(
                f"{path} is damaged (wrong checksum); restore it, or train the model again: {_again(card)}"
            )


def _again(card: Card) -> str:
    return str(card.training.get("command", f"python -m vae train --dataset {card.data.name}"))


def list_models() -> list[Model | Broken]:
    """List every model, the bundled ones first, each root by name; what cannot be opened is listed with its reason."""
    found: dict[str, Model | Broken] = {}
    for root, bundled in _roots():
        for folder in sorted(root.iterdir()) if root.is_dir() else []:
            if folder.name in found or not NAME.fullmatch(folder.name) or not (folder / "card.json").exists():
                continue
            try:
                found[folder.name] = _open(folder, bundled)
            except InputError as error:
                found[folder.name] = Broken(folder.name, folder, str(error))
    return list(found.values())


def find(name_or_path: str) -> Model:
    """Find a model by its name in the library, or by the path of its folder."""
    given = Path(name_or_path)
    if given.is_absolute() or os.sep in name_or_path:
        return Model(read_card(given), given, bundled=False)
    if NAME.fullmatch(name_or_path):
        for root, bundled in _roots():
            if (root / name_or_path / "card.json").exists():
                return _open(root / name_or_path, bundled)
    known_ones = [model for model in list_models() if isinstance(model, Model)]
    names = [model.name for model in sorted(known_ones, key=lambda model: model.bundled)]  # a person's own first
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    known = ", ".join(names[:NAMED]) or "none yet"
    raise InputError(
        f"Unknown model {name_or_path[:80]!r}; the library has: {known}{rest}. A folder is given as ./FOLDER."
    )


def _open(folder: Path, bundled: bool) -> Model:
    """Open a model in the library, where a model is called what its folder is called, a renamed copy too."""
    return Model(replace(read_card(folder), name=folder.name), folder, bundled)


def is_taken(name: str) -> bool:
    """Say whether the library has a folder of this name already, bundled or a person's own."""
    return any((root / name).exists() for root, _ in _roots())
