"""Write a run's time machine as a film."""

from pathlib import Path

import tyro

from vae.commands.flags import Switch


def film(
    run: tyro.conf.Positional[str],
    out: Path,
    dark: Switch = False,
    seconds: float = 8.0,
) -> int:
    """Write a training run's time machine as a film: its map, pictures and curve, from the first step to the last.

    Args:
        run: Name in your library, or a folder given as ./FOLDER.
        out: The file to write; it ends in .gif or .mp4.
        dark: Light on dark.
        seconds: Length of the film, 1 to 60.
    """
    from vae.films import film as films

    folder = films.folder_of(run)
    print(films.write(folder, out, out.suffix.lower().lstrip("."), "dark" if dark else "light", seconds))
    return 0
