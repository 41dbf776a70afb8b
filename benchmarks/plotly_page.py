"""The peer of the map: the same points in plotly's WebGL scatter plot, one trace a class, as its manual has it.

`POINTS` names a codes.npz whose means have two coordinates; `/?n=` draws the first so many. plotly.min.js is the one of
the installed Python package. Nothing is decoded and nothing hovers here: the peer only has to draw and to pan.
"""

import importlib.util
import os
from pathlib import Path

import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

PAGE = """<!doctype html><meta charset="utf-8"><title>plotly</title>
<body style="margin: 0"><div id="plot" style="width: 838px; height: 538px"></div>
<script src="plotly.min.js"></script>
<script>
(async () => {
  const answer = await (await fetch("points" + location.search)).arrayBuffer();
  const n = answer.byteLength / 12;
  const xy = new Float32Array(answer, 0, 2 * n), labels = new Int32Array(answer, 8 * n);
  const traces = [];
  for (const label of [...new Set(labels)].sort((a, b) => a - b)) {
    const points = [...labels.keys()].filter((i) => labels[i] === label);
    traces.push({
      type: "scattergl", mode: "markers", name: String(label), hoverinfo: "skip", marker: { size: 5, opacity: 0.75 },
      x: Float32Array.from(points, (i) => xy[2 * i]), y: Float32Array.from(points, (i) => xy[2 * i + 1]),
    });
  }
  const layout = { dragmode: "pan", hovermode: false, showlegend: false, margin: { l: 40, r: 10, t: 10, b: 40 } };
  await Plotly.newPlot("plot", traces, layout, { scrollZoom: true, displayModeBar: false });
  document.body.dataset.plotted = "true";
})();
</script>"""


def page(request: Request) -> Response:
    """Answer with the page."""
    return HTMLResponse(PAGE)


def library(request: Request) -> Response:
    """Answer with plotly.js, which the browser may keep."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise RuntimeError("The peer needs plotly: pip install --no-deps -r benchmarks/requirements.txt")
    return FileResponse(
        Path(spec.origin).parent / "package_data" / "plotly.min.js", headers={"Cache-Control": "max-age=3600"}
    )


def points(request: Request) -> Response:
    """Answer with places, float32 [n, 2], and classes, int32 [n], one after the other."""
    n = int(request.query_params["n"])
    with np.load(os.environ["POINTS"], allow_pickle=False) as kept:
        xy, labels = kept["mean"][:n].astype(np.float32), kept["labels"][:n].astype(np.int32)
    return Response(xy.tobytes() + labels.tobytes(), media_type="application/octet-stream")


app = Starlette(routes=[Route("/", page), Route("/plotly.min.js", library), Route("/points", points)])
