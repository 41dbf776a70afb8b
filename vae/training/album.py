"""Watch a model while it trains: take snapshots of one fixed set of test images, for the map and the time machine."""

import copy
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor

from vae.datasets.dataset import Dataset, Split
from vae.errors import InputError
from vae.explore.likelihood import floor
from vae.files import write_arrays
from vae.models.model import Model
from vae.runs.records import HeldOut
from vae.runs.snapshots import Thinner, drop, most, read_snapshot, snapshots
from vae.training.graphs import write_decoder_graph
from vae.training.loop import TrainState, as_tensor, fed, one_hot, steps_per_epoch
from vae.training.probe import choose_probe, one_of_each

ROWS = 250
"""Images a pass: their layers still lie in the cache."""

SHARE = 0.1
"""Of the time that may be spent on snapshots, and again on the held-out loss."""

SHORTEST, LONGEST = 0.5, 2.0
"""Seconds between two snapshots: as film in the beginning, when most happens, and never too few to call it live."""

SECONDS_AT_SHORTEST = 20.0


class Album:
    """Take snapshots of a run into its folder, on time, and measure the held-out loss with them.

    Nothing here touches the training: noise of its own, no gradients, and the run's own number of threads.
    """

    def __init__(self, state: TrainState, dataset: Dataset, folder: Path) -> None:
        self.folder, self.threads = folder, state.config.threads
        (folder / "snapshots").mkdir(exist_ok=True)
        with self._arithmetic(state.model):
            self.probe = choose_probe(state, dataset, folder)
        self.item, self.kind = dataset.item, state.model.kind
        self.images, self.labels = self._chosen(dataset.test, self.probe["numbers"])
        self.count = len(self.images)  # held out; the images that are trained on come after them
        if "trained" in self.probe:
            images, labels = self._chosen(dataset.train, self.probe["trained"])
            self.images, self.labels = torch.cat([self.images, images]), torch.cat([self.labels, labels])
        self.given = one_hot(self.labels, state.model.told) if state.model.told else None
        self.shown = torch.from_numpy(one_of_each(self.probe.get("labels"), self.count))
        self.noise = torch.from_numpy(self.probe["noise"])
        drawn = torch.Generator().manual_seed(state.config.seed)
        self.epsilon = torch.randn((len(self.images), *state.model.noise), generator=drawn)
        kept = dict(_kept(folder, state.config.latent_dims))
        self.axes = read_snapshot(folder, max(kept))["axes"] if kept else None
        self.last, self.index = (max(kept), max(kept.values()) + 1) if kept else (-1, 0)
        decoder = sum(2 * value.numel() for value in state.model.decoder.state_dict().values())
        self.thinner = Thinner(folder, kept, most(decoder))
        self.began, self.next, self.next_held_out = time.monotonic(), 0.0, 0.0
        self.end = state.config.epochs * steps_per_epoch(dataset, state.config)
        self._least: float | None = None
        if not (graph := folder / "snapshots" / "decoder.onnx").exists():
            write_decoder_graph(_on_cpu(state.model), graph)

    @property
    def due(self) -> bool:
        """Say whether it is time for a snapshot."""
        return time.monotonic() >= self.next

    def take(self, state: TrainState) -> HeldOut | None:
        """Take a snapshot of `state` now; return the held-out loss where it was measured with it.

        Does nothing at a step that has its snapshot, or where the weights are no longer numbers. Raises OSError where
        the disk is full.
        """
        if state.step == self.last:
            return None
        began = time.monotonic()
        with self._arithmetic(state.model):
            looked = self._look(state) if state.model.encodes else self._look_at_draws(state)
            if looked is None:
                return None
            arrays, held_out = looked
            self._write(state, arrays)
        cost, now = time.monotonic() - began, time.monotonic()
        shortest = SHORTEST if now - self.began < SECONDS_AT_SHORTEST else 2 * SHORTEST
        self.next = now + min(max(cost / SHARE, shortest), LONGEST)
        return held_out

    def _chosen(self, split: Split, numbers: np.ndarray) -> tuple[Tensor, Tensor]:
        """Return things by their numbers, and their classes; 0 where there are none."""
        labels = np.zeros(len(split), np.int64) if split.labels is None else split.labels
        return as_tensor(split.things[numbers], self.kind), torch.from_numpy(np.asarray(labels[numbers], np.int64))

    def _look(self, state: TrainState) -> tuple[dict[str, np.ndarray], HeldOut | None] | None:
        """Look at the model; None where its codes are no longer numbers."""
        model, means, held_out = _on_cpu(state.model), [], None
        # At its end a run is measured whatever it costs: what is said of it is then of the model that is kept.
        measures = time.monotonic() >= self.next_held_out or state.step >= self.end
        began = time.monotonic()
        losses, kls, device = [], [], next(model.parameters()).device
        for rows in torch.arange(len(self.images)).split(ROWS):
            x = fed(self.images[rows].to(device), self.kind)
            given = model.told_by(x, None if self.given is None else self.given[rows].to(device))
            belief = model.encode(x, given)
            means.append(belief.centre)
            if measures:
                drawn = belief.draw(self.epsilon[rows].to(device))
                losses.append(-model.decode(drawn.code, given).log_prob(x))
                kls.append(drawn.kl)
        mean, measured = torch.cat(means), self.count
        if not torch.isfinite(mean).all():
            return None
        if measures:
            self.next_held_out = time.monotonic() + (time.monotonic() - began) / SHARE
            kl = tuple(torch.cat(kls)[:measured].mean(0).tolist())
            reconstruction = float(torch.cat(losses)[:measured].mean())
            held_out = HeldOut(state.step, reconstruction, kl, measured, self._floor(model))
        codes = mean.cpu().numpy()
        centre, axes = plane(codes, self.axes)
        arrays = {
            "points": ((codes - centre) @ axes).astype(np.float32),
            "centre": centre,
            "axes": axes,
            "reconstructions": self._expected(model, mean[self.shown], self.shown),
            "samples": self._expected(model, model.draw(self.noise.to(device))),
            "index": np.array(self.index),
        }
        arrays |= self._beside(model)
        if held_out:
            arrays["held_out"] = np.array([held_out.reconstruction, sum(held_out.kl)], np.float32)
        return arrays, held_out

    def _look_at_draws(self, state: TrainState) -> tuple[dict[str, np.ndarray], None] | None:
        """Look at a model without an encoder: what its draws become, and where they lie; as `_look`.

        The plane is that of the first two dimensions through the first draw: what lies about the middle of many
        dimensions is never drawn, and a generator has learnt nothing of it.
        """
        model = _on_cpu(state.model)
        if not all(bool(torch.isfinite(weights).all()) for weights in model.decoder.parameters()):
            return None
        codes = model.draw(self.noise.to(next(model.parameters()).device))
        axes, centre = np.eye(model.latent_dims, 2, dtype=np.float32), codes[0].cpu().numpy().copy()
        centre[:2] = 0
        arrays = {
            "points": codes.cpu().numpy() @ axes,
            "centre": centre,
            "axes": axes,
            "reconstructions": self.probe["originals"],
            "samples": self._expected(model, codes),
            "index": np.array(self.index),
        }
        arrays |= self._beside(model)
        return arrays, None

    def _beside(self, model: Model) -> dict[str, np.ndarray]:
        """Return what a decoder is told beside a place: of how many classes, or the part of a thing."""
        if model.part and (part := self._parts(model, self.shown[:1])) is not None:
            return {"part": part[0].numpy()}
        return {"told": np.array(model.told)} if model.told else {}

    def _parts(self, model: Model, rows: Tensor) -> Tensor | None:
        """Return what a model is told of things by their places; None where that is no part of them."""
        return model.told_by(fed(self.images[rows], self.kind))

    def _floor(self, model: Model) -> float | None:
        """Return the part of the held-out images' cost that no model could save; None for a density."""
        if self._least is None and model.says.least != "unbounded":
            some = self.images[: self.count].split(ROWS)
            parts = [floor(fed(part, self.kind).numpy(), model.likelihood) for part in some]
            self._least = float(np.concatenate([part for part in parts if part is not None]).mean())
        return self._least

    def _write(self, state: TrainState, arrays: dict[str, np.ndarray]) -> None:
        """Write the decoder and then the arrays, by which a snapshot is listed."""
        path = self.folder / "snapshots" / f"{state.step:08d}.safetensors"
        largest = torch.finfo(torch.float16).max
        halves = {
            f"decoder.{name}": value.detach().clamp(-largest, largest).half().contiguous()
            for name, value in state.model.decoder.state_dict().items()
        }
        temporary = path.with_name(f".{path.name}")
        try:
            temporary.write_bytes(save(halves))
            temporary.replace(path)
            write_arrays(path.with_suffix(".npz"), arrays)
        except OSError:
            for left in (temporary, path):
                with suppress(OSError):
                    left.unlink(missing_ok=True)
            raise
        self.thinner.add(state.step, self.index)
        self.axes, self.last, self.index = arrays["axes"], state.step, self.index + 1

    @contextmanager
    def _arithmetic(self, model: Model) -> Iterator[None]:
        threads, trains = torch.get_num_threads(), model.training
        torch.set_num_threads(self.threads)
        model.eval()
        try:
            with torch.no_grad():
                yield
        finally:
            model.train(trains)
            torch.set_num_threads(threads)

    def _expected(self, model: Model, z: Tensor, rows: Tensor | None = None) -> np.ndarray:
        """Decode codes [n, d] to the expected things as they are kept; of draws, each class or part in its turn."""
        given = None
        if model.part and len(self.shown):
            given = self._parts(model, self.shown[torch.arange(len(z)) % len(self.shown)] if rows is None else rows)
        if self.given is not None:
            turns = torch.arange(len(z)) % model.told
            given = (one_hot(turns, model.told) if rows is None else self.given[rows]).to(z.device)
        return self.kind.show(model.decode(z, given).mean.nan_to_num(0.0).cpu().numpy())


