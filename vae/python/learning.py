"""Training from Python: a run whose records are a generator, and the model that it becomes."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from vae.config import TrainConfig, own_settings
from vae.errors import unknown
from vae.library.shelf import Model
from vae.python.opening import Opened
from vae.runs import shelf as runs
from vae.runs.recipes import recommended
from vae.runs.records import Step
from vae.runs.status import claim


class Run:
    """A training run in its folder: go through it for its records, or take its `model`, which trains to the end first.

    A loop that is left early leaves a checkpoint; another loop, `run()` or `model` goes on from there, and so does
    `python -m vae train --resume FOLDER`.
    """

    def __init__(self, config: TrainConfig, folder: Path) -> None:
        self.config, self.folder = config, folder
        self._begun = False
        self._trained: Opened | None = None

    @property
    def is_done(self) -> bool:
        """Say whether it has become a model."""
        return self._trained is not None

    def __iter__(self) -> Iterator[Step]:
        """Train, yielding a `Step` about every second: step, steps, epoch, reconstruction and kl in nats a thing.

        At the end it is measured and becomes a model. Raises `InputError` where the loss is no longer a number, and
        where disk or memory are full, with the last good weights left in its folder.
        """
        return iter(()) if self.is_done else self._train()

    def run(self) -> Opened:
        """Train to the end; return the model."""
        with closing(self._train() if not self.is_done else _nothing()) as records:
            for _ in records:
                pass
        assert self._trained is not None
        return self._trained

    @property
    def model(self) -> Opened:
        """The model, trained to the end first where it is not."""
        return self._trained or self.run()

    def _train(self) -> Generator[Step]:
        from vae.runs.session import Session
        from vae.training import training as trainer

        with claim(self.folder):
            opened = trainer.resume(self.folder) if self._begun else trainer.start(self.config, self.folder)
            self._begun = True
            with Session(self.folder, interrupted=[]) as session:
                session.wait()
                training = trainer.Training(*opened, self.folder)
                ending = yield from session.attend(training)
                if ending == "stop":
                    session.stop()
                    return
                session.say(state="measuring", **training.standing)
                card = training.finish(session.seconds)
                session.end("done")
        self._trained = Opened(Model(card, self.folder, bundled=False))

    def __repr__(self) -> str:
        return f"<run {self.folder.name}: {self.config.family} on {self.config.dataset}>"


def _nothing() -> Generator[Step]:
    yield from ()


def train(
    dataset: str = "mnist-5k", *, name: str | None = None, folder: str | Path | None = None, **settings: Any
) -> Run:
    """Set a training run up in this process; nothing is trained until its records are asked for.

    dataset: a name that `python -m vae datasets` lists, or a folder's path. name: of the model in the library; left
    out, after its data. folder: where it goes, in place of the library. settings: the fields of `vae.TrainConfig`, such
    as latent_dims, network, epochs, beta, seed, and those that its family and its objective have of their own; what is
    left out is what suits the data.
    Raises `InputError` for unknown settings and values that are not allowed. Loads torch when it begins.

    >>> import vae
    >>> run = vae.train("digits", latent_dims=2, epochs=1, width=16)
    >>> for record in run:
    ...     nats = record.negative_elbo
    >>> run.model.card.latent.dims
    2

    To the end in one go: `vae.train("digits").run()`.
    """
    config = _config(dataset, settings)
    return Run(config, Path(folder) if folder is not None else runs.new_folder(config, name))


def _config(dataset: str, settings: dict[str, Any]) -> TrainConfig:
    """Return the settings of a run: those given, the family's own among them, and else what suits the data."""
    known, own = {each.name for each in fields(TrainConfig)} - {"dataset", "options"}, set(own_settings())
    if strange := sorted(settings.keys() - known - own):
        raise unknown("setting", strange[0], known | own)
    options = {key: value for key, value in settings.items() if key in own}
    given = {key: value for key, value in settings.items() if key not in own}
    return replace(recommended(dataset, given.get("family", TrainConfig.family)), **given, options=options)
