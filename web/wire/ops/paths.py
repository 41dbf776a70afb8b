"""Paths through latent space."""

from vae.errors import unknown
from vae.explore.explorer import Explorer
from vae.explore.ways import PATHS, walk
from web.opened.graphs import opened_graph
from web.wire.frames import FrameError, Request
from web.wire.ops.checks import Answer, check_shape, finite

MAX_ANCHORS = 6


def path(model: Explorer, request: Request, payload: memoryview) -> Answer:
    """Walk a path through two to six anchors, float32 [k, d]: `path` {kind, n} in, codes float32 [n, d] out.

    The header gets `length` in latent space; `knots` [k] in [0, 1], where among the codes the anchors lie; `density`
    [n], the log density of the test codes there in nats, null where there are none; `nodes`, the numbers of the test
    codes that the path passes; and `note`, sentences for where it is not what was asked for, or empty.
    """
    if request.path is None:
        raise FrameError("bad-header", "path takes the kind of a path; send the request with `path` {kind, n}.")
    if request.path.kind not in PATHS:
        raise FrameError("unknown-path", str(unknown("path", request.path.kind[:80], PATHS)))
    check_shape(request, (model.card.latent.dims,))
    if not 2 <= request.shape[0] <= MAX_ANCHORS:
        raise FrameError("bad-shape", f"A path has 2 to {MAX_ANCHORS} anchors; got {request.shape[0]}.")
    anchors = finite(request, payload, "Anchors")
    graph, missing = opened_graph(request.model)
    walked = walk(request.path.kind, anchors, request.path.n, graph)
    header = {
        "length": walked.length,
        "knots": walked.knots,
        "density": None if graph is None else [round(float(nats), 3) for nats in graph.log_density(walked.codes)],
        "nodes": walked.nodes,
        "note": f"{missing} {walked.note}".strip(),
    }
    return Answer(walked.codes, header)
