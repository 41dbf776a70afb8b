"""What a visitor is told names folders as the explorer does, never where they lie on the server's disk."""

import re
import tempfile
from pathlib import Path

from vae.home import PACKAGES, PROJECT, data_brought_along, home


def hidden(text: str) -> str:
    """Return a sentence without the absolute part of any path in it: "models/mine/card.json is damaged"."""
    folders = [home(), PROJECT, PACKAGES, data_brought_along(), Path(tempfile.gettempdir()), Path.home()]
    for root in sorted({way for folder in folders if folder for way in _ways(folder)}, key=len, reverse=True):
        if len(root) > 1:
            whole = rf"(?<![\w.-]){re.escape(root)}"
            text = re.sub(rf"{whole}[/\\]", "", text)
            text = re.sub(rf"{whole}(?![\w-])", Path(root).name.replace("\\", r"\\"), text)
    return text


def _ways(folder: Path) -> set[str]:
    return {str(folder), str(folder.absolute()), str(folder.resolve())}
