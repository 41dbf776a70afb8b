"""What the server takes and whom it lets in: settings of its own, from the environment, in one table.

LATENT_UPLOAD_MB        the largest file of one's own that a page may send, in MB; 512 where nothing is said
LATENT_FRAME_ANCESTORS  sites that may show the app in a frame of theirs, such as a school's own: origins with spaces
                        between them; none where nothing is said, but the app's own

Streamlit's `server.maxUploadSize` and `server.maxMessageSize` hold for Streamlit's own routes alone: what comes in
there lies in the server's memory, so they are small.
"""

import os
import re

UPLOAD_MB = 512
"""100,000 small pictures, or some thousand photos; what is larger is added on the command line."""
LARGEST_MB = 2**20

ORIGIN = re.compile(r"(https?://)?(\*\.)?[\w.\-]+(:\d+|:\*)?|https?:")


def upload_mb() -> int:
    """Return the largest upload in MB; `ValueError` where the setting is no whole number from 1 to a million."""
    said = os.environ.get("LATENT_UPLOAD_MB", "").strip() or str(UPLOAD_MB)
    if not said.isdecimal() or not 1 <= int(said) <= LARGEST_MB:
        raise ValueError(f"LATENT_UPLOAD_MB is a whole number of MB from 1 to {LARGEST_MB:,}; got {said[:40]!r}.")
    return int(said)


def frame_ancestors() -> list[str]:
    """Return the sites that may frame the app; `ValueError` where one of them is no origin."""
    sites = os.environ.get("LATENT_FRAME_ANCESTORS", "").split()
    for site in sites:
        if not ORIGIN.fullmatch(site):
            raise ValueError(
                "LATENT_FRAME_ANCESTORS lists origins such as https://school.example, with spaces between them; "
                f"got {site[:80]!r}."
            )
    return sites
