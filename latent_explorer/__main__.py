"""The command `latent-explorer`: the app, whatever folder one stands in."""

import sys

from vae import __version__
from vae.home import PROJECT

HELP = """usage: latent-explorer [--version] [FLAG ...]

Open the latent-space explorer in a browser. Every flag goes to `streamlit run`, for example:

  latent-explorer --server.port 8600
  latent-explorer --server.headless true --server.address 0.0.0.0     for a class

`streamlit run --help` lists all of them; `python -m vae --help` is the command line of the models themselves.
"""


def main(flags: list[str] | None = None) -> int:
    """Serve the app until it is ended; flags go to `streamlit run`. Return the exit code."""
    flags = sys.argv[1:] if flags is None else flags
    if flags == ["--version"]:
        print(f"latent-explorer {__version__}")
        return 0
    if flags in (["--help"], ["-h"]):
        print(HELP, end="")
        return 0
    from streamlit.web.cli import main_run  # half a second to import: not before it is wanted

    main_run([str(PROJECT / "app.py"), *flags], standalone_mode=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
