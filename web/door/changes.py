"""The log of what visitors change: one line for each, what and from where, and nothing of the content."""

import logging
import sys

LONGEST = 80

logger = logging.getLogger("latent.changes")


def note(address: str | None, what: str, name: str) -> None:
    """Write that whoever asks from `address` did `what` with the run, model or data set of this name."""
    logger.info("%s %s by %s", what, ascii(name[:LONGEST]), address or "somebody")


def to_the_log() -> None:
    """Show the lines on the server's console, whatever else is logged there."""
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
