"""What a visitor is told names folders as the explorer does, never where they lie on the server's disk."""

from pathlib import Path

from vae.home import PROJECT, home


def hidden(text: str) -> str:
    """Return a sentence without the absolute part of any path in it: "models/mine/card.json is damaged"."""
    for root in sorted({*_ways(home()), *_ways(PROJECT), str(Path.home())}, key=len, reverse=True):
        if len(root) > 1:
            text = text.replace(f"{root}/", "").replace(f"{root}\\", "").replace(root, Path(root).name)
    return text


def _ways(folder: Path) -> set[str]:
    return {str(folder), str(folder.absolute()), str(folder.resolve())}