def _on_cpu(model: Model) -> Model:
    """Return the model where the probe's images are: itself, or a copy while it trains on another device."""
    return model if next(model.parameters()).is_cpu else copy.deepcopy(model).cpu()


def _kept(folder: Path, dims: int) -> Iterator[tuple[int, int]]:
    """Yield step and index of each snapshot that the run keeps; one that a power cut left damaged is dropped."""
    for step in snapshots(folder):
        try:
            arrays = read_snapshot(folder, step)
            if arrays["axes"].shape != (dims, 2):
                raise InputError("It is of another network.")
            index = int(arrays.get("index", 0))
        except (InputError, TypeError, ValueError):
            drop(folder, step)
        else:
            yield step, index


def plane(means: np.ndarray, before: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Lay the map's plane through codes [P, d]; return its centre [d] and axes [d, 2], float32.

    One and two dimensions are shown as they are. Of more, the two leading principal axes, turned and mirrored within
    their plane to lie as near as can be to the axes `before`, so that the map does not jump from one snapshot to the
    next: orthogonal Procrustes, Schönemann 1966, doi 10.1007/BF02289451.
    """
    dims = means.shape[1]
    if dims <= 2:
        return np.zeros(dims, np.float32), np.eye(dims, 2, dtype=np.float32)
    centre = means.mean(axis=0, dtype=np.float64)
    axes = np.linalg.eigh(np.cov(means, rowvar=False))[1][:, :-3:-1]
    if before is not None:
        u, _, v = np.linalg.svd(axes.T @ before)
        axes = axes @ (u @ v)
    return centre.astype(np.float32), np.ascontiguousarray(axes, np.float32)
