"""Pictures as an MP4 file that every browser plays."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

from PIL import Image


def write_mp4(path: Path, pictures: Iterable[Image.Image], rate: Fraction) -> None:
    """Write RGB pictures of one size with even sides to `path`, `rate` of them a second, in H.264.

    The first picture is asked for before the file is begun. Takes one thread.
    """
    import av  # only here: it brings all of FFmpeg with it

    pictures = iter(pictures)
    first = next(pictures)
    # Metadata first, so that a browser plays it before it has all of it.
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream: Any = container.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "fast"})
        stream.width, stream.height = first.size
        stream.pix_fmt = "yuv420p"  # the only one that every player takes; it wants even sides
        stream.codec_context.thread_count = 1  # the other cores are the app's
        for i, picture in enumerate(chain([first], pictures)):
            frame = av.VideoFrame.from_image(picture)
            frame.pts, frame.time_base = i, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
