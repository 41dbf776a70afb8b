"""Make a model of a run that was stopped, with the weights that it came to."""

import tyro

from vae.commands.flags import Json
from vae.commands.runs.progress import interrupts
from vae.commands.runs.train import train_in


def keep(run: tyro.conf.Positional[str], json: Json = False) -> int:
    """Make a model of a training run that was stopped, as it stands; one that trains ends now and becomes one.

    Args:
        run: Name of the run, as the Train page and its folder have it.
        json: Print the card, in place of words.
    """
    from vae.runs import launch
    from vae.runs.shelf import find_run
    from vae.runs.status import claim

    found = find_run(run)
    if found.model or found.status.live:
        launch.ask(run, "keep")  # refuses what is a model already, and what has no weights yet
        print(f"{run} ends and becomes a model.")
        return 0
    with interrupts() as interrupted, claim(found.folder):
        launch.keep_next(found)
        return train_in(found.folder, None, interrupted, heed=True, json=json)
