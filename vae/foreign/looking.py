"""What two graphs take and give, settled in this order: by what is said, by shapes, by operators, by running them."""

from functools import partial

import numpy as np

from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.foreign.findings import Decoding, Encoding, Findings, Said
from vae.foreign.graphs.reading import Raw, Source, read
from vae.foreign.guesses.opening import SHOWN, Opened, opened
from vae.foreign.guesses.spreads import Settled, settle_spread
from vae.foreign.guesses.telling import tell, warn
from vae.foreign.guesses.ways import Way, ways
from vae.foreign.ports import picked
from vae.library.origin import SourceGraph


def look(encoder: Source | None, decoder: Source, data: Dataset | None = None, said: Said | None = None) -> Findings:
    """Find out what two graphs take and give: by what is said, by their shapes, and by running them on test things.

    encoder: None for a decoder alone; data: what the model was trained on, None where it is not at hand. Raises
    `InputError` where they are no graphs, do not fit each other or the data, or are not safe to run.
    """
    raws = (None if encoder is None else read(encoder, "encoder"), read(decoder, "decoder"))
    if raws[0] is not None and raws[0].sha256 == raws[1].sha256:
        raise InputError(
            f"{raws[0].name} and {raws[1].name} are the same graph; give the encoder's and the decoder's, or a decoder "
            "alone."
        )
    of = opened(raws, data, said or Said())
    every = ways(of)
    best = every[0]
    settled = _settled(of, best)
    originals, pictures = _pictures(of, best)
    return Findings(
        of.item,
        of.dims,
        _encoding(best, settled),
        Decoding(of.decoder.row, best.out, best.out_layout, best.out_scale),
        (*tell(of, every), *([] if settled is None or settled.finding is None else [settled.finding])),
        of.said,
        originals,
        pictures,
        best.error,
        (*warn(of, best), *(() if settled is None else settled.notes)),
        {raw.does: _origin(raw) for raw in raws if raw is not None},
        (None if best.layout is None else of.trial(best.layout).proto, of.decoder.proto),
    )


def _settled(of: Opened, best: Way) -> Settled | None:
    """Settle what the encoder says beside the mean; None where there is no encoder."""
    if best.layout is None or best.mean is None:
        return None
    trial = of.trial(best.layout)
    rows = trial.example(64) if of.x is None else best.fed(of.x)
    return settle_spread(trial, rows, best.mean, of.dims, partial(best.expect, of), of.said, of.x is None)


def _encoding(best: Way, settled: Settled | None) -> Encoding | None:
    if settled is None or best.layout is None or best.scale is None:
        return None
    return Encoding(best.layout, best.scale, settled.mean, settled.spread, settled.form)


def _pictures(of: Opened, best: Way) -> tuple[np.ndarray, np.ndarray]:
    """Return a few things of the data, and what the model makes of them; without either, what it draws."""
    if best.layout is None or best.mean is None or of.x is None:
        z = np.random.default_rng(0).standard_normal((SHOWN, of.dims)).astype(np.float32)
        return np.empty((0, *of.item.shape), of.kind.kept), of.kind.show(best.expect(of, z))
    some = of.x[:SHOWN]
    codes = picked(best.mean, of.trial(best.layout).run(best.fed(some)))
    return of.kind.show(some), of.kind.show(best.expect(of, codes))


def _origin(raw: Raw) -> SourceGraph:
    """Say where a graph comes from, as a card has it."""
    ports = [[value.name[:80] for value in values][:16] for values in (raw.proto.graph.input, raw.proto.graph.output)]
    return SourceGraph(raw.name[:120], raw.producer, raw.opset, raw.sha256, raw.beside, *ports)
