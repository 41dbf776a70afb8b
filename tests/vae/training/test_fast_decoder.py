import numpy as np
import pytest
import torch

from tests.models import room
from vae.config import TrainConfig
from vae.kinds.images import IMAGES
from vae.kinds.kinds import image
from vae.models.families.gaussian import GaussianVAE
from vae.plans.networks import NETWORKS
from vae.training.fast_decoder import Served
from vae.training.loop import begin, train
from vae.training.metrics import log_likelihood


def made_images(n: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n, 12, 10, 1), dtype=np.uint8)


@pytest.mark.parametrize("likelihood", IMAGES.likelihoods)
@pytest.mark.parametrize("network", NETWORKS)
def test_a_served_model_gives_the_log_likelihood_of_the_model(network: str, likelihood: str) -> None:
    torch.manual_seed(0)
    dims, images = room(network, 3, (1, 12, 10)), made_images(5)
    model = GaussianVAE((1, 12, 10), dims, network, width=8, likelihood=likelihood)
    expected = log_likelihood(model, images, samples=300, seed=1)
    served = log_likelihood(model, images, samples=300, seed=1, decoder=Served(model))
    np.testing.assert_allclose(served, expected, atol=1e-3)


def test_training_leaves_the_precision_of_the_process_alone() -> None:
    before = torch.get_float32_matmul_precision()
    state = begin(TrainConfig(latent_dims=2, width=8, epochs=2, batch_size=4), image((1, 12, 10)))
    for _ in train(state, made_images(8), every=1):
        assert torch.get_float32_matmul_precision() == before
    assert torch.get_float32_matmul_precision() == before
