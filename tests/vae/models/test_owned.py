"""A person's own modules: which tensors they answer with, how they take things, and that they stay as they are."""

from collections import OrderedDict, namedtuple
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from vae.errors import InputError
from vae.models.owned import LAYOUTS, Wrapped, code_of, code_shapes, export_pair, named_tensors, taken

MEAN, SPREAD = torch.zeros(2, 3), torch.ones(2, 3)
Answer = namedtuple("Answer", "mu log_var")


class _Output(OrderedDict):
    """What diffusers answers with: a mapping whose values are attributes too."""

    __getattr__ = OrderedDict.__getitem__


ANSWERS = {
    "a tensor": (MEAN, {"output"}),
    "a tuple": ((MEAN, SPREAD), {"output_0", "output_1"}),
    "a named tuple": (Answer(MEAN, SPREAD), {"mu", "log_var"}),
    "a mapping, as pythae's": (
        OrderedDict(embedding=MEAN, log_covariance=SPREAD, note="x"),
        {"embedding", "log_covariance"},
    ),
    "a distribution of torch": (torch.distributions.Normal(MEAN, SPREAD), {"mean", "sigma"}),
    "one of diffusers, which is a mapping too": (
        _Output(latent_dist=SimpleNamespace(mean=MEAN, std=SPREAD)),
        {"mean", "sigma"},
    ),
    "one of diffusers": (SimpleNamespace(latent_dist=SimpleNamespace(mean=MEAN, std=SPREAD)), {"mean", "sigma"}),
    "an output of diffusers": (SimpleNamespace(sample=MEAN), {"output"}),
    "a tuple with a distribution": (
        (MEAN, torch.distributions.Normal(MEAN, SPREAD)),
        {"output_0", "output_1_mean", "output_1_sigma"},
    ),
    "nothing": ("words", set()),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_tensors_are_found_in_whatever_holds_them(case: str) -> None:
    answer, names = ANSWERS[case]
    assert set(named_tensors(answer)) == names


class Rows(nn.Module):
    """An encoder that takes its things in one layout alone."""

    def __init__(self, layout: str) -> None:
        super().__init__()
        self.shape = tuple(LAYOUTS[layout](torch.zeros(2, 3, 6, 5)).shape[1:])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert tuple(x.shape[1:]) == self.shape, "another layout"
        return x.flatten(1)[:, :4]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_things_are_laid_out_as_the_encoder_takes_them(layout: str) -> None:
    x = torch.rand(2, 3, 6, 5)
    assert torch.equal(taken(Wrapped(Rows(layout)), x, None), LAYOUTS[layout](x))


def test_an_encoder_that_takes_nothing_of_the_kind_is_told_in_its_own_words() -> None:
    with pytest.raises(InputError, match=r"takes no things of shape \[1, 4, 4\].*mat1 and mat2"):
        taken(Wrapped(nn.Linear(7, 2)), torch.zeros(2, 1, 4, 4), None)
    with pytest.raises(InputError, match="no tensor that has a row for each thing"):
        taken(Wrapped(lambda x: x.sum()), torch.zeros(2, 1, 4, 4), None)


def test_a_code_is_as_large_as_the_decoder_takes() -> None:
    shapes = code_shapes({"moments": torch.zeros(2, 8, 3, 3), "features": torch.zeros(2, 10)})
    assert code_of(Wrapped(nn.Conv2d(4, 1, 1)), shapes).shape == (2, 4, 3, 3)
    assert code_of(Wrapped(nn.Linear(36, 1)), shapes).shape == (2, 36)
    with pytest.raises(InputError, match="takes no codes of shape"):
        code_of(Wrapped(nn.Linear(7, 1)), shapes)


def test_the_persons_own_modules_stay_as_they_are() -> None:
    module = nn.Sequential(nn.Linear(16, 4), nn.BatchNorm1d(4)).double()
    wrapped = Wrapped(module)
    wrapped(torch.rand(2, 16))
    assert module.training and module[0].weight.dtype == torch.float64
    assert not any(each.training for each in wrapped.owner.modules())
    assert not module[1].running_mean.any()  # a batch that it had seen would have moved it


def test_what_is_missing_is_asked_for() -> None:
    with pytest.raises(InputError, match="give latent=N"):
        export_pair(None, nn.Linear(2, 4), None)
    with pytest.raises(InputError, match="name the dataset"):
        export_pair(nn.Linear(4, 2), nn.Linear(2, 4), None)


def test_a_method_that_a_decorator_has_renamed_is_that_of_the_copy() -> None:
    def counted(method: Any) -> Any:
        def wrapper(self: Any, x: torch.Tensor) -> Any:
            return method(self, x)

        return wrapper

    class Theirs(nn.Linear):
        @counted
        def encode(self, x: torch.Tensor) -> torch.Tensor:
            return self(x)

    theirs = Theirs(3, 2)
    wrapped = Wrapped(theirs.encode)
    assert torch.equal(wrapped(torch.ones(1, 3))[0], theirs(torch.ones(1, 3)))
    assert wrapped.owner is not theirs
