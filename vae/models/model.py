"""What every family of models is to those who train, measure and export it."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

from vae.kinds.images import IMAGES
from vae.kinds.kind import Kind
from vae.likelihoods import likelihood as known_likelihood
from vae.models.distributions import Belief
from vae.models.head import Head
from vae.models.likelihoods import MIN_LOG_SCALE, Completed, Likelihood
from vae.networks.build import build_network
from vae.options import Options
from vae.plans.images import ImageShape
from vae.plans.networks import network as known

# Grey levels in [0, 1] spread by about a quarter around their mean. Adam moves a number by the learning rate a step at
# the most: from 1 it takes thousands of steps to get there, in which the KL outweighs the images and codes collapse.
FIRST_SCALE = 0.25


class Model(nn.Module):
    """An encoder, a decoder and a likelihood; a family says what its encoder's numbers mean.

    kind: of the things that it learns. x: [n, C, H, W], as their kind feeds them; z: codes [n, d]; given: [n, told],
    what encoder and decoder are told beside them, one-hot, or [n, part, H, W], the part of a thing that is given, or
    None where that is nothing. part: how many of the first channels of things are given and not modelled. noise: the
    shape of the standard normal numbers that a draw takes for each thing. heads: numbers that the encoder gives for
    each coordinate of a code; 0: it has none, and that half of the network gives one number, a critic's. penalties: the
    names of what is added to the loss beside reconstruction and KL. groups: a heading for each coordinate of a code, or
    none. grid: rows and columns that the choices of a code lie in, in raster order, or None. codes: of a book that all
    choices share, 0 where they share none; with one a code is sure. together: whether several processes train it, each
    with rows of its own. progress: the share of its training that is done, in [0, 1], for what changes on the way.
    scaffold: the names of parts that only training needs, which are not kept with the finished model. head: what tells
    an attribute by the middle of a code, where one is asked for.
    """

    kind: Kind = IMAGES
    heads = 2
    penalties: tuple[str, ...] = ()
    groups: Sequence[str] = ()
    grid: tuple[int, int] | None = None
    codes: int = 0
    together = False
    scaffold: tuple[str, ...] = ()
    progress: float | Tensor = 1.0

    def __init__(
        self,
        image_shape: ImageShape,
        latent_dims: int,
        network: str = "dense",
        width: int | None = None,
        depth: int | None = None,
        likelihood: str = "bernoulli",
        told: int = 0,
        likely: Options | None = None,
        part: int = 0,
    ) -> None:
        """likely: the likelihood's own settings, at their defaults where they are left out."""
        super().__init__()
        self.network, self.says = network, known_likelihood(likelihood)
        self.likely_options = self.says.settled(likely or {})
        self.image_shape, self.latent_dims, self.likelihood, self.told = image_shape, latent_dims, likelihood, told
        self.part = part
        self.encoder: nn.Module
        self.decoder: nn.Module
        self.encoder, self.decoder = build_network(
            network,
            image_shape,
            latent_dims + told,
            self.heads * latent_dims or 1,
            width,
            depth,
            self.says.numbers(image_shape[0] - part, self.likely_options),
        )
        module, name = self.says.module.split(":")
        self._likelihood: type[Any] = getattr(import_module(module), name)
        self.head: Head | None = None
        if self.says.scale:
            self.log_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))

    @property
    def encodes(self) -> bool:
        """Say whether it has an encoder, so that things have a place, a reconstruction and a cost."""
        return self.heads > 0

    @property
    def planned(self) -> bool:
        """Say whether encoder and decoder are the layers of a plan, and not modules from a file."""
        return known(self.network).lay_out is not None

    @property
    def kept(self) -> dict[str, Tensor]:
        """Return the weights that are kept with the finished model, by name."""
        return {name: value for name, value in self.state_dict().items() if name.split(".")[0] not in self.scaffold}

    @property
    def noise(self) -> tuple[int, ...]:
        return (self.latent_dims,)

    @property
    def dice(self) -> int:
        """Return how many standard normal numbers a draw from the prior takes."""
        return self.latent_dims

    def draw(self, noise: Tensor) -> Tensor:
        """Return the codes [n, d] that the prior makes of standard normal noise [n, dice]: of N(0, I), that itself."""
        return noise

    @property
    def learnt(self) -> Tensor | None:
        """Return the things [n, C, H, W] that it learns along with its weights; None where there are none."""
        return None

    @contextmanager
    def still(self) -> Iterator[None]:
        """Promise that no weight changes meanwhile, so that what depends on weights alone is computed once."""
        yield

    @property
    def costs(self) -> int:
        """Return how many parts the KL has: one a coordinate, or none where there is no prior."""
        return self.latent_dims

    def encode(self, x: Tensor, given: Tensor | None = None) -> Belief:
        """Return what the encoder makes of things."""
        raise NotImplementedError

    def decode(self, z: Tensor, given: Tensor | None = None) -> Likelihood:
        """Return the likelihood p(x|z) of codes [n, d]."""
        return self.likely(self.decoder(z).to(z.dtype))

    def placed(self, belief: Belief) -> Tensor:
        """Return the middle of a code as a head learns to read it, [n, d], with a gradient to the encoder."""
        return belief.centre

    def told_by(self, x: Tensor, given: Tensor | None = None) -> Tensor | None:
        """Return what the networks are told of things [n, C, H, W]: the classes that are given, or a part of these."""
        return given

    def likely(self, out: Tensor, part: Tensor | None = None) -> Likelihood:
        """Return the likelihood that the decoder's numbers, [n, numbers, H, W], are the parameters of.

        part: [n, part, H, W], what is given of the things; left out where a model is not told it.
        """
        learnt = {"log_scale": self.log_scale.clamp_min(MIN_LOG_SCALE)} if self.says.scale else {}
        channels = self.image_shape[0] - self.part
        made: Likelihood = self._likelihood.of(out, channels, **learnt, **self.likely_options)
        return Completed(made, self.part, part) if self.part else made

    @property
    def scale(self) -> float | None:
        """Return the standard deviation that the likelihood has learnt; None where it has none."""
        if not self.says.scale:
            return None
        return float(self.log_scale.detach().clamp_min(MIN_LOG_SCALE).exp())

    def penalise(self, belief: Belief) -> dict[str, Tensor]:
        """Return what is added to the loss of each thing, weighed, by the names in `penalties`; each [n] nats."""
        return {}
