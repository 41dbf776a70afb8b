"""The command line: python -m vae train | evaluate | map | encode | decode | draw | export | import, and others."""

import sys
from collections.abc import Callable

import tyro

from vae.commands.add import add
from vae.commands.codes import decode, draw, encode, traverse
from vae.commands.data import datasets
from vae.commands.film import film
from vae.commands.library import delete, list_library, rename
from vae.commands.map import make_map
from vae.commands.measure import evaluate, floor
from vae.commands.share import export, take_in
from vae.commands.train import train
from vae.errors import InputError

# Nothing above imports torch: `list` and `--help` answer at once, and only the commands that compute wait for it.

COMMANDS: dict[str, Callable[..., int]] = {
    "train": train,
    "evaluate": evaluate,
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
    cli = tyro.extras.subcommand_cli_from_dict
    try:
        return int(cli(COMMANDS, args=arguments, prog="python -m vae", description=__doc__))
    except (InputError, OSError) as error:  # of the system's own, those that no check foresaw
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
