"""One step and one export, tried before anything is written: a person's own network or objective may fail in them."""

import copy
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vae.datasets.dataset import Dataset
from vae.errors import InputError, first_line
from vae.explore.running_graphs import Graph, weights_beside
from vae.models.model import Model
from vae.models.objectives import Case, Terms
from vae.python_files import title_of, told
from vae.training.loop import Told, TrainState, as_tensor, fed

ROWS = 4
"""Things in the batch."""

CLOSE = 1e-3
"""How far a graph's numbers may be from torch's, of the largest."""


def try_out(state: TrainState, dataset: Dataset) -> None:
    """Take a step with a copy of the model, and export it; `InputError` says what does not work. It takes seconds."""
    with torch.random.fork_rng(devices=[]):
        model = copy.deepcopy(state.model)
        rows = torch.arange(min(ROWS, len(dataset.train)))
        x = fed(as_tensor(dataset.train.things[rows.numpy()], model.kind), model.kind)
        given = Told(model, dataset.train.labels).beside(x, rows)
        _check_step(state, model, x, given)
        _check_graphs(model.eval(), x, given)


def _check_step(state: TrainState, model: Model, x: Tensor, given: Tensor | None) -> None:
    name = title_of(state.config.settled().objective or "elbo")
    noise = torch.randn(len(x), *state.objective.noise, generator=torch.Generator().manual_seed(0))
    try:
        terms = state.objective.terms(model.train(), Case(x, noise, None, given, state.config.beta))
        if isinstance(terms, Terms):
            terms.total.backward()
    except Exception as error:  # whatever a person's own code raises
        raise InputError(f"A first step with the objective {name} fails: {told(error)}.") from None
    if not isinstance(terms, Terms):
        raise InputError(f"{name} returns a {type(terms).__name__}; return vae.models.objectives.Terms.")
    n = len(x)
    for part, shape in (("reconstruction", (n,)), ("kl", (n, model.costs)), ("minimised", (n,))):
        got = getattr(terms, part)
        if not isinstance(got, Tensor) or tuple(got.shape) != shape:
            said = list(got.shape) if isinstance(got, Tensor) else type(got).__name__
            raise InputError(f"{name} gives {part} {said} for {n} things; give a tensor {list(shape)}.")
    if not terms.minimised.isfinite().all():
        raise InputError(f"{name} is not finite in a first step; make a smaller number small.")


@torch.no_grad()
def _check_graphs(model: Model, x: Tensor, given: Tensor | None) -> None:
    """Raise `InputError` where the model's graphs cannot be made, are not run by the explorer, or say other things."""
    from vae.training.graphs import write_graphs

    title = title_of(model.network)
    z = model.encode(x, given).centre
    wanted = model.kind.lay(model.kind.show(model.decode(z, given).mean.numpy()))
    beside, part = {} if given is None else {"given": given}, {}
    if model.part and given is not None:  # its encoder sees the whole thing
        beside, part = {}, {"part": given}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        try:
            write_graphs(model, folder)
            got, expected = (
                Graph(folder / file, {name: tuple(each.shape[1:]) for name, each in taken.items()}, weights).run(
                    *(each.numpy() for each in taken.values())
                )[0]
                for file, taken, weights in (
                    ("encoder.onnx", {"x": x} | beside, weights_beside(folder)),
                    ("decoder.onnx", {"z": z} | beside | part, weights_beside(folder)),
                )
            )
        except Exception as error:  # the exporter and ONNX Runtime have classes of their own
            raise InputError(
                f"{title} cannot be exported to ONNX ({first_line(error)}), as a finished model is; write its forward "
                "with tensor operations alone, with no branch on their values."
            ) from None
    shown = model.kind.lay(model.kind.show(expected))
    for name, one, other in (("encoder", got, z.numpy()), ("decoder", shown, wanted)):
        if not _is_near(one, other, 1.0 if name == "decoder" and model.kind.levels > 1 else 0.0):
            raise InputError(
                f"The {name} of {title} gives other numbers as an ONNX graph; write its forward with layers of torch."
            )


def _is_near(got: np.ndarray, wanted: np.ndarray, level: float) -> bool:
    """Say whether a graph's answer is torch's, but for rounding; level: of whole numbers, to the next one."""
    away = np.abs(got.astype(np.float64) - wanted).max()
    return bool(away <= level + CLOSE * np.abs(wanted).max())
