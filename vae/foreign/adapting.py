"""Two graphs with our ports, made of a stranger's by operators before and behind them."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from vae.foreign.findings import DIFFERENCE, Encoding, Findings, Port, Scale
from vae.foreign.graphs.preparing import MOVED, doubled, pruned, still
from vae.foreign.graphs.wrapping import Chain, inside, wrapped
from vae.kinds.kinds import kind_of


class Pair(NamedTuple):
    """Two graphs with our ports, as `onnx.ModelProto`: `x` -> mean[, spread, nats], and `z` -> expected."""

    encoder: Any | None
    decoder: Any


def adapt(findings: Findings) -> Pair:
    """Return the two graphs with our ports, any number of rows of float32.

    The encoder takes `x`, [n, C, H, W] as our networks do, and gives the mean, [n, d], and where it says a spread that,
    in standard deviations, and the KL of each coordinate to N(0, 1), in nats. The decoder takes `z`, [n, d], and gives
    the expected things, within the bounds of their kind.
    """
    encoder, decoder = findings.graphs
    shape = kind_of(findings.item).input(findings.item.shape)
    if findings.encoding is None:
        return Pair(None, _decoder(decoder, findings, shape))
    return Pair(_encoder(encoder, findings.encoding, findings.dims, shape), _decoder(decoder, findings, shape))


def _encoder(body: Any, encoding: Encoding, dims: int, shape: tuple[int, int, int]) -> Any:
    ports = [port for port in (encoding.mean, encoding.spread) if port is not None]
    if encoding.form == DIFFERENCE:
        body, ports[1] = doubled(body), replace(ports[1], name=MOVED + ports[1].name)
    body = pruned(still(body, 0.0), dict.fromkeys(port.name for port in ports))
    types = _types(body)
    layout = encoding.layout
    before = Chain("x", "before").scaled(encoding.scale.times, encoding.scale.plus).turned(layout.axes)
    before.shaped(layout.row).cast(1, body.graph.input[0].type.tensor_type.elem_type or 1)
    mean = _port(encoding.mean, "mean", types, dims).called("mean")
    if len(ports) == 1:
        return wrapped(body, before, [mean], ("x", shape), {"mean": (dims,)})
    said = _port(ports[1], "said", types, dims)
    if encoding.form == DIFFERENCE:
        said.beside("Sub", "mean").then("Abs")
    chains = [mean, said, *_spread(said.end, encoding.form)]
    return wrapped(body, before, chains, ("x", shape), dict.fromkeys(("mean", "spread", "nats"), (dims,)))


def _types(body: Any) -> dict[str, int]:
    return {value.name: value.type.tensor_type.elem_type or 1 for value in body.graph.output}


def _port(port: Port, name: str, types: dict[str, int], dims: int) -> Chain:
    """Return an output's numbers as float32 [n, d]."""
    chain = Chain(inside(port.name), f"{name}/").cast(types[port.name], 1)
    if port.numbers is None:
        return chain.shaped((dims,))
    return chain.shaped((2 * dims,)).then("Gather", port.numbers.astype(np.int64), axis=1)


def _spread(said: str, form: str) -> list[Chain]:
    """Return the standard deviation, and what each coordinate costs, of what an encoder says."""
    half, two, one = np.float32(0.5), np.float32(2), np.float32(1)
    log = Chain(said, "log_variance/")
    spread = Chain(said, "spread/")
    if form in ("log-variance", "log-sigma"):
        if form == "log-sigma":
            log.then("Mul", two)
        else:
            spread.then("Mul", half)
        spread.then("Exp")
    else:
        if form == "variance":
            spread.then("Sqrt")
        log.then("Log")
        if form != "variance":
            log.then("Mul", two)
    log.called("log_variance")
    spread.called("spread")
    # 0.5 (mean² + σ² - log σ² - 1), Kingma & Welling 2013, appendix B.
    squared = Chain("spread", "squared/").beside("Mul", "spread")
    nats = Chain("mean", "nats/").beside("Mul", "mean").beside("Add", squared.end)
    nats.beside("Sub", "log_variance").then("Sub", one).then("Mul", half).called("nats")
    return [log, spread, squared, nats]


def _decoder(body: Any, findings: Findings, shape: tuple[int, int, int]) -> Any:
    decoding = findings.decoding
    body = pruned(still(body, 0.0), [decoding.port.name])
    before = Chain("z", "before").shaped(decoding.row).cast(1, body.graph.input[0].type.tensor_type.elem_type or 1)
    layout = decoding.layout
    behind = Chain(inside(decoding.port.name), "behind/").cast(_types(body)[decoding.port.name], 1)
    behind.shaped(tuple(shape[axis] for axis in layout.axes))
    behind.turned(tuple(layout.axes.index(axis) for axis in range(3)))
    _ours(behind, decoding.scale)
    bounds = kind_of(findings.item).bounds
    if bounds is not None and not decoding.scale.logits:
        behind.then("Max", np.float32(bounds[0])).then("Min", np.float32(bounds[1]))
    return wrapped(body, before, [behind.called("expected")], ("z", (findings.dims,)), {"expected": shape})


def _ours(chain: Chain, scale: Scale) -> None:
    """Turn a graph's numbers, [n, C, H, W], into ours."""
    if scale.logits:
        chain.then("Sigmoid") if scale.shares is None else chain.then("Softmax", axis=scale.shares + 1)
        return
    chain.scaled(np.ones_like(scale.plus), -scale.plus)
    chain.scaled((1 / scale.times.astype(np.float64)).astype(np.float32), np.zeros_like(scale.plus))
