"""A small decoder for the browser, which then decodes by itself while a hand moves.

    GET /api/decoder?model=M

Answers a frame (web/wire/frames.py): header model, layers (vae/explore/plain.py), output ("sigmoid" or "identity"),
shape [C, H, W], dtype, levels and bounds of the things as they are kept, told (classes that are told beside the code);
arrays float32 in the layers' order, "0", "1" and so on. Or refuses: 404 unknown-model, 409 not-plain, where the decoder
is no plain one or too large; the socket decodes it all the same.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.explore.plain import plain_decoder
from vae.library.shelf import Model
from web.door.answers import answered, kept_by_browser, known_model, refusing
from web.opened.explorers import explorer
from web.wire import frames


def decoder(request: Request) -> Response:
    """Answer with a model's decoder."""
    return kept_by_browser(request, _frame(known_model(request)))


def _frame(model: Model) -> bytes:
    with refusing(409, "not-plain"):
        explorer(model.name)  # whose files are as the card says, and whose graphs run
        plain = plain_decoder(model)
    card, kind = model.card, model.card.kind
    header = {
        "model": model.name,
        "layers": plain.layers,
        "output": plain.output,
        "shape": card.image_shape,
        "dtype": kind.kept.name,
        "levels": kind.levels,
        "bounds": kind.bounds,
        "told": card.told,
    }
    return frames.join_arrays(header, {str(number): tensor for number, tensor in enumerate(plain.tensors)})


def decoder_route(base: str) -> Route:
    """Return the route below a base path."""
    return Route(f"{base}/api/decoder", answered(decoder))
