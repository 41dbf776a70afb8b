"""The best moment of a run: the weights that did best on training images which are not learnt from.

Training goes on as it would without this: noise of its own, no gradients. What is kept lies in the run's folder, so
that a run that was killed ends with the very moment of one that was not.
"""

import os
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import Tensor

from vae.data import parts_of
from vae.datasets.dataset import Dataset
from vae.errors import InputError, first_line
from vae.files import check_header, replacing
from vae.models.objectives import warm_up
from vae.training.loop import Told, TrainState, as_tensor, fed, settings_at, steps_per_epoch

BEST = "best.safetensors"

MOST = 2000
"""Images that are looked at after an epoch: the mean over them is known to a percent, in a hundredth of the epoch."""
ROWS = 250
"""Images a pass: their layers still lie in the cache."""


@dataclass(frozen=True)
class Moment:
    """What the model was worth after `step` steps on `images` validation images, in nats an image, with one beta."""

    step: int
    negative_elbo: float
    loss: float
    beta: float
    images: int


class Best:
    """Look at a run after each of its epochs, and keep the weights where they do better than before."""

    def __init__(self, state: TrainState, dataset: Dataset, folder: Path) -> None:
        self.path, config = folder / BEST, state.config
        self.per_epoch = steps_per_epoch(dataset, config)
        # Without an encoder nothing says what an image costs: the last weights are kept.
        numbers, model = parts_of(dataset, config).validation[: MOST if state.model.encodes else 0], state.model
        self.images = as_tensor(dataset.train.things[numbers], model.kind)
        self.told = Told(model, dataset.train.labels)
        self.numbers = torch.from_numpy(numbers)
        drawn = torch.Generator().manual_seed(config.seed)
        self.noise = torch.randn((len(self.images), *model.noise), generator=drawn)
        self.best = read_moment(self.path) if len(self.images) else None
        if self.best and self.best.step > state.step:  # it will come again, with the same weights
            self.best = None

    def look(self, state: TrainState) -> bool:
        """Look at the model if an epoch is over; return whether the run has been patient enough."""
        config = state.config
        if not len(self.images) or state.step % self.per_epoch:
            return False
        if warm_up(state.step, round(config.warmup_epochs * self.per_epoch)) < 1:
            return False
        now = self._measure(state)
        # A loss with another beta is another loss: what was best by it is no longer.
        if self.best is None or now.beta != self.best.beta or now.loss < self.best.loss:
            self.best = now
            _write(now, state.model.state_dict(), self.path)
        waited = (state.step - self.best.step) // self.per_epoch
        return bool(config.patience) and waited >= config.patience

    @torch.no_grad()
    def _measure(self, state: TrainState) -> Moment:
        model, device = state.model, next(state.model.parameters()).device
        beta, _ = settings_at(state, state.step)
        precision = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision("highest")
        model.eval()
        try:
            sums = torch.zeros(2)
            for rows in torch.arange(len(self.images)).split(ROWS):
                x = fed(self.images[rows].to(device), model.kind)
                given = self.told.beside(x, self.numbers[rows])
                drawn = model.encode(x, given).draw(self.noise[rows].to(device))
                cost = -model.decode(drawn.code, given).log_prob(x)
                sums += torch.stack([cost.sum().cpu(), drawn.kl.sum().cpu()])
        finally:
            model.train()
            torch.set_float32_matmul_precision(precision)
        reconstruction, kl = (sums / len(self.images)).tolist()
        return Moment(state.step, reconstruction + kl, reconstruction + beta * kl, beta, len(self.images))


def use_best(state: TrainState, folder: Path) -> Moment | None:
    """Put the best moment's weights into the model; None where none was kept, and the last ones stay.

    Raises `InputError` where what was kept is damaged.
    """
    moment = read_moment(folder / BEST)
    if moment is None or moment.step > state.step:
        return None
    try:
        state.model.load_state_dict(load_file(folder / BEST))
    except Exception as error:  # safetensors and torch raise classes of their own
        raise _damaged(folder / BEST, error) from None
    return moment


def read_moment(path: Path) -> Moment | None:
    """Return what is kept at `path`, or None where nothing is; `InputError` where it is damaged."""
    if not path.exists():
        return None
    try:
        with safe_open(check_header(path), framework="pt") as file:
            return msgspec.json.decode(file.metadata()["moment"], type=Moment)
    except Exception as error:
        raise _damaged(path, error) from None


def _write(moment: Moment, weights: dict[str, Tensor], path: Path) -> None:
    kept = {name: value.detach().cpu().contiguous() for name, value in weights.items()}
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(save(kept, {"moment": msgspec.json.encode(asdict(moment)).decode()}))
        file.flush()
        os.fsync(file.fileno())


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(f"{path} is damaged ({first_line(error)}); delete it to keep the last weights of the run.")
