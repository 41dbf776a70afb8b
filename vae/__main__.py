"""The command line: python -m vae train | evaluate | map | encode | decode | draw | export | import, and others."""

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr
from functools import partial, wraps
from importlib import import_module
from typing import Any, cast

import tyro

from vae import __version__
from vae.commands.mistakes import PLAIN, PROGRAM, mistake
from vae.errors import InputError

COMMANDS = {
    "train": "vae.commands.runs.train:train",
    "sweep": "vae.commands.runs.sweep:sweep",
    "keep": "vae.commands.runs.keep:keep",
    "evaluate": "vae.commands.measure:evaluate",
    "compare": "vae.commands.library:compare",
    "floor": "vae.commands.measure:floor",
    "map": "vae.commands.map:make_map",
    "encode": "vae.commands.codes:encode",
    "decode": "vae.commands.codes:decode",
    "draw": "vae.commands.codes:draw",
    "traverse": "vae.commands.codes:traverse",
    "list": "vae.commands.library:list_library",
    "datasets": "vae.commands.data:datasets",
    "add": "vae.commands.add:add",
    "export": "vae.commands.share:export",
    "import": "vae.commands.share:take_in",
    "delete": "vae.commands.library:delete",
    "rename": "vae.commands.library:rename",
    "film": "vae.commands.film:film",
}
"""Name -> where its function is. One that is asked for does not wait for what the others import: half of its time."""


def command(name: str) -> Callable[..., int]:
    """Return the function of a command. None imports torch before it computes: `list` and `--help` answer at once."""
    module, _, function = COMMANDS[name].partition(":")
    return cast(Callable[..., int], getattr(import_module(module), function))


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
    asked = typed[:1] if typed and typed[0] in COMMANDS else list(COMMANDS)
    commands = {name: command(name) for name in asked}
    waiting = {name: _waiting(each) for name, each in commands.items()}
    cli = tyro.extras.subcommand_cli_from_dict
    try:
        with redirect_stderr(io.StringIO()):  # what it refuses is told in words of ours
            return cast(Callable[[], int], cli(waiting, args=typed, prog=PROGRAM, description=__doc__, registry=PLAIN))
    except SystemExit as end:
        if not end.code:
            raise
        raise mistake(commands, typed) from None


def _waiting(function: Callable[..., int]) -> Callable[..., Callable[[], int]]:
    """Return what tyro calls in place of a command: it keeps what was given until the parsing is over."""

    @wraps(function)
    def keep(*given: Any, **named: Any) -> Callable[[], int]:
        return partial(function, *given, **named)

    return keep


if __name__ == "__main__":
    sys.exit(main())
