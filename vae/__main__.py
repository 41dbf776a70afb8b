"""The command line: python -m vae train | evaluate | map | encode | decode | draw | export | import, and others."""

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr
from functools import partial, wraps
from typing import Any, cast

import tyro

from vae import __version__
from vae.commands.add import add
from vae.commands.codes import decode, draw, encode, traverse
from vae.commands.data import datasets
from vae.commands.film import film
from vae.commands.library import compare, delete, list_library, rename
from vae.commands.map import make_map
from vae.commands.measure import evaluate, floor
from vae.commands.mistakes import PLAIN, PROGRAM, mistake
from vae.commands.runs.keep import keep
from vae.commands.runs.sweep import sweep
from vae.commands.runs.train import train
from vae.commands.share import export, take_in
from vae.errors import InputError

# Nothing above imports torch: `list` and `--help` answer at once, and only the commands that compute wait for it.

COMMANDS: dict[str, Callable[..., int]] = {
    "train": train,
    "sweep": sweep,
    "keep": keep,
    "evaluate": evaluate,
    "compare": compare,
    "floor": floor,
    "map": make_map,
    "encode": encode,
    "decode": decode,
    "draw": draw,
    "traverse": traverse,
    "list": list_library,
    "datasets": datasets,
    "add": add,
    "export": export,
    "import": take_in,
    "delete": delete,
    "rename": rename,
    "film": film,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a mistake of the caller's is one line and exit code 2."""
    typed = sys.argv[1:] if arguments is None else arguments
    try:
        if typed == ["--version"]:
            print(f"latent-explorer {__version__}")
            return 0
        return int(_parsed(typed)())
    except (InputError, OSError) as error:  # of the system's own, those that no check foresaw
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parsed(typed: list[str]) -> Callable[[], int]:
    """Return the command that was asked for with what it was given, to be run; `InputError` says what is wrong."""
    waiting = {name: _waiting(command) for name, command in COMMANDS.items()}
    cli = tyro.extras.subcommand_cli_from_dict
    try:
        with redirect_stderr(io.StringIO()):  # what it refuses is told in words of ours
            return cast(Callable[[], int], cli(waiting, args=typed, prog=PROGRAM, description=__doc__, registry=PLAIN))
    except SystemExit as end:
        if not end.code:
            raise
        raise mistake(COMMANDS, typed) from None


def _waiting(command: Callable[..., int]) -> Callable[..., Callable[[], int]]:
    """Return what tyro calls in place of a command: it keeps what was given until the parsing is over."""

    @wraps(command)
    def keep(*given: Any, **named: Any) -> Callable[[], int]:
        return partial(command, *given, **named)

    return keep


if __name__ == "__main__":
    sys.exit(main())
