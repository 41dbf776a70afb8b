"""Make a model of a run that was stopped, with the weights that it came to."""

import tyro

from vae.commands.flags import Json
from vae.commands.runs.progress import interrupts
from vae.commands.runs.train import train_in
from vae.errors import InputError


def keep(run: tyro.conf.Positional[str], json: Json = False) -> int:
    """Make a model of a training run that was stopped, as it stands; one that trains ends now and becomes one.

    Args:
        run: Name of the run, as the Train page and its folder have it.
        json: Print the card, in place of words.
    """
    from vae.runs import launch
    from vae.runs.shelf import find_run
    from vae.runs.status import checkpoint_step, claim, write_control

    found = find_run(run)
    if found.model or found.status.live:
        launch.ask(run, "keep")  # refuses what is a model already, and what has no weights yet
        print(f"{run} ends and becomes a model.")
        return 0
    if not checkpoint_step(found.folder):
        raise InputError(
            f"The run {run!r} has no weights kept yet; go on with `python -m vae train --resume {found.folder}`."
        )
    with interrupts() as interrupted, claim(found.folder):
        write_control(found.folder, wish="keep")
        return train_in(found.folder, None, interrupted, heed=True, json=json)
