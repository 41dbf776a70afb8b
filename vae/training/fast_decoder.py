"""A model for measuring: its decoder runs in ONNX Runtime, two to three times as fast as torch on a CPU."""

import onnxruntime as ort
import torch
from torch import Tensor

from vae.models.distributions import Belief
from vae.models.likelihoods import Likelihood
from vae.models.model import Model
from vae.networks.exporter import export


class Served:
    """Encode and decode as `model` does now, within rounding and without gradients.

    Later changes of the model's weights do not reach it.
    """

    def __init__(self, model: Model) -> None:
        self._model, self.noise = model.eval(), model.noise
        z = torch.zeros(2, model.latent_dims + model.told)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1  # whoever measures has a thread for each core already
        graph = export(model.decoder, {"z": z}, ["out"]).SerializeToString()
        self._decoder = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def eval(self) -> "Served":
        return self

    def encode(self, x: Tensor, given: Tensor | None = None) -> Belief:
        """Return what the encoder makes of things [n, C, H, W]."""
        return self._model.encode(x, given)

    @torch.no_grad()
    def decode(self, z: Tensor, given: Tensor | None = None) -> Likelihood:
        """Return the likelihood p(x|z) of codes [n, d]."""
        z = z if given is None else torch.cat([z, given], dim=1)
        return self._model.likely(torch.from_numpy(self._decoder.run(None, {"z": z.contiguous().numpy()})[0]))
