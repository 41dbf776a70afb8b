"""Networks that a file of a person's own builds: what it gives is looked at before anything is trained with it."""

import torch
from torch import Tensor, nn

from vae.errors import InputError
from vae.plans.images import ImageShape
from vae.python_files import address_of, function_at, title_of, told

ROWS = 3
"""Things in the batch that a network is tried on."""

CLOSE = 1e-3
"""How far an answer may be from that of the same thing alone: products of other sizes are summed in another order."""


def build_own(name: str, shape: ImageShape, codes: int, outputs: int, numbers: int) -> tuple[nn.Module, nn.Module]:
    """Build the encoder and decoder that the function of a file gives for this shape and these sizes.

    The function is called as build([C, H, W], codes, outputs). The encoder takes [n, C, H, W] to [n, outputs], the
    decoder [n, codes] to [n, numbers, H, W], float32: as many of a pixel as the likelihood takes, most take C. Each row
    stands alone in .eval(). First weights come from torch's global generator, and the trial draws none of it.
    `InputError` says what is otherwise.
    """
    assert address_of(name)
    title, build = title_of(name), function_at(name)
    try:
        pair = build(shape, codes, outputs)
    except Exception as error:  # whatever a person's own code raises
        raise InputError(f"{title}({list(shape)}, {codes}, {outputs}) fails: {told(error)}.") from None
    if not (isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(each, nn.Module) for each in pair)):
        raise InputError(f"{title} returns {_described(pair)}; return an encoder and a decoder, two torch modules.")
    encoder, decoder = pair
    generator = torch.Generator().manual_seed(0)
    _try(f"The encoder of {title}", encoder, torch.rand(ROWS, *shape, generator=generator), (outputs,))
    _try(f"The decoder of {title}", decoder, torch.randn(ROWS, codes, generator=generator), (numbers, *shape[1:]))
    return encoder.train(), decoder.train()


@torch.no_grad()
def _try(title: str, module: nn.Module, batch: Tensor, shape: tuple[int, ...]) -> None:
    """Raise `InputError` where a module does not take a batch to float32 of this shape, row by row."""
    with torch.random.fork_rng(devices=[]):
        try:
            answer = module.eval()(batch)
            alone = module(batch[:1])
        except Exception as error:  # whatever a person's own code raises
            raise InputError(f"{title} takes no batch of shape {list(batch.shape)}: {told(error)}.") from None
    wanted = f"give float32 {[len(batch), *shape]}"
    if not isinstance(answer, Tensor):
        raise InputError(f"{title} gives {_described(answer)} for a batch of shape {list(batch.shape)}; {wanted}.")
    if answer.shape != (len(batch), *shape) or answer.dtype != torch.float32:
        kind = str(answer.dtype).removeprefix("torch.")
        raise InputError(
            f"{title} gives {kind} {list(answer.shape)} for a batch of shape {list(batch.shape)}; {wanted}."
        )
    if not answer.isfinite().all():
        raise InputError(f"{title} gives numbers that are not finite; choose other first weights.")
    if (answer[:1] - alone).abs().max() > CLOSE * (1 + answer.abs().max()):
        raise InputError(
            f"{title} answers for a thing by the others of its batch; let each row stand alone in .eval()."
        )


def _described(answer: object) -> str:
    """Say of what class an answer is, and how many parts it has."""
    many = f" of {len(answer)}" if isinstance(answer, tuple | list | dict) else ""
    return f"a {type(answer).__name__}{many}"
